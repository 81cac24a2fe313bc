"""The trash: what somebody deletes is kept whole for thirty days and can be put back.

Why not a mark “deleted” on the rows: every list, number, letter and constraint would have to know of it, and one that
forgets would show or send what was thrown away. So the rows really go, as they always did, and what went is kept in
one `Trashed`: all rows that the deletion takes with it, and all keys that it empties.

`throw` and `restore` (`records.restoring`) work for all (`rows.along`): of a shared record also the notes of the other
side go and come back, though neither side is ever shown the other's.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from records.above import hold
from records.history import SECRET
from records.ledger import INSTALLATION, OWN_DEED, Deed, Trashed
from records.rows import along
from records.stored import delete_files
from records.tracing import trace
from records.work import at_work

Model = type[models.Model]
Row = dict[str, Any]

UNTOLD = ("note", "papertext", "reminder", "snooze", "watch")
TRIES = 5


@dataclass
class _Doomed:
    """What a deletion takes with it: keys by table, parents first, and the keys that it empties."""

    keys: dict[Model, list[Any]]
    emptied: dict[models.Field[Any, Any], list[Any]]


# Throwing away


def throw(
    record: Any,
    *,
    by: Any = None,
    region: int | None = None,
    right: str = OWN_DEED,
    within: Any = None,
    person: Any = None,
) -> Trashed | None:
    """Delete the record as `record.delete()` does, and keep what went. Raises ProtectedError and RestrictedError
    like it.

    `region` is the side whose trash it is (found from the record unless said; none where `right` is that of the
    installation), `right` what one needs to put it back, `within` the record of which it is a part, `person` whose it
    is when it is nobody else's business, `by` who is at work unless said. None: it holds a secret, which is not kept;
    of what goes with it, rows that hold one are gone for good.
    What somebody else has just thrown away is thrown once: the trash in which it lies.
    """
    by = by if by is not None else at_work().user
    with transaction.atomic(), along():
        doomed, rows, links = _taken(record)
        if not any(found for _table, found in rows):
            return Trashed.objects.of(type(record), record.pk).first()
        if _is_secret(type(record)):
            copy(record).delete()
            return None
        keeps = {model: keys for model, keys in doomed.keys.items() if not _is_secret(model)}
        rows = [pair for model, pair in zip(doomed.keys, rows, strict=True) if model in keeps]
        doomed = _Doomed(keeps, doomed.emptied)
        of_no_side = region is None and (person is not None or right == INSTALLATION)
        side = None if of_no_side else region if region is not None else side_of(record)
        names = _names(record, within)
        title, place = names[settings.LANGUAGE_CODE]
        thrown = Trashed.objects.create(
            model=record._meta.label_lower,
            object_id=record.pk,
            title=title,
            place=place,
            names=names,
            place_url=_address(within),
            region_id=side,
            right=right,
            person=person,
            by=by if by is not None and by.is_authenticated else None,
            rows=rows,
            links=links,
            files=files_of(doomed.keys, rows),
            count=sum(len(found) for _table, found in rows),
            parts=_parts(record, doomed, rows, side),
        )
        copy(record).delete()  # the caller's own keeps its key
        tell(Deed.TRASHED, thrown, by)
    trace_of(Deed.TRASHED, thrown)
    return thrown


def _is_secret(model: Model) -> bool:
    return bool(SECRET & {f.name for f in model._meta.fields})


def _names(record: Any, within: Any) -> dict[str, tuple[str, str]]:
    """What it and its place are called, in each language of the installation: those who read it have either."""
    found = {}
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            found[language] = _name(record), str(within)[:300] if within is not None else ""
    return found


def _name(record: Any) -> str:
    """With what tells it from others of its name, where it says so: two regions visit each other more than once."""
    apart = getattr(record, "told_apart_by", "")
    return f"{str(record)[: 298 - len(apart)]}, {apart}" if apart else str(record)[:300]


def tell(deed: Deed, thrown: Trashed, by: Any) -> None:
    """Those above: who shares a record hears that it is gone, or back."""
    import_string(settings.TRASH_TELLER)(deed, thrown, by=by)


def trace_of(deed: Deed, thrown: Trashed) -> None:
    """For the side that keeps it: whoever did it may act for others too, and their managers never saw the record."""
    side = [thrown.region_id] if thrown.region_id is not None else []
    trace(deed, what=thrown, only=side, kind=thrown.model, key=thrown.object_id)


def takes_along(record: Any, beside: Collection[Model] = ()) -> bool:
    """Would rows of other tables than these go with it?"""
    with along():
        return not _doomed(record).keys.keys() <= {type(record), *beside}


def let_go(rows: Iterable[Any], *, within: Any, beside: Collection[Model] = ()) -> None:
    """Rows that a form removes from a record: for good, but with what others hung on them into the trash of who keeps
    the record. `beside`: tables whose rows lie in them, and are seen to go."""
    gone = list(rows)
    laden = [row for row in gone if takes_along(row, beside)]
    hold_for(*laden)
    for row in gone:
        if row in laden:
            throw(row, region=side_of(within), within=within)
        else:
            with along():
                row.delete()


def hold_for(*records: Any) -> None:
    """Hold all records that throwing these away changes, until the transaction ends: before one of them is claimed, and
    before the first of several is thrown. Raises ProtectedError like `throw`."""
    with along():
        _hold(*(_doomed(record) for record in records))


def _hold(*found: _Doomed) -> None:
    touched: dict[Model, set[Any]] = {}
    for doomed in found:
        for model, keys in (*doomed.keys.items(), *((f.model, keys) for f, keys in doomed.emptied.items())):
            touched.setdefault(model, set()).update(keys)
    hold(touched)


def _taken(record: Any) -> tuple[_Doomed, list[Any], list[Any]]:
    """The rows as they stand, held until the end of the transaction: nobody changes or adds one in between."""
    doomed = _doomed(record)
    _hold(doomed)
    _lock(type(record), [record.pk])
    for _attempt in range(TRIES):
        rows = [[model._meta.db_table, _lock(model, keys)] for model, keys in doomed.keys.items()]
        again = _doomed(record)
        if again == doomed:
            break
        doomed = again
        _hold(doomed)
    links = [[f.model._meta.db_table, f.column, _pairs(f, keys)] for f, keys in doomed.emptied.items()]
    return doomed, rows, links


def _doomed(record: Any) -> _Doomed:
    """Asks Django's own collector, which `delete` uses."""
    collector = Collector(using=router.db_for_write(type(record), instance=record), origin=record)
    collector.collect([record])
    keys: dict[Model, set[Any]] = {model: {row.pk for row in rows} for model, rows in collector.data.items()}
    for rows in collector.fast_deletes:
        keys.setdefault(rows.model, set()).update(rows.values_list("pk", flat=True))
    emptied: dict[models.Field[Any, Any], set[Any]] = {}
    updates: Any = collector.field_updates
    for (emptied_field, _value), groups in updates.items():
        for group in groups:
            emptied.setdefault(emptied_field, set()).update(row.pk for row in group)
    for emptied_field in emptied:
        emptied[emptied_field] -= keys.get(emptied_field.model, set())
    ordered = {model: sorted(keys[model]) for model in _parents_first(list(keys)) if keys[model]}
    return _Doomed(ordered, {f: sorted(found) for f, found in emptied.items() if found})


