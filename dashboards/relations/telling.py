"""What the page of two says beside their timeline: numbers, balance, promises, agreements, people, offers and wants."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, DateField, F, Max, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from agreements.chains import Member, trees_of
from agreements.models import AgreementState
from dashboards.figures import Figure
from dashboards.relations.between import CAME, ELSEWHERE, WENT, Between
from followups.models import OPEN, Milestone, MilestoneStatus
from pages.paging import Count as Counted
from pages.paging import Row
from regions.models import Organisation, Region, RegionTrait, Sector, TraitKind
from visits.models import Delegate

PROMISES = 8  # open ones, and as many that were kept
PEOPLE = 30
STANDING = (AgreementState.ACTIVE, AgreementState.EXPIRING, AgreementState.DORMANT)
COUNTED = (CAME, WENT, ELSEWHERE, "coming", "open", "overdue", "kept", "agreements")


@dataclass(frozen=True)
class Balance:
    """Visits that took place, each way, and when the last one did."""

    between: Between
    came: Counted
    went: Counted
    last_came: dt.date | None
    last_went: dt.date | None

    @property
    def owed(self) -> int:
        """By how many visits one side is behind."""
        return abs(self.came.number - self.went.number)

    @property
    def owes(self) -> Any:
        """Who is behind, and owes the next visit; None where both have made as many, or none."""
        if self.came.number == self.went.number:
            return None
        return self.between.ours if self.came.number > self.went.number else self.between.theirs

    @property
    def is_owed_to(self) -> Any:
        return self.between.theirs if self.owes is self.between.ours else self.between.ours


@dataclass(frozen=True)
class Person:
    """Somebody who took part in their visits."""

    name: str
    official_id: int | None
    offices: list[str]
    meetings: int
    last: dt.date | None


@dataclass(frozen=True)
class SectorOfBoth:
    """What each offers and wants in one sector."""

    sector: Sector | None
    our_offers: list[RegionTrait]
    our_wants: list[RegionTrait]
    their_offers: list[RegionTrait]
    their_wants: list[RegionTrait]

    @property
    def we_can_give(self) -> bool:
        return bool(self.sector and self.our_offers and self.their_wants)

    @property
    def they_can_give(self) -> bool:
        return bool(self.sector and self.their_offers and self.our_wants)

    @property
    def meets(self) -> bool:
        return self.we_can_give or self.they_can_give


@dataclass(frozen=True)
class Relation:
    between: Between
    balance: Balance
    figures: dict[str, Counted]
    open: list[Row]
    kept: list[Row]
    trees: list[Member]
    members: dict[int, Member]
    our_people: list[Person]
    their_people: list[Person]
    sectors: list[SectorOfBoth]

    @property
    def is_empty(self) -> bool:
        """Nothing that this reader may see."""
        return not any(self.figures.values())

    @property
    def agreements(self) -> dict[int, Row]:
        """What is told of them already, by key."""
        return {pk: member.row for pk, member in self.members.items()}

    @property
    def agreements_url(self) -> str:
        return self.between.list_url("agreements:list")

    @property
    def tiles(self) -> list[Figure]:
        """The visits in a direction stand in the balance."""
        standing = sum(member.row["state"] in STANDING for member in self.members.values())
        hint = _("%(n)s in force") % {"n": standing} if standing else ""
        return [
            self._tile("coming", _("Visits to come"), "calendar"),
            self._tile(ELSEWHERE, _("Visits elsewhere or online"), "map-pin"),
            self._tile("overdue", _("Overdue"), "octagon-alert", "bad"),
            self._tile("open", _("Still to be done"), "list-checks"),
            self._tile("kept", _("Kept"), "circle-check", "good"),
            Figure(self.figures["agreements"], _("Agreements"), self.agreements_url, "handshake", hint=hint),
        ]

    def _tile(self, what: str, label: str, icon: str, tone: str = "") -> Figure:
        number = self.figures[what]
        return Figure(number, label, f"{self.between.url}?what={what}#timeline", icon, tone if number else "")


def relation_of(between: Between) -> Relation:
    """Five queries, however much there is."""
    figures, last = _counted(between)
    balance = Balance(between, figures[CAME], figures[WENT], last.get(CAME), last.get(WENT))
    promises = _promises(between)
    trees, members = trees_of(between.agreements, between.user)
    ours, theirs = _people(between)
    return Relation(
        between=between,
        balance=balance,
        figures=figures,
        open=[row for row in promises if row["status"] in OPEN],
        kept=[row for row in promises if row["status"] not in OPEN],
        trees=trees,
        members=members,
        our_people=ours,
        their_people=theirs,
        sectors=_sectors(between),
    )


def _counted(between: Between) -> tuple[dict[str, Counted], dict[str, dt.date | None]]:
    """Each number as its list counts it (`happening.narrowed`), and the last day of the visits each way. One query."""
    followed = Case(
        When(status__in=OPEN, due_on__lt=between.today, then=Value("overdue")),
        When(status__in=OPEN, then=Value("open")),
        When(status=MilestoneStatus.DONE, then=Value("kept")),
        default=Value("other"),
        output_field=CharField(),
    )
    coming = between.visits.evidenced().upcoming(between.today)
    arms = [
        _by_arm(between.held, F("way"), F("starts_on")),
        _by_arm(coming, Value("coming", CharField())),
        _by_arm(between.milestones, followed),
        _by_arm(between.agreements, Value("agreements", CharField())),
    ]
    rows = list(arms[0].union(*arms[1:], all=True))
    numbers = Counter({what: n for what, n, _last in rows})
    numbers["open"] += numbers["overdue"]
    return {what: Counted(numbers[what]) for what in COUNTED}, {what: last for what, _n, last in rows}


def _by_arm(found: Any, arm: Any, day: Any = None) -> Any:
    last = Max(Cast(Value(None), DateField()) if day is None else day)
    return (
        found.order_by()
        .annotate(arm=arm)
        .values("arm")
        .annotate(n=Count("pk"), last=last)
        .values_list("arm", "n", "last")
    )


def _promises(between: Between) -> list[Row]:
    """The open ones that press most, and those kept last. One query: of a union the database knows that it is short,
    of one list or another it does not, and reads every milestone."""
    open_ones = between.milestones.open().overdue_first().values("pk")[:PROMISES]
    kept = between.milestones.filter(status="DONE").order_by("-done_on", "-pk").values("pk")[:PROMISES]
    found = Milestone.objects.filter(pk__in=open_ones.union(kept, all=True))
    order = (Coalesce("done_on", Value(dt.date.min)).desc(), F("due_on").asc(nulls_last=True), "pk")
    return found.order_by(*order).told_to(between.user)


def _people(between: Between) -> tuple[list[Person], list[Person]]:
    """The named of both sides; one person is one entry, whatever they were at the time. One query."""
    side = Case(
        When(_of(between.ours), then=Value("ours")), When(_of(between.theirs), then=Value("theirs")),
        output_field=CharField(),
    )  # fmt: skip
    named = Delegate.objects.filter(form="NAMED", delegation__visit__in=between.held.order_by().values("pk"))
    told = (
        named.order_by()
        .annotate(side=side, called=Coalesce("official__name", "name"))
        .values("side", "called", "official_id")
        .annotate(
            meetings=Count("delegation__visit", distinct=True),
            last=Max("delegation__visit__starts_on"),
            offices=ArrayAgg("capacity", filter=~Q(capacity=""), distinct=True, default=Value([])),
        )
    )
    order = ("-meetings", F("last").desc(nulls_last=True), "called")
    ours, theirs = (told.filter(side=side).order_by(*order)[:PEOPLE] for side in ("ours", "theirs"))
    sides: dict[str, list[Person]] = {"ours": [], "theirs": []}
    for row in ours.union(theirs, all=True).order_by(*order):
        person = Person(row["called"], row["official_id"], row["offices"], row["meetings"], row["last"])
        sides[row["side"]].append(person)
    return sides["ours"], sides["theirs"]


def _of(side: Region | Organisation) -> Q:
    if isinstance(side, Organisation):
        return Q(delegation__organisation=side) | Q(organisation=side)
    own = Q(delegation__region=side) | Q(delegation__region__isnull=True, delegation__organisation__region=side)
    return own | Q(delegation__on_behalf_of_region=side)


def _sectors(between: Between) -> list[SectorOfBoth]:
    """Those in which something meets first. Of an organisation nothing is known here."""
    ours, theirs = between.ours, between.theirs
    if not isinstance(theirs, Region):
        return []
    held: dict[Sector | None, dict[tuple[int, str], list[RegionTrait]]] = defaultdict(lambda: defaultdict(list))
    for trait in RegionTrait.objects.filter(region__in=[ours, theirs]).select_related("sector"):
        held[trait.sector][trait.region_id, trait.kind].append(trait)
    offer, want = TraitKind.OFFER.value, TraitKind.WANT.value
    found = [
        SectorOfBoth(
            sector,
            *(traits[side.pk, kind] for side in (ours, theirs) for kind in (offer, want)),
        )
        for sector, traits in held.items()
    ]
    return sorted(found, key=lambda row: (not row.meets, row.sector is None, row.sector.position if row.sector else 0))
