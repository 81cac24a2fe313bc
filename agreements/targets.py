"""How the targets of programmes stand on a day, against the last measurement of each indicator by then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, TextChoices, Value, When
from django.utils.translation import pgettext_lazy

from agreements.models.programmes import Better, Indicator, Measurement

if TYPE_CHECKING:
    from agreements.models import AgreementQuerySet

Found = TypeVar("Found", bound="AgreementQuerySet")


class Target(TextChoices):
    """A target without a measurement that is due later is not measured; one whose day has passed is missed."""

    REACHED = "reached", pgettext_lazy("target", "Reached")
    MISSED = "missed", pgettext_lazy("target", "Missed")
    COMING = "coming", pgettext_lazy("target", "On the way")
    UNMEASURED = "unmeasured", pgettext_lazy("target", "Not measured yet")


def targets(on: dt.date) -> Any:
    """Indicators with a target, with `measured` (the last value by the day), `measured_last_on` and `how` it stands."""
    last = Measurement.objects.filter(indicator=OuterRef("pk"), measured_on__lte=on).order_by("-measured_on", "-pk")
    told = Indicator.objects.filter(target__isnull=False).annotate(
        measured=Subquery(last.values("value")[:1]), measured_last_on=Subquery(last.values("measured_on")[:1])
    )
    reached = Q(better=Better.HIGHER, measured__gte=F("target")) | Q(better=Better.LOWER, measured__lte=F("target"))
    return told.annotate(
        how=Case(
            When(reached, then=Value(Target.REACHED)),
            When(target_on__lt=on, then=Value(Target.MISSED)),
            When(measured__isnull=False, then=Value(Target.COMING)),
            default=Value(Target.UNMEASURED),
            output_field=CharField(),
        )
    )


def with_target(found: Found, how: str, on: dt.date) -> Found:
    """Those with at least one indicator whose target stands so on the day."""
    return found.filter(Exists(targets(on).filter(programme__agreement=OuterRef("pk"), how=how).order_by()))
