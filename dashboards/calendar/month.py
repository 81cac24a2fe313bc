"""A month as weeks of days, each with its first few items and how many there are."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from dashboards.calendar.items import Items, Pile, Piles
from dashboards.calendar.kinds import Wish
from dashboards.calendar.telling import Entry, Key, entries
from notices.models import CalendarDay

SHOWN = 3  # items of a day
SHOWN_APART = 8  # of those without a day
SATURDAY = 5
EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 1)


@dataclass(frozen=True)
class Group:
    """Items that have no day, as far as one knows when they are."""

    title: str
    entries: list[Entry]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Day:
    """`free` is why nobody works: a national holiday or joint leave by its name; of a weekend nothing is said."""

    date: dt.date
    is_today: bool
    is_outside: bool
    count: int
    entries: list[Entry] = field(default_factory=list)
    free: str = ""

    @property
    def more(self) -> int:
        return self.count - len(self.entries)

    @property
    def is_weekend(self) -> bool:
        return self.date.weekday() >= SATURDAY


class Month:
    """Six queries, however much there is in it."""

    def __init__(self, wish: Wish, first: dt.date) -> None:
        self.wish, self.first = wish, first
        self.today: dt.date = wish.user.today()
        self.last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        self._dates = calendar.Calendar().monthdatescalendar(first.year, first.month)

    @property
    def title(self) -> str:
        return date_format(self.first, "F Y")

    @property
    def address(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def earlier(self) -> str:
        """The month before, as in an address; empty where the calendar ends."""
        return f"{self.first - dt.timedelta(days=1):%Y-%m}" if self.first > EARLIEST else ""

    @property
    def later(self) -> str:
        return f"{self.last + dt.timedelta(days=1):%Y-%m}" if self.first < LATEST else ""

    @property
    def is_now(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def weekdays(self) -> list[str]:
        return [str(name) for _number, name in sorted(WEEKDAYS.items())]

    @cached_property
    def weeks(self) -> list[list[Day]]:
        return [[self._day(date) for date in week] for week in self._dates]

    @property
    def is_empty(self) -> bool:
        """Nothing stands on a day of the month itself."""
        return not any(day.count for week in self.weeks for day in week if not day.is_outside)

    @cached_property
    def apart(self) -> list[Group]:
        """What lies in the month, or may, on a day that nobody knows; without any date where it may still come."""
        titles = {
            "MONTH": _("In this month, day not known"),
            "YEAR": _("In this year, month not known"),
            "NONE": _("Still to come, no date yet"),
        }
        return [
            Group(title, [self._told[key] for key in pile.keys if key in self._told], pile.count)
            for placed, title in titles.items()
            if (pile := self._groups.get(placed))
        ]

    @cached_property
    def _piles(self) -> Piles:
        items = Items(self.wish, self._dates[0][0], self._dates[-1][-1])
        return items.by_day(SHOWN, SHOWN_APART, (self.first, self.last))

    @property
    def _groups(self) -> dict[str, Pile]:
        return self._piles[1]

    @cached_property
    def _told(self) -> dict[Key, Entry]:
        days, groups = self._piles
        return entries((key for pile in (*days.values(), *groups.values()) for key in pile.keys), self.wish.user)

    @cached_property
    def _free(self) -> dict[dt.date, str]:
        return free_days(self._dates[0][0], self._dates[-1][-1])

    def _day(self, date: dt.date) -> Day:
        pile = self._piles[0].get(date, Pile())
        return Day(
            date, date == self.today, date.month != self.first.month, pile.count,
            [self._told[key] for key in pile.keys if key in self._told], self._free.get(date, ""),
        )  # fmt: skip


def free_days(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """National holidays and joint leave by their names. Of a mere weekend the calendar knows only the weekday."""
    found = (
        CalendarDay.objects.filter(day__range=(first, last)).exclude(free_because="").values_list("day", "free_because")
    )
    with override("id"):  # as they are written there
        return {day: why for day, why in found if why != date_format(day, "l")}
