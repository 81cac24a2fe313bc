"""What a person decides about a letter: it goes out once more, or it is let be."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from notices.models import Delivery, DeliveryState, Result

OVER = (DeliveryState.DEAD, DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.EXPIRED)
FAILED = (DeliveryState.DEAD, DeliveryState.UNKNOWN)

AGAIN = """
UPDATE notices_delivery SET state = 'PENDING', next_try_at = notices_now(), attempts = 0, unknowns = 0, error = ''
WHERE id = %s AND state = ANY(%s)
"""
LET_BE = "UPDATE notices_delivery SET state = 'EXPIRED' WHERE id = %s AND state = ANY(%s)"
LOGGED = """
INSERT INTO notices_attempt (delivery_id, number, started_at, finished_at, phase, result, reply, worker)
VALUES (%s, 0, notices_now(), notices_now(), '', %s, '', %s)
"""


class Stale(Exception):
    """The letter is on its way again, or somebody else has decided."""


def send_again(delivery: Delivery, *, by: Any) -> None:
    """With the same Message-ID, so that a copy is recognised; its tries count from none."""
    _decide(AGAIN, delivery, OVER, Result.AGAIN, by)


def let_be(delivery: Delivery, *, by: Any) -> None:
    """Nothing more is to be done about this failure."""
    _decide(LET_BE, delivery, FAILED, Result.LET_BE, by)


def _decide(sql: str, delivery: Delivery, states: tuple[DeliveryState, ...], result: Result, by: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [delivery.pk, [str(state) for state in states]])
        if not cursor.rowcount:
            raise Stale
        cursor.execute(LOGGED, [delivery.pk, result, str(by)[:100]])
