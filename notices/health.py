"""What the machinery says of itself: who worked when, what waits, what failed; and what a person can do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as Advice
from django.db import Error, connection, connections
from django.utils.translation import gettext_lazy as _

from records.holding import held

MINUTE = dt.timedelta(minutes=1)
SILENT, OLD, VERY_SILENT = 2 * MINUTE, 5 * MINUTE, 10 * MINUTE
PARTS = ("beat", "planner", "sender")
FAILED_DAYS = 7

LATELY = f"notices_now() - interval '{FAILED_DAYS} days'"
FAILED = f"""state = 'UNKNOWN' OR (state = 'DEAD' AND (next_try_at > {LATELY}
    OR EXISTS (SELECT FROM notices_attempt t WHERE t.delivery_id = d.id AND t.finished_at > {LATELY})))"""
FIGURES = f"""
SELECT notices_now(), due.age, due.n, failed.unknown, failed.dead,
    (SELECT min(n.send_at) FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id
        WHERE d.state IN ('PENDING', 'CLAIMED', 'SENDING') AND n.send_at <= notices_now()),
    (SELECT max(sent_at) FROM notices_delivery WHERE sent_at IS NOT NULL)
FROM (
    SELECT notices_now() - min(next_try_at) AS age, count(*) AS n FROM notices_delivery
    WHERE state = 'PENDING' AND next_try_at <= notices_now()
) due, (
    SELECT count(*) FILTER (WHERE state = 'UNKNOWN') AS unknown, count(*) FILTER (WHERE state = 'DEAD') AS dead
    FROM notices_delivery d WHERE {FAILED}
) failed
"""  # noqa: S608 - ours
BEATS = "SELECT name, at, host FROM notices_heartbeat"
OUTAGES = """
SELECT route, began_at, until, tries, error FROM notices_outage
WHERE until > notices_now() - interval '1 hour' ORDER BY route
"""
REASONS = f"""
SELECT state, left(error, 200), count(*) FROM notices_delivery d WHERE {FAILED}
GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT 20
"""  # noqa: S608 - ours


@dataclass(frozen=True)
class Seen:
    at: dt.datetime
    age: dt.timedelta
    host: str


@dataclass(frozen=True)
class Trouble:
    """A fault by its code (for machines), in words, and what to do."""

    code: str
    text: Any
    advice: Any


@dataclass(frozen=True)
class State:
    now: dt.datetime
    queue_age: dt.timedelta
    oldest_unsent: dt.datetime | None
    due: int
    unknown: int
    dead: int
    last_sent_at: dt.datetime | None
    seen: dict[str, Seen]
    outages: list[tuple[str, dt.datetime, dt.datetime, int, str]]

    @property
    def queue_seconds(self) -> int:
        return _seconds(self.queue_age)

    @property
    def troubles(self) -> list[Trouble]:
        found = [code for code in PARTS if self._is_silent(code)]
        if self.queue_age > OLD:
            found.append("queue")
        if any(self.now - began > OLD for _route, began, *_rest in self.outages):
            found.append("way")
        found += [code for code, n in (("unknown", self.unknown), ("dead", self.dead)) if n]
        return [Trouble(code, *WORDS[code]) for code in found]

    def _is_silent(self, part: str) -> bool:
        return part not in self.seen or abs(self.seen[part].age) > SILENT  # a sign of the future is none


WORDS = {
    "beat": (
        _("The alarm clock is silent."),
        _(
            "Nobody wakes the planner and the sender. See whether `celery beat`, the broker (Redis) and at least one "
            "worker run, and start what does not. Nothing is lost: what was due goes out then."
        ),
    ),
    "planner": (
        _("The planner is silent."),
        _("New reminders are not written. Look into the log of the worker for followups.tasks.plan."),
    ),
    "sender": (
        _("The sender is silent."),
        _("Letters are not sent. Look into the log of the worker for notices.tasks.deliver."),
    ),
    "queue": (
        _("Letters wait for more than five minutes."),
        _("If all parts are awake, one worker is too few: start another, on this or another machine."),
    ),
    "way": (
        _("A way out does not work."),
        _(
            "The reason stands below. Check EMAIL_URL and the mail server, or the address and secret of the gateway. "
            "It is tried again by itself, and no letter is blamed for it."
        ),
    ),
    "unknown": (
        _("It is not known whether some letters arrived."),
        _(
            "The other side took them twice without an answer. Ask a recipient, or look for the Message-ID in the log "
            "of the mail server; then send again, or let it be."
        ),
    ),
    "dead": (
        _("Some letters failed in the last seven days."),
        _("Read the reason, mend it (often an address), then send again, or let it be."),
    ),
}


def state() -> State:
    """Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        (now, age, due, unknown, dead, oldest, last), *_rest = cursor.fetchall()
        cursor.execute(BEATS)
        seen = {name: Seen(at, now - at, host) for name, at, host in cursor.fetchall()}
        cursor.execute(OUTAGES)
        outages = cursor.fetchall()
    return State(now, age or dt.timedelta(), oldest, due, unknown, dead, last, seen, outages)


def reasons() -> list[tuple[str, str, int]]:
    """State, reason and number of the failures."""
    with connection.cursor() as cursor:
        cursor.execute(REASONS)
        found: list[tuple[str, str, int]] = cursor.fetchall()
        return found


def figures(found: State) -> dict[str, Any]:
    """For machines: seconds and numbers, no names."""
    return {
        "silent_seconds": {part: _seconds(found.seen[part].age) if part in found.seen else None for part in PARTS},
        "queue_age_seconds": found.queue_seconds,
        "due": found.due,
        "unknown": found.unknown,
        "dead": found.dead,
        "held": held(),
    }


def _seconds(age: dt.timedelta) -> int:
    return int(age.total_seconds())


def beat_is_heard(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Only `migrate` and `check --database default` ask this. An installation that never began is not told."""
    if "default" not in (databases or []):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT notices_now() - max(at) FROM notices_heartbeat WHERE name = 'beat'")
            (age,) = cursor.fetchone() or (None,)
    except Error:  # not migrated yet
        return []
    if age is None or age <= VERY_SILENT:
        return []
    return [
        Advice(
            f"No beat has run for {int(age.total_seconds() // 60)} minutes: no reminder is planned or sent.",
            hint="Start `celery -A config beat` and a worker; /notices/health/ says more.",
            id="simpul.W002",
        )
    ]
