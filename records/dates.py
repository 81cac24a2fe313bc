"""A date as it is known: its bounds, how precise it is, and the words in which it was stated. No day is invented."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    DAY = "DAY", _("Exact day")
    RANGE = "RANGE", _("Date range")
    MONTH = "MONTH", _("Month")
    YEAR = "YEAR", _("Year")
    WEEKDAY_ONLY = "WEEKDAY_ONLY", _("Weekday only")
    UNKNOWN = "UNKNOWN", _("Unknown")


class Certainty(models.TextChoices):
    OFFICIAL = "OFFICIAL", _("Official document")
    STATED = "STATED", _("Stated by source")
    INFERRED = "INFERRED", _("Inferred")
    DEFAULT = "DEFAULT", _("System default")
    DISPUTED = "DISPUTED", _("Sources disagree")


class StatedPeriod(models.Model):
    """When it was, as far as it is known.

    `starts_on` and `ends_on` are bounds: the day itself (DAY: both equal), the first and last day (RANGE), or the
    earliest and latest day possible (MONTH, YEAR; for WEEKDAY_ONLY and UNKNOWN both may be missing). Lists sort by
    `starts_on`, so an unknown date stands last and is never turned into a day.
    """

    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    precision = models.CharField(_("how precise is the date?"), max_length=12, choices=Precision, default=Precision.DAY)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), null=True, blank=True, choices=sorted(WEEKDAYS.items()), help_text=_("0 is Monday.")
    )
    date_as_stated = models.CharField(
        _("date in the words of the source"),
        max_length=200,
        blank=True,
        help_text=_("For example “Kamis lalu” or “Senin (16/6)”. Kept exactly as written."),
    )
    date_certainty = models.CharField(
        _("how sure is the date?"), max_length=10, choices=Certainty, default=Certainty.STATED
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
                violation_error_message=_("The end lies before the start. Swap the two dates or correct one."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(precision="DAY", starts_on__isnull=False, ends_on__isnull=False, ends_on=F("starts_on"))
                    | Q(precision__in=["RANGE", "MONTH", "YEAR"], starts_on__isnull=False, ends_on__isnull=False)
                    | Q(precision__in=["WEEKDAY_ONLY", "UNKNOWN"])
                ),
                name="%(class)s_date_fits_its_precision",
                violation_error_message=_(
                    "The date does not fit its precision. Give the date, or choose “Unknown” and keep the words."
                ),
            ),
        ]

    @property
    def period(self) -> str:
        """In words of the active language: “16 June 2025”, “13–14 June 2022”, “June 2022”, “Thursday, date unknown”."""
        return period_text(self.precision, self.starts_on, self.ends_on, self.weekday)


def hours_text(begins: dt.time | None, until: dt.time | None) -> str:
    """“09:00–15:45”; of one that is not known nothing is said."""
    if begins and until:
        return f"{begins:%H:%M}–{until:%H:%M}"
    if until:
        return gettext("until %(time)s") % {"time": f"{until:%H:%M}"}
    return f"{begins:%H:%M}" if begins else ""


def period_text(precision: str, first: dt.date | None, last: dt.date | None, weekday: int | None = None) -> str:
    """The one place that turns a stated period into words; lists call it with bare values."""
    if precision in (Precision.WEEKDAY_ONLY, Precision.UNKNOWN):
        return _undated(first, last, weekday if precision == Precision.WEEKDAY_ONLY else None)
    if first is None or last is None:
        return gettext("Date unknown")
    if precision == Precision.YEAR:
        return str(first.year)
    if precision == Precision.MONTH:
        return date_format(first, "F Y")
    if precision == Precision.DAY or first == last:
        return date_format(first, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F Y')}"
    if first.year == last.year:
        return f"{date_format(first, 'j F')} – {date_format(last, 'j F Y')}"
    return f"{date_format(first, 'j F Y')} – {date_format(last, 'j F Y')}"


def _undated(first: dt.date | None, last: dt.date | None, weekday: int | None) -> str:
    """The weekday, and between which days it must have been, as far as they are known."""
    days = {"first": date_format(first, "j F Y") if first else "", "last": date_format(last, "j F Y") if last else ""}
    if first and last:
        bounds = gettext("between %(first)s and %(last)s") % days
    elif first:
        bounds = gettext("not before %(first)s") % days
    else:
        bounds = gettext("not after %(last)s") % days if last else ""
    if weekday is None:
        return ", ".join(part for part in (gettext("Date unknown"), bounds) if part)
    if bounds:
        return f"{WEEKDAYS[weekday]}, {bounds}"
    return gettext("%(weekday)s, date unknown") % {"weekday": WEEKDAYS[weekday]}
