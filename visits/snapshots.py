"""What a person was on the day of the visit, taken from their positions when they are chosen from the register."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from records.dates import Precision
from regions.models import Manner, Official, Position
from visits.models import Delegate, Delegation

if TYPE_CHECKING:
    from pages.sheets.rows import RowForm


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


def was_filled_in(row: RowForm, name: str) -> bool:
    """Was the name that stands in the row filled in for an official in whose place another one is chosen now?"""
    before, changed = row.initial.get("official"), row.changed_data
    if not before or "official" not in changed or name in changed or not row.cleaned_data.get("official"):
        return False
    former = Official.objects.filter(pk=before).first()
    return former is not None and row.initial.get(name) == str(former)


def part_from_former(row: RowForm) -> None:
    """What was filled in for another official goes with them: the name, and what else was not changed in this form."""
    if was_filled_in(row, "name"):
        record = row.instance
        record.name = ""
        for name in {"capacity", "manner", "organisation"} & set(row.fields) - set(row.changed_data):
            setattr(record, name, record._meta.get_field(name).get_default())


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
