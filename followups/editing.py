"""The deeds that save the form of a milestone: with its sides and people in one transaction, once, or not at all."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from followups import doing
from followups.doing import Refused
from followups.models import Milestone, MilestoneDeed
from visits.models import FollowUp, Outcome

if TYPE_CHECKING:
    from followups.forms.sheet import MilestoneSheet


@transaction.atomic
def make_milestone(sheet: MilestoneSheet, *, by: User, submission: uuid.UUID) -> Milestone:
    """Save a new milestone. Raises IntegrityError when this submission was saved before.

    Of an outcome: the outcome then has an open follow-up, which is this milestone.
    """
    milestone: Milestone = sheet.form.instance
    outcome = sheet.form.cleaned_data.get("outcome")
    milestone.since = by.today()
    if outcome is not None:
        _open_outcome(milestone, outcome, by)
    elif milestone.visit is not None and milestone.visit.starts_on is not None:
        milestone.since = min(milestone.visit.starts_on, milestone.since)
    if not milestone.may_be_kept_by(by):
        raise PermissionDenied
    milestone.created_by, milestone.submission = by, submission
    sheet.save()
    doing.record(milestone, MilestoneDeed.CREATED, by)
    return milestone


@transaction.atomic
def change_milestone(sheet: MilestoneSheet, *, by: User, version: int) -> Milestone:
    """Save a milestone that was opened with `version`. A day that moved, and others who have it, go into the log.

    Raises Stale when somebody changed it since, Refused where its sides or people cannot be so.
    """
    milestone: Milestone = sheet.form.instance
    doing.hold_visit(milestone)
    milestone.claim(version)
    old = Milestone._base_manager.values_list("due_on", flat=True).get(pk=milestone.pk)
    sheet.form.save()
    doing.give_anew(milestone, sheet.chosen_sides, sheet.chosen_people, by=by)
    if old != milestone.due_on:
        moved = {"old_due": old, "new_due": milestone.due_on}
        doing.record(milestone, MilestoneDeed.RESCHEDULED, by, str(sheet.form.cleaned_data.get("reason", "")), **moved)
    return milestone


def _open_outcome(milestone: Milestone, outcome: Outcome, by: User) -> None:
    """The database makes the milestone of an outcome that needs a follow-up; the form then fills it in."""
    milestone.visit = outcome.visit
    doing.hold_visit(milestone)
    if not by.may_write_for(outcome.visit.owner_id):
        raise PermissionDenied(_("The outcomes of a visit are kept by officers of the region that keeps the visit."))
    outcome.refresh_from_db()
    if Milestone._base_manager.filter(outcome=outcome).exists():
        raise Refused(_("This outcome has a follow-up already."))
    outcome.follow_up = FollowUp.OPEN
    outcome.save(update_fields=["follow_up"])
    made = Milestone._base_manager.get(outcome=outcome)
    for name in ("pk", "version", "origin", "outcome_id", "owner_id", "since", "opened_at", "created_at"):
        setattr(milestone, name, getattr(made, name))
