"""The deed of this app: a visit with all that hangs on it is saved in one transaction, once, or not at all."""

from __future__ import annotations

import datetime as dt
import re
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

# How sources say that a day is over, or lies ahead.
OVER = (
    r"lalu|kemar[ie]n|tadi|barusan|baru saja|baru-baru ini|belum lama|silam|lampau|sudah|telah|selesai|hari ini"
    r"|last|yesterday|ago|recently|past|previous|earlier|today"
)
AHEAD = (
    r"depan|besok|esok|lusa|akan|mendatang|nanti|kelak|lagi|segera|belum(?! lama)|(?:di)?rencana\w*|dijadwalkan"
    r"|next|tomorrow|will|coming|upcoming|soon|planned|scheduled|not yet"
)


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
    """What the date says about the status, else its words; None where both leave open whether it took place."""
    if first and first > today:
        return VisitStatus.SCHEDULED
    if precision == Precision.RANGE and last and last >= today:
        return VisitStatus.IN_PROGRESS
    if last and (last < today or precision == Precision.DAY):
        return VisitStatus.COMPLETED
    return told_by(words)


def told_by(words: str) -> VisitStatus | None:
    """What the words of a date say: “Kamis lalu” is over, “Kamis depan” lies ahead, “Kamis” may be either."""
    over, ahead = (re.search(rf"\b({names})\b", words, re.IGNORECASE) for names in (OVER, AHEAD))
    if bool(over) == bool(ahead):
        return None
    return VisitStatus.COMPLETED if over else VisitStatus.SCHEDULED
