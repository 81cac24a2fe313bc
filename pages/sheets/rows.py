"""Lists of rows that can be added, removed, put back and put in order, with and without JavaScript.

A removed row stays on the page, folded, until the record is saved: nothing typed is lost by a slip. So the numbers in
the names of the inputs never move; what moves is `order`. A row is a stored one when `key` is the primary key of a
child that the record still has; else it is new. Rows of which nothing was filled in are no rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from pages.sheets.filled import FilledForm, Filling
from pages.templatetags.pages import Problem, problems
from records.keys import SHORT, whole
from records.trash import let_go

HOUSEKEEPING = {"key", "order", "removed"}
MOST_ROWS = 300
UNSAVED = "row-"  # with its number: how a choice in another list names a row that is not stored yet


class RowForm(FilledForm):
    """One row. `noun` (“Delegation %(number)s”) names it in titles and messages, `parts` draws its fields; `goes_along`
    says what goes with it, when it is removed, that the form does not show."""

    noun: ClassVar[Any]
    parts: ClassVar[str]
    goes_along: Any = ""
    number = 1
    above = ""  # the heading of the row in which this one lies

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    order = forms.CharField(required=False, widget=forms.HiddenInput)
    removed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = self.instance.pk or ""
        self.nested: list[Rows] = self.make_nested()

    def make_nested(self) -> list[Rows]:
        return []

    @property
    def nested_models(self) -> set[type[Model]]:
        """The tables whose rows lie in this one, and are seen to go with it."""
        return {rows.form._meta.model for rows in self.nested}

    @property
    def changed_data(self) -> list[str]:
        return [name for name in self._changed if name not in HOUSEKEEPING]

    @cached_property
    def _changed(self) -> list[str]:
        return list(super().changed_data)

    def has_changed(self) -> bool:
        """Also when only a row inside has changed: an empty delegation with a member is no empty row."""
        inside = (row for rows in self.nested for row in rows.forms)
        return bool(self.changed_data) or any(row.is_live and row.has_changed() for row in inside)

    def said(self, name: str) -> Any:
        """What the row says of a field; one that nobody touched was not judged and says what is stored."""
        return self.cleaned_data.get(name) if self.has_changed() else getattr(self.instance, name, None)

    @property
    def is_ignored(self) -> bool:
        return self.filling.quiet or self.is_removed

    @property
    def is_removed(self) -> bool:
        return self.is_bound and self.data.get(self.add_prefix("removed")) == "yes"

    @property
    def is_live(self) -> bool:
        """Will there be a record of this row?"""
        return not self.is_removed and (self.instance.pk is not None or (self.is_bound and self.has_changed()))

    @property
    def rank(self) -> int:
        order = whole(self.data.get(self.add_prefix("order"), ""), SHORT) if self.is_bound else None
        return MOST_ROWS if order is None else order

    @property
    def chosen_as(self) -> str:
        """The value by which a choice in another list of the sheet names this row: its primary key, or its number."""
        key = self.data.get(self.add_prefix("key"), "") if self.is_bound else self.instance.pk
        return str(key or f"{UNSAVED}{str(self.prefix).rpartition('-')[2]}")

    @property
    def is_saved_last(self) -> bool:
        """For a row that may be there only once its others have changed: the one head of a delegation."""
        return False

    @property
    def row_title(self) -> str:
        return str(self.noun) % {"number": self.number}

    @property
    def row_label(self) -> str:
        return f"{self.above}, {self.row_title[:1].lower()}{self.row_title[1:]}" if self.above else self.row_title

    @property
    def is_folded(self) -> bool:
        """Stored rows are shown as one line until somebody opens them; new, changed and faulty ones are open."""
        return self.instance.pk is not None and not (self.is_bound and (self.has_changed() or not self.is_valid()))

    @property
    def focused_tool(self) -> str:
        """Which of the row's buttons was pressed last: it takes the keyboard again."""
        deed, _colon, prefix = self.filling.focus.partition(":")
        return deed if prefix == self.prefix else ""

    @property
    def problems(self) -> Iterator[Problem]:
        if not self.is_removed:
            yield from problems(self)
            for rows in self.nested:
                yield from rows.problems

    def is_valid(self) -> bool:
        inside = [rows.is_valid() for rows in self.nested]  # all are looked at, so that all faults are shown at once
        return super().is_valid() and (self.is_ignored or all(inside))

    def store(self, position: int, parents: Mapping[str, Model]) -> None:
        """Save the row and those inside, but only what is new, changed or moved: each is a line in the history."""
        record = self.instance
        place = {"position": position} if hasattr(record, "position") else {}
        moved = any(getattr(record, name) != value for name, value in place.items())
        for name, value in (*parents.items(), *place.items()):
            setattr(record, name, value)
        if self.prepare() or moved or record.pk is None or self.changed_data:
            record.save()
        for rows in self.nested:
            rows.save(**self.parents_of_nested(parents))

    def prepare(self) -> bool:
        """The last touches, when the parent is saved and known; True when they changed the record."""
        return False

    def parents_of_nested(self, parents: Mapping[str, Model]) -> dict[str, Model]:
        return dict(parents)


