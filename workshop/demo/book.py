"""The pen of the demo: every row is checked as one that an officer types, then saved."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import connection, models
from django.db.models import Prefetch

from accounts.models import User
from agreements.models import Agreement, Deed, Party, Process, ProcessStep, Signatory, StepEntry
from followups.models import Duty, Milestone
from regions.models import Official, Organisation, Position, Region, Sector, Venue
from visits.models import Delegate, Delegation, Visit, VisitKind, VisitKindLink

M = TypeVar("M", bound=models.Model)

# What triggers derive from every row, of which once a record is enough.
DERIVING = ["visits.Visit:digest"] + [
    f"{table._meta.label}:{trigger.name}"
    for table, trigger in pgtrigger.registered()
    if table._meta.app_label == "agreements"
    and trigger.name in ("digest", "touch_agreement", "touch_parent", "refresh_agreement")
]


class Book:
    """Writes records and finds again what an earlier chapter wrote; the reference data must be loaded.

    `keepers` are the officers, by the code of the region whose records they log; `today` is the day of the demo. What
    belongs to regions and people is looked up by its identity first, so that every chapter can name all that it needs.
    """

    def __init__(self, keepers: dict[str, User], today: dt.date) -> None:
        self.keepers, self.today = keepers, today
        self._sectors = {sector.code: sector for sector in Sector.objects.all()}
        self._kinds = {kind.code: kind for kind in VisitKind.objects.all()}
        ordered = Prefetch("steps", ProcessStep.objects.order_by("position"))
        self._ways = {process.category: process for process in Process.objects.current().prefetch_related(ordered)}
        self._regions: dict[str, Region] = {}
        self._met: dict[tuple[Any, ...], Any] = {}
        self._unsettled: set[int] = set()

    def write(self, record: M) -> M:
        """Check the record and save it. Raises ValidationError, or IntegrityError for what the database guards."""
        _check(record)
        record.save()
        return record

    def sector(self, code: str) -> Sector:
        sector: Sector = self._sectors[code]
        return sector

    def region(self, code: str) -> Region:
        if code not in self._regions:
            self._regions[code] = Region.objects.get(code=code)
        return self._regions[code]

    def abroad(self, level: str, name_id: str, parent: Region, **facts: Any) -> Region:
        """A region abroad, which has no code: it is known by its name in its country or province."""
        return self._known(Region, {"level": level, "name_id": name_id, "parent": parent}, facts)

    def organisation(self, kind: str, name_id: str, region: Region | None, **facts: Any) -> Organisation:
        return self._known(Organisation, {"name_id": name_id, "region": region}, {"kind": kind, **facts})

    def venue(self, kind: str, name: str, region: Region, **facts: Any) -> Venue:
        return self._known(Venue, {"name": name, "region": region}, {"kind": kind, **facts})

    def official(self, name: str, **facts: Any) -> Official:
        return self._known(Official, {"name": name}, facts)

    def position(
        self, official: Official, title_code: str, title: str, organisation: Organisation, **facts: Any
    ) -> Position:
        identity = {"official": official, "title": title, "organisation": organisation}
        return self._known(Position, identity, {"title_code": title_code, **facts})

    def visit(self, visit: Visit, kinds: list[str], *parts: models.Model) -> Visit:
        """The visit, its kinds, and all parts of it in the order in which they are given."""
        visit.created_by = self.keeper_of(visit)
        with self._in_the_name_of(visit.created_by):
            self.write(visit)
            for code in kinds:
                self.write(VisitKindLink(visit=visit, kind=self._kinds[code]))
            self._under(visit, "visit", parts)
        return visit

    def add(self, visit: Visit, *parts: models.Model) -> None:
        with self._in_the_name_of(visit.created_by):
            self._under(visit, "visit", parts)

    def party(self, visit: Visit, delegation: Delegation, *delegates: Delegate) -> Delegation:
        """One party to the visit and its members, in order."""
        delegation.visit, delegation.position = visit, visit.delegations.count()
        with self._in_the_name_of(visit.created_by):
            self.write(delegation)
            self._under(delegation, "delegation", delegates)
        return delegation

    def agreement(self, agreement: Agreement, *parts: models.Model, logged: dt.date | None = None) -> Agreement:
        """The agreement and all parts of it in the order in which they are given, logged today or on an earlier day.

        Parties must have been given before what names them: see `side`.
        """
        agreement.created_by = self.keeper_of(agreement)
        at = morning(logged or self.today)
        with self._in_the_name_of(agreement.created_by):
            self.write(agreement)
            self._under(agreement, "agreement", parts)
            with pgtrigger.ignore("agreements.Agreement:update_update"):
                Agreement.objects.filter(pk=agreement.pk).update(created_at=at)
        self._unsettled.add(agreement.pk)
        return agreement

    def side(self, agreement: Agreement, party: Party, *signatories: Signatory) -> Party:
        """One party and those who sign for it, in order."""
        party.agreement, party.position = agreement, agreement.parties.count()
        with self._in_the_name_of(agreement.created_by):
            self.write(party)
            self._under(party, "party", signatories)
        self._unsettled.add(agreement.pk)
        return party

    def of_agreement(self, agreement: Agreement, *parts: models.Model) -> None:
        with self._in_the_name_of(agreement.created_by):
            self._under(agreement, "agreement", parts)
        self._unsettled.add(agreement.pk)

    def under(self, parent: models.Model, link: str, *children: models.Model, by: User | None) -> None:
        """Rows below a part of a record: units and indicators of a programme, measurements of an indicator."""
        with self._in_the_name_of(by):
            self._under(parent, link, children)

    def steps(self, category: str) -> list[ProcessStep]:
        """The way of a category, in order."""
        return list(self._ways[category].steps.all())

    def step(self, agreement: Agreement, code: str) -> ProcessStep:
        return next(step for step in self.steps(agreement.category) if step.code == code)

    def entry(self, agreement: Agreement, deed: Deed, on: dt.date, code: str = "", **more: Any) -> StepEntry:
        """An entry of the log, by which the database moves the agreement; it refuses what the rules of the way forbid.

        What the agreement is by its parts (signed, for one) is brought up to date first.
        """
        if agreement.pk in self._unsettled:
            self.settle(agreement)
        step = self.step(agreement, code) if code else None
        by = more.pop("by", agreement.created_by)
        with self._in_the_name_of(by):
            return self.write(StepEntry(agreement=agreement, deed=deed, step=step, happened_on=on, by=by, **more))

    def settle(self, agreement: Agreement) -> None:
        """Let the database derive what it derives from the parts written so far."""
        Agreement.objects.filter(pk=agreement.pk).update(version=1)
        self._unsettled.discard(agreement.pk)

    def milestone(self, milestone: Milestone, *parts: models.Model, logged: dt.date | None = None) -> Milestone:
        """The milestone with its sides, people and log, in order; known since the day on which it was logged."""
        milestone.created_by = self.keeper_of(milestone)
        milestone.created_at = milestone.opened_at = morning(logged or self.today)
        with self._in_the_name_of(milestone.created_by):
            self.write(milestone)
            self._under(milestone, "milestone", parts)
        return milestone

    def of_milestone(self, milestone: Milestone, *parts: models.Model, **changes: Any) -> None:
        """What became of it: fields that changed, entries of its log."""
        with self._in_the_name_of(self.keeper_of(milestone)):
            if changes:
                Milestone.objects.filter(pk=milestone.pk).update(**changes)
            self._under(milestone, "milestone", parts)

    def parts_of(self, milestone: Milestone, **changes: Any) -> None:
        """What became of all its sides."""
        with self._in_the_name_of(self.keeper_of(milestone)):
            milestone.parts.update(**changes)

    def duty(self, duty: Duty, *others: models.Model) -> list[Milestone]:
        """A recurring duty; its occurrences in order, the last of which lies ahead. `others` are the further sides."""
        duty.created_by = self.keeper_of(duty)
        with self._in_the_name_of(duty.created_by):
            self.write(duty)
            self.derive()
            occurrences = list(duty.occurrences.order_by("due_on"))
            for occurrence in occurrences:
                self._under(occurrence, "milestone", [copy(one) for one in others], begin=1)
        return occurrences

    def derive(self) -> None:
        """Let the database derive now what it derives at the end of a transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def keeper_of(self, record: Visit | Agreement | Milestone | Duty) -> User | None:
        return self.keepers.get(record.owner.code or "")

    def finish(self) -> None:
        """Records can be found by all that was written, what follows from them is there, and versions begin at 1."""
        Visit.objects.update(version=1)
        Agreement.objects.update(version=1)
        self.derive()
        Milestone.objects.exclude(version=1).update(version=1)

    @contextlib.contextmanager
    def _in_the_name_of(self, officer: User | None) -> Iterator[None]:
        """The history says who wrote it. What a record is found by waits for `finish`: once, not after each row.

        The order of the two matters: pghistory does not recognise a statement that pgtrigger has changed before it.
        """
        who = officer.pk if officer else None
        with pghistory.context(user=who, url="bin/manage demo"), pgtrigger.ignore(*DERIVING):
            yield

    def _under(self, parent: models.Model, link: str, children: Sequence[models.Model], begin: int = 0) -> None:
        tables: dict[type[models.Model], list[models.Model]] = {}
        for position, child in enumerate(children, start=begin):
            setattr(child, link, parent)
            if any(field.name == "position" for field in child._meta.fields):
                setattr(child, "position", position)  # noqa: B010 - not every part of a visit has one
            _check(child)
            tables.setdefault(type(child), []).append(child)
        for model, rows in tables.items():
            model._default_manager.bulk_create(rows)

    def _known(self, model: type[M], identity: dict[str, Any], facts: dict[str, Any]) -> M:
        key = (model, *identity.values())
        if key not in self._met:
            found = model._default_manager.filter(**identity).first()
            self._met[key] = found or self.write(model(**identity, **facts))
        met: M = self._met[key]
        return met


def morning(day: dt.date) -> dt.datetime:
    """In Indonesia."""
    return dt.datetime.combine(day, dt.time(3), tzinfo=dt.UTC)


def _check(record: models.Model) -> None:
    """All of `full_clean` but what costs five queries a row: related rows, which we hold in our hands, and constraints,
    which the database guards in any case."""
    record.clean_fields(exclude={field.name for field in record._meta.concrete_fields if field.is_relation})
    record.clean()
