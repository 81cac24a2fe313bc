"""How an agreement came to be what it is: its own changes and those of everything that hangs on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementSector,
    AgreementSource,
    AgreementVisit,
    Evaluation,
    Indicator,
    Measurement,
    Party,
    Programme,
    ScopePoint,
    Signatory,
    Signing,
    StepEntry,
)
from documents.papers import events_of
from records.history import Change, event_model, history_of
from visits.changes import said_of
from visits.models import Visit

CHILDREN = (
    Party, Signing, ScopePoint, AgreementSector, AgreementSource, AgreementCitation, StepEntry, Programme, Evaluation,
)  # fmt: skip


def changes_of(agreement: Agreement, reader: Any) -> list[Change]:
    """All that this reader may know, newest first: notes and restricted papers of the other side are left out, and what
    was written about visits that the reader does not see."""
    of_agreement = Q(agreement_id=agreement.pk)
    children = [event_model(child).objects.filter(of_agreement) for child in CHILDREN]
    parties = event_model(Party).objects.filter(of_agreement).values("pgh_obj_id")
    signatories = event_model(Signatory).objects.filter(party_id__in=parties)
    programmes = event_model(Programme).objects.filter(of_agreement).values("pgh_obj_id")
    indicators = event_model(Indicator).objects.filter(programme_id__in=programmes)
    measurements = event_model(Measurement).objects.filter(indicator_id__in=indicators.values("pgh_obj_id"))
    seen = Visit.objects.visible_to(reader).values("pk")
    visits = event_model(AgreementVisit).objects.filter(of_agreement, visit_id__in=seen)
    below = (visits, signatories, indicators, measurements)
    said = said_of(agreement)
    return history_of(agreement, *children, *below, *said, *events_of(agreement, reader), reader=reader)
