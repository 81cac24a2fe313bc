"""Lists of what must be done: outcomes with a follow-up, across visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from pages.exports import Column
from pages.lookups import LookupFilter
from pages.paging import Order, Row
from regions.lookups import ORGANISATIONS
from regions.models import localised
from visits.lists import exact_or_words
from visits.lists import rows as rows_of_visits
from visits.models import FollowUp, Outcome
from visits.models.outcomes import OPEN_FOLLOW_UPS, OutcomeQuerySet
from visits.models.visits import LISTED, party
from visits.telling import follow_up_badge

STATES = [
    ("overdue", _("Overdue")),
    ("suggested", _("Suggested, not accepted yet")),
    ("done", _("Done")),
    ("all", _("All with a follow-up")),
]
BY_DUE = Order("due_on", read=dt.date.fromisoformat)
OF_VISIT = ("guests_named", "host", "heading", "date", "url", "starts_on", "precision")


class OutcomeFilter(django_filters.FilterSet):
    """Open follow-ups unless another state is asked for. Needs the request: “ours” depends on who asks."""

    q = django_filters.CharFilter(
        field_name="text",
        lookup_expr="icontains",
        label=_("Text"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = django_filters.ChoiceFilter(method="leave", label=_("State"), choices=STATES, empty_label=_("Open"))
    whose = django_filters.ChoiceFilter(
        method="owed", label=_("To be done by"), choices=[("ours", _("Us"))], empty_label=_("Either side")
    )
    unit = LookupFilter(field_name="responsible", lookup=ORGANISATIONS, label=_("Responsible unit"))

    class Meta:
        model = Outcome
        fields: ClassVar[list[str]] = []

    def filter_queryset(self, queryset: OutcomeQuerySet) -> OutcomeQuerySet:
        """The state first: `owed_by` is fast after it."""
        states = {
            "open": queryset.open(),
            "overdue": queryset.overdue(self.request.user.today()),
            "suggested": queryset.filter(follow_up=FollowUp.SUGGESTED),
            "done": queryset.filter(follow_up=FollowUp.DONE),
            "all": queryset.exclude(follow_up=FollowUp.NOT_NEEDED),
        }
        found: OutcomeQuerySet = super().filter_queryset(states[self.form.cleaned_data.get("state") or "open"])
        return found

    def leave(self, found: OutcomeQuerySet, _name: str, _value: str) -> OutcomeQuerySet:
        """`state` is read above: it also means something when it is empty."""
        return found

    def owed(self, found: OutcomeQuerySet, _name: str, _value: str) -> OutcomeQuerySet:
        return found.owed_by(self.request.user)


def rows(values: Iterable[Row], user: Any) -> Iterator[Row]:
    """What `Outcome.objects.for_list()` gave, as the user reads it."""
    today: dt.date = user.today()
    for value in values:
        of_visit = {name: value[f"visit__{name}"] for name in LISTED}
        visit = next(rows_of_visits([of_visit | {"guests": value["guests"], "kinds_named": []}], user))
        due: dt.date | None = value["due_on"]
        yield {
            "pk": value["pk"],
            "text": value["text"],
            "due_on": due,
            "due": date_format(due) if due else value["due_as_stated"],
            "overdue": bool(due and due < today and value["follow_up"] in OPEN_FOLLOW_UPS),
            "follow_up": value["follow_up"],
            "state_badge": follow_up_badge(value["follow_up"], due, today),
            "responsible": _named(value, "responsible"),
            "requested_by": value["requested_by"],
            **{f"visit_{name}": visit[name] for name in OF_VISIT},
        }


def _named(value: Row, unit: str) -> str:
    """A unit with its region: every region has a cooperation division."""
    name, region = (
        localised(value[f"{of}__name_id"] or "", value[f"{of}__name_en"] or "") for of in (unit, f"{unit}__region")
    )
    return party(name, region)


COLUMNS = [
    Column(_("Follow-up"), lambda row: row["text"], _("What is to be done, in the words of the outcome."), 60),
    Column(_("State"), lambda row: FollowUp(row["follow_up"]).label, _("How far it has come."), 16),
    Column(_("Due"), lambda row: row["due_on"] or row["due"], _("The day; in words where no day is known."), 16),
    Column(_("Responsible unit"), lambda row: row["responsible"], _("Who must do it."), 36),
    Column(_("Requested by"), lambda row: row["requested_by"], _("Who asked for it."), 30),
    Column(
        _("Date of the visit"),
        lambda row: exact_or_words(
            {"starts_on": row["visit_starts_on"], "precision": row["visit_precision"], "date": row["visit_date"]}
        ),
        _("The day; in words where only a range, month, year or weekday is known."),
        18,
    ),
    Column(_("Guests"), lambda row: row["visit_guests_named"], _("The visiting delegations."), 40),
    Column(_("Host"), lambda row: row["visit_host"], _("Who received them."), 40),
    Column(_("Record"), lambda row: row["visit_url"], _("The address of the visit in this register."), 14),
]
