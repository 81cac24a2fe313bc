"""What came of it, and who must do what about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.lookups import LookupField
from pages.sheets.fields import DayField, NarrowSelect, QuantityField
from pages.sheets.rows import rows_of
from regions.lookups import ORGANISATIONS
from regions.models import Sector
from regions.sheets import SectorRow
from visits.models import FollowUp, Outcome


class OutcomeForm(SectorRow):
    noun = gettext_lazy("Outcome %(number)s")
    parts = "visits/_row_outcome.html"
    follow_up_fields = ("responsible", "requested_by", "due_on", "due_as_stated")
    advanced = ("nature", "given_by", "given_to", "comparator", "quantity", "unit", "sector", "certainty", "quote")

    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), required=False, label=gettext_lazy("Sector"))
    quantity = QuantityField(
        required=False, min_value=0, max_digits=20, decimal_places=3, label=gettext_lazy("Quantity")
    )
    responsible = LookupField(ORGANISATIONS, required=False, label=gettext_lazy("Responsible unit"))
    due_on = DayField(required=False, label=gettext_lazy("Due"))

    class Meta:
        model = Outcome
        fields = (
            "kind", "text", "direction", "follow_up", "responsible", "requested_by", "due_on", "due_as_stated",
            "nature", "given_by", "given_to", "comparator", "quantity", "unit", "sector", "certainty", "quote",
        )  # fmt: skip
        widgets = {
            "text": forms.Textarea({"rows": 2}),
            "quote": forms.Textarea({"rows": 2}),
            "comparator": NarrowSelect,
        }
        labels = {"comparator": gettext_lazy("How exact?")}

    @property
    def follow_up_open(self) -> bool:
        return any(name in self.errors or self.is_filled(name) for name in self.follow_up_fields)

    @property
    def goes_along(self) -> str:
        if self.initial.get("follow_up") == FollowUp.NOT_NEEDED:
            return ""
        return _(
            "When this is saved, its follow-up goes too, with its log, comments and papers. "
            "All of it stays in the trash for 30 days and can be restored."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("quantity") is not None and not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Say what is counted: “companies”, “tonnes”, “IDR”."))
        return cleaned


OUTCOME_ROWS = rows_of(OutcomeForm)
