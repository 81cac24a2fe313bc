"""Agreements by state and by stage: how many stand where, for how long, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from agreements.lists import STATE_TONES
from agreements.models import AgreementState, Category, StepPhase
from agreements.standing import open_on, placed
from dashboards.counting.statement import ask
from dashboards.figures import Bar, Chart, Mark
from dashboards.scope import Scope
from regions.models import localised

Rows = list[tuple[Any, ...]]

# What is at a step for how long; the newest edition that anybody is in gives name, place and days of a step.
SELECT = """, here AS (
    SELECT b.category, b.allowed, GREATEST(%(today)s::date - b.stands_since, 0) AS days, s.code, s.phase, s.position,
        s.name_id, s.name_en, p.edition, p.category AS way, s.days_allowed,
        COALESCE(b.stands_since < %(today)s::date - b.allowed, false) AS late
    FROM base b LEFT JOIN agreements_processstep s ON s.id = b.stands
    LEFT JOIN agreements_process p ON p.id = s.process_id WHERE b.is_open)
SELECT 'state' AS what, state AS key, '' AS part, count(*) AS number, NULL::int AS late, NULL::float AS median,
    NULL::int AS longest, NULL::int AS allowed, '' AS name_id, '' AS name_en, 0 AS place FROM base GROUP BY state
UNION ALL
SELECT 'phase', COALESCE(phase, 'NONE'), CASE WHEN late THEN 'late' ELSE 'time' END, count(*),
    NULL, NULL, NULL, NULL, '', '', 0 FROM here GROUP BY 2, 3
UNION ALL
SELECT 'step', category, code, count(*), count(*) FILTER (WHERE late),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days), max(days),
    (array_agg(days_allowed ORDER BY edition DESC))[1], (array_agg(name_id ORDER BY edition DESC))[1],
    (array_agg(name_en ORDER BY edition DESC))[1], (array_agg(position ORDER BY edition DESC))[1]
FROM here WHERE way = category GROUP BY category, code
"""


def rows(scope: Scope) -> Rows:
    """[what, key, part, number, late, median, longest, allowed, two names, place], in no order."""
    is_open = Q(closed_as="") if scope.past is None else open_on(scope.past)
    found: Any = placed(scope.agreements().with_state(scope.on), scope.past).annotate(
        is_open=Case(When(is_open, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())
    )
    base = found.order_by().values("id", "category", "state", "stands", "stands_since", "allowed", "is_open")
    return ask({"base": base}, SELECT, {"today": scope.today})


def states(scope: Scope, counted: Rows) -> Chart:
    """By state on the day."""
    numbers = {key: number for what, key, _part, number, *_more in counted if what == "state"}
    bars = [
        Bar(
            str(state.label),
            (Mark(numbers[state], scope.to_agreements(state=state), STATE_TONES[state][0]),),
            scope.to_agreements(state=state),
        )
        for state in AgreementState
        if numbers.get(state)
    ]
    return Chart("states", _("By state"), "bars", tuple(bars), _("agreements"), nothing=_("There is no agreement."))


def phases(scope: Scope, counted: Rows) -> Chart:
    """Open ones by the part of the process, those within the days allowed apart from those beyond."""
    numbers = {(key, part): number for what, key, part, number, *_more in counted if what == "phase"}
    named = [("NONE", _("Not started")), *((phase.value, str(phase.label)) for phase in StepPhase)]
    bars = [
        Bar(
            label,
            tuple(
                Mark(numbers[phase, part], scope.to_agreements(phase=phase, **_pace(phase, part), sort="stage"), part)
                for part in ("time", "late")
                if numbers.get((phase, part))
            ),
            scope.to_agreements(phase=phase, sort="stage"),
        )
        for phase, label in named
        if numbers.get((phase, "time")) or numbers.get((phase, "late"))
    ]
    parts = {"time": (_("Within the days allowed"), "good"), "late": (_("Longer than allowed"), "bad")}
    return Chart(
        "phases", _("By part of the process"), "bars", tuple(bars), _("agreements"), parts,
        nothing=_("No agreement is under way."),
    )  # fmt: skip


def _pace(phase: str, part: str) -> dict[str, str]:
    if phase == "NONE":
        return {}
    return {"late": "on" if part == "late" else "off"}


@dataclass(frozen=True)
class Stop:
    """One step of one category: who stands there, and for how long."""

    category: str
    name: str
    number: int
    href: str
    late: int
    late_href: str
    median: str
    longest: int
    allowed: int | None

    @property
    def tone(self) -> str:
        return "bad" if self.late else ""


def steps(scope: Scope, counted: Rows) -> list[Stop]:
    """Where do they get stuck? The steps with most late ones first, then as the processes go."""
    order = {category: n for n, category in enumerate(Category.values)}
    of_steps = [row for row in counted if row[0] == "step"]
    of_steps.sort(key=lambda row: (-row[4], order[row[1]], row[10]))
    return list(_stops(scope, of_steps))


def _stops(scope: Scope, of_steps: Iterable[tuple[Any, ...]]) -> Iterable[Stop]:
    labels = dict(Category.choices)
    for _what, category, code, number, late, median, longest, allowed, name_id, name_en, _place in of_steps:
        at = {"category": category, "step": code, "sort": "stage"}
        yield Stop(
            str(labels[category]), localised(name_id, name_en), number, scope.to_agreements(**at), late,
            scope.to_agreements(**at, late="on"), number_format(median, decimal_pos=0 if median % 1 == 0 else 1),
            longest, allowed,
        )  # fmt: skip
