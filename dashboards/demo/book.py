"""The pen of the demo: every row is checked as one that an officer types, then saved."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

from accounts.models import User
from regions.models import Official, Organisation, Position, Region, Sector, Venue
from visits.models import Delegate, Delegation, Visit, VisitKind, VisitKindLink

M = TypeVar("M", bound=models.Model)


class Book:
    """Writes records and finds again what an earlier chapter wrote; the reference data must be loaded.

    `keepers` are the officers, by the code of the region whose visits they log. What belongs to regions and people is
    looked up by its identity first, so that every chapter can name all that it needs.
    """

    def __init__(self, keepers: dict[str, User]) -> None:
        self.keepers = keepers
        self._sectors = {sector.code: sector for sector in Sector.objects.all()}
        self._kinds = {kind.code: kind for kind in VisitKind.objects.all()}
        self._regions: dict[str, Region] = {}
        self._met: dict[tuple[Any, ...], Any] = {}

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

    def keeper_of(self, visit: Visit) -> User | None:
        return self.keepers.get(visit.owner.code or "")

    def finish(self) -> None:
        """Visits can be found by all that was written, and their versions begin at 1."""
        Visit.objects.update(version=1)

    @contextlib.contextmanager
    def _in_the_name_of(self, officer: User | None) -> Iterator[None]:
        """The history says who wrote it. What a visit is found by waits for `finish`: once a visit, not after each row.

        The order of the two matters: pghistory does not recognise a statement that pgtrigger has changed before it.
        """
        who = officer.pk if officer else None
        with pghistory.context(user=who, url="bin/manage demo"), pgtrigger.ignore("visits.Visit:digest"):
            yield

    def _under(self, parent: models.Model, link: str, children: tuple[models.Model, ...]) -> None:
        tables: dict[type[models.Model], list[models.Model]] = {}
        for position, child in enumerate(children):
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


def _check(record: models.Model) -> None:
    """All of `full_clean` but what costs five queries a row: related rows, which we hold in our hands, and constraints,
    which the database guards in any case."""
    record.clean_fields(exclude={field.name for field in record._meta.concrete_fields if field.is_relation})
    record.clean()
