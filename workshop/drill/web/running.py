"""A drill of the web process in four parts: it is killed, the database restarts, a new version comes, many come."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from workshop.drill.judging import Figure
from workshop.drill.web import judging
from workshop.drill.web.book import Book
from workshop.drill.web.deeds import Person
from workshop.drill.web.flow import Asked, Flow, percentile, times
from workshop.drill.web.site import Site

PARTS = ("kills", "restart", "deploy", "load")
AT_ONCE = 6  # people who work while processes are killed
PEOPLE = 12
RATE, MORE = 20, 1.5  # requests a second while something happens; under load so many times as many
RECOVERED = 5.0  # seconds
LONGEST = 1.0
READS = 8  # seconds for which somebody reads a table that is migrated
PATIENCE = 60  # seconds until a migration has begun
MIGRATING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE visits_visit ADD COLUMN drill_later%'"
P95, P99, MEMORY = 0.3, 1.0, 4 * 2**30


@dataclass(frozen=True)
class Size:
    seed: int
    rounds: int
    seconds: float
    visits: int
    rate: float = RATE
    parts: tuple[str, ...] = PARTS
    quick: bool = False
    outages: tuple[float, ...] = (0, 12)  # seconds without the database
    schema: Path | None = None


class WebDrill:
    def __init__(self, size: Size, say: Callable[[str], None]) -> None:
        self.size, self.said = size, say
        self.site = Site(seed=size.seed, schema=size.schema)
        self.random = self.site.random
        self.up, self.over = threading.Event(), threading.Event()
        self.begun = time.monotonic()

    def run(self) -> Iterator[Figure]:
        """The figures of one part after the other."""
        with self.site:
            self.say("servers and tables")
            people = AT_ONCE if self.size.quick else PEOPLE
            self.site.fill(self.size.visits, people)
            self.say(f"{self.size.visits} visits")
            self.site.start_web()
            self.site.sign_in()
            self.say(f"{people} people at work")
            for part in self.size.parts:
                found: list[Figure] = list(getattr(self, part)())
                yield from found
                if not all(figure.holds for figure in found):
                    self.say(self.site.stage.logs()["web"])

    def say(self, what: str) -> None:
        self.said(f"{time.monotonic() - self.begun:7.1f} s  {what}")

    # kill -9 while people save, upload and take lists away

    def kills(self) -> Iterator[Figure]:
        book = self.site.open_a_book()
        self.up.set()
        workers = [threading.Thread(target=self._work, args=[person]) for person in self.site.people[:AT_ONCE]]
        for thread in workers:
            thread.start()
        waits = [self._kill(book, number) for number in range(self.size.rounds)]
        time.sleep(1)
        self.over.set()
        for thread in workers:
            thread.join()
        cut = {deed: book.count(deed, 0) for deed in ("save", "papers", "piece", "export", "form")}
        hit = ", ".join(f"{number} × {deed}" for deed, number in cut.items())
        yield judging.told("K", f"{len(waits)} kills cut short", hit, sum(cut.values()) > 0)
        yield judging.told("K", "seconds until it answered again, at most", f"{max(waits):.1f}")
        yield judging.none("K", "answers 5xx", _errors(book))
        yield from self._judged("K", book)

    def _work(self, person: Person) -> None:
        deeds = {
            person.log: 30,
            person.change: 30,
            person.add_papers: 22,
            person.add_in_pieces: 8,
            person.take_away: 10,
        }
        while not self.over.is_set():
            deed = person.random.choices(list(deeds), list(deeds.values()))[0]
            if deed == person.take_away:
                person.take_away(person.random.choice(["csv", "xlsx"]))
            else:
                deed(again=lambda: self._again(person))  # type: ignore[operator]
            self.up.wait(60)

    def _again(self, person: Person) -> bool:
        """Two of three press the button once more when the page is there again."""
        time.sleep(0.05)
        self.up.wait(60)
        return person.random.random() < 0.66

    def _kill(self, book: Book, number: int) -> float:
        """In the middle of the work: some deeds after the last kill, and a moment more."""
        wanted, deadline = sum(book.told.values()) + self.random.randrange(2, 12), time.monotonic() + 10
        while sum(book.told.values()) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(self.random.uniform(0, 0.3))
        workers = self.site.web_workers()
        what = self.random.choice(["one worker", "one worker", "all workers", "all processes"])
        self.up.clear()
        if what == "all processes":
            self.site.kill_web()
        else:
            self.site.kill_workers(workers if what == "all workers" else workers[:1])
        waited = self.site.wait_for_web()
        self.up.set()
        self.say(f"{number + 1}: {what} killed; answers after {waited:.2f} s")
        return waited

    # The database restarts

    def restart(self) -> Iterator[Figure]:
        for outage in self.size.outages[:1] if self.size.quick else self.size.outages:
            book = self.site.open_a_book()
            server = self.site.stage.servers["postgres"]
            with Flow(self.site.people, self.size.rate, self.size.seed) as flow:
                time.sleep(self.size.seconds / 3)
                down = time.monotonic()
                server.stop(signal.SIGQUIT)
                time.sleep(outage)
                server.start()
                up = time.monotonic()
                self.say(f"the database was away for {up - down:.1f} s")
                time.sleep(max(self.size.seconds / 2, RECOVERED + 2))
            failed = [one for one in flow.asked if one.answer.failed]
            outside = [one for one in failed if one.answer.ended < down or one.due > up + RECOVERED]
            last = max((one.answer.ended for one in failed), default=up) - up
            away = f"database away {up - down:.1f} s"
            yield judging.told("G20", f"{away}: requests, and errors", f"{len(flow.asked)}, {len(failed)}")
            yield judging.none("G20", f"{away}: errors outside of it", _shown(outside, down))
            yield judging.told(
                "G20", f"{away}: last error after it came back (limit {RECOVERED:g} s)", f"{max(0.0, last):.1f} s",
                last <= RECOVERED or self.size.quick,
            )  # fmt: skip
            calm = [one for one in flow.asked if one.due < down or one.due > up + RECOVERED]
            yield judging.told("G20", f"{away}: before it and {RECOVERED:g} s after it", times(calm))
            yield from self._judged("G20", book, files=False)

    # A new version comes

    def deploy(self) -> Iterator[Figure]:
        book = self.site.open_a_book()
        with Flow(self.site.people, self.size.rate, self.size.seed) as flow:
            time.sleep(self.size.seconds / 4)
            migrating = time.monotonic()
            reader = threading.Thread(target=self._read)
            reader.start()
            time.sleep(0.5)
            gave_way = self.site.migrate_to_next().count("gave way")
            reader.join()
            self.say(f"migrated; it gave way {gave_way} times")
            replacing = time.monotonic()
            took = self.site.deploy()
            self.say(f"the new version took over in {took:.1f} s")
            replaced = time.monotonic()
            time.sleep(self.size.seconds / 4)
        failed = [one for one in flow.asked if one.answer.failed]
        yield judging.none("G21", f"errors, of {len(flow.asked)} requests", _shown(failed, flow.began))
        spans = {"before": (0.0, migrating), "while migrating": (migrating, replacing)}
        spans |= {"while changing over": (replacing, replaced), "after": (replaced, float("inf"))}
        for name, (since, until) in spans.items():
            within = [one for one in flow.asked if since <= one.due < until]
            longest = max((one.seconds for one in within), default=0)
            late = name in ("before", "after") or self.size.quick or longest <= LONGEST
            yield judging.told("G21", f"{name} (limit {LONGEST:g} s; {_load()})", times(within), late)
        yield judging.told("G21", "times that the migration gave way to a reader", str(gave_way), gave_way > 0)
        yield from self._judged("G21", book, files=False)

    def _read(self) -> None:
        """Somebody whose long report reads the table that is changed, for some seconds after the migration came."""
        where = {"host": str(self.site.stage.servers["postgres"].sockets), "user": "simpul", "dbname": "simpul"}
        with psycopg.connect(**where) as reader, psycopg.connect(**where, autocommit=True) as watcher:  # type: ignore[arg-type]
            reader.execute("SELECT count(*) FROM visits_visit")
            deadline = time.monotonic() + PATIENCE
            while watcher.execute(MIGRATING).fetchone() == (0,) and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(READS)

    # Many people at once

    def load(self) -> Iterator[Figure]:
        book = self.site.open_a_book()
        peak = 0
        with Flow(self.site.people, MORE * self.size.rate, self.size.seed) as flow:
            until = time.monotonic() + self.size.seconds
            while time.monotonic() < until:
                peak = max(peak, self.site.memory())
                time.sleep(1)
        took = flow.ended - flow.began
        failed = [one for one in flow.asked if one.answer.failed]
        yield judging.told("G19", f"requests in {took:.0f} s ({_load()})", f"{len(flow.asked) / took:.1f} a second")
        for kind in ("list", "dashboard", "save", "export"):
            yield judging.told("G19", kind, times([one for one in flow.asked if one.kind == kind]))
        seconds = [one.seconds for one in flow.asked]
        fast = percentile(seconds, 0.95) <= P95 and percentile(seconds, 0.99) <= P99
        limits = f"p95 {P95 * 1000:g} ms, p99 {P99 * 1000:g} ms"
        yield judging.told("G19", f"all (limits: {limits})", times(flow.asked), fast or self.size.quick)
        yield judging.none("G19", "errors", _shown(failed, flow.began))
        yield judging.told(
            "G19", "memory of the web processes (limit 4 GiB)", f"{peak / 2**20:.0f} MiB", peak <= MEMORY
        )
        yield from self._judged("G19", book, files=False)

    def _judged(self, goal: str, book: Book, *, files: bool = True) -> Iterator[Figure]:
        found = self.site.found()
        yield from judging.saves(goal, book, found)
        if files:
            yield from judging.papers(goal, book, found)
            before = self.site.clean_up()
            yield from judging.files(goal, before, self.site.found())
        yield from judging.answers(goal, book)


def _errors(book: Book) -> list[str]:
    return [f"{number} × {deed} {status}" for (deed, status), number in book.told.items() if status >= 500]


def _shown(asked: list[Asked], since: float) -> list[str]:
    return [f"{one.answer.path} {one.answer.status} at {one.due - since:+.1f} s" for one in asked]


def _load() -> str:
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
