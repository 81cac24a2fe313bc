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
    Max,
    Min,
    Q,
    Value,
    When,
)
from django.utils import timezone

from agreements.models.kinds import AgreementState, Closing
from agreements.models.processes import Process

if TYPE_CHECKING:
    from agreements.models import AgreementQuerySet

ENDING_SOON_DAYS = 90  # where no process says otherwise
SILENT_AFTER_MONTHS = 12
OF_PROCESS = "COALESCE((SELECT %s FROM agreements_process WHERE id = {row}.process_id), %s)"
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
    """Those in one of the states on the day. Bounds on plain columns go first, so that indexes are used."""
    wanted = list(states)
    bounds = Q()
    for state in wanted:
        bound = _bound(state, on)
        if bound is None:
            bounds = Q()
            break
        bounds |= bound
    answered: Any = found.filter(bounds).with_state(on)
    chosen: Found = answered.filter(likely(state__in=wanted))
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


def _bound(state: str, on: dt.date | None) -> Q | None:
    """What must hold of plain columns for the state to be possible; None where nothing narrows it.

    Without a day it is yesterday, today or tomorrow somewhere.
    """
    today = timezone.now().date()
    first, last = (on, on) if on else (today - dt.timedelta(days=1), today + dt.timedelta(days=1))
    if state == State.PIPELINE:
        return Q(counts_from__isnull=True) | Q(counts_from__gt=first) | Q(runs_from__gt=first)
    if state == State.EXPIRING:
        longest = Process.objects.aggregate(days=Max("ending_soon_days"))["days"] or 0
        until = last + min(dt.timedelta(days=max(longest, ENDING_SOON_DAYS)), dt.date.max - last)
        return going_on(first, last) & (Q(has_acts=True) | Q(runs_until__range=(first, until)))
    if state == State.ACTIVE:
        not_over = Q(runs_until__isnull=True) | Q(runs_until__gte=first) | Q(has_acts=True)
        return going_on(first, last) & not_over
    if state == State.EXPIRED:
        return Q(has_acts=True) | Q(runs_until__lt=last)
    if state == State.DORMANT:
        shortest = Process.objects.aggregate(months=Min("silent_after_months"))["months"]
        until = _months_before(last, min(SILENT_AFTER_MONTHS, SILENT_AFTER_MONTHS if shortest is None else shortest))
        later = Q(last_active_on__gt=first)  # and perhaps silent on the day; of today there is hardly ever one
        return Q(last_active_on__lte=until) | (later if _some_active_after(first, on) else Q())
    if state == State.RENEWED:
        return Q(has_acts=True)
    if state == State.ON_HOLD:
        return Q(has_breaks=True)
    if state in Closing.values:
        bound = Q(closed_as=state) | Q(has_breaks=True)
        return bound | Q(has_acts=True) if state == State.TERMINATED else bound
    return None


def going_on(first: dt.date, last: dt.date) -> Q:
    """What must hold of plain columns of a signed one that is not closed on some day from the first to the last."""
    return Q(counts_from__lte=last) & (Q(closed_as="") | Q(has_breaks=True) | Q(closed_on__gt=first))


def _some_active_after(first: dt.date, on: dt.date | None) -> bool:
    """Is there a record with activity after the day (after its own today)?"""
    from agreements.models import Agreement  # noqa: PLC0415 -- its queryset asks this module

    recent = Agreement._base_manager.filter(last_active_on__gt=first).annotate(day=_day(on))
    return recent.filter(last_active_on__gt=F("day")).exists()


def _months_before(day: dt.date, months: int) -> dt.date:
    """As the database counts: the same day of an earlier month, or the last of one that lacks that day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
