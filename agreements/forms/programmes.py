"""The forms of programmes, measurements and evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import (
    Advice,
    Agreement,
    AgreementAttachment,
    Evaluation,
    Indicator,
    Measurement,
    Programme,
    ProgrammeUnit,
)
from documents.forms import ACCESS_HINT, PapersField
from documents.models import Access
from pages.lookups import LookupField
from pages.sheets import sheet
from pages.sheets.fields import DayField, QuantityField
from pages.sheets.filled import FilledForm
from pages.sheets.rows import RowForm, Rows, rows_of
from pages.sheets.sheet import Beginning
from pages.templatetags.pages import Problem
from pages.versions import VersionedForm
from regions.lookups import ORGANISATIONS
from regions.models import Region, Sector
from regions.sheets import Filling


class ProgrammeForm(FilledForm):
    advanced = ("certainty", "quote")
    filling: Filling

    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), required=False, label=gettext_lazy("Sector"))
    starts_on = DayField(required=False, label=gettext_lazy("From"))
    ends_on = DayField(required=False, label=gettext_lazy("Until"))

    class Meta:
        model = Programme
        fields = ("name", "about", "sector", "starts_on", "ends_on", "certainty", "quote")
        widgets = {"about": forms.Textarea({"rows": 3}), "quote": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = self.filling.sectors  # type: ignore[attr-defined]  # a ModelChoiceField


class UnitForm(RowForm):
    noun = gettext_lazy("Unit %(number)s")
    parts = "agreements/_row_unit.html"

    organisation = LookupField(ORGANISATIONS, required=True, label=gettext_lazy("Responsible unit"))

    class Meta:
        model = ProgrammeUnit
        fields = ("organisation",)


class UnitRows(Rows):
    def clean(self) -> None:
        seen = set()
        for row in self.ordered:
            unit = row.said("organisation") if row.is_live and hasattr(row, "cleaned_data") else None
            if unit and unit.pk in seen:
                row.add_error("organisation", _("This unit is responsible already."))
            seen.add(unit.pk if unit else None)


class IndicatorForm(RowForm):
    noun = gettext_lazy("Indicator %(number)s")
    parts = "agreements/_row_indicator.html"

    baseline = QuantityField(required=False, max_digits=20, decimal_places=3, label=gettext_lazy("Baseline"))
    baseline_on = DayField(required=False, label=gettext_lazy("Baseline measured on"))
    target = QuantityField(required=False, max_digits=20, decimal_places=3, label=gettext_lazy("Target"))
    target_on = DayField(required=False, label=gettext_lazy("To be reached by"))

    class Meta:
        model = Indicator
        fields = ("name", "unit", "better", "baseline", "baseline_on", "target", "target_on")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("baseline_on"), cleaned.get("target_on")
        if first and last and last < first:
            self.add_error("target_on", _("The end lies before the start. Swap the two dates or correct one."))
        return cleaned


class ProgrammeSheet(sheet.Sheet):
    """A programme with its responsible units and indicators."""

    form_class = ProgrammeForm
    filling_class = Filling
    lists_of = {"units": rows_of(UnitForm, UnitRows), "indicators": rows_of(IndicatorForm)}
    starts_with = {"units": 1, "indicators": 1}

    indicators: Rows

    @classmethod
    def begin(cls, filling: Any) -> Beginning:
        return Beginning(Programme())

    @classmethod
    def children(cls, record: Programme) -> dict[str, list[Any]]:
        units = record.unit_links.select_related("organisation__region")
        return {"units": list(units), "indicators": list(record.indicators.all())}

    def check(self) -> Iterator[Problem]:
        """What was measured does not go with its indicator by a slip of the hand."""
        for row in self.indicators.ordered:
            count = row.instance.measurements.count() if row.is_removed and row.instance.pk else 0
            if count:
                message = ngettext(
                    "“%(name)s” has %(n)s measurement. Put the indicator back, or delete its measurement first.",
                    "“%(name)s” has %(n)s measurements. Put the indicator back, or delete its measurements first.",
                    count,
                )
                yield "", message % {"name": row.instance, "n": count}


class EvidenceForm(VersionedForm):
    """A form whose evidence is a paper of the agreement that the reader sees, and that is given in a side's name."""

    def __init__(self, *args: Any, agreement: Agreement, user: Any, sides: list[int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = sides
        papers: Any = AgreementAttachment.objects.visible_to(user)
        latest = papers.filter(agreement=agreement, replaced_by__isnull=True) | papers.filter(
            pk=self.instance.attachment_id
        )
        self.fields["attachment"].queryset = latest.order_by("kind", "pk")  # type: ignore[attr-defined]
        self.fields["attachment"].required = False
        self.fields["attachment"].empty_label = _("None of them")  # type: ignore[attr-defined]
        if len(sides) > 1 and not self.instance.pk:
            regions = Region.objects.filter(pk__in=[side for side in sides if side])
            self.fields["side"] = forms.ModelChoiceField(regions, label=_("In the name of"), initial=sides[0])

    @property
    def side_id(self) -> int | None:
        side = self.cleaned_data.get("side")
        return side.pk if side else self.sides[0]


class MeasurementForm(EvidenceForm):
    measured_on = DayField(label=gettext_lazy("Measured on"))
    value = QuantityField(max_digits=20, decimal_places=3, label=gettext_lazy("Value"))
    uploads = PapersField(
        several=False,
        required=False,
        label=gettext_lazy("Evidence as a new file"),
        help_text=gettext_lazy("It is kept among the papers of the agreement."),
    )

    access = forms.ChoiceField(
        choices=Access.choices,
        required=False,
        initial=Access.INTERNAL,
        label=gettext_lazy("Access to the new file"),
        help_text=ACCESS_HINT,
    )
    field_order = ["measured_on", "value", "note", "attachment", "uploads", "access", "side"]

    class Meta:
        model = Measurement
        fields = ["measured_on", "value", "note", "attachment"]
        widgets = {"note": forms.Textarea({"rows": 2})}
        labels = {"attachment": gettext_lazy("Evidence among the papers")}

    def __init__(self, *args: Any, indicator: Indicator, today: Any, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["uploads"].accept_pieces_of(kwargs["user"])  # type: ignore[attr-defined]  # a PapersField
        self.fields["value"].label = f"{_('Value')} ({indicator.unit})" if indicator.unit else _("Value")

    def clean_access(self) -> str:
        return self.cleaned_data["access"] or str(Access.INTERNAL)

    def clean_measured_on(self) -> Any:
        day = self.cleaned_data["measured_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future. Record it when it was measured."))
        return day


RATINGS = [
    ("", gettext_lazy("Not rated")),
    (5, gettext_lazy("5 – very good")),
    (4, gettext_lazy("4 – good")),
    (3, gettext_lazy("3 – sufficient")),
    (2, gettext_lazy("2 – poor")),
    (1, gettext_lazy("1 – very poor")),
]


class EvaluationForm(EvidenceForm):
    evaluated_on = DayField(label=gettext_lazy("Judged on"))
    period_from = DayField(required=False, label=gettext_lazy("Period from"))
    period_until = DayField(required=False, label=gettext_lazy("Period until"))
    rating = forms.TypedChoiceField(
        choices=RATINGS, coerce=int, empty_value=None, required=False, label=gettext_lazy("Rating")
    )

    class Meta:
        model = Evaluation
        fields = [
            "role", "programme", "evaluated_on", "period_from", "period_until", "rating", "findings", "obstacles",
            "advice", "attachment",
        ]  # fmt: skip
        widgets = {"findings": forms.Textarea({"rows": 4}), "obstacles": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, agreement: Agreement, today: Any, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, agreement=agreement, **kwargs)
        about: Any = self.fields["programme"]
        about.queryset, about.empty_label, about.help_text = agreement.programmes.all(), _("The whole agreement"), ""
        advice: Any = self.fields["advice"]
        advice.choices = [("", _("No recommendation")), *Advice.choices]

    def clean_evaluated_on(self) -> Any:
        day = self.cleaned_data["evaluated_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future. Record it when it was judged."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in ("rating", "findings", "obstacles", "advice")):
            self.add_error("findings", _("Say what was found, or give a rating or a recommendation."))
        return cleaned
