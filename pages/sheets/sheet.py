"""A record with all that hangs on it, as one form: the record's own fields and its lists of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from pages.lookups import prime
from pages.sheets import rows as row_deeds
from pages.sheets.filled import FilledForm, Filling
from pages.sheets.rows import RowForm, Rows
from pages.templatetags.pages import Problem, problems
from records.folding import Fold, folded, forget, unfold
from records.keys import whole

ROW_DEEDS = ("add", "remove", "back", "up", "down")


@dataclass
class Beginning:
    """What a new sheet shows before anything is typed: a record and rows by the names of the lists, all unsaved."""

    record: Any
    rows: dict[str, list[Any]] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)


class Sheet:
    """All forms of one record. Unbound it shows what is stored, bound what was typed (`filling.quiet`: unjudged).

    A subclass names the form of the record, the lists in the order of the page (each becomes an attribute), the lists
    inside rows, and in `starts_with` how many rows a list of a new record shows at least. `folds` are the tables below
    the record that are read in its own query: a stored record comes from `whole`.
    """

    form_class: ClassVar[type[FilledForm]]
    filling_class: ClassVar[type[Filling]] = Filling
    lists_of: ClassVar[Mapping[str, type[Rows]]]
    nested: ClassVar[Mapping[str, type[Rows]]] = {}
    starts_with: ClassVar[Mapping[str, int]] = {}
    folds: ClassVar[tuple[Fold, ...]] = ()

    def __init__(
        self,
        filling: Filling,
        record: Any = None,
        data: QueryDict | None = None,
        *,
        beginning: Beginning | None = None,
    ) -> None:
        self.filling = filling
        self.data = data
        filling.fresh = record is None
        if record is not None:
            unfold(record, self.folds)
        begun = Beginning(record) if record is not None else beginning or self.begin(filling)
        self.record = begun.record
        stored = self.children(record) if record is not None else begun.rows if data is None else {}
        filling.read(self.record, stored, data)
        self.form = self.form_class(data, instance=self.record, filling=filling, initial=begun.initial)
        self.lists = [self._rows(name, stored.get(name, [])) for name in self.lists_of]
        for rows in self.lists:
            setattr(self, rows.prefix, rows)  # the templates write `sheet.agenda`
        self._extra: list[Problem] = []
        self._primed = False

    @classmethod
    def begin(cls, filling: Filling) -> Beginning:
        """An empty sheet."""
        return Beginning(cls.form_class._meta.model())

    @classmethod
    def whole(cls, records: Any) -> Any:
        """The records with all that the form shows of them and of the rows below."""
        return records.annotate(**folded(records.model, cls.folds))

    @classmethod
    def children(cls, record: Any) -> dict[str, list[Any]]:
        """What hangs on the stored record, by the names of the lists."""
        raise NotImplementedError

    def check(self) -> Iterator[Problem]:
        """What is wrong with the whole while every part of it is right: (id of a field or "", message)."""
        yield from ()

    def prepare(self) -> Sheet:
        """Read the labels of all chosen records at once, before the page is drawn."""
        if not self._primed:
            prime(self.forms)
            self._primed = True
        return self

    @property
    def forms(self) -> Iterator[forms.BaseForm]:
        yield self.form
        yield from every_row(self.lists)

    def is_valid(self) -> bool:
        """Everything is looked at, so that all faults are shown at once."""
        self._extra = []
        valid = [self.form.is_valid(), *(rows.is_valid() for rows in self.lists)]
        if all(valid):
            self._extra = list(self.check())
        return all(valid) and not self._extra

    @property
    def problems(self) -> list[Problem]:
        """All faults in the order of the page."""
        found = [*problems(self.form), *self._extra]
        return found + [problem for rows in self.lists for problem in rows.problems]

    def refuse(self, message: str) -> None:
        """Say what the database would not take."""
        self._extra = [("", message)]

    def save(self) -> Any:
        """The record, then its rows, inside the transaction of the deed that calls this."""
        record = self.form.save()
        self.save_rows(record)
        return record

    def save_rows(self, record: Any) -> None:
        for rows in self.lists:
            rows.save(**{self.parent_name: record})
        forget(record)

    @property
    def parent_name(self) -> str:
        """The name by which rows point to the record: `visit`."""
        return str(self.form_class._meta.model._meta.model_name)

    def find(self, prefix: str) -> Rows | None:
        """The list of this prefix: “agenda”, “guests-0-delegates”."""
        inner = [rows for outer in self.lists for row in outer.forms for rows in row.nested]
        return next((rows for rows in (*self.lists, *inner) if rows.prefix == prefix), None)

    def find_row(self, prefix: str) -> tuple[Rows, RowForm] | None:
        rows = self.find(prefix.rpartition("-")[0])
        row = next((row for row in rows.forms if row.prefix == prefix), None) if rows else None
        return (rows, row) if rows and row else None

    @classmethod
    def blank_row(cls, prefix: str, index: int, filling: Filling) -> RowForm | None:
        """The row to be added to a list, without building the sheet around it; None for a list that does not exist."""
        outer, inner = "|".join(cls.lists_of), "|".join(cls.nested) or "(?!)"
        found = re.fullmatch(rf"(?P<outer>{outer})(-(?P<index>\d{{1,3}})-(?P<inner>{inner}))?", prefix)
        if found is None or index >= row_deeds.MOST_ROWS:
            return None
        rows = cls.nested[found["inner"]] if found["inner"] else cls.lists_of[found["outer"]]
        number = {"number": int(found["index"]) + 1} if found["inner"] else {}
        above = str(cls.lists_of[found["outer"]].form.noun) % number if number else ""
        return rows(prefix=prefix, filling=filling, instances=[], above=above).blank_row(index)

    def rearranged(self, deed: str, target: str) -> tuple[QueryDict, str]:
        """What was typed after one of ROW_DEEDS, and what should take the keyboard then."""
        data = self.data.copy() if self.data is not None else QueryDict(mutable=True)
        if deed == "add":
            rows = self.find(target)
            return data, row_deeds.append(data, rows) if rows and not rows.is_full else ""
        found = self.find_row(target)
        if found is None:
            return data, ""
        rows, row = found
        if deed == "remove":
            row_deeds.remove(data, row)
        elif deed == "back":
            row_deeds.restore(data, row)
        else:
            row_deeds.move(data, rows, row, -1 if deed == "up" else 1)
        return data, f"{deed}:{target}"

    def _rows(self, name: str, instances: list[Any]) -> Rows:
        missing = self.starts_with.get(name, 0) - len(instances) if self.filling.fresh else 0
        rows = self.lists_of[name]
        return rows(self.data, prefix=name, filling=self.filling, instances=instances, blank=max(0, missing))


def chosen_through(record: Any, name: str, chosen: list[Any]) -> None:
    """Puts what was read of a many-to-many field where `record.<name>.all()` finds it, as a prefetch would."""
    found = getattr(record, name).all()
    found._result_cache, found._prefetch_done = chosen, True  # noqa: SLF001 -- as prefetch_related does
    record._prefetched_objects_cache[name] = found  # noqa: SLF001


def every_row(lists: list[Rows]) -> Iterator[RowForm]:
    for rows in lists:
        for row in rows.ordered:
            yield row
            yield from every_row(row.nested)


def next_order(data: QueryDict, prefix: str) -> int:
    """The place behind the last row that was posted."""
    orders = [str(data[name]) for name in data if re.fullmatch(rf"{re.escape(prefix)}-\d+-order", name)]
    return 1 + max((order for text in orders if (order := whole(text, 5)) is not None), default=-1)
