"""By what milestones can be narrowed down: the one set that the list, its files, bulk deeds and the home page share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.lookups import AgreementLookup
from agreements.models import Agreement, Category
from followups.lists import ORDERS
from followups.lookups import PeopleLookup
from followups.models import Milestone, MilestoneKind, MilestoneQuerySet, MilestoneStatus, Origin, Priority
from followups.models.milestones import later
from pages.filtering import Checkbox, DayFilter, OneOf, PeriodForm, QuickInput
from pages.lookups import LookupField, LookupFilter
from pages.paging import Order
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Organisation, Region, Sector
from regions.places import Place, PlaceFilter
from visits.lookups import VisitLookup
from visits.models import Visit

STATES = [
    ("overdue", _("Overdue")),
    ("7", _("Due within 7 days")),
    ("30", _("Due within 30 days")),
    ("90", _("Due within 90 days")),
    ("undated", _("Open, without a due day")),
    ("suggested", _("Suggested, not accepted yet")),
    ("done", _("Done")),
    ("cancelled", _("Cancelled")),
    ("all", _("All")),
]
WHOSE = [("mine", _("Me")), ("ours", _("Our side")), ("theirs", _("The other side"))]
SORTS = [
    ("due", _("Due first")),
    ("-due", _("Due last")),
    ("priority", _("Most urgent first")),
    ("-made", _("Newest first")),
    ("made", _("Oldest first")),
    ("-done", _("Done last")),
]
DEFAULT_SORT = "due"


class OwnLookup(django_filters.Filter):
    """A record found by typing among those that the user may see; `made_for` is a lookup that takes the user."""

    field_class = LookupField

    def __init__(self, made_for: Any, **kwargs: Any) -> None:
        self.made_for = made_for
        super().__init__(**kwargs)

    @property
    def field(self) -> LookupField:
        self.extra |= {"lookup": self.made_for(self.parent.request.user), "create": False}
        field: LookupField = super().field
        return field


class LookupOfSector(django_filters.ModelChoiceFilter):
    """By its key; hidden, so that its choices are never read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Sector.objects.all(), **kwargs)


