"""The deeds around a handover: offered, taken over, declined, withdrawn."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.rights import Right
from records import rows
from records.models import Deed, Stale
from records.restoring import hand_on
from records.tracing import trace
from regions.models import Region
from sides import correcting
from sides.claiming import claim
from sides.models import Correction, Handover, HandoverState
from sides.telling import regions_with, tell


def receivers(record: Any) -> list[Region]:
    """The other sides that take part and have somebody on the installation who decides for them."""
    return regions_with(Right.HAND_OVER, [pk for pk in record.region_ids if pk != record.owner_id])


@transaction.atomic
def offer(record: Any, to: Region, text: str, *, by: Any, submission: uuid.UUID) -> Handover:
    """Raises IntegrityError when this submission was saved before, or when the record is offered already.

    An offer to a side that has no part in it any more ends by this one.
    """
    for old in Handover.objects.of(record).open().exclude(to_region__in=record.region_ids):
        withdraw(old, by=by, version=old.version)
    handover = Handover.objects.create(
        **{str(record._meta.model_name): record}, from_region_id=record.owner_id, to_region=to, text=text,
        offered_by=by, submission=submission,
    )  # fmt: skip
    tell(f"handover/{handover.pk}/new", by=by, right=Right.HAND_OVER, regions=[to.pk])
    return handover


@transaction.atomic
def take_over(handover: Handover, answer: str, *, by: Any, version: int) -> Handover:
    """`owner` of the record moves. Raises Stale when somebody has answered, when the record is kept by a third side, or
    when this side has no part in it any more."""
    record = claim(handover, version)
    if record.owner_id != handover.from_region_id or handover.to_region_id not in record.region_ids:
        raise Stale(handover)
    record.owner_id = handover.to_region_id
    with rows.along():  # until this moment the record is the other side's to change
        record.save(update_fields=["owner"])
    hand_on(record, before=handover.from_region_id)
    _hand_on_corrections(record, handover.to_region_id, by)
    sides = [handover.from_region_id, handover.to_region_id]
    trace(Deed.HANDED_OVER, what=record, only=sides)
    return _answer(handover, HandoverState.ACCEPTED, answer, by)


def _hand_on_corrections(record: Any, keeper: int, by: Any) -> None:
    """Nobody answers what they have proposed themselves; the rest waits for the new keeper. A measurement is answered
    by its own side as before."""
    waiting = Correction.objects.of(record).open().filter(measurement__region__isnull=True)
    for one in waiting.order_by("pk"):
        if one.region_id == keeper:
            correcting.settle(one, by=by, version=one.version)
        else:
            tell(f"correction/{one.pk}/new", by=by, right=Right.ANSWER_CORRECTIONS, regions=[keeper])


@transaction.atomic
def decline(handover: Handover, answer: str, *, by: Any, version: int) -> Handover:
    claim(handover, version)
    return _answer(handover, HandoverState.DECLINED, answer, by)


@transaction.atomic
def withdraw(handover: Handover, *, by: Any, version: int) -> Handover:
    claim(handover, version)
    return _answer(handover, HandoverState.WITHDRAWN, "", by)


def _answer(handover: Handover, state: HandoverState, answer: str, by: Any) -> Handover:
    handover.state, handover.answer = state, answer
    handover.answered_by, handover.answered_at = by, timezone.now()
    handover.save()
    if state != HandoverState.WITHDRAWN:
        tell(
            f"handover/{handover.pk}/answered",
            by=by,
            people=[handover.offered_by],
            right=Right.HAND_OVER,
            regions=[] if _offerer_is_there(handover) else [handover.from_region_id],
        )
    return handover


def _offerer_is_there(handover: Handover) -> bool:
    """Do they still decide for the side? Else the answer goes to all who do."""
    return handover.offered_by is not None and handover.offered_by.may(Right.HAND_OVER, handover.from_region_id)
