"""Codes and numbers that name one record beyond doubt lead straight to it. At most two queries, most often none."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Exists, OuterRef

from agreements.models import Agreement, Party
from records.asking import asked
from regions.models import Region

CODE = 20  # characters of the longest official code
BEFORE_A_NUMBER = re.compile(r"^(?:nomor|number|no|nr)\b[.:]?\s*", re.IGNORECASE)


def straight_to(text: str, user: Any) -> Any:
    """The region whose official code it is, or the one agreement with this number that the user may see; or None.

    Without a digit it is a word: the codes of countries are words as well.
    """
    if not any(character.isdecimal() for character in text):
        return None
    return _region(text) or _agreement(BEFORE_A_NUMBER.sub("", text), user)


def _region(code: str) -> Region | None:
    return Region.objects.filter(code__iexact=code).first() if len(code) <= CODE else None


def _agreement(number: str, user: Any) -> Agreement | None:
    """Found by its words, for which there is an index, then compared as a whole."""
    if not re.search(r"\d.*[/.-]|[/.-].*\d", number) or not (words := asked(f'"{number}"')):
        return None
    numbered = Exists(Party.objects.filter(agreement=OuterRef("pk"), number__iexact=number))
    found = list(Agreement.objects.visible_to(user).filter(numbered, words=words.query).order_by()[:2])
    return found[0] if len(found) == 1 else None
