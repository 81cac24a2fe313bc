"""The cache: Redis, and while that cannot be reached a table of the database.

Failed sign-ins are counted in it: without Redis they are counted in PostgreSQL, so that nobody may guess on and nobody
sees an error. What was counted in Redis is not known there; an attacker gains one more round by an outage.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

TABLE = "cache_without_redis"  # accounts/migrations/0003_invitation.py
PAUSE = 5.0  # seconds in which Redis is not asked again: each question may wait for its timeout
TIMEOUTS = {"socket_connect_timeout": 1, "socket_timeout": 2}


class Outage:
    """Shared by the threads of a process."""

    over_at = 0.0

    @classmethod
    def begin(cls, error: RedisError) -> None:
        if time.monotonic() >= cls.over_at:
            log.warning("cache_without_redis", error=str(error))
        cls.over_at = time.monotonic() + PAUSE


def _steady(name: str) -> Callable[..., Any]:
    def ask(self: SteadyCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= Outage.over_at:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                Outage.begin(error)
        return getattr(self.table, name)(*args, **kwargs)

    return ask


class SteadyCache(RedisCache):
    """Django's cache of Redis that goes on without it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, {**params, "OPTIONS": {**TIMEOUTS, **params.get("OPTIONS", {})}})
        self.table = DatabaseCache(TABLE, {**params, "OPTIONS": {"MAX_ENTRIES": 100_000}})

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    clear = _steady("clear")
