"""The queue of letters in SQL: take back what nobody holds, take, begin, hand over, mark, put back, pause.

Every statement is a transaction of its own, and each asks for the token of who took the row: what another sender has
taken since cannot be touched. Times are those of the database (`notices_now()`), so clocks of hosts do not matter.

Why so many small steps (measured in another rig): counting tries when a batch is taken made 18 innocent letters die
beside two that killed the process; counted when each begins, none.

A sender holds an advisory lock under its token. What it took and has not handed over is free as soon as that lock is
gone, seconds after a kill. What may be on the wire (SENDING) is free when the lock is gone and the lease is over: the
first alone may be a restart of the database, the second alone a clock that was set. A lease that ends too far in the
future comes from a clock that went back; and three hours are enough for any lock (a pool may keep one).
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from notices.models import DeliveryState, Result
from records import prepared

log = structlog.get_logger(__name__)

GONE = (OperationalError, InterfaceError)  # what a lost connection raises
LOST_STARTS, UNKNOWN_ENDS = 3, 2  # so many starts without an end: dead; so many ends that nobody learned: for a person
PATIENCE = 30  # seconds in which the database may come back

REAP = """
WITH held AS MATERIALIZED (
    SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
), over AS (
    SELECT d.id, d.state = 'SENDING' AS on_the_wire, t.id AS try, d.attempts >= %(starts)s AND (
        SELECT count(*) = %(starts)s - 1 FROM (
            SELECT result FROM notices_attempt a WHERE a.delivery_id = d.id AND a.id < t.id
            ORDER BY a.id DESC LIMIT %(starts)s - 1
        ) earlier WHERE result = 'GONE'
    ) AS again_and_again
    FROM notices_delivery d
    LEFT JOIN LATERAL (
        SELECT id FROM notices_attempt a WHERE a.delivery_id = d.id AND a.finished_at IS NULL ORDER BY id DESC LIMIT 1
    ) t ON true
    CROSS JOIN LATERAL (
        SELECT ('x' || left(replace(d.lease_token::text, '-', ''), 16))::bit(64)::bigint
            IN (SELECT key FROM held) AS lives
    ) sender
    WHERE d.state IN ('CLAIMED', 'SENDING') AND (
        d.state = 'CLAIMED' AND (NOT lives OR d.lease_until < notices_now())
        OR NOT lives AND (d.lease_until < notices_now()
            OR d.lease_until > notices_now() + make_interval(secs => %(lease)s))
        OR d.lease_until < notices_now() - interval '3 hours'
    )
    ORDER BY d.lease_until LIMIT 200 FOR UPDATE OF d SKIP LOCKED
), ended AS (
    UPDATE notices_attempt a SET finished_at = notices_now(), result = 'GONE' FROM over WHERE a.id = over.try
)
UPDATE notices_delivery d SET
    state = CASE WHEN over.on_the_wire AND d.unknowns + 1 >= %(ends)s THEN 'UNKNOWN'
                 WHEN NOT over.on_the_wire AND over.again_and_again THEN 'DEAD' ELSE 'PENDING' END,
    unknowns = d.unknowns + over.on_the_wire::int,
    error = CASE WHEN over.try IS NULL THEN d.error WHEN over.on_the_wire THEN %(unheard)s ELSE %(broke)s END
