"""Who is reminded of a milestone, when, by which way and why, or why not; and on which days of the coming year.

What is due now is asked of planning itself. The days ahead are counted here, one milestone at a time: a second reading
of the rules, which tests compare with what planning does day by day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from followups import planning
from followups.models import (
    TOPICS,
    Audience,
    Basis,
    Milestone,
    MilestoneStatus,
    Part,
    Reminder,
    ReminderRule,
    RuleOverride,
    Snooze,
    Why,
)
from followups.planning import CATCH_UP_DAYS
from followups.previewing import ways_in_words
from followups.rules import in_words
from notices.models import DELIVERED, CalendarDay, Channel, Delivery, OptOut, Preference, Topic
from records.folding import read_together
from records.rows import EVERYBODY, acting

AHEAD = 366  # days of the forecast
SHOWN = 5  # reminders of one person that the page shows unfolded, before today and after


AUDIENCES = """
SELECT r.id, array_agg(DISTINCT f ORDER BY f) FROM followups_reminderrule r, LATERAL followups_audience(
    %s, r.audience, ARRAY(SELECT p.user_id FROM followups_reminderrule_people p WHERE p.reminderrule_id = r.id)
) f JOIN accounts_user u ON u.id = f AND u.is_active
WHERE r.id = ANY (%s) GROUP BY r.id
"""
CLOCK = """
SELECT notices_now(), a.user_id, a.zone, a.digest_at FROM (VALUES (1)) one
LEFT JOIN notices_addressees(%s) a ON a.user_id = ANY (%s)
"""


@dataclass(frozen=True)
class Coming:
    """One reminder that will be written if nothing changes; `free` says why it comes before its day."""

    on: dt.date
    why: Why
    rule: ReminderRule | None
    offset: int
    due_on: dt.date
    channels: list[str]
    at_once: bool
    is_due: bool = False
    day: dt.date | None = None
    free: str = ""

    @property
    def reason(self) -> str:
        return reason_in_words(self.why, self.rule, self.offset)

    @property
    def ways(self) -> str:
        return ways_in_words(self.channels)

    @property
    def moved(self) -> str:
        """Why it is written before its day, in words, or ''."""
        if self.day is None or self.day == self.on:
            return ""
        told = _("%(day)s is a free day (%(because)s), so it is written on the working day before.")
        return told % {"day": date_format(self.day), "because": self.free}


@dataclass(frozen=True)
class Told:
    """One reminder that was promised; it stands in the inbox, and in the letter of its notice."""

    reminder: Reminder

    @property
    def on(self) -> dt.date:
        return self.reminder.told_on

    @property
    def reason(self) -> str:
        return reason_in_words(self.reminder.why, self.reminder.rule, self.reminder.offset)

    @property
    def deliveries(self) -> list[Delivery]:
        return list(self.reminder.notice.deliveries.all()) if self.reminder.notice else []


def reason_in_words(why: str, rule: ReminderRule | None, offset: int) -> str:
    """“Follow-up: 7 days before”. Said to somebody else; `Why` says it to the person."""
    if rule is not None:
        return f"{rule}: {in_words([offset])}"
    match why:
        case Why.ASSIGNED:
            return _("Given to this person")
        case Why.SNOOZED:
            return _("The snooze of this person is over")
    return str(Why(why).label)


@dataclass
class RuleLine:
    """One rule as it is for the milestone: when, to whom; `silent` says why it does not write."""

    rule: ReminderRule
    days: list[int]
    recipients: list[int] = field(default_factory=list)
    own_days: bool = False
    silent: str = ""

    @property
    def told(self) -> str:
        return in_words(self.days, self.rule.every_days)


@dataclass
class PersonLine:
    """One person: what was told, what will be, and what stands in the way.

    `beyond` is the day of the next reminder where the forecast ends before it; free days are not known so far ahead.
    """

    person: User
    zone: ZoneInfo
    digest_at: dt.time
    told: list[Told] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    beyond: dt.date | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def next_on(self) -> dt.date | None:
        return self.coming[0].on if self.coming else self.beyond

    @property
    def earlier(self) -> list[Told]:
        """What was told before the last few: folded on the page, as `later` is."""
        return self.told[:-SHOWN]

    @property
    def lately(self) -> list[Told]:
        return self.told[-SHOWN:]

    @property
    def soon(self) -> list[Coming]:
        return self.coming[:SHOWN]

    @property
    def later(self) -> list[Coming]:
        return self.coming[SHOWN:]


class Explanation:
    """All that is to be said of the reminders of one milestone: nine or ten queries, two more for each not reached.

    With a `person` also of one whom no rule reaches. Who sees the milestone is told who is told of it and how, also of
    the other side: what that follows from (preferences, letters) is read for all, and only that.
    """

    def __init__(self, milestone: Milestone, person: User | None = None) -> None:
        self.milestone = milestone
        self.person = person

    # The milestone

    @cached_property
    def stops(self) -> list[str]:
        """Why nobody at all is written to, or only into the inbox."""
        found = []
        status = MilestoneStatus(self.milestone.status)
        if status == MilestoneStatus.SUGGESTED:
            found.append(_("It is a suggestion: reminders begin when somebody has accepted it."))
        elif not self.milestone.is_open:
            found.append(_("It is closed (%(status)s): nobody is reminded of it any more.") % {"status": status.label})
        if settings.NOTICE_HOLD:
            found.append(_("All letters are held on this installation: reminders stand in the inbox only."))
        return found

    # The rules

    @cached_property
    def rules(self) -> list[RuleLine]:
        """The rules that are about milestones of this kind, with those that are silent and why."""
        m = self.milestone
        overrides = {one.rule_id: one.days for one in self._of_milestone[1]}
        found = []
        for rule in ReminderRule.objects.all():
            if (rule.kinds and m.kind not in rule.kinds) or rule.region_id not in (None, m.owner_id):
                continue
            line = RuleLine(rule, overrides.get(rule.pk, rule.days), own_days=rule.pk in overrides)
            line.silent = self._why_silent(line)
            found.append(line)
        reached = self._audiences([line.rule for line in found if not line.silent])
        for line in found:
            if not line.silent:
                line.recipients = reached.get(line.rule.pk, [])
                line.silent = "" if line.recipients else self._why_nobody(line.rule)
        return found

    @property
    def speaking(self) -> list[RuleLine]:
        return [line for line in self.rules if not line.silent]

    @property
    def without_rule(self) -> str:
        """Said where no rule writes."""
        if self.speaking:
            return ""
        if not self.rules:
            return _("No rule is about follow-ups of this kind.")
        return _("No rule writes about it.")

    def _why_silent(self, line: RuleLine) -> str:
        rule, m = line.rule, self.milestone
        if not rule.is_active:
            return _("The rule is switched off.")
        if not line.days:
            return _("The rule is silent for this agreement.")
        if rule.basis == Basis.DUE and m.due_on is None:
            return _("The rule counts from the due day, and none is known.")
        if rule.basis == Basis.SINCE and m.due_on is not None:
            return _("The rule is for what has no due day.")
        return ""

    def _audiences(self, rules: list[ReminderRule]) -> dict[int, list[int]]:
        """The people of each rule."""
        with acting(EVERYBODY), connection.cursor() as cursor:
            cursor.execute(AUDIENCES, [self.milestone.pk, [rule.pk for rule in rules]])
            return dict(cursor.fetchall())

    def _why_nobody(self, rule: ReminderRule) -> str:
        match rule.audience:
            case Audience.RESPONSIBLE:
                return self._why_nobody_is_responsible()
            case Audience.MANAGER:
                return _("The responsible region has neither a manager nor an administrator here.")
            case Audience.PARTNER:
                return _("No other region takes part, or none of them has an officer here.")
            case Audience.KEEPER:
                return _("The region that keeps the record has no officer here.")
        return _("None of the chosen people may see it.")

    def _why_nobody_is_responsible(self) -> str:
        open_parts = [part for part in self.parts if part.done_on is None]
        if self.parts and not open_parts:
            return _("All sides have confirmed their part.")
        names = get_text_list([part.name for part in open_parts] or [str(self.milestone.owner)], _("and"))
        return _("Nobody works for %(sides)s here.") % {"sides": names}

    @cached_property
    def parts(self) -> list[Part]:
        return list(self.milestone.parts.select_related("unit", "region"))

    # The people

    @cached_property
    def people(self) -> list[PersonLine]:
        """Everybody who was or will be told, those with the next day first."""
        lines = [self._line(person) for person in User.objects.filter(pk__in=self._ids)]
        return sorted(lines, key=lambda one: (one.next_on or dt.date.max, str(one.person)))

    @property
    def of_person(self) -> PersonLine | None:
        """Of the person who was asked for."""
        return next((line for line in self.people if line.person == self.person), None)

    def why_not(self, person: User) -> list[str]:
        """Why no rule reaches this person."""
        m = self.milestone
        if not person.is_active:
            return [_("The account of this person is switched off.")]
        if not Milestone.objects.visible_to(person).filter(pk=m.pk).exists():
            return [_("This person may not see the follow-up.")]
        found = []
        assignees = [str(one.user) for one in m.given_to.select_related("user")]
        if assignees:
            told = _("It is given to %(people)s, who alone are responsible.")
            found.append(told % {"people": get_text_list(assignees, _("and"))})
        elif self._on_a_confirmed_side(person):
            found.append(_("The side of this person has confirmed its part."))
        else:
            found.append(
                _("This person is neither an agency user of a responsible unit nor an officer of a responsible region.")
            )
        return found

    def _on_a_confirmed_side(self, person: User) -> bool:
        done = [part for part in self.parts if part.done_on is not None]
        units, regions = set(person.unit_ids), set(person.writing_region_ids)
        return any(part.unit_id in units or part.region_id in regions for part in done)

    @cached_property
    def _reached(self) -> set[int]:
        return {pk for line in self.speaking for pk in line.recipients}

    @cached_property
    def _ids(self) -> list[int]:
        asked = {self.person.pk} if self.person else set()
        told = {one.recipient_id for one in self._told} | {one.recipient_id for one in self._due}
        return sorted(self._reached | told | asked)

    def _line(self, person: User) -> PersonLine:
        zone, digest_at = self._addressees.get(person.pk, (settings.TIME_ZONE, dt.time(7)))
        line = PersonLine(person, ZoneInfo(zone), digest_at)
        line.told = [Told(one) for one in self._told if one.recipient_id == person.pk]
        if self.milestone.is_open and person.is_active:
            line.coming = list(self._coming(line))
            line.beyond = None if line.coming else self._beyond(line)
        line.remarks = list(self._remarks(person))
        return line

    def _remarks(self, person: User) -> Iterator[str]:
        if person.pk not in self._reached and self.milestone.is_open and (self.speaking or person == self.person):
            yield from self.why_not(person)
        until = self._snoozes.get(person.pk)
        if until and until > self.today:
            yield _("Snoozed until %(day)s.") % {"day": date_format(until)}
        for topic, off in sorted(self._opt_outs.get(person.pk, {}).items()):
            if topic in self._topics:
                ways = get_text_list([str(Channel(way).label) for way in sorted(off)], _("and"))
                told = _("Has switched off “%(topic)s” for: %(ways)s.")
                yield told % {"topic": Topic(topic).label, "ways": ways}

    # The days

    def _coming(self, line: PersonLine) -> Iterator[Coming]:
        """In the order of days; each reminder once."""
        person, today = line.person.pk, self._today_of(line)
        due = [self._due_now(promise, today) for promise in self._due if promise.recipient_id == person]
        ahead = [
            one for rule in self.speaking if person in rule.recipients for one in self._of_rule(rule, person, today)
        ]
        until = self._snoozes.get(person)
        if until and today < until <= today + dt.timedelta(days=AHEAD):
            ways = self._ways(person, TOPICS[self.milestone.kind], DELIVERED)
            ahead.append(Coming(until, Why.SNOOZED, None, 0, until, ways, False))
        yield from sorted(
            [*due, *ahead], key=lambda one: (one.on, one.why != Why.SNOOZED, one.rule.position if one.rule else 0)
        )

    def _beyond(self, line: PersonLine) -> dt.date | None:
        """The first day behind the forecast."""
        rules = [rule for rule in self.speaking if line.person.pk in rule.recipients]
        days = [self._base(rule.rule) + dt.timedelta(days=offset) for rule in rules for offset in rule.days]
        end = self._today_of(line) + dt.timedelta(days=AHEAD)
        until = self._snoozes.get(line.person.pk, end)
        return min((max(day, until) for day in days if day > end), default=until if until > end else None)

    def _due_now(self, promise: planning.Promise, today: dt.date) -> Coming:
        rule = next((line.rule for line in self.rules if line.rule.pk == promise.rule_id), None)
        return Coming(
            today, promise.why, rule, promise.offset, promise.due_on, promise.channels, promise.at_once, is_due=True
        )

    def _of_rule(self, line: RuleLine, person: int, today: dt.date) -> Iterator[Coming]:
        """The days of one rule for one person. Of several that fall on one day the last counts, also after a snooze."""
        rule, base = line.rule, self._base(line.rule)
        until = self._snoozes.get(person) or today
        last_of: dict[dt.date, int] = {}
        for offset in self._offsets(line, base, today):
            on = self._send_on(base + dt.timedelta(days=offset))
            if on < until:  # slept through, but for the last within reach when the snooze is over
                on = until if on > until - dt.timedelta(days=CATCH_UP_DAYS) and until > today else on
            if today < on <= today + dt.timedelta(days=AHEAD):
                last_of[on] = max(offset, last_of.get(on, offset))
        topic = Topic.ESCALATED if rule.escalates else TOPICS[self.milestone.kind]
        ways = self._ways(person, topic, rule.channels)
        for on, offset in last_of.items():
            if (person, rule.pk, offset, base) not in self._known:
                day = base + dt.timedelta(days=offset)
                free = self._calendar.get(day, (day, ""))[1] if on < day else ""
                yield Coming(
                    on, Why.RULE, rule, offset, base, ways, rule.at_once, day=day if on < day else None, free=free
                )

    def _offsets(self, line: RuleLine, base: dt.date, today: dt.date) -> Iterator[int]:
        """Those of the rule and its repetitions, as far as the forecast looks."""
        yield from line.days
        every, last = line.rule.every_days, max(line.days)
        if every:
            reach = (today - base).days
            first = max(1, (reach - last - CATCH_UP_DAYS) // every)
            final = (min(reach + AHEAD + planning.LONGEST_BREAK, planning.FURTHEST) - last) // every
            yield from (last + k * every for k in range(first, final + 1))

    def _base(self, rule: ReminderRule) -> dt.date:
        m = self.milestone
        return m.due_on if rule.basis == Basis.DUE and m.due_on else m.since

    def _send_on(self, day: dt.date) -> dt.date:
        return self._calendar.get(day, (day, ""))[0]

    def _ways(self, person: int, topic: str, channels: Iterable[str]) -> list[str]:
        off = self._opt_outs.get(person, {}).get(topic, set())
        return [str(c) for c in channels if c not in off and (c != Channel.WEBHOOK or person in self._at_gateways)]

    def _today_of(self, line: PersonLine) -> dt.date:
        return self._now.astimezone(line.zone).date()

    # What the database knows, each asked once

    @property
    def _now(self) -> dt.datetime:
        return self._clock[0]

    @property
    def today(self) -> dt.date:
        """The day of the region that keeps the record."""
        return self._now.astimezone(ZoneInfo(self.milestone.owner.time_zone or settings.TIME_ZONE)).date()

    @property
    def _addressees(self) -> dict[int, tuple[str, dt.time]]:
        return self._clock[1]

    @cached_property
    def _clock(self) -> tuple[dt.datetime, dict[int, tuple[str, dt.time]]]:
        """The moment, and of everybody the time zone and the time of the digest."""
        with acting(EVERYBODY), connection.cursor() as cursor:
            cursor.execute(CLOCK, [settings.TIME_ZONE, self._ids])
            rows = cursor.fetchall()
        return rows[0][0], {user: (zone, digest_at) for _now, user, zone, digest_at in rows if user is not None}

    @cached_property
    def _due(self) -> list[planning.Promise]:
        with acting(EVERYBODY):
            return planning.promises(milestone=self.milestone.pk)

    @cached_property
    def _told(self) -> list[Reminder]:
        found = self.milestone.reminders.select_related("recipient", "rule", "notice")
        with acting(EVERYBODY):
            return list(found.prefetch_related("notice__deliveries").order_by("told_on", "pk"))

    @cached_property
    def _known(self) -> set[tuple[int, int | None, int, dt.date]]:
        return {(r.recipient_id, r.rule_id, r.offset, r.due_on) for r in self._told if r.why == Why.RULE}

    @cached_property
    def _of_milestone(self) -> list[list[Any]]:
        """Snoozes, and the days of rules that its agreement has of its own."""
        own = RuleOverride.objects.filter(agreement=self.milestone.agreement_id)
        return read_together([Snooze.objects.filter(milestone=self.milestone), own])

    @cached_property
    def _snoozes(self) -> dict[int, dt.date]:
        return {one.user_id: one.until for one in self._of_milestone[0]}

    @cached_property
    def _topics(self) -> set[str]:
        own = {Topic.ESCALATED for line in self.speaking if line.rule.escalates}
        return {TOPICS[self.milestone.kind], *own}

    @cached_property
    def _of_people(self) -> list[list[Any]]:
        """What they have switched off, and the preferences of those at a gateway."""
        at_gateways = Preference.objects.filter(user__in=self._ids).exclude(gateway_address="")
        with acting(EVERYBODY):
            return read_together([OptOut.objects.filter(user__in=self._ids), at_gateways])

    @cached_property
    def _opt_outs(self) -> dict[int, dict[str, set[str]]]:
        found: dict[int, dict[str, set[str]]] = {}
        for off in self._of_people[0]:
            found.setdefault(off.user_id, {}).setdefault(off.topic, set()).add(off.channel)
        return found

    @cached_property
    def _at_gateways(self) -> set[int]:
        return {one.user_id for one in self._of_people[1]}

    @cached_property
    def _calendar(self) -> dict[dt.date, tuple[dt.date, str]]:
        """The day of sending of every free day."""
        free = CalendarDay.objects.exclude(send_on=models.F("day")).filter(day__gt=self.today - dt.timedelta(days=90))
        return {day: (send_on, because) for day, send_on, because in free.values_list("day", "send_on", "free_because")}
