"""How a record stands between its sides, for the pages that show it: open corrections, an offered handover, what is
confirmed. One query, whatever there is; the page has asked already whether the reader may see the record.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils import translation

from accounts.rights import Right
from agreements.models import Measurement
from agreements.programmes import may_change_measurement
from sides.facts import in_language
from sides.models import ROWS, About
from sides.prints import template
from sides.rights import answers, may_confirm, may_hand_over, sides_of

OPEN = """
SELECT 'correction', jsonb_build_object('pk', c.id, 'at', c.created_at, 'text', left(c.text, 600), 'about', c.about,
    'row', c.row_name, 'region_id', c.region_id, 'names', jsonb_build_array(r.name_id, r.name_en), 'by', u.name,
    'by_id', c.by_id, 'version', c.version,
    'answers', (SELECT m.region_id FROM agreements_measurement m WHERE m.id = c.measurement_id),
    'changes', (SELECT COALESCE(jsonb_agg(x - 'old' - 'new'), '[]')
        FROM jsonb_array_elements(c.changes) x))
FROM sides_correction c JOIN regions_region r ON r.id = c.region_id LEFT JOIN accounts_user u ON u.id = c.by_id
WHERE c.{of}_id = %(pk)s AND c.state = 'OPEN'
UNION ALL
SELECT 'handover', jsonb_build_object('pk', h.id, 'at', h.created_at, 'names', jsonb_build_array(r.name_id, r.name_en),
    'region_id', h.to_region_id)
FROM sides_handover h JOIN regions_region r ON r.id = h.to_region_id WHERE h.{of}_id = %(pk)s AND h.state = 'OPEN'
UNION ALL
"""
CONFIRMED = """
SELECT 'confirmation', jsonb_build_object('row', f.{row}_id, 'names', jsonb_build_array(r.name_id, r.name_en),
    'on', f."on", 'by', u.name, 'holds', f.print = {now})
