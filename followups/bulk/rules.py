"""Who may do a deed to which milestone, and what forbids it; asked of bare values, as `followups.doing` asks of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from accounts.rights import Right
from followups.doing import CLOSED
from followups.models import OPEN, MilestoneDeed, MilestoneStatus, Origin, Snooze
from pages.paging import Row
from records.dates import Precision
from regions.models import Organisation

MOST = 5_000  # rows of one deed
WhyNot = Callable[[Row], str]  # the reason that forbids it, or nothing
Places = tuple[set[int | None], set[int | None]]  # regions and units of one person

KEPT = gettext_lazy("only officers of the region that keeps it")
OTHERS = gettext_lazy("another side must confirm its own part")
CLOSED_ALREADY = gettext_lazy("closed already")
ONLY_SUGGESTED = gettext_lazy("only suggested: accept it first")


@dataclass(frozen=True)
class Terms:
    """What a deed needs to know beside the rows. Empty before anything was typed."""

    on: dt.date | None = None  # done on; due on; snoozed until
    reason: str = ""  # of a completion: the remark
    evidence: str = ""
    unit: Organisation | None = None
    people: Sequence[User] = ()


def may_keep(row: Row, by: User) -> bool:
    return by.sees_all or row["owner_id"] in by.writing_region_ids


def may_work(row: Row, by: User) -> bool:
    return bool(
        may_keep(row, by)
        or set(row["region_ids"]) & set(by.regions_for(Right.WORK))
        or set(row["organisation_ids"]) & set(by.units_for(Right.WORK))
        or by.pk in row["user_ids"]
    )


def may_accept(row: Row, by: User) -> bool:
    return may_keep(row, by) or any(by.may(Right.ACCEPT, part[1], part[2]) for part in row["parts"])


def may_confirm(row: Row, parts: Sequence[tuple[Any, ...]], by: User) -> bool:
    """All these parts; where nobody has one, to whom it is given."""
    return all(_may_confirm(row, part, by) for part in parts) if row["parts"] else by.pk in row["user_ids"]


def _may_confirm(row: Row, part: tuple[Any, ...], by: User) -> bool:
    _pk, region, unit, _done = part
    given = by.pk in row["user_ids"] and region in by.region_ids
    return region in by.regions_for(Right.WORK) or unit in by.units_for(Right.WORK) or given


def _accepting(_terms: Terms, by: User) -> WhyNot:
    def why_not(row: Row) -> str:
        if not may_accept(row, by):
            return str(KEPT)
        return "" if row["status"] == MilestoneStatus.SUGGESTED else _("no suggestion (any more)")

    return why_not


def _completing(_terms: Terms, by: User) -> WhyNot:
    def why_not(row: Row) -> str:
        if row["status"] == MilestoneStatus.SUGGESTED:
            return str(ONLY_SUGGESTED)
        if row["status"] not in OPEN:
            return str(CLOSED_ALREADY)
        if may_keep(row, by):
            return ""
        if not may_work(row, by):
            return str(KEPT)
        waiting = [part for part in row["parts"] if part[3] is None]
        return "" if may_confirm(row, waiting, by) else str(OTHERS)

    return why_not


def _cancelling(_terms: Terms, by: User) -> WhyNot:
    def why_not(row: Row) -> str:
        if row["status"] in CLOSED:
            return str(CLOSED_ALREADY)
        return "" if may_keep(row, by) else str(KEPT)

    return why_not


def _rescheduling(terms: Terms, by: User) -> WhyNot:
    unsettled = _cancelling(terms, by)

    def why_not(row: Row) -> str:
        if reason := unsettled(row):
            return reason
        if row["derived_key"] is not None:
            return _("its day follows the agreement")
        if row["origin"] == Origin.DUTY:
            return _("its day follows the recurring duty")
        is_there = terms.on is not None and (row["due_on"], row["due_precision"]) == (terms.on, Precision.DAY)
        return _("due then already") if is_there else ""

    return why_not


def _reassigning(terms: Terms, by: User) -> WhyNot:
    """By officers of the keeping region only: who is of another side gives what is of that side one at a time."""
    unsettled = _cancelling(terms, by)
    side = (terms.unit.region_id, terms.unit.pk) if terms.unit else None
    chosen = {person.pk for person in terms.people}
    places = places_of(chosen)

    def stranger(row: Row) -> str:
        """Who of them takes no part there, once it is given to the unit."""
        regions, units = set(row["region_ids"]), set(row["organisation_ids"])
        if side is not None:  # the old sides may go; whether visit or agreement keeps their region in, is not asked
            regions -= {region for _pk, region, *_more in row["parts"]} - {row["owner_id"]}
            regions, units = regions | {side[0]}, {side[1]}
        for person in terms.people:
            if person.pk not in row["user_ids"] and not takes_part(places[person.pk], regions, units):
                return str(person)
        return ""

    def why_not(row: Row) -> str:
        if (reason := unsettled(row)) or (side is None and not chosen):
            return reason
        if side is not None and row["internal"] and side[0] not in (row["owner_id"], None):
            return _("only for our side: it cannot be given to another region")
        confirmed = {part[1:3]: part[3] is not None for part in row["parts"]}
        if side is not None and confirmed.get(side) and not all(confirmed.values()):
            return _("only sides that have confirmed would be left: give it to others on its own page")
        if name := stranger(row):
            return _("%(name)s belongs to no region or unit that takes part") % {"name": name}
        same_side = side is None or [(region, unit) for _pk, region, unit, _done in row["parts"]] == [side]
        same_people = not chosen or set(row["user_ids"]) == chosen
        return _("given so already") if same_side and same_people else ""

    return why_not


def places_of(people: set[int]) -> dict[int, Places]:
    """The regions and units to which each belongs; none of who is not active."""
    places: dict[int, Places] = {pk: (set(), set()) for pk in people}
    members = Membership.objects.filter(user__in=people, user__is_active=True)
    for user, region, unit in members.values_list("user", "region", "unit"):
        places[user][0].update({region} - {None})
        places[user][1].update({unit} - {None})
    return places


def takes_part(places: Places, regions: Iterable[int], units: Iterable[int]) -> bool:
    """As `doing.members_of`."""
    return not (places[0].isdisjoint(regions) and places[1].isdisjoint(units))


def _snoozing(terms: Terms, by: User) -> WhyNot:
    kept = dict(Snooze.objects.filter(user=by).values_list("milestone", "until")) if terms.on else {}

    def why_not(row: Row) -> str:
        if row["status"] in CLOSED:
            return str(CLOSED_ALREADY)
        return _("snoozed until then already") if terms.on and kept.get(row["pk"]) == terms.on else ""

    return why_not


RULES: dict[str, Callable[[Terms, User], WhyNot]] = {
    MilestoneDeed.COMPLETED: _completing,
    MilestoneDeed.RESCHEDULED: _rescheduling,
    MilestoneDeed.REASSIGNED: _reassigning,
    MilestoneDeed.SNOOZED: _snoozing,
    MilestoneDeed.ACCEPTED: _accepting,
    MilestoneDeed.CANCELLED: _cancelling,
}
