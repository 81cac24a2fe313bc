"""A report as a workbook: what it says on the first sheet, each of its tables on one of its own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter

from dashboards.reports.document import Cell, Head, Report, Table
from pages.workbooks import EXCEL_BEGINS, LONGEST

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_NAME = 31  # of a sheet
WIDTH = 22  # letters of a column of weight 1
DAY = "d mmmm yyyy"  # as lists have it


class Formats(NamedTuple):
    """How cells look: texts and numbers, shares, days."""

    plain: Any
    share: Any
    day: Any


def book(report: Report, out: BinaryIO) -> None:
    """Numbers stay numbers and days days, texts are never formulas. Tables of the same name stand below each other on
    one sheet, those of the same columns as one; where one has no rows, it says so."""
    with xlsxwriter.Workbook(out, OPTIONS) as made:
        head, bold = made.add_format({"bold": True, "bottom": 1, "text_wrap": True}), made.add_format({"bold": True})
        wrap = made.add_format({"text_wrap": True, "valign": "top"})
        share = made.add_format({"valign": "top", "num_format": "0%"})
        day = made.add_format({"valign": "top", "num_format": DAY})
        _cover(made, report, bold, wrap)
        sheets: dict[str, tuple[Any, int, list[Head]]] = {}
        for table in report.tables:
            name, (columns, _cells) = _name(table.sheet), table.in_workbook
            sheet, row, above = sheets.get(name) or (made.add_worksheet(name), 0, [])
            if columns != above:
                row = _head(sheet, row and row + 1, columns, head)
            sheets[name] = (sheet, _table(sheet, row, table, Formats(wrap, share, day)), columns)


def _cover(made: Any, report: Report, bold: Any, wrap: Any) -> None:
    sheet = made.add_worksheet(_name(report.title))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    lines = [*((line, "") for line in report.letterhead if line), (report.title, ""), (report.subject, ""), ("", "")]
    for row, (label, value) in enumerate([*lines, *report.facts]):
        sheet.write_string(row, 0, str(label), bold)
        sheet.write_string(row, 1, str(value), wrap)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)


def _head(sheet: Any, row: int, columns: list[Head], head: Any) -> int:
    """The row below it. The first one on a sheet stays in sight and says how wide its columns are."""
    for column, each in enumerate(columns):
        if row == 0:
            sheet.set_column(column, column, max(8, WIDTH * each.weight))
        sheet.write_string(row, column, each.text, head)
    if row == 0:
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(9)
    return row + 1


def _table(sheet: Any, row: int, table: Table, formats: Formats) -> int:
    """The row below it."""
    _columns, lines = table.in_workbook
    for line in lines:
        for column, cell in enumerate(line):
            _cell(sheet, row, column, cell, formats)
        row += 1
    if not lines:
        sheet.write_string(row, 0, table.said_of_nothing)
        row += 1
    if table.is_cut:
        sheet.write_string(row, 0, table.said_of_the_rest)
        row += 1
    return row


def _cell(sheet: Any, row: int, column: int, cell: Cell, formats: Formats) -> None:
    known = cell.value if cell.exact is None else cell.exact
    if isinstance(known, dt.date) and known.year > EXCEL_BEGINS:
        sheet.write_datetime(row, column, known, formats.day)
    elif isinstance(known, (int, float, Decimal)):
        sheet.write_number(row, column, known, formats.share if cell.is_share else formats.plain)
    else:
        sheet.write_string(row, column, cell.text[:LONGEST], formats.plain)


def _name(text: str) -> str:
    return "".join(c for c in str(text) if c not in "[]:*?/\\'")[:LONGEST_NAME]