FROM sides_confirmation f JOIN {table} t ON t.id = f.{row}_id AND t.region_id = f.region_id
JOIN regions_region r ON r.id = f.region_id LEFT JOIN accounts_user u ON u.id = f.by_id
WHERE f.{of}_id = %(pk)s AND f.{row}_id IS NOT NULL
UNION ALL
SELECT 'print', jsonb_build_object('row', t.id, 'print', {mine}) FROM {table} t
WHERE t.{inside} AND t.region_id = ANY(%(mine)s::bigint[])
"""
INSIDE = {
    "delegation": "visit_id = %(pk)s",
    "party": "agreement_id = %(pk)s",
    "measurement": """indicator_id IN (SELECT i.id FROM agreements_indicator i
        JOIN agreements_programme p ON p.id = i.programme_id WHERE p.agreement_id = %(pk)s)""",
}


@dataclass(frozen=True)
class Proposed:
    """An open correction in the words of the page."""

    pk: int
    at: dt.datetime
    text: str
    row: str
    region: str
    by: str
    changes: list[tuple[str, str, str]]  # label, before, after
    may_answer: bool


@dataclass(frozen=True)
class Confirmed:
    """`holds` is False when the row was changed since."""

    region: str
    on: dt.date
    by: str
    holds: bool


@dataclass
class Standing:
    """`row` is the kind of row whose confirmations are asked for; `beside` is the answer to what was asked with it."""

    user: Any
    record: Any
    row: str
    corrections: list[Proposed] = field(default_factory=list)
    handover: dict[str, Any] | None = None
    confirmed: dict[int, Confirmed] = field(default_factory=dict)
    prints: dict[int, str] = field(default_factory=dict)
    beside: bool = False

    @cached_property
    def sides(self) -> list[int]:
        """Of which sides the reader is, as far as they may propose."""
        return sides_of(self.user, self.record)

    @property
    def may_propose(self) -> bool:
        return self.may_propose_on(None)

    def may_propose_on(self, row: Any) -> bool:
        """Who keeps the record changes it; a measurement is changed by its own side. Asks nothing anew for a row."""
        keeper = answers(self.record, row)
        if self.user.may_write_for(keeper) or (isinstance(row, Measurement) and may_change_measurement(self.user, row)):
            return False
        return any(pk != keeper for pk in self.sides)

    @property
    def may_hand_over(self) -> bool:
        """Another side takes part, and no offer is open. Whether that side has a manager is asked when it is chosen."""
        others = [pk for pk in self.record.region_ids if pk != self.record.owner_id]
        return self.handover is None and bool(others) and may_hand_over(self.user, self.record)

    @property
    def may_take_over(self) -> bool:
        return self.handover is not None and bool(self.user.may(Right.HAND_OVER, self.handover["region_id"]))

    def may_confirm(self, region_id: int | None) -> bool:
        return may_confirm(self.user, self.record, region_id)

    @property
    def is_shared(self) -> bool:
        """Does any other side take part at all?"""
        return any(pk != self.record.owner_id for pk in self.record.region_ids)


def for_page(request: Any, record: Any, row: str = "", beside: str = "") -> Standing:
    """Asked once for a page, by whatever needs it first. `beside` as of `standing_of`: for who stands first."""
    row = row or ("delegation" if record._meta.model_name == "visit" else "party")
    known: dict[Any, Standing] = request.__dict__.setdefault("sides", {})
    key = record._meta.model_name, record.pk, row
    if key not in known:
        known[key] = standing_of(request.user, record, row, beside)
    return known[key]


def standing_of(user: Any, record: Any, row: str, beside: str = "") -> Standing:
    """`row`: delegation, party or measurement; of the latter no corrections, for they stand with the agreement.

    `beside` is a question of the page that is answered in the same query: SQL of rows ('beside', anything), of which
    there are some or none. It may use {of}, %(pk)s and %(user)s.
    """
    standing = Standing(user, record, row)
    of, model = str(record._meta.model_name), ROWS[row]
    parts = {"of": of, "row": row, "table": model._meta.db_table, "inside": INSIDE[row]}
    parts |= {"now": template(model, f"f.{row}_id"), "mine": template(model, "t.id")}
    sql = (OPEN if row != "measurement" else "") + CONFIRMED + (f"UNION ALL {beside}" if beside else "")
    mine = [pk for pk in user.regions_for(Right.CONFIRM_SIDE) if pk != record.owner_id]
    with connection.cursor() as cursor:
        cursor.execute(_filled(sql, parts), {"pk": record.pk, "mine": mine, "user": user.pk})
        for kind, told in cursor.fetchall():
            _put(standing, kind, json.loads(told) if isinstance(told, str) else told)
    standing.corrections.sort(key=lambda one: one.pk)
    return standing


def _filled(sql: str, parts: dict[str, str]) -> str:
    for name, part in parts.items():
        sql = sql.replace(f"{{{name}}}", part)
    return sql


def _put(standing: Standing, kind: str, told: dict[str, Any]) -> None:
    if kind == "beside":
        standing.beside = True
    elif kind == "print":
        standing.prints[told["row"]] = told["print"]
    elif kind == "confirmation":
        on = dt.date.fromisoformat(told["on"])
        standing.confirmed[told["row"]] = Confirmed(_name(told["names"]), on, told["by"] or "", told["holds"])
    elif kind == "handover":
        if told["region_id"] in standing.record.region_ids:  # else that side has left, and another may be offered it
            standing.handover = told | {"region": _name(told["names"])}
    else:
        changes = [
            tuple(in_language(change[part]) for part in ("label", "before", "after")) for change in told["changes"]
        ]
        row = told["row"] if told["about"] != About.RECORD else ""
        at = dt.datetime.fromisoformat(told["at"])
        keeper = told["answers"] or standing.record.owner_id
        may_answer = keeper != told["region_id"] and bool(standing.user.may(Right.ANSWER_CORRECTIONS, keeper))
        who = told["by"] or ""
        proposed = Proposed(told["pk"], at, told["text"], row, _name(told["names"]), who, changes, may_answer)  # type: ignore[arg-type]
        standing.corrections.append(proposed)


def _name(names: list[str]) -> str:
    """Of a region in the active language."""
    return names[1] if names[1] and (translation.get_language() or "").startswith("en") else names[0]
