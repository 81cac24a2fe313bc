"""By what visits can be narrowed down: the one set that the list, its files and the numbers of the home page share."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Value
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pages.filtering import Checkbox, DayFilter, OneOf, PeriodForm, QuickInput
from pages.lookups import LookupField, LookupFilter
from pages.once import once
from pages.paging import Order
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Level, Organisation, Region, Sector, localised
from regions.places import Place, PlaceFilter
from visits.lists import ORDERS, regions_of
from visits.lookups import SeriesLookup
from visits.models import (
    Direction,
    Standing,
    Visit,
    VisitKind,
    VisitKindLink,
    VisitQuerySet,
    VisitSeries,
    VisitStatus,
)
from visits.models.visits import children

PERIODS = [
    ("this-month", _("This month")),
    ("last-month", _("Last month")),
    ("this-year", _("This year")),
    ("last-year", _("Last year")),
    ("next-months", _("The next three months")),
]
STAGES = [
    ("upcoming", _("Upcoming")),
    ("past", _("Past")),
    ("unreported", _("Over, not yet reported")),
    ("without-outcome", _("Over, without any outcome")),
    ("held", _("Took place")),
    ("taking-place", _("Neither postponed nor cancelled")),
]
LED_TO = [
    ("follow-up", _("A follow-up")),
    ("done", _("A follow-up that is done")),
    ("agreement", _("An agreement")),
    ("signed", _("A signed agreement")),
]
NO_SECTOR = ("none", _("Without a sector"))
NO_MONTH = "none"
STANDINGS = [("all", _("Also those only mentioned")), ("claimed", _("Only those only mentioned"))]
SORTS = [
    ("-date", _("Newest first")),
    ("date", _("Oldest first")),
    ("host", _("Host, A to Z")),
    ("-host", _("Host, Z to A")),
    ("status", _("Status, from invited on")),
    ("-status", _("Status, from cancelled back")),
    ("-logged", _("Logged last")),
    ("logged", _("Logged first")),
]
DEFAULT_SORT = "-date"


def period(name: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a named period around the day."""
    first = today.replace(day=1)
    before = first - dt.timedelta(days=1)
    return {
        "this-month": (first, _end_of_month(today)),
        "last-month": (before.replace(day=1), before),
        "this-year": (dt.date(today.year, 1, 1), dt.date(today.year, 12, 31)),
        "last-year": (dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)),
        "next-months": (today, _months_on(today, 3)),
    }[name]


