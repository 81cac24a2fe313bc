"""What a correction is about: a visit or an agreement, or one row of it; and the form of its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from agreements.forms.base import Filling as FillingOfAgreements
from agreements.models import Agreement, Measurement, Party
from sides.forms.facts import AgreementFacts, DelegationFacts, MeasurementFacts, PartyFacts, VisitFacts
from sides.models import About, Correction
from visits.forms.base import Filling as FillingOfVisits
from visits.models import Delegation, Visit

FORMS: dict[str, Any] = {
    "visit": VisitFacts,
    "agreement": AgreementFacts,
    "delegation": DelegationFacts,
    "party": PartyFacts,
    "measurement": MeasurementFacts,
}
MANY = ("kinds", "sectors")  # fields that stand beside the row of the record


@dataclass(frozen=True)
class Subject:
    """A record, and the row of it that is meant (None: the record itself)."""

    record: Any
    row: Any = None

    @property
    def meant(self) -> Any:
        return self.row if self.row is not None else self.record

    @property
    def what(self) -> str:
        """“visit”, “delegation” …: also as it stands in addresses."""
        return str(self.meant._meta.model_name)

    @property
    def about(self) -> str:
        return About.RECORD if self.row is None else self.what.upper()

    @property
    def keys(self) -> dict[str, Any]:
        """The fields of a correction or confirmation that point here."""
        keys = {str(self.record._meta.model_name): self.record}
        return keys if self.row is None else keys | {self.what: self.row}

    @property
    def row_name(self) -> str:
        if self.row is None:
            return ""
        if isinstance(self.row, Measurement):
            return f"{self.row.indicator}: {self.row}"[:500]
        return str(self.row)[:500]

    def anew(self) -> Subject:
        """As it stands now in the database."""
        record = type(self.record).objects.for_names().get(pk=self.record.pk)
        return Subject(record, None if self.row is None else type(self.row)._default_manager.get(pk=self.row.pk))

    def form(self, user: Any, data: QueryDict | None = None, *, quiet: bool = False, like: Any = None) -> Any:
        """The facts as they stand; with `data` what was typed; `like` a form that was judged, what it leads to."""
        filling_class = FillingOfVisits if isinstance(self.record, Visit) else FillingOfAgreements
        filling = filling_class(user, quiet=quiet)
        initial = None
        if like is not None:
            initial = {name: like.cleaned_data[name] for name in MANY if name in like.cleaned_data}
        return FORMS[self.what](data, instance=self.meant, filling=filling, initial=initial)


def subject_of(user: Any, what: str, pk: int) -> Subject:
    """The record, or the row with its record, if the user sees it; else 404."""
    if what == "visit":
        return Subject(get_object_or_404(Visit.objects.visible_to(user).for_names(), pk=pk))
    if what == "agreement":
        return Subject(get_object_or_404(Agreement.objects.visible_to(user).for_names(), pk=pk))
    if what == "delegation":
        row: Any = get_object_or_404(Delegation.objects.select_related("region", "organisation"), pk=pk)
        return Subject(get_object_or_404(Visit.objects.visible_to(user).for_names(), pk=row.visit_id), row)
    if what == "party":
        row = get_object_or_404(Party.objects.select_related("region", "organisation"), pk=pk)
        return Subject(get_object_or_404(Agreement.objects.visible_to(user).for_names(), pk=row.agreement_id), row)
    if what == "measurement":
        row = get_object_or_404(Measurement.objects.select_related("indicator__programme"), pk=pk)
        key = row.indicator.programme.agreement_id
        return Subject(get_object_or_404(Agreement.objects.visible_to(user).for_names(), pk=key), row)
    raise Http404


def subject_of_correction(correction: Correction) -> Subject | None:
    """None where the row is no longer there."""
    return None if correction.lost_its_row else Subject(correction.record, correction.row)
