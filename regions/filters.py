"""What the directories can be narrowed by; the whole state stands in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Lower
from django.utils.translation import gettext_lazy as _

from pages.lookups import Lookup, LookupFilter
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS
from regions.models import Level, Official, Organisation, OrganisationKind, Region

PARENT_LEVELS = f"{Level.COUNTRY},{Level.PROVINCE},{Level.FOREIGN_PROVINCE}"


def in_tree_order(regions: QuerySet[Region]) -> QuerySet[Region]:
    """Indonesia first, every region after the one in which it lies: by codes, and by names where there is no code."""
    path = Case(
        When(code__isnull=False, then=F("code")),
        When(parent__code__isnull=False, then=Concat("parent__code", Value("/"), Lower("name_id"))),
        default=Concat(
            Coalesce("parent__parent__code", Value("")),
            Value("/"),
            Lower("parent__name_id"),
            Value("/"),
            Lower("name_id"),
        ),
    )
    return regions.order_by(path, "pk")


class Searching(django_filters.FilterSet):
    """A list with a search box: words and codes first, names a typing error away when nothing else fits."""

    lookup: Lookup[Any]
    guessed = False
    q = django_filters.CharFilter(method="search", label=_("Search"))

    def search(self, records: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        found = self.lookup.search(text[:100], records)
        self.guessed = not found.exists()
        return self.lookup.alike(text[:100], records) if self.guessed else found


class RegionFilter(Searching):
    lookup = REGIONS
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level.choices, widget=forms.HiddenInput)  # the tabs
    within = LookupFilter(
        lookup=REGIONS,
        label=_("Lies in (province or country)"),
        params={"level": PARENT_LEVELS},
        method="inside",
        placeholder=_("Name or code"),
    )

    class Meta:
        model = Region
        fields = ["q", "level", "within"]

    def inside(self, records: QuerySet[Region], name: str, place: Region) -> QuerySet[Region]:
        return records.filter(Q(parent=place) | Q(parent__parent=place))


class OrganisationFilter(Searching):
    lookup = ORGANISATIONS
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OrganisationKind.choices, empty_label=_("All kinds"))
    region = LookupFilter(lookup=REGIONS, label=_("Region"))

    class Meta:
        model = Organisation
        fields = ["q", "kind", "region"]


class OfficialFilter(Searching):
    lookup = OFFICIALS
    region = LookupFilter(lookup=REGIONS, label=_("Region"), method="serving")

    class Meta:
        model = Official
        fields = ["q", "region"]

    def serving(self, records: QuerySet[Official], name: str, place: Region) -> QuerySet[Official]:
        return records.filter(positions__organisation__region=place).distinct()
