"""When it was, as precisely as it is known, and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.sheets.fields import DayField, MonthField, WholeNumberField, end_of_month
from pages.sheets.filled import FilledForm
from records.dates import Certainty, Precision

Bounds = tuple[dt.date | None, dt.date | None]

# The inputs that a precision needs; those of the others are ignored, whatever they hold.
NEEDED = {
    Precision.DAY: ("day",),
    Precision.RANGE: ("first", "last"),
    Precision.MONTH: ("month",),
    Precision.YEAR: ("year",),
    Precision.WEEKDAY_ONLY: ("weekday",),
    Precision.UNKNOWN: (),
}
# May be given too: between which days it must have been.
BOUNDED = (Precision.WEEKDAY_ONLY, Precision.UNKNOWN)
INPUTS = ("day", "first", "last", "month", "year", "weekday")
WHEN = ("precision", *INPUTS, "date_as_stated", "date_certainty")


class PeriodForm(FilledForm):
    """The stated period of a record: the inputs of the chosen precision become its `starts_on` and `ends_on`."""

    precision = forms.ChoiceField(
        choices=Precision.choices,
        initial=Precision.DAY,
        widget=forms.RadioSelect,
        label=gettext_lazy("How precise is the date?"),
    )
    day = DayField(required=False, label=gettext_lazy("Date"))
    first = DayField(required=False, label=gettext_lazy("From"))
    last = DayField(required=False, label=gettext_lazy("Until"))
    month = MonthField(required=False, label=gettext_lazy("Month"))
    year = WholeNumberField(required=False, label=gettext_lazy("Year"), min_value=1900, max_value=2199)
    weekday = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=gettext_lazy("Weekday"),
        choices=[("", gettext_lazy("Choose a day of the week")), *sorted(WEEKDAYS.items())],
    )
    date_certainty = forms.ChoiceField(
        required=False, choices=Certainty.choices, initial=Certainty.STATED, label=gettext_lazy("How sure is the date?")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**initial_period(self.instance), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        precision = cleaned.get("precision")
        if precision:
            self._ignore_the_others(precision)
            self.instance.starts_on, self.instance.ends_on = self._bounds(precision, cleaned)
            if precision != Precision.WEEKDAY_ONLY and "weekday" in self.changed_data:
                cleaned["weekday"] = None  # left over from another choice; a stored one that stands beside a date stays
        cleaned["date_certainty"] = cleaned.get("date_certainty") or Certainty.STATED
        return cleaned

    def _bounds(self, precision: str, cleaned: dict[str, Any]) -> Bounds:
        missing = [name for name in NEEDED[Precision(precision)] if cleaned.get(name) is None]
        for name in missing:
            if name not in self.errors:
                self.add_error(name, self._how_to_fix(precision, name))
        if missing:
            return None, None
        readers: dict[str, Callable[[], Bounds]] = {
            Precision.DAY: lambda: (cleaned["day"], cleaned["day"]),
            Precision.MONTH: lambda: (cleaned["month"], end_of_month(cleaned["month"])),
            Precision.YEAR: lambda: (dt.date(cleaned["year"], 1, 1), dt.date(cleaned["year"], 12, 31)),
        }
        return readers.get(precision, lambda: self._between(cleaned))()

    def _between(self, cleaned: dict[str, Any]) -> Bounds:
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end lies before the start. Swap the two dates or correct one."))
        return first, last

    def _ignore_the_others(self, precision: str) -> None:
        used = (*NEEDED[Precision(precision)], *(("first", "last") if precision in BOUNDED else ()))
        for name in INPUTS:
            if name not in used and name in self.errors:
                del self.errors[name]

    def _how_to_fix(self, precision: str, name: str) -> str:
        """The error of a missing input; where another one was filled in instead, the choice that fits it."""
        for other, names in NEEDED.items():
            if other != precision and names and all(self[n].value() for n in names):
                return _("Choose “%(precision)s” above: that is what you filled in. Or give the answer here.") % {
                    "precision": other.label
                }
        return {
            "day": _("Give the date, or choose “Unknown” and keep the source's words."),
            "first": _("Give the first day."),
            "last": _("Give the last day, or choose “Exact day”."),
            "month": _("Give the month, or choose “Unknown” and keep the source's words."),
            "year": _("Give the year, or choose “Unknown” and keep the source's words."),
            "weekday": _("Choose the day of the week."),
        }[name]


def initial_period(record: Any) -> dict[str, Any]:
    """The inputs that lead to the stated period of the record."""
    first, last = record.starts_on, record.ends_on
    inputs: dict[str, dict[str, Any]] = {
        Precision.DAY: {"day": first},
        Precision.MONTH: {"month": first and f"{first:%Y-%m}"},
        Precision.YEAR: {"year": first and first.year},
    }
    return inputs.get(record.precision, {"first": first, "last": last})
