"""What the kinds of charts share: how a mark is named, linked and filled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape as escape_text
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language

from dashboards.figures import Bar, Chart, Mark

OURS = "ID"
STEPS = 5  # shades of a map
TONES = ("quiet", "info", "good", "warn", "bad", "accent")


def escape(words: Any) -> str:
    """As Django's, which takes three times as long: it asks each time whether the words are still to be translated."""
    return escape_text(str(words))


def number(value: int) -> str:
    """With the separators of the active language: “12.345”."""
    return str(value) if value < 1_000 else _number(value, get_language())


def worth(mark: Mark) -> str:
    """What is written beside the mark: its own words, or the bare number."""
    return str(mark.words) or number(mark.value)


def name_of(chart: Chart, bar: Bar, mark: Mark) -> str:
    """The whole of a mark in one phrase: “Kota Malang, Overdue: 3 follow-ups”."""
    part = chart.parts.get(mark.part)
    label = f"{bar.label}, {part[0]}" if part else str(bar.label)
    return f"{label}: {mark.words or f'{number(mark.value)} {chart.unit}'.strip()}"


def link(mark: Mark, name: str, css: str, inside: str) -> str:
    """Around finished markup; where there is nothing to list there is no link, and what is written must do."""
    if not mark.href:
        return f'<span class="{css}">{inside}</span>'
    return f'<a class="{css}" href="{escape(mark.href)}" aria-label="{escape(name)}">{inside}</a>'


def label_of(bar: Bar, css: str) -> str:
    if bar.href:
        return f'<a class="{css}" href="{escape(bar.href)}">{escape(bar.label)}</a>'
    return f'<span class="{css}">{escape(bar.label)}</span>'


def sum_of(bar: Bar) -> int:
    return sum(mark.value for mark in bar.marks)


def share(value: int, top: int) -> float:
    """In percent of the longest; whatever is there can be seen."""
    return max(round(100 * value / top, 2), 0.8) if value > 0 else 0


def stacked(bar: Bar, top: int) -> Iterator[tuple[Mark, float, float]]:
    """Each mark that is there, where it begins and how long it is, in percent."""
    begins = 0.0
    for mark in bar.marks:
        if mark.value > 0:
            length = share(mark.value, top)
            yield mark, round(begins, 2), length
            begins += length


def fills(chart: Chart) -> dict[str, str]:
    """The ground of each part of a stack: a pattern of its own, so that they are told apart in grey."""
    return {key: f"url(#{escape(chart.id)}-part-{n})" for n, key in enumerate(chart.parts)}


def step(value: int, top: int) -> int:
    """The shade of a value on a map: 1 to 5 in even steps, 0 for none."""
    return min(STEPS, -(-value * STEPS // top)) if value > 0 and top > 0 else 0


def shades(values: list[int]) -> list[tuple[int, str]]:
    """The shades that occur, and which values have them: (1, “1–4”)."""
    top = max(values, default=0)
    told = []
    for shade in range(1, STEPS + 1):
        lowest, highest = top * (shade - 1) // STEPS + 1, top * shade // STEPS
        if any(lowest <= value <= highest for value in values):
            told.append((shade, number(lowest) if lowest == highest else f"{number(lowest)}–{number(highest)}"))
    return told


def tone_of(tone: str) -> str:
    return tone if tone in TONES else "quiet"


@lru_cache(maxsize=4096)
def _number(value: int, language: str | None) -> str:
    return number_format(value, force_grouping=True)
