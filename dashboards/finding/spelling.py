"""“Did you mean …”: words that nothing holds, exchanged for words of the register that are a typing error away."""

from __future__ import annotations

import difflib
import re

from records.asking import LINES_OF_WORDS
from regions.models import Region

LEAST = 4  # letters of a word that is exchanged
CLOSE = 0.75


def corrected(text: str, names: list[str]) -> str:
    """The text with its unknown words exchanged; '' where nothing is near.

    `names` are those that were found to be alike; where there are none, one query asks for the names of all regions.
    """
    known = set(LINES_OF_WORDS)
    for name in names or Region.objects.order_by().values_list("name_id", flat=True):
        known.update(_words(name))
    said = re.sub(r"\w+", lambda found: _nearest(found[0], known), text)
    return "" if said.casefold() == text.casefold() else said


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) >= LEAST]


def _nearest(word: str, known: set[str]) -> str:
    small = word.casefold()
    if len(small) < LEAST or small in known or not small.isalpha():
        return word
    return next(iter(difflib.get_close_matches(small, sorted(known), n=1, cutoff=CLOSE)), word)
