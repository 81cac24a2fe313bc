"""The ground on which a drill plays: the servers and programs of its stage, its database, its clock, its mail sink."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.utils.module_loading import import_string

from records.guards import ensure_roles
from workshop.drill.planting import MARKS

MANAGE = str(Path(settings.BASE_DIR) / "manage.py")
WORKERS, BEATS = ("worker-1", "worker-2"), ("beat-1", "beat-2")
PATIENCE = 60
WRITERS = {"DIGEST": "workshop.drill.writers.digest", "AT_ONCE": "workshop.drill.writers.at_once"}
# What a drill of minutes cannot wait for. The times of the queue itself (1 m, 5 m, 15 m …) stay: there the clock moves.
QUICK_SETTINGS = {"EMAIL_TIMEOUT": 2, "NOTICE_LEASE_SECONDS": 30}
QUICK_TICKS = {"notices.tasks.deliver": 3, "followups.tasks.plan": 5}

HELD = """SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted"""
IN_HAND = "SELECT message_id, lease_token FROM notices_delivery WHERE state IN ('CLAIMED', 'SENDING')"
AT_WORK = """SELECT DISTINCT split_part(a.worker, ':', 2) FROM notices_attempt a
    JOIN notices_delivery d ON d.id = a.delivery_id
    WHERE a.finished_at IS NULL AND d.state IN ('CLAIMED', 'SENDING')"""
LEDGER = """
SELECT d.message_id, d.state, d.error, COALESCE(array_agg(a.result ORDER BY a.id) FILTER (WHERE a.id IS NOT NULL), '{}')
FROM notices_delivery d LEFT JOIN notices_attempt a ON a.delivery_id = d.id GROUP BY d.id"""
INBOX = """
SELECT substring(m.title FROM %s), u.email, r.rule_id IS NULL, r."offset" FROM followups_reminder r
JOIN followups_milestone m ON m.id = r.milestone_id JOIN accounts_user u ON u.id = r.recipient_id"""
WAITING = """
SELECT count(*) FILTER (WHERE state <> 'PENDING' OR next_try_at <= notices_now()),
    count(*) FILTER (WHERE state = 'PENDING'), max(next_try_at) FILTER (WHERE state = 'PENDING') - notices_now()
