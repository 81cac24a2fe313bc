"""The items of a calendar as bare keys with their days: one statement, however many there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from dashboards.calendar.arms import ARMS
from dashboards.calendar.kinds import What, Wish

# `found` holds what may lie in the period; `it` each item that does, once; `on_days` each item on each of its days.
# Of ends and follow-ups that are known to the month or year the bounds are that month or year. A year that is not
# written as its last day (a notice date that was counted back from it) has its month as a guess: it stands there alone.
QUESTION = """
WITH found(kind, pk, first, last, known, at) AS MATERIALIZED ({arms}),
rounded AS (
    SELECT kind, pk, at,
        CASE WHEN known IN ('DAY', 'NONE') THEN known WHEN known IN ('MONTH', 'RANGE') THEN 'MONTH' ELSE 'YEAR' END
            AS placed,
        CASE WHEN kind = %(visit)s OR known IN ('DAY', 'NONE') THEN first
            WHEN known NOT IN ('MONTH', 'RANGE') AND to_char(first, 'MMDD') = '1231'
                THEN date_trunc('year', first)::date
            ELSE date_trunc('month', first)::date END AS first,
        CASE WHEN kind = %(visit)s OR known IN ('DAY', 'NONE') THEN last
            ELSE (date_trunc('month', last) + INTERVAL '1 month -1 day')::date END AS last
    FROM found
),
it AS MATERIALIZED (SELECT * FROM rounded WHERE first IS NULL OR (first <= %(end)s AND last >= %(begin)s)),
on_days AS (
    SELECT kind, pk, at, first, last, day::date FROM it CROSS JOIN generate_series(
        GREATEST(first, %(begin)s)::timestamp, LEAST(last, %(end)s)::timestamp, INTERVAL '1 day') AS day
    WHERE placed = 'DAY'
)
{question}"""
BY_DAY = """
SELECT kind, day, NULL AS placed, count(*), (array_agg(pk ORDER BY at, pk))[1:%(shown)s]
FROM on_days GROUP BY kind, day
UNION ALL
SELECT kind, NULL, placed, count(*), (array_agg(pk ORDER BY first, at, pk))[1:%(shown_apart)s] FROM it
WHERE placed <> 'DAY' AND CASE WHEN first IS NULL THEN %(until)s >= %(today)s
    ELSE first <= %(until)s AND last >= %(since)s END GROUP BY kind, placed
ORDER BY 2, 3, 1"""
PAGE = """
SELECT kind, pk, day, first, last, placed, count(*) OVER () FROM (SELECT *, 'DAY' AS placed FROM on_days) AS placed_ones
ORDER BY day, kind, at, pk LIMIT %(size)s OFFSET %(skipped)s"""
PAGE_APART = """
SELECT kind, pk, NULL::date, first, last, placed, count(*) OVER () FROM it WHERE placed <> 'DAY'
ORDER BY array_position(ARRAY['MONTH', 'YEAR', 'NONE'], placed), first, kind, at, pk
LIMIT %(size)s OFFSET %(skipped)s"""
NEAREST = """
SELECT kind, pk, first, first, last, placed, 0 FROM it WHERE placed = 'DAY'
ORDER BY abs(first - %(today)s), kind, pk LIMIT %(most)s"""


class Placed(NamedTuple):
    """An item on one of its days; without a day where none is known, and then `placed` is MONTH, YEAR or NONE."""

    what: What
    pk: int
    day: dt.date | None
    first: dt.date | None
    last: dt.date | None
    placed: str


@dataclass
class Pile:
    """What stands on one day, or together without one: the first few, and how many there are."""

    count: int = 0
    keys: list[tuple[What, int]] = field(default_factory=list)


Piles = tuple[dict[dt.date, Pile], dict[str, Pile]]


class Items:
    """The items of a period, bounds included."""

    def __init__(self, wish: Wish, first: dt.date, last: dt.date) -> None:
        self.wish, self.first, self.last = wish, first, last

    def by_day(self, shown: int, shown_apart: int, apart: tuple[dt.date, dt.date]) -> Piles:
        """The days; and by MONTH, YEAR, NONE what has no day, as far as it may lie within `apart`."""
        days: dict[dt.date, Pile] = {}
        groups: dict[str, Pile] = {}
        asked = {"shown": shown, "shown_apart": shown_apart, "since": apart[0], "until": apart[1]}
        for kind, day, placed, count, keys in self._ask(BY_DAY, **asked):
            pile = days.setdefault(day, Pile()) if day else groups.setdefault(placed, Pile())
            pile.count += count
            pile.keys += [(What(kind), pk) for pk in keys[: (shown if day else shown_apart) - len(pile.keys)]]
        return days, groups

    def page(self, number: int, size: int, *, apart: bool = False) -> tuple[list[Placed], int]:
        """A page in the order of the days, and how many there are (0 behind the last page); `apart`: without a day."""
        rows = self._ask(PAGE_APART if apart else PAGE, size=size, skipped=(number - 1) * size)
        return [_placed(row) for row in rows], rows[0][-1] if rows else 0

    def nearest(self, most: int) -> list[Placed]:
        """Those with a day, each once, the nearest to today first."""
        return [_placed(row) for row in self._ask(NEAREST, most=most)]

    def _ask(self, question: str, **parameters: Any) -> list[tuple[Any, ...]]:
        today = self.wish.user.today()
        arms, given = [], {"begin": self.first, "end": self.last, "today": today, "visit": What.VISIT, **parameters}
        for asked in (one for kind in self.wish.kinds for one in ARMS[kind](self.wish, self.first, self.last)):
            try:
                sql, values = asked.query.sql_with_params()
            except EmptyResultSet:  # of somebody who sees nothing
                continue
            names = [f"value{len(given) + n}" for n in range(len(values))]
            arms.append(sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names))
            given |= dict(zip(names, values, strict=True))
        if not arms:
            return []
        with connection.cursor() as cursor:
            cursor.execute(QUESTION.format(arms=" UNION ALL ".join(arms), question=question), given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def _placed(row: tuple[Any, ...]) -> Placed:
    kind, *rest, _total = row
    return Placed(What(kind), *rest)
