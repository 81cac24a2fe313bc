"""The deed of this app: a visit with all that hangs on it is saved in one transaction, once, or not at all."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from records.dates import Precision
from records.models import Trashed
from records.trash import hold_for, throw
from visits.models import Visit, VisitStatus

if TYPE_CHECKING:
    from visits.forms.quick import QuickForm
    from visits.forms.sheet import Sheet


@transaction.atomic
def log_visit(sheet: Sheet, *, by: User, submission: uuid.UUID) -> Visit:
    """Save a new visit. Raises IntegrityError when this submission was saved before: posting twice is posting once."""
    sheet.record.created_by, sheet.record.submission = by, submission
    return sheet.save()


@transaction.atomic
def log_quickly(form: QuickForm, *, by: User, submission: uuid.UUID) -> Visit:
    """Save a visit with one delegation. Raises IntegrityError like `log_visit`."""
    visit, delegation = form.visit()
    visit.created_by, visit.submission = by, submission
    visit.save()
    visit.kinds.set(form.cleaned_data["kinds"])
    delegation.visit = visit
    delegation.save()
    return visit


@transaction.atomic
def change_visit(sheet: Sheet, *, version: int) -> Visit:
    """Save a visit that was opened with `version`. Raises Stale when somebody saved it, or anything of it, since."""
    sheet.record.claim(version)
    return sheet.save()


@transaction.atomic
def delete_visit(visit: Visit, *, version: int) -> Trashed | None:
    """Put the visit with all that hangs on it in the trash. Raises Stale like `change_visit`."""
    hold_for(visit)
    visit.claim(version)
    return throw(visit, region=visit.owner_id)


def status_on(
    today: dt.date, first: dt.date | None, last: dt.date | None, precision: str, words: str = ""
) -> VisitStatus | None:
    """What the date says about the status; None where it says nothing. What is told in words has happened."""
    if first is None:
        return VisitStatus.COMPLETED if words or precision == Precision.WEEKDAY_ONLY else None
    if first > today:
        return VisitStatus.SCHEDULED
    if precision == Precision.RANGE and last and last >= today:
        return VisitStatus.IN_PROGRESS
    return VisitStatus.COMPLETED
