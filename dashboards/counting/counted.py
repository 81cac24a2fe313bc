"""All bare numbers of one scope, and how long an answer about the whole nation is kept.

For a region everything is counted anew for every page: thousands of rows, exact to the moment. Who sees everything and
looks at all regions gets an answer that is at most KEPT old, with its age and a way to count anew; without a cache it
is counted each time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.utils import timezone

from dashboards.counting import agreements, asks, milestones, regions, targets, visits
from dashboards.scope import Scope
from pages.paging import Count

KEPT = dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)
EDITION = 3  # of what is kept: raise it when its shape changes
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Counted:
    """Bare values in no language."""

    at: dt.datetime
    numbers: list[Count]  # of `asks.asks_of`, in its order
    agreements: agreements.Rows
    visits: visits.Rows
    units: milestones.Rows
    targets: targets.Rows
    regions: regions.Rows

    @property
    def is_fresh(self) -> bool:
        return timezone.now() - self.at < MINUTE


def counted(scope: Scope, *, anew: bool = False) -> Counted:
    """Five queries, six for a province as a whole, or none."""
    if not scope.is_nation:
        return _count(scope)
    key = _key(scope)
    kept = None if anew else _kept(key)
    if kept is None:
        kept = _count(scope)
        _keep(key, kept)
    return kept


def _count(scope: Scope) -> Counted:
    by_target = targets.rows(scope)
    numbers = asks.count(asks.asks_of(scope), targets.standing(by_target))
    return Counted(
        timezone.now(), numbers, agreements.rows(scope), visits.rows(scope), milestones.rows(scope), by_target,
        regions.rows(scope),
    )  # fmt: skip


def _key(scope: Scope) -> str:
    """Who sees everything sees the same; the day counts, for whom one acts (as that visits and parts are read), and
    which sectors there are: the answer names them."""
    asked = [
        EDITION, scope.carried, scope.since.isoformat(), scope.until.isoformat(), scope.has_period, scope.silent,
        scope.today.isoformat(), scope.user.today().isoformat(), scope.side,
        sorted(scope.user.region_ids), sorted(scope.user.unit_ids), [key for key, _name in scope.sectors],
    ]  # fmt: skip
    return "dashboard:" + hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _kept(key: str) -> Counted | None:
    """None also while there is no cache: a page never fails for that."""
    try:
        found = cache.get(key)
    except Exception as problem:  # noqa: BLE001 -- whatever a cache may raise
        log.warning("cache is away", problem=type(problem).__name__)
        return None
    return found if isinstance(found, Counted) else None


def _keep(key: str, answer: Counted) -> None:
    try:
        cache.set(key, answer, KEPT.total_seconds())
    except Exception as problem:  # noqa: BLE001 -- whatever a cache may raise
        log.warning("cache is away", problem=type(problem).__name__)
