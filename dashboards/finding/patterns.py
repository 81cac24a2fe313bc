"""A question as regular expressions, which Python and PostgreSQL read alike: to find the place and to mark it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from records.asking import Unit

# What Indonesian puts before and after the root of a word. Coarser than the stemmer of the index: it only shows places.
BEFORE = ("memper", "diper", "meng", "peng", "meny", "peny", "mem", "pem", "men", "pen", "ber", "per", "ter", "di")
AFTER = ("nya", "kan", "an")
SHORTEST = 5  # letters that are left of a word


def pattern_of(unit: Unit) -> str:
    """What stands in a text for this unit; to be put behind the mark of a word's beginning."""
    if unit.exact:
        return _phrase(unit.typed)
    others = [_phrase(phrase) if len(phrase) > 1 else _word(phrase[0]) for phrase in unit.phrases]
    return "|".join(others)


def says(text: str, unit: Unit) -> bool:
    return re.search(rf"\b(?:{pattern_of(unit)})", text, re.IGNORECASE) is not None


def marked(text: str, units: Iterable[Unit]) -> SafeString:
    """The text, escaped, with the places that answer in <mark>."""
    patterns = "|".join(pattern_of(unit) for unit in units)
    if not patterns:
        return escape(text)
    parts, at = [], 0
    for place in re.finditer(rf"\b(?:{patterns})\w*", text, re.IGNORECASE):
        if place.end() > place.start():
            parts += [escape(text[at : place.start()]), "<mark>", escape(place[0]), "</mark>"]
            at = place.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 -- every part was escaped


def _phrase(words: Iterable[str]) -> str:
    return r"\s+".join(re.escape(word) for word in words)


def _word(word: str) -> str:
    root = _root(word)
    return re.escape(word) if root == word else rf"\w{{0,6}}{re.escape(root)}"


def _root(word: str) -> str:
    for ending in AFTER:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word.removesuffix(ending)
            break
    for beginning in BEFORE:
        if word.startswith(beginning) and len(word) - len(beginning) >= SHORTEST:
            return word.removeprefix(beginning)
    return word
