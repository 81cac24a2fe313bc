"""`bin/manage bench reminders`: planning when 10 000 come due of as many milestones, and of 1 000 000; digests.

Of the larger data only the smaller part is due: the other milestones are done or due later, with the reminders and
letters of their past. So planning must take as long in both. The digests go to the SMTP sink of the drills, beside one
of them over and over on one connection: made each time by Django's own mail classes, and as bare bytes, which is what
the sink can take. Beside a digest these two ask no database whether it is still true, and keep no account.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction
from django.test import override_settings

from accounts.models import User
from followups import planning
from followups.models import Assignee, Milestone, Reminder, ReminderRule
from notices import sending
from notices.letters import Letter, compose, frame, write
from notices.models import Delivery, DeliveryState, Notice
from notices.smtp import EmailWay
from regions.models import Region
from workshop.benchmarks.frame import LARGE, SMALL, Benchmark, Measure, Ratio, Taken
from workshop.benchmarks.scratch import multiply, pour, sql

PEOPLE, LETTERS = 2_000, 1_000
# Noon of tomorrow in Jayapura is tomorrow in every zone of the people, whenever this runs.
TOMORROW = """
    SELECT set_config('simpul.moved_clock', (
        (date_trunc('day', now() AT TIME ZONE 'Asia/Jayapura') + interval '36 hours') AT TIME ZONE 'Asia/Jayapura'
        - now())::text, true)
