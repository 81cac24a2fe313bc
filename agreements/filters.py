"""By what agreements can be narrowed down: the one set that the list, its files, the board and the home page share."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
from pages.filtering import Checkbox, DayFilter, OneOf, QuickInput
from pages.lookups import LookupFilter
from pages.paging import Order
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Level, Organisation, Region, Sector, localised
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


_idle_panels: dict[Any, SafeString] = {}


def idle_panel(form: forms.BaseForm, action: str, *, is_board: bool) -> SafeString:
    """The filter panel as it is while nothing is chosen: the same for everybody, drawn once in each language."""
    fields: dict[str, Any] = form.fields
    key = (get_language(), action, tuple((str(value), str(label)) for value, label in fields["sector"].choices))
    if key not in _idle_panels or settings.DEBUG:
        if len(_idle_panels) > 16:
            _idle_panels.clear()
        shown = {"form": form, "action": action, "is_board": is_board}
        _idle_panels[key] = render_to_string("agreements/_filter.html", shown)
    return _idle_panels[key]


def sectors() -> list[tuple[str, str]]:
    named = Sector.objects.order_by("position", "name_id").values_list("pk", "name_id", "name_en")
    return [(str(pk), localised(name_id, name_en)) for pk, name_id, name_en in named]


class Days(django_filters.NumberFilter):
    """A whole number of days."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        widget = QuickInput({"type": "number", "min": "1", "max": str(LONGEST), "inputmode": "numeric"})
        super().__init__(widget=widget, min_value=1, max_value=LONGEST, **kwargs)

    def get_max_validator(self) -> None:
        """The field has its own limits."""


class AgreementFilter(django_filters.FilterSet):
    """Needs the request: “kept by us” and what papers say depend on who asks.

    `on` narrows nothing: it is the day for which the state is asked, today where it is empty.
    """

    q = django_filters.CharFilter(
        method="saying", label=_("Text, also of papers"), max_length=200, widget=QuickInput({"type": "search"})
    )
    region = LookupFilter(method="with_region", lookup=REGIONS, label=_("Party: region"))
    organisation = LookupFilter(method="with_organisation", lookup=ORGANISATIONS, label=_("Party: organisation"))
    country = LookupFilter(
        method="of_country", lookup=REGIONS, params={"level": Level.COUNTRY.value}, label=_("Country of the partner")
    )
    category = OneOf(label=_("Category"), choices=Category.choices, empty_label=_("Any category"))
    kind = OneOf(label=_("Kind"), choices=AgreementKind.choices, empty_label=_("Any kind"))
    state = OneOf(method="in_state", label=_("State"), choices=AgreementState.choices, empty_label=_("Any state"))
    on = DayFilter(method="leave", label=_("State on the day"))
    phase = OneOf(method="in_phase", label=_("Part of the process"), choices=PHASES, empty_label=_("Any part"))
    step = OneOf(method="at_step", label=_("Step"), choices=[], empty_label=_("Any step"))
    sector = OneOf(method="about", label=_("Sector"), choices=[], empty_label=_("Any sector"))
    ending = Days(method="ending_within", label=_("Ends within … days"))
    nature = OneOf(label=_("Nature"), choices=AgreementNature.choices, empty_label=_("Any nature"))
    kept = OneOf(method="kept_by", label=_("Record kept"), choices=KEPT, empty_label=_("By anyone"))
    sort = OneOf(method="leave", label=_("Sort by"), choices=SORTS, empty_label=None)
    lacking = Checkbox(method="lacking_papers", label=_("Papers are missing"))
    late = Checkbox(method="too_long", label=_("Longer at its step than allowed"))
    decision = Checkbox(method="awaiting_a_decision", label=_("Waiting for a decision"))
    top = Checkbox(method="on_top", label=_("Without those under another agreement"))

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

    def in_phase(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        """What is closed stands nowhere."""
        standing = {"step__isnull": True} if value == "NONE" else {"step__phase": value}
        return found.filter(closed_as="", **standing)

    def at_step(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.filter(closed_as="", step__code=value)

    def about(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        return found.filter(sector_ids__contains=[int(value)])

    def ending_within(self, found: AgreementQuerySet, _name: str, value: int) -> AgreementQuerySet:
        return found.ending_within(value, self.today)

    def kept_by(self, found: AgreementQuerySet, _name: str, value: str) -> AgreementQuerySet:
        ours = regions_of(self.request.user)
        return found.filter(owner__in=ours) if value == "ours" else found.exclude(owner__in=ours)

    def lacking_papers(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return lacking_papers(found, self.request.user) if value else found

    def too_long(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.late(self.request.user.today()) if value else found

    def awaiting_a_decision(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.awaiting_a_decision() if value else found

    def on_top(self, found: AgreementQuerySet, _name: str, value: bool) -> AgreementQuerySet:
        return found.filter(parent__isnull=True) if value else found
