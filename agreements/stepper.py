"""The way of an agreement as one reader sees it: where it stands, who must act, what is missing, what they may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.checklists import Checklist
from agreements.models import Agreement, Deed, Process, ProcessStep, StepEntry
from agreements.ways import Stop, Way
from documents.papers import Filing

# state of a stop -> words, tone, icon; without an icon its number is shown
LOOKS: dict[str, tuple[Any, str, str]] = {
    "DONE": (gettext_lazy("Done"), "good", "check"),
    "SKIPPED": (gettext_lazy("Skipped"), "quiet", "redo"),
    "WAIVED": (gettext_lazy("Waived"), "warn", "shield-off"),
    "HERE": (gettext_lazy("Here now"), "info", "map-pin"),
    "UNRECORDED": (gettext_lazy("Not recorded"), "quiet", ""),
    "AHEAD": (gettext_lazy("To come"), "quiet", ""),
}
DEED_ICONS = {
    Deed.STARTED: "play",
    Deed.MOVED: "arrow-right",
    Deed.RETURNED: "undo-2",
    Deed.TRANSFERRED: "shuffle",
    Deed.PASSED: "check",
    Deed.SKIPPED: "redo",
    Deed.WAIVED: "shield-off",
    Deed.HELD: "pause",
    Deed.RESUMED: "play",
    Deed.CLOSED: "circle-stop",
    Deed.REOPENED: "rotate-ccw",
}


@dataclass(frozen=True)
class Act:
    """A move that the reader may make: a link to its form."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True)
class Told:
    """An entry of the log; its paper only where the reader may see it."""

    entry: StepEntry
    paper: Any
    paper_is_hidden: bool

    @property
    def icon(self) -> str:
        return DEED_ICONS[Deed(self.entry.deed)]


@dataclass(frozen=True)
class Mark:
    """One stop as it is drawn."""

    number: int
    stop: Stop
    days: int | None
    over: int
    missing: int
    entries: list[Told] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def step(self) -> ProcessStep:
        return self.stop.step

    @property
    def words(self) -> str:
        return str(LOOKS[self.stop.state][0])

    @property
    def tone(self) -> str:
        return "warn" if self.stop.is_open_gate and self.stop.behind else LOOKS[self.stop.state][1]

    @property
    def icon(self) -> str:
        if self.stop.is_open_gate and not self.stop.stands:
            return "lock"
        return LOOKS[self.stop.state][2]


class Stepper:
    """Costs the queries of the way, one for the papers where `filings` are not given, one for a newer edition."""

    def __init__(
        self,
        way: Way,
        user: Any,
        *,
        checklist: Checklist | None = None,
        filings: Iterable[Filing] | None = None,
        back: str = "",
    ) -> None:
        self.way, self.user, self.back = way, user, back
        self.agreement: Agreement = way.agreement
        self.today: dt.date = self.agreement.today()
        self.may_write: bool = user.may_write_for(self.agreement.owner_id)
        self.may_waive: bool = self.agreement.may_be_waived_by(user)
        due = [*checklist.due, *checklist.later] if checklist else []
        self._missing = {papers.stop.step.pk: len(papers.missing) for papers in due}
        self._filings = filings

    @cached_property
    def marks(self) -> list[Mark]:
        return [self._mark(number, stop) for number, stop in enumerate(self.way.stops, start=1)]

    @property
    def here(self) -> Mark | None:
        return next((mark for mark in self.marks if mark.stop.stands), None)

    @cached_property
    def entries(self) -> list[Told]:
        """The whole log, newest first."""
        return [self._told(entry) for entry in reversed(self.way.log)]

    @property
    def held(self) -> StepEntry | None:
        """The entry that put it on hold, while it is."""
        return next((e for e in reversed(self.way.log) if e.deed == Deed.HELD), None) if self.way.is_held else None

    @property
    def closing(self) -> StepEntry | None:
        """The entry that closed it, while it is closed."""
        if not self.agreement.closed_as:
            return None
        return next((entry for entry in reversed(self.way.log) if entry.deed == Deed.CLOSED), None)

    @cached_property
    def newer(self) -> Process | None:
        """A process that it could follow: a newer edition of its own, or the first where it has none."""
        current = Process.objects.current_for(self.agreement.category)
        return current if current and current.pk != self.agreement.process_id else None

    # What the reader may do

    @cached_property
    def forward(self) -> Act | None:
        if not self.may_write or not self.way.ahead or self.agreement.closed_as:
            return None
        return self._act(_("Move forward"), "move", "arrow-right")

    @cached_property
    def sign(self) -> Act | None:
        """Where it is to be signed, the row of the signing in the form."""
        signing = self.way.signing
        near = signing is not None and (self.way.position or 0) >= signing.position - 1
        if not (self.may_write and near) or self.agreement.is_signed or self.agreement.closed_as:
            return None
        return Act(
            _("Record the signing"), f"{reverse('agreements:edit', args=[self.agreement.pk])}#signings", "pen-line"
        )

    @cached_property
    def others(self) -> list[Act]:
        """The other moves, in a menu."""
        if not self.may_write:
            return []
        if self.agreement.closed_as:
            return [self._act(_("Reopen"), "reopen", "rotate-ccw")]
        found = []
        if self.way.earlier:
            found.append(self._act(_("Send back"), "send-back", "undo-2"))
        if self.way.is_held:
            found.append(self._act(_("Resume"), "resume", "play"))
        else:
            found.append(self._act(_("Put on hold"), "hold", "pause"))
        found.append(self._act(_("Move to another process"), "transfer", "shuffle"))
        found.append(self._act(_("Close for good"), "close", "circle-stop"))
        return found

    def _mark(self, number: int, stop: Stop) -> Mark:
        return Mark(
            number,
            stop,
            stop.days(self.today),
            stop.days_over(self.today) if not self.agreement.closed_as else 0,
            self._missing.get(stop.step.pk, 0),
            [self._told(entry) for entry in stop.entries],
            list(self._acts_on(stop)) if self.may_write and not self.agreement.closed_as else [],
        )

    def _acts_on(self, stop: Stop) -> Iterator[Act]:
        if stop.settled is not None:
            return
        yield self._act(_("Record as done"), "step-done", "check", stop.step)
        if stop.step.conditional:
            yield self._act(_("Skip"), "step-skip", "redo", stop.step)
        if stop.step.is_gate and self.may_waive:
            yield self._act(_("Waive"), "step-waive", "shield-off", stop.step)

    def _act(self, label: str, name: str, icon: str, step: ProcessStep | None = None) -> Act:
        url = reverse(f"agreements:{name}", args=[self.agreement.pk, *([step.pk] if step else [])])
        return Act(label, f"{url}?{urlencode({'next': self.back})}" if self.back else url, icon)

    def _told(self, entry: StepEntry) -> Told:
        seen = entry.attachment if entry.attachment_id in self._seen else None
        return Told(entry, seen, bool(entry.attachment_id) and seen is None)

    @cached_property
    def _seen(self) -> set[int | None]:
        """Papers that the reader may see."""
        if not any(entry.attachment_id for entry in self.way.log):
            return set()
        if self._filings is None:
            return set(self.agreement.attachments.visible_to(self.user).values_list("pk", flat=True))
        return {paper.pk for filing in self._filings for paper in (filing.paper, *filing.earlier)}
