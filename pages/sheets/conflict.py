"""Two officers changed one record: both versions side by side, merged where they do not touch, asked where they do.

The page carries a fingerprint of what it showed (`base`): of each field of the record and of each row. With it a stale
save tells what I changed from what the other one changed. What only one of us changed is kept as they left it; where
both did, mine stays in the form and a choice is asked for. Without a fingerprint every difference is changed by both.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from django.forms import BoundField
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pages.lookups import LookupField, Typed
from pages.sheets import rows as row_deeds
from pages.sheets.filled import FilledForm, as_lines
from pages.sheets.period import INPUTS, NEEDED, WHEN, PeriodForm
from pages.sheets.rows import HOUSEKEEPING, UNSAVED, RowForm, Rows, inputs_of
from pages.sheets.sheet import Sheet

REMOVED = "removed"
Shown = list[tuple[str, str]]  # label of the field ("" when it stands alone), its value in words


@dataclass
class Unit:
    """What is compared as one: a field of the record, its date, or a row."""

    key: str
    label: str
    form: FilledForm
    names: tuple[str, ...]
    rows: Rows | None = None
    parent: str = ""  # the key of the row in which this row lies

    @property
    def row(self) -> RowForm | None:
        return self.form if isinstance(self.form, RowForm) else None

    @cached_property
    def shapes(self) -> dict[str, str]:
        """Each field as it is sent, alike for stored and for typed values."""
        if not self.form.is_bound:
            sent = dict(inputs_of([self.form[name] for name in self.names]))
            return {name: _plain(sent[self.form.add_prefix(name)]) for name in self.names}
        return {name: _typed(self.form[name]) for name in self.names}

    @property
    def print(self) -> str:
        if self.row is not None and self.row.is_removed:
            return REMOVED
        return f"{zlib.crc32(chr(0).join(self.shapes.values()).encode()):x}"


@dataclass
class Difference:
    """`changed_by` is “mine”, “theirs” or “both”; `held` is the fingerprint of what the form holds below."""

    key: str
    label: str
    changed_by: str
    held: str
    mine: Shown = field(default_factory=list)
    theirs: Shown = field(default_factory=list)


def fingerprint(sheet: Sheet) -> str:
    """What the page shows, short enough for a hidden field."""
    return json.dumps({unit.key: unit.print for unit in _units(sheet).values()}, separators=(",", ":"))


def merge(mine: Sheet, theirs: Sheet, base_text: str) -> tuple[QueryDict, list[Difference]]:
    """Posted data with the other one's changes taken over, and all that differs."""
    data = mine.data.copy() if mine.data is not None else QueryDict(mutable=True)
    base = _read(base_text)
    ours, others = _units(mine), _units(theirs)
    found = []
    for key, unit in ours.items():
        difference = _compare(unit, others.get(key), base.get(key))
        if difference is None:
            continue
        if difference.changed_by == "theirs":
            _take(data, unit, others.get(key))
        found.append(difference)
    for key, unit in others.items():
        if key in ours or unit.rows is None or (unit.parent and unit.parent not in ours):
            continue
        target = _list_for(unit, mine, ours)
        twin = next((row for row in target.forms if _is_twin(row, unit)), None) if target else None
        if target and twin:
            data[twin.add_prefix("key")] = key.rpartition(":")[2]
            ours[key] = Unit(key, twin.row_label, twin, unit.names, target, unit.parent)
        elif target:
            row_deeds.append(data, target, unit.row)
            found.append(Difference(key, unit.label, "theirs", "", [], _shown(unit)))
    return data, found


def with_choices(data: QueryDict, typed: Sheet, stored: Callable[[], Sheet]) -> QueryDict:
    """Posted data after “theirs” was chosen for some of it; what was typed since the choice was offered stays."""
    chosen = [name.removeprefix("pick-") for name in data if name.startswith("pick-") and data[name] == "theirs"]
    if not chosen:
        return data
    data = data.copy()
    ours, others = _units(typed), _units(stored())
    for key in chosen:
        if key in ours and ours[key].print == data.get(f"held-{key}"):
            _take(data, ours[key], others.get(key))
    return data


def _compare(mine: Unit, theirs: Unit | None, base: str | None) -> Difference | None:
    own, other = mine.print, theirs.print if theirs else REMOVED
    if own == other:
        return None
    by = {own: "theirs", other: "mine"}.get(base or "", "both")
    if theirs is None:
        return Difference(mine.key, mine.label, by, own, _shown(mine), [("", _("Removed"))])
    if own == REMOVED:
        return Difference(mine.key, theirs.label, by, own, [("", _("Removed"))], _shown(theirs))
    names = [name for name in mine.names if mine.shapes[name] != theirs.shapes[name]]
    return Difference(mine.key, mine.label, by, own, _shown(mine, names), _shown(theirs, names))


