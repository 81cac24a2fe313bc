"""The countries of the world in shades; where there is something to count, a link."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from dashboards.charts.marks import OURS, escape, number, step, sum_of
from dashboards.charts.outlines import WIDTH, Outline, height, outlines
from dashboards.charts.provinces import place
from dashboards.figures import Bar, Chart, Mark

SMALL = 14  # units: what is smaller gets a dot as well, else nobody could find or click it
ROOMS = (("map-narrow", 340), ("map-wide", 640))  # pixels of a phone and of a desk, where the numbers must find room


def world(chart: Chart) -> str:
    """Bars of no known country stand in the table only."""
    known = outlines()
    places = {bar.place: bar for bar in chart.bars if bar.place in known}
    top = max((sum_of(bar) for bar in places.values()), default=0)
    drawn = "".join(_country(chart, bar, known[code], top) for code, bar in places.items())
    dots = "".join(_dot(chart, bar, known[code], top) for code, bar in places.items() if known[code].size < SMALL)
    title = f"{escape(chart.id)}-title"
    label = f'<title id="{title}">{escape(chart.title)}</title>'
    return (
        f'<svg class="map-world" role="group" aria-labelledby="{title}">{label}'
        f'<svg viewBox="0 0 {WIDTH} {height()}" preserveAspectRatio="none" width="100%" height="100%">'
        f'<path class="map-land" aria-hidden="true" d="{_land(frozenset(places) - {""})}"></path>{_ours(places)}{drawn}'
        f'</svg>{dots}<g class="map-figures" aria-hidden="true">{"".join(_labels(places))}</g></svg>'
    )


@cache
def _all_land() -> dict[str, str]:
    return {code: outline.path for code, outline in outlines().items() if outline.path}


@lru_cache(maxsize=64)
def _land(without: frozenset[str]) -> str:
    return "".join(path for code, path in _all_land().items() if code not in without and code != OURS)


def _ours(places: dict[str, Bar]) -> str:
    return "" if OURS in places else f'<path class="map-ours" aria-hidden="true" d="{outlines()[OURS].path}"></path>'


def _country(chart: Chart, bar: Bar, outline: Outline, top: int) -> str:
    if outline.size < SMALL:
        return f'<path class="map-land" aria-hidden="true" d="{outline.path}"></path>' if outline.path else ""
    mark = bar.marks[0] if bar.marks else Mark(0)
    path = f'<path class="map-step-{step(sum_of(bar), top)}" d="{outline.path}"></path>'
    return place(chart, bar, mark, path)


def _dot(chart: Chart, bar: Bar, outline: Outline, top: int) -> str:
    mark = bar.marks[0] if bar.marks else Mark(0)
    across, down = _percent(outline)
    dot = f'<circle class="map-dot map-step-{step(sum_of(bar), top)}" cx="{across}%" cy="{down}%" r="5"></circle>'
    return place(chart, bar, mark, dot)


def _labels(places: dict[str, Bar]) -> Iterator[str]:
    """The largest numbers first, each where it hides no other: some have room only on a wide map."""
    for css, pixels in ROOMS:
        taken: list[tuple[float, float, float]] = []
        for bar in sorted(places.values(), key=sum_of, reverse=True):
            value = sum_of(bar)
            if value <= 0:
                break
            across, down = _percent(outlines()[bar.place])
            label = number(value)
            x, y, wide = across * pixels / 100, down * pixels / 100 * height() / WIDTH, 4.0 * len(label) + 3
            if all(abs(x - left) > wide + half or abs(y - up) > 15 for left, up, half in taken):
                taken.append((x, y, wide))
                yield f'<text class="map-figure {css}" x="{across}%" y="{down}%" dy="-9">{label}</text>'


def _percent(outline: Outline) -> tuple[float, float]:
    return round(100 * outline.x / WIDTH, 2), round(100 * outline.y / height(), 2)
