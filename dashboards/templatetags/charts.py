"""`{% chart chart %}`: a chart with its title, its key and its table twin."""

from __future__ import annotations

from typing import Any

from django import template

from dashboards.charts import draw
from dashboards.charts.examples import EXAMPLES
from dashboards.figures import Chart

register = template.Library()


@register.inclusion_tag("dashboards/charts/chart.html")
def chart(chart: Chart, level: int = 3) -> dict[str, Any]:
    """`level` is that of its heading. A chart that counts nothing says so and draws nothing."""
    return {"chart": chart, "drawing": draw(chart) if chart.total else None, "level": level}


@register.simple_tag
def example_charts() -> tuple[Chart, ...]:
    """One of each kind, for the style guide."""
    return EXAMPLES
