"""Databases that live as long as a benchmark: made beside the configured one, used in its place, dropped at the end."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Model
from django.db.utils import load_backend


class NotAllowed(Exception):
    """The server refuses to make or drop a database; the message says why."""


class Scratch:
    """`NAME_bench_…` databases on the configured server; needs the right to create databases.

    One left over from a run that was killed is dropped when the next begins.
    """

    def __init__(self) -> None:
        self.settings: dict[str, Any] = copy.deepcopy(connections[DEFAULT_DB_ALIAS].settings_dict)
        self.settings["CONN_MAX_AGE"] = None  # as with the pool of the web process: no new connection for every request
        self.settings["OPTIONS"] = {k: v for k, v in self.settings.get("OPTIONS", {}).items() if k != "pool"}
        self.connections: dict[str, BaseDatabaseWrapper] = {}

    def create(self, name: str, *, like: str | None = None) -> None:
        """A copy of another of ours, or an empty, migrated database (from the tests' template, if there is one)."""
        template = self._full(like) if like else self.settings["TEST"].get("TEMPLATE")
        self._on_server(f'DROP DATABASE IF EXISTS "{self._full(name)}" WITH (FORCE)')
        if like:
            self._close(like)  # a database that is copied may have no connections
        copied = f' TEMPLATE "{template}"' if template else ""
        self._on_server(f'CREATE DATABASE "{self._full(name)}"{copied}')
        self.connections[name] = self._wrapper(self._full(name))
        if not like:
            with self.use(name):
                call_command("migrate", verbosity=0, interactive=False)

    @contextlib.contextmanager
    def use(self, name: str) -> Iterator[None]:
        """Inside, everything that asks Django for the database gets this one."""
        before = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.connections[name]
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = before

    def drop_all(self) -> None:
        for name in list(self.connections):
            self._close(name)
            self._on_server(f'DROP DATABASE IF EXISTS "{self._full(name)}" WITH (FORCE)')
            del self.connections[name]

    def _full(self, name: str) -> str:
        return f"{self.settings['NAME']}_bench_{name}"

    def _wrapper(self, name: str) -> BaseDatabaseWrapper:
        backend = load_backend(self.settings["ENGINE"])
        wrapper: BaseDatabaseWrapper = backend.DatabaseWrapper({**self.settings, "NAME": name}, DEFAULT_DB_ALIAS)
        return wrapper

    def _close(self, name: str) -> None:
        self.connections[name].close()

    def _on_server(self, statement: str) -> None:
        """On a connection of its own: databases cannot be made inside a transaction."""
        wrapper = self._wrapper(self.settings["NAME"])
        try:
            with wrapper.cursor() as cursor:
                cursor.execute(statement)
        except ProgrammingError as error:
            raise NotAllowed(f"{error} The benchmark needs a database user who may create databases.") from error
        finally:
            wrapper.close()


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


def pour(model: type[Model], source: str, /, **expressions: str) -> None:
    """INSERT … SELECT … FROM `source`, an SQL expression for each column that matters; the rest gets its default."""
    columns, values, parameters = [], [], []
    for field in _columns(model):
        if field.column in expressions:
            values.append(_literally(expressions.pop(field.column)))
        elif field.has_default():
            values.append("%s")
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
        elif getattr(field, "auto_now_add", False):
            values.append("now()")
        elif not field.null and not field.primary_key:
            values.append("''")
        else:
            continue
        columns.append(_quoted(field.column))
    if expressions:
        raise LookupError(f"{model.__name__} has no {', '.join(expressions)}")
    names = ", ".join(columns)
    sql(
        f"INSERT INTO {_table(model)} ({names}) SELECT {', '.join(values)} FROM {_literally(source)}",  # noqa: S608 - ours
        *parameters,
    )


def multiply(times: int, models: list[type[Model]], **expressions: str) -> None:
    """Make every row of the tables into `times` rows; keys and the keys among these tables are shifted alike.

    `expressions` are for columns, by name, that are not the same in all copies; `copy` numbers these from 1. User
    triggers do not fire: what they would write is copied with the rest.
    """
    steps = {model: _greatest_key(model) for model in models}
    with _bare([model._meta.db_table for model in models]):
        for model in models:
            values = [expressions.get(field.column, _shifted(field, model, steps)) for field in _columns(model)]
            names = ", ".join(_quoted(field.column) for field in _columns(model))
            table = _table(model)
            sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            sql(
                f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "  # noqa: S608 - names of our own tables
                f"FROM {table}, generate_series(1, {times - 1}) AS copy"
            )
            sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextlib.contextmanager
def _bare(tables: list[str]) -> Iterator[None]:
    """Without foreign keys and indexes inside, with them again after it: made at once, they take much less time."""
    sql("SET maintenance_work_mem = '256MB'")
    made = _asked(FOREIGN_KEYS, tables) + _asked(INDEXES, tables)
    for drop, _create in made:
        sql(drop)
    yield
    for _drop, create in reversed(made):
        sql(create)


FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def _asked(question: str, tables: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(question, [tables])
        answer: list[tuple[str, str]] = cursor.fetchall()
    return answer


def _shifted(field: Any, model: type[Model], steps: dict[type[Model], int]) -> str:
    column = _quoted(field.column)
    tracked: Any = getattr(model, "pgh_tracked_model", None)
    if field.primary_key:
        return f"{column} + copy * {steps[model]}"
    if tracked in steps and field.column == tracked._meta.pk.column:  # the key of the record that an event tells of
        return f"{column} + copy * {steps[tracked]}"
    if isinstance(field, ForeignKey) and field.related_model in steps:
        return f"{column} + copy * {steps[field.related_model]}"
    return column


def _literally(text: str) -> str:
    """SQL beside which parameters are given: the percent sign of the remainder is no place for one."""
    return text.replace("%", "%%")


def _columns(model: type[Model]) -> list[Any]:
    """The concrete fields: each has a column."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def _greatest_key(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({_quoted(str(model._meta.pk.column))}), 0) FROM {_table(model)}")  # noqa: S608 - ours
        greatest: int = cursor.fetchone()[0]
    return greatest


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
