"""The papers and internal notes of a visit: both sides add to the shared record, and each keeps its own part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.keeping import keep
from documents.models import Access, DocumentKind
from documents.uploads import Paper
from records.history import event_model
from visits.models import Visit, VisitAttachment, VisitNote


def sides_of(user: Any, visit: Visit) -> list[int]:
    """Regions in whose name the user adds papers and notes: those that take part and that the user writes for."""
    if user.sees_all:
        return [visit.owner_id]
    return [pk for pk in user.writing_region_ids if pk in visit.region_ids]


def may_change(user: Any, owner_id: int | None) -> bool:
    """A paper or note is changed only by the side that keeps it."""
    return bool(user.sees_all or owner_id in user.writing_region_ids)


@dataclass(frozen=True)
class Filed:
    """What came of an upload: papers that were kept, and papers that the visit had already, with the row of each."""

    kept: list[VisitAttachment] = field(default_factory=list)
    known: list[tuple[Paper, VisitAttachment]] = field(default_factory=list)


def file_papers(visit: Visit, papers: list[Paper], *, by: Any, **about: Any) -> Filed:
    """Add papers to the visit; one that it has already is named, not stored twice. `about`: owner, kind, title, access.

    One transaction for each, so that what is kept stays kept. Without a kind, pictures are photos.
    """
    filed = Filed()
    for paper in papers:
        with transaction.atomic():
            _lock(visit)
            twin = visit.attachments.visible_to(by).filter(checksum=paper.checksum).first()
            if twin:
                filed.known.append((paper, twin))
                continue
            kind = about.get("kind") or (DocumentKind.PHOTO if paper.thumbnail else DocumentKind.OTHER)
            row = VisitAttachment(visit=visit, uploaded_by=by, **(about | {"kind": kind}))
            filed.kept.append(keep(row, paper))
    return filed


def new_edition(old: VisitAttachment, paper: Paper, *, by: Any) -> VisitAttachment:
    """A later edition of a paper, with its kind, title and access. Raises ValidationError when it is none."""
    with transaction.atomic():
        _lock(old.visit)
        if paper.checksum == old.checksum:
            raise ValidationError(_("This is the same file as the edition that is here. Choose the new one."), "same")
        if VisitAttachment.objects.filter(replaces=old).exists():
            raise ValidationError(_("There is a later edition already. Go back and look at it first."), "late")
        copied = {name: getattr(old, name) for name in ("visit", "owner", "kind", "title", "access")}
        return keep(VisitAttachment(**copied, edition=old.edition + 1, replaces=old, uploaded_by=by), paper)


def _lock(visit: Visit) -> None:
    """One upload at a time for each visit, so that a double click is seen as one."""
    Visit.objects.select_for_update(no_key=True).only("pk").get(pk=visit.pk)


@dataclass(frozen=True)
class Filing:
    """A paper as it is listed: with its earlier editions, and whether the reader may change it."""

    paper: VisitAttachment
    earlier: list[VisitAttachment]
    mine: bool


def papers_of(visit: Visit, user: Any) -> list[Filing]:
    """The papers that the user may see, latest editions first. One query."""
    seen = {p.pk: p for p in visit.attachments.visible_to(user).select_related("owner", "uploaded_by")}
    replaced = {p.replaces_id for p in seen.values()}
    return [Filing(p, _earlier(p, seen), may_change(user, p.owner_id)) for p in seen.values() if p.pk not in replaced]


def _earlier(paper: VisitAttachment, seen: dict[int, VisitAttachment]) -> list[VisitAttachment]:
    found = []
    before = seen.get(paper.replaces_id or 0)
    while before:
        found.append(before)
        before = seen.get(before.replaces_id or 0)
    return found


def add_note(visit: Visit, text: str, *, region_id: int, by: Any) -> VisitNote:
    """A note of one side. The same words of the same person are the same note: a form sent twice adds one."""
    with transaction.atomic():
        _lock(visit)
        return VisitNote.objects.get_or_create(visit=visit, region_id=region_id, by=by, text=text)[0]


def events_of(visit: Visit, user: Any) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """History rows of papers and notes, deleted ones too, as far as the user may know of them; for `history_of`."""
    papers = event_model(VisitAttachment).objects.filter(visit_id=visit.pk)
    notes = event_model(VisitNote).objects.filter(visit_id=visit.pk)
    if user.sees_all:
        return papers, notes
    own = user.own_region_ids
    return papers.filter(~Q(access=Access.RESTRICTED) | Q(owner_id__in=own)), notes.filter(region_id__in=own)
