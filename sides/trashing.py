"""What another side hears when a record that is also its own goes to the trash of its keeper, or comes back.

`records.trash` calls by name (`settings.TRASH_TELLER`): it stands below all that knows of sides.
"""

from __future__ import annotations

from typing import Any

from accounts.rights import Right
from records.models import Deed, Trashed
from regions.models import Region
from sides.models import RECORDS
from sides.telling import regions_with, tell

TOLD = Right.PROPOSE_CORRECTIONS  # who speaks for the other side hears of it


def tell_other_sides(deed: Deed, thrown: Trashed, *, by: Any) -> None:
    """Inside the transaction of the deed. Nothing where the record was of one side, or only a part of it is meant."""
    regions = other_sides(thrown)
    if regions:
        record = f"{thrown.model.rpartition('.')[2]}/{thrown.object_id}/restored/{thrown.pk}"
        tell(gone(thrown.pk) if deed == Deed.TRASHED else record, by=by, right=TOLD, regions=regions)


def gone(pk: int) -> str:
    """The occasion of the letter that tells of this trash."""
    return f"trash/{pk}/new"


def other_sides(thrown: Trashed) -> list[int]:
    """The regions that saw the thrown record and do not keep it. It needs `rows`, which no person is given."""
    if thrown.model not in {model._meta.label_lower for model in RECORDS.values()}:
        return []
    table = RECORDS[thrown.model.rpartition(".")[2]]._meta.db_table
    (row,) = (row for name, found in thrown.rows if name == table for row in found if row["id"] == thrown.object_id)
    return [pk for pk in row["region_ids"] if pk != thrown.region_id]


def sharing(record: Any) -> list[Region]:
    """The other sides of a record that have somebody on the installation to hear of it."""
    return regions_with(TOLD, [pk for pk in record.region_ids if pk != record.owner_id])
