"""The trash: what somebody deletes is kept whole for thirty days and can be put back.

Why not a mark “deleted” on the rows: every list, number, letter and constraint would have to know of it, and one that
forgets would show or send what was thrown away. So the rows really go, as they always did, and what went is kept in
one `Trashed`: all rows that the deletion takes with it, and all keys that it empties.

`throw` and `restore` work for all (`rows.along`): of a shared record also the notes of the other side go and
come back, though neither side is ever shown the other's.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, router, transaction
from django.db.models.deletion import Collector
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from records.above import above, hold, leads_up
from records.history import SECRET
from records.ledger import INSTALLATION, OWN_DEED, Deed, Trashed
from records.rows import along
from records.stored import delete_files
from records.tracing import trace
from records.work import at_work

Model = type[models.Model]
Row = dict[str, Any]

# They hold the rules of a deed, or do its consequence. What comes back has kept the rules before, and moves nothing.
ASLEEP = {"keep_the_rules", "move_the_agreement", "written_once", "follow_log", "keep_gates", "locked"}
UNTOLD = ("note", "papertext", "reminder", "snooze", "watch")
TRIES = 5


class CannotRestore(Exception):
    """Why it cannot be put back now, and what to do; `first` is the trash that has to be put back before."""

    def __init__(self, why: str, first: Trashed | None = None) -> None:
        self.why, self.first = why, first
        super().__init__(why)


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
            files=_files(doomed.keys, rows),
            count=sum(len(found) for _table, found in rows),
            parts=_parts(record, doomed, rows, side),
        )
        copy(record).delete()  # the caller's own keeps its key
        _tell(Deed.TRASHED, thrown, by)
    _trace(Deed.TRASHED, thrown)
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


def _tell(deed: Deed, thrown: Trashed, by: Any) -> None:
    """Those above: who shares a record hears that it is gone, or back."""
    import_string(settings.TRASH_TELLER)(deed, thrown, by=by)


def _trace(deed: Deed, thrown: Trashed) -> None:
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
        free = [m for m in left if not any(f.related_model in left and f.related_model is not m for f in _keys(m))]
        for model in free or list(left)[:1]:
            del left[model]
            yield model


def _keys(model: Model) -> list[Any]:
    return [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def _lock(model: Model, keys: list[Any]) -> list[Row]:
    table, key = _quoted(model._meta.db_table), _quoted(_key_of(model))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {table} t WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE",  # noqa: S608 - ours
            [keys],
        )
        return [_read(value) for (value,) in cursor.fetchall()]


def _pairs(emptied: models.Field[Any, Any], keys: list[Any]) -> list[Any]:
    model = emptied.model
    table, key, column = _quoted(model._meta.db_table), _quoted(_key_of(model)), _quoted(str(emptied.column))
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
        above = [f for f in _keys(model) if f.remote_field.on_delete is models.CASCADE]
        hidden[model] = {
            row[_key_of(model)]
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


def _files(models_of_rows: Iterable[Model], rows: list[Any]) -> list[str]:
    columns = {
        model._meta.db_table: [f.column for f in model._meta.concrete_fields if isinstance(f, models.FileField)]
        for model in models_of_rows
    }
    return sorted({row[column] for table, found in rows for row in found for column in columns[table] if row[column]})


ABOVE = ("visit", "agreement", "programme", "milestone", "indicator", "delegation", "party", "organisation")
TAKING_PART = ("delegation", "party")  # their region is who takes part: they are kept with their record


def side_of(record: Any) -> int | None:
    """The region that keeps it, or keeps what it is a part of; None where none does."""
    for name in _names_of_side(type(record)):
        if getattr(record, name, None) is not None:
            return int(getattr(record, name))
    above = (getattr(record, name, None) for name in ABOVE)
    return next((side for part in above if part is not None and (side := side_of(part)) is not None), None)


def _names_of_side(model: Model) -> tuple[str, ...]:
    """The columns that name the side whose a row is, whatever it is a part of."""
    return ("owner_id",) if model._meta.model_name in TAKING_PART else ("owner_id", "region_id")


def _address(within: Any) -> str:
    return str(within.get_absolute_url())[:300] if hasattr(within, "get_absolute_url") else ""


# Putting back


def restore(pk: int, *, by: Any) -> Any:
    """Put back what lies in this trash, all of it or nothing; the record. Raises Trashed.DoesNotExist, CannotRestore.

    The same rows under the same keys. What is worked out from other rows is worked out anew; what a key pointed to and
    what is gone for good meanwhile is treated as the deletion of that would have treated it.
    """
    with transaction.atomic(), along():
        hold(_touched(Trashed.objects.get(pk=pk)))
        thrown = Trashed.objects.select_for_update().get(pk=pk)
        rows = _Returning(thrown).rows()
        with pghistory.context(restored=thrown.model), pgtrigger.ignore(*_asleep()):
            try:
                with transaction.atomic():
                    _make_way(dict(rows), thrown.links)
                    with _restoring():
                        for table, found in rows:
                            _insert(table, found)
                    for table, column, pairs in thrown.links:
                        _relink(table, column, pairs)
                    _check_now()
            except IntegrityError as error:
                raise CannotRestore(_why(error)) from error
        _tell(Deed.RESTORED, thrown, by)
        thrown.delete()
        record = apps.get_model(thrown.model)._base_manager.get(pk=thrown.object_id)
    _trace(Deed.RESTORED, thrown)
    return record


@contextlib.contextmanager
def _restoring() -> Iterator[None]:
    """Triggers of ours that make one row of another ask for `simpul.restoring`: the other comes back by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.restoring', 'on', true)")
        yield
        cursor.execute("SELECT set_config('simpul.restoring', '', true)")


