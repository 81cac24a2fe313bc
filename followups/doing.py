"""The deeds on a milestone: accepted, begun, confirmed side by side, completed, moved, given to others, commented.

Each takes the `version` that was read (None: whatever stands, for deeds in bulk that count first) and raises `Stale`
when somebody changed the milestone since, `Refused` where a rule forbids it, PermissionDenied where the user may not.
Each is one transaction and leaves an entry in the log. Nobody is told here: planning finds what is new by
`Part.given_at`, `Assignee.given_at` and the comments of the log.

Order of locks: the visit, then the milestone, as editing a visit has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.rights import Right
from followups.models import (
    OPEN,
    Assignee,
    Milestone,
    MilestoneDeed,
    MilestoneEntry,
    MilestoneStatus,
    Origin,
    Part,
    Snooze,
)
from records.dates import Precision
from records.models import Stale
from records.rows import along
from regions.models import Organisation, Region
from visits.models import Visit

MOST_EVIDENCE = 300  # letters
LONGEST_SNOOZE = dt.timedelta(days=366)
CLOSED = (MilestoneStatus.DONE, MilestoneStatus.CANCELLED)
Side = tuple[Region | None, Organisation | None]


class Refused(Exception):
    """A rule forbids the deed; `str()` says which, and what to do."""


# Suggestions


@transaction.atomic
def accept(milestone: Milestone, *, by: User, version: int | None) -> None:
    _hold(milestone, version)
    _require_decider(milestone, by, may_accept)
    if milestone.status != MilestoneStatus.SUGGESTED:
        raise Refused(_("It is no suggestion any more."))
    _turn(milestone, MilestoneStatus.OPEN, MilestoneDeed.ACCEPTED, by)


@transaction.atomic
def decline(milestone: Milestone, reason: str, *, by: User, version: int | None) -> None:
    _hold(milestone, version)
    _require_decider(milestone, by, may_decline)
    if milestone.status != MilestoneStatus.SUGGESTED:
        raise Refused(_("It is no suggestion any more."))
    _turn(milestone, MilestoneStatus.CANCELLED, MilestoneDeed.DECLINED, by, _given(reason))


# How far it has come


@transaction.atomic
def begin(milestone: Milestone, remark: str = "", *, by: User, version: int | None) -> None:
    _hold(milestone, version)
    _require_worker(milestone, by)
    _require_open(milestone)
    if milestone.status == MilestoneStatus.IN_PROGRESS:
        raise Refused(_("It is in progress already."))
    _turn(milestone, MilestoneStatus.IN_PROGRESS, MilestoneDeed.STARTED, by, remark)


@transaction.atomic
def block(milestone: Milestone, reason: str, *, by: User, version: int | None) -> None:
    _hold(milestone, version)
    _require_worker(milestone, by)
    _require_open(milestone)
    if milestone.status == MilestoneStatus.BLOCKED:
        raise Refused(_("It is marked as blocked already. Write a comment to say more."))
    _turn(milestone, MilestoneStatus.BLOCKED, MilestoneDeed.BLOCKED, by, _given(reason))


@transaction.atomic
def confirm(part: Part, on: dt.date, note: str = "", *, by: User, version: int | None, evidence: str = "") -> None:
    """One side says that it has done its part. With the last part the milestone is done."""
    milestone = part.milestone
    _hold(milestone, version)
    part.refresh_from_db()
    if not part.may_be_confirmed_by(by):
        raise PermissionDenied(_("A part is confirmed only by its own side, or by officers who keep the record."))
    _require_open(milestone)
    _require_past(on, by)
    if part.done_on is not None:
        raise Refused(_("This part is confirmed already."))
    _confirm_parts(milestone, [part], on, note, by)
    record(milestone, MilestoneDeed.CONFIRMED, by, _lines(note, evidence), region_id=part.region_id)
    if not _waits(milestone):
        _finish(milestone, on, evidence, by, "")
    else:
        milestone.evidence = _evidence(milestone, evidence)
        milestone.save(update_fields=["evidence"])
        _read(milestone)


@transaction.atomic
def complete(
    milestone: Milestone, on: dt.date, evidence: str = "", remark: str = "", *, by: User, version: int | None
) -> None:
    """Done on a day that has come, all parts of it: by those who keep it, or to whose sides all open parts belong."""
    _hold(milestone, version)
    _require_worker(milestone, by)
    parts = list(milestone.parts.all())
    if not may_complete(milestone, by, parts):
        raise PermissionDenied(_("Only who keeps the record completes it for all sides. Confirm your own part."))
    _require_open(milestone)
    _require_past(on, by)
    _confirm_parts(milestone, [part for part in parts if part.done_on is None], on, "", by)
    _finish(milestone, on, evidence, by, _lines(remark, evidence))


@transaction.atomic
def reopen(milestone: Milestone, reason: str, *, by: User, version: int | None) -> None:
    """Open again, with all its parts; what was declined is a suggestion again. What was closed because the data moved
    is opened by moving the data."""
    _hold(milestone, version)
    _require_worker(milestone, by)
    if not may_complete(milestone, by, list(milestone.parts.all()), every=True):
        raise PermissionDenied(_("It is opened again only by those who keep the record, or who alone had to do it."))
    if milestone.status not in CLOSED:
        raise Refused(_("It is open already."))
    if closed_by_its_data(milestone):
        raise Refused(_("It was closed because the data say so: it opens again when the agreement or duty is changed."))
    reason = _given(reason)
    status = MilestoneStatus.SUGGESTED if _was_declined(milestone) else MilestoneStatus.OPEN
    milestone.parts.filter(done_on__isnull=False).update(done_on=None, done_by=None, note="")
    milestone.done_on = None
    _turn(milestone, status, MilestoneDeed.REOPENED, by, reason, "done_on")


@transaction.atomic
def cancel(milestone: Milestone, reason: str, *, by: User, version: int | None) -> None:
    """It need not be done any more."""
    _hold(milestone, version)
    _require_keeper(milestone, by)
    _require_unsettled(milestone)
    _turn(milestone, MilestoneStatus.CANCELLED, MilestoneDeed.CANCELLED, by, _given(reason))


# When, and who


@transaction.atomic
def reschedule(
    milestone: Milestone,
    due_on: dt.date,
    reason: str,
    *,
    precision: str = Precision.DAY,
    as_stated: str = "",
    by: User,
    version: int | None,
) -> None:
    """Move it to another day: `due_on` is the last day that fits the precision. The words of the old day go with it."""
    _hold(milestone, version)
    _require_keeper(milestone, by)
    _require_unsettled(milestone)
    if fixed := why_not_movable(milestone):
        raise Refused(fixed)
    if (milestone.due_on, milestone.due_precision) == (due_on, precision):
        raise Refused(_("It is due then already. Choose another day."))
    old, reason = milestone.due_on, _given(reason)
    milestone.due_on, milestone.due_precision, milestone.due_as_stated = due_on, precision, as_stated.strip()
    milestone.save(update_fields=["due_on", "due_precision", "due_as_stated"])
    record(milestone, MilestoneDeed.RESCHEDULED, by, reason, old_due=old, new_due=due_on)
    _read(milestone)


@transaction.atomic
def reassign(
    milestone: Milestone,
    parts: Sequence[Side] | None = None,
    people: Sequence[User] | None = None,
    reason: str = "",
    *,
    by: User,
    version: int | None,
) -> None:
    """Say anew who must do it; None leaves it as it is. An officer of another side gives only what is of that side.

    People are active members of a region or unit that takes part then.
    """
    _hold(milestone, version)
    _require_unsettled(milestone)
    if not may_reassign(milestone, by):
        raise PermissionDenied(_("It is given to others by officers of the regions that take part."))
    with along():  # who gives up their own side may see nothing of it any more
        give_anew(milestone, parts, people, reason, by=by)
        _read(milestone)


@transaction.atomic
def snooze(milestone: Milestone, until: dt.date, *, by: User) -> None:
    """The user is not reminded of it until that day, but then they are. It stays due."""
    if not sees(milestone, by):
        raise PermissionDenied
    if milestone.status in CLOSED:
        raise Refused(_("It is closed: nobody is reminded of it."))
    if not by.today() < until <= by.today() + LONGEST_SNOOZE:
        raise Refused(_("Choose a later day, at most one year ahead."))
    kept = Snooze.objects.select_for_update()
    snooze, is_new = kept.get_or_create(milestone=milestone, user=by, defaults={"until": until})
    if is_new or snooze.until != until:
        kept.filter(pk=snooze.pk).update(until=until)
        record(milestone, MilestoneDeed.SNOOZED, by, "", new_due=until)


def wake(milestone: Milestone, *, by: User) -> None:
    """The user is reminded of it again."""
    Snooze.objects.filter(milestone=milestone, user=by).delete()


@transaction.atomic
def comment(milestone: Milestone, text: str, *, by: User, seen: int | None = None) -> None:
    """Both sides read it. Nothing else changes, so no version is asked; `seen` is the last entry that the user saw:
    the same words sent twice are one comment."""
    _hold(milestone, None)
    if not milestone.may_be_commented_by(by):
        raise PermissionDenied(_("It is commented by those who take part in it."))
    text = text.strip()
    if not text:
        raise Refused(_("Write something first."))
    same = milestone.log.filter(deed=MilestoneDeed.COMMENTED, by=by, text=text)
    if seen is None or not same.filter(pk__gt=seen).exists():
        record(milestone, MilestoneDeed.COMMENTED, by, text)


# Who may, and what the data forbid


def may_complete(milestone: Milestone, user: User, parts: Sequence[Part], *, every: bool = False) -> bool:
    """For all sides: who keeps it; who may confirm all that is open (`every`: all); of nobody's, who it is given to."""
    if milestone.may_be_kept_by(user):
        return True
    theirs = [part for part in parts if every or part.done_on is None]
    for part in theirs:
        part.milestone = milestone
    return all(part.may_be_confirmed_by(user) for part in theirs) if parts else user.pk in milestone.user_ids


