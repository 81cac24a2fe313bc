"""Inviting somebody by mail to act for a region or a unit, and what becomes of it.

The letter waits in the row (`next_try_at`) until a mail server has taken it, or until it has run out: `send_due` is
run by an alarm clock, any number of times, on any number of machines. Every try carries the same link and Message-ID.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pghistory
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.adapter import vouch
from accounts.members import may_change
from accounts.models import Invitation, Membership, User
from accounts.rights import is_higher
from records.holding import held
from records.ledger import Deed
from records.models import Stale
from records.tracing import trace

log = structlog.get_logger(__name__)

LONGEST_PAUSE = dt.timedelta(hours=6)
BATCH = 50
REFUSED_FOR_GOOD = range(500, 600)


def key_of(invitation: Invitation) -> str:
    """The secret of the link: 256 bits that only this installation can make; another one whenever it is sent anew."""
    said = f"{invitation.pk}:{invitation.round}:{invitation.email.lower()}"
    return salted_hmac("accounts.invitation", said, algorithm="sha256").hexdigest()


def by_link(pk: int, key: str) -> Invitation | None:
    """The invitation behind a link that is still good. Whoever guesses learns nothing from why it is not."""
    found = Invitation.objects.select_related("region", "unit__region", "invited_by").filter(pk=pk).first()
    good = constant_time_compare(key, key_of(found or Invitation(pk=pk)))
    return found if found and good and found.is_open and not found.has_run_out and _is_meant(found) else None


def _is_meant(invitation: Invitation) -> bool:
    """May whoever invited still let people in there? An invitation does not outlive the right to it."""
    return invitation.invited_by is not None and may_change(invitation.invited_by, invitation)


def _side(invitation: Invitation) -> list[int]:
    """Whom it concerns: whoever lets somebody in may act for other regions too."""
    return [] if invitation.place_region_id is None else [invitation.place_region_id]


def invite(invitation: Invitation, *, by: Any) -> Invitation:
    """Keep it; the letter goes out within a minute."""
    invitation.email = invitation.email.lower()
    invitation.invited_by = by
    invitation.expires_at = _end()
    invitation.save()
    trace(Deed.INVITED, user=by, what=invitation, only=_side(invitation))
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> None:
    """With a new link: those of earlier letters are void. Who sends it again answers for it from now on, as if they
    had invited: the first inviter may have left. Raises Stale when it is no longer open."""
    fresh = {"expires_at": _end(), "next_try_at": timezone.now(), "attempts": 0, "sent_at": None, "error": ""}
    _change(invitation, round=invitation.round + 1, invited_by=by, **fresh)
    trace(Deed.INVITED, user=by, what=invitation, only=_side(invitation))


def withdraw(invitation: Invitation) -> None:
    """Nobody can take it any more. Raises Stale when it is no longer open."""
    _change(invitation, withdrawn_at=timezone.now(), next_try_at=None)


@transaction.atomic
def take(invitation: Invitation, user: User) -> Membership:
    """The user becomes a member, once: a second click finds nothing to take and raises Stale. Who is one already and
    may more stays that: a region does not lose its last administrator by a link."""
    _change(invitation, accepted_at=timezone.now(), accepted_by=user, next_try_at=None)
    place = {"region": invitation.region, "unit": invitation.unit}
    member, made = Membership.objects.get_or_create(user=user, **place, defaults={"role": invitation.role})
    if not made and is_higher(invitation.role, member.role):
        member.role = invitation.role
        member.save()
    trace(Deed.JOINED, user=user, what=invitation, only=_side(invitation))
    return member


@transaction.atomic
def join(invitation: Invitation, *, name: str, password: str | None, language: str) -> User:
    """A new user, whose address is known to be theirs: they hold the letter. Raises Stale when somebody was faster."""
    _hold(invitation)
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name, language=language)
    except (ValidationError, IntegrityError) as error:  # by another invitation of theirs
        raise Stale(invitation) from error
    pghistory.context(user=user.pk)  # nobody is signed in yet: for the history it is they who come in
    vouch(user)
    take(invitation, user)
    return user


def send_due() -> int:
    """Send the letters that are due; how many went out. What fails is tried again, later each time."""
    if held():
        return 0
    sent = 0
    for _n in range(BATCH):
        invitation = _claim()
        if invitation is None:
            break
        sent += _send(invitation)
    return sent


def letter(invitation: Invitation) -> EmailMessage:
    """In the language that the inviter chose."""
    with translation.override(invitation.language):
        words = {
            "invitation": invitation,
            "place": invitation.place.name if invitation.place else "",
            "site_name": settings.SITE_NAME,
            "by": str(invitation.invited_by or ""),
            "link": f"{settings.SITE_URL}{reverse('accounts:join', args=[invitation.pk, key_of(invitation)])}",
        }
        subject = _("You are invited to %(site)s: %(place)s") % {"site": settings.SITE_NAME, "place": words["place"]}
        body = render_to_string("accounts/invitation.txt", words)
    headers = {
        "Message-ID": f"<invitation.{invitation.pk}.{invitation.round}@{settings.MESSAGE_ID_HOST}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(" ".join(subject.split()), body, to=[invitation.email], headers=headers)


def _end() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)


def _change(invitation: Invitation, **facts: Any) -> None:
    if not _still(invitation).update(**facts):
        raise Stale(Invitation.objects.filter(pk=invitation.pk).first())
    invitation.refresh_from_db()


def _hold(invitation: Invitation) -> None:
    """Who takes it at the same time waits for the end of this transaction. Raises Stale when it is no longer open."""
    if not _still(invitation).select_for_update(no_key=True).exists():
        raise Stale(Invitation.objects.filter(pk=invitation.pk).first())


def _still(invitation: Invitation) -> QuerySet[Invitation]:
    """Only while it is open, and still as it was read: a letter that was sent anew is another."""
    return Invitation.objects.open().filter(pk=invitation.pk, round=invitation.round)


@transaction.atomic
def _claim() -> Invitation | None:
    """One that is due, ours until its next try: who is killed with it loses nothing but that time."""
    now = timezone.now()
    due = Invitation.objects.open().filter(next_try_at__lte=now, expires_at__gt=now).order_by("next_try_at", "pk")
    found = due.select_for_update(skip_locked=True, of=("self",)).select_related("region", "unit", "invited_by").first()
    if found:
        found.attempts += 1
        pause = min(dt.timedelta(minutes=2 ** min(found.attempts, 10)), LONGEST_PAUSE)
        Invitation.objects.filter(pk=found.pk).update(attempts=found.attempts, next_try_at=now + pause)
    return found


def _send(invitation: Invitation) -> bool:
    this = Invitation.objects.filter(pk=invitation.pk, round=invitation.round)
    try:
        letter(invitation).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: an address or host that is none
        log.warning("invitation_not_sent", invitation=invitation.pk, error=str(error))
        facts = {"next_try_at": None} if _is_final(error) else {}
        this.update(error=" ".join(str(error).split())[:300], **facts)
        return False
    this.update(sent_at=timezone.now(), next_try_at=None, error="")
    return True


def _is_final(error: Exception) -> bool:
    """Did the server say that it will never take a letter to this address?"""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(code in REFUSED_FOR_GOOD for code, _said in error.recipients.values())
