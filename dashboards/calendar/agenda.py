"""The items of a period day by day, in pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator

from dashboards.calendar.items import Items, Placed
from dashboards.calendar.kinds import Wish
from dashboards.calendar.month import EARLIEST, free_days
from dashboards.calendar.telling import Entry, entries
from records.keys import whole

PER_PAGE = 50
AFTER = dt.date(2200, 1, 1)


@dataclass(frozen=True)
class Line:
    """An item on one of its days: `number` of `days`, if there are several."""

    entry: Entry
    number: int = 1
    days: int = 1


@dataclass(frozen=True)
class Heading:
    """A day (None: not known) with its lines on this page."""

    date: dt.date | None
    placed: str
    is_today: bool = False
    free: str = ""
    lines: list[Line] = field(default_factory=list)


class Agenda:
    """A page of the period. Six queries at most, however much there is."""

    def __init__(self, wish: Wish, first: dt.date, last: dt.date, page: str, *, apart: bool = False) -> None:
        self.first, self.last, self.apart = first, last, apart
        self.user = wish.user
        self._items = Items(wish, first, last)
        number = whole(page, 6) or 1
        placed, total = self._items.page(number, PER_PAGE, apart=apart)
        self.asked_for_another = number > 1 and not placed
        if self.asked_for_another:
            number = 1
            placed, total = self._items.page(1, PER_PAGE, apart=apart)
        self._placed = placed
        self.page: Page[Any] = Paginator(range(total), PER_PAGE).get_page(number)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def earlier(self) -> tuple[str, str] | None:
        """The period of the same length before, as in an address; none where the calendar ends."""
        return self._moved(-1)

    @property
    def later(self) -> tuple[str, str] | None:
        return self._moved(1)

    def _moved(self, way: int) -> tuple[str, str] | None:
        by = way * (self.last - self.first + dt.timedelta(days=1))
        first, last = self.first + by, self.last + by
        return (first.isoformat(), last.isoformat()) if first >= EARLIEST and last < AFTER else None

    @property
    def headings(self) -> list[Heading]:
        told = entries(((item.what, item.pk) for item in self._placed), self.user)
        today, found = self.user.today(), list[Heading]()
        free = free_days(self.first, self.last) if self._placed and not self.apart else {}
        for item in self._placed:
            if not found or (found[-1].date, found[-1].placed) != (item.day, item.placed):
                found.append(Heading(item.day, item.placed, item.day == today, free.get(item.day or dt.date.min, "")))
            if entry := told.get((item.what, item.pk)):
                found[-1].lines.append(_line(entry, item))
        return found


def _line(entry: Entry, item: Placed) -> Line:
    if item.day is None or item.first is None or item.last is None:
        return Line(entry)
    return Line(entry, (item.day - item.first).days + 1, (item.last - item.first).days + 1)
