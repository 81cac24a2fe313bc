"""Fields that take what officers type: days, months, and numbers with the dots and commas of the active language."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
GROUPED = re.compile(r"[1-9]\d{0,2}([.,'\s]\d{3})+")  # no group of thousands begins with a nought: 0.384


class NarrowSelect(forms.Select):
    """A short list that stands before a number: “at least”."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "width-10"} | (attrs or {}), choices)


class DayInput(forms.DateInput):
    """`<input type="date">`; text that is no ISO date is shown in a plain field, or the browser would swallow it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        context["widget"]["type"] = "date" if not shown or re.fullmatch(r"\d{4}-\d\d-\d\d", shown) else "text"
        return context


class DayField(forms.DateField):
    """A day between 1900 and 2199: a year like 0025 is a slip of the hand."""

    widget = DayInput
    default_error_messages = {"invalid": gettext_lazy("This is not a date. Write it like 22/11/2026.")}

    def to_python(self, value: Any) -> dt.date | None:
        day = super().to_python(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Check the year: %(year)s looks mistyped.") % {"year": day.year}, code="year")
        return day


class MonthField(forms.CharField):
    """A month as `2025-06` (what `<input type="month">` sends) or `06/2025`; cleaned to its first day."""

    widget = forms.TextInput(attrs={"type": "month", "class": "width-10", "placeholder": "2025-06"})

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        year_first = re.fullmatch(r"(?P<year>\d{4})-(?P<month>\d{1,2})", text)
        found = year_first or re.fullmatch(r"(?P<month>\d{1,2})[/.-](?P<year>\d{4})", text)
        if not found or not 1 <= int(found["month"]) <= 12 or not EARLIEST.year <= int(found["year"]) <= LATEST.year:
            raise ValidationError(_("This is not a month. Write it like 2025-06."), code="invalid")
        return dt.date(int(found["year"]), int(found["month"]), 1)


def end_of_month(first: dt.date) -> dt.date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


class WholeNumberField(forms.IntegerField):
    """A count. “1.000” and “1,000” are both a thousand: Django's own field reads the first as 1."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "width-4", "autocomplete": "off"})
    default_error_messages = {"invalid": gettext_lazy("Write a whole number in digits, for example 65.")}

    def to_python(self, value: Any) -> int | None:
        text = str(value).strip() if value not in self.empty_values else ""
        if not text:
            return None
        text = re.sub(r"[.,'\s]", "", text) if GROUPED.fullmatch(text) else text
        if re.fullmatch(r"[+-]?\d{19,}", text):
            raise ValidationError(_("This number is too large."), code="large")
        if not re.fullmatch(r"[+-]?\d{1,18}", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # no min and max: the browser would refuse in its own words


class QuantityField(forms.DecimalField):
    """An amount, read as people of the active language write it: “600.000,5” is Indonesian, “600,000.5” English."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "width-10", "autocomplete": "off"})
    default_error_messages = {"invalid": gettext_lazy("Write the amount in digits, for example 100.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs copy it from IntegerField
        if not isinstance(value, str):
            return super().to_python(value)
        text = self._without_groups(re.sub(r"\s", "", value).replace("−", "-")).replace(",", ".")
        if not re.fullmatch(r"[+-]?[\d.]*", text):  # “1e3” is a number to Python alone
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def _without_groups(self, text: str) -> str:
        group, point = (",", ".") if (get_language() or "").startswith("en") else (".", ",")
        is_grouped = re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(\{group}\d{{3}})+(\{point}\d+)?", text)
        return text.replace(group, "") if is_grouped else text

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as it would be typed: without trailing noughts, with the point of the language."""
        if not isinstance(value, Decimal):
            return value
        text = f"{value.normalize():f}"
        return text if (get_language() or "").startswith("en") else text.replace(".", ",")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class DegreesField(QuantityField):
    """Degrees of latitude or longitude, kept to six decimals (a tenth of a metre); maps give more.

    “106.827” and “106,827” are the same in every language: nobody writes thousands of degrees.
    """

    limit: int

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as above
        degrees = super().to_python(value)
        if degrees is None:
            return None
        if not degrees.is_finite() or abs(degrees) > self.limit:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return round(degrees, 6)

    def _without_groups(self, text: str) -> str:
        return text


class LatitudeField(DegreesField):
    limit = 90
    default_error_messages = {"invalid": gettext_lazy("Write degrees from −90 to 90, for example −6.9147.")}


class LongitudeField(DegreesField):
    limit = 180
    default_error_messages = {"invalid": gettext_lazy("Write degrees from −180 to 180, for example 107.6098.")}
