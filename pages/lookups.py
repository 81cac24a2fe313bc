"""Choosing one record out of thousands by typing: never a select of thousands, and never a silent match.

A `Lookup` says how records of one kind are found and told apart; the apps declare theirs (`regions/lookups.py`).
`LookupField` is the form field, `LookupFilter` the same for a list's filters, `options` the answer to the typing.

What is sent: `<name>` (the key, filled by combo-box.js), `<name>_text` (the typed words) and `<name>_pick` (one of the
candidates that the server showed). The words win over a key that does not fit them.

A stored record that the user does not see (it was handed over, or has other sides now) is shown as UNSEEN; left so, it
stays chosen in forms that say so (`keeps_unseen`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import django_filters
from django import forms
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramStrictWordSimilarity, TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Greatest, Lower, Upper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, override

from records.asking import NAMING, PHRASES_OF, Unit, asked
from records.folding import read_together
from records.keys import by_key, whole
from records.rows import along

M = TypeVar("M", bound=Model)

UNSEEN = gettext_lazy("One that you do not see")

MOST = 20  # options in a list or candidates under a field
NEAR = 4  # the rank up to which the typed words begin a word of the name (or the code): “malang” is not “Pemalang”
ALIKE = 0.5  # word similarity from which a name counts as a typing error of another ("sopeng" ~ "Soppeng" is 0.6)


@dataclass(frozen=True)
class Option:
    """One record to choose: `label` names it without doubt, the rest are its parts for the list."""

    value: int
    label: str
    name: str
    level: str = ""
    code: str = ""
    context: str = ""


class Lookup(Generic[M]):
    """How records of one kind are found by typing, and how they are told from their namesakes."""

    model: ClassVar[type[Model]]
    names: ClassVar[tuple[str, ...]] = ("name_id", "name_en")
    codes: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[tuple[str, ...]] = ()  # further fields in which a typed word may stand: the province, the region
    indexed: ClassVar[Any] = None  # an expression over the names, whose capitals have a trigram index
    own: ClassVar[str] = "region"  # the way to the region by which a record is the user's own
    url: ClassVar[str]
    create_url: ClassVar[str] = ""
    create_name: ClassVar[str] = "name"  # the field of the create form that takes the typed words
    placeholder: ClassVar[Any] = gettext_lazy("Type a name")
    create_label: ClassVar[Any] = ""

    def records(self) -> QuerySet[M]:
        """All that may be chosen, with everything loaded that `option` reads."""
        raise NotImplementedError

    def option(self, record: M) -> Option:
        raise NotImplementedError

    def narrow(self, records: QuerySet[M], params: Mapping[str, str]) -> QuerySet[M]:
        """Fewer records, by the parameters that the field put into its address."""
        return records

    def create_text(self, text: str) -> str:
        """The last row of the list: “Add “Xiangyang” as a new place abroad…”; empty where nothing can be added."""
        return ""

    def too_many(self, text: str, count: int) -> str:
        """The error when the words fit several records; at most MOST of them are shown."""
        raise NotImplementedError

    def nothing(self, text: str) -> str:
        """The error when the words fit no record."""
        raise NotImplementedError

    def may_create(self, user: Any) -> bool:
        return bool(self.create_url) and user.may_somewhere("ADD_REFERENCE")

    def normalise(self, text: str) -> str:
        return " ".join(text.replace("\x00", "").split())

    def search(self, text: str, records: QuerySet[M] | None = None) -> QuerySet[M]:
        """Records that hold every typed word; first by code, then by name, start of a name's word, anywhere."""
        text = self.normalise(text)[:100]
        ranked: Any = self.holding(text, records).annotate(rank=self._rank(text))
        ordered: QuerySet[M] = ranked.order_by("rank", Lower(self.names[0]), "pk")
        return ordered

    def holding(self, text: str, records: QuerySet[M] | None = None) -> QuerySet[M]:
        """Records that hold every typed word, or what means the same (`records.synonyms`), in no order."""
        records = self.records() if records is None else records
        text = self.normalise(text)[:100]
        found: Any = records.annotate(held=self._joined(self.own_words))
        for choice in choices(text)[:8]:
            found = found.filter(reduce(or_, (self.holds(words) for words in choice)))
        held: QuerySet[M] = found
        return held

    @property
    def own_words(self) -> Any:
        """The text that `holds` looks into: fields, or an expression for which there is an index."""
        return (*self.names, *self.codes, *self.beside)

    def holds(self, words: str) -> Q:
        """The condition that these words, side by side, stand in the record."""
        return Q(held__icontains=words)

    def alike(self, text: str, records: QuerySet[M] | None = None) -> QuerySet[M]:
        """Records whose name is a typing error away, the nearest first. For when `search` finds nothing.

        Part of a word may fit as well as the whole one (“malng” in Mali as in Malang): then the whole one decides.
        """
        typed = self.normalise(text)[:100]
        records = self.records() if records is None else records
        if self.indexed is not None:
            loud: Any = records.annotate(loud=Upper(self.indexed))
            records = loud.filter(loud__trigram_word_similar=typed)
        part = Greatest(*(TrigramWordSimilarity(typed, name) for name in self.names), 0.0, output_field=FloatField())
        whole = Greatest(
            *(TrigramStrictWordSimilarity(typed, name) for name in self.names), 0.0, output_field=FloatField()
        )
        measured: Any = records.annotate(nearness=part, fit=whole)
        nearest: QuerySet[M] = measured.filter(nearness__gte=ALIKE).order_by("-nearness", "-fit", "pk")
        return nearest

    def first(self, records: QuerySet[M], user: Any) -> QuerySet[M]:
        """What is offered before anything is typed: the records of the user's own regions, then all by name."""
        if not self.names:
            return self.search("", records)
        own = Case(When(**{f"{self.own}__in": user.region_ids}, then=Value(0)), default=Value(1))
        return records.order_by(own, Lower(self.names[0]), "pk")

    def near(self, found: list[M]) -> list[M]:
        """Of the records that `search` found, those that begin with the words; all where none does."""
        return [r for r in found if getattr(r, "rank", 0) <= NEAR] or found

    def exact(self, text: str, found: list[M]) -> M | None:
        """The one record that the words name beyond doubt: by its code, by its whole label in any language, or by its
        full name when no other record holds these words."""
        text = self.normalise(text).casefold()
        by_code = [r for r in found if text in {str(getattr(r, code) or "").casefold() for code in self.codes}]
        by_label = [r for r in found if text in self._labels(r)]
        by_name = found if len(found) == 1 and text in self.names_of(found[0]) else []
        return next((few[0] for few in (by_code, by_label, by_name) if len(few) == 1), None)

    def fits(self, record: M, text: str) -> bool:
        """Do the words stand for this record? (Its label, in whichever language the page was shown.)"""
        return self.normalise(text).casefold() in self._labels(record)

    def of_label(self, text: str) -> list[M]:
        """Records whose label may be the text: a label starts with the name, followed by a dash."""
        name = self.normalise(text).split(" — ")[0]
        condition = reduce(lambda q, field: q | Q(**{f"{field}__iexact": name}), self.names, Q())
        return list(self.records().filter(condition)[: 5 * MOST])

    def _labels(self, record: M) -> set[str]:
        labels = set()
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels.add(self.normalise(self.option(record).label).casefold())
        return labels

    def names_of(self, record: M) -> set[str]:
        """The full names of the record, as they may be typed."""
        return {self.normalise(str(getattr(record, name))).casefold() for name in self.names} - {""}

    def whole(self, text: str) -> Q:
        """The condition that this is the whole name."""
        return reduce(lambda q, name: q | Q(**{f"{name}__iexact": text}), self.names, Q())

    def _rank(self, text: str) -> Case:
        start = rf"\m{re.escape(text)}"
        tests = [
            reduce(lambda q, code: q | Q(**{f"{code}__iexact": text}), self.codes, Q()),
            reduce(lambda q, code: q | Q(**{f"{code}__istartswith": text}), self.codes, Q()),
            self.whole(text),
            reduce(lambda q, name: q | Q(**{f"{name}__istartswith": text}), self.names, Q()),
            reduce(lambda q, name: q | Q(**{f"{name}__iregex": start}), self.names, Q()),
            reduce(lambda q, name: q | Q(**{f"{name}__icontains": text}), self.names, Q()),
        ]
        whens = [When(test, then=Value(rank)) for rank, test in enumerate(tests) if test and text]
        return Case(*whens, default=Value(len(tests)), output_field=IntegerField())

    @staticmethod
    def _joined(fields: Any) -> Any:
        if not isinstance(fields, tuple):
            return fields
        return Func(Value(" "), *fields, function="CONCAT_WS", output_field=TextField())  # absent ones are left out


