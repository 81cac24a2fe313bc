"""The deeds that save the form of an agreement: all that hangs on it in one transaction, once, or not at all."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from agreements import moving
from agreements.models import Agreement
from agreements.moving import Refused
from records.models import Trashed
from records.trash import hold_for, throw

if TYPE_CHECKING:
    from agreements.forms.sheet import Sheet


@transaction.atomic
def make_agreement(sheet: Sheet, *, by: User, submission: uuid.UUID) -> Agreement:
    """Save a new agreement and put it on the way of its category; signed already, it stands at the signing.

    Raises IntegrityError when this submission was saved before, or when a gate before the signing is open.
    """
    sheet.record.created_by, sheet.record.submission = by, submission
    _wait_if_linked(sheet)
    agreement: Agreement = sheet.form.save()
    moving.start(agreement, by=by)
    sheet.save_rows(agreement)
    moving.follow_signing(agreement, by=by)
    return agreement


@transaction.atomic
def change_agreement(sheet: Sheet, *, by: User, version: int) -> Agreement:
    """Save an agreement that was opened with `version`; its stage follows a signing, or another category.

    Raises Stale when somebody saved it, or anything of it, since; Refused where the way forbids it.
    """
    _wait_if_linked(sheet)
    sheet.record.claim(version)
    was = Agreement.objects.values_list("category", flat=True).get(pk=sheet.record.pk)
    agreement: Agreement = sheet.form.save()
    moving.follow_category(agreement, was, by=by)
    sheet.save_rows(agreement)
    moving.follow_signing(agreement, by=by)
    return agreement


@transaction.atomic
def delete_agreement(agreement: Agreement, *, by: User, version: int) -> Trashed | None:
    """Put it in the trash with all that hangs on it, its log too. Raises Stale like `change_agreement`.

    What was signed is deleted by a manager of the keeping region only (PermissionDenied); what others follow or stand
    under, or what a duty with follow-ups elsewhere belongs to, by nobody (Refused).
    """
    if why := why_not_deleted(agreement, by):
        raise PermissionDenied(why)
    try:
        hold_for(agreement)
        agreement.claim(version)
        with connection.cursor() as cursor:  # lets the log of this one agreement go: see StepEntry
            cursor.execute("SELECT set_config('simpul.deleting', %s, true)", [str(agreement.pk)])
        right = Right.DELETE_SIGNED if agreement.is_signed else Right.RESTORE
        thrown = throw(agreement, by=by, region=agreement.owner_id, right=right)
    except ProtectedError as kept:
        raise Refused(_why_kept(kept, by)) from kept
    except RestrictedError as kept:
        raise Refused(
            _(
                "A recurring duty of this agreement has follow-ups under another record. Change the duty so that it no "
                "longer belongs to this agreement, then delete the agreement."
            )
        ) from kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.deleting', '', true)")
    return thrown


def why_not_deleted(agreement: Agreement, by: User) -> str:
    """Why this editor may not delete it; '' where they may."""
    if agreement.is_signed and not by.may(Right.DELETE_SIGNED, agreement.owner_id):
        return _("Only a manager of the region that keeps the record may delete what was signed.")
    return ""


def _why_kept(kept: ProtectedError, by: User) -> str:
    """Names of those in the way, as far as the user may see them."""
    others = [other.pk for other in kept.protected_objects if isinstance(other, Agreement)]
    names = ", ".join(str(other) for other in Agreement.objects.visible_to(by).for_names().filter(pk__in=others))
    if not names:
        return _("Other agreements follow it or stand under it.")
    return _("Other agreements follow it or stand under it: %(names)s.") % {"names": names}


def wait_for_links() -> None:
    """One writer of links at a time, and each before it holds a row: taken later, as the trigger `keep_a_tree` does,
    two that link to each other at once would wait for each other for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agreements_keep_a_tree'))")


def _wait_if_linked(sheet: Sheet) -> None:
    if sheet.record.parent_id or sheet.record.predecessor_id:
        wait_for_links()
