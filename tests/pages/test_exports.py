import csv
import datetime as dt
import io
import zoneinfo
from contextlib import closing
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from openpyxl.utils.escape import unescape

from pages.exports import Column, export, harmless, write
from pages.workbooks import LONGEST

pytestmark = pytest.mark.django_db  # who took what away is written down

TRIGGERS = ["=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠", " ="]
COLUMNS = [
    Column("Text", lambda row: row[0], "What was said", 30),
    Column("Value", lambda row: row[1], "What was counted"),
]


def read_csv(response):
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def read_xlsx(response):
    with closing(response.file_to_stream):
        return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_no_text_is_a_formula_in_csv(trigger):
    _head, row = read_csv(export("csv", "visits", COLUMNS, [(f"{trigger}cmd|' /C calc'!A0", None)]))

    assert row == [f"'{trigger}cmd|' /C calc'!A0", ""]


@pytest.mark.parametrize("trigger", [t for t in TRIGGERS if t != "\x00"])
def test_no_text_is_a_formula_in_xlsx_and_none_is_changed(trigger):
    text = f"{trigger}1+1"

    sheet = read_xlsx(export("xlsx", "visits", COLUMNS, [(text, None)])).worksheets[0]

    assert sheet["A2"].data_type != "f"
    assert sheet["A2"].value.replace("_x000D_", "\r") == text


@pytest.mark.parametrize("text", ["Batam", "a=b", "1-2", "", "me@example.org", "’=1"])
def test_harmless_texts_stay_as_they_are(text):
    assert harmless(text) == text


def test_every_cell_of_csv_is_quoted_and_lines_end_as_spreadsheets_expect():
    body = b"".join(export("csv", "visits", COLUMNS, [('say "hi", you', 3)]).streaming_content)

    assert body.decode("utf-8-sig") == '"Text","Value"\r\n"say ""hi"", you","3"\r\n'


def test_dates_and_numbers_keep_their_kind():
    at = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)
    rows = [
        ("day", dt.date(2025, 6, 16)),
        ("instant", at),
        ("number", Decimal("-2.5")),
        ("none", None),
        ("old", dt.date(1850, 1, 2)),
    ]

    with timezone.override(zoneinfo.ZoneInfo("Asia/Jakarta")):
        lines = read_csv(export("csv", "visits", COLUMNS, rows))
        sheet = read_xlsx(export("xlsx", "visits", COLUMNS, rows)).worksheets[0]

    assert [value for _name, value in lines[1:]] == ["2025-06-16", "2026-11-22 10:30", "-2.5", "", "1850-01-02"]
    assert [sheet.cell(row, 2).value for row in range(2, 7)] == [
        dt.datetime(2025, 6, 16),  # noqa: DTZ001 -- a sheet knows no zones
        dt.datetime(2026, 11, 22, 10, 30),  # noqa: DTZ001
        -2.5,
        None,
        "1850-01-02",
    ]


def test_the_stream_speaks_the_language_of_the_request_after_it_is_over():
    column = Column("Language", lambda _row: translation.get_language())

    with translation.override("en"):
        response = export("csv", "visits", [column], [1, 2])
    with translation.override("id"):
        lines = read_csv(response)

    assert lines == [["Language"], ["en"], ["en"]]


def test_rows_are_read_while_the_file_is_sent():
    read = []

    def rows():
        for number in range(2000):
            read.append(number)
            yield (str(number), number)

    pieces = iter(export("csv", "visits", COLUMNS, rows()).streaming_content)
    next(pieces), next(pieces)

    assert 0 < len(read) < 1000


def test_a_workbook_explains_its_columns_and_cuts_nothing_silently():
    book = read_xlsx(export("xlsx", "visits", COLUMNS, [("x" * (LONGEST + 5), 1)]))

    assert [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()] == [
        [gettext("Column"), gettext("Meaning")], ["Text", "What was said"], ["Value", "What was counted"],
    ]  # fmt: skip
    assert book.worksheets[0]["A2"].value.endswith("x…")
    assert len(book.worksheets[0]["A2"].value) == LONGEST


def test_the_file_is_a_private_download_with_a_plain_name(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC))

    response = export("csv", 'Kunjungan "\r\nX: y', COLUMNS, [])

    assert response.headers["Content-Disposition"] == 'attachment; filename="kunjungan-x-y-2026-11-22.csv"'
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_an_empty_list_is_a_file_with_a_head():
    assert read_csv(export("csv", "visits", COLUMNS, [])) == [["Text", "Value"]]
    assert read_xlsx(export("xlsx", "visits", COLUMNS, [])).worksheets[0].max_row == 1


def written(columns, rows):
    file = io.BytesIO()
    write("xlsx", file, columns, rows)
    return openpyxl.load_workbook(file)


@pytest.mark.parametrize(
    "text",
    [
        "Budi & Ani <b>", "  spaces around  ", "two\nlines", "tab\there", "return\rhere", "bell\x07", "_x0041_",
        "\ufffe", "😀", "naïve “quoted”", "]]>",
    ],
)  # fmt: skip
def test_texts_of_a_sheet_come_back_as_they_were(text):
    sheet = written(COLUMNS, [(text, 1), ("after it", 2)]).worksheets[0]

    told = [unescape(sheet.cell(row, 1).value) for row in (2, 3)]
    assert told == [text, "after it"]
    assert [sheet.cell(row, 2).value for row in (2, 3)] == [1, 2]


def test_lines_as_browsers_send_them_end_in_a_sheet_as_they_do_there():
    sheet = read_xlsx(export("xlsx", "visits", COLUMNS, [("satu\r\ndua", None)])).worksheets[0]

    assert sheet["A2"].value == "satu\ndua"


def test_days_around_the_one_that_1900_did_not_have_stay_what_they_are():
    days = [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(1901, 1, 1), dt.date(9999, 12, 31)]
    instants = [dt.datetime(1900, 2, 28, 6, tzinfo=dt.UTC), dt.datetime(2026, 11, 22, 23, 59, 59, tzinfo=dt.UTC)]

    with timezone.override(dt.UTC):
        sheet = written(COLUMNS, [("", at) for at in [*days, *instants]]).worksheets[0]

    told = [sheet.cell(row, 2).value for row in range(2, 9)]
    assert [at.date() for at in told[:5]] == days
    assert [at.replace(tzinfo=dt.UTC) for at in told[5:]] == instants
    assert sheet["B2"].number_format == "d mmmm yyyy"
    assert sheet["B8"].number_format == "d mmmm yyyy hh:mm"


@pytest.mark.parametrize("count", [0, 1, 450])
def test_the_filter_of_a_sheet_reaches_its_last_row(count):
    book = written(COLUMNS, [("text", n) for n in range(count)])

    assert book.worksheets[0].auto_filter.ref == f"A1:B{count + 1}"
    assert book.worksheets[0].max_row == count + 1
    assert book.worksheets[0].freeze_panes == "A2"
    assert [cell.value for cell in book.worksheets[0]["B"]][1:] == list(range(count))


def test_more_columns_than_letters_have_their_places():
    columns = [Column(f"Column {n}", lambda row, n=n: row + n) for n in range(60)]

    sheet = written(columns, [1, 2]).worksheets[0]

    assert [cell.value for cell in sheet[3]] == [2 + n for n in range(60)]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr("pages.workbooks.XLSX_ROWS", 3)

    with pytest.raises(ValueError, match="at most"):
        written(COLUMNS, [("text", n) for n in range(4)])
