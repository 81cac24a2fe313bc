"""What can be asked for as a file of the background: the lists of the register, and its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Protocol, TypeVar

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dashboards.lists import LISTS, Found, found_in
from dashboards.models import AskedFile
from dashboards.reports import REPORTS
from pages.exports import write
from pages.lists import chips
from pages.workbooks import XLSX_ROWS

KINDS = ("xlsx", "csv")  # of a list

T = TypeVar("T")


class Progress(Protocol):
    """What whoever makes a file is told while it is made; `counted` raises when the file is no longer wanted."""

    total: int | None

    def counted(self, rows: Iterable[T]) -> Iterator[T]: ...


class CannotBeMade(Exception):
    """The message is for the person who asked."""


def kinds_of(what: str) -> tuple[str, ...]:
    """Of which kinds there are files of this; empty where there are none."""
    if what in REPORTS:
        return REPORTS[what].kinds
    return KINDS if what in LISTS and LISTS[what].columns else ()


def name_of(what: str) -> str:
    """“Agreements”, “Half-year report”; the code itself of what is no longer made."""
    if what in REPORTS:
        return str(REPORTS[what].name)
    return str(LISTS[what].code.label) if what in LISTS else what


def is_valid(what: str, query: str, user: Any) -> bool:
    """Does the address still make sense, for this user?"""
    return REPORTS[what].is_valid(query, user) if what in REPORTS else found_in(what, query, user).is_valid


def write_file(file: AskedFile, out: BinaryIO, progress: Progress) -> None:
    """The content, as its owner may see it now. Raises CannotBeMade."""
    if file.kind not in kinds_of(file.what) or not is_valid(file.what, file.query, file.user):
        raise CannotBeMade(_("What was asked for no longer exists. Ask again from the list."))
    if file.what in REPORTS:
        REPORTS[file.what].write(file.kind, file.query, file.user, out, progress)
        return
    found = found_in(file.what, file.query, file.user)
    total = found.records.count()
    if file.kind == "xlsx" and total > XLSX_ROWS:
        raise CannotBeMade(_("A sheet holds at most 1 048 575 rows. Choose CSV, or narrow the list by filters."))
    progress.total = total
    write(file.kind, out, found.listing.columns, progress.counted(found.rows), told_of(found))


def told_of(found: Found) -> list[tuple[str, str]]:
    """By what a list is narrowed, when and for whom the file was made: for its second sheet."""
    filters = [(chip.label, chip.value) for chip in chips(found.filters.form, QueryDict(""))]
    made = date_format(timezone.localtime(), "j F Y, H:i")
    return [
        (_("List"), str(found.listing.code.label)),
        *(filters or [(_("Filters"), _("None: everything that you may see."))]),
        (_("Made"), made),
        (_("Made for"), str(found.user)),
    ]
