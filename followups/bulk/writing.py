"""The writing of deeds in bulk, set-based. Each gives, by key, what stood before, for undoing it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from followups.bulk.rules import Terms
from followups.doing import MOST_EVIDENCE, let_go
from followups.models import (
    Assignee,
    Milestone,
    MilestoneDeed,
    MilestoneEntry,
    MilestoneQuerySet,
    MilestoneStatus,
    Part,
    Snooze,
)
from pages.paging import Row
from records.dates import Precision
from regions.models import Organisation

BATCH = 1_000
Before = dict[int, dict[str, Any]]


def _accept(rows: list[Row], _terms: Terms, by: User) -> Before:
    _of(rows).update(status=MilestoneStatus.OPEN, closed_by_data=False)
    write(rows, MilestoneDeed.ACCEPTED, by)
    return {row["pk"]: _kept(row, "status", "closed_by_data") for row in rows}


def _cancel(rows: list[Row], terms: Terms, by: User) -> Before:
    _of(rows).update(status=MilestoneStatus.CANCELLED, closed_by_data=False)
    write(rows, MilestoneDeed.CANCELLED, by, terms.reason)
    return {row["pk"]: _kept(row, "status", "closed_by_data") for row in rows}


def _complete(rows: list[Row], terms: Terms, by: User) -> Before:
    """The day is that of the last part, and evidence is added to what there is."""
    waiting = {row["pk"]: [pk for pk, _region, _unit, done in row["parts"] if done is None] for row in rows}
    Part.objects.filter(pk__in=[pk for keys in waiting.values() for pk in keys]).update(
        done_on=terms.on, done_by=by, note=""
    )
    alike: dict[tuple[dt.date, str], list[int]] = defaultdict(list)
    for row in rows:
        days = [day for day in (terms.on, *(part[3] for part in row["parts"])) if day]
        alike[max(days), _evidence(row["evidence"], terms.evidence)].append(row["pk"])
    for (done_on, evidence), keys in alike.items():
        Milestone.objects.filter(pk__in=keys).update(
            status=MilestoneStatus.DONE, closed_by_data=False, done_on=done_on, evidence=evidence
        )
    write(rows, MilestoneDeed.COMPLETED, by, "\n".join(part for part in (terms.reason, terms.evidence) if part))
    fields = ("status", "closed_by_data", "done_on", "evidence")
    return {row["pk"]: _kept(row, *fields) | {"waiting": waiting[row["pk"]]} for row in rows}


def _reschedule(rows: list[Row], terms: Terms, by: User) -> Before:
    _of(rows).update(due_on=terms.on, due_precision=Precision.DAY, due_as_stated="")
    write(rows, MilestoneDeed.RESCHEDULED, by, terms.reason, due=terms.on)
    return {row["pk"]: _kept(row, "due_on", "due_precision", "due_as_stated") for row in rows}


def _snooze(rows: list[Row], terms: Terms, by: User) -> Before:
    keys = [row["pk"] for row in rows]
    until = terms.on or by.today()
    before = dict(Snooze.objects.filter(user=by, milestone__in=keys).values_list("milestone", "until"))
    Snooze.objects.bulk_create(
        [Snooze(milestone_id=pk, user=by, until=until) for pk in keys],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["milestone", "user"],
        update_fields=["until"],
    )
    write(rows, MilestoneDeed.SNOOZED, by, until=until)
    return {pk: {"until": plain(before.get(pk)), "now": plain(until)} for pk in keys}


def _reassign(rows: list[Row], terms: Terms, by: User) -> Before:
    """New parts and people come first and the old ones go last, so that an outcome's responsible unit changes once."""
    keys = [row["pk"] for row in rows]
    before: Before = {pk: {} for pk in keys}
    _remember(before, "people", Assignee.objects.filter(milestone__in=keys).order_by("pk"))
    if terms.unit is not None:
        _remember(before, "parts", Part.objects.filter(milestone__in=keys).order_by("position", "pk"))
        _give_to_unit(rows, terms.unit, by)
    if terms.people:
        _give_to_people(rows, {person.pk for person in terms.people}, by)
    let_go(keys, by=by)
    _write_given(rows, by, terms.reason)
    return before


