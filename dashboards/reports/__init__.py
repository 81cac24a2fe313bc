"""Formal reports: what there is and how it is made. `document` says what they hold, `pdf` and `book` draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from dashboards.reports.asking import ReportForm
from dashboards.reports.book import book
from dashboards.reports.counted import EVERY, Scope
from dashboards.reports.document import Report
from dashboards.reports.evaluations import evaluations, judged
from dashboards.reports.pdf import pdf
from dashboards.reports.semester import semester
from pages.paging import counts_of


@dataclass(frozen=True)
class ReportKind:
    """A report on a period; `rows` says how many lines it will have, roughly, before it is made."""

    code: str
    name: Any
    about: Any
    make: Callable[[Any], Report]
    rows: Callable[[Scope], int]

    kinds = ("pdf", "xlsx")

    def form(self, query: QueryDict, user: Any) -> ReportForm:
        return ReportForm(query, user=user)

    def is_valid(self, query: str, user: Any) -> bool:
        return self.form(QueryDict(query), user).is_valid()

    def write(self, kind: str, query: str, user: Any, out: BinaryIO, _progress: Any = None) -> None:
        """Of a valid query, in the language of now."""
        form = self.form(QueryDict(query), user)
        if not form.is_valid():
            raise ValueError(query)
        draw(self.make(form), kind, out)

    def size(self, form: Any) -> int:
        """Of a valid form."""
        period = form.cleaned_data["period"]
        day = period.day(form.user.today())
        return self.rows(Scope(form.user, form.reported, period.first, period.last, day))


def draw(report: Report, kind: str, out: BinaryIO) -> None:
    if kind == "xlsx":
        book(report, out)
    else:
        out.write(pdf(report))


def _rows_of_semester(scope: Scope) -> int:
    found = (scope.found("agreements"), scope.found("visits", **scope.in_period), scope.found("follow-ups"))
    return sum(count.number for count in counts_of(*(each.records for each in found), limit=EVERY))


REPORTS = {
    kind.code: kind
    for kind in (
        ReportKind(
            "semester",
            gettext_lazy("Half-year report"),
            gettext_lazy("The cooperation of a region in half a year: agreements, visits, follow-ups, programmes."),
            semester,
            _rows_of_semester,
        ),
        ReportKind(
            "evaluation",
            gettext_lazy("Evaluation report"),
            gettext_lazy("How agreements were judged in half a year, what hindered them and what is recommended."),
            evaluations,
            lambda scope: int(judged(scope).count()),
        ),
    )
}
