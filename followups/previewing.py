"""“On this day the rule would write to these people”: what planning would promise, with names; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from followups import planning
from followups.models import Milestone, ReminderRule, Why
from followups.planning import Promise
from followups.rules import in_words
from notices.models import Channel

MOST = 200  # lines that a page shows
Key = tuple[int, int, int | None, int, dt.date]


@dataclass(frozen=True)
class Line:
    """One person who would be written to about one milestone, with all that a table shows of it."""

    person: User
    milestone: Milestone
    rule: ReminderRule
    promise: Promise

    @property
    def offset(self) -> str:
        """“7 days before”."""
        return in_words([self.promise.offset])

    @property
    def ways(self) -> str:
        return ways_in_words(self.promise.channels)

    @property
    def at(self) -> dt.datetime:
        """The hour of the letter, with the zone of the person."""
        return dt.datetime.combine(self.promise.today, self.promise.digest_at, ZoneInfo(self.promise.zone))


@dataclass(frozen=True)
class Preview:
    """What would be told on a day; `lines` are the first of `total`, to `people` different people."""

    on: dt.date
    lines: list[Line]
    total: int
    people: int


def preview(
    on: dt.date, *, rule: ReminderRule | None = None, people: Iterable[int] | None = None, today: dt.date | None = None
) -> Preview:
    """Of one rule, also as it stands in a form (`people` are those chosen there), else of all in use. 3 to 4 queries.

    What would be told the day before, if all goes on as usual, is told then and not on this day.
    """
    chosen = list(people) if people is not None else None
    found = _promises(on, rule, chosen)
    if on > (today or timezone.localdate()):
        before = {_key(promise) for promise in _promises(on - dt.timedelta(days=1), rule, chosen)}
        found = [promise for promise in found if _key(promise) not in before]
    rules = {rule.pk or 0: rule} if rule is not None else ReminderRule.objects.in_bulk({p.rule_id for p in found})
    shown = found[:MOST]
    users = User.objects.in_bulk({p.recipient_id for p in shown})
    milestones = Milestone.objects.for_names().in_bulk({p.milestone_id for p in shown})
    lines = [Line(users[p.recipient_id], milestones[p.milestone_id], rules[p.rule_id or 0], p) for p in shown]
    return Preview(on, lines, len(found), len({p.recipient_id for p in found}))


def ways_in_words(channels: Iterable[str]) -> str:
    """The inbox always, and the ways beside it."""
    return ", ".join(str(Channel(channel).label) for channel in (Channel.INBOX, *channels))


def _promises(on: dt.date, rule: ReminderRule | None, people: list[int] | None) -> list[Promise]:
    found = planning.promises(on) if rule is None else planning.preview(rule, on, people=people)
    return [promise for promise in found if promise.why == Why.RULE]


def _key(promise: Promise) -> Key:
    return promise.milestone_id, promise.recipient_id, promise.rule_id, promise.offset, promise.due_on
