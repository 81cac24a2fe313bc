"""Charts as SVG made on the server: every mark is a link to the records that it counts, and each has a table twin.

Readable in grey (patterns, shades, numbers on the marks), by keyboard and by a screen reader; no script, no style
attribute. Everything that comes from records is escaped here, where the markup is put together: strings, since a
template per mark was too slow for a dashboard of twelve charts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from dashboards.charts.bars import bars, columns
from dashboards.charts.keys import key
from dashboards.charts.provinces import provinces
from dashboards.charts.tables import table
from dashboards.charts.world import world
from dashboards.figures import Chart

KINDS: dict[str, Callable[[Chart], str]] = {"bars": bars, "columns": columns, "provinces": provinces, "world": world}


@dataclass(frozen=True)
class Drawing:
    """A chart as markup: what is seen, its key and its table."""

    marks: SafeString
    key: SafeString
    table: SafeString


def draw(chart: Chart) -> Drawing:
    return Drawing(*(mark_safe(part(chart)) for part in (KINDS[chart.kind], key, table)))  # noqa: S308 - each escapes