def _asleep() -> list[str]:
    return [
        f"{model._meta.label}:{trigger.name}" for model in apps.get_models() for trigger in getattr(
            model._meta, "triggers", []
        ) if trigger.name in ASLEEP
    ]  # fmt: skip


def hand_on(record: Any, *, before: int) -> None:
    """The record has another keeper than `before`: what of it lies in the trash goes along, and only the new keeper
    puts it back; also a part of what lies there too. What has a side of its own (a paper, a note, a figure) stays with
    that."""
    with along():
        theirs = Trashed.objects.select_for_update().filter(region=before, person=None).order_by("pk")
        left = {thrown: _touched(thrown) for thrown in theirs if not _has_a_side(thrown)}
        going = [thrown for thrown, near in left.items() if record.pk in above(near).get(type(record), ())]
        while going:
            for thrown in going:
                del left[thrown]
                thrown.region_id = record.owner_id
                thrown.save(update_fields=["region"])
            gone = _keys_in(going)
            going = [thrown for thrown, near in left.items() if any(near[m] & gone.get(m, set()) for m in near)]


def _keys_in(found: Iterable[Trashed]) -> dict[Model, set[Any]]:
    """The keys of all rows in these trashes."""
    by_table = _by_table()
    keys: dict[Model, set[Any]] = {}
    for table, rows in (pair for thrown in found for pair in thrown.rows):
        if (model := by_table.get(table)) is not None:
            keys.setdefault(model, set()).update(row[_key_of(model)] for row in rows)
    return keys


def _has_a_side(thrown: Trashed) -> bool:
    """The row that was thrown away, of all that went with it, names its side itself."""
    tables = {table: model for table, model in _by_table().items() if model._meta.label_lower == thrown.model}
    return any(
        row.get(name) is not None
        for table, rows in thrown.rows
        if table in tables
        for row in rows
        if row.get("id") == thrown.object_id
        for name in _names_of_side(tables[table])
    )


