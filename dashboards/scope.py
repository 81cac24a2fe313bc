"""For whom, where, on which day and by what the dashboard counts; and the addresses of the lists that hold just that.

Every number starts at `scope.visits()`, `.agreements()` or `.milestones()` and leads to `scope.to_visits(…)` and so on,
whose address carries the place, the day and all filters. What is done to the records here is what the filters of the
lists do, by the same methods of the QuerySets; tests follow every link and count.

A day and a period are two things: what *stands* (states, stages, what is due) is told for the day, what *happened*
(visits, what came of them, signings) for the period, twelve months up to the day unless another one is chosen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import BigIntegerField, F, Q, Value
from django.http import Http404, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.filters import months_silent
from agreements.models import Agreement, AgreementQuerySet, Category
from followups.models import Milestone, MilestoneQuerySet
from pages.context import reverse
from pages.filtering import DayInput, PeriodForm, QuickSelect
from pages.lists import EVERYTHING, chips, query
from pages.lookups import LookupField
from pages.sheets.fields import EARLIEST, DayField
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Level, Region, Sector, localised
from regions.places import WHOLE, Place, place_of
from visits.lists import regions_of
from visits.models import Visit, VisitQuerySet

ALL = "all"  # everything that the reader sees
PROCESS = "process"  # silent for as long as the process says


def day_field(label: Any) -> forms.DateField:
    """Of the days that the lists behind the numbers take."""
    return DayField(required=False, label=label, widget=DayInput({"type": "date"}, format="%Y-%m-%d"))


class ScopeForm(PeriodForm):
    """The filters. `place` has a switch of its own and is only carried here."""

    on = day_field(gettext_lazy("As it stood on the day"))
    since = day_field(gettext_lazy("Period from"))
    until = day_field(gettext_lazy("Period until"))
    category = forms.ChoiceField(required=False, label=gettext_lazy("Category"), widget=QuickSelect)
    sector = forms.ChoiceField(required=False, label=gettext_lazy("Sector"), widget=QuickSelect)
    region = LookupField(REGIONS, required=False, create=False, label=gettext_lazy("Partner: region"))
    organisation = LookupField(ORGANISATIONS, required=False, create=False, label=gettext_lazy("Partner: organisation"))
    unit = LookupField(ORGANISATIONS, required=False, create=False, label=gettext_lazy("Unit"))
    silent = forms.ChoiceField(
        required=False, label=gettext_lazy("Silent means that nothing happened for"), widget=QuickSelect
    )

    def __init__(self, data: QueryDict, sectors: list[tuple[str, str]]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", _("Any category")), *Category.choices]
        fields["sector"].choices = [("", _("Any sector")), *sectors]
        _process, *months = months_silent()
        fields["silent"].choices = [("", _process[1]), *months]


class PickForm(forms.Form):
    """Any region, by typing: for the system administrator."""

    place = LookupField(REGIONS, required=False, create=False, label=gettext_lazy("Or any region"))


@dataclass(frozen=True)
class Choice:
    """One place that the reader may look at."""

    key: str
    label: str
    here: bool


@dataclass
class Scope:
    """`side` are the regions as which visits are read: incoming to them, outgoing from them; empty for the nation."""

    user: Any
    params: QueryDict
    place: Place | None = None
    sectors: list[tuple[str, str]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)  # that are offered
    pick: PickForm | None = None

    # Where

    @property
    def place_key(self) -> str:
        return self.place.key if self.place else ALL

    @property
    def side(self) -> list[int]:
        return list(self.place.ids) if self.place else regions_of(self.user)

    @property
    def is_nation(self) -> bool:
        """Counting it costs more the more there is: the answer is kept for some minutes."""
        return bool(self.user.sees_all and self.place is None)

    @property
    def is_plain(self) -> bool:
        """Neither filter nor day: what is told follows the records of the place and what hangs on them."""
        return not self.carried.keys() - {"place"}

    # When, by what

    @cached_property
    def form(self) -> ScopeForm:
        return ScopeForm(self.params, self.sectors)

    @property
    def chosen(self) -> dict[str, Any]:
        return self.form.cleaned_data

    @property
    def on(self) -> dt.date | None:
        """The day that was asked for; None: today, for states in the time zone of each record's region."""
        day: dt.date | None = self.chosen["on"]
        return day

    @cached_property
    def today(self) -> dt.date:
        today: dt.date = self.on or self.user.today()
        return today

    @cached_property
    def past(self) -> dt.date | None:
        """The day, if it is over."""
        return self.on if self.on and self.on < self.user.today() else None

    @cached_property
    def since(self) -> dt.date:
        chosen: dt.date | None = self.chosen["since"]
        return chosen or _year_before(self.until)

    @cached_property
    def until(self) -> dt.date:
        return self.chosen["until"] or max(self.today, self.chosen["since"] or self.today)

    @property
    def has_period(self) -> bool:
        return bool(self.chosen["since"] or self.chosen["until"])

    @property
    def sector(self) -> int | None:
        return int(self.chosen["sector"]) if self.chosen["sector"] else None

    @property
    def silent(self) -> str:
        return self.chosen["silent"] or PROCESS

    def _key(self, name: str) -> int | None:
        record = self.chosen[name]
        return record.pk if record else None

    @cached_property
    def carried(self) -> dict[str, str]:
        """What every address has: place, day, filters. The period is added where something happened in it."""
        kept = {
            "place": self.place.key if self.place else "",
            "on": self.on.isoformat() if self.on else "",
            "category": self.chosen["category"],
            "sector": self.chosen["sector"],
            **{name: str(self._key(name) or "") for name in ("region", "organisation", "unit")},
        }
        return {name: value for name, value in kept.items() if value}

    @property
    def chips(self) -> list[Any]:
        return chips(self.form, self.params, besides=())

    @property
    def query(self) -> str:
        """The parameters of this page."""
        return query(self.params, form=self.form)

    @property
    def cleared(self) -> str:
        """The address of the same place without filters."""
        return f"?place={self.place_key}"

    @property
    def others(self) -> list[tuple[str, str]]:
        """The parameters that stay when another place is chosen."""
        return [(name, str(value)) for name, value in QueryDict(self.query).items() if name != "place"]

    # What is counted

    def visits(self) -> VisitQuerySet:
        """Evidenced ones, as the list has them."""
        return self._visits

    def agreements(self) -> AgreementQuerySet:
        """Of a past day those that had left a trace by then."""
        return self._agreements

    def milestones(self) -> MilestoneQuerySet:
        return self._milestones

    @cached_property
    def _visits(self) -> VisitQuerySet:
        found: VisitQuerySet = self._narrowed(self._seen(Visit).evidenced())
        return found

    @cached_property
    def _agreements(self) -> AgreementQuerySet:
        found: AgreementQuerySet = self._narrowed(self._seen(Agreement))
        return found.begun(self.past) if self.past else found

    @cached_property
    def _milestones(self) -> MilestoneQuerySet:
        found: MilestoneQuerySet = self._narrowed(self._seen(Milestone))
        return found

    def in_period(self) -> VisitQuerySet:
        """Visits of the period, held or planned."""
        return self.visits().taking_place().between(self.since, self.until)

    def _seen(self, model: Any) -> Any:
        """What the reader sees. Of a place that is wholly theirs they see whatever takes part in it, and to ask that
        twice leads the database astray: it expects the square of what there is."""
        if self.place and self.user.is_active and set(self.place.ids) <= set(self.user.region_ids):
            return model.objects.all()
        return model.objects.visible_to(self.user)

    def _narrowed(self, found: Any) -> Any:
        """Place and filters, which all three kinds of records understand alike."""
        found = found.in_place(self.place.ids) if self.place else found
        if region := self._key("region"):
            found = found.filter(region_ids__contains=[region])
        if organisation := self._key("organisation"):
            found = found.with_organisation(organisation)
        if unit := self._key("unit"):
            found = found.filter(organisation_ids__contains=[unit])
        if category := self.chosen["category"]:
            found = found.in_category(category, self.user)
        return found.about(self.sector) if self.sector else found

    # Where it leads

    def to_visits(self, **asked: Any) -> str:
        return self._to("visits:list", asked)

    def to_period(self, **asked: Any) -> str:
        """Visits of the period, held or planned."""
        period = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return self._to("visits:list", {"stage": "taking-place"} | period | asked)

    def to_agreements(self, **asked: Any) -> str:
        return self._to("agreements:list", ({"begun": "on"} if self.past else {}) | asked)

    def to_milestones(self, **asked: Any) -> str:
        return self._to("followups:list", asked)

    def _to(self, name: str, asked: dict[str, Any]) -> str:
        """Some hundred addresses a page: what all of them carry is written once."""
        own = {key: str(value) for key, value in asked.items() if value}
        if asked.keys() & self.carried.keys():
            parameters = urlencode({key: value for key, value in (self.carried | asked).items() if value})
        else:
            parameters = "&".join(part for part in (self._carried, urlencode(own)) if part)
        return f"{reverse(name)}?{parameters or EVERYTHING}"

    @cached_property
    def _carried(self) -> str:
        return urlencode(self.carried)


