"""Who may do what: the one place where a role decides.

A deed is done on something (`Place`) by actors (`Actor`: what a membership makes of its user). The table `RULES` says
which right the deed needs and who has it; `docs/rights.md` is written from it (`manage.py rights`), and the tests try
every deed as every actor on the real pages. All other code asks the door on the user: `may`, `may_somewhere`,
`regions_for`, `units_for`.

The system administrator may do everything, and everybody keeps what is their own: preferences, private views, watches.
What depends on one record (is it signed? is it published?) is a rule of that record and stands with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Membership


class Role(models.TextChoices):
    """What a membership says."""

    VIEWER = "VIEWER", _("Viewer")
    OFFICER = "OFFICER", _("Cooperation officer")
    UNIT_USER = "UNIT_USER", _("Agency user")
    REVIEWER = "REVIEWER", _("Reviewer")
    LEGAL = "LEGAL", _("Legal")
    MANAGER = "MANAGER", _("Manager")
    ADMIN = "ADMIN", _("Administrator")


LADDER = [Role.VIEWER, Role.UNIT_USER, Role.REVIEWER, Role.LEGAL, Role.OFFICER, Role.MANAGER, Role.ADMIN]


def is_higher(role: str, than: str) -> bool:
    """Does the one stand above the other? By a link one rises and never falls."""
    return LADDER.index(Role(role)) > LADDER.index(Role(than))


class Actor(models.TextChoices):
    """What a membership makes of its user: the columns of the table."""

    SUPERVISOR = "SUPERVISOR", _("Supervising province")
    VIEWER = "VIEWER", _("Viewer")
    REVIEWER = "REVIEWER", _("Reviewer")
    LEGAL = "LEGAL", _("Legal")
    OFFICER = "OFFICER", _("Cooperation officer")
    MANAGER = "MANAGER", _("Manager")
    ADMIN = "ADMIN", _("Administrator of a region")
    UNIT_VIEWER = "UNIT_VIEWER", _("Viewer of a unit")
    UNIT_USER = "UNIT_USER", _("Agency user")
    SYSTEM = "SYSTEM", _("System administrator")


class Place(models.TextChoices):
    """What the deed is done on, and so which key the door is asked with."""

    RECORD = "RECORD", _("a record that the region keeps")
    SIDE = "SIDE", _("the own side's part of a shared record")
    REGION = "REGION", _("the region: its people, its reference data, its settings")
    INSTALLATION = "INSTALLATION", _("the installation")


class Right(models.TextChoices):
    """The right to a deed. Each is asked for by the code that does it; a test sees to that."""

    # looking
    SEE_RECORDS = "SEE_RECORDS", _("See visits, agreements and follow-ups, also in search, exports, feeds and history")
    SEE_RESTRICTED = "SEE_RESTRICTED", _("See restricted papers of the own side")
    SEE_NOTES = "SEE_NOTES", _("See internal notes of the own side")
    # records
    KEEP_RECORDS = "KEEP_RECORDS", _("Log and change records, their stages, programmes and duties")
    DELETE_SIGNED = "DELETE_SIGNED", _("Delete an agreement that was signed")
    WAIVE_GATES = "WAIVE_GATES", _("Waive a gate of the process")
    RESTORE = "RESTORE", _("Restore a deleted record from the trash")
    EMPTY_TRASH = "EMPTY_TRASH", _("Remove from the trash for good")
    ANSWER_CORRECTIONS = "ANSWER_CORRECTIONS", _("Accept or decline a correction that another side proposes")
    HAND_OVER = "HAND_OVER", _("Hand a record over to another side, or take one over")
    # the own side's part
    PROPOSE_CORRECTIONS = "PROPOSE_CORRECTIONS", _("Propose a correction to the side that keeps the record")
    CONFIRM_SIDE = "CONFIRM_SIDE", _("Confirm the own delegation, party or measurement")
    ADD_PAPERS = "ADD_PAPERS", _("Add papers of the own side, and change those that one added oneself")
    CHANGE_PAPERS = (
        "CHANGE_PAPERS",
        _("Change and delete what the own side has added: papers, notes, figures"),
    )
    WRITE_NOTES = "WRITE_NOTES", _("Write internal notes of the own side")
    WORK = "WORK", _("Start or block a follow-up, and confirm the own part of it, with evidence")
    COMMENT = "COMMENT", _("Comment on a follow-up")
    ACCEPT = "ACCEPT", _("Accept a suggested follow-up")
    ASSIGN = "ASSIGN", _("Decline suggestions and give follow-ups to units and people of the own side")
    MEASURE = "MEASURE", _("Give the measurements of an indicator")
    EVALUATE = "EVALUATE", _("Judge an agreement or a programme")
    # the region
    ADD_REFERENCE = "ADD_REFERENCE", _("Add organisations, officials, venues and places abroad")
    KEEP_REFERENCE = "KEEP_REFERENCE", _("Change the organisations, officials, venues and figures of the region")
    KEEP_TEMPLATES = "KEEP_TEMPLATES", _("Replace the Word templates of the region")
    SHARE_VIEWS = "SHARE_VIEWS", _("Share a saved view with the region")
    KEEP_SHARED_VIEWS = "KEEP_SHARED_VIEWS", _("Change and delete what others have shared with the region")
    SEE_LETTERS = "SEE_LETTERS", _("See what was sent to the members of the region")
    SEE_MEMBERS = "SEE_MEMBERS", _("See who acts for the region and its units")
    KEEP_MEMBERS = "KEEP_MEMBERS", _("Invite users, change their roles and end their membership")
    SEE_TRACES = "SEE_TRACES", _("See sign-ins, exports and downloads of restricted papers by members of the region")
    ENTER_ADMIN = "ENTER_ADMIN", _("Use the administration for what the region keeps")
    # the installation
    KEEP_INSTALLATION = (
        "KEEP_INSTALLATION",
        _("Keep processes, rules of reminding, sectors, the list of regions, gateways and system administrators"),
    )


@dataclass(frozen=True)
class Rule:
    """Who may, and on what. `also`: who else may because of the one record, in words for the table."""

    on: Place
    actors: frozenset[Actor]
    also: Any = ""


def _rule(on: Place, *groups: Iterable[Actor], also: Any = "", system: bool = True) -> Rule:
    """`system`: not where a side speaks for itself; the administrator of the system is of no side."""
    return Rule(on, frozenset(({Actor.SYSTEM} if system else set[Actor]()).union(*groups)), also)


DECIDING = {Actor.MANAGER, Actor.ADMIN}
OFFICERS = {Actor.OFFICER, *DECIDING}
ADVISING = {Actor.REVIEWER, Actor.LEGAL}
STAFF = {Actor.VIEWER, *ADVISING, *OFFICERS}
AGENCY = {Actor.UNIT_USER}
UNIT = {Actor.UNIT_VIEWER, *AGENCY}
ADMIN = {Actor.ADMIN}

GIVEN = _("the person to whom it is given")
ADDED = _("whoever of that side added it")
DELETED = _("whoever deleted it, while they may add papers")

RULES: Mapping[Right, Rule] = {
    Right.SEE_RECORDS: _rule(Place.SIDE, STAFF, UNIT, {Actor.SUPERVISOR}, also=GIVEN),
    Right.SEE_RESTRICTED: _rule(Place.SIDE, STAFF, UNIT),
    Right.SEE_NOTES: _rule(Place.SIDE, STAFF),
    Right.KEEP_RECORDS: _rule(Place.RECORD, OFFICERS),
    Right.DELETE_SIGNED: _rule(Place.RECORD, DECIDING),
    Right.WAIVE_GATES: _rule(Place.RECORD, DECIDING),
    Right.RESTORE: _rule(Place.RECORD, OFFICERS, also=DELETED),
    Right.EMPTY_TRASH: _rule(Place.RECORD, ADMIN),
    Right.ANSWER_CORRECTIONS: _rule(Place.RECORD, OFFICERS),
    Right.HAND_OVER: _rule(Place.RECORD, DECIDING),
    Right.PROPOSE_CORRECTIONS: _rule(Place.SIDE, OFFICERS, AGENCY, system=False),
    Right.CONFIRM_SIDE: _rule(Place.SIDE, OFFICERS, system=False),
    Right.ADD_PAPERS: _rule(Place.SIDE, OFFICERS, ADVISING, AGENCY, also=GIVEN),
    Right.CHANGE_PAPERS: _rule(Place.SIDE, OFFICERS, also=ADDED),
    Right.WRITE_NOTES: _rule(Place.SIDE, OFFICERS, ADVISING),
    Right.WORK: _rule(Place.SIDE, OFFICERS, AGENCY, also=GIVEN),
    Right.COMMENT: _rule(Place.SIDE, OFFICERS, ADVISING, AGENCY, also=GIVEN),
    Right.ACCEPT: _rule(Place.SIDE, OFFICERS, AGENCY),
    Right.ASSIGN: _rule(Place.SIDE, OFFICERS),
    Right.MEASURE: _rule(Place.SIDE, OFFICERS, AGENCY, also=_("units: of their programmes")),
    Right.EVALUATE: _rule(Place.SIDE, OFFICERS, {Actor.REVIEWER}),
    Right.ADD_REFERENCE: _rule(Place.REGION, OFFICERS),
    Right.KEEP_REFERENCE: _rule(Place.REGION, OFFICERS),
    Right.KEEP_TEMPLATES: _rule(Place.REGION, DECIDING),
    Right.SHARE_VIEWS: _rule(Place.REGION, OFFICERS, system=False),
    Right.KEEP_SHARED_VIEWS: _rule(Place.REGION, DECIDING),
    Right.SEE_LETTERS: _rule(Place.REGION, DECIDING),
    Right.SEE_MEMBERS: _rule(Place.REGION, DECIDING),
    Right.KEEP_MEMBERS: _rule(Place.REGION, ADMIN),
    Right.SEE_TRACES: _rule(Place.REGION, DECIDING),
    Right.ENTER_ADMIN: _rule(Place.REGION, ADMIN),
    Right.KEEP_INSTALLATION: _rule(Place.INSTALLATION),
}

# What a role may be given by a membership of a region or of a unit; the database holds the same.
ROLES_OF_UNITS = (Role.UNIT_USER, Role.VIEWER)


def system_may(right: Right | str) -> bool:
    return Actor.SYSTEM in RULES[Right(right)].actors


def actor_of(membership: Membership) -> Actor:
    """A member of a region in the role of an agency user has no unit to act for, and so only sees."""
    if membership.unit_id:
        return Actor.UNIT_USER if membership.role == Role.UNIT_USER else Actor.UNIT_VIEWER
    return Actor.VIEWER if membership.role == Role.UNIT_USER else Actor(membership.role)


def is_entrusted(memberships: Iterable[Membership]) -> bool:
    """Do they decide for a region or let others in? A second factor may be demanded of them."""
    return any(actor_of(membership) in DECIDING for membership in memberships)


class Standing:
    """What one user's memberships allow: regions and units for each right. Reads the regions below a province once."""

    def __init__(self, memberships: Iterable[Membership], below: Any) -> None:
        self._regions: dict[Actor, set[int]] = defaultdict(set)
        self._units: dict[Actor, set[int]] = defaultdict(set)
        self._below = below
        self._above: set[int] = set()
        for membership in memberships:
            actor = actor_of(membership)
            if membership.unit_id:
                self._units[actor].add(membership.unit_id)
            elif membership.region_id:
                self._regions[actor].add(membership.region_id)
                if membership.supervises:
                    self._above.add(membership.region_id)
        self._known: dict[Right, list[int]] = {}
        self._known_units: dict[Right, list[int]] = {}

    def regions_for(self, right: Right | str) -> list[int]:
        right = Right(right)
        if right not in self._known:
            allowed = RULES[right].actors
            found = {pk for actor, regions in self._regions.items() if actor in allowed for pk in regions}
            if Actor.SUPERVISOR in allowed and self._above:
                found |= set(self._below(self._above))
            self._known[right] = sorted(found)
        return self._known[right]

    def units_for(self, right: Right | str) -> list[int]:
        right = Right(right)
        if right not in self._known_units:
            allowed = RULES[right].actors
            found = {pk for actor, units in self._units.items() if actor in allowed for pk in units}
            self._known_units[right] = sorted(found)
        return self._known_units[right]
