"""Answers that are kept as long as nothing has changed that they tell of.

    told = kept("board", user, place.ids, [query, language], lambda: render(…))

Triggers note each change of a record for its regions, for people to whom it is given and for what hangs on it
(migration 0002_changes). The stamp of these notes is read first, the answer is made after it, and an answer is found
again only under the same stamp: it equals what would be counted now. Beside the stamp stand the user with all that
decides what they see, and the quarter of an hour: every midnight on earth begins one, and states follow days. So
nothing is kept for two users, nothing for longer than QUARTER, and nothing of a transaction that has itself written.

Not kept is what is told of records beyond these regions: for whom everything or the part of a unit is seen.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import structlog
from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language

QUARTER = 900  # seconds
REFERENCE = 0  # the key of names, sectors, processes: what all are told
EDITION = 2  # of what is kept: raise it when templates or shapes change
log = structlog.get_logger(__name__)
T = TypeVar("T")


def kept(what: str, user: Any, place_ids: Collection[int], asked: Any, make: Callable[[], T]) -> T:
    """What `make` makes, or what it made before if nothing has changed since. One query more, or one in place of all.

    `asked` says in plain values all that the answer depends on beside records, user, language and day.
    """
    stamp = None if user.sees_all or user.unit_ids else _stamp(user, place_ids)
    if stamp is None:
        return make()
    key = _key(what, stamp, user, place_ids, asked)
    found: T | None = _read(key)
    if found is None:
        found = make()
        _write(key, found)
    return found


def tidy() -> None:
    """Many notes of one region become one. Every hour or so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dashboards_tidy()")


def _stamp(user: Any, place_ids: Collection[int]) -> str | None:
    """Of all regions that the user sees, also where one is looked at: what hangs on its records may be theirs."""
    keys = sorted({REFERENCE, -user.pk, *user.region_ids, *place_ids})
    with connection.cursor() as cursor:
        cursor.execute("SELECT dashboards_stamp(%s)", [keys])
        stamp: str | None = cursor.fetchone()[0]
    return stamp


def _key(what: str, stamp: str, user: Any, place_ids: Collection[int], asked: Any) -> str:
    rights = [
        [m.pk, m.version, m.role, m.region_id, m.unit_id, m.supervises, m.unit and m.unit.region_id]
        for m in user.standing
    ]
    said = [
        EDITION, stamp, int(time.time() // QUARTER), get_language(), user.pk, user.version, rights, user.region_ids,
        list(place_ids), asked,
    ]  # fmt: skip
    return f"kept:{what}:" + hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _read(key: str) -> Any:
    """None also while there is no cache: a page never fails for that."""
    try:
        return cache.get(key)
    except Exception as problem:  # noqa: BLE001 -- whatever a cache may raise
        log.warning("cache is away", problem=type(problem).__name__)
        return None


def _write(key: str, answer: Any) -> None:
    try:
        cache.set(key, answer, QUARTER)
    except Exception as problem:  # noqa: BLE001 -- whatever a cache may raise
        log.warning("cache is away", problem=type(problem).__name__)
