"""Everything that the profile page of a region shows, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse

from records.folding import read_together
from regions.models import Official, Organisation, Position, Region, RegionFigure, RegionTrait, Sector, TraitKind, Venue

MOST = 200  # organisations, positions, venues or places of one region on its page; the directories show all
LATEST = 8  # visits, agreements


@dataclass
class Node:
    """An organisation with its units."""

    organisation: Organisation
    units: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Holder:
    """An official with the positions that they hold at once."""

    official: Official
    positions: list[Position]


@dataclass(frozen=True)
class BySector:
    sector: Sector | None
    traits: list[RegionTrait]


@dataclass(frozen=True)
class Visits:
    """The visits of a record that came last (rows of `visits.lists`), and how many there are."""

    latest: list[Any]
    count: int
    hosted: int = 0
    made: int = 0


@dataclass(frozen=True)
class Agreements:
    """The agreements of a record that were active last, how many there are, and where the list of all is."""

    latest: list[Any]
    count: int
    list_url: str = ""


@dataclass(frozen=True)
class Shared:
    """What a record has part in together with others."""

    visits: Visits
    agreements: Agreements


@dataclass(frozen=True)
class Profile:
    figures: list[RegionFigure]
    strengths: list[BySector]
    wants: list[BySector]
    organisations: list[Node]
    serving: list[Holder]
    served: list[Holder]
    is_cut: bool  # there are more positions than are shown
    venues: list[Venue]
    places: list[Region]
    shared: Shared


def profile_of(region: Region, user: Any) -> Profile:
    """Six queries, whatever the region holds."""
    figures, traits, venues, places = read_together(
        [
            region.figures.all(),
            region.traits.select_related("sector"),
            region.venues.select_related("parent").order_by(Lower("name"), "pk"),
            region.children.order_by("code", Lower("name_id")),
        ],
        most=MOST,
    )
    today = user.today()
    positions = Position.objects.filter(organisation__region=region).select_related("official", "organisation__region")
    past = Case(When(Q(starts_on__gt=today) | Q(ends_on__lt=today), then=1), default=0)
    found = list(positions.order_by(past, Lower("organisation__name_id"), "title", "pk")[: MOST + 1])
    held = found[:MOST]  # who serves comes first, so only of the others some may be missing
    return Profile(
        figures=figures,
        strengths=_by_sector(t for t in traits if t.kind == TraitKind.OFFER),
        wants=_by_sector(t for t in traits if t.kind == TraitKind.WANT),
        organisations=tree_of(region.organisations.for_list()[:MOST]),
        serving=holders_of(p for p in held if p.held_on(today)),
        served=holders_of(p for p in held if not p.held_on(today)),
        is_cut=len(found) > MOST,
        venues=venues,
        places=places,
        shared=shared_by(region, user),
    )


def tree_of(organisations: Iterable[Organisation]) -> list[Node]:
    """Roots in the given order, each with its units; one whose parent is elsewhere is a root."""
    nodes = {o.pk: Node(o) for o in organisations}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.organisation.parent_id or 0)
        (above.units if above else roots).append(node)
    return roots


def holders_of(positions: Iterable[Position]) -> list[Holder]:
    """One entry a person, in the order in which they first appear."""
    held: dict[int, Holder] = {}
    for position in positions:
        held.setdefault(position.official_id, Holder(position.official, [])).positions.append(position)
    return list(held.values())


def shared_by(record: Region | Organisation | Official, user: Any) -> Shared:
    """The visits and agreements in which the record takes part, as far as the user may see them. Three queries."""
    visits, (agreements, list_url) = visits_of(record, user), agreements_of(record, user)
    hosted = visits.filter(host_region=record) if isinstance(record, Region) else visits.none()
    counts = type(record)._base_manager.filter(pk=record.pk).values_list(*map(_number, (visits, hosted, agreements)))
    count, here, agreed = counts[0]
    return Shared(
        Visits(visits.newest_first()[:LATEST].told_to(user), count, here, count - here),
        Agreements(agreements.newest_first()[:LATEST].told_to(user), agreed, list_url),
    )


def visits_of(record: Region | Organisation | Official, user: Any) -> Any:
    """The evidenced visits in which the record takes part, as far as the user may see them.

    Chosen as the list of visits chooses: those that are only mentioned are left out. Visits stand above this app; their
    model is reached through the key by which they know regions.
    """
    visits: Any = Region._meta.get_field("visits_hosted").related_model
    if isinstance(record, Region):
        return visits.objects.visible_to(user).evidenced().filter(region_ids__contains=[record.pk])
    if isinstance(record, Organisation):
        return visits.objects.visible_to(user).evidenced().filter(organisation_ids__contains=[record.pk])
    met = visits.objects.filter(delegations__delegates__official=record)
    return visits.objects.visible_to(user).evidenced().filter(pk__in=met.values("pk"))


def agreements_of(record: Region | Organisation | Official, user: Any) -> tuple[Any, str]:
    """The agreements to which the record is party or for which it signed, as far as the user may see them, and where
    the list of them is.

    Agreements stand above this app; their model is reached through the key by which they know regions.
    """
    agreements: Any = Region._meta.get_field("agreements_kept").related_model
    visible = agreements.objects.visible_to(user)
    if isinstance(record, Region):
        return visible.with_region(record.pk), f"{reverse('agreements:list')}?region={record.pk}"
    if isinstance(record, Organisation):
        return visible.with_organisation(record.pk), f"{reverse('agreements:list')}?organisation={record.pk}"
    signed = agreements.objects.filter(parties__signatories__official=record)
    return visible.filter(pk__in=signed.values("pk")), ""


def _number(found: QuerySet[Any]) -> Coalesce:
    """How many they are, as a part of another query."""
    counted = found.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _by_sector(traits: Iterable[RegionTrait]) -> list[BySector]:
    groups: dict[Sector | None, list[RegionTrait]] = defaultdict(list)
    for trait in traits:
        groups[trait.sector].append(trait)
    return [BySector(sector, found) for sector, found in groups.items()]
