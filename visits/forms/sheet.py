"""A visit with all that hangs on it, as one form: the visit's own fields and the lists of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext as _

from pages.lookups import prime
from pages.templatetags.pages import Problem, problems
from visits.forms import rows as row_deeds
from visits.forms.base import Filling
from visits.forms.conduct import AGENDA_ROWS, STATEMENT_ROWS, TOPIC_ROWS
from visits.forms.delegations import DELEGATION_ROWS, HOST_ROWS, MEMBER_ROWS
from visits.forms.evidence import CITATION_ROWS, SOURCE_ROWS
from visits.forms.outcomes import OUTCOME_ROWS
from visits.forms.rows import RowForm, Rows
from visits.forms.visit import VisitForm
from visits.models import Delegate, Delegation, Side, Standing, Topic, Visit
from visits.models.visits import PLANNED

LISTS: dict[str, type[Rows]] = {
    "host": HOST_ROWS,
    "guests": DELEGATION_ROWS,
    "agenda": AGENDA_ROWS,
    "topics": TOPIC_ROWS,
    "statements": STATEMENT_ROWS,
    "outcomes": OUTCOME_ROWS,
    "sources": SOURCE_ROWS,
    "citations": CITATION_ROWS,
}
NESTED: dict[str, type[Rows]] = {"delegates": MEMBER_ROWS, "citations": CITATION_ROWS}
LIST_NAME = re.compile(rf"(?P<outer>{'|'.join(LISTS)})(-(?P<index>\d{{1,3}})-(?P<inner>{'|'.join(NESTED)}))?")
CHILDREN = (
    "kinds",
    Prefetch("delegations", Delegation.objects.select_related("region", "organisation")),
    Prefetch("delegations__delegates", Delegate.objects.select_related("official")),
    "agenda",
    Prefetch("topics", Topic.objects.select_related("sector")),
    "statements",
    "outcomes",
    "sources__citations",
    "citations",
)


class Sheet:
    """All forms of one visit. Unbound it shows what is stored, bound what was typed (`filling.quiet`: unjudged)."""

    def __init__(self, filling: Filling, visit: Visit | None = None, data: QueryDict | None = None) -> None:
        self.filling = filling
        self.data = data
        stored = visit or Visit(owner=filling.user.home_region)
        filling.fresh = visit is None
        filling.planned = (data.get("status") if data is not None else stored.status) in PLANNED
        if visit is not None:
            prefetch_related_objects([visit], *CHILDREN)
        initial = {"host_region": filling.user.home_region, "owner": stored.owner_id} if visit is None else {}
        self.visit = VisitForm(data, instance=stored, filling=filling, initial=initial)
        self.lists = [self._rows(name, children) for name, children in children_of(visit).items()]
        for rows in self.lists:
            setattr(self, rows.prefix, rows)  # the templates write `sheet.agenda`
        self._extra: list[Problem] = []
        self._primed = False

    def prepare(self) -> Sheet:
        """Read the labels of all chosen records at once, before the page is drawn."""
        if not self._primed:
            prime(self.forms)
            self._primed = True
        return self

    @property
    def forms(self) -> Iterator[forms.BaseForm]:
        yield self.visit
        yield from every_row(self.lists)

    def is_valid(self) -> bool:
        """Everything is looked at, so that all faults are shown at once."""
        self._extra = []
        valid = [self.visit.is_valid(), *(rows.is_valid() for rows in self.lists)]
        return all(valid) and self._has_a_name()

    @property
    def problems(self) -> list[Problem]:
        """All faults in the order of the page."""
        found = [*problems(self.visit), *self._extra]
        return found + [problem for rows in self.lists for problem in rows.problems]

    def refuse(self, message: str) -> None:
        """Say what the database would not take."""
        self._extra = [("", message)]

    def find(self, prefix: str) -> Rows | None:
        """The list of this prefix: “agenda”, “guests-0-delegates”."""
        inner = [rows for outer in self.lists for row in outer.forms for rows in row.nested]
        return next((rows for rows in (*self.lists, *inner) if rows.prefix == prefix), None)

    def find_row(self, prefix: str) -> tuple[Rows, RowForm] | None:
        rows = self.find(prefix.rpartition("-")[0])
        row = next((row for row in rows.forms if row.prefix == prefix), None) if rows else None
        return (rows, row) if rows and row else None

    def _rows(self, name: str, instances: list[Any]) -> Rows:
        blank = 1 if self.filling.fresh and name in ("host", "guests") else 0
        return LISTS[name](self.data, prefix=name, filling=self.filling, instances=instances, blank=blank)

    def _has_a_name(self) -> bool:
        """Lists name a visit by its guests; without any it needs a title, unless it is only mentioned somewhere."""
        guests, about = self.find("guests"), self.visit.cleaned_data
        if (guests and guests.live) or about.get("title") or about.get("standing") == Standing.CLAIMED:
            return True
        rows = guests.ordered if guests else []
        first = next((row["region"].id_for_label for row in rows if not row.is_removed), "")
        message = _(
            "Say who came: choose the region or organisation of a delegation. If nobody is known, give a title."
        )
        self._extra = [(first, message)]
        return False


def children_of(visit: Visit | None) -> dict[str, list[Any]]:
    """What hangs on the visit, by the names of the lists."""
    if visit is None:
        return {name: [] for name in LISTS}
    delegations = list(visit.delegations.all())
    return {
        "host": [d for d in delegations if d.side == Side.HOST],
        "guests": [d for d in delegations if d.side != Side.HOST],
        "agenda": list(visit.agenda.all()),
        "topics": list(visit.topics.all()),
        "statements": list(visit.statements.all()),
        "outcomes": list(visit.outcomes.all()),
        "sources": list(visit.sources.all()),
        "citations": [c for c in visit.citations.all() if c.source_id is None],
    }


def every_row(lists: list[Rows]) -> Iterator[RowForm]:
    for rows in lists:
        for row in rows.ordered:
            yield row
            yield from every_row(row.nested)


def blank_row(prefix: str, index: int, filling: Filling) -> RowForm | None:
    """The row to be added to a list, without building the sheet around it; None for a list that does not exist."""
    found = LIST_NAME.fullmatch(prefix)
    if found is None or index >= row_deeds.MOST_ROWS:
        return None
    kind = NESTED[found["inner"]] if found["inner"] else LISTS[found["outer"]]
    above = str(LISTS[found["outer"]].form.noun) % {"number": int(found["index"]) + 1} if found["inner"] else ""
    return kind(prefix=prefix, filling=filling, instances=[], above=above).blank_row(index)


def next_order(data: QueryDict, prefix: str) -> int:
    """The place behind the last row that was posted."""
    orders = [str(data[name]) for name in data if re.fullmatch(rf"{re.escape(prefix)}-\d+-order", name)]
    return 1 + max((int(order) for order in orders if order.isdecimal() and len(order) < 6), default=-1)


def rearranged(data: QueryDict, sheet: Sheet, deed: str, target: str) -> tuple[QueryDict, str]:
    """Posted data after a deed with rows (add, remove, put back, up, down), and what should take the keyboard then."""
    data = data.copy()
    if deed == "add":
        rows = sheet.find(target)
        return data, row_deeds.append(data, rows) if rows and not rows.is_full else ""
    found = sheet.find_row(target)
    if found is None:
        return data, ""
    rows, row = found
    if deed == "remove":
        row_deeds.remove(data, row)
    elif deed == "back":
        row_deeds.restore(data, row)
    else:
        row_deeds.move(data, rows, row, -1 if deed == "up" else 1)
    return data, f"{deed}:{target}"
