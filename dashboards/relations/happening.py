"""One timeline of two: visits, follow-ups, agreements and what moved them, newest first, read a page at a time.

The union holds bare keys and days; only what stands on the page is read in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, DateField, F, JSONField, OrderBy, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.lists import rows as rows_of_agreements
from agreements.models import Advice, Agreement, Deed, Evaluation, EvaluatorRole, StepEntry
from dashboards.relations.between import CAME, ELSEWHERE, WENT, Between
from followups.lists import rows as rows_of_milestones
from followups.models import OPEN, Milestone
from pages.paging import AnyPage, Row
from regions.models import localised
from visits.lists import rows as rows_of_visits
from visits.models import Visit

PER_PAGE = 20
VISIT, FOLLOW_UP, SIGNED, STEP, EVALUATION = "visit", "follow-up", "agreement", "step", "evaluation"
ICONS = {
    VISIT: "footprints", FOLLOW_UP: "list-checks", SIGNED: "signature", STEP: "milestone",
    EVALUATION: "clipboard-check",
}  # fmt: skip
LABELS = {
    VISIT: gettext_lazy("Visit"),
    FOLLOW_UP: pgettext_lazy("kind of milestone", "Follow-up"),
    SIGNED: gettext_lazy("Agreement"),
    STEP: gettext_lazy("Step"),
    EVALUATION: gettext_lazy("Evaluation"),
}
AHEAD = "ahead"
# What the timeline can be narrowed to; each number of the page leads to one of these.
WHAT = {
    "": gettext_lazy("So far"),
    AHEAD: gettext_lazy("Ahead"),
    "visits": gettext_lazy("Visits"),
    CAME: gettext_lazy("Visits that were received"),
    WENT: gettext_lazy("Visits that were made"),
    ELSEWHERE: gettext_lazy("Visits elsewhere"),
    "coming": gettext_lazy("Visits to come"),
    "follow-ups": gettext_lazy("Follow-ups"),
    "open": gettext_lazy("Open follow-ups"),
    "overdue": gettext_lazy("Overdue follow-ups"),
    "kept": gettext_lazy("Follow-ups that are done"),
    "agreements": gettext_lazy("Agreements"),
}
TABS = ("", AHEAD, "visits", "follow-ups", "agreements")


@dataclass(frozen=True)
class Happening:
    """One line: `when` says the day as precisely as it is known."""

    kind: str
    when: str
    title: str
    url: str
    text: str = ""
    mark: Any = ""

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])


def narrowed(between: Between, what: str) -> QuerySet[Any] | None:
    """The records behind one of the numbers; None where `what` is no such number."""
    on = between.today
    if what in (CAME, WENT, ELSEWHERE):
        return between.held.filter(Q(way=what))
    found: dict[str, QuerySet[Any]] = {
        "coming": between.visits.evidenced().upcoming(on),
        "open": between.milestones.open(),
        "overdue": between.milestones.overdue(on),
        "kept": between.milestones.filter(status="DONE"),
        "agreements": between.agreements,
    }
    return found.get(what)


def page_of(between: Between, what: str, number: str | None, agreements: dict[int, Row] | None = None) -> AnyPage:
    """Two queries for the page, one more for each kind of record on it; `agreements` are rows that were read before."""
    arms = list(_arms(between, what))
    back = what != AHEAD
    by = (OrderBy(F("day"), descending=back, nulls_last=True), OrderBy(F("pk"), descending=back), F("told_as").asc())
    union = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]
    page = Paginator(union.order_by(*by), PER_PAGE).get_page(number)
    page.object_list = list(_in_words(list(page.object_list), between, agreements or {}))
    return page


def _arms(between: Between, what: str) -> Iterator[Any]:
    """Rows of (kind, pk, day, what a step or an evaluation says). Ahead is what is to come or to be done."""
    one = narrowed(between, what)
    if what in ("", AHEAD, "visits", CAME, WENT, ELSEWHERE, "coming"):
        visits = between.visits if one is None else one
        coming = Q(pk__in=between.visits.upcoming(between.today).order_by().values("pk"))
        visits = {"": visits.exclude(coming), AHEAD: visits.filter(coming)}.get(what, visits)
        yield _keys(visits, VISIT, "starts_on")
    if what in ("", AHEAD, "follow-ups", "open", "overdue", "kept"):
        milestones = between.milestones if one is None else one
        is_open = Q(status__in=OPEN)
        milestones = {"": milestones.exclude(is_open), AHEAD: milestones.filter(is_open)}.get(what, milestones)
        yield _keys(milestones, FOLLOW_UP, Coalesce("done_on", "due_on"))
    if what in ("", "agreements"):
        agreements = between.agreements
        inside = agreements.order_by().values("pk")
        yield _keys(agreements.filter(is_signed=True), SIGNED, "signed_on")
        step = JSONObject(
            agreement="agreement_id", deed="deed", name_id="step__name_id", name_en="step__name_en", reason="reason"
        )
        yield _keys(StepEntry.objects.filter(agreement__in=inside), STEP, "happened_on", step)
        judged = JSONObject(agreement="agreement_id", role="role", rating="rating", advice="advice")
        yield _keys(Evaluation.objects.filter(agreement__in=inside), EVALUATION, "evaluated_on", judged)


def _keys(found: QuerySet[Any], kind: str, day: Any, said: Any = None) -> Any:
    nothing = Cast(Value("null"), JSONField())
    return (
        found.order_by()
        .annotate(
            told_as=Value(kind, CharField()),
            day=Cast(day, DateField()),
            said=Cast(said, JSONField()) if said is not None else nothing,
        )
        .values_list("told_as", "pk", "day", "said")
    )


def _in_words(
    rows: list[tuple[str, int, dt.date | None, Any]], between: Between, known: dict[int, Row]
) -> Iterator[Happening]:
    user = between.user
    visits = _by_key(rows_of_visits(_these(Visit, rows, VISIT), user))
    milestones = _by_key(rows_of_milestones(_these(Milestone, rows, FOLLOW_UP), user))
    keys = {said["agreement"] if said else pk for kind, pk, _day, said in rows if kind in (SIGNED, STEP, EVALUATION)}
    missing = keys - known.keys()
    found = Agreement.objects.filter(pk__in=missing).for_list() if missing else []
    agreements = known | _by_key(rows_of_agreements(found, user))
    for kind, pk, day, said in rows:
        if kind == VISIT:
            yield _visit(visits[pk], between)
        elif kind == FOLLOW_UP:
            yield _follow_up(milestones[pk])
        elif kind == SIGNED:
            row = agreements[pk]
            when = row["signed"] or _("day not known")
            yield Happening(kind, when, row["heading"], row["url"], row["kind_label"], row["state_badge"])
        else:
            yield _moved(kind, day, said, agreements[said["agreement"]])


def _these(model: Any, rows: Iterable[Any], wanted: str) -> Any:
    keys = [pk for kind, pk, _day, _said in rows if kind == wanted]
    return model.objects.filter(pk__in=keys).for_list() if keys else []


def _by_key(rows: Iterable[Row]) -> dict[int, Row]:
    return {row["pk"]: row for row in rows}


def _visit(row: Row, between: Between) -> Happening:
    text = " → ".join(part for part in (row["guests_named"], row["host"]) if part)
    claimed = _("only mentioned") if row["claimed"] else ""
    below = " · ".join(part for part in (text if text != row["heading"] else "", row["kinds"], claimed) if part)
    return Happening(VISIT, row["date"], row["heading"], row["url"], below, row["status_badge"])


def _follow_up(row: Row) -> Happening:
    if row["done_on"]:
        when = _("done %(day)s") % {"day": date_format(row["done_on"])}
    else:
        when = _("due %(day)s") % {"day": row["due"]} if row["due"] else _("no day")
    text = " · ".join(part for part in (row["responsible"], row["below"]) if part)
    return Happening(FOLLOW_UP, when, row["heading"], row["url"], text, row["state_badge"])


def _moved(kind: str, day: dt.date | None, said: dict[str, Any], agreement: Row) -> Happening:
    when = date_format(day) if day else ""
    if kind == STEP:
        step = localised(said["name_id"] or "", said["name_en"] or "")
        title = ": ".join(part for part in (str(Deed(said["deed"]).label), step) if part)
        text = " · ".join(part for part in (agreement["heading"], said["reason"]) if part)
        return Happening(kind, when, title, agreement["url"], text)
    role = str(EvaluatorRole(said["role"]).label)
    rating = f"{said['rating']} / 5" if said["rating"] else ""
    advice = str(Advice(said["advice"]).label) if said["advice"] else ""
    title = ", ".join(part for part in (role, rating, advice) if part)
    return Happening(kind, when, title, agreement["url"], agreement["heading"])
