"""Facts of a record as they are compared: what a form would send, and the same in words.

A fact is a field of the form, or fields that say one thing together: a date with its precision, a term with its unit.
Facts of two forms are told apart by what an untouched form sends, so “1.000” and “1000” are one number. What is sent is
kept as in Indonesian (KEPT_IN), whoever looks: “1,234” is another number to who reads English.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from pages.sheets import rows as row_deeds
from pages.sheets.conflict import in_words
from pages.sheets.fields import QuantityField
from pages.sheets.filled import as_lines
from pages.sheets.period import WHEN, PeriodForm
from pages.sheets.rows import inputs_of
from records.dates import Certainty
from sides.subjects import Subject

TOGETHER = {"term": ("term", "term_unit"), "headcount": ("headcount_comparator", "headcount")}
SILENT = {"term_unit", "headcount_comparator"}  # they say nothing alone
LONGEST_WORDS = 4_000
KEPT_IN = settings.LANGUAGES[0][0]
Change = dict[str, Any]  # as `Correction.changes` keeps it


@dataclass(frozen=True)
class Fact:
    key: str
    label: str
    inputs: dict[str, list[str]]
    words: str

    @property
    def print(self) -> str:
        plain = {name: sorted(as_lines(v) for v in values) for name, values in self.inputs.items()}
        return f"{zlib.crc32(json.dumps(plain, sort_keys=True).encode()):08x}"


def facts_of(form: Any) -> dict[str, Fact]:
    """What an unbound form shows, its words in the active language."""
    found = {}
    for key, names in _names(form).items():
        with translation.override(KEPT_IN):
            inputs = {name: values for bound in names for name, values in inputs_of([form[bound]])}
        found[key] = Fact(key, label_of(form, key), inputs, _words(form, key, names)[:LONGEST_WORDS])
    return found


def prints_of(form: Any) -> str:
    """The fingerprints of what a form shows, for a hidden field of it."""
    return json.dumps({key: fact.print for key, fact in facts_of(form).items()}, separators=(",", ":"))


def read_prints(text: str) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):  # nested a thousand times: nothing of ours
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def label_of(form: Any, key: str) -> str:
    if key == "when":
        return _("Date")
    return str(capfirst(str(form.fields[key].label)))


def in_language(words: dict[str, str]) -> str:
    """Of words that are kept in each language, those of the active one."""
    return words.get(translation.get_language() or "", words[settings.LANGUAGE_CODE])


def differences(before: Subject, after: Subject, user: Any, like: Any) -> list[Change]:
    """What a judged form (`like`, whose record is in `after`) would change, in the words of every language."""
    told: dict[str, tuple[dict[str, Fact], dict[str, Fact]]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = facts_of(before.form(user)), facts_of(after.form(user, like=like))
    old, new = told[KEPT_IN]
    return [
        {
            "key": key,
            "label": {language: facts[0][key].label for language, facts in told.items()},
            "before": {language: facts[0][key].words for language, facts in told.items()},
            "after": {language: facts[1][key].words for language, facts in told.items()},
            "old": old[key].inputs,
            "new": new[key].inputs,
            "taken": None,
        }
        for key in old
        if old[key].print != new[key].print
    ]


def with_untouched(data: QueryDict, form: Any, keys: set[str]) -> QueryDict:
    """What was typed, with the facts `keys` as an unbound form shows them now."""
    data = data.copy()
    names = _names(form)
    row_deeds.write(data, form, {form.add_prefix(name) for key in keys for name in names[key]})
    return data


def filled(form: Any, changes: list[Change]) -> QueryDict:
    """What an unbound form would send with these changes in it, if it was filled in in the active language."""
    data = QueryDict(mutable=True)
    row_deeds.write(data, form)
    fields = {bound.html_name: bound.field for bound in form}
    for change in changes:
        for name, values in change["new"].items():
            data.setlist(name, _as_typed(fields.get(name), values))
    return data


def _as_typed(field: Any, kept: list[str]) -> list[str]:
    """Amounts are written with the point of the active language; the rest is the same in all."""
    if not isinstance(field, QuantityField):
        return kept
    with translation.override(KEPT_IN):
        amounts = [field.to_python(text) for text in kept]
    return ["" if amount is None else str(field.prepare_value(amount)) for amount in amounts]


def print_of(inputs: dict[str, list[str]]) -> str:
    return Fact("", "", inputs, "").print


def _names(form: Any) -> dict[str, tuple[str, ...]]:
    """The facts of a form: their keys and fields, in the order of the page."""
    found: dict[str, tuple[str, ...]] = {}
    dated = WHEN if isinstance(form, PeriodForm) else ()
    for _title, names in form.groups:
        for name in names:
            if name not in form.fields or name in SILENT:
                continue
            if name in dated:
                found["when"] = tuple(n for n in WHEN if n in form.fields)
            else:
                found[name] = tuple(n for n in TOGETHER.get(name, (name,)) if n in form.fields)
    return found


def _words(form: Any, key: str, names: tuple[str, ...]) -> str:
    if key == "when":
        return _period(form.instance)
    if key == "headcount":
        return str(form.instance.headcount_text)
    if key == "term":
        return " ".join(in_words(form, name) for name in names) if form["term"].value() else ""
    return "".join(in_words(form, name) for name in names)


def _period(record: Any) -> str:
    stated = f"“{record.date_as_stated}”" if record.date_as_stated else ""
    sure = "" if record.date_certainty == Certainty.STATED else str(Certainty(record.date_certainty).label)
    return ", ".join(part for part in (record.period, stated, sure) if part)
