"""What a dashboard is made of: numbers, and charts whose every mark leads to the records that it counts.

A chart is told here in plain values; `dashboards.charts` draws it as SVG with its table twin.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pages.paging import Count


@dataclass(frozen=True)
class Figure:
    """A number and the list that it counts. `tone`: "", good, warn, bad."""

    number: Count
    label: str
    href: str
    icon: str = ""
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Mark:
    """One value of a chart. `href` leads to the list that has exactly `value` rows; without a value there is none."""

    value: int
    href: str = ""
    part: str = ""  # which part of a stack it is: the key of `Chart.parts`
    words: str = ""  # what is said in place of the bare number: “12 of 30 days”


@dataclass(frozen=True)
class Bar:
    """What stands at one place of the axis: one mark, or one for each part of a stack."""

    label: str
    marks: tuple[Mark, ...]
    href: str = ""  # of the label
    allowed: int | None = None  # a limit, drawn as a line across the bar
    place: str = ""  # on a map: the code, “31” of a province, “CN” of a country
    note: str = ""
    here: bool = False  # what the page is narrowed to: marked on a map


@dataclass(frozen=True)
class Chart:
    """`kind`: "bars" (lying, for names), "columns" (standing, for months), "provinces" (tile grid), "world" (outlines).

    `parts` are the parts of a stack, in order: key to (label, tone). `unit` is what the numbers count, in words.
    """

    id: str
    title: str
    kind: str
    bars: tuple[Bar, ...]
    unit: str
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""  # one sentence below it: how it is counted
    nothing: str = ""  # what is said where there is nothing to draw

    @property
    def total(self) -> int:
        return sum(mark.value for bar in self.bars for mark in bar.marks)
