"""What a formal report consists of, before it is drawn: as PDF, as a page for the printer, as a workbook.

Texts stand here already translated and formatted; nothing is decided later than here, so the three say the same.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SHOWN = 200  # rows of a table on the page
PRINTED = 2_000  # rows of a table in a PDF: each costs typst more than 100 kB of memory
PAPER, INSET = 167, 2.9  # millimetres between the margins, and what a cell keeps free
LOWER, UPPER, WIDEST, BOLD = 1.52, 2.2, 2.9, 1.06  # widths of letters in a table, in millimetres, a little generous
MANY, SMALL = 7, 0.79  # with more columns the heads are smaller
WIDE = frozenset("mwMW%@—…")
ANYWHERE = "\u200b"  # a space of no width
LONG_WORD, BEHIND = re.compile(r"\S{5,}"), re.compile(r"(?<=[/–-])(?=.)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Cell:
    """A text or a number; with the address of the list that holds exactly what is counted.

    `exact` is the number or the day that the text tells, for a workbook, which counts with it; a share is 1 for 100 %.
    """

    value: str | int
    url: str = ""
    exact: int | float | Decimal | dt.date | None = None
    is_share: bool = False

    @property
    def text(self) -> str:
        if isinstance(self.value, int):
            return number_format(self.value, force_grouping=True)
        return CONTROL.sub(" ", self.value)


Line = list[Cell | str | int]


def day_cell(day: dt.date | None) -> Cell:
    return Cell(date_format(day) if day else "", exact=day)


def percent_cell(percent: int | None) -> Cell:
    """In hundredths."""
    return Cell("") if percent is None else Cell(f"{percent} %", exact=percent / 100, is_share=True)


@dataclass(frozen=True)
class Head:
    """The head of a column; `weight` is its share of the width."""

    text: str
    weight: float = 1
    number: bool = False


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1
    new_page: bool = False

    name = "heading"

    def told(self) -> dict[str, Any]:
        return {"text": _clean(self.text), "level": self.level, "new_page": self.new_page}


@dataclass(frozen=True)
class Facts:
    """Terms and what they are; what is unknown is left out."""

    rows: list[tuple[str, str]]

    name = "facts"

    @property
    def known(self) -> list[tuple[str, str]]:
        return [(str(term), _clean(value)) for term, value in self.rows if value]

    def told(self) -> dict[str, Any]:
        return {"rows": self.known}


@dataclass(frozen=True)
class Words:
    """One or several paragraphs; `by` makes it a quotation of somebody."""

    text: str
    by: str = ""

    name = "words"

    @property
    def paragraphs(self) -> list[str]:
        return [_clean(line) for line in self.text.splitlines() if line.strip()]

    def told(self) -> dict[str, Any]:
        return {"paragraphs": self.paragraphs, "by": _clean(self.by)}


@dataclass(frozen=True)
class Table:
    """Its head is repeated on every page. `sheet` names it in a workbook; `nothing` is said where it has no rows.

    `of` are terms and what they are: what headings and facts above it say on paper, its first columns in a workbook.
    `is_cut`: there are more rows than a report tells.
    """

    sheet: str
    head: list[Head]
    rows: list[Line]
    nothing: str = ""
    of: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False

    name = "table"

    @property
    def said_of_nothing(self) -> str:
        return self.nothing or _("None.")

    @property
    def said_of_the_rest(self) -> str:
        words = _("Only the first %(n)s rows are told here: the list in the register holds all.")
        return words % {"n": number_format(len(self.rows), force_grouping=True)} if self.is_cut else ""

    @property
    def is_printed(self) -> bool:
        """Does a PDF hold all its rows?"""
        return len(self.rows) <= PRINTED

    @property
    def _widths(self) -> list[float]:
        """Of each column, in millimetres."""
        weights = sum(head.weight for head in self.head)
        return [PAPER * head.weight / weights - INSET for head in self.head]

    @property
    def cells(self) -> list[list[Cell]]:
        return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in self.rows]

    @property
    def in_workbook(self) -> tuple[list[Head], list[list[Cell]]]:
        """Head and cells with what it is of."""
        terms, values = [Head(term) for term, _value in self.of], [Cell(value) for _term, value in self.of]
        return [*terms, *self.head], [[*values, *row] for row in self.cells]

    @property
    def lines(self) -> list[list[tuple[Head, Cell, str]]]:
        """For a page, the first `SHOWN` rows: of each cell its column, what it is, and its text as it fits."""
        columns = list(zip(self.head, self._widths, strict=True))
        return [
            [(head, cell, _broken(cell.text, width)) for (head, width), cell in zip(columns, row, strict=True)]
            for row in self.cells[:SHOWN]
        ]

    def told(self) -> dict[str, Any]:
        small = SMALL if len(self.head) > MANY else 1
        rest = len(self.rows) - PRINTED
        more = _("And %(n)s more, which stand in the workbook (XLSX).") % {"n": number_format(rest)} if rest > 0 else ""
        return {
            "head": [
                {"text": _broken(head.text, width, BOLD * small), "weight": head.weight, "number": head.number}
                for head, width in zip(self.head, self._widths, strict=True)
            ],
            "rows": [
                [_broken(cell.text, width) for cell, width in zip(row, self._widths, strict=True)]
                for row in self.cells[:PRINTED]
            ],
            "nothing": self.said_of_nothing,
            "more": " ".join(part for part in (more, self.said_of_the_rest) if part),
            "small": small,
        }


Block = Heading | Facts | Words | Table


@dataclass(frozen=True)
class Signature:
    """Who signs; every part may be empty: then there is a line to write it on."""

    place: str = ""
    on: str = ""
    office: str = ""
    name: str = ""
    number: str = ""


@dataclass
class Report:
    """`letterhead` are the lines above the rule; `facts` say what is reported: place, period, filters, day."""

    title: str
    subject: str
    letterhead: list[str]
    facts: list[tuple[str, str]]
    footer: str
    blocks: list[Block] = field(default_factory=list)
    signature: Signature | None = None

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    def told(self) -> dict[str, Any]:
        """As the template of typst reads it."""
        return {
            "language": (get_language() or "id").split("-")[0],
            "title": self.title,
            "subject": _clean(self.subject),
            "letterhead": [_clean(line) for line in self.letterhead if line],
            "facts": Facts(self.facts).known,
            "footer": self.footer,
            "page": _("Page {page} of {pages}"),
            "blocks": [{"kind": block.name, **block.told()} for block in self.blocks],
            "remark": "",
            "signature": self.signed() if self.signature else None,
        }

    def signed(self) -> dict[str, str]:
        """The block at the end: what is not known is a dotted line."""
        given = self.signature or Signature()
        dots = "." * 30
        return {
            "place": _("%(place)s, %(day)s") % {"place": _clean(given.place) or dots, "day": given.on or dots},
            "office": _clean(given.office) or dots,
            "name": _clean(given.name) or dots * 2,
            "number": _("NIP %(number)s") % {"number": _clean(given.number) or dots},
        }


def _broken(text: str, width: float, size: float = 1) -> str:
    """A word that is wider than its column may break anywhere; all others stay whole, so that they can be found."""
    if not text or len(text) * WIDEST * size <= width:
        return text
    return LONG_WORD.sub(lambda word: _pieces(word[0], width / size), text)


def _pieces(word: str, width: float) -> str:
    if _width(word) <= width:
        return word
    parts = BEHIND.split(word)  # first behind what divides it, and anywhere only where that does not help
    return ANYWHERE.join(part if _width(part) <= width else ANYWHERE.join(part) for part in parts)


def _width(word: str) -> float:
    return sum(UPPER if letter.isupper() or letter in WIDE else LOWER for letter in word)


def _clean(text: str) -> str:
    return CONTROL.sub(" ", str(text))