def _parents_first(found: list[Model]) -> Iterator[Model]:
    """Each model after those that its keys point to."""
    left = dict.fromkeys(sorted(found, key=lambda model: model._meta.label))
    while left:
        free = [m for m in left if not any(f.related_model in left and f.related_model is not m for f in keys_of(m))]
        for model in free or list(left)[:1]:
            del left[model]
            yield model


def keys_of(model: Model) -> list[Any]:
    return [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def _lock(model: Model, keys: list[Any]) -> list[Row]:
    table, key = quoted(model._meta.db_table), quoted(key_of(model))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {table} t WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE",  # noqa: S608 - ours
            [keys],
        )
        return [_read(value) for (value,) in cursor.fetchall()]


def _pairs(emptied: models.Field[Any, Any], keys: list[Any]) -> list[Any]:
    model = emptied.model
    table, key, column = quoted(model._meta.db_table), quoted(key_of(model)), quoted(str(emptied.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE",  # noqa: S608 - ours
            [keys],
        )
        return [list(pair) for pair in cursor.fetchall()]


def _parts(record: Any, doomed: _Doomed, rows: list[Any], side: int | None) -> list[Any]:
    """How many of which kind the side may know of; of notes and of what the machine keeps not even that."""
    hidden: dict[Model, set[Any]] = {}
    told = []
    for model, (_table, found) in zip(doomed.keys, rows, strict=True):  # parents first
        above = [f for f in keys_of(model) if f.remote_field.on_delete is models.CASCADE]
        hidden[model] = {
            row[key_of(model)]
            for row in found
            if _is_for_another(row, side) or any(row[f.column] in hidden.get(f.related_model, ()) for f in above)
        }
        number = len(found) - len(hidden[model])
        if number and model is not type(record) and not str(model._meta.model_name).endswith(UNTOLD):
            told.append([model._meta.label_lower, number])
    return told


def _is_for_another(row: Row, side: int | None) -> bool:
    """A restricted paper, or a follow-up “only for our side”, of another side than this."""
    is_closed = row.get("access") == "RESTRICTED" or row.get("internal") is True
    return is_closed and row.get("owner_id") != side


def files_of(models_of_rows: Iterable[Model], rows: list[Any]) -> list[str]:
    columns = {
        model._meta.db_table: [f.column for f in model._meta.concrete_fields if isinstance(f, models.FileField)]
        for model in models_of_rows
    }
    return sorted({row[column] for table, found in rows for row in found for column in columns[table] if row[column]})


ABOVE = ("visit", "agreement", "programme", "milestone", "indicator", "delegation", "party", "organisation")
TAKING_PART = ("delegation", "party")  # their region is who takes part: they are kept with their record


def side_of(record: Any) -> int | None:
    """The region that keeps it, or keeps what it is a part of; None where none does."""
    for name in names_of_side(type(record)):
        if getattr(record, name, None) is not None:
            return int(getattr(record, name))
    above = (getattr(record, name, None) for name in ABOVE)
    return next((side for part in above if part is not None and (side := side_of(part)) is not None), None)


def names_of_side(model: Model) -> tuple[str, ...]:
    """The columns that name the side whose a row is, whatever it is a part of."""
    return ("owner_id",) if model._meta.model_name in TAKING_PART else ("owner_id", "region_id")


def _address(within: Any) -> str:
    return str(within.get_absolute_url())[:300] if hasattr(within, "get_absolute_url") else ""


# Emptying


def purge(thrown: Trashed) -> bool:
    """Remove for good, with its files. There is no way back. False: it was restored or removed since it was read."""
    with transaction.atomic(), along():
        held = Trashed.objects.select_for_update().defer("rows", "links").filter(pk=thrown.pk).first()
        if held is None:
            return False
        files = held.files
        held.delete()
        transaction.on_commit(lambda: delete_files([*files, *(f"{name}.webp" for name in files)]), robust=True)
    trace_of(Deed.PURGED, held)
    return True


def purge_due(now: dt.datetime | None = None) -> int:
    """Empty the trash of what has lain there for its time; how many."""
    return sum(purge(thrown) for thrown in Trashed.objects.due(now or timezone.now()).only("pk")[:1000])


def files_in_trash(names: set[str]) -> models.QuerySet[Trashed, str]:
    """The stored files of every trash in which one of these waits, to be asked together with a table that names files.

    Of two questions one after the other neither sees what is restored, or thrown away, in between.
    """
    found = Trashed.objects.filter(files__overlap=list(names))
    return found.values_list(models.Func("files", function="unnest", output_field=models.CharField()), flat=True)


def key_of(model: Model) -> str:
    """The column of its primary key."""
    return str(model._meta.pk.column)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _read(value: Any) -> Row:
    row: Row = json.loads(value) if isinstance(value, str) else value
    return row