if TYPE_CHECKING:
    RowSet = BaseFormSet[RowForm]
else:
    RowSet = BaseFormSet


class Rows(RowSet):
    """The rows of one list of one parent, in the order of the page. `instances` are the stored ones."""

    prefix: str
    default_error_messages = {
        "missing_management_form": gettext_lazy("A part of the form did not arrive. Check the rows, then save again."),
    }

    def __init__(
        self,
        data: Any = None,
        *,
        prefix: str,
        filling: Filling,
        instances: list[Any],
        blank: int = 0,
        above: str = "",
    ) -> None:
        self.filling = filling
        self.instances = instances
        self.blank = blank
        self.above = above
        super().__init__(data, prefix=prefix, form_kwargs={"filling": filling})

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else len(self.instances) + self.blank

    def total_form_count(self) -> int:
        """What was announced, but no more than what was sent: nobody makes the server draw hundreds of empty rows."""
        announced = super().total_form_count()
        if not self.is_bound or not announced:
            return announced
        start = f"{self.prefix}-"
        sent = {name[len(start) :].partition("-")[0] for name in self.data if name.startswith(start)}
        rows = [row for number in sent if (row := whole(number, 5)) is not None]
        return min(announced, 1 + max(rows, default=-1))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        if index is not None:
            kwargs["instance"] = self._instance(index)
        return kwargs

    @cached_property
    def forms(self) -> list[RowForm]:
        rows: list[RowForm] = super().forms
        for index, row in enumerate(rows):
            row.empty_permitted = True  # an unchanged stored row needs no judging either
            row.initial["order"] = index
        for number, row in enumerate(sorted(rows, key=lambda row: row.rank), start=1):
            row.number, row.above = number, self.above
            if self.filling.focus == row.prefix:
                row.visible_fields()[0].field.widget.attrs["autofocus"] = True
        return rows

    @property
    def ordered(self) -> list[RowForm]:
        return sorted(self.forms, key=lambda row: row.number)

    @property
    def live(self) -> list[RowForm]:
        return [row for row in self.ordered if row.is_live]

    @property
    def is_full(self) -> bool:
        return self.total_form_count() >= MOST_ROWS

    @property
    def noun(self) -> str:
        return str(self.form.noun)

    @property
    def problems(self) -> Iterator[Problem]:
        yield from (("", str(message)) for message in self.non_form_errors())
        for row in self.ordered:
            yield from row.problems

    def non_form_errors(self) -> ErrorList:
        return ErrorList() if self.filling.quiet else super().non_form_errors()

    def is_valid(self) -> bool:
        return self.filling.quiet or super().is_valid()

    def save(self, **parents: Model) -> None:
        """Removed rows first, those that ask for it last: no rule is broken on the way to a state that keeps it."""
        removed = [row for row in self.forms if row.is_removed and row.instance.pk is not None]
        beside = removed[0].nested_models if removed else ()
        let_go((row.instance for row in removed), within=next(iter(parents.values())), beside=beside)
        for position, row in sorted(self._places(), key=lambda place: place[1].is_saved_last):
            row.store(position, parents)

    def _places(self) -> list[tuple[int, RowForm]]:
        """Each row with its position; stored ones keep theirs while they are in order, for moving is a change too."""
        places, last = [], (-1, 0.0)
        for row in self.live:
            record = row.instance
            here = (getattr(record, "position", 0), record.pk) if record.pk else (-1, 0.0)
            last = here if here > last else (last[0] + 1, record.pk or math.inf)
            places.append((last[0], row))
        return places

    def blank_row(self, index: int) -> RowForm:
        """An empty row to be added at the index, unbound, so that it shows its defaults."""
        row = self.form(prefix=self.add_prefix(index), filling=self.filling, use_required_attribute=False)
        row.number, row.above = index + 1, self.above
        row.initial["order"] = index
        return row

    def _instance(self, index: int) -> Any:
        if not self.is_bound:
            return self.instances[index] if index < len(self.instances) else None
        key = self.data.get(f"{self.add_prefix(index)}-key", "")
        return self._by_key.get(str(key))

    @cached_property
    def _by_key(self) -> dict[str, Any]:
        return {str(record.pk): record for record in self.instances}


