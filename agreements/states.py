"""What an agreement is on a day: one answer from facts, in the database, for a list as for a single record.

On a day D, the first that holds:

1. closed (completed, terminated, revoked, rejected, withdrawn) on or before D and not reopened by then
2. not signed on D: on hold; dormant; else in preparation
3. a signed termination agreement has taken effect: terminated
4. a signed renewal or replacement has begun: renewed
5. D lies after the effective end: ended. So a lapse between the end and a later renewal stays visible
6. on hold
7. signed, but not yet in force: in preparation
8. the effective end is near, and no renewal has been signed: ending soon
9. no activity for some months: dormant
10. in force

An act (amendment, addendum, renewal, replacement, termination) counts from the day on which it was signed, and takes
effect where its own validity begins. The effective end is the end that the last signed amendment or addendum states,
else its own; a signed termination moves it to the day before it takes effect, if that is earlier. How near “near” is,
and how many months are silent, are data of the process.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.lookups import IsNull
from django.utils import timezone

from agreements.models.kinds import NO_END_OF_THEIR_OWN, AgreementNature, AgreementState, Closing
from agreements.models.processes import Process

if TYPE_CHECKING:
    from agreements.models import AgreementQuerySet

ENDING_SOON_DAYS = 90  # where no process says otherwise
SILENT_AFTER_MONTHS = 12
OF_PROCESS = "COALESCE((SELECT %s FROM agreements_process WHERE id = {row}.process_id), %s)"
OVER = [AgreementNature.RENEWAL, AgreementNature.REPLACEMENT, AgreementNature.TERMINATION]  # acts that put an end to it
State = AgreementState
Found = TypeVar("Found", bound="AgreementQuerySet")


def answers(on: dt.date | None) -> dict[str, Expression]:
    """`day`, `reach` (effective end on the day), `renewed_from`, `state`. To be annotated in this order."""
    return {
        "day": _day(on),
        "reach": _Answer(
            "CASE WHEN {row}.has_acts THEN agreements_reach({row}.id, {day}, {row}.runs_until) "
            "ELSE {row}.runs_until END",
            DateField(),
        ),
        "renewed_from": _Answer(
            "CASE WHEN {row}.has_acts THEN agreements_act_from({row}.id, {day}, '{{RENEWAL,REPLACEMENT}}') END",
            DateField(),
        ),
        "state": _Answer(
            "agreements_state({row}.id, {day}, {row}.has_acts, {row}.has_breaks, {row}.closed_as, {row}.closed_on, "
            "{row}.counts_from, {row}.runs_from, {row}.runs_until, {row}.activity, "
            f"{OF_PROCESS % ('ending_soon_days', ENDING_SOON_DAYS)}, "
            f"{OF_PROCESS % ('silent_after_months', SILENT_AFTER_MONTHS)})",
            CharField(),
        ),
    }


def narrowed(found: Found, states: Iterable[str], on: dt.date | None) -> Found:
    """Those in one of the states on the day.

    Bounds on plain columns go first, so that indexes are used. Plain columns also say for certain what most rows are;
    the function, which takes ten times as long, is asked of the others only.
    """
    wanted = list(states)
    span = _Span(on)
    bounds = certain = Q()
    for state in wanted:
        bound = _bound(state, span)
        if bound is None:
            bounds = Q()
            break
        bounds |= bound
    for state in wanted:
        certain |= _certain(state, span)
    answered: Any = found.filter(bounds).with_state(on)
    chosen: Found = answered.filter(likely(certain | Q(state__in=wanted)))
    return chosen


def ending(found: Found, days: int, on: dt.date) -> Found:
    """Signed, not renewed, and with an effective end from the day until so many days later; what only moves the end of
    another has none of its own."""
    span = _Span(on)
    soon = (on, _later(on, days))
    own: Any = found.exclude(nature__in=NO_END_OF_THEIR_OWN)
    near: Any = own.filter(_going_on(span), _changed(span) | Q(runs_until__range=soon))
    states = [State.ACTIVE, State.EXPIRING, State.DORMANT, State.ON_HOLD]
    asked = Q(renewed_from__isnull=True, state__in=states, reach__range=soon)
    chosen: Found = near.with_state(on).filter(likely((_in_force(span) & Q(runs_until__range=soon)) | asked))
    return chosen


def likely(*conditions: Any, **more: Any) -> Case:
    """The conditions, in a form that the planner takes for true of every second row.

    It knows nothing of what a function returns and expects one row in 200: then it sorts all that a region has to find
    the first page, where reading in the order of the list would soon have had enough.
    """
    met = When(Q(*conditions, **more), then=Value(value=True))
    return Case(met, default=Value(value=False), output_field=BooleanField())


class _Answer(Func):
    """What a function of the database (migration 0002) says of a row and its day.

    Written as text: the same built of Django's expressions takes ten milliseconds to put together, for every page.
    """

    def __init__(self, sql: str, output_field: Field[Any, Any]) -> None:
        super().__init__(F("pk"), F("day"), output_field=output_field)
        self.sql = sql

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        row, day = self.get_source_expressions()
        asked, parameters = compiler.compile(day)
        return self.sql.format(row=compiler.quote_name_unless_alias(row.alias), day=asked), parameters


def _day(on: dt.date | None) -> Expression:
    """The day, or today in the time zone of the region that keeps the record."""
    if on is not None:
        return Value(on, output_field=DateField())
    return Func(
        F("owner__time_zone"),
        Value(timezone.now(), output_field=DateTimeField()),
        function="timezone",
        template="(%(function)s(%(expressions)s))::date",
        output_field=DateField(),
    )


class _Span:
    """From which to which day “the day” may be: without one it is yesterday, today or tomorrow somewhere."""

    def __init__(self, on: dt.date | None) -> None:
        today = timezone.now().date()
        self.on = on
        self.first, self.last = (on, on) if on else (today - dt.timedelta(days=1), today + dt.timedelta(days=1))

    @cached_property
    def thresholds(self) -> tuple[list[int], list[int]]:
        """The days that are near to an end and the months that are silent, for some agreement or other."""
        thresholds = Process.objects.order_by().values_list("ending_soon_days", "silent_after_months").distinct()
        near, silent = zip((ENDING_SOON_DAYS, SILENT_AFTER_MONTHS), *thresholds, strict=True)
        return list(near), list(silent)


def _bound(state: str, span: _Span) -> Q | None:
    """What must hold of plain columns for the state to be possible; None where nothing narrows it."""
    first, last = span.first, span.last
    if state == State.PIPELINE:
        return Q(counts_from__isnull=True) | Q(counts_from__gt=first) | Q(runs_from__gt=first)
    if state == State.EXPIRING:
        near, _silent = span.thresholds
        soon = Q(runs_until__range=(first, _later(last, max(near))))
        return _going_on(span) & (soon | _changed(span))
    if state == State.ACTIVE:
        _near, silent = span.thresholds
        not_over = Q(runs_until__isnull=True) | Q(runs_until__gte=first) | _changed(span)
        awake = Q(last_active_on__gte=_months_before(first, max(silent)))
        return _going_on(span) & awake & Q(likely(not_over))  # of most it is true: an index would find too many
    if state == State.EXPIRED:
        return _changed(span) | Q(runs_until__lt=last)
    if state == State.DORMANT:
        _near, silent = span.thresholds
        later = Q(last_active_on__gt=first)  # and perhaps silent on the day; of today there is hardly ever one
        return Q(last_active_on__lte=_months_before(last, min(silent))) | (later if _some_active_after(span) else Q())
    if state == State.RENEWED:
        return Q(has_acts=True)
    if state == State.ON_HOLD:
        return Q(has_breaks=True)
    if state in Closing.values:
        bound = Q(closed_as=state) | Q(has_breaks=True)
        return bound | Q(has_acts=True) if state == State.TERMINATED else bound
    return None


def _certain(state: str, span: _Span) -> Q:
    """Under which plain columns say that it is this state, whatever its day and process; empty: they never do."""
    if state == State.EXPIRED:
        return _untouched(span) & Q(runs_until__lt=span.first)
    if state not in {State.ACTIVE, State.EXPIRING, State.DORMANT}:
        return Q()
    near, silent = span.thresholds
    if state == State.EXPIRING:
        return _in_force(span) & Q(runs_until__range=(span.last, _later(span.first, min(near))))
    far = Q(runs_until__isnull=True) | Q(runs_until__gt=_later(span.last, max(near)))
    if state == State.ACTIVE:
        awake = Q(last_active_on__gt=_months_before(span.last, min(silent)), last_active_on__lte=span.first)
        return _in_force(span) & far & awake
    return _in_force(span) & far & Q(last_active_on__lt=_months_before(span.first, max(silent)))


def _going_on(span: _Span) -> Q:
    """What must hold of plain columns of a signed one that is not closed on some day of the span."""
    return Q(counts_from__lte=span.last) & (Q(closed_as="") | Q(has_breaks=True) | Q(closed_on__gt=span.first))


def _untouched(span: _Span) -> Q:
    """Signed by the first day, and nothing was done to it since: its own columns say what it is."""
    return Q(has_acts=False, has_breaks=False, closed_as="", counts_from__lte=span.first)


def _in_force(span: _Span) -> Q:
    """In force by plain columns through the whole span, unless its own end has come."""
    return _untouched(span) & (Q(runs_from__isnull=True) | Q(runs_from__lte=span.first))


def _changed(span: _Span) -> Q:
    """There are acts on it, and none of those that put an end to it had taken effect by the first day."""
    from agreements.models import Agreement  # noqa: PLC0415 -- its queryset asks this module

    begun = Q(runs_from__isnull=True) | Q(runs_from__lte=span.first)
    acts = Agreement._base_manager.filter(begun, counts_from__lte=span.first, nature__in=OVER)
    first = acts.filter(predecessor=OuterRef("pk")).values("pk")[:1]  # for EXISTS the planner would read all acts
    return Q(has_acts=True) & Q(IsNull(Subquery(first), rhs=True))


def _some_active_after(span: _Span) -> bool:
    """Is there a record with activity after the day (after its own today)?"""
    from agreements.models import Agreement  # noqa: PLC0415 -- its queryset asks this module

    recent = Agreement._base_manager.filter(last_active_on__gt=span.first).annotate(day=_day(span.on))
    return recent.filter(last_active_on__gt=F("day")).exists()


def _later(day: dt.date, days: int) -> dt.date:
    """So many days later, but before the last day of all: that is the end of those without an end."""
    return min(day + min(dt.timedelta(days=days), dt.date.max - day), dt.date.max - dt.timedelta(days=1))


def _months_before(day: dt.date, months: int) -> dt.date:
    """As the database counts: the same day of an earlier month, or the last of one that lacks that day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