def _touched(thrown: Trashed) -> dict[Model, set[Any]]:
    """What the rows of a trash belong to, and what points to them again."""
    by_table = _by_table()
    touched: dict[Model, set[Any]] = {}
    for table, rows in thrown.rows:
        for f in filter(leads_up, _keys(by_table[table]) if table in by_table else ()):
            above = {row[f.column] for row in rows if row.get(f.column) is not None}
            touched.setdefault(f.related_model, set()).update(above)
    for table, _column, pairs in thrown.links:
        if table in by_table:
            touched.setdefault(by_table[table], set()).update(key for key, _value in pairs)
    return touched


def _by_table() -> dict[str, Model]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


class _Returning:
    """The rows of a trash as they can stand now, beside what has changed since."""

    def __init__(self, thrown: Trashed) -> None:
        self.thrown = thrown
        self.by_table = _by_table()
        self.kept: dict[str, dict[Any, Row]] = {}

    def rows(self) -> list[tuple[str, list[Row]]]:
        for table, found in self.thrown.rows:
            model = self.by_table.get(table)
            if model is None:  # a later version of the program has no such table
                continue
            self.kept[table] = {row[_key_of(model)]: row for row in found}
        for table in list(self.kept):
            for f in _keys(self.by_table[table]):
                self._settle(table, f)
        return [(table, list(found.values())) for table, found in self.kept.items() if found]

    def _settle(self, table: str, f: Any) -> None:
        """What a key points to comes back too, or stands, or lies in another trash, or is gone for good."""
        column, target = f.column, f.related_model
        together = self.kept.get(target._meta.db_table, {})
        wanted = {row[column] for row in self.kept[table].values() if row.get(column) is not None} - together.keys()
        for missing in wanted - _standing(target, wanted):
            for row in [row for row in self.kept[table].values() if row.get(column) == missing]:
                self._without(table, f, row, missing)

    def _without(self, table: str, f: Any, row: Row, missing: Any) -> None:
        elsewhere = _trash_with(f.related_model, missing, but=self.thrown)
        rule, key = f.remote_field.on_delete, row[_key_of(self.by_table[table])]
        is_root = table == apps.get_model(self.thrown.model)._meta.db_table and key == self.thrown.object_id
        if rule in (models.SET_NULL, models.DO_NOTHING):
            if elsewhere is not None:
                _add_link(elsewhere, table, f.column, key, missing)
            row[f.column] = None
        elif rule is models.CASCADE and not is_root:
            del self.kept[table][key]
            if elsewhere is not None:
                _add_row(elsewhere, self.by_table[table], row)
        elif elsewhere is not None:
            words = {"name": elsewhere.name, "kind": elsewhere.kind}
            raise CannotRestore(_("“%(name)s” (%(kind)s) lies in the trash too. Restore it first.") % words, elsewhere)
        else:
            name = f.related_model._meta.verbose_name
            raise CannotRestore(_("What it belongs to (%(kind)s) is gone for good.") % {"kind": name})


def _standing(model: Model, keys: set[Any]) -> set[Any]:
    """Those that stand in the register, held until this transaction ends."""
    table, key = _quoted(model._meta.db_table), _quoted(_key_of(model))
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} WHERE {key} = ANY(%s) FOR KEY SHARE", [list(keys)])  # noqa: S608
        return {found for (found,) in cursor.fetchall()}


def _trash_with(model: Model, key: Any, *, but: Trashed | None = None) -> Trashed | None:
    """The trash in which that row lies, as what was thrown or as a part of it; `but` is one that is being emptied."""
    part = json.dumps([[model._meta.db_table, [{_key_of(model): key}]]], cls=DjangoJSONEncoder)
    found = Trashed.objects.select_for_update().extra(where=["rows @> %s::jsonb"], params=[part])
    return found.exclude(pk=but.pk if but else None).order_by("pk").first()