def _remember(before: Before, name: str, found: Any) -> None:
    for kept in before.values():
        kept[name] = []
    for values in found.values():
        before[values["milestone_id"]][name].append({field: plain(value) for field, value in values.items()})


def _give_to_unit(rows: list[Row], unit: Organisation, by: User) -> None:
    new = [row["pk"] for row in rows if unit.pk not in [part[2] for part in row["parts"]]]
    now = timezone.now()
    made = (Part(milestone_id=pk, region_id=unit.region_id, unit=unit, given_by=by, given_at=now) for pk in new)
    Part.objects.bulk_create(made, batch_size=BATCH)
    theirs = Part.objects.filter(milestone__in=[row["pk"] for row in rows])
    theirs.filter(unit=unit).exclude(position=0).update(position=0)
    theirs.filter(Q(unit__isnull=True) | ~Q(unit=unit)).delete()


def _give_to_people(rows: list[Row], people: set[int], by: User) -> None:
    now = timezone.now()
    made = (
        Assignee(milestone_id=row["pk"], user_id=person, given_by=by, given_at=now)
        for row in rows
        for person in sorted(people - set(row["user_ids"]))
    )
    Assignee.objects.bulk_create(made, batch_size=BATCH)
    Assignee.objects.filter(milestone__in=[row["pk"] for row in rows]).exclude(user__in=people).delete()


def _write_given(rows: list[Row], by: User, reason: str) -> None:
    """The log names those to whom each is given now."""
    names: dict[int, list[str]] = defaultdict(list)
    keys = [row["pk"] for row in rows]
    for part in Part.objects.filter(milestone__in=keys).select_related("region", "unit").order_by("position", "pk"):
        names[part.milestone_id].append(str(part))
    for given in Assignee.objects.filter(milestone__in=keys).select_related("user").order_by("pk"):
        names[given.milestone_id].append(str(given.user))
    texts = {pk: "\n".join(filter(None, (f"→ {', '.join(names[pk]) or '–'}", reason))) for pk in keys}
    write(rows, MilestoneDeed.REASSIGNED, by, texts)


WRITERS: dict[str, Callable[[list[Row], Terms, User], Before]] = {
    MilestoneDeed.COMPLETED: _complete,
    MilestoneDeed.RESCHEDULED: _reschedule,
    MilestoneDeed.REASSIGNED: _reassign,
    MilestoneDeed.SNOOZED: _snooze,
    MilestoneDeed.ACCEPTED: _accept,
    MilestoneDeed.CANCELLED: _cancel,
}


def write(
    rows: Iterable[Row],
    deed: MilestoneDeed,
    by: User,
    text: str | dict[int, str] = "",
    *,
    due: dt.date | None = None,
    until: dt.date | None = None,
) -> None:
    """One entry in the log of each; `due` is the day to which they are moved."""
    entries = (
        MilestoneEntry(
            milestone_id=row["pk"],
            deed=deed,
            text=(text.get(row["pk"], "") if isinstance(text, dict) else text).strip(),
            region_id=_side_of(row, by),
            by=by,
            old_due=row["due_on"] if due else None,
            new_due=due or until,
        )
        for row in rows
    )
    MilestoneEntry.objects.bulk_create(entries, batch_size=BATCH)


def _side_of(row: Row, by: User) -> int | None:
    """As `doing.side_of`: the region for which the user acts."""
    own = [row["owner_id"], *row["region_ids"]]
    writing = [pk for pk in own if pk in by.writing_region_ids] or [pk for pk in own if pk in by.region_ids]
    units = [m.unit.region_id for m in by.standing if m.unit and m.unit_id in row["organisation_ids"]]
    return next(iter([*writing, *units]), None)


def _evidence(old: str, new: str) -> str:
    found = "; ".join(dict.fromkeys(part for part in (old, new) if part))
    return found if len(found) <= MOST_EVIDENCE else new


def _of(rows: Iterable[Row]) -> MilestoneQuerySet:
    return Milestone.objects.filter(pk__in=[row["pk"] for row in rows])


def _kept(row: Row, *fields: str) -> dict[str, Any]:
    return {field: plain(row[field]) for field in fields}


def plain(value: Any) -> Any:
    """For JSON."""
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else value
