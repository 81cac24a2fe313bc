"""Marks of follow-ups on every page, and what of them hangs on a record that stands below this app."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from agreements.models import Agreement
from followups.inbox import in_short, unread_count
from followups.models import Duty, Milestone

register = template.Library()


@register.simple_tag
def unread_in_inbox(user: Any) -> str:
    """How many follow-ups in the inbox are unread: “3”, “99+”, or nothing. One query."""
    return in_short(unread_count(user))


@register.inclusion_tag("followups/_goes_with_visit.html", takes_context=True)
def goes_with_visit(context: Context, visit: Any) -> dict[str, int]:
    """Before it is deleted, as far as the reader may see it. Three queries.

    A follow-up of one of its outcomes goes along; any other stays and no longer names the visit, as its agreements do.
    """
    user = context["request"].user
    tasks = Milestone.objects.visible_to(user)
    return {
        "gone": tasks.filter(outcome__visit=visit).count(),
        "freed": tasks.filter(visit=visit, outcome=None).count(),
        "agreements": Agreement.objects.visible_to(user).filter(visit_links__visit=visit).distinct().count(),
    }


@register.inclusion_tag("followups/_goes_with_agreement.html", takes_context=True)
def goes_with_agreement(context: Context, agreement: Any) -> dict[str, int]:
    """Before it is deleted, as far as the reader may see it. Two queries."""
    user = context["request"].user
    return {
        "tasks": Milestone.objects.visible_to(user).filter(agreement=agreement).count(),
        "duties": Duty.objects.visible_to(user).filter(agreement=agreement).count(),
    }
