"""Found by typing: the partner of a visit (region or organisation), an earlier visit, a programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pages.lookups import Lookup, LookupField, Option
from records.keys import SHORT, by_key, whole
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Organisation, Region
from visits.models import Visit, VisitQuerySet, VisitSeries


class VisitLookup(Lookup[Visit]):
    """Earlier visits that the user may see, by any word of theirs; the newest first."""

    model = Visit
    names = ()
    url = "visits:lookup"
    placeholder = gettext_lazy("Region, person or subject")

    def __init__(self, user: Any) -> None:
        self.user = user

    def records(self) -> QuerySet[Visit]:
        return Visit.objects.visible_to(self.user).for_names()

    def option(self, record: Visit) -> Option:
        name, number = str(record), f"#{record.pk}"
        label = f"{name} — {record.period}, {number}"
        return Option(value=record.pk, label=label, name=name, level=record.period, code=number)

    def search(self, text: str, records: QuerySet[Visit] | None = None) -> QuerySet[Visit]:
        found = self.records() if records is None else records
        number = whole(self.normalise(text).lstrip("#"), SHORT)
        if number is not None:
            return found.filter(pk=number)
        found = cast("VisitQuerySet", found)
        return (found.matching(text) if text else found).newest_first()

    def alike(self, text: str, records: QuerySet[Visit] | None = None) -> QuerySet[Visit]:
        return Visit.objects.none()

    def of_label(self, text: str) -> list[Visit]:
        number = whole(text.rpartition("#")[2], SHORT)
        return [] if number is None else list(self.records().filter(pk=number))

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” stands in several visits: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("No visit fits “%(text)s”. Try the name of a region or a person.") % {"text": text}


class SeriesLookup(Lookup[VisitSeries]):
    """Programmes with phases that the user may see."""

    model = VisitSeries
    names = ("name",)
    own = "owner"
    url = "visits:series-lookup"
    placeholder = gettext_lazy("Name of the programme")

    def __init__(self, user: Any) -> None:
        self.user = user

    def records(self) -> QuerySet[VisitSeries]:
        return VisitSeries.objects.visible_to(self.user).select_related("owner")

    def option(self, record: VisitSeries) -> Option:
        owner = record.owner.name
        return Option(value=record.pk, label=f"{record.name} — {owner}", name=record.name, level=owner)

    def too_many(self, text: str, count: int) -> str:
        return _("“%(text)s” fits several programmes: choose one.") % {"text": text}

    def nothing(self, text: str) -> str:
        return _("No programme is called “%(text)s”. Choose one from the list, or name a new one.") % {"text": text}


@dataclass(frozen=True)
class Partner:
    """A region or an organisation. `pk` tells them apart: even for regions, odd for organisations."""

    record: Region | Organisation

    @property
    def pk(self) -> int:
        return 2 * self.record.pk + isinstance(self.record, Organisation)

    @property
    def rank(self) -> int:
        """How well the words that were typed fit it: `Lookup.search` says."""
        return getattr(self.record, "rank", 0)

    @property
    def region(self) -> Region | None:
        return self.record if isinstance(self.record, Region) else self.record.region

    @property
    def organisation(self) -> Organisation | None:
        return self.record if isinstance(self.record, Organisation) else None


class Partners:
    """Stands for the two tables as one: just what a lookup asks of a queryset."""

    def __init__(self, found: list[Partner] | None = None) -> None:
        self.found = found

    def filter(self, *, pk: Any) -> Partners:
        number = int(pk)
        lookup: Lookup[Any] = ORGANISATIONS if number % 2 else REGIONS
        records = lookup.records().filter(pk=number // 2)
        return Partners([Partner(record) for record in records])

    def first(self) -> Partner | None:
        return next(iter(self.found or []), None)

    def exists(self) -> bool:
        return bool(self.found)

    def __getitem__(self, part: slice) -> list[Partner]:
        return (self.found or [])[part]


class PartnerLookup(Lookup[Any]):
    """Regions and organisations in one list, the best first; each shows its level or kind and its code."""

    model = Region
    url = "visits:partner-lookup"
    create_url = "visits:partner-new"
    placeholder = gettext_lazy("Region, council, agency, company …")
    create_label = gettext_lazy("Add a place abroad or an organisation")

    def records(self) -> Any:
        return Partners()

    def option(self, record: Partner) -> Option:
        plain = _lookup_of(record).option(record.record)
        return Option(record.pk, plain.label, plain.name, plain.level, plain.code, plain.context)

    def search(self, text: str, records: Any = None) -> Any:
        return self._both(text, lambda lookup: lookup.search(text)[:21], "rank")

    def first(self, records: Any, user: Any) -> Any:
        return [Partner(record) for record in REGIONS.first(REGIONS.records(), user)[:21]]

    def alike(self, text: str, records: Any = None) -> Any:
        return self._both(text, lambda lookup: lookup.alike(text)[:10], "nearness", descending=True)

    def exact(self, text: str, found: list[Partner]) -> Partner | None:
        """Beyond doubt only when one of the two tables says so and the other does not hold these words in a name."""
        region = REGIONS.exact(text, [p.record for p in found if isinstance(p.record, Region)])
        organisation = ORGANISATIONS.exact(text, [p.record for p in found if isinstance(p.record, Organisation)])
        hits = [Partner(hit) for hit in (region, organisation) if hit is not None]
        by_label = [p for p in hits if _lookup_of(p).fits(p.record, text)]
        if len(by_label) == 1:
            return by_label[0]
        by_code = [p for p in hits if isinstance(p.record, Region) and (p.record.code or "").lower() == text.lower()]
        return by_code[0] if by_code else (hits[0] if len(hits) == 1 and len(found) == 1 else None)

    def fits(self, record: Partner, text: str) -> bool:
        return _lookup_of(record).fits(record.record, text)

    def of_label(self, text: str) -> list[Partner]:
        both: Iterable[Lookup[Any]] = (REGIONS, ORGANISATIONS)
        return [Partner(record) for lookup in both for record in lookup.of_label(text)]

    def create_text(self, text: str) -> str:
        return _("Add “%(name)s” as a new place or organisation…") % {"name": text}

    def too_many(self, text: str, count: int) -> str:
        return ngettext(
            "“%(text)s” is part of the name of %(count)s region or organisation: confirm it below.",
            "“%(text)s” matches %(count)s regions or organisations: choose one.",
            count,
        ) % {"text": text, "count": count}

    def nothing(self, text: str) -> str:
        return _("No region or organisation is called “%(text)s”. Check the spelling, or add it.") % {"text": text}

    def _both(self, text: str, find: Any, measure: str, *, descending: bool = False) -> list[Partner]:
        records: list[Model] = [*find(REGIONS), *find(ORGANISATIONS)]
        records.sort(key=lambda record: getattr(record, measure), reverse=descending)
        return [Partner(record) for record in records]  # type: ignore[arg-type]


def _lookup_of(partner: Partner) -> Lookup[Any]:
    return ORGANISATIONS if partner.organisation else REGIONS


class PartnerField(LookupField):
    """A `LookupField` whose answer is a Partner."""

    def _by_key(self, key: str) -> Any:
        return by_key(PARTNERS.records(), key)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Partner) else value


PARTNERS = PartnerLookup()
