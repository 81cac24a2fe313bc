"""Targets of programmes against what was measured: those that are missed or far behind first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.urls import reverse
from django.utils.formats import number_format

from agreements.targets import Target, targets
from dashboards.scope import Scope

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


def rows(scope: Scope) -> Rows:
    """The most pressing ones."""
    rank = Case(
        *(When(how=how, then=Value(n)) for n, how in enumerate((Target.MISSED, Target.COMING, Target.UNMEASURED))),
        default=Value(9),
        output_field=IntegerField(),
    )
    found = targets(scope.today).filter(programme__agreement__in=scope.agreements().order_by().values("pk"))
    return list(
        found.annotate(rank=rank)
        .order_by("rank", F("target_on").asc(nulls_last=True), "pk")
        .values_list(
            "name", "unit", "programme__name", "programme__agreement", "programme", "measured", "target", "baseline",
            "target_on", "how",
        )[:SHOWN]
    )  # fmt: skip


def lines(counted: Rows) -> list[Line]:
    return [
        Line(
            name, programme, reverse("agreements:programme", args=[agreement, pk]),
            _amount(measured, unit), _amount(target, unit), _percent(measured, target, baseline), due,
            str(Target(how).label), TONES[Target(how)], ICONS[Target(how)],
        )
        for name, unit, programme, agreement, pk, measured, target, baseline, due, how in counted
    ]  # fmt: skip


def _amount(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{number_format(Decimal(f'{value.normalize():f}'), force_grouping=True)} {unit}"


def _percent(measured: Decimal | None, target: Decimal, baseline: Decimal | None) -> int | None:
    """The way from the baseline to the target, as `Indicator.progress` tells it."""
    start = baseline or Decimal(0)
    if measured is None or target == start:
        return None
    return round(100 * (measured - start) / (target - start))
