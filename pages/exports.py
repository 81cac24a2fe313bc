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
from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.paging import count_of
from pages.workbooks import write_rows
from records.models import Deed
from records.tracing import trace
from records.work import Work, at_work, working

FORMATS = ("csv", "xlsx")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONG = 5_000  # rows of an XLSX that is still made while one waits
TRIGGERS = tuple("=+-@\t\r\n\x00＝＋－＠")
CHUNK = 500  # rows a piece of the stream
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


ADDRESS = Column(  # of rows that know their `url`
    gettext_lazy("Address of the record"),
    lambda row: f"{settings.SITE_URL}{row['url']}",
    gettext_lazy("Where it stands in this register."),
    40,
)


def export(kind: str, name: Any, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponseBase:
    """The file as a download. `rows` is read once, in order, while the answer is sent (CSV) or before (XLSX).

    `name` is lazy: the file is named in the language of the reader, the trace in that of the installation.
    """
    return {"csv": csv_response, "xlsx": xlsx_response}[kind](str(name), columns, _traced(kind, name, rows))


def _traced(kind: str, name: Any, rows: Iterable[Any]) -> Iterator[Any]:
    """Who took how many rows away is written down once they are read, in the name of the request that asked. A CSV
    leaves while it is read: that it began is written down before, since the process may be killed in the middle."""
    if kind == "csv":
        trace(Deed.EXPORT_BEGUN, what=name, format=kind, filters=at_work().query)
    return _written_down(at_work(), kind, name, rows)  # when it is read, the request is over


def _written_down(work: Work, kind: str, name: Any, rows: Iterable[Any]) -> Iterator[Any]:
    taken = 0
    try:
        for row in rows:
            taken += 1
            yield row
    finally:
        with working(work):
            trace(Deed.EXPORTED, what=name, format=kind, filters=work.query, rows=taken)


def write(
    kind: str,
    file: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Any],
    told: Told = (),
) -> None:
    """The same file, written to the end in the language and time zone of now. Memory does not grow with the rows.

    `told` are facts about the list (by what it is narrowed, when it was made); they stand on the second sheet of an
    XLSX, above the meanings of the columns.
    """
    if kind == "csv":
        file.writelines(piece.encode() for piece in _csv_pieces(columns, rows))
    else:
        _write_book(file, columns, rows, told)


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """UTF-8 with a byte order mark (else Excel breaks names), every cell quoted. A few rows in memory at a time."""
    return StreamingHttpResponse(
        _as_now(_csv_pieces(columns, rows)), content_type=TYPES["csv"], headers=_headers(name, "csv")
    )


def xlsx_response(name: str, columns: Sequence[Column], rows: Iterable[Any], told: Told = ()) -> FileResponse:
    """A workbook with the rows and a sheet that says what the columns mean.

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


def too_long(kind: str, found: QuerySet[Any]) -> str:
    """What to say where a list is too long to be made while one waits and no file can be asked for; else ''."""
    if kind == "csv" or not count_of(found, LONG).more:
        return ""
    words = {"n": number_format(LONG, force_grouping=True)}
    return _("An XLSX of more than %(n)s rows takes too long. Choose fewer of them, or take them as CSV.") % words


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


def _write_book(file: Any, columns: Sequence[Column], rows: Iterable[Any], told: Told = ()) -> None:
    """Without rows by XlsxWriter, with them by `pages.workbooks`."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    frame = io.BytesIO()
    with xlsxwriter.Workbook(frame, options) as book:
        _write_head(book, columns)
        _write_meanings(book, columns, told)
    write_rows(file, frame.getvalue(), rows, [column.value for column in columns])


def _write_head(book: Any, columns: Sequence[Column]) -> None:
    """And below it a day and an instant, whose looks the rows take over."""
    sheet = book.add_worksheet(_sheet_name(_("List")))
    head = book.add_format({"bold": True, "bottom": 1})
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, str(column.label), head)
    for index, look in enumerate(("d mmmm yyyy", "d mmmm yyyy hh:mm")):
        sheet.write_number(1, index, 0, book.add_format({"num_format": look}))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, 1, len(columns) - 1)


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
