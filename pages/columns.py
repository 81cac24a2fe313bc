"""Which columns of a list its reader wants to see: chosen in the address (`columns=date,host`), kept by saved views.

The column that leads to the record always stays. Without a choice, or with nothing but nonsense in it, the list looks
as it always does, and the address says nothing about columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

PARAMETER = "columns"
NONE_BUT_THE_TITLE = "title"  # also sent by the menu, so that “nothing ticked” is an answer


@dataclass(frozen=True)
class ListColumn:
    """A column that may be chosen. `usual`: it is there without a choice; `more`: what `for_list` must read for it."""

    name: str
    label: Any
    usual: bool = True
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """The columns of one answer. `show` knows every name, so that templates ask it cheaply."""

    columns: tuple[ListColumn, ...]
    show: dict[str, bool]

    @property
    def is_usual(self) -> bool:
        return all(self.show[column.name] == column.usual for column in self.columns)

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """Name, label and whether it is shown, for the menu."""
        return [(column.name, str(column.label), self.show[column.name]) for column in self.columns]

    @property
    def boxes(self) -> SafeString:
        """The menu's checkboxes, which stand on every page of the list: drawn once for each choice and language."""
        return _boxes(get_language(), tuple(self.options))

    @property
    def parameter(self) -> str:
        """As it belongs into an address; empty without a choice."""
        if self.is_usual:
            return ""
        return ",".join(name for name, shown in self.show.items() if shown) or NONE_BUT_THE_TITLE

    @property
    def more(self) -> tuple[str, ...]:
        return tuple(name for column in self.columns if self.show[column.name] for name in column.more)


@lru_cache(maxsize=500)
def _boxes(_language: str | None, options: tuple[tuple[str, str, bool], ...]) -> SafeString:
    return format_html_join(
        "",
        '<label class="choice"><input type="checkbox" name="columns" id="column-{}" value="{}"{}>'
        " <span>{}</span></label>",
        ((name, name, " checked" if shown else "", label) for name, label, shown in options),
    )


@dataclass(frozen=True)
class Table:
    """The columns on offer, in the order in which they stand."""

    columns: tuple[ListColumn, ...]
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", frozenset(column.name for column in self.columns))

    def shown(self, params: QueryDict) -> Shown:
        named = {name for part in params.getlist(PARAMETER) for name in part.split(",")}
        if not named & (self._names | {NONE_BUT_THE_TITLE}):
            return Shown(self.columns, {column.name: column.usual for column in self.columns})
        return Shown(self.columns, {column.name: column.name in named for column in self.columns})

    def tidied(self, params: Any) -> tuple[Any, Shown]:
        """The parameters of a request with the choice in one word, and the choice."""
        shown = self.shown(params)
        if PARAMETER not in params:
            return params, shown
        kept = params.copy()
        kept[PARAMETER] = shown.parameter
        if not shown.parameter:
            del kept[PARAMETER]
        return kept, shown
