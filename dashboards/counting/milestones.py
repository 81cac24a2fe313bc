"""Follow-ups: what is overdue by the unit that is responsible."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dashboards.counting.statement import ask
from dashboards.figures import Bar, Chart, Mark
from dashboards.scope import Scope
from followups.filters import in_state
from followups.models import MilestoneKind, MilestoneQuerySet
from regions.models import localised
from visits.models.visits import party

Rows = list[tuple[Any, ...]]
UNITS = 15  # those with the most

SELECT = """
SELECT '' AS unit, count(*) AS number, '' AS name_id, '' AS name_en, '' AS region_id, '' AS region_en
    FROM base WHERE organisation_ids = '{}' HAVING count(*) > 0
UNION ALL (
    SELECT o.id::text, count(*), o.name_id, o.name_en, COALESCE(r.name_id, ''), COALESCE(r.name_en, '')
    FROM base CROSS JOIN LATERAL unnest(organisation_ids) x JOIN regions_organisation o ON o.id = x
    LEFT JOIN regions_region r ON r.id = o.region_id WHERE %(unit)s::bigint IS NULL OR o.id = %(unit)s::bigint
    GROUP BY o.id, r.id ORDER BY count(*) DESC, o.name_id, o.id LIMIT %(most)s)
"""


def milestones_in(scope: Scope, state: str) -> MilestoneQuerySet:
    """As the list of follow-ups narrows them."""
    return in_state(scope.milestones(), state, scope.today, past=bool(scope.past))


def invitations_in(scope: Scope) -> MilestoneQuerySet:
    """Invitations that were spoken at a visit, and nobody has followed yet."""
    return milestones_in(scope, "open").filter(kind=MilestoneKind.RETURN_VISIT)


def rows(scope: Scope) -> Rows:
    """[unit, number, its two names, the two of its region], of overdue ones."""
    unit = scope.chosen["unit"]
    base = milestones_in(scope, "overdue").order_by().values("id", "organisation_ids")
    return ask({"base": base}, SELECT, {"unit": unit.pk if unit else None, "most": UNITS})


def units(scope: Scope, counted: Rows) -> Chart:
    """Of our units and those of partners; of several units it counts for each."""
    bars = []
    for unit, number, name_id, name_en, region_id, region_en in sorted(counted, key=lambda row: (-row[1], row[2])):
        by = {"unit": unit} if unit else {"nounit": "on"}
        href = scope.to_milestones(state="overdue", **by)
        name = party(localised(name_id, name_en), localised(region_id, region_en)) if unit else _("No unit named")
        bars.append(Bar(name, (Mark(number, href),), href))
    return Chart(
        "units", _("Overdue by responsible unit"), "bars", tuple(bars), _("follow-ups"),
        note=_("What several units must do stands at each of them."), nothing=_("Nothing is overdue."),
    )  # fmt: skip
