"""Numbers and rows of reports, asked of the lists themselves: what a report counts, its list holds."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import AgreementState, Category
from dashboards.lists import LISTS, Found, found_in
from dashboards.reports.document import Block, Cell, Head, Heading, Line, Table
from followups.lists import rows as rows_of_milestones
from followups.models import Milestone, MilestoneStatus
from pages.paging import counts_of
from visits.lists import rows as rows_of_visits

MOST = 20_000  # rows of an annex; the rest is counted
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


def counts(*asked: tuple[Any, str]) -> list[Cell]:
    """How many there are of each, exactly; a link to the list where there is one. One query."""
    numbers = counts_of(*(found for found, _url in asked), limit=EVERY)
    return [Cell(count.number, url) for count, (_found, url) in zip(numbers, asked, strict=True)]


def states_by_category(scope: Scope) -> Table:
    """How many agreements stood where on the day; each number is that of the list with these filters."""
    asked: Any = scope.found("agreements", on=scope.day).records
    counted = asked.order_by().with_state(scope.day).values_list("category", "state").annotate(n=Count("pk"))
    numbers = {(category, state): n for category, state, n in counted}
    categories = [c for c in Category if any(key[0] == c for key in numbers)]
    states = [s for s in AgreementState if any(key[1] == s for key in numbers)]
    address = LISTS["agreements"].url

    def cell(n: int, **params: Any) -> Cell:
        return Cell(n, f"{address}?{scope.query(on=scope.day, **params)}")

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
    return Table(_("States"), [Head(_("State"), 1.1), *heads, Head(_("All"), 0.5, number=True)], lines)


def agreements(found: Any, scope: Scope, sheet: str, nothing: str = "") -> Table:
    """Agreements with parties, signing, end and state on the day, as the list says them."""
    ordered = found.order_by("category", F("signed_on").desc(nulls_last=True), "pk").for_list(scope.day)[:MOST]
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Agreement and parties"), 2.6), Head(_("Category and kind"), 1.4),
        Head(_("Signed"), 1.15), Head(_("Effective end"), 1), Head(_("State"), 1),
    ]  # fmt: skip
    lines: list[Line] = [
        [
            n, Cell("\n".join(part for part in (row["heading"], row["below"], row["numbers"]) if part), row["url"]),
            f"{row['category_label']}\n{row['kind_label']}", row["signed"], row["ends"], row["state_label"],
        ]
        for n, row in enumerate(rows_of_agreements(ordered.iterator(chunk_size=2000), scope.user), start=1)
    ]  # fmt: skip
    return Table(sheet, head, lines, nothing)


def visits(found: Any, scope: Scope, sheet: str) -> Table:
    values = found.order_by("starts_on", "pk").for_list()[:MOST]
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Date"), 1.1), Head(_("Guests and kinds"), 2.4), Head(_("Host"), 1.6),
        Head(_("Status"), 0.9), Head(_("Open follow-ups"), 0.8, number=True),
    ]  # fmt: skip
    lines: list[Line] = [
        [
            n, row["date"], Cell("\n".join(part for part in (row["heading"], row["below"]) if part), row["url"]),
            row["host"], row["status_label"], row["open_outcomes"] or 0,
        ]
        for n, row in enumerate(rows_of_visits(values.iterator(chunk_size=2000), scope.user), start=1)
    ]  # fmt: skip
    return Table(sheet, head, lines)


def milestones(found: Any, user: Any, sheet: str, nothing: str = "", *, of_one: bool = False) -> Table:
    """`of_one`: they all belong to the record that is reported, which need not be named again."""
    values = found.order_by("due_on", "pk").for_list()[:MOST]
    head = [
        Head(_("No."), 0.35, number=True), Head(_("Follow-up"), 2.6), Head(_("Responsible"), 1.6), Head(_("Due"), 1),
        Head(_("State"), 0.9), Head(_("Done on"), 1),
    ]  # fmt: skip
    lines: list[Line] = [
        [
            n, Cell("\n".join(p for p in (row["heading"], "" if of_one else row["below"]) if p), row["url"]),
            row["responsible"], row["due"], row["state_label"], date_format(row["done_on"]) if row["done_on"] else "",
        ]
        for n, row in enumerate(rows_of_milestones(values.iterator(chunk_size=2000), user), start=1)
    ]  # fmt: skip
    return Table(sheet, head, lines, nothing)


def footer(number: int, today: Any) -> str:
    return _("Record %(number)s of the register, as of %(day)s") % {"number": number, "day": date_format(today)}


def follow_ups(user: Any, **of: Any) -> list[Block]:
    """Milestones of the record, as far as the user may see them; those only suggested are not told."""
    found = Milestone.objects.visible_to(user).filter(**of).exclude(status=MilestoneStatus.SUGGESTED)
    nothing = _("No follow-up is recorded.")
    return [Heading(_("Follow-ups")), milestones(found, user, _("Follow-ups"), nothing, of_one=True)]
