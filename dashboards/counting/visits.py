"""Visits of the period by month, sector, partner, province and country; who owes whom a visit; how long until a
signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.dates import MONTHS_3
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from dashboards.counting.milestones import invitations_in
from dashboards.counting.statement import ask
from dashboards.figures import Bar, Chart, Mark
from dashboards.scope import Scope
from followups.models import Milestone
from regions.models import localised
from visits.models import Direction
from visits.models.visits import MONTHLY

Rows = list[tuple[Any, ...]]
PARTNERS = 12  # the most frequent ones; of sectors as well

# Somebody of a region takes part: the region itself, or an organisation that lies in it. `side` is who looks.
SELECT = """, there AS (
    SELECT id, unnest(region_ids) AS region FROM base
    UNION
    SELECT b.id, o.region_id FROM base b CROSS JOIN LATERAL unnest(b.organisation_ids) x
    JOIN regions_organisation o ON o.id = x WHERE o.region_id IS NOT NULL),
inside AS (
    SELECT DISTINCT t.id, a.level, a.code, a.id AS place, a.name_id, a.name_en
    FROM there t JOIN regions_region r ON r.id = t.region
    LEFT JOIN regions_region p1 ON p1.id = r.parent_id LEFT JOIN regions_region p2 ON p2.id = p1.parent_id
    JOIN regions_region a ON a.id IN (r.id, r.parent_id, p1.parent_id, p2.parent_id)
    WHERE (a.level = 'COUNTRY' AND a.code IS DISTINCT FROM 'ID')
        OR (a.level = 'PROVINCE' AND t.region <> ALL (%(side)s::bigint[]))),
partners AS (
    SELECT r.id, count(*) AS number FROM base CROSS JOIN LATERAL unnest(region_ids) x JOIN regions_region r ON r.id = x
    WHERE x <> ALL (%(side)s::bigint[]) AND (%(partner)s::bigint IS NULL OR x = %(partner)s::bigint) GROUP BY r.id),
turns AS (
    SELECT e.id AS visit, x AS id, true AS came FROM ever e
    JOIN visits_delegation d ON d.visit_id = e.id AND d.side = 'GUEST'
    CROSS JOIN LATERAL unnest(ARRAY[d.region_id, d.on_behalf_of_region_id]) x WHERE e.direction = 'INCOMING'
    UNION SELECT id, host_region_id, false FROM ever WHERE direction = 'OUTGOING'),
ways AS (
    SELECT id, count(*) FILTER (WHERE came) AS came, count(*) FILTER (WHERE NOT came) AS went FROM turns
    WHERE id <> ALL (%(side)s::bigint[]) AND (%(partner)s::bigint IS NULL OR id = %(partner)s::bigint) GROUP BY id),
invited AS (
    SELECT x AS id, count(*) AS number FROM asked CROSS JOIN LATERAL unnest(region_ids) x
    WHERE x <> ALL (%(side)s::bigint[]) AND (%(partner)s::bigint IS NULL OR x = %(partner)s::bigint) GROUP BY x)
SELECT 'month' AS what,
    CASE WHEN precision = ANY (%(monthly)s::text[]) THEN to_char(starts_on, 'YYYY-MM') ELSE 'none' END AS key,
    direction AS part, count(*)::float AS number, '' AS name_id, '' AS name_en, 0::bigint AS came, 0::bigint AS went,
    0::bigint AS asked, '' AS code FROM base GROUP BY 2, 3
UNION ALL SELECT 'sector', COALESCE(t.sector_id::text, 'none'), '', count(DISTINCT b.id), '', '', 0, 0, 0, ''
    FROM base b LEFT JOIN visits_topic t ON t.visit_id = b.id GROUP BY t.sector_id
UNION ALL (SELECT 'partner', r.id::text, '', p.number, r.name_id, r.name_en, 0, 0, 0, ''
    FROM partners p JOIN regions_region r ON r.id = p.id ORDER BY p.number DESC, r.name_id, r.id LIMIT %(most)s)
UNION ALL SELECT lower(level), place::text, '', count(*), name_id, name_en, 0, 0, 0, COALESCE(code, '')
    FROM inside GROUP BY level, place, code, name_id, name_en
