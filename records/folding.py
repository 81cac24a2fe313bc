"""Children of a record read in the record's own query, as JSON, and turned back into instances.

A page that tells a whole record would otherwise send a query for each table that hangs on it. `prefetch_related` stays
the right tool for two or three tables; this is for a dozen small ones.

    visit = Visit.objects.annotate(**folded(Visit, FOLDS)).get(pk=7)
    unfold(visit, FOLDS)
    visit.topics.all()      # no query; `topic.sector` neither

Rows of many tables can be read in one query in the same way:

    delegations, topics = read_together([DelegationEvent.objects.filter(…), TopicEvent.objects.filter(…)], most=200)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, JSONField, Model, QuerySet, Value, prefetch_related_objects


@dataclass(frozen=True)
class Fold:
    """A reverse relation, and which records its rows point to are wanted with it (“sector”, “responsible__region”).

    `below` are relations of these rows, folded in the same way.
    """

    name: str
    related: tuple[str, ...] = ()
    below: tuple[Fold, ...] = ()


def folded(model: type[Model], folds: Sequence[Fold]) -> dict[str, Func]:
    """Annotations `folded_<name>`: all rows of each relation. The SQL is made of table and column names only."""
    output = ArrayField(JSONField(decoder=_Exact))
    return {
        f"folded_{fold.name}": Func(F("pk"), template=_rows(model, fold, "c0", "%(expressions)s"), output_field=output)
        for fold in folds
    }


def unfold(record: Model, folds: Sequence[Fold]) -> None:
    """Puts the rows where `record.<name>.all()` finds them, in the order of their model, as a prefetch would."""
    _put(record, folds, {fold.name: getattr(record, f"folded_{fold.name}") for fold in folds})


def forget(record: Model) -> None:
    """The rows have changed: whoever asks for them next reads them anew."""
    record.__dict__.pop("_prefetched_objects_cache", None)


def read_together(querysets: Sequence[QuerySet[Any]], *, most: int | None = None) -> list[list[Any]]:
    """The instances of each of them, `most` of each by its own order, with what it selects along and prefetches. One
    query, and those of the prefetches."""
    arms = []
    for n, found in enumerate(querysets):
        row = _object(found.model, quote(found.model._meta.db_table), _selected_by(found))
        folded = Func(template=row, output_field=JSONField(decoder=_Exact))
        arm = found.prefetch_related(None).annotate(arm=Value(n), folded=folded)
        arms.append(arm.values_list("arm", "folded")[:most])
    rows = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else chain(*arms)
    read: list[list[Any]] = [[] for _arm in arms]
    for n, data in rows:
        read[n].append(_instance(querysets[n].model, data, _selected_by(querysets[n])))
    for found, instances in zip(querysets, read, strict=True):
        prefetch_related_objects(instances, *found._prefetch_related_lookups)  # type: ignore[attr-defined]  # noqa: SLF001
    return read


def _put(record: Model, folds: Sequence[Fold], told: dict[str, Any]) -> None:
    cache = record.__dict__.setdefault("_prefetched_objects_cache", {})
    for fold in folds:
        relation: Any = record._meta.get_field(fold.name)
        rows = [_instance(relation.related_model, data, fold.related) for data in told[fold.name]]
        for row, data in zip(rows, told[fold.name], strict=True):
            relation.field.set_cached_value(row, record)
            _put(row, fold.below, {below.name: data[f"folded_{below.name}"] for below in fold.below})
        queryset = getattr(record, fold.name).all()
        queryset._result_cache = _in_order(rows, relation.related_model._meta.ordering)  # noqa: SLF001 -- as prefetch_related does
        queryset._prefetch_done = True  # noqa: SLF001
        cache[fold.name] = queryset


class _Exact(json.JSONDecoder):
    """Decimals stay decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_float=Decimal, **options)


def _rows(model: type[Model], fold: Fold, alias: str, key: str) -> str:
    """SQL of the rows whose key to their record is `key`, as an array of JSON."""
    relation: Any = model._meta.get_field(fold.name)
    child, parts = relation.related_model, [_object(relation.related_model, alias, fold.related)]
    for below in fold.below:
        rows = _rows(child, below, _below(alias), f"{alias}.id")
        parts.append(f"jsonb_build_object('folded_{below.name}', {rows})")
    return (
        f"ARRAY(SELECT {' || '.join(parts)} FROM {quote(child._meta.db_table)} {alias} "  # noqa: S608 -- names only
        f"WHERE {alias}.{quote(relation.field.column)} = {key})"
    )


def quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _below(alias: str) -> str:
    """The next free name: “c4” below “c3”, “c0” below a table."""
    return f"c{int(alias[1:]) + 1}" if alias[1:].isdecimal() else "c0"


def _object(model: type[Model], alias: str, related: Sequence[str]) -> str:
    """SQL of a row as JSON, with the rows that it points to under the names of their keys."""
    parts = [f"to_jsonb({alias})"]
    for name, further in _branches(related).items():
        key: Any = model._meta.get_field(name)
        table, inner = quote(key.related_model._meta.db_table), _below(alias)
        row = _object(key.related_model, inner, further)
        column = f"{alias}.{quote(key.column)}"
        parts.append(f"jsonb_build_object('{name}', (SELECT {row} FROM {table} {inner} WHERE {inner}.id = {column}))")  # noqa: S608
    return " || ".join(parts)


def _selected_by(found: QuerySet[Any]) -> list[str]:
    """What `select_related` was told, as it was told."""
    return _paths(found.query.select_related)


def _paths(tree: Any) -> list[str]:
    """responsible: {region: {}}, sector: {} -> “responsible__region”, “sector”."""
    if not isinstance(tree, dict):
        return []
    return [f"{name}__{path}" if path else name for name, below in tree.items() for path in _paths(below) or [""]]


def _branches(related: Sequence[str]) -> dict[str, list[str]]:
    """“responsible__region”, “sector” -> responsible: [region], sector: []."""
    found: dict[str, list[str]] = {}
    for path in related:
        name, _, further = path.partition("__")
        found.setdefault(name, []).extend([further] if further else [])
    return found


def _instance(model: type[Model], data: dict[str, Any], related: Sequence[str] = ()) -> Any:
    fields = model._meta.concrete_fields
    values = [field.to_python(data[str(field.column)]) for field in fields]
    instance = model.from_db(None, [field.attname for field in fields], values)
    for name, further in _branches(related).items():
        key: Any = model._meta.get_field(name)
        key.set_cached_value(instance, _instance(key.related_model, data[name], further) if data[name] else None)
    return instance


def _in_order(rows: list[Any], ordering: Sequence[Any]) -> list[Any]:
    for term in reversed([str(term) for term in ordering]):
        rows = sorted(rows, key=attrgetter(term.lstrip("-").replace("__", ".")), reverse=term.startswith("-"))
    return rows
