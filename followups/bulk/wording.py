"""Deeds in bulk in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.rights import Right
from followups.models import BulkDeed, Milestone, MilestoneDeed

LABELS = [
    (MilestoneDeed.COMPLETED, pgettext_lazy("verb", "Mark as done")),
    (MilestoneDeed.RESCHEDULED, pgettext_lazy("verb", "Move to another day")),
    (MilestoneDeed.REASSIGNED, pgettext_lazy("verb", "Give to others")),
    (MilestoneDeed.SNOOZED, pgettext_lazy("verb", "Snooze for me")),
    (MilestoneDeed.ACCEPTED, pgettext_lazy("verb", "Accept")),
    (MilestoneDeed.CANCELLED, pgettext_lazy("verb", "Cancel")),
]
_NEEDED = {
    MilestoneDeed.COMPLETED: {Right.KEEP_RECORDS, Right.WORK},
    MilestoneDeed.RESCHEDULED: {Right.KEEP_RECORDS},
    MilestoneDeed.REASSIGNED: {Right.KEEP_RECORDS},
    MilestoneDeed.ACCEPTED: {Right.KEEP_RECORDS, Right.ACCEPT},
    MilestoneDeed.CANCELLED: {Right.KEEP_RECORDS},
}
_SENTENCES = {
    MilestoneDeed.COMPLETED: ngettext_lazy("%(n)s follow-up is done.", "%(n)s follow-ups are done.", "n"),
    MilestoneDeed.RESCHEDULED: ngettext_lazy(
        "%(n)s follow-up was moved to another day.", "%(n)s follow-ups were moved to another day.", "n"
    ),
    MilestoneDeed.REASSIGNED: ngettext_lazy(
        "%(n)s follow-up was given to others.", "%(n)s follow-ups were given to others.", "n"
    ),
    MilestoneDeed.SNOOZED: ngettext_lazy("%(n)s follow-up is snoozed.", "%(n)s follow-ups are snoozed.", "n"),
    MilestoneDeed.ACCEPTED: ngettext_lazy("%(n)s follow-up was accepted.", "%(n)s follow-ups were accepted.", "n"),
    MilestoneDeed.CANCELLED: ngettext_lazy("%(n)s follow-up was cancelled.", "%(n)s follow-ups were cancelled.", "n"),
}


def offered(user: User) -> list[tuple[MilestoneDeed, Any]]:
    """The deeds that the user may do to any follow-up at all. One query for who may work on none but what is theirs."""
    return [(deed, label) for deed, label in LABELS if _may_somewhere(user, deed)]


def _may_somewhere(user: User, deed: MilestoneDeed) -> bool:
    if deed not in _NEEDED or any(user.may_somewhere(right) for right in _NEEDED[deed]):
        return True
    return deed == MilestoneDeed.COMPLETED and Milestone.objects.filter(given_to__user=user).exists()


def sentence(done: BulkDeed) -> str:
    """What was done to how many."""
    return str(_SENTENCES[MilestoneDeed(done.deed)] % {"n": len(done.rows)})


def undone_sentence(number: int, left_out: int) -> str:
    words = ngettext("%(n)s follow-up is as it was before.", "%(n)s follow-ups are as they were before.", number)
    told = words % {"n": number}
    if left_out:
        more = ngettext(
            "%(n)s was left out, because it was changed since.",
            "%(n)s were left out, because they were changed since.",
            left_out,
        )
        told = f"{told} {more % {'n': left_out}}"
    return told
