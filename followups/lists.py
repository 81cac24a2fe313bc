"""Rows of milestones in words: for the list, the small lists of other pages, and the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from django.db.models import Case, CharField, DateField, F, Func, Value, When
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.rights import Right
from agreements.models import MAIN_ROLES, AgreementKind
from followups.models import MilestoneKind, Origin, Priority, heading_of
from followups.telling import due_in_words, is_overdue, priority_badge, state_badge, state_in_words
from pages.exports import ADDRESS, Column
from pages.paging import Order, Row
from records.dates import Precision, period_text
from visits.models.visits import party

RANKS = {Priority.URGENT: "0", Priority.HIGH: "1", Priority.NORMAL: "2", Priority.LOW: "3"}
NEVER = dt.date(9999, 12, 31)  # what has no due day stands behind all others
_BY_PRIORITY = Concat(
    Case(*(When(priority=priority, then=Value(rank)) for priority, rank in RANKS.items()), default=Value("2")),
    Value(" "),
    Func(
        Coalesce(F("due_on"), Value(NEVER), output_field=DateField()),
        Value("YYYY-MM-DD"),
        function="TO_CHAR",
        output_field=CharField(),
    ),
    output_field=CharField(),
)
_SORTED_BY: dict[str, dict[str, Any]] = {
    "due": {"field": "due_on", "read": dt.date.fromisoformat},
    "made": {"field": "pk", "read": int, "known": True},
    "priority": {"field": "priority_sorted", "expression": _BY_PRIORITY, "known": True},
    "done": {"field": "done_on", "read": dt.date.fromisoformat},
}
ORDERS = {
    sign + name: Order(**options, descending=sign == "-") for name, options in _SORTED_BY.items() for sign in ("", "-")
}


def rows(values: Iterable[Row], user: Any) -> Iterator[Row]:
    """What `for_list()` gave, as the user reads it. Labels are worked out once each, not once a row."""
    address = reverse("followups:detail", args=[0]).replace("/0/", "/%s/")
    english = (get_language() or "").startswith("en")
    today: dt.date = user.today()
    kinds = {str(value): str(label) for value, label in MilestoneKind.choices}
    agreements = {str(value): str(label) for value, label in AgreementKind.choices}
    priorities = {str(value): str(label) for value, label in Priority.choices}
    origins = {str(value): str(label) for value, label in Origin.choices}
    mine = _Mine(user)

    def name(name_id: str | None, name_en: str | None) -> str:
        return (name_en if english and name_en else name_id) or ""

    def agreement(value: Row) -> str:
        """As `str()` of the agreement; nothing of one that the reader, to whom this was given, does not see."""
        if value["agreement__kind"] is None:
            return ""
        named = [
            party(name(o, oe), name(r, re)) for role, r, re, o, oe, *_m in value["parties_named"] if role in MAIN_ROLES
        ]
        between = " – ".join(named) or _("Parties unknown")
        return value["agreement__title"] or f"{agreements[value['agreement__kind']]}: {between}"

    def visit(value: Row) -> str:
        """The visit by its title or guests, and its day; nothing of one that the reader does not see."""
        if value["visit__precision"] is None:
            return ""
        guests = ", ".join([party(name(o, oe), name(r, re)) for _id, r, re, o, oe in value["guests"]])
        first, last = value["visit__starts_on"], value["visit__ends_on"]
        day = period_text(value["visit__precision"], first, last, value["visit__weekday"])
        return f"{value['visit__title'] or guests or _('Guests unknown')}, {day}"

    for value in values:
        of_agreement, of_visit = agreement(value), visit(value)
        step = name(value["step__name_id"], value["step__name_en"])
        due, status, title = value["due_on"], value["status"], value["title"]
        sides = [(party(name(u, ue), name(r, re)), bool(done)) for _r, r, re, _u, u, ue, done in value["parts_named"]]
        value |= {
            "url": address % value["pk"],
            "heading": title or heading_of(value["kind"], of_agreement, step, value["indicator__name"] or ""),
            "agreement": of_agreement,
            "visit": of_visit,
            "below": of_visit or (of_agreement if title else ""),
            "kind_label": kinds[value["kind"]],
            "priority_label": priorities[value["priority"]],
            "priority_badge": priority_badge(value["priority"]) if value["priority"] in ("HIGH", "URGENT") else "",
            "origin_label": origins[value["origin"]],
            "due": due_in_words(due, value["due_precision"], value["due_as_stated"]),
            "overdue": is_overdue(status, due, today),
            "state_badge": state_badge(status, due, today),
            "state_label": state_in_words(status, due, today),
            "sides": sides,
            "responsible": "; ".join([side for side, _done in sides]),
            "who": "; ".join([*(side for side, _done in sides), *value["people"]]),
            "confirmed": "; ".join([side for side, done in sides if done]) if len(sides) > 1 else "",
            "owner": name(value.get("owner__name_id"), value.get("owner__name_en")),
            "may_keep": mine.keeps(value),
            "may_work": mine.works_on(value),
        }
        yield value


class _Mine:
    """`may_be_kept_by` and `may_be_worked_on_by` of a milestone, for bare values."""

    def __init__(self, user: Any) -> None:
        self.all = user.sees_all
        self.writing, self.pk = set(user.writing_region_ids), user.pk
        self.regions, self.units = set(user.regions_for(Right.WORK)), set(user.units_for(Right.WORK))

    def keeps(self, value: Row) -> bool:
        return self.all or value["owner_id"] in self.writing

    def works_on(self, value: Row) -> bool:
        return (
            self.keeps(value)
            or not self.regions.isdisjoint(value["region_ids"])
            or not self.units.isdisjoint(value["organisation_ids"])
            or self.pk in value["user_ids"]
        )


MORE_FOR_FILES = ("note", "evidence", "owner__name_id", "owner__name_en", "created_at")

COLUMNS = [
    Column(gettext_lazy("Follow-up"), itemgetter("heading"), gettext_lazy("What must happen."), 60),
    Column(gettext_lazy("Kind"), itemgetter("kind_label"), gettext_lazy("What kind of follow-up it is."), 24),
    Column(
        gettext_lazy("State"),
        itemgetter("state_label"),
        gettext_lazy("How far it has come; overdue is what is open after its day."),
        16,
    ),
    Column(
        gettext_lazy("Due"),
        lambda row: row["due_on"] if row["due_precision"] == Precision.DAY and row["due_on"] else row["due"],
        gettext_lazy("The day; in words where only a month or year is known, or no day at all."),
        16,
    ),
    Column(
        gettext_lazy("Due in the words of the source"),
        itemgetter("due_as_stated"),
        gettext_lazy("Exactly as it was written."),
        24,
    ),
    Column(gettext_lazy("Priority"), itemgetter("priority_label"), gettext_lazy("How much it presses."), 12),
    Column(
        gettext_lazy("Responsible"),
        itemgetter("responsible"),
        gettext_lazy("The regions and units that must do it, each with its own part."),
        40,
    ),
    Column(
        gettext_lazy("Confirmed by"),
        lambda row: "; ".join(side for side, done in row["sides"] if done),
        gettext_lazy("Those of them that have confirmed their part."),
        30,
    ),
    Column(gettext_lazy("People"), lambda row: "; ".join(row["people"]), gettext_lazy("To whom it is given."), 30),
    Column(gettext_lazy("Requested by"), itemgetter("requested_by"), gettext_lazy("Who asked for it."), 30),
    Column(gettext_lazy("Visit"), itemgetter("visit"), gettext_lazy("The visit from which it comes."), 40),
    Column(gettext_lazy("Agreement"), itemgetter("agreement"), gettext_lazy("The agreement to which it belongs."), 40),
    Column(gettext_lazy("Origin"), itemgetter("origin_label"), gettext_lazy("How it came into the register."), 26),
    Column(gettext_lazy("Open since"), itemgetter("since"), gettext_lazy("The day from which it stands."), 16),
    Column(gettext_lazy("Done on"), itemgetter("done_on"), gettext_lazy("The day on which it was done."), 16),
    Column(gettext_lazy("Evidence"), itemgetter("evidence"), gettext_lazy("What shows that it was done."), 30),
    Column(gettext_lazy("Remarks"), itemgetter("note"), gettext_lazy("As they were entered."), 40),
    Column(
        gettext_lazy("Kept by"),
        itemgetter("owner"),
        gettext_lazy("The region whose officers keep the record."),
        24,
    ),
    Column(gettext_lazy("Entered"), itemgetter("created_at"), gettext_lazy("When, in your time zone."), 20),
    ADDRESS,
]
