"""`bin/manage remind_loop`: the second alarm clock. It plans and sends by itself, without broker, beat or worker."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from followups import planning
from notices import sending
from notices.heartbeats import beat

log = structlog.get_logger(__name__)

SLICE = 5  # seconds of sending before it looks whether it shall stop


class Command(BaseCommand):
    help = (
        "Plans reminders and sends letters in a loop, beside Celery or without it: when the broker is gone, letters "
        "still go out. Any number of these may run. SIGTERM and Ctrl-C end it after the letter in hand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=15, help="seconds of rest when nothing is due; default: 15")

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        planned_at = -math.inf
        while not stop.is_set():
            if time.monotonic() - planned_at >= options["every"]:
                planned_at = time.monotonic()
                _try(_plan)
            if not _try(_send):
                connection.close()
                stop.wait(options["every"])


def _plan() -> int:
    beat("loop")
    planning.derive_hourly()
    planned = planning.plan()
    beat("planner")
    return planned.reminders


def _send() -> int:
    return sum(sending.deliver(SLICE).values())


def _try(work: Callable[[], int]) -> int:
    """How much was done: none when the database is gone or anything else is wrong. The next round tries again."""
    try:
        return work()
    except Error as error:
        log.warning("database_gone", error=str(error).strip())
        connection.close()
    except Exception:
        log.exception("round_failed")
    return 0
