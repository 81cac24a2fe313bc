"""Letters go out: take what is due, and for each begin, ask its writer, hand it over, keep what became of it.

PENDING -> CLAIMED (taken, certainly not sent) -> SENDING (may be on the wire) -> SENT, or back, or DEAD, or UNKNOWN.

- accepted: SENT
- put off (4xx), or the connection lost between RCPT and the dot: again after 1 m, 5 m, 15 m, 1 h, 3 h, 6 h, 12 h and
  24 h, each give or take a fifth; then DEAD
- refused (5xx): DEAD, with the words of the other side
- no connection, no TLS, no login, MAIL refused, two letters lost in a row: nothing, the way is paused (5 s to 1 m)
- no answer after the dot, or the sender killed there: once more (after 15 m; at once), then UNKNOWN: a person decides
- its writer fails, or it cannot be put into a letter or an address: again after 1 m, 5 m, 15 m, 1 h; then DEAD
- the sender killed three times while it wrote this one: DEAD
- nothing is left to say, or the recipient is no longer active: CANCELLED

Whatever happens to one letter happens to no other. Any number of senders on any number of machines share the work.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import Error, connection
from django.utils.translation import gettext_noop

from notices.gateways import GatewayWay, gateway_for
from notices.heartbeats import beat
from notices.letters import NotSendable, write
from notices.models import Channel, Delivery, DeliveryState, Result
from notices.queue import Begun, Lost, Mark, Queue
from notices.smtp import email_way
from notices.ways import Closed, Outcome, Prepared, Way, in_words
from records.holding import held

log = structlog.get_logger(__name__)

PENDING, SENT, DEAD, CANCELLED = (
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.DEAD,
    DeliveryState.CANCELLED,
)
MINUTE, HOUR = 60, 3600
WAITS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
SPREAD = 0.2  # so that what failed together does not come back together
BROKEN_TRIES = 5
UNKNOWN_WAIT = 15 * MINUTE  # a slow server may still be at it
PAUSE, SLOW_PAUSE = (5, 60), (30, 600)  # seconds, first and longest: of outages; of what a person must mend
WRITING, MARGIN = 10, 3  # seconds of a lease: for the words of one letter, for what becomes of it

INACTIVE = gettext_noop("The recipient is no longer active.")
NOTHING = gettext_noop("Nothing was left to say.")
NO_GATEWAY = gettext_noop("There is no messenger gateway for the region of the recipient.")
NO_ADDRESS = gettext_noop("The recipient has given no address at the messenger gateway.")
TOO_LONG = gettext_noop("Writing the letter took too long.")
UNANSWERED = gettext_noop("Handed over without an answer: it may have arrived.")

Counts = Counter[str]  # by result


def deliver(seconds: float = 90) -> Counts:
    """Send until nothing is due, or the time is over: no letter is begun after that. Counts by `Result`."""
    beat("sender")
    if held():
        log.warning("notices_are_held")
        return Counter()
    sender = Sender(time.monotonic() + seconds)
    try:
        return sender.run()
    except Lost:
        log.warning("sending_stopped", reason="the database did not come back")
        return sender.counts
    finally:
        sender.close()


class Sender:
    """One run: a token, the ways out that it opened, what it did."""

    def __init__(self, until: float) -> None:
        self.queue = Queue()
        self.until = until
        self.counts: Counts = Counter()
        self.ways: dict[str, Way] = {}
        self.lost: Counter[str] = Counter()  # letters lost one after the other, by route
        self.proven: set[str] = set()  # routes that worked
        self.closed: set[str] = set()  # routes that did not, in this batch
        self.budget = 2 * settings.EMAIL_TIMEOUT + MARGIN  # what one letter may take at the most

    def run(self) -> Counts:
        while time.monotonic() < self.until:
            for _id, state in self.queue.reap():
                log.warning("taken_back", delivery=_id, state=state)
            taken_at = time.monotonic()
            ids = self.queue.claim(settings.NOTICE_BATCH)
            if not ids:
                break
            self._send_batch(ids, taken_at + settings.NOTICE_LEASE_SECONDS)
        return self.counts

    def close(self) -> None:
        for way in self.ways.values():
            way.close()
        self.queue.close()

    # A batch

    def _send_batch(self, ids: list[int], lease_ends: float) -> None:
        """One after the other; what is left when the lease runs out, or the way is closed, goes back uncounted."""
        last_start = lease_ends - self.budget - WRITING
        self.closed.clear()
        deliveries = self._read(ids)
        for n, delivery_id in enumerate(ids):
            if time.monotonic() > min(last_start, self.until):
                self.queue.put_back(ids[n:])
                return
            delivery = deliveries.get(delivery_id)
            if delivery is not None:
                self._send_one(delivery, lease_ends)

    def _read(self, ids: list[int]) -> dict[int, Delivery]:
        found = Delivery.objects.select_related("notice__recipient__preference").filter(pk__in=ids)
        try:
            return found.in_bulk()
        except Error:
            if connection.is_usable():
                raise
            self.queue.put_back()  # which waits for the database
            return {}

    def _send_one(self, delivery: Delivery, lease_ends: float) -> None:
        way, trouble = self._way_of(delivery)
        if way and not self._is_open(way, delivery):
            return
        begun = self.queue.start(delivery.pk, self.budget + WRITING)
        if begun is None:
            return
        mark = self._try(delivery, way, begun) if way else Mark(DEAD, Result.REFUSED, "WRITE", error=trouble)
        if self.queue.mark(delivery.pk, begun, mark, until=lease_ends):
            self.counts[mark.result] += 1
            words = {"delivery": delivery.pk, "message_id": delivery.message_id}
            log.info("letter", result=mark.result, phase=mark.phase, **words)

    def _is_open(self, way: Way, delivery: Delivery) -> bool:
        """If it is closed the letter goes back behind the pause: it has not begun, so it is not blamed."""
        try:
            if way.route not in self.closed and not self._is_known_closed(way):
                way.open()
                return True
        except Closed as closed:
            self._pause(way, closed.phase, closed.reply, slowly=closed.slowly)
        self.queue.put_back([delivery.pk], way.route)
        return False

    def _is_known_closed(self, way: Way) -> bool:
        """Letters for a closed gateway are taken like others; those by e-mail are not taken at all."""
        return way.route != Channel.EMAIL and way.route not in self.proven and self.queue.is_paused(way.route)

    def _pause(self, way: Way, phase: str, reply: str, *, slowly: bool = False) -> None:
        log.warning("way_closed", route=way.route, phase=phase, reply=reply)
        self.lost[way.route] = 0
        self.proven.discard(way.route)
        self.closed.add(way.route)
        self.queue.pause(way.route, f"{phase}: {reply}", *(SLOW_PAUSE if slowly else PAUSE))

    # One letter

    def _try(self, delivery: Delivery, way: Way, begun: Begun) -> Mark:
        try:
            prepared = self._prepare(delivery, way, begun)
        except SoftTimeLimitExceeded:
            self.until = 0
            return self._broken(begun, TOO_LONG)
        except Exception as error:
            if not connection.is_usable():  # the database went: whatever that raised, it is not the letter's fault
                return Mark(PENDING, Result.OUTAGE, "WRITE", error=in_words(error), back=True)
            log.exception("letter_cannot_be_written", delivery=delivery.pk)
            return self._broken(begun, f"{type(error).__name__}: {in_words(error)}")
        if isinstance(prepared, Mark):
            return prepared
        kept = {"address": prepared.address[:254], "subject": prepared.subject[:250], "body": prepared.body}
        if not self.queue.hand_over(delivery.pk, begun, self.budget, **kept):
            return self._broken(begun, TOO_LONG)  # if nobody else has it meanwhile
        return self._meaning(way, self._hand_over(way, prepared), begun)

    def _prepare(self, delivery: Delivery, way: Way, begun: Begun) -> Prepared | Mark:
        if not begun.is_active:
            return Mark(CANCELLED, Result.CANCELLED, "WRITE", error=INACTIVE)
        letter = write(delivery.notice, delivery.channel)
        if letter is None:
            return Mark(CANCELLED, Result.CANCELLED, "WRITE", error=NOTHING)
        to = begun.to if delivery.channel == Channel.EMAIL else _gateway_address(delivery)
        return way.prepare(delivery, letter, to)

    def _hand_over(self, way: Way, prepared: Prepared) -> Outcome:
        try:
            return way.send(prepared)
        except SoftTimeLimitExceeded:  # in the middle of it
            self.until = 0
            return Outcome(Result.UNKNOWN, "SEND", UNANSWERED)

    def _meaning(self, way: Way, outcome: Outcome, begun: Begun) -> Mark:
        """Two letters lost in a row, or a second without an answer: that is the way, not the letter."""
        route, result = way.route, outcome.result
        again = self.lost[route] > 0
        self.lost[route] = self.lost[route] + 1 if result in (Result.LOST, Result.UNKNOWN) else 0
        if result == Result.LOST and again:
            result = Result.OUTAGE
        if result == Result.OUTAGE or (result == Result.UNKNOWN and again):
            self._pause(way, outcome.phase, outcome.reply)
        mark = Mark(PENDING, result, outcome.phase, outcome.reply, outcome.reply)
        if result == Result.SENT:
            self._works(route)
            return replace(mark, state=SENT, error="")
        if result == Result.OUTAGE:
            return replace(mark, wait=PAUSE[0], back=True)
        if result == Result.UNKNOWN:
            state = DeliveryState.UNKNOWN if begun.unknowns else PENDING
            return replace(mark, state=state, error=UNANSWERED, wait=UNKNOWN_WAIT, unknown=True)
        return replace(mark, state=DEAD) if result == Result.REFUSED else _later(begun, mark, len(WAITS) + 1)

    def _works(self, route: str) -> None:
        if route not in self.proven:
            self.proven.add(route)
            self.queue.works(route)

    def _broken(self, begun: Begun, why: str) -> Mark:
        return _later(begun, Mark(PENDING, Result.BROKEN, "WRITE", error=why), BROKEN_TRIES)

    # Ways

    def _way_of(self, delivery: Delivery) -> tuple[Way | None, str]:
        """The way out, or why there is none."""
        if delivery.channel == Channel.EMAIL:
            if "EMAIL" not in self.ways:
                self.ways["EMAIL"] = email_way()
            return self.ways["EMAIL"], ""
        gateway = gateway_for(delivery.notice.recipient)
        if gateway is None:
            return None, NO_GATEWAY
        return self.ways.setdefault(f"GATEWAY/{gateway.pk}", GatewayWay(gateway)), ""


def _later(begun: Begun, mark: Mark, tries: int) -> Mark:
    """Back into the queue with a longer wait each time; dead after so many tries."""
    if begun.attempts >= tries:
        return replace(mark, state=DEAD)
    wait = WAITS[min(begun.attempts, len(WAITS)) - 1]
    return replace(mark, wait=wait * random.uniform(1 - SPREAD, 1 + SPREAD))  # noqa: S311 - no secret


def _gateway_address(delivery: Delivery) -> str:
    preference: Any = getattr(delivery.notice.recipient, "preference", None)
    if not preference or not preference.gateway_address:
        raise NotSendable(NO_ADDRESS)
    return str(preference.gateway_address)
