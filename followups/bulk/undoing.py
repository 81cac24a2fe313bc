"""Undoing a deed in bulk: what was changed since is left out."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import SET_NULL, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from followups.bulk.doing import VALUES, add_parts, lock
from followups.bulk.rules import may_accept, may_confirm, may_keep, may_work, places_of, takes_part
from followups.bulk.writing import BATCH, Before, write
from followups.doing import Refused
from followups.models import Assignee, BulkDeed, Milestone, MilestoneDeed, Part, Snooze
from pages.paging import Row

Kept = dict[str, Any]  # what stood before, of one


class Undone(NamedTuple):
    number: int
    left_out: int


@transaction.atomic
def undo(done: BulkDeed, *, by: User) -> Undone:
    """Puts back what stood before, for its author. Raises Refused when it was undone already."""
    done = BulkDeed.objects.select_for_update().get(pk=done.pk, by=by)
    if done.undone_at is not None:
        raise Refused(_("This was undone already."))
    wanted: Before = {pk: before | {"version": version} for pk, version, before in done.rows}
    lock(list(wanted))
    visible = Milestone.objects.visible_to(by).filter(pk__in=list(wanted)).order_by("pk")
    rows = list(visible.values(*VALUES))
    add_parts(rows)
    rows = [row for row in rows if MAY.get(done.deed, _may_keep)(row, wanted[row["pk"]], by)]
    same = SAME.get(done.deed, _same_version)(rows, wanted, by)
    before = {row["pk"]: wanted[row["pk"]] for row in same}
    UNDOERS[done.deed](before, by)
    write(same, MilestoneDeed.UNDONE, by, str(done.get_deed_display()))
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    return Undone(len(same), len(wanted) - len(same))


def _same_version(rows: list[Row], wanted: Before, _by: User) -> list[Row]:
    return [row for row in rows if row["version"] == wanted[row["pk"]]["version"]]


def _same_snooze(rows: list[Row], wanted: Before, by: User) -> list[Row]:
    """Snoozing changes no milestone, so its version says nothing."""
    now = dict(Snooze.objects.filter(user=by, milestone__in=list(wanted)).values_list("milestone", "until"))
    return [row for row in rows if row["pk"] in now and now[row["pk"]].isoformat() == wanted[row["pk"]]["now"]]


def _may_keep(row: Row, _kept: Kept, by: User) -> bool:
    return may_keep(row, by)


def _may_accept(row: Row, _kept: Kept, by: User) -> bool:
    return may_accept(row, by)


def _may_complete(row: Row, kept: Kept, by: User) -> bool:
    """As completing: of the parts that it confirmed."""
    confirmed = [part for part in row["parts"] if part[0] in kept["waiting"]]
    return may_keep(row, by) or (may_work(row, by) and may_confirm(row, confirmed, by))


def _may_snooze(_row: Row, _kept: Kept, _by: User) -> bool:
    return True


# Who undoes a deed may do it now, not only then.
MAY: dict[str, Callable[[Row, Kept, User], bool]] = {
    MilestoneDeed.ACCEPTED: _may_accept,
    MilestoneDeed.COMPLETED: _may_complete,
    MilestoneDeed.SNOOZED: _may_snooze,
}
SAME: dict[str, Callable[[list[Row], Before, User], list[Row]]] = {MilestoneDeed.SNOOZED: _same_snooze}


def _restatus(before: Before, _by: User) -> None:
    _set(before, status="text", closed_by_data="boolean")


def _uncomplete(before: Before, _by: User) -> None:
    waiting = [pk for kept in before.values() for pk in kept["waiting"]]
    Part.objects.filter(pk__in=waiting).update(done_on=None, done_by=None, note="")
    _set(before, status="text", closed_by_data="boolean", done_on="date", evidence="text")


def _unmove(before: Before, _by: User) -> None:
    _set(before, due_on="date", due_precision="text", due_as_stated="text")


def _unsnooze(before: Before, by: User) -> None:
    mine = Snooze.objects.filter(user=by)
    mine.filter(milestone__in=[pk for pk, kept in before.items() if not kept["until"]]).delete()
    by_day: dict[str, list[int]] = defaultdict(list)
    for pk, kept in before.items():
        if kept["until"]:
            by_day[kept["until"]].append(pk)
    for day, keys in by_day.items():
        mine.filter(milestone__in=keys).update(until=dt.date.fromisoformat(day))


def _ungive(before: Before, _by: User) -> None:
    """With the moments at which it was given, so that nobody is told anew. To whom it may not be given any more, it is
    not: who takes part follows from the parts, so these come first."""
    _put_back(Part, before, "parts", ("region_id", "unit_id"))
    _put_back(Assignee, before, "people", ("user_id",))


def _put_back(model: type[Model], before: Before, name: str, fields: tuple[str, ...]) -> None:
    """Old rows come back before new ones go, as far as they can."""
    keys = [pk for pk, kept in before.items() if name in kept]
    old = {row["id"]: row for pk in keys for row in before[pk][name]}
    rows: Any = model._default_manager.filter(milestone__in=keys)
    there = {
        (row["milestone_id"], *(row[f] for f in fields)): row["id"]
        for row in rows.values("milestone_id", "id", *fields)
    }
    kept = {there.get((row["milestone_id"], *(row[f] for f in fields))): row for row in old.values()}
    missing = [row for row in old.values() if (row["milestone_id"], *(row[f] for f in fields)) not in there]
    missing = _without_gone(model, missing)
    missing = _without_strangers(missing) if model is Assignee else missing
    model._default_manager.bulk_create([model(**_read(row)) for row in missing], batch_size=BATCH)
    if "position" in {field.name for field in model._meta.concrete_fields}:
        for position in {row["position"] for pk, row in kept.items() if pk is not None}:
            moved = [pk for pk, row in kept.items() if pk is not None and row["position"] == position]
            rows.filter(pk__in=moved).exclude(position=position).update(position=position)
    rows.exclude(pk__in=[*[row["id"] for row in missing], *[pk for pk in kept if pk is not None]]).delete()


def _without_gone(model: type[Model], rows: list[Row]) -> list[Row]:
    """As if they had stood there when what they point to was deleted: some forget it, the others went with it."""
    keys: list[Any] = [field for field in model._meta.concrete_fields if field.many_to_one]
    for key in keys:
        asked = {row[key.attname] for row in rows} - {None}
        gone = asked - set(key.related_model._base_manager.filter(pk__in=asked).values_list("pk", flat=True))
        if key.remote_field.on_delete is SET_NULL:
            rows = [row | {key.attname: None} if row[key.attname] in gone else row for row in rows]
        rows = [row for row in rows if row[key.attname] not in gone]
    return rows


def _without_strangers(rows: list[Row]) -> list[Row]:
    """People who take part, as giving asks."""
    places = places_of({row["user_id"] for row in rows})
    found = Milestone.objects.filter(pk__in={row["milestone_id"] for row in rows})
    sides = {pk: (regions, units) for pk, regions, units in found.values_list("pk", "region_ids", "organisation_ids")}
    return [row for row in rows if takes_part(places[row["user_id"]], *sides[row["milestone_id"]])]


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Back from JSON."""
    days = {name: dt.date.fromisoformat(row[name]) for name in ("done_on",) if row.get(name)}
    return row | days | {"given_at": dt.datetime.fromisoformat(row["given_at"])}


UNDOERS: dict[str, Callable[[Before, User], None]] = {
    MilestoneDeed.COMPLETED: _uncomplete,
    MilestoneDeed.RESCHEDULED: _unmove,
    MilestoneDeed.REASSIGNED: _ungive,
    MilestoneDeed.SNOOZED: _unsnooze,
    MilestoneDeed.ACCEPTED: _restatus,
    MilestoneDeed.CANCELLED: _restatus,
}


def _set(before: Before, **types: str) -> None:
    """Each row gets its own values back, in one statement. Names and types are ours."""
    values = [{"pk": pk} | {name: kept[name] for name in types} for pk, kept in before.items()]
    columns = ", ".join(f"{name} = b.{name}" for name in types)
    shape = ", ".join(f"{name} {kind}" for name, kind in types.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE followups_milestone m SET {columns}"  # noqa: S608 -- names from this module
            f" FROM jsonb_to_recordset(%s::jsonb) AS b(pk bigint, {shape}) WHERE m.id = b.pk",
            [json.dumps(values)],
        )
