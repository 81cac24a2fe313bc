"""In which order rows are held: first the records to which they belong, then the rows themselves.

Much of what changes a part changes its record too (`touch_parent`, the digests of an agreement), and much of what
changes a record changes its parts. Two deeds that take the same rows in different orders wait for each other, and the
database ends one of them (deadlock). So whoever throws a row away, puts it back or edits it holds what is above it
before: visits, agreements, programmes, milestones, of each kind by key. A deed on a follow-up holds its visit alone:
nothing else above it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from django.db import models

from records.rows import along

Model = type[models.Model]

IN_ORDER = ("visit", "agreement", "programme", "milestone")
BETWEEN = ("indicator", "outcome", "delegation", "party")  # parts that have parts


def hold_above(*rows: Any) -> None:
    """Hold the records above these rows, and those of the rows that are such records, until the transaction ends."""
    keys: dict[Model, set[Any]] = {}
    for row in rows:
        keys.setdefault(type(row), set()).add(row.pk)
    hold(keys)


def hold(keys: Mapping[Model, Collection[Any]]) -> None:
    """As `hold_above`, of the rows with these keys; what is gone holds nothing.

    They are held for all (`rows.along`): whoever changes a part may see, and yet not change, its record. One query for
    each table that has records above it, and one for each kind of record.
    """
    with along():
        found = above(keys)
        for record in sorted(found, key=lambda one: IN_ORDER.index(str(one._meta.model_name))):
            held = record._base_manager.select_for_update(no_key=True).filter(pk__in=found[record])
            list(held.order_by("pk").values_list("pk", flat=True))


def above(keys: Mapping[Model, Collection[Any]]) -> dict[Model, set[Any]]:
    """The records above the rows with these keys, as far as they are seen; of a record itself its own key too."""
    found: dict[Model, set[Any]] = {}
    for model, wanted in keys.items():
        for record, key in _above(model, wanted):
            found.setdefault(record, set()).add(key)
    return found


def leads_up(f: models.Field[Any, Any]) -> bool:
    """Is it a key to a record, or to a part between a row and its record?"""
    return isinstance(f, models.ForeignKey) and f.name in (*IN_ORDER, *BETWEEN)


def _above(model: Model, keys: Collection[Any]) -> Iterator[tuple[Model, Any]]:
    if model._meta.model_name in IN_ORDER:
        yield from ((model, key) for key in keys)
    ways = _ways(model)
    if not ways or not keys:
        return
    for row in model._base_manager.order_by().filter(pk__in=keys).values_list(*(way for way, _record in ways)):
        yield from ((record, key) for (_way, record), key in zip(ways, row, strict=True) if key is not None)


@cache
def _ways(model: Model) -> tuple[tuple[str, Model], ...]:
    """The keys that lead from a row to all records above it, and to which: `indicator__programme`, Programme."""
    found: list[tuple[str, Model]] = []
    for f in model._meta.concrete_fields:
        if leads_up(f):
            target: Any = f.related_model
            found += [(f.name, target)] if target._meta.model_name in IN_ORDER else []
            found += [(f"{f.name}__{way}", record) for way, record in _ways(target)]
    return tuple(found)
