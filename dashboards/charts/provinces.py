"""The 38 provinces as tiles of one size, roughly where they lie, from west to east.

A tile is as large for Jakarta as for Papua: what counts is what was done there, not the square kilometres.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from dashboards.charts.marks import escape, name_of, number, step, sum_of
from dashboards.figures import Bar, Chart, Mark

MOST_WRITTEN = 999  # wider numbers do not fit a tile on a phone; its name and the table have them

# Kemendagri code: letters on the tile, column, row.
TILES: dict[str, tuple[str, int, int]] = {
    "11": ("AC", 0, 0),
    "12": ("SU", 1, 1),
    "13": ("SB", 1, 2),
    "14": ("RI", 2, 2),
    "21": ("KR", 3, 2),
    "17": ("BE", 1, 3),
    "15": ("JA", 2, 3),
    "16": ("SS", 2, 4),
    "19": ("BB", 3, 4),
    "18": ("LA", 2, 5),
    "36": ("BT", 3, 6),
    "31": ("JK", 4, 5),
    "32": ("JB", 4, 6),
    "33": ("JT", 5, 6),
    "34": ("YO", 5, 7),
    "35": ("JI", 6, 6),
    "51": ("BA", 7, 6),
    "52": ("NB", 8, 6),
    "53": ("NT", 9, 6),
    "65": ("KU", 6, 1),
    "61": ("KB", 5, 2),
    "64": ("KI", 6, 2),
    "62": ("KT", 5, 3),
    "63": ("KS", 6, 3),
    "75": ("GO", 8, 1),
    "71": ("SA", 9, 1),
    "72": ("ST", 8, 2),
    "76": ("SR", 8, 3),
    "74": ("SG", 9, 3),
    "73": ("SN", 8, 4),
    "82": ("MU", 10, 2),
    "81": ("MA", 10, 3),
    "96": ("PD", 11, 2),
    "92": ("PB", 12, 2),
    "91": ("PA", 13, 2),
    "94": ("PT", 12, 3),
    "95": ("PE", 13, 3),
    "93": ("PS", 13, 4),
}
WIDE = 1 + max(column for _letters, column, _row in TILES.values())
HIGH = 1 + max(row for _letters, _column, row in TILES.values())
GAP = 0.06  # of a tile


def provinces(chart: Chart) -> str:
    """Bars of no province (their place is unknown here) stand in the table only."""
    places = {bar.place: bar for bar in chart.bars}
    top = max((sum_of(bar) for bar in chart.bars), default=0)
    ground = "".join(_empty(code) for code in TILES if code not in places)
    drawn = "".join(_tile(chart, places[code], top) for code in TILES if code in places)
    label = f'<title id="{escape(chart.id)}-title">{escape(chart.title)}</title>'
    return (
        f'<svg class="map-tiles" role="list" aria-labelledby="{escape(chart.id)}-title">{label}'
        f'<g aria-hidden="true">{ground}</g>{drawn}</svg>'
    )


def spread(code: str) -> Iterable[float]:
    """The corner and the size of a tile in percent of the map: left, top, width, height."""
    _letters, column, row = TILES[code]
    return (
        round(100 * (column + GAP / 2) / WIDE, 2), round(100 * (row + GAP / 2) / HIGH, 2),
        round(100 * (1 - GAP) / WIDE, 2), round(100 * (1 - GAP) / HIGH, 2),
    )  # fmt: skip


def _empty(code: str) -> str:
    left, top, width, height = spread(code)
    letters, middle, centre = TILES[code][0], round(left + width / 2, 2), round(top + height / 2, 2)
    return (
        f'<rect class="map-step-0" x="{left}%" y="{top}%" width="{width}%" height="{height}%"></rect>'
        f'<text class="map-letters" x="{middle}%" y="{centre}%">{letters}</text>'
    )


def _tile(chart: Chart, bar: Bar, highest: int) -> str:
    left, top, width, height = spread(bar.place)
    mark = bar.marks[0] if bar.marks else Mark(0)
    value = sum_of(bar)
    shade = step(value, highest)
    middle = round(left + width / 2, 2)
    inside = (
        f'<rect class="map-step-{shade}" x="{left}%" y="{top}%" width="{width}%" height="{height}%"></rect>'
        f'<text class="map-letters map-on-{shade}" x="{middle}%" y="{round(top + height * 0.28, 2)}%">'
        f"{TILES[bar.place][0]}</text>"
        f'<text class="map-figure map-on-{shade}" x="{middle}%" y="{round(top + height * 0.7, 2)}%">'
        f"{_short(value)}</text>"
    )
    return f'<g role="listitem">{place(chart, bar, mark, inside)}</g>'


def _short(value: int) -> str:
    if value <= MOST_WRITTEN:
        return number(value)
    # Translators: thousands, on the tile of a map: 3k, 99k+
    return gettext("%(number)dk") % {"number": min(value // 1000, 99)} + ("+" if value >= 100_000 else "")


def place(chart: Chart, bar: Bar, mark: Mark, inside: str) -> str:
    """What is drawn of a place as one link; chosen ones are marked."""
    name = escape(name_of(chart, bar, mark))
    here = ' aria-current="true"' if bar.here else ""
    titled = f"<title>{name}</title>{inside}"
    if mark.href:
        return f'<a class="map-place" href="{escape(mark.href)}" aria-label="{name}"{here}>{titled}</a>'
    return f'<g class="map-place" role="img" aria-label="{name}"{here}>{titled}</g>'
