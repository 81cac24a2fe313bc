"""Which rows a deed would change, and changing exactly these or none.

Order of locks: visits, then milestones, each by key.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from accounts.models import User
from followups.bulk.rules import MOST, RULES, Terms
from followups.bulk.writing import WRITERS
from followups.models import BulkDeed, Milestone, MilestoneQuerySet, Part
from pages.paging import Row
from visits.models import Visit

NAMED = 12  # of those that are left out
VALUES = (
    "pk", "version", "status", "owner_id", "origin", "derived_key", "internal", "due_on", "due_precision",
    "due_as_stated", "done_on", "evidence", "closed_by_data", "region_ids", "organisation_ids", "user_ids",
)  # fmt: skip


@dataclass
class Plan:
    """Which rows a deed would change, and why the others are left out."""

    rows: list[Row]
    left_out: list[tuple[int, str]] = field(default_factory=list)
    too_many: bool = False

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def seen(self) -> str:
        """A mark of this very set as it stands: as many others are not the same, nor is one that was changed since."""
        keys = ",".join(f"{row['pk']}:{row['version']}" for row in self.rows)
        return hashlib.sha256(keys.encode()).hexdigest()[:16]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why rows are left out, and how many each time."""
        return Counter(reason for _pk, reason in self.left_out).most_common()

    @property
    def named(self) -> list[tuple[Milestone, str]]:
        """The first of those that are left out, with the reason. One query and those for names."""
        reasons = dict(self.left_out[:NAMED])
        found = Milestone.objects.for_names().in_bulk(reasons)
        return [(found[pk], reason) for pk, reason in reasons.items() if pk in found]

    @property
    def unnamed(self) -> int:
        return max(0, len(self.left_out) - NAMED)


class Changed(Exception):
    """Another set of rows would be changed than was counted, or one of them was changed; `plan` is what stands now."""

    def __init__(self, counted: Plan) -> None:
        self.plan = counted
        super().__init__("Others match now.")


def plan(found: MilestoneQuerySet, deed: str, terms: Terms, by: User) -> Plan:
    """Two queries, and one more for a deed that names people or a day of snoozing."""
    rows = list(found.order_by("pk").values(*VALUES)[: MOST + 1])
    if len(rows) > MOST:
        return Plan([], too_many=True)
    add_parts(rows)
    why_not = RULES[deed](terms, by)
    told = [(row, why_not(row)) for row in rows]
    return Plan([row for row, reason in told if not reason], [(row["pk"], reason) for row, reason in told if reason])


@transaction.atomic
def carry_out(
    found: MilestoneQuerySet, deed: str, terms: Terms, *, number: int, seen: str, submission: UUID, by: User
) -> BulkDeed:
    """Does it to exactly the `number` of rows that were `seen`, or raises Changed and does nothing. Sent twice it is
    done once: the second waits for the rows, and asks then."""
    keys = list(found.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    lock(keys)
    done = BulkDeed.objects.filter(submission=submission, by=by).first()
    if done is not None:
        return done
    counted = plan(found.filter(pk__in=keys), deed, terms, by)
    if counted.too_many or not counted.number or (counted.number, counted.seen) != (number, seen):
        raise Changed(counted)
    before = WRITERS[deed](counted.rows, terms, by)
    versions = dict(Milestone.objects.filter(pk__in=list(before)).values_list("pk", "version"))
    rows = [[pk, versions[pk], kept] for pk, kept in before.items()]
    return BulkDeed.objects.create(deed=deed, by=by, rows=rows, submission=submission)


def lock(keys: Sequence[int]) -> None:
    """Hold the milestones until the end of the transaction; their visits first, as editing a visit has it."""
    visits = Milestone.objects.filter(pk__in=keys, visit__isnull=False).values("visit")
    held = Visit._base_manager.select_for_update(no_key=True).filter(pk__in=visits)
    list(held.order_by("pk").values_list("pk", flat=True))
    rows = Milestone._base_manager.select_for_update(no_key=True).filter(pk__in=keys)
    list(rows.order_by("pk").values_list("pk", flat=True))


def add_parts(rows: list[Row]) -> None:
    """`parts` of each row in their order: (key, region, unit, day of confirmation)."""
    told = {row["pk"]: row for row in rows}
    for row in rows:
        row["parts"] = []
    parts = Part.objects.filter(milestone__in=list(told)).order_by("position", "pk")
    for key, *part in parts.values_list("milestone", "pk", "region", "unit", "done_on"):
        told[key]["parts"].append(tuple(part))
