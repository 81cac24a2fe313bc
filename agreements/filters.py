"""By what agreements can be narrowed down: the one set that the list, its files, the board and the home page share."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.checklists import lacking_papers
from agreements.lists import order_of
from agreements.models import (
    Agreement,
    AgreementKind,
    AgreementNature,
    AgreementQuerySet,
    AgreementState,
    Category,
    ProcessStep,
    StepPhase,
)
from agreements.standing import at_steps
from agreements.targets import Target
from pages.filtering import Checkbox, DayFilter, OneOf, QuickInput
from pages.lookups import LookupFilter
from pages.paging import Order
from pages.sheets.fields import WholeNumberField
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Level, Organisation, Region, localised
from regions.places import Place, PlaceFilter
from visits.filters import kinds_and_sectors
from visits.lists import regions_of

KEPT = [("ours", _("By us")), ("others", _("By others"))]
SORTS = [
    ("-active", _("Last activity first")),
    ("active", _("Longest silent first")),
    ("ends", _("Ends soonest")),
    ("-ends", _("Ends last")),
    ("-signed", _("Signed last")),
    ("signed", _("Signed first")),
    ("stage", _("Longest at its stage")),
    ("-stage", _("Shortest at its stage")),
    ("-logged", _("Logged last")),
    ("logged", _("Logged first")),
]
PHASES = [("NONE", _("Not started")), *StepPhase.choices]
PACES = [("on", _("Longer than allowed")), ("off", _("Within the days allowed"))]
WAITING = {
    "council": (_("The council"), ("COUNCIL",)),
    "ministry": (_("A ministry"), ("HOME_AFFAIRS", "FOREIGN_AFFAIRS", "MINISTRIES", "CENTRAL")),
}  # whose turn it is: codes of actors of steps
NO_SECTOR = ("none", _("Without a sector"))
MONTHS = (3, 6, 9, 12, 18, 24, 36)
DEFAULT_SORT = "-active"
LONGEST = 3650  # days


def steps_of(category: str) -> list[tuple[str, str]]:
    """Code and name of the steps of a category over all its editions, as the newest edition names and orders them."""
    steps = ProcessStep.objects.filter(process__category=category, process__published_on__isnull=False)
    found: dict[str, str] = {}
    for code, name_id, name_en in steps.order_by("-process__edition", "position").values_list(
        "code", "name_id", "name_en"
    ):
        found.setdefault(code, localised(name_id, name_en))
    return list(found.items())


class Chosen(forms.Form):
    """The filter form. The steps on offer are those of the chosen category; without one there are none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = sectors()
        category = self.data.get("category", "")
        if category in Category.values:
            fields["step"].choices = steps_of(category)
        self._let_go_of_a_step_that_is_not_of_the_category(category)

    def _let_go_of_a_step_that_is_not_of_the_category(self, category: str) -> None:
        """Whoever changes the category with a step chosen means the category; nonsense stays and is explained."""
        step = self.data.get("step", "")
        of_category = {code for code, _name in getattr(self.fields["step"], "choices", ()) if code}
        if not step or step in of_category or category not in {"", *Category.values} or "\x00" in step:
            return
        if ProcessStep.objects.filter(code=step).exists():
            self.data = {**self.data.dict(), "step": ""} if isinstance(self.data, QueryDict) else self.data


def sectors() -> list[tuple[str, Any]]:
    """As the visits have them: a report that reads both lists asks once."""
    return [*kinds_and_sectors()[1], NO_SECTOR]


def months_silent() -> list[tuple[str, Any]]:
    """From when a silence is told, in words."""
    return [
        ("process", _("As long as its process says")),
        *((str(n), format_lazy(_("{n} months"), n=n)) for n in MONTHS),
    ]


