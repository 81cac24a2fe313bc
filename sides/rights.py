"""Who may do what with a record of two sides: the rights of `accounts.rights`, asked about this record."""

from __future__ import annotations

from typing import Any

from accounts.rights import Right
from agreements.models import Measurement
from agreements.programmes import may_change_measurement
from regions.models import Organisation


def other_sides(user: Any, record: Any, row: Any = None) -> list[int]:
    """The sides for which the user may propose a correction: they take part, and another side answers it. Nobody
    proposes what they may change themselves."""
    if isinstance(row, Measurement) and may_change_measurement(user, row):
        return []
    return [pk for pk in sides_of(user, record) if pk != answers(record, row)]


def sides_of(user: Any, record: Any) -> list[int]:
    """The sides of the record in whose name the user may propose something."""
    sides = [pk for pk in user.regions_for(Right.PROPOSE_CORRECTIONS) if pk in record.region_ids]
    acting = [pk for pk in user.units_for(Right.PROPOSE_CORRECTIONS) if pk in record.organisation_ids]
    if acting:
        sides += Organisation.objects.filter(pk__in=acting, region__isnull=False).values_list("region_id", flat=True)
    return list(dict.fromkeys(sides))


def answers(record: Any, row: Any = None) -> int:
    """The side that answers a correction: of a measurement the one that measured, else who keeps the record."""
    measured_by = row.region_id if isinstance(row, Measurement) else None
    return int(measured_by or record.owner_id)


def answers_to(correction: Any) -> int | None:
    """As `answers`; None where that is who proposed it, since the measurement it was about is no longer there."""
    side = answers(correction.record, correction.measurement)
    return None if side == correction.region_id else side


def may_answer(user: Any, correction: Any) -> bool:
    """Accept or decline what another side proposes."""
    side = answers_to(correction)
    return side is not None and bool(user.may(Right.ANSWER_CORRECTIONS, side))


def may_withdraw(user: Any, correction: Any) -> bool:
    """Whoever proposed it, while they may for that side, and its officers."""
    if correction.region_id in user.regions_for(Right.PROPOSE_CORRECTIONS):
        return True
    return correction.by_id == user.pk and correction.region_id in sides_of(user, correction.record)


def may_confirm(user: Any, record: Any, region_id: int | None) -> bool:
    """A side confirms a row of its own on a record that another side keeps; its own record needs no second word."""
    if region_id is None or region_id == record.owner_id:
        return False
    return region_id in user.regions_for(Right.CONFIRM_SIDE)


def may_hand_over(user: Any, record: Any) -> bool:
    return bool(user.may(Right.HAND_OVER, record.owner_id))


def may_take_over(user: Any, handover: Any) -> bool:
    return bool(user.may(Right.HAND_OVER, handover.to_region_id))