def _months_on(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _end_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


class Chosen(PeriodForm):
    """The filter form: kinds and sectors, both short lists, are read in one query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kinds, sectors = kinds_and_sectors()
        fields["kind"].choices, fields["sector"].choices = kinds, [*sectors, NO_SECTOR]
        fields["category"].choices = categories()


def categories() -> list[tuple[str, Any]]:
    """Those of agreements, which stand above this app."""
    agreements: Any = children("agreement_links").model._meta.get_field("agreement").related_model
    choices: list[tuple[str, Any]] = agreements._meta.get_field("category").choices
    return choices


@once
def kinds_and_sectors() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    fields = ("of", "pk", "name_id", "name_en", "position")
    kinds = VisitKind.objects.order_by().annotate(of=Value("kind")).values_list(*fields)
    sectors = Sector.objects.order_by().annotate(of=Value("sector")).values_list(*fields)
    found = kinds.union(sectors, all=True).order_by("of", "position", "name_id")
    named = [(of, (str(pk), localised(name_id, name_en))) for of, pk, name_id, name_en, _position in found]
    return [choice for of, choice in named if of == "kind"], [choice for of, choice in named if of == "sector"]


class ProgrammeFilter(django_filters.Filter):
    """Programmes that the user may see, found by typing."""

    field_class = LookupField

    @property
    def field(self) -> LookupField:
        self.extra |= {"lookup": SeriesLookup(self.parent.request.user), "create": False}
        field: LookupField = super().field
        return field


class MonthField(forms.CharField):
    """“2026-03” is its first day, “none” stands for what is known less precisely than by its month."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return Month(dt.date.fromisoformat(f"{text}-01") if text != NO_MONTH else None) if text else None
        except ValueError:
            raise forms.ValidationError(_("This is not a month. Write it as 2026-03.")) from None


@dataclass(frozen=True)
class Month:
    """A month as a filter; None: of which the month is not known."""

    first: dt.date | None

    def __str__(self) -> str:
        return date_format(self.first, "F Y") if self.first else gettext("The month is not known")


class MonthFilter(django_filters.Filter):
    field_class = MonthField


class VisitFilter(django_filters.FilterSet):
    """Needs the request: “incoming” and “this month” depend on who asks. Visits that are only mentioned are left out
    unless asked for.

    `on` is the day for which “upcoming”, “took place” and what came of it are asked, today where it is empty. A visit
    has one status, that of now: a past day is told by the dates.
    """

    q = django_filters.CharFilter(
        method="saying", label=_("Text, also of papers"), max_length=200, widget=QuickInput({"type": "search"})
    )
    region = LookupFilter(method="with_region", lookup=REGIONS, label=_("Region, host or guest"))
    host = LookupFilter(method="with_host", lookup=REGIONS, label=_("Host"), widget=forms.HiddenInput)
    guest = LookupFilter(method="with_guest", lookup=REGIONS, label=_("Guest"), widget=forms.HiddenInput)
    organisation = LookupFilter(method="with_organisation", lookup=ORGANISATIONS, label=_("Organisation"))
    country = LookupFilter(
        method="of_country", lookup=REGIONS, params={"level": Level.COUNTRY.value}, label=_("Country of the partner")
    )
    province = LookupFilter(
        method="of_province", lookup=REGIONS, params={"level": Level.PROVINCE.value},
        label=_("Province of the partner"), widget=forms.HiddenInput,
    )  # fmt: skip
    place = PlaceFilter(method="in_place")
    unit = LookupFilter(method="with_organisation", lookup=ORGANISATIONS, label=_("Unit"), widget=forms.HiddenInput)
    period = OneOf(method="in_period", label=_("Period"), choices=PERIODS, empty_label=_("Any time"))
    since = DayFilter(method="from_day", label=_("From"))
    until = DayFilter(method="to_day", label=_("Until"))
    month = MonthFilter(method="in_month", label=_("Began in"), widget=forms.HiddenInput)
    on = DayFilter(method="leave", label=_("As it stood on the day"), widget=forms.HiddenInput)
    direction = OneOf(
        method="in_direction", label=_("Direction"), choices=Direction.choices, empty_label=_("Any direction")
    )
    kind = OneOf(method="of_kind", label=_("Kind of visit"), choices=[], empty_label=_("Any kind"))
    sector = OneOf(method="about", label=_("Sector"), choices=[], empty_label=_("Any sector"))
    status = OneOf(label=_("Status"), choices=VisitStatus.choices, empty_label=_("Any status"))
    category = OneOf(
        method="of_category", label=_("Of an agreement of the category"), choices=[], widget=forms.HiddenInput
    )
    led = OneOf(method="led_to", label=_("What came of it"), choices=LED_TO, empty_label=_("Anything or nothing"))
    stage = OneOf(method="at_stage", label=_("Progress"), choices=STAGES, empty_label=_("Any progress"))
    programme = ProgrammeFilter(method="of_programme", label=_("Programme"))
    standing = OneOf(method="leave", label=_("Evidence"), choices=STANDINGS, empty_label=_("Evidenced visits"))
    sort = OneOf(method="leave", label=_("Sort by"), choices=SORTS, empty_label=None)
    open = Checkbox(method="with_open", label=_("With open follow-ups"))
    undated = Checkbox(method="without_date", label=_("Date unknown"))

    class Meta:
        model = Visit
        form = Chosen
        fields: ClassVar[list[str]] = []

    @property
    def order(self) -> Order:
        return ORDERS[self.form.cleaned_data.get("sort") or DEFAULT_SORT]

    @property
    def today(self) -> dt.date:
        today: dt.date = self.form.cleaned_data.get("on") or self.request.user.today()
        return today

    @property
    def side(self) -> list[int]:
        """The regions as which the list is read: those of the place, else the reader's own."""
        place: Place | None = self.form.cleaned_data.get("place")
        return list(place.ids) if place else regions_of(self.request.user)

    def filter_queryset(self, queryset: VisitQuerySet) -> VisitQuerySet:
        found: VisitQuerySet = super().filter_queryset(queryset)
        standing = self.form.cleaned_data.get("standing")
        if standing == "all":
            return found
        return found.filter(standing=Standing.CLAIMED) if standing == "claimed" else found.evidenced()

    def leave(self, found: VisitQuerySet, _name: str, _value: str) -> VisitQuerySet:
        """`sort`, `standing` and `on` are read elsewhere: they also mean something when they are empty."""
        return found

    def saying(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.saying(value, self.request.user)

    def in_period(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.between(*period(value, self.today))

    def from_day(self, found: VisitQuerySet, _name: str, value: dt.date) -> VisitQuerySet:
        return found.between(value, None)

    def to_day(self, found: VisitQuerySet, _name: str, value: dt.date) -> VisitQuerySet:
        return found.between(None, value)

    def with_region(self, found: VisitQuerySet, _name: str, value: Region) -> VisitQuerySet:
        return found.with_region(value.pk)

    def with_host(self, found: VisitQuerySet, _name: str, value: Region) -> VisitQuerySet:
        return found.filter(host_region=value)

    def with_guest(self, found: VisitQuerySet, _name: str, value: Region) -> VisitQuerySet:
        return found.with_guest(value.pk)

    def in_direction(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.in_direction(value, self.side)

    def in_place(self, found: VisitQuerySet, _name: str, value: Place) -> VisitQuerySet:
        return found.in_place(value.ids)

    def with_organisation(self, found: VisitQuerySet, _name: str, value: Organisation) -> VisitQuerySet:
        return found.with_organisation(value.pk)

    def of_country(self, found: VisitQuerySet, _name: str, value: Region) -> VisitQuerySet:
        return found.of_country(value.pk)

    def of_province(self, found: VisitQuerySet, _name: str, value: Region) -> VisitQuerySet:
        return found.of_province(value.pk, self.side)

    def in_month(self, found: VisitQuerySet, _name: str, value: Month) -> VisitQuerySet:
        return found.in_month(value.first)

    def of_category(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.in_category(value, self.request.user)

    def led_to(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.led_to(value, self.today, self.request.user)

    def of_kind(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.filter(Exists(VisitKindLink.objects.filter(visit=OuterRef("pk"), kind=int(value))))

    def about(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        return found.about(None if value == "none" else int(value))

    def at_stage(self, found: VisitQuerySet, _name: str, value: str) -> VisitQuerySet:
        stages: dict[str, Callable[[dt.date], VisitQuerySet]] = {
            "upcoming": found.upcoming,
            "past": found.past,
            "unreported": found.unreported,
            "without-outcome": lambda day: found.past(day).without_outcome(),
            "held": found.held,
            "taking-place": lambda _day: found.taking_place(),
        }
        return stages[value](self.today)

    def with_open(self, found: VisitQuerySet, _name: str, value: bool) -> VisitQuerySet:
        return found.with_open_outcomes() if value else found

    def without_date(self, found: VisitQuerySet, _name: str, value: bool) -> VisitQuerySet:
        return found.undated() if value else found

    def of_programme(self, found: VisitQuerySet, _name: str, value: VisitSeries) -> VisitQuerySet:
        return found.filter(series=value)
