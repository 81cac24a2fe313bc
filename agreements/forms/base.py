"""Who fills in the form of an agreement, and how a row names a party that may not be stored yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.lookups import OutcomeLookup
from agreements.models import MAIN_ROLES, Party, PartyRole
from pages.sheets.rows import MOST_ROWS, UNSAVED, RowForm
from records.dates import Precision
from records.keys import by_key, whole
from regions import sheets
from regions.models import Organisation, Region
from visits.lookups import VisitLookup

CHOOSE_PARTY = {("signings", "party"), ("scope", "giver"), ("scope", "receiver")}
EXACT = (Precision.DAY, Precision.RANGE)


@dataclass
class Filling(sheets.Filling):
    """`parties` are the choices of a party in rows of other lists; the rows themselves come when the sheet is made."""

    parties: list[tuple[str, str]] = field(default_factory=list)
    unsaved: list[Party] = field(default_factory=list)
    party_rows: list[RowForm] = field(default_factory=list)
    signing_rows: list[RowForm] = field(default_factory=list)

    def read(self, record: Any, stored: Mapping[str, list[Any]], sent: QueryDict | None) -> None:
        parties = stored.get("parties", [])
        if sent is None:
            self.unsaved = parties
            self.parties = [(self.key_of(party), _choice(n, str(party))) for n, party in enumerate(parties, start=1)]
        else:
            self.parties = list(_sent_parties(sent))

    @cached_property
    def visits(self) -> VisitLookup:
        """One for all rows, so that the labels of all chosen visits are read at once: see `pages.lookups.prime`."""
        return VisitLookup(self.user)

    @cached_property
    def outcomes(self) -> OutcomeLookup:
        return OutcomeLookup(self.user)

    def key_of(self, party: Party | None) -> str:
        """How a choice names this party: see `RowForm.chosen_as`."""
        if party is None:
            return ""
        if party.pk:
            return str(party.pk)
        return next((f"{UNSAVED}{n}" for n, other in enumerate(self.unsaved) if other is party), "")

    def party_row(self, key: str) -> RowForm | None:
        return next((row for row in self.party_rows if row.chosen_as == key), None)

    def signed_on(self, party_key: str) -> dt.date | None:
        """The day on which this party signs, as far as the form tells it."""
        days = {row["party"].value() or "": row.instance.starts_on for row in self.signing_rows if _is_exact(row)}
        return days.get(party_key) or days.get("")


class PartySelect(forms.Select):
    """`data-parties` lets party-names.js keep the names up to date while parties are typed."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-parties": ""} | (attrs or {}), choices)


class PartyField(forms.ChoiceField):
    """A party of this sheet, chosen by its row. Cleaned to the row, or None."""

    widget = PartySelect

    def __init__(self, *, empty: Any, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.empty = empty
        self.filling: Filling

    def offer(self, filling: Filling) -> None:
        self.filling = filling
        self.choices = [("", self.empty), *filling.parties]

    def valid_value(self, value: Any) -> bool:
        return True  # judged in `clean`, where the row itself is found

    def clean(self, value: Any) -> RowForm | None:
        key = super().clean(value)
        row = self.filling.party_row(key)
        if key and (row is None or not row.is_live):
            raise ValidationError(_("This party was removed. Choose another one, or put it back."), code="removed")
        return row


class ChoosesParties(RowForm):
    """A row with choices of parties. They stand beside the fields of the model: the party may not be stored yet."""

    party_fields: tuple[str, ...]
    filling: Filling

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.party_fields:
            self.party_field(name).offer(self.filling)
            self.initial[name] = str(getattr(self.instance, f"{name}_id") or "") or self.filling.key_of(
                getattr(self.instance, name)
            )

    def has_changed(self) -> bool:
        """A row of which nothing was touched is judged too when its party was removed."""
        chosen = [self.filling.party_row(str(self[name].value() or "")) for name in self.party_fields]
        return super().has_changed() or any(row is not None and row.is_removed for row in chosen)

    def party_field(self, name: str) -> PartyField:
        chosen = self.fields[name]
        assert isinstance(chosen, PartyField)  # noqa: S101 -- for the type checker
        return chosen

    def prepare(self) -> bool:
        """By now the parties are saved: take them."""
        before = {name: getattr(self.instance, f"{name}_id") for name in self.party_fields}
        for name in self.party_fields:
            if not self.is_ignored and name in self.cleaned_data:
                row = self.cleaned_data[name]
                setattr(self.instance, name, row.instance if row else None)
        return any(getattr(self.instance, f"{name}_id") != key for name, key in before.items())


def with_stored_parties(data: QueryDict) -> QueryDict:
    """What was sent, with every choice of a party naming it by its key where its row has one."""
    sent = {name: str(data.get(name, "")) for name in data}
    stored = {
        f"{UNSAVED}{name.split('-')[1]}": key
        for name, key in sent.items()
        if name.startswith("parties-") and name.endswith("-key") and name.count("-") == 2 and key
    }
    renamed = {name: stored[key] for name, key in sent.items() if _chooses_a_party(name) and key in stored}
    if not renamed:
        return data
    data = data.copy()
    for name, key in renamed.items():
        data[name] = key
    return data


def _chooses_a_party(name: str) -> bool:
    parts = name.split("-")
    return len(parts) == 3 and (parts[0], parts[2]) in CHOOSE_PARTY


def _sent_parties(sent: QueryDict) -> Iterator[tuple[str, str]]:
    """Key and words of each party that was sent and not removed, in the order of the page."""
    numbers = [name.split("-")[1] for name in sent if name.startswith("parties-") and name.endswith("-order")]
    rows = {row for number in numbers if (row := whole(number, 3)) is not None}
    found = sorted(rows, key=lambda n: _order(sent, n))
    names = _names(sent, found)
    for place, n in enumerate(found, start=1):
        if sent.get(f"parties-{n}-removed") != "yes":
            yield sent.get(f"parties-{n}-key") or f"{UNSAVED}{n}", _choice(place, names[n])


def _order(sent: QueryDict, n: int) -> int:
    order = whole(sent.get(f"parties-{n}-order", ""), 5)
    return MOST_ROWS if order is None else order


def _names(sent: QueryDict, numbers: list[int]) -> dict[int, str]:
    """The typed words, or the name of the chosen record where only its key was sent."""
    names = {}
    for n in numbers:
        words = [
            sent.get(f"parties-{n}-{name}_text", "").partition(" — ")[0]
            or _name_of(table, sent.get(f"parties-{n}-{name}", ""))
            for name, table in (("organisation", Organisation), ("region", Region))
        ]
        names[n] = ", ".join(word for word in words if word)
    return names


def _name_of(table: type[Organisation | Region], key: str) -> str:
    return str(by_key(table._default_manager.all(), key) or "")


def _choice(number: int, name: str) -> str:
    words = {"number": number, "name": name}
    return _("Party %(number)s: %(name)s") % words if name else _("Party %(number)s") % words


def _is_exact(row: RowForm) -> bool:
    return row.is_live and row.instance.starts_on is not None and row.instance.precision in EXACT


ALL_PARTIES = gettext_lazy("All parties")


def role_of(index: int) -> PartyRole:
    """The role that a new row at this place begins with."""
    return MAIN_ROLES[min(index, len(MAIN_ROLES) - 1)]
