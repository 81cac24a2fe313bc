"""Long sheets: the frame of a workbook made by XlsxWriter, its rows written here as they come.

XlsxWriter alone wrote 0.67 to 0.74 of what it writes bare (its own texts, from memory); of the time of a long list it
took four fifths. It still makes all but the rows: formats, head, widths, filter, the sheet of meanings. A row is text
put together from what its cells are, straight into the compressed part of the file; nothing is held.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, BinaryIO

from django.utils import timezone

EXCEL_BEGINS = 1900  # no earlier date is a date there; it is written as text
COUNTS_FROM = 693_594  # the ordinal of its day 0, from March 1900 on: it takes that year for a leap year
LONGEST = 32_767  # characters of a cell
XLSX_ROWS = 1_048_575  # below the head
CHUNK = 200  # rows at once
SHEET = "xl/worksheets/sheet1.xml"

# What does not stand in XML as it is, and what a spreadsheet would read as one of the signs below (“_x0041_”).
SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def write_rows(file: BinaryIO, frame: bytes, rows: Iterable[Any], values: list[Callable[[Any], Any]]) -> None:
    """The workbook `frame` with these rows below the head of its first sheet.

    The frame has a first sheet with a head and, below it, a day and an instant as they are to look; that row is left
    out. Raises ValueError beyond what a sheet can hold.
    """
    mould = zipfile.ZipFile(io.BytesIO(frame))
    head, sample, tail = _parts(mould.read(SHEET).decode())
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for count, row in enumerate(rows, start=1):
            if count > XLSX_ROWS:
                raise ValueError("An XLSX sheet holds at most 1 048 575 rows.")
            yield row

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        with made.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(head.encode())
            lines = _lines(counted(), values, *re.findall(r' s="(\d+)"', sample))
            while piece := "".join(islice(lines, CHUNK)):
                sheet.write(piece.encode())
            sheet.write(_to_the_end(tail, count).encode())
        for part in mould.infolist():
            if part.filename != SHEET:
                text = mould.read(part)
                made.writestr(part, _to_the_end(text.decode(), count) if part.filename == "xl/workbook.xml" else text)


def _parts(sheet: str) -> tuple[str, str, str]:
    """All until the head is told, the row of samples, all after it. How far the sheet reaches is not said."""
    found = re.fullmatch(r'(.*?)<dimension [^>]*/>(.*)(<row r="2".*?</row>)(.*)', sheet, re.DOTALL)
    if found is None:
        raise ValueError("This frame has no row of samples.")
    return found[1] + found[2], found[3], found[4]


def _to_the_end(text: str, count: int) -> str:
    """The filter reaches from the head to the last row: in the frame, to the row of samples."""
    return re.sub(r"(A1:[A-Z]+|\$A\$1:\$[A-Z]+\$)2\b", rf"\g<1>{count + 1}", text)


def _lines(
    rows: Iterable[Any], values: list[Callable[[Any], Any]], day_style: str, instant_style: str
) -> Iterator[str]:
    """Each row as XML. Nearly all cells are texts, days or whole numbers; the rest asks a function."""
    columns = [(_letters(index), value) for index, value in enumerate(values)]
    zone = timezone.get_current_timezone()
    special = SPECIAL.search
    for number, row in enumerate(rows, start=2):
        cells = [f'<row r="{number}">']
        for letters, value_of in columns:
            value = value_of(row)
            if value is None or value == "":
                continue
            kind = type(value)
            if kind is str and len(value) <= LONGEST and not special(value):
                cells.append(f'<c r="{letters}{number}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>')
            elif kind is int:
                cells.append(f'<c r="{letters}{number}"><v>{value}</v></c>')
            elif kind is dt.date and value.year > EXCEL_BEGINS:
                serial = value.toordinal() - COUNTS_FROM
                cells.append(f'<c r="{letters}{number}" s="{day_style}"><v>{serial}</v></c>')
            else:
                cells.append(_cell(f"{letters}{number}", value, day_style, instant_style, zone))
        cells.append("</row>")
        yield "".join(cells)


def _cell(at: str, value: Any, day_style: str, instant_style: str, zone: dt.tzinfo) -> str:
    if isinstance(value, dt.datetime) and value.year >= EXCEL_BEGINS:
        local = value.astimezone(zone) if value.tzinfo else value
        part = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) / dt.timedelta(days=1)
        return f'<c r="{at}" s="{instant_style}"><v>{_serial(local) + part:.11f}</v></c>'
    if isinstance(value, dt.date) and value.year >= EXCEL_BEGINS:
        return f'<c r="{at}" s="{day_style}"><v>{_serial(value)}</v></c>'
    if isinstance(value, (int, float, Decimal)) and value == value and abs(value) != float("inf"):  # noqa: PLR0124
        return f'<c r="{at}"><v>{value:.16G}</v></c>'
    text = str(value).replace("\r\n", "\n")  # as browsers end a line; many programs would show “_x000D_” before it
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{SPECIAL.sub(_named, text)}</t></is></c>'


def _serial(day: dt.date) -> int:
    serial = day.toordinal() - COUNTS_FROM
    return serial if serial > 60 else serial - 1


def _named(sign: re.Match[str]) -> str:
    found = sign[0]
    if found in NAMED:
        return NAMED[found]
    return f"_x005F{found}" if len(found) > 1 else f"_x{ord(found):04X}_"


@lru_cache(maxsize=100)
def _letters(index: int) -> str:
    """A, B … Z, AA."""
    return (_letters(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)