"""
LATER = "40 + (copy * 37) % 900"  # days


def _flat(name: str, limit: float = 2) -> Ratio:
    return Ratio(f"{name}, large / small", (name, LARGE), (name, SMALL), limit)


@dataclass(frozen=True)
class Grown(Ratio):
    """Memory of this process after the last round of digests by that after the first."""

    def of(self, taken: Taken) -> float:
        return Reminders.memory[-1] / Reminders.memory[0]


class Reminders(Benchmark):
    name = "reminders"
    sizes = (10_000, 1_000_000)
    sizes_to_try = (200, 2_000)
    ratios = [
        _flat("planning what is due"),
        _flat("planning, nothing new"),
        _flat("why one milestone"),
        _flat("preview of a rule"),
        _flat("digests"),
        Ratio(
            "digests / Django mail on one reused connection, per second",
            ("Django mail on one reused connection", LARGE),
            ("digests", LARGE),
            0.5,
            at_least=True,
        ),
        Ratio(
            "digests / raw limit of the sink, per second",
            ("raw", LARGE),
            ("digests", LARGE),
            0.1,
            at_least=True,
        ),
        Grown("memory after all digests / after the first round", ("digests", LARGE), ("digests", LARGE), 1.1),
    ]
    memory: list[int] = []  # kept by the class: its ratios ask

    def prepare(self) -> None:
        Reminders.memory = []
        Region.objects.create(name_id="Kota Bandung", level="CITY", code="32.73")
        ReminderRule.objects.create(
            code="bench", name_id="bench", kinds=["DELIVERABLE"], days=[-30, -7, 0], every_days=7
        )

    def fill(self, size: int) -> None:
        """All of it was told 30 days before, and is told again tomorrow, a week before it is due."""
        self.due = size
        people = min(PEOPLE, size // 5)
        pour(
            User,
            f"generate_series(1, {people}) AS i",
            email="'person' || i || '@bench.example'",
            name="'Person ' || i",
            password="'!'",  # noqa: S106 - none
            language="CASE WHEN i % 3 = 0 THEN 'en' ELSE 'id' END",
            time_zone="(ARRAY['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'])[1 + i % 3]",
        )
        pour(
            Milestone,
            f"generate_series(1, {size}) AS i",
            id="i",
            kind="'DELIVERABLE'",
            title="'Kirim laporan pelaksanaan kerja sama nomor ' || i",
            due_on="(now() AT TIME ZONE 'Asia/Jayapura')::date + 8",
            since="current_date - 60",
            owner_id="(SELECT min(id) FROM regions_region)",
            opened_at="now() - interval '60 days'",
            submission="gen_random_uuid()",
        )
        one = "(SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS all FROM accounts_user) u"
        pour(
            Assignee,
            f"generate_series(1, {size}) AS i JOIN {one} ON u.n = 1 + mod(i, u.all)",
            milestone_id="i",
            user_id="u.id",
            given_by_id="u.id",
            given_at="now() - interval '60 days'",
        )
        sql("ANALYZE")
        planning.plan()
        sql("UPDATE notices_notice SET frozen_at = now(), send_at = now() - interval '1 hour'")
        sql("UPDATE notices_delivery SET state = 'SENT', sent_at = now(), next_try_at = now() - interval '1 hour'")

    def grow(self, times: int) -> None:
        multiply(
            times,
            [Milestone, Assignee, Notice, Delivery, Reminder],
            due_on=f"due_on + {LATER}",
            status="CASE WHEN copy % 2 = 0 THEN 'DONE' ELSE status END",
            done_on="CASE WHEN copy % 2 = 0 THEN current_date END",
            opened_at="opened_at - interval '1 year'",
            given_at="given_at - interval '1 year'",
            submission="gen_random_uuid()",
            occasion='("on" - copy * 7)::text',
            send_at="send_at - make_interval(days => 7 * copy::int)",
            message_id="copy || message_id",
            told_on="told_on - 7 * copy::int",
            on='"on" - 7 * copy::int',
        )
        for table in ("followups_reminder", "notices_notice", "notices_delivery"):
            sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - ours

    def measures(self) -> list[Measure]:
        self.letters = list(Delivery.objects.order_by("pk").values_list("pk", flat=True)[: min(LETTERS, self.due // 5)])
        rule = ReminderRule.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT (now() AT TIME ZONE 'Asia/Jayapura')::date + 1")
            (tomorrow,) = cursor.fetchone()
        return [
            Measure("planning what is due", self._plan, slow=True),
            Measure("planning, nothing new", lambda: _expect(planning.plan().reminders, 0)),
            Measure("why one milestone", lambda: planning.promises(tomorrow, milestone=1, fresh=False)),
            Measure("preview of a rule", lambda: _expect(len(planning.preview(rule, tomorrow)), self.due), slow=True),
            Measure("digests", self._deliver, slow=True, before=self._make_ready, after=self._tidy),
            Measure(
                "Django mail on one reused connection",
                self._send_by_django,
                slow=True,
                before=self._take_words,
                after=self._tidy,
            ),
            Measure("raw", self._raw, slow=True, before=self._take_bytes, after=self._tidy),
        ]

    def _plan(self) -> None:
        """Of the next day; taken back."""
        with transaction.atomic():
            sql(TOMORROW)
            _expect(planning.plan().reminders, self.due)
            transaction.set_rollback(True)

    # Digests

    def _make_ready(self) -> None:
        self.sink = Sink()
        Delivery.objects.filter(pk__in=self.letters).update(state=DeliveryState.PENDING, attempts=0)
        sql("DELETE FROM notices_attempt")

    def _deliver(self) -> None:
        with override_settings(**self.sink.settings()):
            _expect(sending.deliver(600)["SENT"], len(self.letters))

    def _example(self) -> tuple[Delivery, Letter]:
        """The first of them, as it is sent."""
        delivery = Delivery.objects.select_related("notice__recipient").get(pk=self.letters[0])
        letter = write(delivery.notice, delivery.channel)
        if letter is None:
            raise RuntimeError("Nothing is left to say.")
        return delivery, letter

    def _take_words(self) -> None:
        self.sink = Sink()
        delivery, letter = self._example()
        self.mail = frame(delivery, letter, delivery.notice.recipient.email)

    def _send_by_django(self) -> None:
        with override_settings(**self.sink.settings()), get_connection() as wire:
            for _letter in self.letters:
                wire.send_messages([compose(self.mail)])

    def _take_bytes(self) -> None:
        self.sink = Sink()
        delivery, letter = self._example()
        self.payload = EmailWay().prepare(delivery, letter, delivery.notice.recipient.email).payload

    def _raw(self) -> None:
        self.sink.take(self.payload, len(self.letters))

    def _tidy(self) -> None:
        self.sink.stop()
        Reminders.memory.append(_memory())


class Sink:
    """A process of its own."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="simpul-bench-")
        command = [sys.executable, "-m", "workshop.drill.sink", "--log", str(Path(self.folder.name, "log"))]
        self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline() if self.process.stdout else ""
        self.port: int = json.loads(said)["port"]

    def settings(self) -> dict[str, Any]:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "NOTICE_HOLD": False,
        }

    def take(self, payload: bytes, times: int) -> None:
        """The same letter over and over on one connection, as fast as it is accepted."""
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = wire.makefile("rb")
            answers.readline()
            steps = [
                b"MAIL FROM:<a@bench.example>\r\n",
                b"RCPT TO:<b@bench.example>\r\n",
                b"DATA\r\n",
                payload + b".\r\n",
            ]
            for step in [b"HELO bench\r\n", *(steps * times)]:
                wire.sendall(step)
                if answers.readline()[:1] not in (b"2", b"3"):
                    raise RuntimeError("The sink refuses the letter.")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.folder.cleanup()


def _expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} instead of {wanted}")


def _memory() -> int:
    """Bytes that this process has in memory now; where the system does not tell, always the same."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    return 1
