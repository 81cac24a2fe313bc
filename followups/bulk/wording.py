"""Deeds in bulk in words."""

from __future__ import annotations

from django.utils.translation import ngettext, ngettext_lazy, pgettext_lazy

from followups.models import BulkDeed, MilestoneDeed

LABELS = [
    (MilestoneDeed.COMPLETED, pgettext_lazy("verb", "Mark as done")),
    (MilestoneDeed.RESCHEDULED, pgettext_lazy("verb", "Move to another day")),
    (MilestoneDeed.REASSIGNED, pgettext_lazy("verb", "Give to others")),
    (MilestoneDeed.SNOOZED, pgettext_lazy("verb", "Snooze for me")),
    (MilestoneDeed.ACCEPTED, pgettext_lazy("verb", "Accept")),
    (MilestoneDeed.CANCELLED, pgettext_lazy("verb", "Cancel")),
]
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
