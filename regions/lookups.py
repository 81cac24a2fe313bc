"""How regions, organisations, officials and venues are found by typing: `LookupField(REGIONS)`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pages.lookups import Lookup, Option, among
from records.keys import whole
from records.synonyms import OFFICES, PROVINCES
from regions.models import Level, Official, Organisation, Position, Region, Venue
from regions.models.officials import NAMED as NAMED_OFFICIAL
from regions.models.organisations import NAMED as NAMED_ORGANISATION

SHORT_FORMS = {"kab": "kabupaten"} | PROVINCES
PROVINCE_WORDS = {"provinsi", "propinsi", "prov", "province"}  # no part of a province's own name


class RegionLookup(Lookup[Region]):
    """Regions by code, name in either language, province or country; “prov.” means provinces only."""

    model = Region
    codes = ("code",)
    own = "pk"
    beside = ("parent__name_id", "parent__name_en", "parent__parent__name_id", "parent__parent__name_en")
    url = "regions:lookup"
    create_url = "regions:new"
    placeholder = gettext_lazy("Name or code, for example 35.07")
    create_label = gettext_lazy("Add a place abroad")

    def records(self) -> QuerySet[Region]:
        return Region.objects.select_related("parent__parent")

    def narrow(self, records: QuerySet[Region], params: Mapping[str, str]) -> QuerySet[Region]:
        if levels := [level for level in params.get("level", "").split(",") if level in Level.values]:
            records = records.filter(level__in=levels)
        return records

    def normalise(self, text: str) -> str:
        """With the short forms written out: “Kab. Malang” is “kabupaten Malang”."""
        return super().normalise(_written_out(text, SHORT_FORMS))

    def search(self, text: str, records: QuerySet[Region] | None = None) -> QuerySet[Region]:
        records = self.records() if records is None else records
        words = self.normalise(text).split()
        others = [w for w in words if w.rstrip(".").casefold() not in PROVINCE_WORDS]
        if others and len(others) < len(words):
            records = records.filter(level__in=[Level.PROVINCE, Level.FOREIGN_PROVINCE])
        return super().search(" ".join(others or words), records)

    def whole(self, text: str) -> Q:
        """Also without its level: “Solok” is Kabupaten Solok and Kota Solok, but not Kabupaten Solok Selatan."""
        bare = re.escape(text)
        return (
            super().whole(text)
            | Q(name_id__iregex=rf"^(?:kabupaten|kota|provinsi)(?: administrasi)? {bare}$")
            | Q(name_en__iregex=rf"^{bare} (?:regency|city|province)$")
        )

    def names_of(self, record: Region) -> set[str]:
        names = super().names_of(record)
        if record.level in (Level.PROVINCE, Level.FOREIGN_PROVINCE):
            names |= {f"{word} {name}" for word in PROVINCE_WORDS for name in names}
        return names

    def option(self, record: Region) -> Option:
        above = [r.name for r in record.lineage() if r.level != Level.COUNTRY or record.is_abroad]
        if record.valid_to and record.valid_to < timezone.localdate():
            above.append(_("until %(year)s") % {"year": record.valid_to.year})
        return Option(
            value=record.pk,
            label=record.label,
            name=record.name,
            level=record.get_level_display(),
            code=record.code or "",
            context=", ".join(above),
        )

    def create_text(self, text: str) -> str:
        return _("Add “%(name)s” as a new place abroad…") % {"name": text}

    def too_many(self, text: str, count: int) -> str:
        return ngettext(
            "“%(text)s” is part of the name of %(count)s region: confirm it below.",
            "“%(text)s” matches %(count)s regions: choose one.",
            count,
        ) % {"text": text, "count": count}

    def nothing(self, text: str) -> str:
        return _(
            "No region is called “%(text)s”. Check the spelling or type the code; a place abroad can be added."
        ) % {"text": text}


def _written_out(text: str, short_forms: Mapping[str, str]) -> str:
    return " ".join(short_forms.get(word.rstrip(".").casefold(), word) for word in text.split())


class OrganisationLookup(Lookup[Organisation]):
    """Organisations by name, short name, or the name or code of their region."""

    model = Organisation
    codes = ("short_name",)
    indexed = own_words = NAMED_ORGANISATION
    url = "regions:organisation-lookup"
    create_url = "regions:organisation-new"
    create_label = gettext_lazy("Add an organisation")

    def records(self) -> QuerySet[Organisation]:
        return Organisation.objects.select_related("region", "parent")

    def normalise(self, text: str) -> str:
        """With the short forms written out: “Pemkot Batam” is “pemerintah kota Batam”."""
        return super().normalise(_written_out(text, OFFICES))

    def holds(self, words: str) -> Q:
        """In its names or in those of its region; each through an index of its own."""
        regions = Region.objects.order_by().filter(
            Q(name_id__icontains=words) | Q(name_en__icontains=words) | Q(code__iexact=words)
        )
        return Q(held__icontains=words) | Q(among("region", regions.values("pk")))

    def narrow(self, records: QuerySet[Organisation], params: Mapping[str, str]) -> QuerySet[Organisation]:
        region = whole(params.get("region", ""))
        return records if region is None else records.filter(region_id=region)

    def option(self, record: Organisation) -> Option:
        context = [record.region.name if record.region else "", record.parent.name if record.parent else ""]
        return Option(
            value=record.pk,
            label=record.label,
            name=record.name,
            level=record.get_kind_display(),
            code=record.short_name,
            context=", ".join(part for part in context if part),
        )

    def create_text(self, text: str) -> str:
        return _("Add “%(name)s” as a new organisation…") % {"name": text}

    def too_many(self, text: str, count: int) -> str:
        return ngettext(
            "“%(text)s” is part of the name of %(count)s organisation: confirm it below.",
            "“%(text)s” matches %(count)s organisations: choose one.",
            count,
        ) % {"text": text, "count": count}

    def nothing(self, text: str) -> str:
        return _("No organisation is called “%(text)s”. Check the spelling or add it.") % {"text": text}


class OfficialLookup(Lookup[Official]):
    """Officials by name; their positions tell namesakes apart."""

    model = Official
    names = ("name",)
    indexed = own_words = NAMED_OFFICIAL
    url = "regions:official-lookup"
    create_url = "regions:official-new"
    create_label = gettext_lazy("Add an official")

    def records(self) -> QuerySet[Official]:
        return Official.objects.prefetch_related("positions")

    def holds(self, words: str) -> Q:
        """In the name, or in an office that they hold or held: “wali kota batam”, “mayor of batam”."""
        offices = Position.objects.order_by().filter(title__icontains=words)
        return Q(held__icontains=words) | Q(among("pk", offices.values("official")))

    def first(self, records: QuerySet[Official], user: Any) -> QuerySet[Official]:
        held = Position.objects.filter(official=OuterRef("pk"), organisation__region__in=user.region_ids)
        ours = Case(When(Exists(held), then=Value(0)), default=Value(1))  # an agency user may have no region
        return records.order_by(ours, Lower("name"), "pk")

    def option(self, record: Official) -> Option:
        return Option(value=record.pk, label=record.label, name=str(record), level=record.capacity)

    def create_text(self, text: str) -> str:
        return _("Add “%(name)s” as a new official…") % {"name": text}

    def too_many(self, text: str, count: int) -> str:
        return ngettext(
            "“%(text)s” is part of the name of %(count)s official: confirm it below.",
            "“%(text)s” matches %(count)s officials: choose one.",
            count,
        ) % {"text": text, "count": count}

    def nothing(self, text: str) -> str:
        return _("No official is called “%(text)s”. Check the spelling or add the person.") % {"text": text}


class VenueLookup(Lookup[Venue]):
    """Venues by name, region or the venue in which they lie."""

    model = Venue
    names = ("name",)
    beside = ("region__name_id", "region__name_en", "parent__name")
    url = "regions:venue-lookup"
    create_url = "regions:venue-new"
    create_label = gettext_lazy("Add a venue")

    def records(self) -> QuerySet[Venue]:
        return Venue.objects.select_related("region", "parent")

    def option(self, record: Venue) -> Option:
        context = [record.parent.name if record.parent else "", record.region.name if record.region else ""]
        return Option(
            value=record.pk,
            label=record.label,
            name=record.name,
            level=record.get_kind_display(),
            context=", ".join(part for part in context if part),
        )

    def create_text(self, text: str) -> str:
        return _("Add “%(name)s” as a new venue…") % {"name": text}

    def too_many(self, text: str, count: int) -> str:
        return ngettext(
            "“%(text)s” is part of the name of %(count)s venue: confirm it below.",
            "“%(text)s” matches %(count)s venues: choose one.",
            count,
        ) % {"text": text, "count": count}

    def nothing(self, text: str) -> str:
        return _("No venue is called “%(text)s”. Check the spelling or add it.") % {"text": text}


REGIONS = RegionLookup()
ORGANISATIONS = OrganisationLookup()
OFFICIALS = OfficialLookup()
VENUES = VenueLookup()
