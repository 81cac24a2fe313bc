"""What a drill plants, and what must follow from it: reckoned here in Python, without a look at the ledger.

Every milestone carries a mark in its title, so that each letter in the sink can be asked what it told. The calendar of
a drill: it begins on a Tuesday; on the Wednesday nothing runs; it goes on on the Thursday, and the Friday is free.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.crypto import salted_hmac

from workshop.drill.writers import DEADLY, UNWRITABLE

MARKS = r"drill-\d{7}"
WINDOW = 30  # days for which what was missed is caught up
AFTER_THE_GAP = 2  # days
START_HOUR = dt.time(4)  # UTC, of both days: 11:00 in Jakarta
ZONES = {
    "Asia/Jakarta": 45, "Asia/Makassar": 20, "Asia/Jayapura": 15, "Asia/Tokyo": 6, "Asia/Kolkata": 5,
    "Pacific/Auckland": 4, "Europe/Amsterdam": 5,
}  # fmt: skip  # in all of them it is the same day while the drill runs
MOVES = [*ZONES]

# How the addresses of planted recipients begin: the state in which the letter must end, and copies at the least.
BAD = {
    UNWRITABLE: ("DEAD", 0),
    DEADLY: ("DEAD", 0),
    "without-at": ("DEAD", 0),
    "fault-rcpt-550": ("DEAD", 0),
    "fault-data-552": ("DEAD", 0),
    "fault-dot-554": ("DEAD", 0),
}
HIT = {
    "fault-rcpt-450-once": ("SENT", 1),
    "fault-rcpt-451-twice": ("SENT", 1),
    "fault-rcpt-421-once": ("SENT", 1),
    "fault-rcpt-drop-once": ("SENT", 1),
    "fault-rcpt-hang-once": ("SENT", 1),
    "fault-data-452-once": ("SENT", 1),
    "fault-data-drop-once": ("SENT", 1),
    "fault-body-drop-once": ("SENT", 1),
    "fault-dot-451-once": ("SENT", 1),
    "fault-dot-421-once": ("SENT", 1),
    "fault-dot-drop-once": ("SENT", 1),
    "fault-dot-kept-once": ("SENT", 1),
    "fault-dot-hang-once": ("SENT", 1),
    "fault-dot-late30-once": ("SENT", 1),
    "fault-dot-kept-twice": ("UNKNOWN", 1),
}


@dataclass(frozen=True)
class Rule:
    kind: str
    days: tuple[int, ...]
    every: int | None = None
    at_once: bool = False


RULES = (
    Rule("DELIVERABLE", (-7, -1, 0)),
    Rule("MONEV", (-30, -3)),
    Rule("PAYMENT", (0,), every=7),
    Rule("LOI_SIGN", (0,), at_once=True),
)
SURE = RULES[1]  # three days before, and nothing else near


@dataclass
class Person:
    number: int
    email: str
    language: str
    zone: str
    in_region: bool  # the zone is that of the region
    digest_at: dt.time
    pk: int = 0

    @property
    def planted(self) -> str:
        """The key of BAD or HIT, or nothing: an innocent."""
        name = self.email.partition(".")[0]
        return name if name in BAD or name in HIT else ""


@dataclass
class Task:
    """A milestone: for whom, and whether it may be told."""

    mark: str
    rule: Rule
    due: dt.date
    people: list[Person]
    status: str = "OPEN"
    snoozed: bool = False
    given_by_chief: bool = False
    pk: int = 0


@dataclass
class Letter:
    """One letter that must come: its Message-ID and the marks that it must tell."""

    person: Person
    message_id: str
    day: dt.date
    marks: set[str] = field(default_factory=set)


@dataclass
class Wave:
    """People and tasks that come into being together, on one of the two days."""

    day: dt.date
    people: list[Person]
    tasks: list[Task]
    asked: int = 0
    letters: dict[str, Letter] = field(default_factory=dict)
    reminders: set[tuple[str, str]] = field(default_factory=set)  # mark and address: what the inbox must show
    planted_at: float = 0


class Calendar:
    def __init__(self, start: dt.date) -> None:
        self.start = start
        self.days = (start, start + dt.timedelta(AFTER_THE_GAP))
        self.free = {start + dt.timedelta(AFTER_THE_GAP + 1)}

    def is_free(self, day: dt.date) -> bool:
        return day.weekday() >= 5 or day in self.free

    def told_on(self, day: dt.date) -> dt.date:
        """Itself, or the working day before."""
        while self.is_free(day):
            day -= dt.timedelta(1)
        return day

    def rows(self) -> Iterator[tuple[dt.date, str]]:
        for n in range(-80, 80):
            day = self.start + dt.timedelta(n)
            yield day, "Drill" if self.is_free(day) else ""


class Sower:
    """Makes waves until they ask for so many letters."""

    def __init__(self, calendar: Calendar, letters: int, seed: int) -> None:
        self.calendar, self.wanted = calendar, letters
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.people = self.tasks = 0

    def waves(self, first_day: int, second_day: int, *, good: bool = False) -> list[Wave]:
        """Of both days; unless all is `good`, those who are planted bad or hit come early on the first."""
        special = [name for name in BAD for _ in range(self._how_many(name))]
        special += [name for name in HIT for _ in range(max(1, self.wanted // 5000))]
        special = [] if good else self.random.sample(special, len(special))
        total = first_day + second_day
        planned: list[Wave] = []
        for n in range(total):
            day = self.calendar.days[0 if n < first_day else 1]
            part = 0 if n >= first_day else len(special) if n == first_day - 1 else 1 + len(special) // 2
            share, special = special[:part], special[part:]
            still = self.wanted - sum(wave.asked for wave in planned)
            planned.append(self._wave(day, share, still // (total - n)))
        return planned

    def _how_many(self, name: str) -> int:
        if name == UNWRITABLE:
            return max(4, self.wanted // 500)
        return max(2, self.wanted // 2000)

    def _wave(self, day: dt.date, special: list[str], letters: int) -> Wave:
        wave = Wave(day, [], [])
        for name in special:
            person = self._person(name)
            self._add(wave, [person], Task(self._mark(), SURE, self.calendar.start + dt.timedelta(3), [person]))
            wave.asked += 1
        while wave.asked < letters:
            person = self._person()
            company = [person, wave.people[-1]] if wave.people and not wave.people[-1].planted else [person]
            tasks = [self._task(person, company) for _ in range(self.random.choice((1, 1, 2, 3)))]
            for task in tasks:
                self._add(wave, [person], task)
            wave.asked += len({day for task in tasks for _offset, day in self.told(task, wave.day)})
        return wave

    def _add(self, wave: Wave, people: list[Person], task: Task) -> None:
        wave.people += [person for person in people if person not in wave.people[-1:]]
        wave.tasks.append(task)

    def _mark(self) -> str:
        self.tasks += 1
        return f"drill-{self.tasks:07}"

    def _person(self, name: str = "") -> Person:
        self.people += 1
        pick = self.random
        zone = "Asia/Jakarta" if name else pick.choices([*ZONES], [*ZONES.values()])[0]
        email = f"{name or 'person'}.{self.people}@drill.example"
        return Person(
            number=self.people,
            email=email.replace("@", " ") if name == "without-at" else email,
            language=pick.choice(("id", "id", "en")),
            zone=zone,
            in_region=zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura") and pick.random() < 0.3,
            digest_at=dt.time(7) if name else pick.choice((dt.time(5), dt.time(7), dt.time(7), dt.time(8, 30))),
        )

    def _task(self, person: Person, company: list[Person]) -> Task:
        pick, chance = self.random, self.random.random()
        rule = pick.choices(RULES, (5, 3, 3, 1))[0]
        spread = (-12, 8) if rule is not SURE else (-2, 32)
        return Task(
            mark=self._mark(),
            rule=rule,
            due=self.calendar.start + dt.timedelta(pick.randint(*spread)),
            people=company if chance < 0.15 and not rule.at_once else [person],
            status="DONE" if 0.2 < chance < 0.23 else "CANCELLED" if 0.23 < chance < 0.25 else "OPEN",
            snoozed=0.3 < chance < 0.33,
            given_by_chief=chance > 0.97 and not rule.at_once,
        )

    def told(self, task: Task, planted_on: dt.date) -> Iterator[tuple[int, dt.date]]:
        """On which days it is told, and of each the offset: of those that have come the last, once."""
        if task.status != "OPEN" or task.snoozed:
            return
        before: set[int] = set()
        for day in self.calendar.days:
            if day < planted_on:
                continue
            come = [n for n in _offsets(task.rule) if self._has_come(task.due + dt.timedelta(n), day)]
            if come and max(come) not in before:
                before.add(max(come))
                yield max(come), day

    def _has_come(self, day: dt.date, today: dt.date) -> bool:
        return today - dt.timedelta(WINDOW) < self.calendar.told_on(day) <= today

    def expect(self, wave: Wave, rules: dict[str, int]) -> None:
        """After the rows have their keys: the letters and the reminders that must come of this wave."""
        at_once: dict[tuple[int, dt.date, str], list[tuple[str, Task, Person]]] = {}
        for task in wave.tasks:
            told = list(self.told(task, wave.day))
            for person in task.people:
                for offset, day in told:
                    if task.rule.at_once:
                        key = f"{task.pk}:RULE:{rules[task.rule.kind]}:{offset}:{task.due}:0"
                        at_once.setdefault((person.number, day, "RULE"), []).append((key, task, person))
                    else:
                        _tell(wave, person, task.mark, "DIGEST", day.isoformat(), day)
                if task.given_by_chief and task.status == "OPEN" and not task.snoozed:
                    key = f"{task.pk}:ASSIGNED:0:0:{wave.day}:0"
                    at_once.setdefault((person.number, wave.day, "ASSIGNED"), []).append((key, task, person))
        for (_number, day, _why), waiting in at_once.items():
            occasion = min(key for key, _task, _person in waiting)
            for _key, task, person in waiting:
                _tell(wave, person, task.mark, "AT_ONCE", occasion, day)


def _offsets(rule: Rule) -> Iterable[int]:
    later = range(max(rule.days) + rule.every, 200, rule.every) if rule.every else ()
    return [*rule.days, *later]


def _tell(wave: Wave, person: Person, mark: str, kind: str, occasion: str, day: dt.date) -> None:
    found = message_id(person.pk, kind, occasion)
    letter = wave.letters.setdefault(found, Letter(person, found, day))
    letter.marks.add(mark)
    wave.reminders.add((mark, person.email))


def message_id(recipient: int, kind: str, occasion: str) -> str:
    """What the Message-ID must be: the product makes it in SQL, a drill reckons it anew."""
    salt = salted_hmac("notices.message_id", "").hexdigest()
    named = "/".join([salt, str(recipient), kind, occasion, "EMAIL"])
    return f"n{hashlib.sha256(named.encode()).hexdigest()[:40]}@{settings.MESSAGE_ID_HOST}"


def a_tuesday(today: dt.date) -> dt.date:
    """The next one."""
    return today + dt.timedelta((1 - today.weekday()) % 7 or 7)
