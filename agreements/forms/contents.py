"""What it is about: points of the scope, the visits that it came from or led to, and where we know it from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.base import ChoosesParties, Filling, PartyField
from agreements.models import AgreementCitation, AgreementSource, AgreementVisit, ScopeDirection, ScopePoint
from pages.lookups import LookupField
from pages.sheets.rows import RowForm, Rows, rows_of
from regions.models import Sector
from regions.sheets import SectorRow
from visits.forms import evidence


class ScopeForm(ChoosesParties, SectorRow):
    """A point of the scope. What goes one way names who gives it, and to whom if not to all others."""

    noun = gettext_lazy("Point %(number)s")
    parts = "agreements/_row_scope.html"
    advanced = ("certainty", "quote")
    party_fields = ("giver", "receiver")
    filling: Filling

    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), required=False, label=gettext_lazy("Sector"))
    giver = PartyField(empty=gettext_lazy("Not stated"), label=gettext_lazy("Given by"))
    receiver = PartyField(empty=gettext_lazy("All other parties"), label=gettext_lazy("Given to"))

    class Meta:
        model = ScopePoint
        fields = ("heading", "text", "sector", "direction", "certainty", "quote")
        widgets = {"text": forms.Textarea({"rows": 2}), "quote": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = [("", _("Not stated")), *ScopeDirection.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        giver, receiver = cleaned.get("giver"), cleaned.get("receiver")
        if (
            (giver or receiver)
            and cleaned.get("direction") != ScopeDirection.ONE_WAY
            and "direction" not in self.errors
        ):
            self.add_error(
                "direction", _("Only a point that goes one way has a giver and a receiver: choose “One way”.")
            )
        elif giver and giver is receiver:
            self.add_error("receiver", _("A party cannot give to itself: choose another receiver."))
        return cleaned


SCOPE_ROWS = rows_of(ScopeForm)


class VisitForm(RowForm):
    """A visit that it came from or at which it was dealt with; an outcome brings its visit with it."""

    noun = gettext_lazy("Visit %(number)s")
    parts = "agreements/_row_visit.html"
    filling: Filling

    class Meta:
        model = AgreementVisit
        fields = ("visit", "outcome", "relation", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visit"] = LookupField(self.filling.visits, required=False, label=_("Visit"))
        self.fields["outcome"] = LookupField(
            self.filling.outcomes,
            required=False,
            label=_("Outcome"),
            help_text=_("If one outcome of the visit led to it. It brings its visit with it."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        visit, outcome = cleaned.get("visit"), cleaned.get("outcome")
        faulty = {"visit", "outcome"} & set(self.errors)
        if outcome and not visit and not faulty:
            cleaned["visit"] = outcome.visit
        elif visit is None and not faulty:
            self.add_error("visit", _("Choose the visit, or one outcome of it."))
        elif visit and outcome and outcome.visit_id != visit.pk:
            self.add_error(
                "outcome", _("This outcome is of another visit. Choose one of this visit, or clear the visit.")
            )
        return cleaned


class VisitRows(Rows):
    def clean(self) -> None:
        """The same visit, outcome and relation stand here once."""
        seen = set()
        for row in self.ordered:
            if not row.is_live or not hasattr(row, "cleaned_data"):
                continue
            link = tuple(map(row.said, ("visit", "outcome", "relation")))
            if link[0] and link in seen:
                row.add_error("visit", _("This visit is linked already in the same way."))
            seen.add(link)


VISIT_ROWS = rows_of(VisitForm, VisitRows)


class CitationForm(evidence.CitationForm):
    class Meta(evidence.CitationForm.Meta):
        model = AgreementCitation  # type: ignore[assignment]  # a table of the same shape


CITATION_ROWS = rows_of(CitationForm)


class SourceForm(evidence.SourceForm):
    citation_rows = CITATION_ROWS

    class Meta(evidence.SourceForm.Meta):
        model = AgreementSource  # type: ignore[assignment]  # a table of the same shape


SOURCE_ROWS = rows_of(SourceForm)