FROM notices_delivery WHERE state IN ('PENDING', 'CLAIMED', 'SENDING')"""


class Ground:
    """A context manager. Inside, everything that asks Django for the database gets that of the drill."""

    def __init__(self, *, seed: int, quick: bool, schema: Path | None = None) -> None:
        self.stage = import_string(settings.DRILL_STAGE)()
        self.seed, self.quick, self.schema = seed, quick, schema
        self.moved = dt.timedelta()
        self.read_to = 0
        self.kept: list[dict[str, Any]] = []  # what the sink accepted
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> Ground:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.stage)
            self.home: Path = self.stage.home
            self.log, self.faults = self.home / "sink.jsonl", self.home / "faults.json"
            self.log.touch()
            stack.enter_context(_database(self.stage.environment["DATABASE_URL"]))
            self.port = self._start_sink()
            self.stage.environment |= self._environment()
            self._make_tables()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stack.close()

    # Programs

    def start(self, *, loop: bool = False) -> None:
        celery = ("-m", "celery", "--quiet", "-A", "config.celery")
        lonely = ("--without-gossip", "--without-mingle")
        for name in WORKERS:
            self._python(name, *celery, "worker", "--concurrency", "2", *lonely, "-n", f"{name}@drill")
        for name in BEATS:
            self._python(name, *celery, "beat", "--schedule", str(self.home / name), "--pidfile", "")
        if loop:
            self.start_loop()

    def start_loop(self) -> None:
        self._python("loop", MANAGE, "remind_loop", *(["--every", "3"] if self.quick else []))

    def stop(self) -> None:
        """The programs, not the servers; in good order."""
        for name, program in self.stage.programs.items():
            if name != "sink":
                program.wanted = False
                if program.is_alive:
                    program.child.terminate()
        for name, program in self.stage.programs.items():
            if name != "sink":
                program.stop()

    def _python(self, name: str, *words: str) -> None:
        self.stage.python(name, *words)

    def _environment(self) -> dict[str, str]:
        changed: dict[str, Any] = {"NOTICE_WRITERS": WRITERS, **(QUICK_SETTINGS if self.quick else {})}
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings_for_drills",
            "DRILL_SETTINGS": json.dumps(changed),
            "DRILL_TICKS": json.dumps(QUICK_TICKS if self.quick else {}),
            "SECRET_KEY": settings.SECRET_KEY,
            "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
            "ALLOWED_HOSTS": "localhost",
            "DEBUG": "0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "NOTICE_HOLD": "0",
            "DATABASE_POOL": "0",
            "LOG_LEVEL": "WARNING",
        }

    def _make_tables(self) -> None:
        """By `migrate`, or from what it once left (a dump of pg_dump), which takes a tenth of the time."""
        server = self.stage.servers["postgres"]
        command = [sys.executable, MANAGE, "migrate", "--verbosity", "0"]
        if self.schema:
            where = ["-h", str(server.sockets), "-U", "simpul", "-d", "simpul"]
            psql = Path(server.variables()["POSTGRES_PROGRAMS"]) / "psql"
            # Roles are of the server: no dump holds them.
            roles = [word for statement in ensure_roles() for word in ("-c", statement)]
            command = [str(psql), *where, "-q", "-v", "ON_ERROR_STOP=1", *roles, "-f", str(self.schema)]
        done = subprocess.run(command, env=self.stage.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The tables cannot be made: {done.stderr[-2000:]}")

    # The mail sink

    def _start_sink(self) -> int:
        words = ["-m", "workshop.drill.sink", "--log", str(self.log), "--faults", str(self.faults)]
        words += ["--marks", MARKS, "--seed", str(self.seed), "--port"]
        program = self.stage.python("sink", *words, "0", talks=True)
        port = _port_of(program)
        program.command[-1] = str(port)
        return port

    def kill_sink(self) -> None:
        self.stage.programs["sink"].wanted = False
        self.stage.programs["sink"].kill()

    def start_sink(self) -> None:
        """Unless it was started since: it may have been killed twice."""
        if self.stage.programs["sink"].is_alive:
            return
        self.stage.programs["sink"].start()
        _port_of(self.stage.programs["sink"])

    def fault(self, what: Mapping[str, Any]) -> None:
        """What goes wrong in the sink from now on; nothing when it is empty."""
        new = self.faults.with_suffix(".new")
        new.write_text(json.dumps(dict(what)))
        new.replace(self.faults)

    def read_sink(self) -> list[dict[str, Any]]:
        """All that it has accepted so far."""
        with self.log.open("rb") as log:
            log.seek(self.read_to)
            for line in log:
                if line.endswith(b"\n"):
                    self.kept.append(json.loads(line))
                    self.read_to += len(line)
        return self.kept

    # The database and its clock

    def ask(self, sql: str, *parameters: Any) -> list[Any]:
        """Rows; asked again while the database is away."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql, parameters or None)
                    return cursor.fetchall() if cursor.description else []
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def move_clock(self, by: dt.timedelta) -> None:
        """For every session that begins from now on; those of Celery begin with each tick."""
        self.moved = by
        self.ask(f"ALTER DATABASE simpul SET simpul.moved_clock = '{by.total_seconds():.0f} seconds'")
        connection.close()

    def in_hand(self) -> dict[str, int]:
        """Message-IDs of the letters that senders hold, with the key of the lock of each sender."""
        return {message: _key(token) for message, token in self.ask(IN_HAND)}

    def senders(self) -> set[int]:
        """Process ids of those who are at a letter now, among others that died at one."""
        return {int(pid) for (pid,) in self.ask(AT_WORK)}

    def held(self) -> set[int]:
        return {key for (key,) in self.ask(HELD)}

    def waiting(self) -> tuple[int, int, dt.timedelta]:
        """Deliveries that are due or in hand, all that wait, and when the last of these is due."""
        due, all_of_them, last = self.ask(WAITING)[0]
        return due, all_of_them, last or dt.timedelta()

    def ledger(self) -> dict[str, tuple[str, str, list[str]]]:
        """By Message-ID: state, error, the results of its tries."""
        return {message: (state, error, list(results)) for message, state, error, results in self.ask(LEDGER)}

    def inbox(self) -> list[tuple[str, str, bool, int]]:
        return [tuple(row) for row in self.ask(INBOX, MARKS.replace("\\d", "[0-9]"))]


def _key(token: uuid.UUID) -> int:
    return int.from_bytes(token.bytes[:8], signed=True)


def _port_of(program: Any) -> int:
    said = program.child.stdout.readline()
    port: int = json.loads(said)["port"]
    return port


@contextlib.contextmanager
def _database(url: str) -> Iterator[None]:
    given = copy.deepcopy(connections[DEFAULT_DB_ALIAS].settings_dict)
    given |= environ.Env.db_url_config(url)
    given["OPTIONS"] = {}
    wrapper: BaseDatabaseWrapper = load_backend(given["ENGINE"]).DatabaseWrapper(given, DEFAULT_DB_ALIAS)
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = wrapper
    try:
        yield
    finally:
        wrapper.close()
        connections[DEFAULT_DB_ALIAS] = before
