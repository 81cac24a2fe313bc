"""The twin of a chart: the same marks with the same links as a table."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext

from dashboards.charts.marks import escape, label_of, name_of, number, sum_of, worth
from dashboards.figures import Bar, Chart, Mark


def table(chart: Chart) -> str:
    heads = [str(label) for label, _tone in chart.parts.values()] or [str(chart.unit).capitalize()]
    limited = any(bar.allowed is not None for bar in chart.bars)
    extra = [gettext("Total")] if chart.parts else []
    extra += [pgettext("days", "Allowed")] if limited else []
    row_of = _row_of_parts if chart.parts else _row
    rows = "".join(f"<tr>{_head(bar)}{row_of(chart, bar, heads)}{_limit(bar, limited)}</tr>" for bar in chart.bars)
    cells = "".join(f'<th scope="col" class="number">{escape(head)}</th>' for head in heads + extra)
    return (
        f'<table class="table table-dense"><caption class="visually-hidden">{escape(chart.title)}</caption>'
        f'<thead><tr><th scope="col">{escape(_name_of_first(chart))}</th>{cells}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _name_of_first(chart: Chart) -> str:
    if chart.kind == "columns":
        return gettext("Month")
    if chart.kind == "provinces":
        return gettext("Province")
    return gettext("Country") if chart.kind == "world" else gettext("Name")


def _head(bar: Bar) -> str:
    note = f' <small class="muted">{escape(bar.note)}</small>' if bar.note else ""
    return f'<th scope="row" class="table-title">{label_of(bar, "plot-row-name")}{note}</th>'


def _row(chart: Chart, bar: Bar, heads: list[str]) -> str:
    return _cell(chart, bar, bar.marks[0] if bar.marks else Mark(0), heads[0])


def _row_of_parts(chart: Chart, bar: Bar, heads: list[str]) -> str:
    marks = {mark.part: mark for mark in bar.marks}
    cells = (_cell(chart, bar, marks.get(key, Mark(0, part=key)), heads[n]) for n, key in enumerate(chart.parts))
    total = f'<td class="number" data-label="{escape(gettext("Total"))}">{number(sum_of(bar))}</td>'
    return "".join(cells) + total


def _cell(chart: Chart, bar: Bar, mark: Mark, head: str) -> str:
    shown = escape(worth(mark))
    if mark.href:
        shown = f'<a href="{escape(mark.href)}" aria-label="{escape(name_of(chart, bar, mark))}">{shown}</a>'
    return f'<td class="number" data-label="{escape(head)}">{shown}</td>'


def _limit(bar: Bar, limited: bool) -> str:
    if not limited:
        return ""
    shown = "" if bar.allowed is None else number(bar.allowed)
    return f'<td class="number" data-label="{escape(pgettext("days", "Allowed"))}">{shown}</td>'
