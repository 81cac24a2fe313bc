"""A province region by region: what presses in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dashboards.counting.asks import SOON
from dashboards.counting.milestones import milestones_in
from dashboards.counting.statement import ask
from dashboards.scope import Scope
from regions.models import localised

Rows = list[tuple[Any, ...]]

SELECT = """, found AS (
    SELECT 'late' AS what, region_ids, region_ids AS side_ids FROM late
    UNION ALL SELECT 'ending', region_ids, region_ids FROM ending
    UNION ALL SELECT 'overdue', region_ids, side_ids FROM overdue
    UNION ALL SELECT 'unreported', region_ids, region_ids FROM unreported)
SELECT r.id, r.name_id, r.name_en, count(*) FILTER (WHERE f.what = 'late'),
    count(*) FILTER (WHERE f.what = 'ending'), count(*) FILTER (WHERE f.what = 'overdue'),
    count(*) FILTER (WHERE f.what = 'unreported')
FROM regions_region r LEFT JOIN found f ON r.id = ANY (f.region_ids) AND r.id = ANY (f.side_ids)
WHERE r.id = ANY (%(place)s::bigint[])
GROUP BY r.id ORDER BY count(f.what) DESC, r.name_id, r.id
"""


@dataclass(frozen=True)
class Line:
    """One region: `cells` are number and list."""

    name: str
    href: str
    cells: tuple[tuple[int, str], ...]

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """With the heads of the columns, which a phone shows beside each number."""
        heads = (
            _("Agreements late"), _("Ending within 30 days"), _("Follow-ups overdue"), _("Visits not reported"),
        )  # fmt: skip
        return [(number, href, head) for (number, href), head in zip(self.cells, heads, strict=True)]


def rows(scope: Scope) -> Rows:
    """[region, its two names, agreements late, ending soon, overdue follow-ups of its side, visits not reported], the
    most pressed first. Nothing for a single region."""
    if scope.place is None or not scope.place.is_whole:
        return []
    agreements: Any = scope.agreements()
    ctes = {
        "late": agreements.standing(scope.past).late(scope.today),
        "ending": agreements.ending_within(SOON, scope.today),
        "overdue": milestones_in(scope, "overdue").with_sides(),
        "unreported": scope.visits().unreported(scope.today),
    }
    found: dict[str, Any] = {
        name: records.order_by().values("region_ids", *(["side_ids"] if name == "overdue" else []))
        for name, records in ctes.items()
    }
    return ask(found, SELECT, {"place": list(scope.place.ids)})


def lines(scope: Scope, counted: Rows) -> list[Line]:
    return [
        Line(
            localised(name_id, name_en),
            f"{reverse('dashboards:dashboard')}?{urlencode(dict(scope.others) | {'place': pk})}",
            (
                (late, scope.to_agreements(place=pk, late="on", sort="stage")),
                (ending, scope.to_agreements(place=pk, ending=SOON, sort="ends")),
                (overdue, scope.to_milestones(place=pk, state="overdue", whose="ours")),
                (unreported, scope.to_visits(place=pk, stage="unreported")),
            ),
        )
        for pk, name_id, name_en, late, ending, overdue, unreported in counted
    ]
