"""Lists as files: CSV (streamed) and XLSX (in constant memory), shared by pages and admin.

    columns = [Column(_("Date"), lambda row: row["on"]), …]
    return export("csv", "visits", columns, rows)

A cell is a text, a number, a date, an instant or None. No text is ever a formula: spreadsheet programs run what starts
with =, +, -, @ (also their full-width twins, and behind tabs, line ends, NUL). In CSV such a text gets an apostrophe in
front; in XLSX every text is written as a text cell and stays as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

FORMATS = ("csv", "xlsx")
TRIGGERS = tuple("=+-@\t\r\n\x00＝＋－＠")
CHUNK = 500  # rows a piece of the stream
EXCEL_BEGINS = 1900  # no earlier date is a date there; it is written as text
LONGEST = 32_767  # characters of an XLSX cell
XLSX_ROWS = 1_048_575  # below the head


@dataclass(frozen=True)
class Column:
    """One column: its head, how a cell is taken from a row, and what it means (told on the second sheet of an XLSX)."""

    label: Any
    value: Callable[[Any], Any]
    about: Any = ""
    width: int = 20


def export(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponseBase:
    """The file as a download. `rows` is read once, in order, while the answer is sent (CSV) or before (XLSX)."""
    return {"csv": csv_response, "xlsx": xlsx_response}[kind](name, columns, rows)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """UTF-8 with a byte order mark (else Excel breaks names), every cell quoted. A few rows in memory at a time."""
    lines = itertools.chain(
        [[str(column.label) for column in columns]], ([c.value(row) for c in columns] for row in rows)
    )
    return StreamingHttpResponse(
        _as_now(_csv_pieces(lines)), content_type="text/csv; charset=utf-8", headers=_headers(name, "csv")
    )


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    """A workbook with the rows and a sheet that says what the columns mean. About 10 000 rows a second.

    Raises ValueError beyond the 1 048 575 rows that a sheet can hold.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- FileResponse closes it when it is sent
    try:
        _write_book(file, columns, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, content_type=content_type, headers=_headers(name, "xlsx"))


def harmless(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet program would take it for a formula."""
    if text[:1].isalnum():
        return text
    return f"'{text}" if text.startswith(TRIGGERS) or text.lstrip().startswith(TRIGGERS) else text


def _csv_pieces(lines: Iterable[list[Any]]) -> Iterator[str]:
    echo = _Echo()
    writer = csv.writer(echo, quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for line in lines:
        writer.writerow([_csv_cell(cell) for cell in line])
        if len(echo.written) >= CHUNK:
            yield echo.taken()
    yield echo.taken()


class _Echo:
    """A file for csv.writer that only remembers what was written."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> None:
        self.written.append(text)

    def taken(self) -> str:
        text, self.written = "".join(self.written), []
        return text


def _csv_cell(value: Any) -> str:
    write = _CELLS.get(type(value))
    return write(value) if write else harmless(str(value))


def _instant(at: dt.datetime) -> str:
    return f"{timezone.localtime(at) if timezone.is_aware(at) else at:%Y-%m-%d %H:%M}"


_CELLS: dict[type, Callable[[Any], str]] = {
    str: harmless,
    type(None): lambda _none: "",
    int: str,
    float: str,
    Decimal: str,
    dt.date: str,
    dt.datetime: _instant,
}


def _as_now(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, each made in the language and time zone of now: the request is over when the stream is read."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def one() -> str | None:
        with translation.override(language), timezone.override(zone):
            return next(pieces, None)

    return iter(one, None)


def _write_book(file: Any, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "d mmmm yyyy",
    }
    with xlsxwriter.Workbook(file, options) as book:
        _write_rows(book, columns, rows)
        _write_meanings(book, columns)


def _write_rows(book: Any, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    sheet = book.add_worksheet(_sheet_name(_("List")))
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {dt.datetime: book.add_format({"num_format": "d mmmm yyyy hh:mm"})}
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, str(column.label), head)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last > XLSX_ROWS:
            raise ValueError("An XLSX sheet holds at most 1 048 575 rows.")
        for index, column in enumerate(columns):
            _write_cell(sheet, last, index, column.value(row), formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_cell(sheet: Any, row: int, index: int, value: Any, formats: dict[Any, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.datetime):
        local = timezone.make_naive(value) if timezone.is_aware(value) else value
        sheet.write_datetime(row, index, local, formats[dt.datetime])
    elif isinstance(value, dt.date) and value.year >= EXCEL_BEGINS:
        sheet.write_datetime(row, index, dt.datetime.combine(value, dt.time()))
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(row, index, value)
    else:
        text = str(value)
        sheet.write_string(row, index, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _write_meanings(book: Any, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(_sheet_name(_("Columns")))
    head = book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, _("Column"), head)
    sheet.write_string(0, 1, _("Meaning"), head)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, str(column.label))
        sheet.write_string(row, 1, str(column.about))


def _sheet_name(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31]


def _headers(name: str, ending: str) -> dict[str, str]:
    file = f"{slugify(name) or 'list'}-{timezone.localdate():%Y-%m-%d}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "private, no-store"}
