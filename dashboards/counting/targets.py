"""Targets of programmes against what was measured: those that are missed or far behind first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format

from agreements.models import Indicator
from agreements.targets import Target, targets
from dashboards.counting.statement import ask
from dashboards.scope import Scope
from pages.paging import COUNTED, Count

SHOWN = 8
TONES = {Target.MISSED: "bad", Target.COMING: "info", Target.UNMEASURED: "quiet", Target.REACHED: "good"}
ICONS = {
    Target.MISSED: "circle-alert", Target.COMING: "trending-up", Target.UNMEASURED: "circle-question-mark",
    Target.REACHED: "circle-check",
}  # fmt: skip
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Line:
    """One indicator: where it should be, where it is."""

    name: str
    programme: str
    href: str
    measured: str
    target: str
    percent: int | None
    due: Any
    label: str
    tone: str
    icon: str


# Those that press most, one by one; and how many agreements have one that stands so.
SELECT = """
(SELECT 'line' AS what, how, 0::bigint AS number, id, name, unit, programme__name, programme__agreement, programme,
    measured, target, target_on, baseline, better FROM base
    ORDER BY array_position(%(order)s::text[], how), target_on, id LIMIT %(most)s)
UNION ALL
SELECT 'agreements', how, count(DISTINCT programme__agreement), 0, '', '', '', 0, 0, NULL, NULL, NULL, NULL, NULL
    FROM base GROUP BY how
"""
ORDER = [Target.MISSED, Target.COMING, Target.UNMEASURED]  # what is reached stands last, as does what has no day


def rows(scope: Scope) -> Rows:
    """[what, how, number, and of a line: key, name, unit, programme, agreement, key of the programme, measured, target,
    day, baseline, which is better]."""
    found = targets(scope.today).filter(programme__agreement__in=scope.agreements().order_by().values("pk")).order_by()
    base = found.values(
        "id", "name", "unit", "programme__name", "programme__agreement", "programme", "measured", "target", "baseline",
        "target_on", "better", "how",
    )  # fmt: skip
    return ask({"base": base}, SELECT, {"order": [how.value for how in ORDER], "most": SHOWN})


def standing(counted: Rows) -> dict[Target, Count]:
    """Agreements by how a target of theirs stands: each as the list counts those `with_target`."""
    numbers = {how: number for what, how, number, *_line in counted if what == "agreements"}
    return {
        how: Count(min(number, COUNTED), number > COUNTED) for how in Target for number in [numbers.get(how.value, 0)]
    }


def lines(counted: Rows) -> list[Line]:
    found = [row for row in counted if row[0] == "line"]
    order = {how.value: place for place, how in enumerate(ORDER)}
    found.sort(key=lambda row: (order.get(row[1], len(order)), row[11] or dt.date.max, row[3]))
    return [
        Line(
            name, programme, reverse("agreements:programme", args=[agreement, pk]),
            _amount(measured, unit), _amount(target, unit), _percent(measured, target, *way), due,
            str(Target(how).label), TONES[Target(how)], ICONS[Target(how)],
        )
        for _what, how, _number, _pk, name, unit, programme, agreement, pk, measured, target, due, *way in found
    ]  # fmt: skip


def _amount(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{number_format(Decimal(f'{value.normalize():f}'), force_grouping=True)} {unit}"


def _percent(measured: Decimal | None, target: Decimal, baseline: Decimal | None, better: str) -> int | None:
    """The way from the baseline to the target, as `Indicator.progress` tells it."""
    way = Indicator(target=target, baseline=baseline, better=better).progress(measured)
    return None if way is None else round(100 * way)
