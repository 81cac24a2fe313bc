"""The button by which a record is watched, for the pages of apps that stand below this one."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from dashboards.watching import watched, what_of

register = template.Library()


@register.inclusion_tag("dashboards/_watch_button.html", takes_context=True)
def watch_button(
    context: Context, record: Any, is_watched: bool | None = None, *, small: bool = False, back: str = ""
) -> dict[str, Any]:
    """One query, none where it is told whether the record is watched."""
    what, request = what_of(record), context["request"]
    on = watched(request.user, what, record.pk) if is_watched is None else is_watched
    return {"what": what, "record": record, "on": on, "small": small, "back": back or request.path}
