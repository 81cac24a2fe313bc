"""A side confirms a row of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from records.models import Stale
from sides.models import Confirmation
from sides.prints import print_of
from sides.subjects import Subject


@transaction.atomic
def confirm(subject: Subject, *, shown: str, by: Any) -> Confirmation:
    """Confirm what was `shown` (its fingerprint); twice is once. Raises Stale when the row says something else by now.

    The record is held meanwhile: nobody changes a row between the look at it and the word about it.
    """
    type(subject.record)._base_manager.select_for_update(no_key=True).only("pk").get(pk=subject.record.pk)
    said = print_of(subject.row)
    if said != shown:
        raise Stale(None)
    known: Confirmation | None = Confirmation.objects.filter(
        **{subject.what: subject.row}, region=subject.row.region_id
    ).first()
    if known is not None and known.print == said:
        return known
    made = known or Confirmation(**subject.keys, region_id=subject.row.region_id)
    made.by, made.on, made.at, made.print = by, by.today(), timezone.now(), said
    made.save()
    return made


@transaction.atomic
def take_back(subject: Subject) -> None:
    """The side no longer stands by it."""
    for known in Confirmation.objects.filter(**{subject.what: subject.row}, region=subject.row.region_id):
        known.delete()