class Days(django_filters.NumberFilter):
    """A whole number of days."""

    field_class = WholeNumberField

    def __init__(self, **kwargs: Any) -> None:
        widget = QuickInput({"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(widget=widget, min_value=1, max_value=LONGEST, **kwargs)

    def get_max_validator(self) -> None:
        """The field has its own limits."""


class AgreementFilter(django_filters.FilterSet):
    """Needs the request: “kept by us” and what papers say depend on who asks.

    `on` narrows nothing: it is the day for which state and stage are asked, today where it is empty. On a past day the
    stage is that of the log (`agreements.standing`); `begun` leaves out what had left no trace by then.
    """

    q = django_filters.CharFilter(
        method="saying", label=_("Text, also of papers"), max_length=200, widget=QuickInput({"type": "search"})
    )
    region = LookupFilter(method="with_region", lookup=REGIONS, label=_("Party: region"))
    organisation = LookupFilter(method="with_organisation", lookup=ORGANISATIONS, label=_("Party: organisation"))
    place = PlaceFilter(method="in_place")
    unit = LookupFilter(
        method="with_organisation", lookup=ORGANISATIONS, label=_("Responsible unit"), widget=forms.HiddenInput
    )
    country = LookupFilter(
        method="of_country", lookup=REGIONS, params={"level": Level.COUNTRY.value}, label=_("Country of the partner")
    )
    category = OneOf(label=_("Category"), choices=Category.choices, empty_label=_("Any category"))
    kind = OneOf(label=_("Kind"), choices=AgreementKind.choices, empty_label=_("Any kind"))
    state = OneOf(method="in_state", label=_("State"), choices=AgreementState.choices, empty_label=_("Any state"))
    on = DayFilter(method="leave", label=_("As it stood on the day"))
    phase = OneOf(method="in_phase", label=_("Part of the process"), choices=PHASES, empty_label=_("Any part"))
    step = OneOf(method="at_step", label=_("Step"), choices=[], empty_label=_("Any step"))
    sector = OneOf(method="about", label=_("Sector"), choices=[], empty_label=_("Any sector"))
    ending = Days(method="ending_within", label=_("Ends within … days"))
    silent = OneOf(
        method="silent_for", label=_("In force, but nothing happened for"), choices=months_silent(),
        empty_label=pgettext_lazy("length of time", "Any"),
    )  # fmt: skip
    nature = OneOf(label=_("Nature"), choices=AgreementNature.choices, empty_label=_("Any nature"))
    kept = OneOf(method="kept_by", label=_("Record kept"), choices=KEPT, empty_label=_("By anyone"))
    sort = OneOf(method="leave", label=_("Sort by"), choices=SORTS, empty_label=None)
    lacking = Checkbox(method="lacking_papers", label=_("Papers are missing"))
    late = OneOf(
        method="at_pace", label=_("Time at its step"), choices=PACES, empty_label=pgettext_lazy("length of time", "Any")
    )
    decision = Checkbox(method="awaiting_a_decision", label=_("Waiting for a decision"))
    top = Checkbox(method="on_top", label=_("Without those under another agreement"))
    waiting = OneOf(
        method="waiting_for", label=_("Waiting for"), choices=[(code, label) for code, (label, _of) in WAITING.items()],
        widget=forms.HiddenInput,
    )  # fmt: skip
    renewal = Checkbox(method="with_renewal", label=_("Renewal not signed yet"), widget=forms.HiddenInput)
    targets = OneOf(method="with_target", label=_("Targets"), choices=Target.choices, widget=forms.HiddenInput)
    begun = Checkbox(method="begun_by_then", label=_("Begun by that day"), widget=forms.HiddenInput)
    since = DayFilter(method="signed_from", label=_("Signed from"), widget=forms.HiddenInput)
    until = DayFilter(method="signed_to", label=_("Signed until"), widget=forms.HiddenInput)

    class Meta:
        model = Agreement
        form = Chosen
        fields: ClassVar[list[str]] = []

    @property
    def day(self) -> dt.date | None:
        """The day for which the state is asked; None: today, in each record's own region."""
        day: dt.date | None = self.form.cleaned_data.get("on")
        return day

    @property
    def order(self) -> Order:
        return order_of(self.form.cleaned_data.get("sort") or DEFAULT_SORT, self.day)

    @cached_property
    def today(self) -> dt.date:
        today: dt.date = self.day or self.request.user.today()
        return today

    @cached_property
    def past(self) -> dt.date | None:
        """The day, if it is over: then the log is asked."""
        return self.day if self.day and self.day < self.request.user.today() else None

    def leave(self, found: AgreementQuerySet, _name: str, _value: str) -> AgreementQuerySet:
        """`sort` and `on` are read elsewhere."""
        return found

    def saying(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.saying(value, self.request.user)

    def with_region(self, found: AgreementQuerySet, _name: str, value: Region) -> AgreementQuerySet:
        return found.with_region(value.pk)

    def with_organisation(self, found: AgreementQuerySet, _name: str, value: Organisation) -> AgreementQuerySet:
        return found.with_organisation(value.pk)

    def of_country(self, found: AgreementQuerySet, _name: str, value: Region) -> AgreementQuerySet:
        return found.of_country(value)

    def in_state(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.in_state(value, on=self.day)

    def in_place(self, found: AgreementQuerySet, _name: str, value: Place) -> AgreementQuerySet:
        return found.in_place(value.ids)

    def in_phase(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        """What is closed stands nowhere."""
        if value == "NONE":
            return found.standing(self.past).nowhere()
        return at_steps(found, self.past, phase=value)

    def at_step(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return at_steps(found, self.past, code=value)

    def about(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.about(None if value == "none" else int(value))

    def ending_within(self, found: AgreementQuerySet, _name: str, value: int) -> AgreementQuerySet:
        return found.ending_within(value, self.today)

    def kept_by(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        ours = regions_of(self.request.user)
        return found.filter(owner__in=ours) if value == "ours" else found.exclude(owner__in=ours)

    def lacking_papers(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return lacking_papers(found, self.request.user) if value else found

    def at_pace(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        placed: AgreementQuerySet = found.standing(self.past)
        return placed.late(self.today) if value == "on" else placed.in_time(self.today)

    def awaiting_a_decision(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return at_steps(found, self.past, is_gate=True) if value else found

    def waiting_for(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return at_steps(found, self.past, actor__code__in=WAITING[value][1])

    def silent_for(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.silent(None if value == "process" else int(value), self.today, self.day)

    def with_renewal(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.with_open_renewal(self.request.user, self.today, self.past) if value else found

    def with_target(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.with_target(value, self.today)

    def begun_by_then(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.begun(self.today) if value else found

    def signed_from(self, found: AgreementQuerySet, _name: str, value: dt.date) -> AgreementQuerySet:
        return found.signed_between(value, None)

    def signed_to(self, found: AgreementQuerySet, _name: str, value: dt.date) -> AgreementQuerySet:
        return found.signed_between(None, value)

    def on_top(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.filter(parent__isnull=True) if value else found
