"""Where agreements stand, who goes on with them, and of which nothing is heard: today, or on a past day.

Today the columns say it, through their indexes. On a past day the append-only log does: an agreement stood at the step
of the last entry that had happened by then, and was open if the last of its closings and reopenings was none or a
reopening. Both follow what the log says now: an entry that was written later for that day counts. Everywhere below,
`on` is the past day, or None for today; `today` is the day that is asked for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from agreements.models.kinds import CONTINUATIONS, AgreementState
from agreements.models.log import STANDING, StepEntry
from agreements.models.processes import ProcessStep
from agreements.states import SILENT_AFTER_MONTHS, likely

if TYPE_CHECKING:
    from agreements.models import AgreementQuerySet

GOING_ON = (AgreementState.ACTIVE, AgreementState.EXPIRING, AgreementState.DORMANT)
Found = TypeVar("Found", bound="AgreementQuerySet")


def standing(found: Found, on: dt.date | None) -> Found:
    """Those that are open, with `stands` (step), `stands_since` and `allowed` (days)."""
    logged: Found = placed(found.filter(closed_as="") if on is None else found.filter(open_on(on)), on)
    return logged


def placed(found: Any, on: dt.date | None) -> Any:
    """With `stands`, `stands_since` and `allowed`, of what is closed as well."""
    if on is None:
        return found.annotate(stands=F("step"), stands_since=F("stage_since"), allowed=F("step__days_allowed"))
    last = StepEntry.objects.filter(agreement=OuterRef("pk"), deed__in=STANDING, happened_on__lte=on).order_by("-pk")
    return found.annotate(
        stands=Subquery(last.values("step")[:1]),
        stands_since=Subquery(last.values("happened_on")[:1]),
        allowed=Subquery(last.values("step__days_allowed")[:1]),
    )


def open_on(on: dt.date) -> Q:
    """Not closed on a past day: by its own columns, or by the log where it was reopened once."""
    by_log = Func(F("pk"), Value(on, DateField()), function="agreements_closed_on", output_field=CharField())
    by_columns = Q(closed_as="") | Q(closed_on__gt=on)
    return (Q(has_breaks=False) & by_columns) | Q(Exact(by_log, ""), has_breaks=True)


def silent(found: Found, months: int | None, today: dt.date, on: dt.date | None) -> Found:
    """Signed and in force, and neither a step, signing, visit, measurement, evaluation nor a follow-up that somebody
    has done for so many months (None: those of its process). Only what is on record counts: what has no trace at all
    is not silent."""
    of_process = Coalesce(F("process__silent_after_months"), SILENT_AFTER_MONTHS, output_field=IntegerField())
    day = Value(today, DateField())
    heard: Any = found.filter(counts_from__lte=today, activity__0__lte=today).with_state(on)
    heard = heard.annotate(
        silence_from=Func(
            day,
            of_process if months is None else Value(months),
            template="(%(expressions)s))::date",
            arg_joiner="::date - make_interval(months => ",
            output_field=DateField(),
        ),
        last_trace=Func(
            F("activity"),
            day,
            template="(SELECT max(x) FROM unnest(%(expressions)s)",
            arg_joiner=") x WHERE x <= ",
            output_field=DateField(),
        ),
    )
    milestones: Any = found.model._meta.get_field("milestones").related_model
    done = milestones.objects.filter(
        agreement=OuterRef("pk"),
        status="DONE",
        closed_by_data=False,
        internal=False,
        done_on__gt=OuterRef("silence_from"),
        done_on__lte=today,
    )
    unheard: Found = heard.filter(~Exists(done), likely(last_trace__lte=F("silence_from")), likely(state__in=GOING_ON))
    return unheard


def with_open_renewal(found: Found, user: Any, today: dt.date, on: dt.date | None) -> Found:
    """There is a renewal or replacement of it that the user may see, neither signed nor closed."""
    acts: Any = found.model._default_manager
    acts = acts.visible_to(user).filter(
        Q(counts_from__isnull=True) | Q(counts_from__gt=today), predecessor=OuterRef("pk"), nature__in=CONTINUATIONS
    )
    acts = acts.filter(closed_as="") if on is None else acts.begun(on).filter(open_on(on))
    return found.filter(Exists(acts), has_acts=True)


def at_steps(found: Found, on: dt.date | None, **of_step: Any) -> Found:
    """Those that are open and stand at such a step: `code`, `phase`, `is_gate`, `actor__code__in` …"""
    if on is None:
        return found.filter(closed_as="", **{f"step__{name}": value for name, value in of_step.items()})
    steps = ProcessStep.objects.filter(**of_step).order_by()
    here: Any = standing(found, on)
    chosen: Found = here.filter(stands__in=steps.values("pk"))
    return chosen