def _add_row(elsewhere: Trashed, model: Model, row: Row) -> None:
    """It hangs on two records of which one is still away: it comes back with that one, and so do its files."""
    table = model._meta.db_table
    for name, found in elsewhere.rows:
        if name == table:
            found.append(row)
            break
    else:
        elsewhere.rows.append([table, [row]])
    elsewhere.count += 1
    elsewhere.files = sorted({*elsewhere.files, *_files([model], [[table, [row]]])})
    elsewhere.save(update_fields=["rows", "count", "files"])


def _add_link(elsewhere: Trashed, table: str, column: str, key: Any, value: Any) -> None:
    elsewhere.links.append([table, column, [[key, value]]])
    elsewhere.save(update_fields=["links"])


def _insert(table: str, rows: list[Row]) -> None:
    """The very rows. Columns that the database computes are left to it; those that are new get their default."""
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    for f in fields:
        if any(f.column not in row for row in rows) and not f.has_db_default():
            for row in rows:
                row.setdefault(str(f.column), f.get_default())
    columns = ", ".join(_quoted(str(f.column)) for f in fields if all(f.column in row for row in rows))
    name = _quoted(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, %s::jsonb)",  # noqa: S608
            [json.dumps(rows, cls=DjangoJSONEncoder)],
        )


def _make_way(rows: dict[str, list[Row]], links: list[Any]) -> None:
    """In a chain each is followed by one: who was led past what comes back (the last of three editions, to the first)
    lets go, to point to it again."""
    by_table = _by_table()
    for table, column, pairs in links:
        model = by_table.get(table)
        if model is None or not any(f.column == column and _is_chain(f) for f in _keys(model)):
            continue
        returning = {row[_key_of(model)]: row for row in rows.get(table, ())}
        for key, value in pairs:
            beyond = returning.get(value, {}).get(column)
            if beyond is not None:
                model._base_manager.filter(pk=key, **{column: beyond}).update(**{column: None})
            if key in returning and _standing(model, {value}):
                returning[key][column] = None


def _is_chain(f: models.ForeignKey[Any, Any]) -> bool:
    return bool(f.one_to_one and f.related_model is f.model)


def _relink(table: str, column: str, pairs: list[Any]) -> None:
    """A key that the deletion emptied points again, if nobody has filled it since and its row still stands.

    Of a row that lies in another trash it points again when that one comes back.
    """
    model = next(m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    f = next(f for f in _keys(model) if f.column == column)
    there = _standing(f.related_model, {value for _key, value in pairs if value is not None})
    rows = _standing(model, {key for key, _value in pairs})
    for key, value in pairs:
        if key not in rows and (elsewhere := _trash_with(model, key)) is not None:
            _add_link(elsewhere, table, column, key, value)
        elif value in there:
            empty = model._base_manager.filter(**{"pk": key, f"{f.attname}__isnull": True})
            empty.update(**{f.attname: value})


def _check_now() -> None:
    """Keys are checked at the end of a transaction; here it is known what to say."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _why(error: IntegrityError) -> str:
    """In words: which other record stands in the way."""
    diag = getattr(error.__cause__, "diag", None)
    name, table = getattr(diag, "constraint_name", None), getattr(diag, "table_name", None)
    model = next((m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table), None)
    if model is None:
        return _("Something that has changed since stands in the way. The trash keeps it.")
    for constraint in model._meta.constraints:
        if constraint.name == name and constraint.violation_error_message:
            words = {"why": constraint.get_violation_error_message(), "kind": model._meta.verbose_name}
            return _("%(kind)s: %(why)s Change that one first, then restore.") % words
    return _("There is another %(kind)s in its place by now. Change or delete that one, then restore.") % {
        "kind": model._meta.verbose_name
    }


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
    _trace(Deed.PURGED, held)
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


def _key_of(model: Model) -> str:
    """The column of its primary key."""
    return str(model._meta.pk.column)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _read(value: Any) -> Row:
    row: Row = json.loads(value) if isinstance(value, str) else value
    return row
