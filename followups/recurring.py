"""The deeds on recurring duties. Occurrences are made by the database; here those that lie ahead follow a change."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import Agreement
from followups import doing
from followups.doing import Refused
from followups.models import OPEN, Duty, Milestone, MilestoneDeed, MilestoneStatus
from records.above import hold_above

if TYPE_CHECKING:
    from followups.forms.duties import DutySheet

FOLLOWING = ("kind", "title", "agreement_id", "programme_id", "owner_id")  # what open occurrences take over


def nth_due(first_on: dt.date, every_months: int, n: int) -> dt.date:
    """As the database counts (`followups_nth`): of a shorter month its last day."""
    months = first_on.year * 12 + first_on.month - 1 + n * every_months
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(first_on.day, calendar.monthrange(year, month + 1)[1]))


def next_period(every_months: int, today: dt.date, agreement: Agreement | None = None) -> dt.date:
    """When it is first due, where nobody said: counted from the beginning of the agreement, else from the year's."""
    begun = agreement.counts_from if agreement else None
    if begun is not None and begun.year < 9000:
        passed = max(0, (today.year - begun.year) * 12 + today.month - begun.month) // every_months
        days = (nth_due(begun, every_months, n) for n in range(max(1, passed), passed + 3))
    else:
        days = (nth_due(dt.date(today.year - 1, 12, 31), every_months, n) for n in range(1, 15))
    return next(day for day in days if day > today)


@transaction.atomic
def make_duty(sheet: DutySheet, *, by: User, submission: uuid.UUID) -> Duty:
    """Save a new duty. Raises IntegrityError when this submission was saved before."""
    duty: Duty = sheet.form.instance
    if not by.may_write_for(duty.owner_id):
        raise PermissionDenied
    duty.created_by, duty.submission = by, submission
    sheet.form.save()
    return duty


@transaction.atomic
def change_duty(sheet: DutySheet, *, by: User, version: int) -> Duty:
    """Save a duty that was opened with `version`; what lies ahead follows. One that was made from the process and is
    changed is a person's from then on.

    Raises Stale when somebody changed it since.
    """
    duty: Duty = sheet.form.instance
    hold_above(duty)
    duty.claim(version)
    before = Duty._base_manager.get(pk=duty.pk)
    if sheet.form.has_changed():
        duty.derived_key = None
    sheet.form.save()
    let_occurrences_follow(before, duty, by)
    return duty


@transaction.atomic
def end_duty(duty: Duty, on: dt.date, *, by: User, version: int) -> None:
    """Nothing is due after that day. On a day that lies ahead it goes on until then."""
    _take(duty, by, version)
    if duty.ended_on is not None:
        raise Refused(_("It has ended already."))
    duty.derived_key = None
    if on > by.today():
        if on < duty.first_on:
            raise Refused(_("The end lies before the day on which it is due. Choose a later day, or today."))
        duty.until = on
    else:
        duty.ended_on = on
    duty.save(update_fields=["derived_key", "until", "ended_on"])


@transaction.atomic
def resume_duty(duty: Duty, *, by: User, version: int) -> None:
    """It goes on, from the next period on: the database makes that occurrence, or opens it again. An end that lies
    before it falls away."""
    _take(duty, by, version)
    if duty.ended_on is None:
        raise Refused(_("It goes on already."))
    duty.ended_on = None
    if duty.until and duty.until < _next_of(duty, by.today()):
        duty.until = None
    duty.save(update_fields=["ended_on", "until"])


def _take(duty: Duty, by: User, version: int) -> None:
    if not by.may_write_for(duty.owner_id):
        raise PermissionDenied(_("A recurring duty is kept by officers of the region that entered it."))
    hold_above(duty)
    duty.claim(version)
    duty.refresh_from_db()


def _next_of(duty: Duty, today: dt.date) -> dt.date:
    passed = max(0, (today.year - duty.first_on.year) * 12 + today.month - duty.first_on.month) // duty.every_months
    days = (nth_due(duty.first_on, duty.every_months, n) for n in range(passed, passed + 3))
    return next(day for day in days if day > today)


def let_occurrences_follow(before: Duty, duty: Duty, by: User) -> None:
    """After a change, in its transaction: open ones take over what it is about; of those ahead the first moves to the
    new day, others fall away."""
    changed = {name: getattr(duty, name) for name in FOLLOWING if getattr(before, name) != getattr(duty, name)}
    occurrences = duty.occurrences.filter(status__in=OPEN)
    if changed:
        occurrences.update(**changed)
    ahead = list(occurrences.filter(due_on__gt=by.today()).select_for_update(no_key=True).order_by("due_on"))
    if (before.region_id, before.unit_id) != (duty.region_id, duty.unit_id):
        for occurrence in ahead:
            _give_anew(occurrence, before, duty, by)
    if (before.first_on, before.every_months) != (duty.first_on, duty.every_months):
        _move(ahead, duty, by)


def _give_anew(occurrence: Milestone, before: Duty, duty: Duty, by: User) -> None:
    sides: list[doing.Side] = [(duty.region or (None if duty.unit else duty.owner), duty.unit)]
    old = (before.unit.region_id if before.unit else before.region_id or before.owner_id, before.unit_id)
    others = occurrence.parts.select_related("region", "unit")
    sides += [(part.region, part.unit) for part in others if (part.region_id, part.unit_id) != old]
    if doing.give(occurrence, sides, None, by=by):
        doing.record_who(occurrence, "", by)


def _move(ahead: list[Milestone], duty: Duty, by: User) -> None:
    due = duty.first_on if duty.first_on > by.today() else _next_of(duty, by.today())
    free = not duty.occurrences.filter(due_on=due).exists()
    for occurrence in ahead:
        old = occurrence.due_on
        if old == due:
            continue
        if free:
            occurrence.due_on, free = due, False
            occurrence.save(update_fields=["due_on"])
            doing.record(occurrence, MilestoneDeed.RESCHEDULED, by, old_due=old, new_due=due)
        else:
            occurrence.status, occurrence.closed_by_data = MilestoneStatus.CANCELLED, True
            occurrence.save(update_fields=["status", "closed_by_data"])
            doing.record(occurrence, MilestoneDeed.CANCELLED, by)