def scope_of(user: Any, params: QueryDict) -> Scope:
    """The scope of an address; 404 for a place that is not the reader's to look at."""
    sectors, regions = _sectors_and_regions(user)
    pick = PickForm(params if params.get("place_text", "").strip() else None) if user.sees_all else None
    key = _picked(pick) or params.get("place", "").strip() or _own_place(user)
    place = None if key == ALL else place_of(key) if user.sees_all else _place_among(regions, key, _supervised(user))
    if key != ALL and place is None:
        raise Http404
    kept = params.copy()
    kept["place"] = place.key if place else ALL
    for name in ("place_text", "place_pick", "anew"):
        kept.pop(name, None)
    return Scope(user, kept, place, sectors, regions, pick)


def _sectors_and_regions(user: Any) -> tuple[list[tuple[str, str]], list[Region]]:
    """All sectors, and the regions that are offered: those that are seen, or all provinces. One query."""
    fields = ("of", "pk", "name_id", "name_en", "place", "level", "above")
    sectors = Sector.objects.order_by().annotate(
        of=Value("sector"), place=F("position"), level=Value(""), above=Value(None, BigIntegerField())
    )
    seen = Q(level=Level.PROVINCE) if user.sees_all else Q(pk__in=user.region_ids)
    regions = Region.objects.order_by().filter(seen).annotate(of=Value("region"), place=Value(0), above=F("parent"))
    found = list(sectors.values_list(*fields).union(regions.values_list(*fields), all=True))
    found.sort(key=lambda row: (row[4], row[2]))
    named = [(str(pk), localised(name, other)) for of, pk, name, other, *_more in found if of == "sector"]
    offered = [
        Region(pk=pk, name_id=name, name_en=other, level=level, parent_id=above)
        for of, pk, name, other, _place, level, above in found
        if of == "region"
    ]
    return named, sorted(offered, key=lambda region: (region.level != Level.PROVINCE, region.name_id))


