"""Lists as files: CSV (streamed) and XLSX (in constant memory), shared by pages and admin.

    columns = [Column(_("Date"), lambda row: row["on"]), …]
    return export("csv", "visits", columns, rows)             an answer of the web process
    write("xlsx", file, columns, rows, told=[("Sector", "Fishery")])     the same into a file (dashboards.files)

A cell is a text, a number, a date, an instant or None. No text is ever a formula: spreadsheet programs run what starts
with =, +, -, @ (also their full-width twins, and behind tabs, line ends, NUL). In CSV such a text gets an apostrophe in
front; in XLSX every text is written as a text cell and stays as it is.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO
from urllib.parse import urlencode

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pages.paging import count_of

FORMATS = ("csv", "xlsx")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONG = 5_000  # rows of an XLSX that is still made while one waits
TRIGGERS = tuple("=+-@\t\r\n\x00＝＋－＠")
CHUNK = 500  # rows a piece of the stream
EXCEL_BEGINS = 1900  # no earlier date is a date there; it is written as text
LONGEST = 32_767  # characters of an XLSX cell
XLSX_ROWS = 1_048_575  # below the head
DOUBTFUL = frozenset(TRIGGERS) | {chr(n) for n in range(0x3001) if chr(n).isspace()}  # first letters to look behind
AS_IT_IS = frozenset({int, float, Decimal, dt.date, type(None)})  # what csv.writer writes as we would

Told = Sequence[tuple[Any, Any]]


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


def write(
    kind: str,
    file: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Any],
    told: Told = (),
    scratch: str | None = None,
) -> None:
    """The same file, written to the end in the language and time zone of now. Memory does not grow with the rows.

    `told` are facts about the list (by what it is narrowed, when it was made); they stand on the second sheet of an
    XLSX, above the meanings of the columns. `scratch` is a folder for what an XLSX is put together from.
    """
    if kind == "csv":
        file.writelines(piece.encode() for piece in _csv_pieces(columns, rows))
    else:
        _write_book(file, columns, rows, told, scratch)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """UTF-8 with a byte order mark (else Excel breaks names), every cell quoted. A few rows in memory at a time."""
    return StreamingHttpResponse(
        _as_now(_csv_pieces(columns, rows)), content_type=TYPES["csv"], headers=_headers(name, "csv")
    )


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any], told: Told = ()) -> FileResponse:
    """A workbook with the rows and a sheet that says what the columns mean. About 10 000 rows a second.

    Raises ValueError beyond the 1 048 575 rows that a sheet can hold.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- FileResponse closes it when it is sent
    try:
        write("xlsx", file, columns, rows, told)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, content_type=TYPES["xlsx"], headers=_headers(name, "xlsx"))


def later(kind: str, found: QuerySet[Any], what: str, params: QueryDict) -> HttpResponseRedirect | None:
    """Where a list that is too long to be made while one waits is asked for as a file of the background; else None.

    CSV is sent while it is read, however long it is.
    """
    if kind == "csv" or not count_of(found, LONG).more:
        return None
    asked = urlencode({"what": what, "kind": kind, "query": params.urlencode()})
    return HttpResponseRedirect(f"{reverse('dashboards:file-ask')}?{asked}")


def harmless(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet program would take it for a formula."""
    return f"'{text}" if text[:1] in DOUBTFUL and (text[0] in TRIGGERS or text.lstrip().startswith(TRIGGERS)) else text


def file_name(name: str, ending: str) -> str:
    return f"{slugify(name) or 'list'}-{timezone.localdate():%Y-%m-%d}.{ending}"


def _csv_pieces(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The file, some hundred rows a piece. Nearly all cells are harmless texts, numbers or nothing:
    these go straight to the writer (measured: twice as fast as asking a function about each)."""
    values, cell = [column.value for column in columns], _csv_cell(timezone.get_current_timezone())
    lines = (
        [
            value if ((kind := type(value)) is str and value[:1] not in DOUBTFUL) or kind in AS_IT_IS else cell(value)
            for value in [of(row) for of in values]
        ]
        for row in rows
    )
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write("\ufeff")
    writer.writerow([str(column.label) for column in columns])
    while text := buffer.getvalue():
        yield text
        buffer.seek(0)
        buffer.truncate()
        writer.writerows(itertools.islice(lines, CHUNK))


def _csv_cell(zone: dt.tzinfo) -> Callable[[Any], str]:
    """How a value is written that is not written as it is; instants in this time zone."""

    def cell(value: Any) -> str:
        if isinstance(value, dt.datetime):
            local = value.astimezone(zone) if value.tzinfo else value
            return local.isoformat(" ", "minutes")[:16]
        return harmless(str(value))

    return cell


def _as_now(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces, each made in the language and time zone of now: the request is over when the stream is read."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def one() -> str | None:
        with translation.override(language), timezone.override(zone):
            return next(pieces, None)

    return iter(one, None)


def _write_book(
    file: Any, columns: Sequence[Column], rows: Iterable[Any], told: Told = (), scratch: str | None = None
) -> None:
    options = {
        "tmpdir": scratch,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "d mmmm yyyy",
    }
    with xlsxwriter.Workbook(file, options) as book:
        _write_rows(book, columns, rows)
        _write_meanings(book, columns, told)


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


def _write_meanings(book: Any, columns: Sequence[Column], told: Told) -> None:
    sheet = book.add_worksheet(_sheet_name(_("Columns")))
    head = book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    rows = [(str(label), str(value), None) for label, value in told]
    rows += [("", "", None)] if told else []
    rows += [(_("Column"), _("Meaning"), head), *((str(column.label), str(column.about), None) for column in columns)]
    for row, (label, value, form) in enumerate(rows):
        sheet.write_string(row, 0, label, form)
        sheet.write_string(row, 1, value, form)


def _sheet_name(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31]


def _headers(name: str, ending: str) -> dict[str, str]:
    disposition = f'attachment; filename="{file_name(name, ending)}"'
    return {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
