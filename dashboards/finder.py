"""Whom to talk to: regions that offer what we want or want what we offer, with the reason, beside existing ties.

Sector meets sector; pairs whose words meet as well rank higher. All is asked in sets: a page costs the same however
many regions have noted what they offer and want.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from pages.filtering import QuickSelect
from pages.lookups import LookupField
from pages.paging import AnyPage
from records.asking import EMPTY
from regions.lookups import REGIONS
from regions.models import Level, Region, RegionTrait, Sector, TraitKind, localised
from visits.models import Visit

PER_PAGE = 12
OFFER, WANT = TraitKind.OFFER.value, TraitKind.WANT.value
MET_BY = {OFFER: WANT, WANT: OFFER}

# How many words a trait shares with that one of ours which it meets and shares most with; by stems, small words aside.
SHARED = """(
    SELECT COALESCE(max(cardinality(ARRAY(
        SELECT unnest(tsvector_to_array(to_tsvector('indonesian', ours.text)))
        INTERSECT SELECT unnest(tsvector_to_array(to_tsvector('indonesian', regions_regiontrait.text)))
        EXCEPT SELECT unnest(%s::text[])))), 0)
    FROM regions_regiontrait ours
    WHERE ours.region_id = %s AND ours.sector_id = regions_regiontrait.sector_id
        AND ours.kind <> regions_regiontrait.kind)"""


class FinderForm(forms.Form):
    region = LookupField(REGIONS, label=_("For the region"), required=False, create=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False, widget=QuickSelect)
    country = LookupField(
        REGIONS, label=_("Country"), required=False, create=False, params={"level": Level.COUNTRY.value}
    )
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Any level")), *Level.choices], widget=QuickSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sectors = Sector.objects.values_list("pk", "name_id", "name_en")
        fields: dict[str, Any] = self.fields
        fields["sector"].choices = [
            ("", _("Any sector")),
            *((str(pk), localised(name_id, name_en)) for pk, name_id, name_en in sectors),
        ]


@dataclass(frozen=True)
class Reason:
    """What one side wants and what the other offers in the same sector. `we_give`: it is we who offer."""

    sector: Sector
    we_give: bool
    theirs: list[RegionTrait]
    ours: list[RegionTrait]


@dataclass
class Match:
    """A region that fits, why, and what is between us already as far as the reader may see it."""

    region: Region
    url: str
    reasons: list[Reason] = field(default_factory=list)
    visits: int = 0
    agreements: int = 0
    visits_url: str = ""
    agreements_url: str = ""

    @property
    def is_mutual(self) -> bool:
        return len({reason.we_give for reason in self.reasons}) == 2

    @property
    def gives(self) -> bool:
        return any(not reason.we_give for reason in self.reasons)


@dataclass(frozen=True)
class Finder:
    """Partners for one region. `ours` are its traits that have a sector: without these nothing can be found."""

    region: Region
    user: Any
    chosen: dict[str, Any]

    @cached_property
    def ours(self) -> dict[tuple[int, str], list[RegionTrait]]:
        held: dict[tuple[int, str], list[RegionTrait]] = defaultdict(list)
        for trait in RegionTrait.objects.filter(region=self.region, sector__isnull=False).select_related("sector"):
            held[trait.sector_id or 0, trait.kind].append(trait)
        return held

    @property
    def has_offers(self) -> bool:
        return any(kind == OFFER for _sector, kind in self.ours)

    @property
    def has_wants(self) -> bool:
        return any(kind == WANT for _sector, kind in self.ours)

    def page(self, number: str | None) -> AnyPage:
        """Both ways before one way, then by words in common, then by how many sectors meet. Six queries."""
        page = Paginator(self._ranked, PER_PAGE).get_page(number)
        page.object_list = self._told([row["region_id"] for row in page.object_list])
        return page

    @property
    def _meeting(self) -> QuerySet[RegionTrait]:
        """The traits of others that meet one of ours, as far as the filters ask for them."""
        ours = Q(pk=None)
        for held, kind in self.ours:
            ours |= Q(sector=held, kind=MET_BY[kind])
        today: dt.date = self.user.today()
        there = Q(region__valid_to__isnull=True) | Q(region__valid_to__gte=today)
        found = RegionTrait.objects.filter(ours, there).exclude(region=self.region)
        if sector := self.chosen.get("sector"):
            found = found.filter(sector=sector)
        if level := self.chosen.get("level"):
            found = found.filter(region__level=level)
        if country := self.chosen.get("country"):
            inside = Q(region=country)
            for above in ("region__parent", "region__parent__parent", "region__parent__parent__parent"):
                inside |= Q(**{above: country})
            found = found.filter(inside)
        return found

    @property
    def _ranked(self) -> Any:
        shared = RawSQL(SHARED, [sorted(EMPTY), self.region.pk], IntegerField())  # noqa: S611 -- words of ours, a number
        both = Case(When(kinds=2, then=Value(0)), default=Value(1))
        return (
            self._meeting.order_by()
            .values("region_id")
            .annotate(kinds=Count("kind", distinct=True), words=Sum(shared), sectors=Count("sector", distinct=True))
            .order_by(both, F("words").desc(), F("sectors").desc(), Lower("region__name_id"), "region_id")
        )

    def _told(self, keys: list[int]) -> list[Match]:
        regions = Region.objects.select_related("parent__parent").in_bulk(keys)
        matches = {pk: self._match(regions[pk]) for pk in keys}
        theirs = self._meeting.filter(region__in=keys).select_related("sector")
        ordered = theirs.order_by("region", "sector__position", "sector", "-kind", "pk")
        for (pk, sector, kind), traits in groupby(ordered, lambda trait: (trait.region_id, trait.sector, trait.kind)):
            if sector is not None:
                ours = self.ours[sector.pk, MET_BY[kind]]
                matches[pk].reasons.append(Reason(sector, kind == WANT, list(traits), ours))
        visits = self._counted(Visit.objects.visible_to(self.user).evidenced(), keys)
        agreements = self._counted(Agreement.objects.visible_to(self.user), keys)
        for pk, match in matches.items():
            match.visits, match.agreements = visits[pk], agreements[pk]
        return list(matches.values())

    def _counted(self, found: Any, keys: list[int]) -> Counter[int]:
        """How many of them each region takes part in, together with ours: as the lists count behind these numbers."""
        with_us = found.order_by().filter(region_ids__contains=[self.region.pk], region_ids__overlap=keys)
        unnested = Func(F("region_ids"), function="unnest", output_field=IntegerField())
        return Counter(dict(with_us.values_list(unnested).annotate(Count("pk"))))

    def _match(self, region: Region) -> Match:
        query = urlencode({"region": region.pk, "place": self.region.pk})
        return Match(
            region,
            reverse("dashboards:relation", args=[self.region.pk, region.pk]),
            visits_url=f"{reverse('visits:list')}?{query}",
            agreements_url=f"{reverse('agreements:list')}?{query}",
        )