def is_of_side(part: Part, user: User) -> bool:
    """Is it a part of the user's own side? (Who keeps the record may confirm the others', too.)"""
    own = part.region_id in user.regions_for(Right.WORK) or part.unit_id in user.units_for(Right.WORK)
    return own or (user.pk in part.milestone.user_ids and part.region_id in user.region_ids)


def may_accept(milestone: Milestone, user: User, parts: Sequence[Part]) -> bool:
    """A suggestion: who keeps it, officers of the sides that would have to do it, and the units that would."""
    theirs = any(user.may(Right.ACCEPT, part.region_id, part.unit_id) for part in parts)
    return milestone.may_be_kept_by(user) or theirs


def may_decline(milestone: Milestone, user: User, parts: Sequence[Part]) -> bool:
    """As accepting, but for a unit its officers decline: it falls away for all sides."""
    return milestone.may_be_kept_by(user) or any(user.may(Right.ASSIGN, part.region_id) for part in parts)


def may_reassign(milestone: Milestone, user: User) -> bool:
    """Officers of the keeping region give everything, those of the other regions what is of their own side."""
    return milestone.may_be_kept_by(user) or bool(set(milestone.region_ids) & set(user.regions_for(Right.ASSIGN)))


def sees(milestone: Milestone, user: User) -> bool:
    """`visible_to` for one milestone that is read already, without a query."""
    regions, units = set(milestone.region_ids) & set(user.region_ids), set(milestone.organisation_ids)
    return bool(user.sees_all or regions or units & set(user.unit_ids) or user.pk in milestone.user_ids)


