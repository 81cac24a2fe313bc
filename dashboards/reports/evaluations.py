"""The evaluation report: how agreements were judged in a period, and what was recommended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Avg, Count
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import Advice, Agreement, Category, Evaluation
from dashboards.reports.asking import letterhead
from dashboards.reports.counted import MOST, Scope
from dashboards.reports.document import (
    Block,
    Cell,
    Facts,
    Head,
    Heading,
    Line,
    Report,
    Signature,
    Table,
    Words,
    day_cell,
)


def evaluations(form: Any) -> Report:
    user, given = form.user, form.cleaned_data
    region, period = form.reported, given["period"]
    day = period.day(user.today())
    scope = Scope(user, region, period.first, period.last, day)
    found = judged(scope)
    return Report(
        title=_("Evaluation report on regional cooperation"),
        subject=f"{region.name}, {period}",
        letterhead=letterhead(region, given.get("office", "")),
        facts=[
            (_("Region"), region.label),
            *([(_("As far as seen by"), form.seen_by)] if form.seen_by else []),
            (_("Period"), period.in_words),
            (_("As of"), date_format(day)),
            (_("Drawn up"), _("%(day)s by %(who)s") % {"day": date_format(user.today()), "who": user}),
        ],
        footer=_("Evaluation report, %(region)s, %(period)s") % {"region": region.name, "period": period},
        blocks=[*_summary(found), *_each(found, scope)],
        signature=Signature(**form.signature()),
    )


def judged(scope: Scope) -> Any:
    """Evaluations of the period of agreements that the list of the region holds."""
    within = scope.found("agreements").records.order_by().values("pk")
    return Evaluation.objects.filter(agreement__in=within, evaluated_on__range=(scope.first, scope.day))


def _summary(found: Any) -> Iterator[Block]:
    yield Heading(_("Summary"))
    counted = found.order_by().values_list("agreement__category", "advice").annotate(n=Count("pk"))
    numbers = {(category, advice): n for category, advice, n in counted}
    ratings = dict(found.order_by().values_list("agreement__category").annotate(mean=Avg("rating")))
    advices = [("", _("None given")), *((a.value, str(a.label)) for a in Advice)]
    lines: list[Line] = []
    for category in (c for c in Category if any(key[0] == c for key in numbers)):
        mean = ratings.get(category.value)
        each = [numbers.get((category.value, advice), 0) for advice, _label in advices]
        told = Cell(number_format(mean, decimal_pos=1) if mean is not None else "–", exact=mean)
        lines.append([str(category.label), sum(each), told, *each])
    head = [
        Head(_("Category"), 1.5), Head(_("Evaluations"), 1, number=True), Head(_("Mean rating"), 0.9, number=True),
        *(Head(label, 1.1, number=True) for _advice, label in advices),
    ]  # fmt: skip
    yield Table(_("Summary"), head, lines, _("Nothing was evaluated in the period."))


def _each(found: Any, scope: Scope) -> Iterator[Block]:
    """A part for each agreement, in the order of categories."""
    ordered = found.select_related("agreement", "programme", "region").order_by(
        "agreement__category", "agreement_id", "evaluated_on", "pk"
    )
    listed = list(ordered[: MOST + 1])
    of = Agreement.objects.filter(pk__in={one.agreement_id for one in listed})
    rows = {row["pk"]: row for row in rows_of_agreements(of.for_list(scope.day), scope.user)}
    for agreement_id, ones in groupby(listed[:MOST], key=lambda one: one.agreement_id):
        row = rows[agreement_id]
        yield Heading(row["heading"])
        facts = [
            (_("Parties"), row["between"]), (_("Numbers"), row["numbers"]),
            (_("Category"), row["category_label"]), (_("Kind"), row["kind_label"]),
            (_("Signed on"), row["signed"]), (_("Effective end"), row["ends"]), (_("State"), row["state_label"]),
        ]  # fmt: skip
        yield Facts(facts)
        yield _table(list(ones), ((_("Agreement"), row["heading"]), *facts))
    if len(listed) > MOST:
        yield Words(_("There are more evaluations in the register than a report tells."))


def _table(ones: list[Evaluation], of: tuple[tuple[str, str], ...]) -> Table:
    head = [
        Head(_("Judged on"), 0.9), Head(_("Judged by"), 1.1), Head(_("Rating"), 0.6, number=True),
        Head(_("Findings"), 2), Head(_("Obstacles"), 1.6), Head(_("Recommendation"), 1.2),
    ]  # fmt: skip
    lines: list[Line] = [
        [
            day_cell(one.evaluated_on),
            "\n".join(str(part) for part in (one.get_role_display(), one.region, one.programme) if part),
            Cell("–" if one.rating is None else _("%(n)s of 5") % {"n": one.rating}, exact=one.rating),
            one.findings, one.obstacles, str(one.get_advice_display()) if one.advice else "–",
        ]
        for one in ones
    ]  # fmt: skip
    return Table(_("Evaluations"), head, lines, of=of)
