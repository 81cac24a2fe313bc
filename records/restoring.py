"""What lies in the trash is put back whole, or not at all; and goes along when its record is handed over."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from records.above import above, hold, leads_up
from records.ledger import Deed, Trashed
from records.rows import along
from records.trash import Model, Row, files_of, key_of, keys_of, names_of_side, quoted, tell, trace_of

# They hold the rules of a deed, or do its consequence. What comes back has kept the rules before, and moves nothing.
ASLEEP = {"keep_the_rules", "move_the_agreement", "written_once", "follow_log", "keep_gates", "locked"}


class CannotRestore(Exception):
    """Why it cannot be put back now, and what to do; `first` is the trash that has to be put back before."""

    def __init__(self, why: str, first: Trashed | None = None) -> None:
        self.why, self.first = why, first
        super().__init__(why)


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
        tell(Deed.RESTORED, thrown, by)
        thrown.delete()
        record = apps.get_model(thrown.model)._base_manager.get(pk=thrown.object_id)
    trace_of(Deed.RESTORED, thrown)
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
            keys.setdefault(model, set()).update(row[key_of(model)] for row in rows)
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
        for name in names_of_side(tables[table])
    )


def _touched(thrown: Trashed) -> dict[Model, set[Any]]:
    """What the rows of a trash belong to, and what points to them again."""
    by_table = _by_table()
    touched: dict[Model, set[Any]] = {}
    for table, rows in thrown.rows:
        for f in filter(leads_up, keys_of(by_table[table]) if table in by_table else ()):
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
            self.kept[table] = {row[key_of(model)]: row for row in found}
        for table in list(self.kept):
            for f in keys_of(self.by_table[table]):
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
        rule, key = f.remote_field.on_delete, row[key_of(self.by_table[table])]
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
    table, key = quoted(model._meta.db_table), quoted(key_of(model))
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} WHERE {key} = ANY(%s) FOR KEY SHARE", [list(keys)])  # noqa: S608
        return {found for (found,) in cursor.fetchall()}


def _trash_with(model: Model, key: Any, *, but: Trashed | None = None) -> Trashed | None:
    """The trash in which that row lies, as what was thrown or as a part of it; `but` is one that is being emptied."""
    part = json.dumps([[model._meta.db_table, [{key_of(model): key}]]], cls=DjangoJSONEncoder)
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
    elsewhere.files = sorted({*elsewhere.files, *files_of([model], [[table, [row]]])})
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
    columns = ", ".join(quoted(str(f.column)) for f in fields if all(f.column in row for row in rows))
    name = quoted(table)
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
        if model is None or not any(f.column == column and _is_chain(f) for f in keys_of(model)):
            continue
        returning = {row[key_of(model)]: row for row in rows.get(table, ())}
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
    f = next(f for f in keys_of(model) if f.column == column)
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