def why_not_movable(milestone: Milestone) -> str:
    """What forbids another day; empty where nothing does."""
    if milestone.follows_data:
        return _("Its day follows the agreement. Change the agreement, and it moves.")
    if milestone.origin == Origin.DUTY:
        return _("Its day follows the recurring duty. Change the duty, and it moves.")
    return ""


def closed_by_its_data(milestone: Milestone) -> bool:
    """An outcome that needs no follow-up may be opened from here all the same."""
    return milestone.closed_by_data and milestone.outcome_id is None


def members_of(regions: Sequence[int], units: Sequence[int]) -> QuerySet[User]:
    """Active users to whom something of these regions and units may be given."""
    belongs = Membership.objects.filter(Q(region__in=regions) | Q(unit__in=units), user=OuterRef("pk"))
    return User.objects.filter(Exists(belongs), is_active=True)


def tied_to(people: Any, regions: Any, units: Any) -> Func:
    """Does a membership still lead these users to the regions or units? Wider than `members_of`, and also of accounts
    that are switched off: as what was given is taken back where a membership ends."""
    return Func(people, regions, units, function="followups_is_tied", output_field=BooleanField())


def give_anew(
    milestone: Milestone, parts: Sequence[Side] | None, people: Sequence[User] | None, reason: str = "", *, by: User
) -> None:
    """`give`, with an entry. Where the last side that had to confirm is taken out, and others stay, it is done."""
    waited = _waits(milestone)
    if give(milestone, parts, people, by=by):
        record_who(milestone, reason, by)
    confirmed = [part.done_on for part in milestone.parts.all() if part.done_on]
    if waited and milestone.is_open and confirmed and not _waits(milestone):
        _finish(milestone, max(confirmed), "", by, "")


