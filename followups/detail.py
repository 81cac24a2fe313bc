"""One milestone as its reader sees it: who must do it and has, what one may do now, where it came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from agreements.models import Agreement
from followups import doing
from followups.models import (
    DUE_SOON,
    Assignee,
    Duty,
    Milestone,
    MilestoneDeed,
    MilestoneEntry,
    MilestoneStatus,
    Occurrence,
    Part,
    Snooze,
)
from followups.telling import due_in_words, is_overdue, priority_badge, state_badge
from pages.templatetags.pages import badge
from records.folding import read_together
from visits.models import Visit

OCCURRENCE_TONES = {
    "SCHEDULED": ("quiet", "calendar"),
    "DUE": ("warn", "circle-dot"),
    "MET": ("good", "check"),
    "LATE": ("warn", "check"),
    "MISSED": ("bad", "alarm-clock"),
    "WAIVED": ("quiet", "x"),
}
DEED_TONES = {
    "COMPLETED": "good", "CONFIRMED": "good", "BLOCKED": "bad", "DECLINED": "quiet", "CANCELLED": "quiet",
    "RESCHEDULED": "warn", "REOPENED": "warn", "COMMENTED": "info",
}  # fmt: skip
FEW = 6  # neighbours of an occurrence that its page shows


def occurrence_badge(milestone: Milestone, on: dt.date) -> SafeString:
    """How one occurrence of a recurring duty stands."""
    state = milestone.occurrence(on)
    return badge(Occurrence(state).label, *OCCURRENCE_TONES[state]) if state else SafeString("")


@dataclass(frozen=True)
class Act:
    """A deed that the user may do now. `posts`: at once by its button, else it asks first."""

    label: str
    icon: str
    url: str
    posts: bool = False
    is_page: bool = False  # too large for the dialog


@dataclass(frozen=True)
class Side:
    """A part with what the reader may do about it."""

    part: Part
    is_own: bool
    may_confirm: bool


@dataclass(frozen=True)
class Origin:
    """Where it came from; without an address where the reader may not see it."""

    term: str
    words: str
    url: str


@dataclass(frozen=True)
class Said:
    """An entry of the log."""

    entry: MilestoneEntry
    tone: str
    is_comment: bool


class Telling:
    """What the page of one milestone shows: at most five queries, and two more for papers and notes."""

    def __init__(self, milestone: Milestone, user: Any) -> None:
        self.milestone = milestone
        self.user = user
        self.today: dt.date = user.today()

    # What and when

    @property
    def state(self) -> SafeString:
        return state_badge(self.milestone.status, self.milestone.due_on, self.today)

    @property
    def priority(self) -> SafeString | str:
        """Only what is not normal is marked."""
        return "" if self.milestone.priority == "NORMAL" else priority_badge(self.milestone.priority)

    @property
    def occurrence(self) -> SafeString:
        return occurrence_badge(self.milestone, self.today)

    @property
    def due(self) -> str:
        return due_in_words(self.milestone.due_on, self.milestone.due_precision)

    @property
    def due_away(self) -> str:
        """How far off: what is late says so in its badge."""
        due = self.milestone.due_on
        if due is None or not self.milestone.is_open or is_overdue(self.milestone.status, due, self.today):
            return ""
        days = (due - self.today).days
        if days == 0:
            return pgettext("due", "today")
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}

    @property
    def is_soon(self) -> bool:
        due = self.milestone.due_on
        return bool(due and self.milestone.is_open and due <= self.today + DUE_SOON)

    # Who

    @cached_property
    def _below(self) -> tuple[list[Part], list[Assignee], list[Snooze], list[MilestoneEntry]]:
        """What hangs on it, in one query: its parts, its people, the reader's own snooze, the log."""
        milestone = self.milestone
        parts, people, snoozes, log = read_together(
            [
                milestone.parts.select_related("region", "unit__region", "done_by"),
                milestone.given_to.select_related("user"),
                milestone.snoozes.filter(user=self.user, until__gt=self.today),
                milestone.log.select_related("by", "region"),
            ]
        )
        return parts, people, snoozes, log

    @cached_property
    def parts(self) -> list[Part]:
        parts = self._below[0]
        for part in parts:
            part.milestone = self.milestone
        return parts

    @property
    def sides(self) -> list[Side]:
        is_open = self.milestone.is_open
        return [
            Side(
                part,
                doing.is_of_side(part, self.user),
                is_open and part.done_on is None and part.may_be_confirmed_by(self.user),
            )
            for part in self.parts
        ]

    @cached_property
    def people(self) -> list[Any]:
        return [given.user for given in self._below[1]]

    @cached_property
    def snoozed_until(self) -> dt.date | None:
        """Of the reader; over when the day has come."""
        return next((snooze.until for snooze in self._below[2]), None)

    # What one may do

    @cached_property
    def may_keep(self) -> bool:
        return self.milestone.may_be_kept_by(self.user)

    @cached_property
    def may_work(self) -> bool:
        return self.milestone.may_be_worked_on_by(self.user)

    @cached_property
    def first_acts(self) -> list[Act]:
        """What one most likely came for."""
        milestone = self.milestone
        if milestone.status == MilestoneStatus.SUGGESTED and doing.may_accept(milestone, self.user, self.parts):
            acts = [self._act("accept", pgettext("a suggestion", "Accept"), "check", posts=True)]
            if doing.may_decline(milestone, self.user, self.parts):
                acts.append(self._act("decline", pgettext("a suggestion", "Decline"), "x"))
            return acts
        if not milestone.is_open or not self.may_work:
            return []
        acts = []
        if self._may_settle:
            label = _("Confirm our part") if self._has_own_part else pgettext("follow-up", "Done")
            acts.append(self._act("done", label, "check"))
        if milestone.status != MilestoneStatus.IN_PROGRESS:
            label = _("Go on") if milestone.status == MilestoneStatus.BLOCKED else _("Begin")
            acts.append(self._act("begin", label, "play", posts=True))
        return acts

    @cached_property
    def other_acts(self) -> list[Act]:
        return list(self._others())

    def _others(self) -> Iterator[Act]:
        milestone, is_settled = self.milestone, self.milestone.status in doing.CLOSED
        if is_settled:
            every = self.may_work and doing.may_complete(milestone, self.user, self.parts, every=True)
            if every and not doing.closed_by_its_data(milestone):
                yield self._act("reopen", _("Reopen"), "rotate-ccw")
            return
        if milestone.is_open and self.may_keep and self._has_own_part:
            yield self._act("complete", _("Complete for all sides"), "check-check")
        if self.may_keep and not doing.why_not_movable(milestone):
            yield self._act("reschedule", _("Move to another day"), "calendar-clock")
        if doing.may_reassign(milestone, self.user):
            yield replace(self._act("reassign", _("Give to others"), "user-round-plus"), is_page=True)
        if self.snoozed_until:
            yield self._act("wake", _("Remind me again"), "bell", posts=True)
        else:
            yield self._act("snooze", _("Remind me later"), "bell-off")
        if self.may_work and milestone.is_open and milestone.status != MilestoneStatus.BLOCKED:
            yield self._act("block", _("Mark as blocked"), "octagon-alert")
        if self.may_keep:
            yield self._act("cancel", _("Cancel this follow-up"), "x")

    @property
    def _pending(self) -> list[Part]:
        return [part for part in self.parts if part.done_on is None]

    @property
    def _has_own_part(self) -> bool:
        """An open part of one's own beside open parts of others: “done” is then not the whole."""
        own = [part for part in self._pending if doing.is_of_side(part, self.user)]
        return bool(own) and len(own) < len(self._pending)

    @property
    def _may_settle(self) -> bool:
        return self._has_own_part or doing.may_complete(self.milestone, self.user, self.parts)

    def _act(self, name: str, label: str, icon: str, *, posts: bool = False) -> Act:
        return Act(label, icon, reverse(f"followups:{name}", args=[self.milestone.pk]), posts)

    # Where it came from

    @cached_property
    def origins(self) -> list[Origin]:
        return [*self._of_visit(), *self._of_agreement()]

    def _of_visit(self) -> Iterator[Origin]:
        milestone = self.milestone
        visit, _agreement, _duty = self._seen
        if visit is None:
            return
        yield Origin(_("Visit"), f"{visit}, {visit.period}", visit.get_absolute_url())
        if milestone.outcome_id is not None and milestone.outcome is not None:
            words = str(milestone.outcome.get_kind_display())
            yield Origin(_("Outcome"), words, f"{visit.get_absolute_url()}#outcome-{milestone.outcome_id}")

    def _of_agreement(self) -> Iterator[Origin]:
        milestone, agreement = self.milestone, self.milestone.agreement
        _visit, seen, duty = self._seen
        if agreement is not None and seen:
            yield Origin(_("Agreement"), str(agreement), agreement.get_absolute_url())
            if milestone.step is not None:
                yield Origin(_("Step"), milestone.step.name, f"{agreement.get_absolute_url()}#way")
            if milestone.programme is not None:
                yield Origin(_("Programme"), str(milestone.programme), milestone.programme.get_absolute_url())
            if milestone.indicator is not None:
                programme = milestone.indicator.programme
                yield Origin(_("Indicator"), str(milestone.indicator), programme.get_absolute_url())
        if milestone.duty is not None:
            words = rhythm(milestone.duty)
            yield Origin(_("Recurring duty"), words, milestone.duty.get_absolute_url() if duty else "")

    @cached_property
    def _seen(self) -> tuple[Visit | None, Agreement | None, Duty | None]:
        """Its visit, agreement and duty, if the reader sees them; one query, and one for the guests."""
        found = read_together(
            [
                Visit.objects.visible_to(self.user).for_names().filter(milestones=self.milestone),
                Agreement.objects.visible_to(self.user).filter(milestones=self.milestone),
                Duty.objects.visible_to(self.user).filter(occurrences=self.milestone),
            ]
        )
        visit, agreement, duty = (next(iter(rows), None) for rows in found)
        return visit, agreement, duty

    # What was said, and its neighbours

    @cached_property
    def log(self) -> list[Said]:
        return [
            Said(entry, DEED_TONES.get(entry.deed, "quiet"), entry.deed == MilestoneDeed.COMMENTED)
            for entry in self._below[3]
        ]

    @cached_property
    def reminders(self) -> list[Any]:
        """Who was told lately; why they were, and who will be, stands on the page of reminders."""
        return list(self.milestone.reminders.select_related("recipient", "rule").order_by("-told_on", "-pk")[:FEW])

    @cached_property
    def neighbours(self) -> list[tuple[Milestone, SafeString]]:
        """Other occurrences of its duty that are nearest in time, the latest first."""
        milestone = self.milestone
        if milestone.duty_id is None or milestone.due_on is None:
            return []
        others = Milestone.objects.visible_to(self.user).filter(duty=milestone.duty_id).exclude(pk=milestone.pk)
        after, before = read_together(
            [
                others.filter(due_on__gt=milestone.due_on).order_by("due_on"),
                others.filter(due_on__lt=milestone.due_on).order_by("-due_on"),
            ],
            most=FEW,
        )
        found = [*reversed(after[: FEW // 2]), *before][:FEW]
        return [(other, occurrence_badge(other, self.today)) for other in found]


def rhythm(duty: Any) -> str:
    """“Half-yearly”; “every 4 months” where the interval has no name."""
    if duty.recurrence != "CUSTOM":
        return str(duty.get_recurrence_display())
    n = duty.every_months
    return ngettext("every %(n)s month", "every %(n)s months", n) % {"n": n}
