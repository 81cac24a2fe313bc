"""The fingerprint of what a side confirms: all that its row says, with the members or signatories in it.

Computed by the database from the rows as they stand, so a confirmation lapses whoever changed them and by whatever way,
and holds again when the old words come back. The place in a list does not count. The columns are named one by one: a
new one would make all confirmations lapse, so a test asks for a decision about it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Func

from agreements.models import Measurement, Party, Signatory
from visits.models import Delegate, Delegation

SAID: dict[Any, tuple[str, ...]] = {
    Delegation: (
        "side", "region_id", "organisation_id", "on_behalf_of_region_id", "on_behalf_of", "headcount",
        "headcount_comparator", "topics",
    ),
    Delegate: (
        "form", "role", "official_id", "name", "capacity", "manner", "count", "count_comparator", "on_behalf_of",
        "organisation_id", "certainty", "quote",
    ),
    Party: (
        "role", "region_id", "organisation_id", "on_behalf_of_region_id", "on_behalf_of", "number", "unit_id",
        "liaison", "certainty", "quote",
    ),
    Signatory: ("official_id", "name", "capacity", "manner", "on_behalf_of", "power", "certainty"),
    Measurement: ("indicator_id", "measured_on", "value", "note", "attachment_id", "region_id"),
}  # fmt: skip
UNSAID = {"id", "position", "version", "visit_id", "delegation_id", "agreement_id", "party_id", "by_id", "at"}
INSIDE = {Delegation: (Delegate, "delegation_id"), Party: (Signatory, "party_id")}


def _array(model: Any, alias: str) -> str:
    return f"jsonb_build_array({', '.join(f'{alias}.{name}' for name in SAID[model])})"


def template(model: Any, key: str = "%(expressions)s") -> str:
    """SQL of the fingerprint of the row with this key."""
    parts = [f"{_array(model, 'r')}::text"]
    if model in INSIDE:
        below, column = INSIDE[model]
        parts.append(
            f"COALESCE((SELECT jsonb_agg({_array(below, 'i')} ORDER BY i.id)::text "  # noqa: S608 -- names only
            f"FROM {below._meta.db_table} i WHERE i.{column} = r.id), '')"
        )
    return f"(SELECT md5({' || '.join(parts)}) FROM {model._meta.db_table} r WHERE r.id = {key})"  # noqa: S608


def print_of(row: Any) -> str:
    """As it stands in the database now. One query."""
    found = type(row)._default_manager.filter(pk=row.pk).annotate(said=printed(type(row)))
    return str(found.values_list("said", flat=True).get())


def printed(model: Any, key: str = "pk") -> Func:
    return Func(F(key), template=template(model), output_field=CharField())