def give(milestone: Milestone, parts: Sequence[Side] | None, people: Sequence[User] | None, *, by: User) -> bool:
    """Make these its parts and people, inside a transaction that holds it; True when something changed.

    New ones come first and old ones go last, so that an outcome's responsible unit changes once.
    """
    changed = parts is not None and _give_parts(milestone, parts, by)
    if parts is not None:
        _read(milestone)  # who takes part follows from the parts
    if people is not None:
        changed = _give_people(milestone, people, by) or changed
    let_go([milestone.pk], by=by)
    return changed


def let_go(milestones: Sequence[int], *, by: User) -> None:
    """Take them from people whom nothing leads there any more: their side was taken out, or it is only for ours now."""
    tied = tied_to(F("user"), F("milestone__region_ids"), F("milestone__organisation_ids"))
    given = Assignee.objects.filter(milestone__in=milestones).annotate(is_tied=tied).filter(is_tied=False)
    names: dict[Milestone, list[str]] = {}
    for one in given.select_related("milestone", "user").order_by("pk"):
        names.setdefault(one.milestone, []).append(str(one.user))
    given.delete()
    MilestoneEntry.objects.bulk_create(
        MilestoneEntry(
            milestone=milestone, deed=MilestoneDeed.REASSIGNED, by=by, region_id=side_of(milestone, by),
            text=f"← {', '.join(gone)}",
        )
        for milestone, gone in names.items()
    )  # fmt: skip


def _give_parts(milestone: Milestone, sides: Sequence[Side], by: User) -> bool:
    wanted = list(dict.fromkeys(_key(side) for side in sides if any(side)))
    known = {(part.region_id, part.unit_id): part for part in milestone.parts.all()}
    added, removed = [key for key in wanted if key not in known], [key for key in known if key not in wanted]
    others = {region for region, _unit in (*added, *removed)} - set(by.regions_for(Right.ASSIGN))
    if others and not milestone.may_be_kept_by(by):
        raise PermissionDenied(_("You say who does it on your own side only."))
    if milestone.internal and any(region not in (milestone.owner_id, None) for region, _unit in wanted):
        raise Refused(_("It is only for our side: it cannot be given to another region."))
    for position, key in enumerate(wanted):
        if key in added:
            Part.objects.create(milestone=milestone, region_id=key[0], unit_id=key[1], position=position, given_by=by)
        elif known[key].position != position:
            Part.objects.filter(pk=known[key].pk).update(position=position)
    for key in removed:
        Part.objects.filter(pk=known[key].pk).delete()
    return bool(added or removed)


