"""Keys and counts as addresses and forms bring them: as text, of anybody's making."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

DIGITS = 18  # a bigint holds any number of so many
SHORT = 9  # and an integer: a version, a count of rows


def whole(text: Any, digits: int = DIGITS) -> int | None:
    """The whole number that the text is; None when it is anything else, or longer than any number that is meant."""
    text = str(text)
    return int(text) if len(text) <= digits and text.isdecimal() else None


def by_key(found: QuerySet[Any], text: Any) -> Any:
    """The one of these records whose key the text is, or None. One query, none for what is no key."""
    key = whole(text)
    return None if key is None else found.filter(pk=key).first()
