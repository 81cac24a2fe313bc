"""The button by which a record is watched, for the pages of apps that stand below this one."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from dashboards.watching import watched, what_of
from sides.models import RECORDS
from sides.standing import for_page

register = template.Library()
WATCHED = "SELECT 'beside', 'true' FROM dashboards_watch w WHERE w.user_id = %(user)s AND w.{of}_id = %(pk)s"


@register.inclusion_tag("dashboards/_watch_button.html", takes_context=True)
def watch_button(
    context: Context, record: Any, is_watched: bool | None = None, *, small: bool = False, back: str = ""
) -> dict[str, Any]:
    """No query of its own where it is told whether the record is watched, or where its sides are asked for anyway."""
    what, request = what_of(record), context["request"]
    on = _is_watched(request, what, record) if is_watched is None else is_watched
    return {"what": what, "record": record, "on": on, "small": small, "back": back or request.path}


def _is_watched(request: Any, what: str, record: Any) -> bool:
    if what in RECORDS:
        return for_page(request, record, beside=WATCHED).beside
    return watched(request.user, what, record.pk)
