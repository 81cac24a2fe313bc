"""How the history stands: what the page and the monitor are told, and what the work of the night has yet to do.

Whoever is master of the database writes whatever rows they like. So the age of a seal counts only with its signature;
that its head was mailed, and that all was found as it was sealed, are lines of the book of deeds with a signature too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from ledger.seals import AHEAD, Break, is_mailed, is_ours, is_signed, signed
from records.holding import held
from records.models import Deed, Seal, Trace
from records.tracing import trace

A_DAY = dt.timedelta(hours=23)
OVERDUE = dt.timedelta(hours=25)
LETTER_OVERDUE = dt.timedelta(hours=3)  # tried every hour


@dataclass(frozen=True)
class Standing:
    """`ended`: the line of the last verification, well or not; `mailed`: the last head is where it should be."""

    last: Seal | None
    ended: Trace | None
    mailed: bool

    @property
    def is_forged(self) -> bool:
        """The last seal is not ours, or of a time that has not come."""
        return self.last is not None and not (is_signed(self.last) and self.last.at <= timezone.now() + AHEAD)

    @property
    def is_old(self) -> bool:
        return self.last is None or not _within(OVERDUE, self.last.at)

    @property
    def is_broken(self) -> bool:
        return self.is_forged or self._ended_badly

    @property
    def is_unverified(self) -> bool:
        return self.last is not None and not _within(OVERDUE, self.ended_at)

    @property
    def is_unmailed(self) -> bool:
        return self.last is not None and not self.mailed and not _within(LETTER_OVERDUE, self.last.at)

    @property
    def ended_at(self) -> dt.datetime | None:
        """When it was last looked through; a line that says “well” without our signature says nothing."""
        if self.ended is None:
            return None
        if self._ended_badly:
            return self.ended.at
        detail = self.ended.detail if isinstance(self.ended.detail, dict) else {}
        at = str(detail.get("ended"))
        return dt.datetime.fromisoformat(at) if is_ours(f"{Deed.VERIFIED} {at}", str(detail.get("mac"))) else None

    @property
    def wants_seal(self) -> bool:
        return self.last is None or self.is_forged or not _within(A_DAY, self.last.at)

    @property
    def wants_verification(self) -> bool:
        """Once a day, after the seal; at once when that is forged and nobody has said so."""
        if self.last is None or self.ended_at is None or not _within(A_DAY, self.ended_at):
            return self.last is not None
        return not self._ended_badly and (self.is_forged or self.ended_at < self.last.at)

    @property
    def _ended_badly(self) -> bool:
        return self.ended is not None and self.ended.deed == Deed.BROKEN


def standing() -> Standing:
    """Two queries; two more where heads are mailed."""
    ended = Trace.objects.filter(deed__in=[Deed.VERIFIED, Deed.BROKEN]).order_by("-pk").first()
    last = Seal.objects.order_by("-number").first()
    return Standing(last, ended, last is None or not settings.SEAL_MAIL_TO or held() or is_mailed(last))


def record(breaks: list[Break]) -> None:
    """Write down how a verification ended."""
    if breaks:
        trace(Deed.BROKEN, what="; ".join(map(str, breaks[:3])), breaks=len(breaks))
    else:
        at = timezone.now().isoformat()
        trace(Deed.VERIFIED, ended=at, mac=signed(f"{Deed.VERIFIED} {at}"))


def _within(time: dt.timedelta, at: dt.datetime | None) -> bool:
    """Not longer ago than that, and not in the future."""
    return at is not None and -AHEAD <= timezone.now() - at <= time
