"""The ground of a drill of the web process: its servers, gunicorn as in production, records, and people who sign in."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection

from accounts.models import Membership, User
from accounts.rights import Role
from records.dates import Precision
from records.history import event_model
from regions.models import Region
from visits.models import Visit
from workshop.benchmarks.visits import TABLES, Visits
from workshop.drill.ground import MANAGE, Ground
from workshop.drill.web.book import Book
from workshop.drill.web.deeds import NEW, Person, with_rows
from workshop.drill.web.forms import Fields, fields_of
from workshop.drill.web.judging import PAPERS, UNNAMED, VISITS, Found, orphans
from workshop.drill.web.visitors import HOST, PASSWORD, Visitor

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # none is asked for
}
LATER = "workshop.drill.web.later"  # an app with one migration: what the next version brings
TWO_DAYS = 2 * 86_400
CLEAN_UP = (
    "from documents.tasks import clear_orphan_files; clear_orphan_files(); "
    "from dashboards.files import clear_old; clear_old()"
)
PATIENCE = 120  # seconds until the site must answer, or the old version has gone


class Site(Ground):
    """A context manager like its base. `start_web` and `fill` come next."""

    def __init__(self, *, seed: int, workers: int = 2, schema: Path | None = None) -> None:
        super().__init__(seed=seed, quick=False, schema=schema)
        self.workers = workers
        self.web_port = _any_port()
        self.people: list[Person] = []
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def _environment(self) -> dict[str, str]:
        environment = super()._environment()
        changed = json.loads(environment["DRILL_SETTINGS"]) | {"STORAGES": STORAGES}
        self.temporary, self.media = self.home / "tmp", self.home / "var/media"
        for folder in (self.temporary, self.media, self.home / "var/static"):
            folder.mkdir(parents=True)
        return environment | {
            "DRILL_SETTINGS": json.dumps(changed), "ALLOWED_HOSTS": HOST, "DATABASE_POOL": "1", "BEHIND_PROXY": "1",
            "TMPDIR": str(self.temporary),
        }  # fmt: skip

    # The web process

    def start_web(self) -> None:
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        serve = [gunicorn, "--config", "python:config.web", "config.wsgi", "--pid", str(self.pid_file)]
        serve += ["--bind", f"127.0.0.1:{self.web_port}", "--workers", str(self.workers), "--log-level", "warning"]
        self.stage.python("web", *serve)
        self.wait_for_web()

    @property
    def pid_file(self) -> Path:
        return self.home / "web.pid"

    def master(self) -> int:
        return int(self.pid_file.read_text())

    def wait_for_web(self) -> float:
        """Seconds until it answers."""
        begun, somebody = time.monotonic(), Visitor(self.web_port, "", 0)
        while time.monotonic() < begun + PATIENCE:
            if somebody.get("/healthz").status == 200:
                return time.monotonic() - begun
            time.sleep(0.02)
        raise RuntimeError(f"The web process does not answer: {self.stage.logs()['web']}")

    def web_workers(self) -> list[int]:
        return _children_of(self.master())

    def kill_workers(self, pids: list[int]) -> None:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def kill_web(self) -> None:
        """All its processes, and start it again as a supervisor of services does."""
        self.stage.programs["web"].kill()
        self.stage.programs["web"].start()

    def deploy(self) -> float:
        """A new version takes over: seconds until the old one is gone."""
        begun, before = time.monotonic(), self.master()
        os.kill(before, signal.SIGUSR2)
        while _is_alive(before) or not self.pid_file.exists() or self.master() == before:
            if time.monotonic() > begun + PATIENCE:
                raise RuntimeError(f"The new version did not take over: {self.stage.logs()['web']}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def memory(self) -> int:
        """Bytes that master and workers hold; what they share is counted once."""
        return sum(_memory_of(pid) for pid in (self.master(), *self.web_workers()))

    # Records and people

    def fill(self, visits: int, people: int) -> None:
        benchmark = Visits()
        benchmark.prepare()
        few = min(visits, benchmark.sizes[0])
        benchmark.fill(few)
        if visits // few > 1:
            benchmark.grow(visits // few)
        tables = [*TABLES, *(event_model(table) for table in TABLES)]
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):  # what was poured has its own keys
            self.ask(statement)
        self.ask("VACUUM ANALYZE")
        cities = [Region.objects.get(pk=pk) for (pk,) in self.ask("SELECT region_id FROM bench_place ORDER BY n")]
        for number in range(people):
            home = cities[number % len(cities)]
            user = User.objects.create_user(f"person.{number}@drill.example", PASSWORD, name=f"Person {number}")
            Membership.objects.create(user=user, region=home, role=Role.OFFICER)
            folder = Visit.objects.create(
                title=f"Papers of {number}", owner=home, host_region=home, created_by=user, precision=Precision.UNKNOWN
            )
            partners = [city.code for city in cities if city != home and city.code]
            self._person(user.email, number + 1, partners, folder.pk)

    def _person(self, email: str, number: int, partners: list[str], papers_of: int) -> None:
        visitor = Visitor(self.web_port, email, number)
        person = Person(visitor, Book(), random.Random(self.random.random()), partners, papers_of, {}, {})  # noqa: S311
        self.people.append(person)

    def sign_in(self) -> None:
        rows: Fields = {}
        for person in self.people:
            person.visitor.sign_in()
            rows = rows or with_rows(person.visitor)
            person.blank = rows | fields_of(person.visitor.get(NEW).page)

    def open_a_book(self) -> Book:
        """Everybody writes into this one from now on."""
        book = Book()
        for person in self.people:
            person.book, person.own = book, {}
        self.ask("UPDATE visits_visit SET title = replace(title, 'drill-', 'earlier-') WHERE title LIKE 'drill-%%'")
        return book

    # What is found in the end

    def found(self) -> Found:
        named = self.ask(UNNAMED)[0][0] or []
        return Found(
            [tuple(row) for row in self.ask(VISITS)], [tuple(row) for row in self.ask(PAPERS)],
            set(named), self.media, self.temporary,
        )  # fmt: skip

    def clean_up(self) -> int:
        """Two days pass, and the jobs run that sweep up every day. How many files had no row before."""
        before = len(orphans(self.found()))
        self.ask("UPDATE documents_upload SET touched_at = touched_at - interval '2 days'")
        past = time.time() - TWO_DAYS
        for folder in (self.media, self.temporary):
            for path in folder.rglob("*"):
                os.utime(path, (past, past))
        self.manage("shell", "--verbosity", "0", "--command", CLEAN_UP)
        return before

    def manage(self, *words: str, **environment: str) -> str:
        """A management command, behind who serves (README, Operations); what it said."""
        changed = {"DATABASE_POOL": "0", **environment}
        done = subprocess.run(
            ["nice", sys.executable, MANAGE, *words], env=self.stage.environment | changed,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr[-2000:]}")
        return done.stderr

    def migrate_to_next(self) -> str:
        """As the next version does before it takes over; the version that runs knows nothing of it."""
        changed: dict[str, Any] = json.loads(self.stage.environment["DRILL_SETTINGS"])
        changed["INSTALLED_APPS"] = [*settings.INSTALLED_APPS, LATER]
        return self.manage("migrate", "--verbosity", "0", DRILL_SETTINGS=json.dumps(changed))


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _children_of(pid: int) -> list[int]:
    asked = ["ps", "-o", "pid=", "--ppid", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return [int(word) for word in listed.split()]


def _is_alive(pid: int) -> bool:
    """A zombie is dead."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


def _memory_of(pid: int) -> int:
    """Its proportional share (Linux)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
