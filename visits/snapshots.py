"""What a person was on the day of the visit, taken from their positions when they are chosen from the register."""

from __future__ import annotations

import datetime as dt

from records.dates import Precision
from regions.models import Manner, Official, Position
from visits.models import Delegate, Delegation


def take_snapshot(delegate: Delegate, delegation: Delegation) -> None:
    """Give a member without a name the name and office that the register knows; whatever was typed stays.

    Without a day nothing is guessed: an office is taken only from a person who has never held another.
    """
    official = delegate.official
    if official is None or delegate.name:
        return
    delegate.name = str(official)
    position = position_at(official, delegation)
    if position and not delegate.capacity:
        delegate.capacity = position.title
        delegate.manner = position.manner if delegate.manner == Manner.DEFINITIVE else delegate.manner
        delegate.organisation = delegate.organisation or position.organisation


def position_at(official: Official, delegation: Delegation) -> Position | None:
    """The position in which the official took part: of two at once, the one that belongs to the delegation."""
    return position_held(official, known_day(delegation), delegation.organisation_id, delegation.region_id)


def position_held(
    official: Official, day: dt.date | None, organisation_id: int | None, region_id: int | None
) -> Position | None:
    """What the official was on the day for this organisation or region, else their first; without a day only the one
    position of a person who never held another."""
    held = official.positions_on(day) if day else list(official.positions.all())
    fitting = [position for position in held if _belongs(position, organisation_id, region_id)]
    if day:
        return next(iter(fitting or held), None)
    return held[0] if len(held) == 1 else None


def known_day(delegation: Delegation) -> dt.date | None:
    visit = delegation.visit
    return visit.starts_on if visit.precision in (Precision.DAY, Precision.RANGE) else None


def _belongs(position: Position, organisation_id: int | None, region_id: int | None) -> bool:
    if organisation_id:
        return position.organisation_id == organisation_id
    return position.organisation.region_id == region_id