FROM over WHERE d.id = over.id RETURNING d.id, d.state
"""
UNHEARD = "The sender broke down while it handed the letter over: it may have arrived."
BROKE = "The sender broke down while it wrote the letter."

PAUSED = "until BETWEEN notices_now() AND notices_now() + interval '15 minutes'"  # no clock of later stops us
CLAIM = f"""
UPDATE notices_delivery d
SET state = 'CLAIMED', lease_until = notices_now() + make_interval(secs => %(lease)s), lease_token = %(token)s
FROM (
    SELECT id FROM notices_delivery
    WHERE state = 'PENDING' AND next_try_at <= notices_now() AND (channel <> 'EMAIL' OR NOT (
        SELECT EXISTS (SELECT FROM notices_outage WHERE route = 'EMAIL' AND {PAUSED})))
    ORDER BY next_try_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
) due
WHERE d.id = due.id RETURNING d.id, d.attempts
"""  # noqa: S608 - ours

# One letter is found by its key. `state || ''` keeps the planner from the small indexes of what is waiting or in hand:
# a sender that works leaves hundreds of dead rows in them, through which every further letter would have to go.
# The start need not have reached the disk: it counts against letters that kill their sender, and a sender that dies
# takes no commit with it. Should the database itself break down and forget it, HAND_OVER, which waits for the disk,
# finds no such try and refuses, so nothing goes out that was not begun.
START = """
WITH begun AS (
    UPDATE notices_delivery SET attempts = attempts + 1
    WHERE id = %(id)s AND lease_token = %(token)s AND state || '' = 'CLAIMED'
      AND lease_until > notices_now() + make_interval(secs => %(budget)s)
    RETURNING id, notice_id, attempts, unknowns
), frozen AS (
    UPDATE notices_notice n SET frozen_at = COALESCE(frozen_at, notices_now()) FROM begun WHERE n.id = begun.notice_id
), try AS (
    INSERT INTO notices_attempt (delivery_id, number, started_at, phase, result, reply, worker)
    SELECT id, attempts, notices_now(), 'WRITE', '', '', %(worker)s FROM begun
    RETURNING id, set_config('synchronous_commit', 'off', true)
)
SELECT try.id, begun.attempts, begun.unknowns, u.is_active, u.email
FROM begun, try, notices_notice n, accounts_user u WHERE n.id = begun.notice_id AND u.id = n.recipient_id
"""

HAND_OVER = """
WITH held AS (
    UPDATE notices_delivery SET state = 'SENDING', address = %(address)s, subject = %(subject)s, body = %(body)s
    WHERE id = %(id)s AND lease_token = %(token)s AND state || '' IN ('CLAIMED', 'SENDING')
      AND lease_until > notices_now() + make_interval(secs => %(budget)s)
    RETURNING id
)
UPDATE notices_attempt a SET phase = 'SEND' FROM held WHERE a.id = %(try)s AND a.delivery_id = held.id RETURNING a.id
"""

MARK = """
WITH marked AS (
    UPDATE notices_delivery SET
        state = %(state)s::text, attempts = attempts - %(back)s, unknowns = unknowns + %(unknown)s,
        next_try_at = CASE WHEN %(wait)s::float IS NULL THEN next_try_at
                           ELSE notices_now() + make_interval(secs => %(wait)s) END,
        sent_at = CASE WHEN %(state)s::text = 'SENT' THEN notices_now() ELSE sent_at END,
        reply = %(reply)s, error = %(error)s
    WHERE id = %(id)s AND lease_token = %(token)s AND state || '' = ANY(%(from)s)
    RETURNING id
)
UPDATE notices_attempt a SET finished_at = notices_now(), phase = %(phase)s, result = %(result)s, reply = %(words)s
FROM marked WHERE a.id = %(try)s AND a.delivery_id = marked.id RETURNING a.id
"""

PUT_BACK = """
UPDATE notices_delivery SET state = 'PENDING',
    next_try_at = greatest(next_try_at, (SELECT until FROM notices_outage WHERE route = %(route)s AND route <> 'EMAIL'))
WHERE lease_token = %(token)s AND state = 'CLAIMED' AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s))
"""

PAUSE = f"""
INSERT INTO notices_outage AS o (route, began_at, until, tries, error)
VALUES (%(route)s, notices_now(), notices_now() + make_interval(secs => %(first)s), 1, %(error)s)
ON CONFLICT (route) DO UPDATE SET
    tries = o.tries + 1, error = EXCLUDED.error,
    until = notices_now() + make_interval(secs => least(%(first)s * 2 ^ least(o.tries, 20), %(most)s))