def _give_people(milestone: Milestone, people: Sequence[User], by: User) -> bool:
    known = {given.user_id: given for given in milestone.given_to.all()}
    wanted = {person.pk: person for person in people}
    added, removed = wanted.keys() - known.keys(), known.keys() - wanted.keys()
    taking_part = members_of(milestone.region_ids, milestone.organisation_ids)
    eligible = set(taking_part.filter(pk__in=added).values_list("pk", flat=True))
    if strangers := [str(wanted[pk]) for pk in sorted(added - eligible)]:
        names = ", ".join(strangers)
        raise Refused(_("%(names)s: no active member of a region or unit that takes part.") % {"names": names})
    if not milestone.may_be_kept_by(by):
        own = set(own_people(by).filter(pk__in=added | removed).values_list("pk", flat=True))
        if (added | removed) - own:
            raise PermissionDenied(_("You say who does it on your own side only."))
    for pk in sorted(added):
        Assignee.objects.create(milestone=milestone, user=wanted[pk], given_by=by)
    if removed:
        milestone.given_to.filter(user__in=removed).delete()
    return bool(added or removed)


def own_people(user: User) -> QuerySet[User]:
    """Members of the regions for which the user writes, and of their units."""
    regions = user.regions_for(Right.ASSIGN)
    units = Organisation.objects.filter(region__in=regions).values("pk")
    belongs = Membership.objects.filter(Q(region__in=regions) | Q(unit__in=units), user=OuterRef("pk"))
    return User.objects.filter(Exists(belongs))


def _key(side: Side) -> tuple[int | None, int | None]:
    """As the database stores it: the region of a unit is that to which the unit belongs."""
    region, unit = side
    if unit is None:
        return region.pk if region else None, None
    return unit.region_id or (region.pk if region else None), unit.pk


# One transaction: hold, change, record


def _hold(milestone: Milestone, version: int | None) -> None:
    """Keep others out until the end of the transaction, and read what stands. Raises Stale."""
    hold_visit(milestone)
    current = Milestone._base_manager.select_for_update(no_key=True).filter(pk=milestone.pk).first()
    if current is None or (version is not None and current.version != version):
        raise Stale(current)
    _copy(current, milestone)


def hold_visit(milestone: Milestone) -> None:
    if milestone.visit_id is not None:
        Visit._base_manager.select_for_update(no_key=True).only("pk").filter(pk=milestone.visit_id).first()


def _read(milestone: Milestone) -> None:
    """What stands after the triggers have done their part."""
    _copy(Milestone._base_manager.get(pk=milestone.pk), milestone)


def _copy(current: Milestone, milestone: Milestone) -> None:
    """Names that were read beside it stay as long as they are the same rows."""
    for field in milestone._meta.concrete_fields:
        if getattr(milestone, field.attname) != getattr(current, field.attname):
            setattr(milestone, field.attname, getattr(current, field.attname))


def _turn(milestone: Milestone, status: str, deed: str, by: User, text: str = "", *more: str) -> None:
    milestone.status, milestone.closed_by_data = status, False
    milestone.save(update_fields=["status", "closed_by_data", *more])
    record(milestone, deed, by, text)
    _read(milestone)


def _was_declined(milestone: Milestone) -> bool:
    closing = (MilestoneDeed.DECLINED, MilestoneDeed.CANCELLED, MilestoneDeed.COMPLETED, MilestoneDeed.CLOSED_BY_DATA)
    last = milestone.log.filter(deed__in=closing).order_by("pk").values_list("deed", flat=True).last()
    return milestone.status == MilestoneStatus.CANCELLED and last == MilestoneDeed.DECLINED