def _in_all_languages(words: Any) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(words)


def among(field: str, keys: QuerySet[Any]) -> Func:
    """The condition that the field is one of the keys that another query finds, found through the index of the field
    even where it stands in an OR."""
    return Func(
        F(field), ArraySubquery(keys),
        template="(%(expressions)s))", arg_joiner=" = ANY (", output_field=BooleanField(),
    )  # fmt: skip


def choices(text: str) -> list[list[str]]:
    """What a record must hold, one thing after the other; each in the words that were typed or in others that names
    are made of (“mayor” is also wali kota)."""
    units = asked(text).units
    if not units:
        return [[word] for word in text.split()]
    return [
        [" ".join(unit.typed), *(" ".join(phrase) for phrase in _names_like(unit) if len(phrase[0]) > 3)]
        for unit in units
    ]


def _names_like(unit: Unit) -> tuple[tuple[str, ...], ...]:
    return PHRASES_OF[unit.name] if unit.name in NAMING else ()


def options(request: HttpRequest, lookup: Lookup[Any]) -> HttpResponse:
    """The answer to typing: at most MOST options as an HTML part, with a count that is read out."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    records = lookup.narrow(lookup.records(), request.GET)
    found = list((lookup.search(text, records) if text else lookup.first(records, request.user))[: MOST + 1])
    guessed = not found and bool(text)
    if guessed:
        found = list(lookup.alike(text, records)[:MOST])
    chosen = lookup.exact(text, lookup.near(found)) if text and not guessed else None
    context = {
        "options": [lookup.option(record) for record in found[:MOST]],
        "exact": chosen.pk if chosen else None,
        "more": len(found) > MOST,
        "guessed": guessed,
        "text": text,
    }
    if text and lookup.may_create(request.user):
        context["create_text"] = lookup.create_text(text)
        context["create_url"] = f"{reverse(lookup.create_url)}?{urlencode({lookup.create_name: text[:200]})}"
    return render(request, "components/_options.html", context)


class Typed(NamedTuple):
    """What was sent: the key, the words (None when that field was not sent at all) and the picked candidate."""

    value: str
    text: str | None
    pick: str = ""

    def __str__(self) -> str:
        return self.value


class LookupWidget(forms.Widget):
    """A text field over a hidden key inside `<combo-box>`; below it the candidates, when the words fit several."""

    template_name = "components/lookup.html"

    def __init__(self, lookup: Lookup[Any], params: Mapping[str, str], create: bool, attrs: Any = None) -> None:
        super().__init__({"class": "combobox-input"} | dict(attrs or {}))
        self.lookup = lookup
        self.params = dict(params)
        self.create = create
        self.stored = ""  # as the field says
        self.known: dict[str, Option] = {}  # labels that are loaded already: see `prime`
        self.chosen: Option | None = None  # what the words turned out to mean
        self.candidates: list[Option] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> LookupWidget:
        copied = type(self)(self.lookup, self.params, self.create, dict(self.attrs))
        copied.is_required = self.is_required
        copied.choices = getattr(self, "choices", [])  # type: ignore[attr-defined]  # set by ModelChoiceField, unused
        return copied

    def id_for_label(self, id_: str) -> str:
        return id_

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        text = data.get(f"{name}_text")
        pick = str(data.get(f"{name}_pick") or "")
        return Typed(str(data.get(name) or "").strip(), None if text is None else str(text).strip(), pick)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not {name, f"{name}_text", f"{name}_pick"} & set(data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        address = reverse(self.lookup.url)
        key, text = self._shown(value)
        context["widget"] |= {
            "key": key,
            "text": text,
            "src": f"{address}?{urlencode(self.params)}" if self.params else address,
            "candidates": self.candidates,
            "picked": value.pick if isinstance(value, Typed) else "",
            "create_url": reverse(self.lookup.create_url) if self.create and self.lookup.create_url else "",
            "create_label": self.lookup.create_label,
        }
        return context

    def _shown(self, value: Any) -> tuple[str, str]:
        if self.chosen is not None:
            return str(self.chosen.value), self.chosen.label
        key, text = (value.value, value.text) if isinstance(value, Typed) else (str(value or ""), None)
        if key and text is None:
            option = self.option(key)
            unseen = (key, str(UNSEEN)) if key == self.stored else ("", "")
            return (key, option.label) if option else unseen
        return key, text or ""

    def option(self, key: str) -> Option | None:
        """The option of a key; one query unless `prime` has read it before."""
        if key not in self.known and whole(key) is not None:
            record = by_key(self.lookup.records(), key)
            if record is not None:
                self.known[key] = self.lookup.option(record)
        return self.known.get(key)


class LookupField(forms.ModelChoiceField):  # type: ignore[type-arg]  # it takes no parameter at run time
    """A field for one record that is found by typing: `LookupField(REGIONS, label=…, params={"level": "COUNTRY"})`.

    Cleaning costs one query for a key, two or three for words. Words that fit several are an error that shows them.
    """

    widget: LookupWidget
    stored = ""  # the key that the record has already, where it stays though the user does not see it
    is_kept = False  # it was cleaned to the stored record, which the user does not see

    def __init__(
        self,
        lookup: Lookup[Any],
        *,
        params: Mapping[str, str] | None = None,
        create: bool = True,
        placeholder: Any = None,
        **kwargs: Any,
    ) -> None:
        self.lookup = lookup
        self.params = dict(params or {})
        attrs = {"placeholder": lookup.placeholder if placeholder is None else placeholder}
        kwargs.setdefault("widget", LookupWidget(lookup, self.params, create, attrs))
        super().__init__(queryset=lookup.model._default_manager.none(), **kwargs)

    def get_bound_field(self, form: Any, field_name: str) -> forms.BoundField:
        """The form is told first whether the field has something to keep."""
        if getattr(form, "keeps_unseen", False) and form.instance.pk:
            self.stored = self.widget.stored = str(form.initial.get(field_name) or "")
        return super().get_bound_field(form, field_name)

    def keeps(self, typed: Typed) -> bool:
        """Was the stored record, which the user does not see, left as it was shown?"""
        if not self.stored or typed.value != self.stored or typed.pick:
            return False
        return typed.text in (None, *_in_all_languages(UNSEEN)) and self.widget.option(self.stored) is None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            self.widget.known.setdefault(str(value.pk), self.lookup.option(value))
            return value.pk
        return value

    def clean(self, value: Any) -> Any:
        typed = value if isinstance(value, Typed) else Typed(str(getattr(value, "pk", value) or ""), None)
        self.is_kept = self.keeps(typed)
        if self.is_kept:
            return self._unseen(typed.value)
        record = self._resolve(typed)
        if record is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if record is not None:
            self.widget.chosen = self.lookup.option(record)
        self.run_validators(record)
        return record

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        before = str(getattr(initial, "pk", initial) or "")
        if not isinstance(data, Typed):
            return before != str(data or "")
        if self.keeps(data):
            return False
        if data.pick or data.value != before or data.text is None:
            return bool(data.pick) or data.value != before or bool(not data.value and data.text)
        if not before:
            return bool(data.text)
        option = self.widget.option(before)
        return option is None or data.text != option.label

    def _unseen(self, key: str) -> Any:
        """The stored record, for the rules of its form: nothing of it is shown."""
        with along():
            return by_key(self.lookup.model._base_manager.all(), key)

    def _records(self) -> QuerySet[Any]:
        return self.lookup.narrow(self.lookup.records(), self.params)

    def _resolve(self, typed: Typed) -> Any:
        record = self._by_key(typed.value)
        if typed.text is None:
            if typed.value and record is None:
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
            return record or self._by_key(typed.pick)
        if not typed.text:
            return None
        if record is not None and self.lookup.fits(record, typed.text):
            return record
        return self._by_words(typed)

    def _by_key(self, key: str) -> Any:
        return by_key(self._records(), key)

    def _by_words(self, typed: Typed) -> Any:
        text = (typed.text or "")[:500]
        labelled = [r for r in self.lookup.of_label(text) if self.lookup.fits(r, text)]
        if len(labelled) == 1 and self._records().filter(pk=labelled[0].pk).exists():
            return labelled[0]
        found = self.lookup.near(list(self.lookup.search(text, self._records())[: MOST + 1]))
        shown = found or list(self.lookup.alike(text, self._records())[:MOST])
        picked = next((r for r in shown if str(r.pk) == typed.pick), None)
        record = picked or self.lookup.exact(text, found)
        if record is not None:
            return record
        self.widget.candidates = [self.lookup.option(r) for r in shown[:MOST]]
        message = self.lookup.too_many(text, len(found)) if found else self.lookup.nothing(text)
        raise ValidationError(message, code="ambiguous" if found else "unknown")


class LookupFilter(django_filters.Filter):
    """`LookupField` in a FilterSet: `region = LookupFilter(lookup=REGIONS, field_name="region")`."""

    field_class = LookupField

    def __init__(self, field_name: str | None = None, *, lookup: Lookup[Any], **kwargs: Any) -> None:
        super().__init__(field_name, lookup=lookup, create=False, **kwargs)


def prime(forms_: Iterable[forms.BaseForm]) -> None:
    """Read the labels of all records that these forms show: one query, and those that the lookups prefetch."""
    fields: dict[Lookup[Any], list[tuple[LookupWidget, str]]] = defaultdict(list)
    for form in forms_:
        for name, field in form.fields.items():
            if isinstance(field, LookupField):
                value = form[name].value()
                key = value.value if isinstance(value, Typed) else str(value or "")
                if whole(key) is not None:
                    fields[field.lookup].append((field.widget, key))
    asked_for = [lookup.records().filter(pk__in={key for _widget, key in shown}) for lookup, shown in fields.items()]
    for (lookup, shown), found in zip(fields.items(), read_together(asked_for), strict=True):
        known = {str(record.pk): lookup.option(record) for record in found}
        for widget, key in shown:
            if key in known:
                widget.known[key] = known[key]
