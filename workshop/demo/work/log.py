"""Writes the made-up work down: who was given what, what they said, and how recurring duties went."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from agreements.models import Agreement
from followups.models import (
    Assignee,
    Duty,
    Milestone,
    MilestoneEntry,
    Part,
    ReminderRule,
    RuleOverride,
    Snooze,
)
from workshop.demo.book import Book, morning
from workshop.demo.work.duties import DUTIES, WAIVED, Recurring
from workshop.demo.work.tasks import TASKS, Said, Side, Task
from workshop.demo.year.cast import Cast
from workshop.demo.year.log import REMARK

A_MONTH = 30


def log(book: Book, people: dict[str, User], agreements: dict[str, Agreement]) -> None:
    """`people` by their address, members of their regions already; `agreements` are those that have a name."""
    work = Work(book, people, agreements)
    for task in TASKS:
        work.log(task)
    for duty in DUTIES:
        work.log_duty(duty)
    work.settle_promises()
    work.override_rules()


class Work:
    def __init__(self, book: Book, people: dict[str, User], agreements: dict[str, Agreement]) -> None:
        self.book, self.people, self.agreements, self.cast = book, people, agreements, Cast(book)

    def log(self, task: Task) -> None:
        book, since = self.book, self._day(task.since)
        keeper = book.keepers[task.owner]
        milestone = book.milestone(
            Milestone(
                kind=task.kind,
                title=task.what,
                note=REMARK,
                status="DONE" if task.done is not None else task.status,
                priority=task.priority,
                requested_by=task.asked,
                due_on=None if task.due is None else self._day(task.due),
                since=since,
                owner=book.region(task.owner),
                internal=task.internal,
                agreement=self.agreements.get(task.agreement),
                done_on=None if task.done is None else self._day(task.done),
                evidence=self._filled(task.evidence),
            ),
            *(self._part(side, task, keeper) for side in task.sides),
            *(Assignee(user=self.people[one], given_by=keeper, given_at=morning(since)) for one in task.people),
            *(self._entry(said) for said in task.log),
            logged=since,
        )
        if task.snoozed:
            who, until = task.snoozed
            book.write(Snooze(milestone=milestone, user=self.people[who], until=self._day(until)))

    def log_duty(self, duty: Recurring) -> None:
        """Its occurrences as they went: met, met late, missed or waived."""
        book, first = self.book, duty.sides[0]
        occurrences = book.duty(
            Duty(
                kind=duty.kind,
                title=duty.what,
                recurrence=duty.recurrence,
                every_months=duty.months,
                first_on=months_before(book.today + dt.timedelta(days=duty.next_in), duty.months * len(duty.history)),
                owner=book.region(duty.owner),
                agreement=self.agreements.get(duty.agreement),
                region=book.region(first.region),
                unit=self.cast.unit(first.region, first.unit),
            ),
            *(Part(**self._who(side)) for side in duty.sides[1:]),
        )
        for occurrence, late in zip(occurrences, duty.history, strict=False):
            self._went(occurrence, late, duty)

    def _went(self, occurrence: Milestone, late: int | str | None, duty: Recurring) -> None:
        due = occurrence.due_on or self.book.today
        since = due - dt.timedelta(days=duty.months * A_MONTH)
        self.book.of_milestone(occurrence, since=since, created_at=morning(since), opened_at=morning(since))
        by = self.book.keeper_of(occurrence)
        if late is None:
            return
        if late == WAIVED:
            words = "Hari libur panjang: digabung dengan bulan berikutnya."
            entry = MilestoneEntry(deed="CANCELLED", text=words, by=by, at=morning(due))
            self.book.of_milestone(occurrence, entry, status="CANCELLED")
            return
        day = due + dt.timedelta(days=int(late))
        evidence = f"{duty.evidence}, {day.year}" if duty.evidence else ""
        entry = MilestoneEntry(deed="COMPLETED", text=evidence, by=by, at=morning(day))
        self.book.of_milestone(occurrence, entry, status="DONE", done_on=day, evidence=evidence)
        self.book.parts_of(occurrence, done_on=day, done_by=by)

    def settle_promises(self) -> None:
        """What was promised on made-up visits was known since then, and was done about when it was due."""
        promised = Milestone.objects.filter(outcome__visit__remarks__startswith=REMARK).select_related("owner")
        for number, milestone in enumerate(promised.order_by("pk")):
            known = morning(min(milestone.since, self.book.today))
            changes = {"created_at": known, "opened_at": known}
            if milestone.status != "DONE" or milestone.due_on is None:
                self.book.of_milestone(milestone, **changes)
                continue
            day = min(milestone.due_on + dt.timedelta(days=number % 7 - 4), self.book.today - dt.timedelta(days=1))
            entry = MilestoneEntry(deed="COMPLETED", by=self.book.keeper_of(milestone), at=morning(day))
            self.book.of_milestone(milestone, entry, done_on=day, **changes)
            self.book.parts_of(milestone, done_on=day, given_at=known)

    def override_rules(self) -> None:
        """One end is told more often than by the rules; of one agreement it is known why nothing happens."""
        for name, code, days in [("ending", "expiry", [-60, -30, -14, -7, -3, 0]), ("asleep", "silence", [])]:
            rule = ReminderRule.objects.get(code=code)
            self.book.write(RuleOverride(rule=rule, agreement=self.agreements[name], days=days))

    def _part(self, side: Side, task: Task, keeper: User) -> Part:
        done = side.done if task.done is None else task.done
        return Part(
            **self._who(side),
            done_on=None if done is None else self._day(done),
            done_by=None if done is None else keeper,
            given_by=keeper,
            given_at=morning(self._day(task.since)),
        )

    def _who(self, side: Side) -> dict[str, object]:
        if side.unit:
            return {"region": self.book.region(side.region), "unit": self.cast.unit(side.region, side.unit)}
        return {"region": self.book.region(side.region)}

    def _entry(self, said: Said) -> MilestoneEntry:
        user = self.people[said.by]
        at, where = morning(self._day(said.day)), user.home_region
        return MilestoneEntry(deed=said.deed, text=self._filled(said.text), by=user, region=where, at=at)

    def _filled(self, text: str) -> str:
        return text.format(year=self.book.today.year)

    def _day(self, number: int) -> dt.date:
        """So many working days from today; 0 is today or, on a weekend, Monday."""
        day, step = self.book.today, dt.timedelta(days=1 if number >= 0 else -1)
        for left in range(abs(number), -1, -1):
            while day.weekday() > 4:
                day += step
            day += step if left else dt.timedelta(0)
        return day


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, at most the 28th, so that every later month has it."""
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, min(day.day, 28))
