"""Lying bars for names, standing ones for months: lists of links in words, with the bars drawn in SVG.

Lengths are percentages, so that bars follow the page while words keep their size, on a phone as well.
"""

from __future__ import annotations

from dashboards.charts.marks import escape, fills, label_of, link, name_of, number, share, stacked, sum_of, worth
from dashboards.figures import Bar, Chart, Mark

WIDEST = 12.0  # percent of the track that a digit needs at least, times the digits: else it is not written on the mark


def bars(chart: Chart) -> str:
    top = max((max(sum_of(bar), bar.allowed or 0) for bar in chart.bars), default=0) or 1
    patterns = fills(chart)
    rows = (_stack(chart, bar, top, patterns) if chart.parts else _row(chart, bar, top) for bar in chart.bars)
    return f'<ol class="plot-bars">{"".join(rows)}</ol>'


def columns(chart: Chart) -> str:
    top = max((sum_of(bar) for bar in chart.bars), default=0) or 1
    patterns = fills(chart)
    drawn = (_pile(chart, bar, top, patterns) if chart.parts else _column(chart, bar, top) for bar in chart.bars)
    return f'<ol class="plot-columns">{"".join(drawn)}</ol>'


def _row(chart: Chart, bar: Bar, top: int) -> str:
    """One link for name, bar and number; two where the name leads elsewhere."""
    mark = bar.marks[0] if bar.marks else Mark(0)
    rect = f'<rect class="plot-fill" width="{share(mark.value, top)}%" height="100%"></rect>' if mark.value > 0 else ""
    track = f'<svg class="plot-track" aria-hidden="true">{rect}{_limit(bar, top)}</svg>'
    figure = f'{track}<span class="plot-number">{escape(worth(mark))}</span>'
    if bar.href and bar.href != mark.href:
        return f'<li class="plot-row">{label_of(bar, "plot-name")}{_link(chart, bar, mark, figure, "plot-value")}</li>'
    name = f'<span class="plot-name">{escape(bar.label)}</span>'
    return f'<li class="plot-row">{_link(chart, bar, mark, name + figure, "plot-whole")}</li>'


def _stack(chart: Chart, bar: Bar, top: int, patterns: dict[str, str]) -> str:
    parts = []
    for mark, begins, length in stacked(bar, top):
        fill = f'<rect x="{begins}%" width="{length}%" height="100%" fill="{patterns.get(mark.part, "")}"></rect>'
        if length > WIDEST / 2 * (len(str(mark.value)) + 0.5):
            fill += f'<text class="plot-on" x="{round(begins + length / 2, 2)}%" y="50%">{number(mark.value)}</text>'
        parts.append(_part(chart, bar, mark, fill))
    track = f'<svg class="plot-track">{"".join(parts)}{_limit(bar, top)}</svg>'
    total = f'<span class="plot-number">{number(sum_of(bar))}</span>'
    return f'<li class="plot-row">{label_of(bar, "plot-name")}<span class="plot-value">{track}{total}</span></li>'


def _column(chart: Chart, bar: Bar, top: int) -> str:
    mark = bar.marks[0] if bar.marks else Mark(0)
    tall = share(mark.value, top)
    rect = f'<rect class="plot-fill" y="{round(100 - tall, 2)}%" width="100%" height="{tall}%"></rect>' if tall else ""
    inside = (
        f'<span class="plot-number">{escape(worth(mark))}</span>'
        f'<svg class="plot-pillar" aria-hidden="true">{rect}</svg><span class="plot-label">{escape(bar.label)}</span>'
    )
    return f'<li class="plot-column">{_link(chart, bar, mark, inside, "plot-standing")}</li>'


def _pile(chart: Chart, bar: Bar, top: int, patterns: dict[str, str]) -> str:
    parts = []
    for mark, begins, length in stacked(bar, top):
        fill = (
            f'<rect y="{round(100 - begins - length, 2)}%" width="100%" height="{length}%" '
            f'fill="{patterns.get(mark.part, "")}"></rect>'
        )
        if length > WIDEST:
            fill += (
                f'<text class="plot-on" x="50%" y="{round(100 - begins - length / 2, 2)}%">{number(mark.value)}</text>'
            )
        parts.append(_part(chart, bar, mark, fill))
    return (
        f'<li class="plot-column"><span class="plot-standing"><span class="plot-number">{number(sum_of(bar))}</span>'
        f'<svg class="plot-pillar">{"".join(parts)}</svg>{label_of(bar, "plot-label")}</span></li>'
    )


def _link(chart: Chart, bar: Bar, mark: Mark, inside: str, css: str) -> str:
    return link(mark, name_of(chart, bar, mark), css, inside)


def _part(chart: Chart, bar: Bar, mark: Mark, inside: str) -> str:
    """A part of a stack: within SVG a link, or a group with a name."""
    name = escape(name_of(chart, bar, mark))
    titled = f"<title>{name}</title>{inside}"
    if mark.href:
        return f'<a class="plot-part" href="{escape(mark.href)}" aria-label="{name}">{titled}</a>'
    return f'<g class="plot-part" role="img" aria-label="{name}">{titled}</g>'


def _limit(bar: Bar, top: int) -> str:
    if bar.allowed is None:
        return ""
    at = min(round(100 * bar.allowed / top, 2), 99.7)
    return "".join(
        f'<line class="{css}" x1="{at}%" x2="{at}%" y1="-10%" y2="110%"></line>'
        for css in ("plot-beside-allowed", "plot-allowed")
    )
