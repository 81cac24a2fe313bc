"""When something is due, as precisely as it is known: a day, a month (its last day) or a year (its last day)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.models import Milestone
from pages.sheets.fields import DayField, MonthField, WholeNumberField, end_of_month
from records.dates import Precision

PRECISIONS = [(one.value, one.label) for one in (Precision.DAY, Precision.MONTH, Precision.YEAR)]
INPUTS = {Precision.DAY: "due_day", Precision.MONTH: "due_month", Precision.YEAR: "due_year"}


class DueForm(forms.Form):
    """The inputs of the chosen precision become `due_on`, the last day that fits; those of the others are ignored."""

    due_precision = forms.ChoiceField(
        choices=PRECISIONS,
        initial=Precision.DAY,
        widget=forms.RadioSelect,
        label=gettext_lazy("How precise is the due day?"),
    )
    due_day = DayField(required=False, label=gettext_lazy("Due on"))
    due_month = MonthField(required=False, label=gettext_lazy("Due in the month"))
    due_year = WholeNumberField(required=False, label=gettext_lazy("Due in the year"), min_value=1900, max_value=2199)

    due_on: dt.date | None = None

    def read_due(self, cleaned: dict[str, Any]) -> None:
        """Sets `due_on`. Where another input was filled in than the one that was chosen, it says so."""
        chosen = cleaned.get("due_precision")
        if not chosen:
            return
        for precision, name in INPUTS.items():
            if precision != chosen and name in self.errors:
                del self.errors[name]
        value, name = cleaned.get(INPUTS[chosen]), INPUTS[chosen]
        if value is None:
            others = [other for other, field in INPUTS.items() if other != chosen and self[field].value()]
            if others and name not in self.errors:
                words = {"precision": Precision(others[0]).label}
                self.add_error(name, _("Choose “%(precision)s” above, or give the answer here.") % words)
        else:
            self.due_on = _last_day(chosen, value)


def initial_due(milestone: Milestone) -> dict[str, Any]:
    """The inputs that lead to its due day."""
    due, precision = milestone.due_on, milestone.due_precision
    found: dict[str, Any] = {"due_precision": precision if precision in INPUTS else Precision.DAY}
    if due is None:
        return found
    values: dict[str, Any] = {Precision.MONTH: f"{due:%Y-%m}", Precision.YEAR: due.year}
    return found | {INPUTS[Precision(found["due_precision"])]: values.get(found["due_precision"], due)}


def _last_day(precision: str, value: Any) -> dt.date:
    if precision == Precision.MONTH:
        return end_of_month(value)
    day: dt.date = dt.date(value, 12, 31) if precision == Precision.YEAR else value
    return day