class MilestoneFilter(django_filters.FilterSet):
    """Open milestones unless another state is asked for. Needs the request: “ours” and “overdue” depend on who asks.

    `on` is the day for which the state is asked, today where it is empty; how a past day is told:
    `MilestoneQuerySet.open_on`.
    """

    q = django_filters.CharFilter(
        method="saying", label=_("Text, also of papers"), max_length=200, widget=QuickInput({"type": "search"})
    )
    state = OneOf(method="leave", label=_("State"), choices=STATES, empty_label=_("Open"))
    whose = OneOf(method="owed", label=_("To be done by"), choices=WHOSE, empty_label=_("Anyone"))
    kind = OneOf(label=_("Kind"), choices=MilestoneKind.choices, empty_label=_("Any kind"))
    priority = OneOf(label=_("Priority"), choices=Priority.choices, empty_label=_("Any priority"))
    since = DayFilter(field_name="due_on", lookup_expr="gte", label=_("Due from"))
    until = DayFilter(field_name="due_on", lookup_expr="lte", label=_("Due until"))
    unit = LookupFilter(method="of_unit", lookup=ORGANISATIONS, label=_("Responsible unit"))
    person = OwnLookup(PeopleLookup, method="given_to", label=_("Person"))
    region = LookupFilter(method="with_region", lookup=REGIONS, label=_("Region that takes part"))
    agreement = OwnLookup(AgreementLookup, method="of_agreement", label=_("Agreement"))
    visit = OwnLookup(VisitLookup, method="of_visit", label=_("Visit"))
    organisation = LookupFilter(
        method="with_organisation", lookup=ORGANISATIONS, label=_("Organisation that takes part"),
        widget=forms.HiddenInput,
    )  # fmt: skip
    place = PlaceFilter(method="in_place")
    on = DayFilter(method="leave", label=_("As it stood on the day"), widget=forms.HiddenInput)
    category = OneOf(
        method="of_category", label=_("Of an agreement of the category"), choices=Category.choices,
        widget=forms.HiddenInput,
    )  # fmt: skip
    sector = LookupOfSector(method="about", label=_("Sector"), widget=forms.HiddenInput)
    nounit = Checkbox(method="of_no_unit", label=_("No unit is responsible"), widget=forms.HiddenInput)
    origin = OneOf(label=_("Origin"), choices=Origin.choices, empty_label=_("Any origin"))
    sort = OneOf(method="leave", label=_("Sort by"), choices=SORTS, empty_label=None)

    class Meta:
        model = Milestone
        form = PeriodForm
        fields: ClassVar[list[str]] = []

    @property
    def order(self) -> Order:
        return ORDERS[self.form.cleaned_data.get("sort") or DEFAULT_SORT]

    def filter_queryset(self, queryset: MilestoneQuerySet) -> MilestoneQuerySet:
        """The state first: it is what indexes know best."""
        state = self.form.cleaned_data.get("state") or "open"
        found: MilestoneQuerySet = super().filter_queryset(in_state(queryset, state, self.today, past=self.past))
        return found

    @property
    def today(self) -> dt.date:
        today: dt.date = self.form.cleaned_data.get("on") or self.request.user.today()
        return today

    @property
    def past(self) -> bool:
        """Is a day asked for that is over?"""
        past: bool = self.today < self.request.user.today()
        return past

    def leave(self, found: MilestoneQuerySet, _name: str, _value: str) -> MilestoneQuerySet:
        """`state`, `on` and `sort` are read elsewhere: they also mean something when they are empty."""
        return found

    def saying(self, found: MilestoneQuerySet, _name: str, value: str) -> MilestoneQuerySet:
        return found.saying(value, self.request.user)

    def owed(self, found: MilestoneQuerySet, _name: str, value: str) -> MilestoneQuerySet:
        user, place = self.request.user, self.form.cleaned_data.get("place")
        if place and value != "mine":
            return found.on_side_of(place.ids) if value == "ours" else found.on_other_sides(place.ids)
        of = {"mine": found.owed_by, "ours": found.for_side_of, "theirs": found.for_others}
        return of[value](user)

    def in_place(self, found: MilestoneQuerySet, _name: str, value: Place) -> MilestoneQuerySet:
        return found.in_place(value.ids)

    def with_organisation(self, found: MilestoneQuerySet, _name: str, value: Organisation) -> MilestoneQuerySet:
        return found.with_organisation(value.pk)

    def of_category(self, found: MilestoneQuerySet, _name: str, value: str) -> MilestoneQuerySet:
        return found.in_category(value, self.request.user)

    def about(self, found: MilestoneQuerySet, _name: str, value: Sector) -> MilestoneQuerySet:
        return found.about(value.pk)

    def of_no_unit(self, found: MilestoneQuerySet, _name: str, value: bool) -> MilestoneQuerySet:
        return found.filter(organisation_ids=[]) if value else found

    def of_unit(self, found: MilestoneQuerySet, _name: str, value: Organisation) -> MilestoneQuerySet:
        return found.filter(organisation_ids__contains=[value.pk])

    def given_to(self, found: MilestoneQuerySet, _name: str, value: Any) -> MilestoneQuerySet:
        return found.filter(user_ids__contains=[value.pk])

    def with_region(self, found: MilestoneQuerySet, _name: str, value: Region) -> MilestoneQuerySet:
        return found.filter(region_ids__contains=[value.pk])

    def of_agreement(self, found: MilestoneQuerySet, _name: str, value: Agreement) -> MilestoneQuerySet:
        return found.filter(agreement=value)

    def of_visit(self, found: MilestoneQuerySet, _name: str, value: Visit) -> MilestoneQuerySet:
        return found.filter(visit=value)


def in_state(found: MilestoneQuerySet, state: str, today: dt.date, *, past: bool = False) -> MilestoneQuerySet:
    """One of STATES, or “open”, on the day; `past`: it is over."""
    if past:
        return in_past_state(found, state, today)
    if state.isdecimal():
        return found.due_within(int(state), today)
    states = {
        "open": found.open,
        "overdue": lambda: found.overdue(today),
        "undated": lambda: found.open().filter(due_on__isnull=True),
        "suggested": found.suggested,
        "done": lambda: found.filter(status=MilestoneStatus.DONE),
        "cancelled": lambda: found.filter(status=MilestoneStatus.CANCELLED),
        "all": found.all,
    }
    return states[state]()


def in_past_state(found: MilestoneQuerySet, state: str, on: dt.date) -> MilestoneQuerySet:
    """The same as it was on a day that is over; what was a suggestion then nobody knows."""
    if state.isdecimal():
        return found.open_on(on).filter(due_on__range=(on, later(on, int(state))))
    states: dict[str, Callable[[], MilestoneQuerySet]] = {
        "open": lambda: found.open_on(on),
        "overdue": lambda: found.open_on(on).filter(due_on__lt=on),
        "undated": lambda: found.open_on(on).filter(due_on__isnull=True),
        "suggested": found.suggested,
        "done": lambda: found.filter(status=MilestoneStatus.DONE, done_on__lte=on),
        "cancelled": lambda: found.cancelled_by(on),
        "all": lambda: found.filter(since__lte=on),
    }
    return states[state]()
