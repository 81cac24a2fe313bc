"""The reference rows of visits: the kinds of visit, from `data/visit_kinds.csv`."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from visits.models import VisitKind

VISIT_KINDS = Path(__file__).parent / "data" / "visit_kinds.csv"


@transaction.atomic
def load() -> list[VisitKind]:
    """Add the kinds that are missing and return them: one statement to look, one to add, safe to run any number of
    times.

    A kind that is there is never touched, whatever its names: the table belongs to the administrator, the file only
    begins it.
    """
    present = set(VisitKind.objects.values_list("code", flat=True))
    with VISIT_KINDS.open(encoding="utf-8", newline="") as file:
        kinds = [VisitKind(position=n, **row) for n, row in enumerate(csv.DictReader(file), start=1)]
    return VisitKind.objects.bulk_create(kind for kind in kinds if kind.code not in present)
