"""The key beside a chart: patterns of the parts, shades of a map, the line of a limit."""

from __future__ import annotations

from django.utils.translation import gettext

from dashboards.charts.marks import OURS, escape, fills, shades, sum_of, tone_of
from dashboards.figures import Chart

GROUND = '<rect class="plot-ground" width="8" height="8"></rect>'
# Solid, hatched, dotted, pale, crossed, lined: told apart without any colour, darkest first.
PATTERNS = (
    '<rect class="plot-ink" width="8" height="8"></rect>',
    f'{GROUND}<path class="plot-stroke" d="M-2 2l4-4M0 8L8 0M6 10l4-4"></path>',
    f'{GROUND}<path class="plot-ink" d="M1 1h2.4v2.4h-2.4zM5 5h2.4v2.4h-2.4z"></path>',
    GROUND,
    f'{GROUND}<path class="plot-stroke" d="M0 0L8 8M0 8L8 0"></path>',
    f'{GROUND}<path class="plot-stroke" d="M0 2h8M0 6h8"></path>',
)


def key(chart: Chart) -> str:
    lines = _parts(chart) if chart.parts else ""
    if chart.kind in ("provinces", "world"):
        lines += "".join(
            f'<li><svg class="plot-key" aria-hidden="true"><rect class="plot-swatch map-step-{shade}" '
            f'width="100%" height="100%"></rect></svg>{told}</li>'
            for shade, told in shades([sum_of(bar) for bar in chart.bars])
        )
    if chart.kind == "world" and all(bar.place != OURS for bar in chart.bars):
        lines += (
            '<li><svg class="plot-key" aria-hidden="true"><rect class="map-ours" width="100%" height="100%"></rect>'
            f"</svg>{escape(gettext('Indonesia'))}</li>"
        )
    if any(bar.allowed is not None for bar in chart.bars):
        lines += (
            '<li><svg class="plot-key" aria-hidden="true"><line class="plot-allowed" x1="50%" x2="50%" y1="0" '
            f'y2="100%"></line></svg>{escape(gettext("allowed"))}</li>'
        )
    return f'<ul class="plot-keys">{lines}</ul>' if lines else ""


def _parts(chart: Chart) -> str:
    lines = []
    for n, (ground, (label, tone)) in enumerate(zip(fills(chart).values(), chart.parts.values(), strict=True)):
        pattern = (
            f'<pattern id="{escape(chart.id)}-part-{n}" data-tone="{tone_of(tone)}" width="8" height="8" '
            f'patternUnits="userSpaceOnUse">{PATTERNS[n % len(PATTERNS)]}</pattern>'
        )
        lines.append(
            f'<li><svg class="plot-key" aria-hidden="true"><defs>{pattern}</defs>'
            f'<rect class="plot-swatch" width="100%" height="100%" fill="{ground}"></rect></svg>{escape(label)}</li>'
        )
    return "".join(lines)