WHERE NOT (o.{PAUSED})
"""  # noqa: S608 - ours


@dataclass(frozen=True)
class Begun:
    """A try that counts from now on. `to` and `is_active` are those of this moment."""

    try_id: int
    attempts: int
    unknowns: int
    is_active: bool
    to: str


@dataclass(frozen=True)
class Mark:
    """What becomes of a delivery after a try; `back`: the try did not count; `wait`: seconds until the next."""

    state: str
    result: str
    phase: str = ""
    reply: str = ""
    error: str = ""
    wait: float | None = None
    back: bool = False
    unknown: bool = False


class Lost(Exception):
    """The database did not come back in time."""


class Queue:
    """The queue as one sender sees it, from its first to its last letter."""

    def __init__(self) -> None:
        self.token = uuid.uuid4()
        self.worker = f"{socket.gethostname()}:{os.getpid()}"[:100]
        self.held_by: Any = None  # the connection that has our advisory lock
        self.doubtful = False  # a claim may have succeeded without our knowing

    def reap(self) -> list[tuple[int, str]]:
        """Back into the queue with what a sender left behind; ids and states."""
        words: dict[str, Any] = {"starts": LOST_STARTS, "ends": UNKNOWN_ENDS, "unheard": UNHEARD, "broke": BROKE}
        words["lease"] = settings.NOTICE_LEASE_SECONDS
        return [(row[0], row[1]) for row in self._ask(REAP, words)]

    def claim(self, batch: int) -> list[int]:
        """Take what is due; those never tried come first, so that a letter that kills its sender takes few with it."""
        if self.doubtful:
            self.put_back()
        words = {"lease": settings.NOTICE_LEASE_SECONDS, "batch": batch}
        return [row[0] for row in sorted(self._ask(CLAIM, words), key=lambda row: (row[1], row[0]))]

    def start(self, delivery_id: int, budget: float) -> Begun | None:
        """None: the lease is nearly over, or somebody else has the letter."""
        found = self._ask(START, {"id": delivery_id, "budget": budget, "worker": self.worker})
        return Begun(*found[0]) if found else None

    def hand_over(self, delivery_id: int, begun: Begun, budget: float, **kept: str) -> bool:
        """From here on the letter may be on the wire."""
        return bool(self._ask(HAND_OVER, {"id": delivery_id, "try": begun.try_id, "budget": budget, **kept}))

    def mark(self, delivery_id: int, begun: Begun, mark: Mark, *, until: float) -> bool:
        """The end of a try, told until the lease is over. A success also counts when the letter was taken from us."""
        words = {
            "id": delivery_id,
            "try": begun.try_id,
            "from": ["CLAIMED", "SENDING", "PENDING", "UNKNOWN"]
            if mark.state == DeliveryState.SENT
            else ["CLAIMED", "SENDING"],
            "state": mark.state,
            "back": int(mark.back),
            "unknown": int(mark.unknown),
            "wait": mark.wait,
            "reply": mark.reply[:500] if mark.result == Result.SENT else "",
            "error": mark.error[:500],
            "phase": mark.phase[:20],
            "result": mark.result,
            "words": (mark.reply or mark.error)[:500],
        }
        patience = max(until - time.monotonic(), PATIENCE)
        marked = bool(self._ask(MARK, words, patience=patience))
        if not marked:  # or our words arrived, only their answer was lost
            log.warning("mark_came_too_late", delivery=delivery_id, result=mark.result)
        return marked

    def put_back(self, ids: Sequence[int] | None = None, route: str = "") -> None:
        """What was taken and not begun, uncounted; behind the pause of its gateway if there is one.

        E-mail keeps its place: `claim` knows of the pause of that way, and a clock that goes back prolongs nothing.
        """
        self._ask(PUT_BACK, {"ids": None if ids is None else list(ids), "route": route})
        self.doubtful = False

    def pause(self, route: str, error: str, first: float, most: float) -> None:
        """Nobody tries this way for a while; each time twice as long. Two senders that find it out count once."""
        self._ask(PAUSE, {"route": route, "error": error[:500], "first": first, "most": most})

    def is_paused(self, route: str) -> bool:
        paused = f"SELECT 1 FROM notices_outage WHERE route = %(route)s AND {PAUSED}"  # noqa: S608 - ours
        return bool(self._ask(paused, {"route": route}))

    def works(self, route: str) -> None:
        self._ask("DELETE FROM notices_outage WHERE route = %(route)s", {"route": route})

    def close(self) -> None:
        """Give everything back; the lock too, which a pooled connection would keep."""
        try:
            self.put_back()
            self._ask("SELECT pg_advisory_unlock(%(key)s)", {"key": self._key})
        except Lost:
            log.warning("queue_not_left_in_order")

    @property
    def _key(self) -> int:
        return int.from_bytes(self.token.bytes[:8], signed=True)

    def _ask(self, sql: str, words: dict[str, Any], patience: float = PATIENCE) -> list[Any]:
        """The rows of one statement. After a restart of the database it is asked again: each may be said twice."""
        last = time.monotonic() + patience
        while True:
            try:
                return self._ask_once(sql, words)
            except GONE as error:
                if connection.in_atomic_block or self._is_ours(error) or time.monotonic() > last:
                    raise Lost from error
                log.warning("database_gone", error=str(error).strip())
                self.doubtful, self.held_by = True, None
                connection.close()
                time.sleep(0.3)

    def _ask_once(self, sql: str, words: dict[str, Any]) -> list[Any]:
        if self.held_by is None or self.held_by is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [self._key])
            self.held_by = connection.connection
        return prepared.ask(sql, {**words, "token": self.token})

    def _is_ours(self, error: Exception) -> bool:
        """A statement that fails on a connection that works: asking again would not help."""
        state = getattr(error.__cause__, "sqlstate", None) or ""
        return not state.startswith(("57P", "08", "53", "40", "55P")) and connection.is_usable()
