"""The agreement's own fields: what it is, how long it holds, what it is for, the council test."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.base import Filling
from agreements.lookups import AgreementLookup
from agreements.models import CLOSED_UNSIGNED, Agreement, AgreementNature, Initiator
from agreements.rules import KEEPERS_ACT
from pages.lookups import LookupField
from pages.sheets.fields import DayField, WholeNumberField, end_of_month
from pages.sheets.filled import FilledForm
from records.dates import Precision
from regions.models import Region, Sector
from visits.forms.visit import offer_owners

MONTHS, YEARS = "months", "years"
ROUNDED = {Precision.MONTH, Precision.YEAR}
LONGEST = 1200  # months


class AgreementForm(FilledForm):
    """`term` and `term_unit` become `term_months`: officers speak of five years, or of eighteen months."""

    advanced = ("category_certainty", "kind_certainty", "initiator")
    ties = ("nature", "predecessor", "parent")
    filling: Filling

    valid_from = DayField(
        required=False, label=gettext_lazy("Valid from"), help_text=gettext_lazy("Empty: from the day of the signing.")
    )
    valid_until = DayField(
        required=False,
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("The last day. Empty: counted from the term."),
    )
    term = WholeNumberField(required=False, min_value=1, label=gettext_lazy("Term"))
    term_unit = forms.ChoiceField(
        required=False,
        choices=[(YEARS, gettext_lazy("years")), (MONTHS, gettext_lazy("months"))],
        label=gettext_lazy("Unit of the term"),
    )
    notice_days = WholeNumberField(
        required=False,
        min_value=0,
        max_value=32767,
        label=gettext_lazy("Notice period in days"),
        help_text=gettext_lazy("Counted back from the effective end."),
    )
    sectors = forms.ModelMultipleChoiceField(
        Sector.objects.all(), required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Sectors")
    )

    class Meta:
        model = Agreement
        fields = (
            "title", "owner", "category", "category_certainty", "kind", "kind_certainty", "nature", "initiator",
            "predecessor", "parent", "valid_from", "valid_until", "validity_precision", "validity_as_stated",
            "validity_certainty", "open_ended", "notice_days", "about", "objectives", "benefits", "funding", "remarks",
            "burdens_public", "outside_budget", "council_note", "sectors",
        )  # fmt: skip
        widgets = {
            "about": forms.Textarea({"rows": 3}),
            "objectives": forms.Textarea({"rows": 3}),
            "benefits": forms.Textarea({"rows": 2}),
            "funding": forms.Textarea({"rows": 2}),
            "remarks": forms.Textarea({"rows": 3}),
            "council_note": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, months = self.filling.user, self.instance.term_months
        agreements = AgreementLookup(user)
        if months:
            self.initial["term"], self.initial["term_unit"] = (months, MONTHS) if months % 12 else (months // 12, YEARS)
        for name, label in (("predecessor", _("The earlier agreement")), ("parent", _("Under the agreement"))):
            self.fields[name] = LookupField(
                agreements, required=False, label=label, help_text=self.fields[name].help_text
            )
        precision = self.fields["validity_precision"]
        fitting = (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.UNKNOWN)
        precision.choices = [(one.value, one.label) for one in fitting]  # type: ignore[attr-defined]
        if self.instance.validity_precision not in fitting:
            stored = Precision(self.instance.validity_precision)
            precision.choices.append((stored.value, stored.label))  # type: ignore[attr-defined]
        self.fields["initiator"].choices = [("", _("Not stated")), *Initiator.choices]  # type: ignore[attr-defined]
        self.fields["sectors"].choices = self.filling.sectors[1:]  # type: ignore[attr-defined]
        offer_owners(self, user)

    @property
    def ties_open(self) -> bool:
        return any(name in self.errors or self.is_filled(name) for name in self.ties)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._check_validity(cleaned)
        self._check_term(cleaned)
        self._check_predecessor(cleaned)
        self._check_line(cleaned)
        return cleaned

    def _check_validity(self, cleaned: dict[str, Any]) -> None:
        """Of a month or year the bounds are kept: its first and its last day."""
        if cleaned.get("validity_precision") in ROUNDED:
            year = cleaned["validity_precision"] == Precision.YEAR
            if first := cleaned.get("valid_from"):
                cleaned["valid_from"] = first.replace(day=1, month=1 if year else first.month)
            if last := cleaned.get("valid_until"):
                cleaned["valid_until"] = end_of_month(last.replace(day=1, month=12 if year else last.month))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The end lies before the start. Swap the two dates or correct one."))

    def _check_term(self, cleaned: dict[str, Any]) -> None:
        term = cleaned.get("term")
        months = term * (1 if cleaned.get("term_unit") == MONTHS else 12) if term else None
        if months and months > LONGEST:
            self.add_error("term", _("A term is 100 years at most."))
        elif "term" not in self.errors:
            self.instance.term_months = months
        if cleaned.get("open_ended") and (months or cleaned.get("valid_until")):
            name = "valid_until" if cleaned.get("valid_until") else "term"
            self.add_error(name, _("An agreement without an end has neither an end nor a term: clear one."))

    def _check_predecessor(self, cleaned: dict[str, Any]) -> None:
        before, nature = cleaned.get("predecessor"), cleaned.get("nature")
        if before is None:
            return
        if nature == AgreementNature.NEW:
            self.add_error("nature", _("Say what it does with the earlier agreement: renew, amend, replace or end it."))
        if {"predecessor", "nature"} & set(self.changed_data) and not self._may_act_on(before, cleaned.get("owner")):
            self.add_error("predecessor", str(KEEPERS_ACT))
        if "predecessor" not in self.changed_data:
            return
        if not before.is_signed or before.closed_as in CLOSED_UNSIGNED:
            self.add_error(
                "predecessor",
                _("“%(title)s” was never signed, so there is nothing to renew or change. Continue that one instead.")
                % {"title": before},
            )

    def _may_act_on(self, before: Agreement, owner: Region | None) -> bool:
        """What acts on it changes its state, and when it ends: kept by the same region, or by officers of both."""
        kept_by = owner.pk if owner else self.instance.owner_id
        return before.owner_id == kept_by or bool(self.filling.user.may_write_for(before.owner_id))

    def _check_line(self, cleaned: dict[str, Any]) -> None:
        """Neither above nor before itself. The database looks again while it saves: see `agreements.rules`."""
        for name in ("parent", "predecessor"):
            other = cleaned.get(name)
            if self.instance.pk and other and self.instance.pk in ancestry(other):
                self.add_error(
                    name,
                    _("“%(title)s” itself follows this agreement or lies under it. Choose another one.")
                    % {"title": other}
                    if other.pk != self.instance.pk
                    else _("An agreement cannot point to itself. Choose another one."),
                )
        if cleaned.get("parent") and cleaned.get("parent") == cleaned.get("predecessor"):
            self.add_error("parent", _("It is either under that agreement or acts on it: clear one of the two."))


def ancestry(agreement: Agreement) -> set[int]:
    """The agreement and all that it comes from or lies under. One query a generation."""
    known: set[int] = set()
    found: set[int] = {agreement.pk}
    while found:
        known |= found
        above = Agreement.objects.filter(pk__in=found).values_list("parent", "predecessor")
        found = {pk for pair in above for pk in pair if pk is not None} - known
    return known
