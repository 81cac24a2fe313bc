"""The menu of saved views, for the lists of apps that stand below this one."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from dashboards.saved import Menu

register = template.Library()


@register.inclusion_tag("dashboards/_views_menu.html", takes_context=True)
def saved_views(context: Context, code: str) -> dict[str, Any]:
    """One query. `code` is a ListCode; the filter form is `form` of the page, or that of its `filters`."""
    filters = context.get("filters")
    form = filters.form if filters is not None else context.get("form")
    return {"menu": Menu(code, context["request"], form)}