def _confirm_parts(milestone: Milestone, parts: Sequence[Part], on: dt.date, note: str, by: User) -> None:
    if parts:
        chosen = milestone.parts.filter(pk__in=[part.pk for part in parts])
        chosen.update(done_on=on, done_by=by, note=note.strip()[:300])


def _waits(milestone: Milestone) -> bool:
    """Has a side still to confirm its part?"""
    return milestone.parts.filter(done_on__isnull=True).exists()


def _finish(milestone: Milestone, on: dt.date, evidence: str, by: User, remark: str) -> None:
    milestone.done_on = max([on, *(part.done_on for part in milestone.parts.all() if part.done_on)])
    milestone.evidence = _evidence(milestone, evidence)
    _turn(milestone, MilestoneStatus.DONE, MilestoneDeed.COMPLETED, by, remark, "done_on", "evidence")


def record(milestone: Milestone, deed: str, by: User | None, text: str = "", **more: Any) -> None:
    if by is not None:
        more.setdefault("region_id", side_of(milestone, by))
    MilestoneEntry.objects.create(milestone=milestone, deed=deed, text=text.strip(), by=by, **more)


def record_who(milestone: Milestone, reason: str, by: User) -> None:
    """Who has it now, with the reason."""
    names = [str(part) for part in milestone.parts.select_related("region", "unit")]
    names += [str(given.user) for given in milestone.given_to.select_related("user")]
    record(milestone, MilestoneDeed.REASSIGNED, by, _lines(f"→ {', '.join(names) or '–'}", reason))


def side_of(milestone: Milestone, user: User) -> int | None:
    """The region for which the user acts here: the keeping one first; that of their unit; None for an administrator."""
    own = [milestone.owner_id, *milestone.region_ids]
    regions = [pk for pk in own if pk in user.regions_for(Right.WORK)] or [pk for pk in own if pk in user.region_ids]
    units = [m.unit.region_id for m in user.standing if m.unit and m.unit_id in milestone.organisation_ids]
    return next(iter([*regions, *units]), None)


def _require_keeper(milestone: Milestone, by: User) -> None:
    if not milestone.may_be_kept_by(by):
        raise PermissionDenied(_("This is decided by officers of the region that keeps the record."))


def _require_decider(milestone: Milestone, by: User, may: Callable[[Milestone, User, list[Part]], bool]) -> None:
    if not may(milestone, by, list(milestone.parts.all())):
        raise PermissionDenied(_("A suggestion is for officers who keep the record, or of a responsible side."))


def _require_worker(milestone: Milestone, by: User) -> None:
    if not milestone.may_be_worked_on_by(by):
        raise PermissionDenied(_("This is done by officers and units that take part."))


def _require_open(milestone: Milestone) -> None:
    if milestone.status == MilestoneStatus.SUGGESTED:
        raise Refused(_("It is only suggested. Accept it first."))
    if milestone.status not in OPEN:
        raise Refused(_("It is closed. Reopen it first."))


def _require_unsettled(milestone: Milestone) -> None:
    if milestone.status in CLOSED:
        raise Refused(_("It is closed. Reopen it first."))


def _require_past(on: dt.date, by: User | None) -> None:
    today = by.today() if by is not None else timezone.now().date()
    if on > today:
        raise Refused(_("The day lies in the future. Record it when it has happened."))


def _given(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Give the reason: it stays in the log."))
    return reason.strip()


def _lines(*parts: str) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())


def _evidence(milestone: Milestone, new: str) -> str:
    """Of both sides, where the two fit; the log has them all."""
    found = "; ".join(dict.fromkeys(part for part in (milestone.evidence, new.strip()) if part))
    return found if len(found) <= MOST_EVIDENCE else new.strip()
