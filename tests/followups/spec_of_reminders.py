"""What reminders are promised and told, said a second time in plain Python over plain values: the tests compare the two.

Nothing here asks the database. A `World` is what planning sees; `promised(world)` is the set of keys that one planning at
`world.now` must have made by its end, when nothing was promised before.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field

CATCH_UP = 30
OPEN = {"OPEN", "IN_PROGRESS", "BLOCKED"}


@dataclass
class Person:
    pk: int
    zone: str
    region: int
    role: str = "OFFICER"
    active: bool = True


@dataclass
class Task:
    pk: int
    kind: str
    owner: int
    due: dt.date | None
    since: dt.date
    status: str = "OPEN"
    sides: dict[int, bool] = field(default_factory=dict)
    """region -> has it confirmed?"""
    people: list[int] = field(default_factory=list)
    snoozed: dict[int, dt.date] = field(default_factory=dict)


@dataclass
class Rule:
    pk: int
    kinds: list[str]
    basis: str
    days: list[int]
    every: int | None
    audience: str
    active: bool = True


@dataclass
class World:
    now: dt.datetime
    free: set[dt.date]
    people: list[Person]
    tasks: list[Task]
    rules: list[Rule]

    def person(self, pk: int) -> Person:
        return next(p for p in self.people if p.pk == pk)

    def today(self, person: Person) -> dt.date:
        return self.now.astimezone(zoneinfo.ZoneInfo(person.zone)).date()

    def told_on(self, day: dt.date) -> dt.date:
        """The day itself, or the working day before it."""
        while day in self.free:
            day -= dt.timedelta(days=1)
        return day


Key = tuple[int, int, int, int, dt.date]  # task, person, rule, offset, counted from


def officers(world: World, region: int) -> set[int]:
    there = [p for p in world.people if p.region == region and p.active]
    found = {p.pk for p in there if p.role == "OFFICER"}
    return found or {p.pk for p in there if p.role in ("MANAGER", "ADMIN")}


def managers(world: World, region: int) -> set[int]:
    there = [p for p in world.people if p.region == region and p.active]
    found = {p.pk for p in there if p.role == "MANAGER"}
    return found or {p.pk for p in there if p.role == "ADMIN"}


def responsible(world: World, task: Task) -> set[int]:
    given = {pk for pk in task.people if world.person(pk).active}
    if given:
        return given
    waiting = [region for region, done in task.sides.items() if not done]
    if task.sides and not waiting:
        return set()
    return set().union(*(officers(world, region) for region in waiting)) or officers(world, task.owner)


def involved(task: Task) -> set[int]:
    return {task.owner, *task.sides}


def audience(world: World, task: Task, rule: Rule) -> set[int]:
    if rule.audience == "RESPONSIBLE":
        return responsible(world, task)
    if rule.audience == "KEEPER":
        return officers(world, task.owner)
    if rule.audience == "MANAGER":
        regions = {region for region, done in task.sides.items() if not done} or {task.owner}
        return set().union(*(managers(world, region) for region in regions)) or managers(world, task.owner)
    others = involved(task) - (set(task.sides) or {task.owner})
    return set().union(*(officers(world, region) for region in others)) if others else set()


def last_offset(world: World, rule: Rule, basis: dt.date, today: dt.date) -> int | None:
    """Of the days that have come, and not too long ago, the last."""
    offsets = list(rule.days)
    if rule.every:
        beyond = (today - basis).days + 20
        offsets += range(max(rule.days) + rule.every, beyond + 1, rule.every)
    come = [
        o for o in offsets if today - dt.timedelta(days=CATCH_UP) < world.told_on(basis + dt.timedelta(days=o)) <= today
    ]
    return max(come, default=None)


def basis_of(rule: Rule, task: Task) -> dt.date | None:
    if rule.basis == "DUE":
        return task.due
    return task.since if task.due is None else None


def promised(world: World) -> set[Key]:
    found = set()
    for task in world.tasks:
        for rule in world.rules:
            basis = basis_of(rule, task)
            if task.status not in OPEN or not rule.active or task.kind not in rule.kinds or basis is None:
                continue
            for pk in audience(world, task, rule):
                person = world.person(pk)
                today = world.today(person)
                if not person.active or task.snoozed.get(pk, today) > today:
                    continue
                offset = last_offset(world, rule, basis, today)
                if offset is not None:
                    found.add((task.pk, pk, rule.pk, offset, basis))
    return found


def still_true(world: World, key: Key) -> bool:
    """May a letter that starts now still say it?"""
    task = next(t for t in world.tasks if t.pk == key[0])
    rule = next(r for r in world.rules if r.pk == key[2])
    person = world.person(key[1])
    return (
        task.status in OPEN
        and rule.active
        and person.active
        and basis_of(rule, task) == key[4]
        and key[1] in audience(world, task, rule)
        and task.snoozed.get(key[1], dt.date.min) <= world.today(person)
    )