def rows_of(form: type[RowForm], rows: type[Rows] = Rows) -> type[Rows]:
    """The list for rows of this form."""
    return cast("type[Rows]", formset_factory(form, rows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS))


def inputs_of(fields: Iterable[forms.BoundField]) -> Iterator[tuple[str, list[str]]]:
    """Names and values that the fields of an unbound form send when nobody touches them."""
    for bound in fields:
        widget, name = bound.field.widget, bound.html_name
        value = bound.value()
        if isinstance(widget, forms.CheckboxInput):
            yield name, ["on"] if widget.check_test(value) else []
        elif isinstance(widget, forms.CheckboxSelectMultiple):
            yield name, [str(one) for one in widget.format_value(value)]
        else:
            shown = widget.format_value(value)
            shown = shown[0] if isinstance(shown, list) and shown else shown
            yield name, ["" if shown in (None, []) else str(shown)]


def write(data: QueryDict, form: forms.BaseForm, only: set[str] | None = None) -> None:
    """Put what an unbound form shows into posted data; of a lookup the key is enough."""
    for name, values in inputs_of(form):
        if only is None or name in only:
            data.setlist(name, values)
            for words in (f"{name}_text", f"{name}_pick"):
                data.pop(words, None)


def append(data: QueryDict, rows: Rows, row: RowForm | None = None) -> str:
    """Add a row to posted data, empty or like the given one, with all that lies in it; answers its prefix."""
    index = _count(data, rows.prefix)
    blank = rows.blank_row(index)
    if row is not None:
        blank = rows.form(prefix=blank.prefix, filling=rows.filling, instance=row.instance)
    blank.initial["order"] = 1 + max((other.rank for other in rows.forms if other.rank < MOST_ROWS), default=-1)
    write(data, blank)
    data[f"{rows.prefix}-TOTAL_FORMS"] = str(index + 1)
    for inner in blank.nested:
        data[f"{inner.prefix}-TOTAL_FORMS"], data[f"{inner.prefix}-INITIAL_FORMS"] = "0", "0"
        for inner_row in inner.forms:
            append(data, inner, inner_row if inner_row.instance.pk else None)
    return str(blank.prefix)


def remove(data: QueryDict, row: RowForm) -> None:
    data[row.add_prefix("removed")] = "yes"


def restore(data: QueryDict, row: RowForm) -> None:
    data[row.add_prefix("removed")] = ""


def move(data: QueryDict, rows: Rows, row: RowForm, step: int) -> None:
    """One place up (-1) or down (1), past rows that are removed; all rows are numbered anew."""
    ordered = rows.ordered
    here = ordered.index(row)
    there = here + step
    while 0 <= there < len(ordered) and ordered[there].is_removed:
        there += step
    if 0 <= there < len(ordered):
        ordered.insert(there, ordered.pop(here))
    for place, other in enumerate(ordered):
        data[other.add_prefix("order")] = str(place)


def _count(data: QueryDict, prefix: str) -> int:
    return min(whole(data.get(f"{prefix}-TOTAL_FORMS", "0"), 5) or 0, MOST_ROWS)
