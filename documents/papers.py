"""The papers and internal notes of a record: all sides add to the shared record, and each keeps its own part.

A record is anything with `owner_id`, `region_ids`, `organisation_ids`, `attachments` (rows of an `Attachment`) and
`notes` (of a `Note`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.rights import Right
from documents.keeping import keep
from documents.models import DocumentKind, readable_by
from documents.uploads import Paper
from records.history import event_model


def sides_of(user: Any, record: Any, right: Right = Right.ADD_PAPERS) -> list[int]:
    """Regions in whose name the user does it on the record: those that take part, and those of units that take part.

    The people to whom a follow-up is given add papers of their own side to it, whatever their role.
    """
    if user.sees_all:
        return [record.owner_id]
    sides = [pk for pk in user.regions_for(right) if pk in record.region_ids]
    if right == Right.ADD_PAPERS and user.pk in getattr(record, "user_ids", ()):
        sides += [pk for pk in user.region_ids if pk in record.region_ids]
    units = _units_of(user, record, right)
    return list(dict.fromkeys([*sides, *(unit.region_id for unit in units if unit.region_id)]))


def unit_of(user: Any, record: Any, region_id: int, right: Right = Right.ADD_PAPERS) -> int | None:
    """The unit for which the user does it, where they act for a unit of the region and not for the region itself."""
    if user.may(right, region_id):
        return None
    return next((unit.pk for unit in _units_of(user, record, right) if unit.region_id == region_id), None)


def _units_of(user: Any, record: Any, right: Right) -> list[Any]:
    allowed = set(user.units_for(right)) & set(record.organisation_ids)
    return [m.unit for m in user.standing if m.unit_id in allowed]


def may_change(user: Any, owner_id: int | None, by_id: int | None = None, unit_id: int | None = None) -> bool:
    """A paper or note is changed by officers of the side that keeps it, and by whoever of that side added it."""
    mine = by_id is not None and by_id == user.pk and (owner_id in user.own_region_ids or unit_id in user.unit_ids)
    return mine or bool(user.may(Right.CHANGE_PAPERS, owner_id))


@dataclass(frozen=True)
class Filed:
    """What came of an upload: papers that were kept, and papers that the record had already, with the row of each."""

    kept: list[Any] = field(default_factory=list)
    known: list[tuple[Paper, Any]] = field(default_factory=list)


def file_papers(record: Any, papers: list[Paper], *, by: Any, **about: Any) -> Filed:
    """Add papers to the record; one that it has already is named, not stored twice. `about`: what else the rows say.

    One transaction for each, so that what is kept stays kept. Without a kind, pictures are photos.
    """
    filed = Filed()
    attachment = record.attachments.model
    for paper in papers:
        with transaction.atomic():
            _lock(record)
            twin = record.attachments.visible_to(by).filter(checksum=paper.checksum).first()
            if twin:
                filed.known.append((paper, twin))
                continue
            kind = about.get("kind") or (DocumentKind.PHOTO if paper.thumbnail else DocumentKind.OTHER)
            row = attachment(uploaded_by=by, **(about | {"kind": kind, attachment.of: record}))
            filed.kept.append(keep(row, paper))
    return filed


def new_edition(old: Any, paper: Paper, *, by: Any) -> Any:
    """A later edition of a paper, with what its `lasting` names by now. Raises ValidationError when it is none, and
    Http404 when the paper went while the file was looked into."""
    attachment = type(old)
    with transaction.atomic():
        _lock(old.parent)
        old = get_object_or_404(attachment.objects.select_for_update(of=("self",), no_key=True), pk=old.pk)
        if paper.checksum == old.checksum:
            raise ValidationError(_("This is the same file as the edition that is here. Choose the new one."), "same")
        if attachment.objects.filter(replaces=old).exists():
            raise ValidationError(_("There is a later edition already. Go back and look at it first."), "late")
        copied = {name: getattr(old, name) for name in (old.of, *old.lasting)}
        return keep(attachment(**copied, edition=old.edition + 1, replaces=old, uploaded_by=by), paper)


def _lock(record: Any) -> None:
    """One upload at a time for each record, so that a double click is seen as one. Raises Http404 when the record went
    while the file was looked into: that page says where it lies."""
    get_object_or_404(type(record)._base_manager.select_for_update(no_key=True).only("pk"), pk=record.pk)


@dataclass(frozen=True)
class Filing:
    """A paper as it is listed: with its earlier editions, and whether the reader may change it."""

    paper: Any
    earlier: list[Any]
    mine: bool


def papers_of(record: Any, user: Any) -> list[Filing]:
    """The papers that the user may see, latest editions first. One query."""
    found = record.attachments.visible_to(user).select_related(*record.attachments.model.beside)
    seen = {paper.pk: paper for paper in found}
    replaced = {p.replaces_id for p in seen.values()}
    latest = [p for p in seen.values() if p.pk not in replaced]
    return [Filing(p, _earlier(p, seen), may_change(user, p.owner_id, p.uploaded_by_id, p.unit_id)) for p in latest]


def _earlier(paper: Any, seen: dict[int, Any]) -> list[Any]:
    found = []
    before = seen.get(paper.replaces_id or 0)
    while before:
        found.append(before)
        before = seen.get(before.replaces_id or 0)
    return found


def open_alike(paper: Any) -> None:
    """Its earlier editions are as open as the paper: they hold much of what it says."""
    rows = type(paper).objects.filter(**{paper.of: paper.parent_id})
    earlier = _earlier(paper, {row.pk: row for row in rows})
    rows.filter(pk__in=[row.pk for row in earlier]).update(access=paper.access)


def add_note(record: Any, text: str, *, region_id: int, by: Any, submission: uuid.UUID) -> Any:
    """A note of one side. Raises IntegrityError when this submission was kept before."""
    with transaction.atomic():
        _lock(record)
        return record.notes.create(region_id=region_id, by=by, text=text, submission=submission)


def events_of(record: Any, user: Any) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """History rows of papers and notes, deleted ones too, as far as the user may know of them; for `history_of`."""
    attachment, note = record.attachments.model, record.notes.model
    papers = event_model(attachment).objects.filter(**{f"{attachment.of}_id": record.pk})
    notes = event_model(note).objects.filter(**{f"{note.of}_id": record.pk})
    told = papers.filter(readable_by(user))
    return told, notes if user.sees_all else notes.filter(region_id__in=user.regions_for(Right.SEE_NOTES))