UNION ALL (SELECT 'balance', r.id::text, '', 0, r.name_id, r.name_en, COALESCE(b.came, 0), COALESCE(b.went, 0),
    COALESCE(i.number, 0), '' FROM ways b FULL JOIN invited i ON i.id = b.id
    JOIN regions_region r ON r.id = COALESCE(b.id, i.id)
    WHERE b.came <> b.went OR i.number > 0
    ORDER BY abs(COALESCE(b.came, 0) - COALESCE(b.went, 0)) DESC, i.number DESC NULLS LAST, r.name_id, r.id
    LIMIT %(most)s)
UNION ALL SELECT 'days', 'done', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY done_on - starts_on), '', '', 0, 0, 0,
    '' FROM walked WHERE done_on >= starts_on
UNION ALL SELECT 'days', 'signed', '', percentile_cont(0.5) WITHIN GROUP (ORDER BY signed_on - starts_on), '', '', 0,
    0, 0, '' FROM walked WHERE signed_on >= starts_on
"""


def rows(scope: Scope) -> Rows:
    """[what, key, part, number, two names, came, went, asked, code], in no order."""
    side = scope.side
    base: Any = scope.in_period().with_direction(side)
    columns = ("id", "direction", "starts_on", "precision", "region_ids", "organisation_ids")
    region = scope.chosen["region"]
    held = scope.visits().held(scope.today)
    ever: Any = held.between(scope.since, scope.until) if scope.has_period else held
    ctes = {
        "base": base.order_by().values(*columns),
        "ever": ever.with_direction(side).order_by().values("id", "direction", "host_region_id"),
        "asked": invitations_in(scope).order_by().values("id", "region_ids"),
        "walked": _walked(scope).order_by().values("id", "starts_on", "done_on", "signed_on"),
    }
    return ask(
        ctes,
        SELECT,
        {
            "side": side,
            "partner": region.pk if region else None,
            "most": PARTNERS,
            "monthly": [str(precision) for precision in MONTHLY],
        },
    )


def _walked(scope: Scope) -> Any:
    """Visits of the period that took place, with the first follow-up done and the first signature that came of them."""
    milestones = Milestone.objects.visible_to(scope.user).filter(
        visit=OuterRef("pk"), status="DONE", done_on__lte=scope.today
    )
    agreements = Agreement.objects.visible_to(scope.user).filter(
        visit_links__visit=OuterRef("pk"), counts_from__lte=scope.today, signed_on__isnull=False
    )
    held = scope.visits().held(scope.today).between(scope.since, scope.until)
    return held.annotate(
        done_on=Subquery(milestones.order_by("done_on").values("done_on")[:1]),
        signed_on=Subquery(agreements.order_by("signed_on").values("signed_on")[:1]),
    )


DIRECTIONS = {
    Direction.INCOMING: "accent",
    Direction.OUTGOING: "info",
    Direction.THIRD_PLACE: "warn",
    Direction.VIRTUAL: "quiet",
    Direction.UNKNOWN: "bad",
    Direction.ASIDE: "good",
}


def months(scope: Scope, counted: Rows) -> Chart:
    """In and out by the month in which they began; every month of the period has its place."""
    numbers = {(row[1], row[2]): int(row[3]) for row in counted if row[0] == "month"}
    keys = sorted({key for key, _direction in numbers} | set(_months_of(scope)) - {"none"}, key=_months_first)
    going = [d for d in DIRECTIONS if d in (Direction.INCOMING, Direction.OUTGOING) or any(k[1] == d for k in numbers)]
    bars = [
        Bar(
            _month_in_words(key, first=n == 0),
            tuple(
                Mark(numbers[key, d], scope.to_period(month=key, direction=d), d) for d in going if (key, d) in numbers
            ),
            scope.to_period(month=key),
        )
        for n, key in enumerate(keys)
    ]
    parts = {str(d): (str(d.label), DIRECTIONS[d]) for d in going}
    return Chart(
        "months", _("By month"), "columns", tuple(bars), _("visits"), parts, _("By the month in which they began."),
        _("There was no visit in the period."),
    )  # fmt: skip


def _months_of(scope: Scope) -> list[str]:
    """The months of the period, at most ten years of them."""
    first, last = scope.since.year * 12 + scope.since.month - 1, scope.until.year * 12 + scope.until.month - 1
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(max(first, last - 119), last + 1)]


def _months_first(key: str) -> tuple[bool, str]:
    return key == "none", key


def _month_in_words(key: str, *, first: bool) -> str:
    """“Mar”, and “Jan 2026” where a year begins."""
    if key == "none":
        return _("Month not known")
    year, month = key.split("-")
    name = str(MONTHS_3[int(month)]).capitalize()
    return f"{name} {year}" if first or month == "01" else name


def sectors(scope: Scope, counted: Rows) -> Chart:
    """Each visit in all its sectors."""
    names = {**dict(scope.sectors), "none": _("Without a sector")}
    found = [(row[1], int(row[3])) for row in counted if row[0] == "sector"]
    if scope.sector:
        found = [(key, number) for key, number in found if key == str(scope.sector)]
    found.sort(key=lambda pair: (pair[0] == "none", -pair[1], names.get(pair[0], "")))
    without = [pair for pair in found if pair[0] == "none"]
    found = [*[pair for pair in found if pair[0] != "none"][:PARTNERS], *without]
    return _chart(
        "sectors", _("By sector"), "bars",
        [Bar(names[key], (Mark(n, scope.to_period(sector=key)),), scope.to_period(sector=key)) for key, n in found],
        _("A visit about several sectors stands at each of them."),
    )  # fmt: skip


def partners(scope: Scope, counted: Rows) -> Chart:
    """By the region that takes part beside the own one."""
    found = sorted((row for row in counted if row[0] == "partner"), key=lambda row: (-row[3], row[4]))
    bars = []
    for row in found:
        href = scope.to_period(region=row[1])
        bars.append(Bar(localised(row[4], row[5]), (Mark(int(row[3]), href),), href))
    return _chart("partners", _("By partner region"), "bars", bars, _("The most frequent ones."))


def provinces(scope: Scope, counted: Rows) -> Chart:
    bars = [_on_map(scope, row, "province") for row in _by_number(counted, "province")]
    return _chart("provinces", _("By province of the partner"), "provinces", bars)


def world(scope: Scope, counted: Rows) -> Chart:
    bars = [_on_map(scope, row, "country") for row in _by_number(counted, "country")]
    return _chart("world", _("By country of the partner"), "world", bars)


def _by_number(counted: Rows, what: str) -> Rows:
    return sorted((row for row in counted if row[0] == what), key=lambda row: (-row[3], row[4]))


def _on_map(scope: Scope, row: tuple[Any, ...], name: str) -> Bar:
    href = scope.to_period(**{name: row[1]})
    return Bar(localised(row[4], row[5]), (Mark(int(row[3]), href),), href, place=row[9])


def _chart(id_: str, title: str, kind: str, bars: list[Bar], note: str = "") -> Chart:
    return Chart(
        id_, title, kind, tuple(bars), _("visits"), note=note, nothing=_("There was no such visit in the period.")
    )


@dataclass(frozen=True)
class Balance:
    """Visits both ways with one partner, and who owes whom one."""

    name: str
    href: str  # the page of the two; none for a province as a whole
    came: int
    came_href: str
    went: int
    went_href: str
    asked: int
    asked_href: str

    @property
    def owing(self) -> str:
        if self.came == self.went:
            return _("even")
        return _("we owe them a visit") if self.came > self.went else _("they owe us a visit")

    @property
    def is_ours(self) -> bool:
        return self.came > self.went


def balances(scope: Scope, counted: Rows) -> list[Balance]:
    """The most uneven partners. Of all visits that took place, unless a period was chosen."""
    if not scope.side:
        return []
    found = [row for row in counted if row[0] == "balance"]
    found.sort(key=lambda row: (-abs(row[6] - row[7]), -row[8], row[4]))
    held = {"stage": "held"}
    if scope.has_period:
        held |= {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    ours = scope.side[0] if len(scope.side) == 1 else None
    return [
        Balance(
            localised(row[4], row[5]),
            reverse("dashboards:relation", args=[ours, int(row[1])]) if ours else "",
            row[6], scope.to_visits(**held, guest=row[1], direction="INCOMING"),
            row[7], scope.to_visits(**held, host=row[1], direction="OUTGOING"),
            row[8], scope.to_milestones(kind="RETURN_VISIT", region=row[1]),
        )
        for row in found
    ]  # fmt: skip


def days_until(counted: Rows, what: str) -> str:
    """The median from the visit to the first follow-up “done” or the first agreement “signed”, in words."""
    (median,) = (row[3] for row in counted if row[:2] == ("days", what))
    if median is None:
        return ""
    days = round(median)
    return ngettext("half of them within %(n)s day", "half of them within %(n)s days", days) % {
        "n": number_format(days)
    }
