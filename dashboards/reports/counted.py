"""Numbers and rows of reports, asked of the lists themselves: what a report counts, its list holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Value
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import AgreementState, Category
from dashboards.lists import LISTS, Found, found_in
from dashboards.reports.document import Block, Cell, Head, Heading, Line, Table, day_cell
from followups.lists import rows as rows_of_milestones
from followups.models import Milestone, MilestoneStatus
from pages.paging import Row, counts_of
from records.dates import Precision
from visits.lists import rows as rows_of_visits

MOST = 20_000  # rows of an annex; where there are more, it says so
EVERY = 2**40  # more than there are of anything


class Scope:
    """A region, looked at by a user, in a period, on a day."""

    def __init__(self, user: Any, region: Any, first: dt.date, last: dt.date, day: dt.date) -> None:
        self.user, self.region, self.first, self.last, self.day = user, region, first, last, day
        self._found: dict[tuple[str, str], Found] = {}

    def found(self, code: str, **params: Any) -> Found:
        """The list with these filters; its form is read once, however often it is asked for."""
        key = (code, self.query(**params))
        if key not in self._found:
            self._found[key] = found_in(*key, self.user)
        return self._found[key]

    def query(self, **params: Any) -> str:
        return urlencode({"place": self.region.pk, **{name: value for name, value in params.items() if value}})

    def listed(self, code: str, **params: Any) -> tuple[Any, str]:
        """What the list holds, and its address: for `counts`."""
        return self.found(code, **params).records, f"{LISTS[code].url}?{self.query(**params)}"

    @property
    def in_period(self) -> dict[str, dt.date]:
        return {"since": self.first, "until": self.day}

    @property
    def on_day(self) -> dict[str, Any]:
        """Agreements as they stood on the day; of a day that is over those that had left a trace by then."""
        return {"on": self.day, "begun": "on" if self.day < self.user.today() else ""}


def counts(*asked: tuple[Any, str]) -> list[Cell]:
    """How many there are of each, exactly; a link to the list where there is one. One query."""
    numbers = counts_of(*(found for found, _url in asked), limit=EVERY)
    return [Cell(count.number, url) for count, (_found, url) in zip(numbers, asked, strict=True)]


def states_by_category(scope: Scope) -> Table:
    """How many agreements stood where on the day; each number is that of the list with these filters."""
    asked: Any = scope.found("agreements", **scope.on_day).records
    counted = asked.order_by().with_state(scope.day).values_list("category", "state").annotate(n=Count("pk"))
    numbers = {(category, state): n for category, state, n in counted}
    categories = [c for c in Category if any(key[0] == c for key in numbers)]
    states = [s for s in AgreementState if any(key[1] == s for key in numbers)]
    address = LISTS["agreements"].url

    def cell(n: int, **params: Any) -> Cell:
        return Cell(n, f"{address}?{scope.query(**scope.on_day, **params)}")

    lines: list[Line] = []
    for state in states:
        row = [cell(numbers.get((c, state), 0), state=state, category=c) for c in categories]
        total = sum(n for (_c, s), n in numbers.items() if s == state)
        lines.append([str(state.label), *row, cell(total, state=state)])
    if lines:
        sums = [
            cell(sum(n for (c, _s), n in numbers.items() if c == category), category=category)
            for category in categories
        ]
        lines.append([_("All"), *sums, cell(sum(numbers.values()))])
    heads = [Head(str(category.label), 1, number=True) for category in categories]
    return Table(_("States"), [Head(_("State"), 1.1), *heads, Head(_("All"), 0.7, number=True)], lines)


@dataclass(frozen=True)
class Part:
    """One table of a report: its records, the name of its sheet, and what is said where there are none."""

    found: Any
    sheet: str
    nothing: str = ""


def agreements(parts: Sequence[Part], scope: Scope) -> list[Table]:
    """Agreements with parties, signing, end and state on the day, as the list says them. One query for all parts."""
    by = ("category", F("signed_on").desc(nulls_last=True), "pk")
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Agreement and parties"), 2.6), Head(_("Category and kind"), 1.4),
        Head(_("Signed"), 1.15), Head(_("Effective end"), 1), Head(_("State"), 1),
    ]  # fmt: skip

    def line(n: int, row: Row) -> Line:
        words = "\n".join(part for part in (row["heading"], row["below"], row["numbers"]) if part)
        kinds = f"{row['category_label']}\n{row['kind_label']}"
        return [
            n, Cell(words, row["url"]), kinds, Cell(row["signed"], exact=row["signed_exactly"]),
            Cell(row["ends"], exact=row["ends_exactly"]), row["state_label"],
        ]  # fmt: skip

    return _tables(parts, _together(parts, by, scope.day), rows_of_agreements, scope.user, head, line)


def visits(parts: Sequence[Part], user: Any) -> list[Table]:
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Date"), 1.1), Head(_("Guests and kinds"), 2.4), Head(_("Host"), 1.6),
        Head(_("Status"), 0.9), Head(_("Open follow-ups"), 0.8, number=True),
    ]  # fmt: skip

    def line(n: int, row: Row) -> Line:
        words = "\n".join(part for part in (row["heading"], row["below"]) if part)
        exact = row["starts_on"] if row["precision"] == Precision.DAY else None
        return [
            n, Cell(row["date"], exact=exact), Cell(words, row["url"]), row["host"], row["status_label"],
            row["open_outcomes"] or 0,
        ]  # fmt: skip

    return _tables(parts, _together(parts, ("starts_on", "pk")), rows_of_visits, user, head, line)


def milestones(parts: Sequence[Part], user: Any, *, of_one: bool = False) -> list[Table]:
    """`of_one`: they all belong to the record that is reported, which need not be named again."""
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Follow-up"), 2.6), Head(_("Responsible"), 1.6), Head(_("Due"), 1),
        Head(_("State"), 0.9), Head(_("Done on"), 1),
    ]  # fmt: skip

    def line(n: int, row: Row) -> Line:
        words = "\n".join(p for p in (row["heading"], "" if of_one else row["below"]) if p)
        due = Cell(row["due"], exact=row["due_on"] if row["due_precision"] == Precision.DAY else None)
        return [n, Cell(words, row["url"]), row["responsible"], due, row["state_label"], day_cell(row["done_on"])]

    return _tables(parts, _together(parts, ("due_on", "pk")), rows_of_milestones, user, head, line)


def _together(parts: Sequence[Part], by: Sequence[Any], *day: dt.date) -> Iterator[Row]:
    """Rows as `for_list` gives them, `part` says of which: one after the other, each in this order."""
    arms = [
        part.found.annotate(part=Value(n)).order_by(*by).for_list(*day, "part")[: MOST + 1]
        for n, part in enumerate(parts)
    ]
    found = arms[0].union(*arms[1:], all=True).order_by("part", *by) if len(arms) > 1 else arms[0]
    rows: Iterator[Row] = found.iterator(chunk_size=2000)
    return rows


def _tables(
    parts: Sequence[Part],
    found: Iterator[Row],
    told: Callable[[Iterable[Row], Any], Iterator[Row]],
    user: Any,
    head: list[Head],
    line: Callable[[int, Row], Line],
) -> list[Table]:
    lines: list[list[Line]] = [[] for _part in parts]
    for row in told(found, user):
        of = lines[row["part"]]
        of.append(line(len(of) + 1, row))
    return [
        Table(part.sheet, head, own[:MOST], part.nothing, is_cut=len(own) > MOST)
        for part, own in zip(parts, lines, strict=True)
    ]


def footer(number: int, today: Any) -> str:
    return _("Record %(number)s of the register, as of %(day)s") % {"number": number, "day": date_format(today)}


def follow_ups(user: Any, **of: Any) -> list[Block]:
    """Milestones of the record, as far as the user may see them; those only suggested are not told, nor those that only
    one side may know: a sheet goes to both."""
    known = Milestone.objects.visible_to(user).filter(**of, internal=False)
    found = known.exclude(status=MilestoneStatus.SUGGESTED)
    nothing = _("No follow-up is recorded.")
    return [Heading(_("Follow-ups")), *milestones([Part(found, _("Follow-ups"), nothing)], user, of_one=True)]