def _take(data: QueryDict, mine: Unit, theirs: Unit | None) -> None:
    if mine.row is None or mine.rows is None:
        if theirs is not None:
            row_deeds.write(data, theirs.form, {theirs.form.add_prefix(name) for name in mine.names})
    elif theirs is None:
        row_deeds.remove(data, mine.row)
    else:
        row_deeds.restore(data, mine.row)
        copy = mine.rows.form(prefix=mine.row.prefix, filling=mine.row.filling, instance=theirs.form.instance)
        row_deeds.write(data, copy, {copy.add_prefix(name) for name in mine.names})


def _list_for(theirs: Unit, mine: Sheet, ours: dict[str, Unit]) -> Rows | None:
    """My list in which a row that the other one added would stand."""
    name = theirs.rows.prefix.rpartition("-")[2] if theirs.rows else ""
    parent = ours[theirs.parent].row if theirs.parent else None
    return next((rows for rows in parent.nested if rows.prefix.endswith(name)), None) if parent else mine.find(name)


def _is_twin(row: RowForm, theirs: Unit) -> bool:
    """Is this new row of mine the one that is stored? So it is after a double click, or a way back after saving."""
    if row.data.get(row.add_prefix("key")) or not row.is_live:
        return False
    own = Unit("", "", row, theirs.names).shapes
    return all(own[name] == shape or own[name].startswith(UNSAVED) for name, shape in theirs.shapes.items())


def _units(sheet: Sheet) -> dict[str, Unit]:
    form = sheet.prepare().form
    dated = WHEN if isinstance(form, PeriodForm) else ()
    units = [Unit(name, str(form.fields[name].label), form, (name,)) for name in form.fields if name not in dated]
    if dated:
        units.insert(0, Unit("when", _("Date"), form, dated))
    return {unit.key: unit for unit in (*units, *_rows(sheet.lists, ""))}


def _rows(lists: list[Rows], parent: str) -> Iterator[Unit]:
    for rows in lists:
        for row in rows.ordered:
            pk = str(row.data.get(row.add_prefix("key"), "")) if row.is_bound else str(row.instance.pk or "")
            if pk:
                key = f"{rows.form._meta.model._meta.model_name}:{pk}"
                yield Unit(key, row.row_label, row, tuple(n for n in row.fields if n not in HOUSEKEEPING), rows, parent)
                yield from _rows(row.nested, key)


def _typed(bound: BoundField) -> str:
    if isinstance(bound.data, Typed):
        typed, option = bound.data, bound.field.widget.option(bound.data.value)
        is_shown = option is not None and option.label == typed.text
        if typed.text is None or is_shown or cast("LookupField", bound.field).keeps(typed):
            return typed.value
        return f"? {typed.text}" if typed.text else ""
    data = cast("QueryDict", bound.form.data)
    return _plain(data.getlist(bound.html_name))


def _plain(values: list[str]) -> str:
    return "\n".join(sorted(as_lines(value) for value in values))


def _shown(unit: Unit, names: list[str] | None = None) -> Shown:
    """The fields in words: all that hold something, or just the given ones."""
    if unit.key == "when":
        return [("", _period(unit.form))]
    found = [(name, in_words(unit.form, name)) for name in unit.names if names is None or name in names]
    alone = len(unit.names) == 1
    return [("" if alone else str(unit.form.fields[name].label), text) for name, text in found if text or names]


def in_words(form: FilledForm, name: str) -> str:
    """What a field shows, as a person reads it."""
    bound = form[name]
    value = bound.value()
    if isinstance(bound.field, LookupField):
        return str(bound.field.widget.get_context(name, value, None)["widget"]["text"])
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        labels = {str(key): str(label) for key, label in _flat(choices)}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(getattr(v, "pk", v)), str(v)) for v in values if v not in (None, ""))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    day = parse_date(str(value)) if _looks_like_a_day(str(value)) else None
    return date_format(day) if day else str(value if value is not None else "")


def _period(form: FilledForm) -> str:
    precision = str(form["precision"].value())
    needed = next((names for choice, names in NEEDED.items() if choice == precision), INPUTS)
    parts = [in_words(form, "precision"), *(in_words(form, name) for name in needed)]
    stated = in_words(form, "date_as_stated")
    return ", ".join(part for part in (*parts, f"“{stated}”" if stated else "") if part)


def _looks_like_a_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdecimal()


def _flat(choices: object) -> Iterator[tuple[object, object]]:
    for key, label in choices:  # type: ignore[attr-defined]
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):  # nested a thousand times: nothing of ours
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
