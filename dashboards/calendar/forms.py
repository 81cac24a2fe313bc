"""What the calendar shows, as its address says."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.calendar.kinds import NAMES, What, Wish
from pages.filtering import DayInput, PeriodForm, QuickSelect
from pages.lookups import LookupField
from regions.lookups import REGIONS

EARLIEST, LATEST = 1900, 2199  # years
SPAN = dt.timedelta(days=91)  # how far the agenda looks unless told
FARTHEST = dt.timedelta(days=366)


class CalendarForm(forms.Form):
    """Which items. `wish(user)` of a valid one; of one that is not valid, everything."""

    what = forms.ChoiceField(
        label=pgettext_lazy("calendar", "What"),
        required=False,
        widget=QuickSelect,
        choices=[
            ("", _("Visits, follow-ups and ends")), ("visits", What.VISIT.label), ("follow-ups", What.FOLLOW_UP.label),
            ("ends", What.END.label),
        ],
    )  # fmt: skip
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        widget=QuickSelect,
        choices=[("", _("All that I may see")), ("ours", _("Our side")), ("mine", _("Mine"))],
    )
    region = LookupField(REGIONS, label=_("Region that takes part"), required=False, create=False)

    def wish(self, user: Any) -> Wish:
        chosen = self.cleaned_data
        kinds = (NAMES[chosen["what"]],) if chosen.get("what") else tuple(What)
        region = chosen.get("region")
        return Wish(user, kinds, chosen.get("whose", ""), region.pk if region else None)


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        message = _("This is not a date. Write it as day/month/year, for example 31/12/2025.")
        widget = DayInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, required=False, widget=widget, error_messages={"invalid": message})

    def clean(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().clean(value)
        if day and not EARLIEST <= day.year <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class AgendaForm(PeriodForm, CalendarForm):
    """Also from which day until which: three months from today unless told, a year at most."""

    since = DayField(_("From"))
    until = DayField(_("Until"))
    undated = forms.BooleanField(label=_("Day not known"), required=False)

    def period(self, today: dt.date) -> tuple[dt.date, dt.date]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since is None and until is not None and until < today:
            return until - SPAN, until
        first = since or today
        return first, min(until or first + SPAN, first + FARTHEST)


def month_of(text: str, today: dt.date) -> tuple[dt.date, bool]:
    """The first day of the month of an address (“2026-11”), and whether it was understood; else this month."""
    if not text:
        return today.replace(day=1), True
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    if found and EARLIEST <= int(found[1]) <= LATEST and 1 <= int(found[2]) <= 12:
        return dt.date(int(found[1]), int(found[2]), 1), True
    return today.replace(day=1), False
