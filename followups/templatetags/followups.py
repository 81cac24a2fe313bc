"""Marks of follow-ups on every page."""

from __future__ import annotations

from typing import Any

from django import template

from followups.inbox import in_short, unread_count

register = template.Library()


@register.simple_tag
def unread_in_inbox(user: Any) -> str:
    """How many follow-ups in the inbox are unread: “3”, “99+”, or nothing. One query."""
    return in_short(unread_count(user))
