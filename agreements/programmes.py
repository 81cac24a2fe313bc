"""Work programmes as they are read: how far each indicator is, who may measure and judge, and a small drawing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.rights import Right
from agreements.models import Advice, Agreement, Better, Evaluation, Indicator, Measurement, Programme, ProgrammeUnit
from agreements.models.programmes import amount
from documents.models import is_readable_by
from documents.papers import may_change, sides_of

WIDTH, HEIGHT, EDGE = 320, 120, 12  # of the drawing, and the room around its marks


@dataclass(frozen=True)
class Mark:
    """One measurement in the drawing."""

    x: float
    y: float
    words: str
    href: str


@dataclass(frozen=True)
class Reading:
    """One measurement in the table: its evidence as far as the reader may see it, and whether they may change it."""

    measurement: Measurement
    value: str
    evidence: Any
    mine: bool


class Course:
    """An indicator with what was measured, oldest first; `user` decides which measurements may be changed.

    `on`: the day of which it is told; today unless it is said.
    """

    def __init__(
        self, indicator: Indicator, measurements: list[Measurement], user: Any, on: dt.date | None = None
    ) -> None:
        self.indicator = indicator
        self.measurements = measurements
        self.user = user
        self.on = on or user.today()

    @property
    def rows(self) -> list[Reading]:
        """Each measurement, latest first."""
        return [
            Reading(m, amount(m.value), shown_to(self.user, m.attachment), may_change_measurement(self.user, m))
            for m in reversed(self.measurements)
        ]

    @property
    def last(self) -> Measurement | None:
        return self.measurements[-1] if self.measurements else None

    @property
    def baseline(self) -> str:
        return amount(self.indicator.baseline)

    @property
    def target(self) -> str:
        return amount(self.indicator.target)

    @property
    def value(self) -> str:
        return amount(self.last.value) if self.last else ""

    @property
    def percent(self) -> int | None:
        """The way from baseline to target in hundredths; may lie below 0 and above 100."""
        way = self.indicator.progress(self.last.value if self.last else None)
        return None if way is None else int((way * 100).to_integral_value())

    @property
    def bar(self) -> int:
        """`percent` as it fits a bar."""
        return max(0, min(100, self.percent or 0))

    @property
    def is_reached(self) -> bool:
        target, last = self.indicator.target, self.last
        if target is None or last is None:
            return False
        return last.value <= target if self.indicator.better == Better.LOWER else last.value >= target

    @property
    def standing(self) -> tuple[str, str, str]:
        """In words, with tone and sign: reached, missed, under way, not measured, without a target; on the day."""
        if self.is_reached:
            return _("Target reached"), "good", "circle-check"
        if self.indicator.target_on and self.indicator.target_on < self.on:
            return _("Target missed"), "bad", "circle-alert"
        if self.last is None:
            return _("Not measured yet"), "quiet", "circle-dashed"
        if self.indicator.target is None:
            return _("No target"), "quiet", "circle"
        return _("Under way"), "info", "trending-up"

    @cached_property
    def marks(self) -> list[Mark]:
        days, values = self._days, self._values
        made = []
        for measured in self.measurements:
            words = f"{date_format(measured.measured_on)}: {amount(measured.value)} {self.indicator.unit}"
            x, y = _place(measured.measured_on.toordinal(), days), _place_up(measured.value, values)
            made.append(Mark(x, y, words, f"#measurement-{measured.pk}"))
        return made

    @property
    def line(self) -> str:
        """The points of the line through the marks."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)

    @property
    def target_y(self) -> float | None:
        return None if self.indicator.target is None else _place_up(self.indicator.target, self._values)

    @property
    def baseline_mark(self) -> tuple[float, float] | None:
        if self.indicator.baseline is None:
            return None
        first = self.indicator.baseline_on.toordinal() if self.indicator.baseline_on else self._days[0]
        return _place(first, self._days), _place_up(self.indicator.baseline, self._values)

    @property
    def bounds(self) -> tuple[str, str]:
        """The first and the last day of the drawing."""
        first, last = (date_format(dt.date.fromordinal(day)) for day in self._days)
        return first, last

    @property
    def is_drawn(self) -> bool:
        """Two points make a line; fewer are told in words."""
        return len(self.measurements) + (self.indicator.baseline is not None) > 1

    @cached_property
    def _days(self) -> tuple[int, int]:
        known = [self.indicator.baseline_on, self.indicator.target_on, *(m.measured_on for m in self.measurements)]
        days = [day.toordinal() for day in known if day]
        return (min(days), max(days)) if days else (0, 0)

    @cached_property
    def _values(self) -> tuple[Decimal, Decimal]:
        known = [self.indicator.baseline, self.indicator.target, *(m.value for m in self.measurements)]
        values = [value for value in known if value is not None]
        return (min(values), max(values)) if values else (Decimal(0), Decimal(0))