def _place_among(regions: list[Region], key: str, whole: list[int]) -> Place | None:
    """The place of a member: one of their regions, or one that they supervise with what lies in it."""
    by_key = {str(region.pk): Place(region, is_whole=False, ids=(region.pk,)) for region in regions}
    for region in regions:
        if region.pk in whole:
            below = [other.pk for other in regions if other.parent_id == region.pk]
            by_key[f"{region.pk}{WHOLE}"] = Place(region, is_whole=True, ids=(region.pk, *sorted(below)))
    return by_key.get(key)


def _picked(pick: PickForm | None) -> str:
    """The region that was typed; words that fit several lead to all, and the form asks which one is meant."""
    if pick is None or not pick.is_bound:
        return ""
    region = pick.cleaned_data["place"] if pick.is_valid() else None
    return str(region.pk) if region else ALL


def choices(scope: Scope) -> list[Choice]:
    """The places among which the reader may choose; the system administrator also types any region."""
    user, here = scope.user, scope.place_key
    found = [(ALL, _("All regions") if user.sees_all else _("All that you see"))]
    whole = [region.pk for region in scope.regions] if user.sees_all else _supervised(user)
    for region in scope.regions:
        if region.pk in whole:
            found.append((f"{region.pk}{WHOLE}", str(Place(region, is_whole=True, ids=()))))
        found.append((str(region.pk), region.name))
    if here not in dict(found) and scope.place:
        found.append((here, str(scope.place)))
    return [Choice(key, label, key == here) for key, label in found]


def _own_place(user: Any) -> str:
    """Where the page opens: the province that is supervised, else the home region, else all that is seen."""
    if user.sees_all or not user.own_region_ids:
        return ALL
    if whole := _supervised(user):
        return f"{whole[0]}{WHOLE}"
    home = user.home_region
    return str(home.pk) if home and home.pk in user.own_region_ids else str(user.own_region_ids[0])


def _supervised(user: Any) -> list[int]:
    return sorted({m.region_id for m in user.standing if m.region_id and m.supervises})


def _year_before(day: dt.date) -> dt.date:
    """The first day of the twelve months that end with the month of the day."""
    month = day.year * 12 + day.month - 1 - 11
    return max(EARLIEST, dt.date(month // 12, month % 12 + 1, 1))
