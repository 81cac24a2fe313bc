"""A correction or a handover is answered: which rows are held, and in which order."""

from __future__ import annotations

from typing import Any

from records import rows
from records.models import Stale


def claim(asked: Any, version: int) -> Any:
    """Hold the record of a correction or handover, then that itself, for this transaction; the record as it stands.

    In this order, as whoever edits the record or throws it away does: the other way round the two would wait for each
    other, and the database would end one of them (deadlock). The record is held for all (`rows.along`), because the
    side that withdraws or takes over may not change it yet.

    Raises Stale when somebody has answered, or thrown the record away, since `version` was read.
    """
    of = asked.record
    with rows.along():
        record = type(of)._base_manager.select_for_update(no_key=True).filter(pk=of.pk).first()
    if record is None:
        raise Stale(None)
    asked.claim(version)
    asked.refresh_from_db(fields=["state"])
    if not asked.is_open:
        raise Stale(asked)
    return record