def _place(day: int, bounds: tuple[int, int]) -> float:
    first, last = bounds
    share = (day - first) / (last - first) if last > first else 0.5
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def _place_up(value: Decimal, bounds: tuple[Decimal, Decimal]) -> float:
    low, high = bounds
    share = float((value - low) / (high - low)) if high > low else 0.5
    return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)


@dataclass(frozen=True)
class Work:
    """A programme as it is shown: `may_measure` for those who add measurements."""

    programme: Programme
    courses: list[Course]
    may_measure: bool

    @property
    def reached(self) -> int:
        return sum(course.is_reached for course in self.courses)

    @property
    def units(self) -> list[Any]:
        return [link.organisation for link in self.programme.unit_links.all()]


def work_of(programme: Programme, user: Any) -> Work:
    """From a programme read by `told`; no query of its own."""
    courses = [Course(indicator, list(indicator.measurements.all()), user) for indicator in programme.indicators.all()]
    return Work(programme, courses, bool(measuring_sides(user, programme)))


def told(programmes: Any) -> Any:
    """With all that is shown of them: four queries however many there are."""
    units = ProgrammeUnit.objects.select_related("organisation__region")
    measured = Measurement.objects.select_related("attachment", "region", "by")
    return programmes.select_related("sector").prefetch_related(
        Prefetch("unit_links", units), Prefetch("indicators__measurements", measured)
    )


def programme_sections(user: Any, agreement: Agreement) -> dict[str, Any]:
    """For agreements/_programmes.html and agreements/_evaluations.html."""
    works = [work_of(_of(programme, agreement), user) for programme in told(agreement.programmes.all())]
    judged = agreement.evaluations.select_related("programme", "region", "by", "attachment")
    return {
        "agreement": agreement,
        "programmes": works,
        "evaluations": [Judgement(evaluation, user) for evaluation in judged],
        "may_plan": may_plan(user, agreement),
        "may_judge": bool(sides_of(user, agreement, Right.EVALUATE)),
    }


@dataclass(frozen=True)
class Judgement:
    """An evaluation as it is shown."""

    evaluation: Evaluation
    user: Any

    @property
    def mine(self) -> bool:
        return may_change_evaluation(self.user, self.evaluation)

    @property
    def tone(self) -> str:
        tones = {Advice.STOP: "bad", Advice.IMPROVE: "warn", Advice.EXTEND: "good", Advice.CONTINUE: "good"}
        return tones.get(Advice(self.evaluation.advice), "quiet") if self.evaluation.advice else "quiet"

    @property
    def icon(self) -> str:
        icons = {Advice.STOP: "octagon-x", Advice.IMPROVE: "wrench", Advice.EXTEND: "expand"}
        return icons.get(Advice(self.evaluation.advice), "circle-play") if self.evaluation.advice else "circle"

    @property
    def attachment(self) -> Any:
        """The evidence, unless it is restricted to another side."""
        return shown_to(self.user, self.evaluation.attachment)


def may_plan(user: Any, agreement: Agreement) -> bool:
    """Programmes are kept with the record: by officers of the region that owns it."""
    return bool(user.may_write_for(agreement.owner_id))


def measuring_sides(user: Any, programme: Programme) -> list[int | None]:
    """The regions in whose name the user may measure: their own on the record, or that of their responsible unit."""
    if user.sees_all:
        return [programme.agreement.owner_id]
    sides = [pk for pk in user.regions_for(Right.MEASURE) if pk in programme.agreement.region_ids]
    return list(dict.fromkeys([*sides, *(unit.region_id for unit in _measuring_units(user, programme))]))


def measuring_unit(user: Any, programme: Programme, region_id: int | None) -> int | None:
    """The responsible unit for which the user measures, where they do not act for its region."""
    if user.may(Right.MEASURE, region_id):
        return None
    return next((unit.pk for unit in _measuring_units(user, programme) if unit.region_id == region_id), None)


def _measuring_units(user: Any, programme: Programme) -> list[Any]:
    acting = user.units_for(Right.MEASURE)
    return [link.organisation for link in programme.unit_links.all() if link.organisation_id in acting]


def may_change_measurement(user: Any, measurement: Measurement) -> bool:
    """The officers of its side, and of that side or its units whoever made it."""
    mine = measurement.by_id is not None and measurement.by_id == user.pk
    units = user.units_for(Right.MEASURE) if mine else []
    sides = [m.unit.region_id for m in user.standing if m.unit_id in units] if units else []
    still = mine and measurement.region_id in [*user.regions_for(Right.MEASURE), *sides]
    return still or bool(user.may(Right.CHANGE_PAPERS, measurement.region_id))


def may_change_evaluation(user: Any, evaluation: Evaluation) -> bool:
    """The officers of its side, and of that side whoever made it."""
    return may_change(user, evaluation.region_id, evaluation.by_id)


def shown_to(user: Any, paper: Any) -> Any:
    """A paper that is cited as evidence, or None where it is restricted to another side. The record is seen already."""
    return paper if paper is not None and is_readable_by(user, paper) else None


def _of(programme: Programme, agreement: Agreement) -> Programme:
    programme.agreement = agreement
    return programme
