"""A drill: waves of reminders come due while one thing after another breaks; then it is reckoned what came of it."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.drill.ground import BEATS, WORKERS, Ground
from workshop.drill.judging import Facts, Hand, Happened
from workshop.drill.planting import AFTER_THE_GAP, MOVES, START_HOUR, Calendar, Letter, Sower, Wave, a_tuesday
from workshop.drill.sowing import Sown

EVERY = 6  # seconds between two faults
FIRST_PART = 0.6  # of the time, before the day without service
SETTLED, DRAINED = 180, 240  # seconds in which what is not hit itself must be out; in which all must be
HOPS = 12  # times that the clock may be moved to the next try
HIT_RESULTS = {"DEFERRED", "UNKNOWN", "LOST", "REFUSED"}  # what the mail server did to a letter itself


@dataclass(frozen=True)
class Size:
    reminders: int
    minutes: float
    seed: int
    quick: bool
    loop: bool = False
    schema: Path | None = None

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    @property
    def faults(self) -> int:
        return int(self.seconds / EVERY)


class Drill:
    def __init__(self, size: Size, say: Callable[[str], None]) -> None:
        self.size, self.say = size, say
        self.random = random.Random(size.seed)  # noqa: S311 - no secret
        self.ground = Ground(seed=size.seed, quick=size.quick, schema=size.schema)
        self.calendar = Calendar(a_tuesday(dt.datetime.now(dt.UTC).date()))
        self.begun_at = time.monotonic()
        self.happened: list[Happened] = []
        self.hands: list[Hand] = []
        self.letters: dict[str, Letter] = {}
        self.planted: list[Wave] = []
        self.soon: list[tuple[float, int, Callable[[], None]]] = []
        self.number = itertools.count()
        self.steps = itertools.cycle([2, 0, -2, 0])
        self.window = 4 if size.quick else 10

    def run(self) -> Facts:
        """Takes the minutes that were asked for, and some more to start, to come to rest, and to drain."""
        with self.ground:
            start = dt.datetime.combine(self.calendar.start, START_HOUR, dt.UTC)
            self.to_start = start - dt.datetime.now(dt.UTC)
            self.ground.move_clock(self.to_start)
            self.sown = Sown(self.calendar)
            self.ground.start(loop=self.size.loop)
            self._note("ready", "start")
            sower = Sower(self.calendar, self.size.reminders, self.size.seed)
            number = max(5, int(self.size.seconds / 20))
            first = round(number * FIRST_PART)
            waves = sower.waves(first, number - first)
            kinds = self._plan()
            cut = round(len(kinds) * FIRST_PART)
            self._play(sower, waves[:first], kinds[:cut], self.size.seconds * FIRST_PART)
            self._settle()
            self._skip_a_day()
            self._play(sower, waves[first:], kinds[cut:], self.size.seconds * (1 - FIRST_PART))
            self._drain()
            self.ground.stop()
            return self._facts()

    # The plan

    def _plan(self) -> list[Callable[[], None]]:
        """Each kind of fault once, in an order of the seed's; then by chance."""
        kinds = [
            self.kill_a_worker, self.kill_a_child, self.kill_the_broker, self.empty_the_broker,
            self.restart_the_database, self.disturb_the_mail, self.kill_the_sink, self.kill_a_beat, self.step_the_clock,
            self.move_people,
        ]  # fmt: skip
        plan = self.random.sample(kinds, len(kinds))
        while len(plan) < self.size.faults:
            plan.append(self.random.choice([*kinds, self.disturb_the_mail, self.disturb_the_mail]))
        return plan[: self.size.faults]

    def _play(self, sower: Sower, waves: list[Wave], faults: list[Callable[[], None]], seconds: float) -> None:
        begun = time.monotonic()
        for n, wave in enumerate(waves):
            self._later(n * seconds / len(waves), lambda wave=wave: self._sow(sower, wave))  # type: ignore[misc]
        for n, fault in enumerate(faults):
            self._later((n + 0.5) * seconds / len(faults), fault)
        while self.soon or time.monotonic() < begun + seconds:
            self._turn()

    def _turn(self) -> None:
        """What is due now, or a moment of rest."""
        if self.soon and self.soon[0][0] <= time.monotonic():
            heapq.heappop(self.soon)[2]()
        else:
            time.sleep(0.1)
        for name in self.ground.stage.supervise():
            self._note("supervisor", f"{name} started again")

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        heapq.heappush(self.soon, (time.monotonic() + seconds, next(self.number), work))

    def _sow(self, sower: Sower, wave: Wave) -> None:
        self.ground.ask("SELECT 1")  # the connection may have died with the database
        self.sown.plant(wave)
        sower.expect(wave, self.sown.rules)
        self.planted.append(wave)
        self.letters |= wave.letters

    def _note(self, kind: str, what: str, at: float | None = None, senders: int = 0) -> None:
        self.happened.append(Happened(at or time.time(), kind, what, senders))
        self.say(f"{time.monotonic() - self.begun_at:7.1f} s  {what}")

    # Rest

    def _settle(self) -> None:
        """Before the day without service: all that is due and was not hit itself must have come."""
        begun = time.monotonic()
        while (missing := self._missing()) and time.monotonic() < begun + SETTLED:
            for _ in range(10):
                self._turn()
        self._note("settled", f"{len(missing)} innocents wait after {time.monotonic() - begun:.0f} s of rest")

    def _missing(self) -> set[str]:
        come = {kept["message_id"] for kept in self.ground.read_sink()}
        ledger = self.ground.ledger()
        hit = {message for message, (_s, _e, results) in ledger.items() if HIT_RESULTS & set(results)}
        first_day = self.calendar.days[0]
        due = {
            message
            for message, letter in self.letters.items()
            if letter.day == first_day and not letter.person.planted and letter.person.zone != "Europe/Amsterdam"
        }
        return due - come - hit - self._moved_to_the_evening

    @property
    def _moved_to_the_evening(self) -> set[str]:
        """Letters of people who live in a zone now where the hour of their digest is still to come."""
        return {m for m, letter in self.letters.items() if letter.person.pk in self.moved_away}

    moved_away: set[int] = set()

    def _skip_a_day(self) -> None:
        self._note("gap", "all programs stop; the clock goes on by a day without service")
        self.ground.stop()
        self.steps = itertools.cycle([2, 0, -2, 0])
        self.to_start += dt.timedelta(AFTER_THE_GAP)
        self.ground.move_clock(self.to_start)
        self.ground.start(loop=self.size.loop)
        self._note("start", "all programs start")

    def _drain(self) -> None:
        """Until nothing waits any more; where only time is missing, the clock is moved to the last next try."""
        self._note("drain", "no more faults")
        self.ground.move_clock(self.to_start)
        hops, deadline = 0, time.monotonic() + DRAINED
        while time.monotonic() < deadline:
            for _ in range(5):
                self._turn()
            due, waiting, last = self.ground.waiting()
            if due or not self._all_planned():
                continue
            if not waiting or hops == HOPS:
                break
            hops += 1
            self.to_start += last + dt.timedelta(seconds=2)
            self.ground.move_clock(self.to_start)
            self._note("drain", f"{waiting} wait for their next try: the clock goes on by {last}")
        self._note("drained", f"{self.ground.waiting()[1]} left")

    def _all_planned(self) -> bool:
        promised = {(mark, email) for mark, email, _given, _offset in self.ground.inbox()}
        return all(wave.reminders <= promised for wave in self.planted)

    def _facts(self) -> Facts:
        return Facts(
            waves=self.planted, sink=self.ground.read_sink(), ledger=self.ground.ledger(), inbox=self.ground.inbox(),
            happened=self.happened, hands=self.hands, timeout=2 if self.size.quick else 20,
        )  # fmt: skip

    # Faults

    def kill_a_worker(self) -> None:
        name, _child = self._sender()
        self._kill(f"{name} killed with all its children", self.ground.stage.programs[name].kill)

    def kill_a_child(self) -> None:
        name, child = self._sender()
        if child is None:
            return self.kill_a_worker()
        return self._kill(f"one child of {name} killed", lambda: os.kill(child, signal.SIGKILL))

    def _sender(self) -> tuple[str, int | None]:
        """A worker and one of its children, if there is one that has letters in hand."""
        self._until_busy()
        children = [(name, pid) for name in WORKERS for pid in self.ground.stage.programs[name].children()]
        busy = self.ground.senders()
        return next(
            (pair for pair in children if pair[1] in busy),
            self.random.choice(children) if children else (self.random.choice(WORKERS), None),
        )

    def _until_busy(self) -> None:
        """A fault while nothing is under way would show little: wait for letters in hand, but not long."""
        deadline = time.monotonic() + 2 * self.window
        while not self.ground.in_hand() and time.monotonic() < deadline:
            self._turn()

    def _kill(self, what: str, kill: Callable[[], None]) -> None:
        """What was in the hands of the dead is what goes out again in time."""
        before, at = self.ground.in_hand(), time.time()
        kill()
        time.sleep(0.3)
        held = self.ground.held()
        taken = {message: key for message, key in before.items() if key not in held}
        self.hands.append(Hand(at, list(taken)))
        senders = len(set(taken.values()))
        self._note("kill", f"{what}; {senders} senders had {len(taken)} letters in hand", at, senders)

    def kill_the_broker(self) -> None:
        self._until_busy()
        self.ground.stage.servers["valkey"].stop(signal.SIGKILL)
        self._note("broker", "broker killed")
        self._later(2, self._start_the_broker)

    def _start_the_broker(self) -> None:
        self.ground.stage.servers["valkey"].start()

    def empty_the_broker(self) -> None:
        self.ground.stage.servers["valkey"].start()
        self.ground.stage.ask_broker("FLUSHALL")
        self._note("broker", "broker emptied")

    def restart_the_database(self) -> None:
        self._until_busy()
        self._note("database", "database stopped immediately and started")
        self.ground.stage.servers["postgres"].stop(signal.SIGQUIT)
        self.ground.stage.servers["postgres"].start()

    def disturb_the_mail(self) -> None:
        late = 3 if self.size.quick else 21
        disturbances: list[dict[str, Any]] = [
            {"rcpt": {"do": "451", "chance": 0.2}},
            {"mail": {"do": "421", "chance": 0.3}},
            {"mail": "554"},
            {"connect": "421"},
            {"data": {"do": "hang", "chance": 0.03}},
            {"rcpt": {"do": "drop", "chance": 0.05}},
            {"dot": {"do": f"late{late}", "chance": 0.02}},
            {"dot": {"do": "hang", "chance": 0.02}},
            {"dot": {"do": "kept", "chance": 0.03}},
            {"dot": {"do": "drop", "chance": 0.03}},
        ]
        what = self.random.choice(disturbances)
        self.ground.fault(what)
        self._note("mail", f"mail server: {what}")
        self._later(self.window, lambda: self.ground.fault({}))

    def kill_the_sink(self) -> None:
        self._until_busy()
        self.ground.kill_sink()
        self._note("mail", "mail server killed")
        self._later(3, self.ground.start_sink)

    def kill_a_beat(self) -> None:
        name = self.random.choice(BEATS)
        self.ground.stage.programs[name].kill()
        self._note("beat", f"{name} killed")

    def step_the_clock(self) -> None:
        self._until_busy()
        hours = next(self.steps)
        self.ground.move_clock(self.to_start + dt.timedelta(hours=hours))
        self._note("clock", f"the clock stands {hours:+} h")

    def move_people(self) -> None:
        """One in fifty, to a zone in which it is the same day."""
        zone = self.random.choice(MOVES)
        rows = self.ground.ask(
            "UPDATE accounts_user SET time_zone = %s WHERE id %% 50 = %s AND email LIKE 'person%%' RETURNING id",
            zone, self.random.randrange(50),
        )  # fmt: skip
        moved = {pk for (pk,) in rows}
        self.moved_away = self.moved_away | moved if zone == "Europe/Amsterdam" else self.moved_away - moved
        self._note("people", f"{len(moved)} people move to {zone}")
