"""Papers and internal notes of a record: add, look at, change, renew, delete.

The addresses of an app (`paper_urls`) hand each view the record's model; the rest follows from it.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.rights import Right
from documents.forms import EditionForm, NoteChangeForm, NoteForm, PaperForm, PapersForm, forget_pieces
from documents.keeping import discard
from documents.papers import Filed, add_note, file_papers, may_change, new_edition, papers_of, sides_of
from documents.serving import serve, serve_thumbnail
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from pages.sheets.once import is_same, remember, save_once, saved_before, submission_of
from pages.thrown import moved
from pages.versions import VersionedForm
from records.trash import throw

ASKED = ["GET", "HEAD", "POST"]


# <record>/<pk>/attachments/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def attachments(request: SignedIn, pk: int, of: Any, form: type[PapersForm] = PapersForm) -> HttpResponse:
    """The papers, and the form for more. Of several files the good ones are kept and the bad ones explained."""
    record = _record(request, of, pk)
    if request.method != "POST":
        return _part(request, "attachments", papers_context(request.user, record, form, chosen=request.GET))
    filled = form_of(of, form)(
        request.POST, request.FILES, record=record, sides=_sides(request, record), user=request.user
    )
    told: list[tuple[str, str]] = []
    if filled.is_valid() or filled.only_files_are_wrong:
        told = _told(file_papers(record, filled.papers, by=request.user, **filled.about))
        forget_pieces(request)
    if filled.errors or request.htmx:
        context = papers_context(request.user, record, form, filled if filled.errors else None)
        return _part(request, "attachments", context | {"told": told}, status=422 if filled.errors else 200)
    for tone, text in told:
        messages.add_message(request, messages.SUCCESS if tone == "good" else messages.INFO, text)
    return redirect(f"{record.get_absolute_url()}#papers")


@require_safe
@login_required
def attachment(request: SignedIn, pk: int, paper_pk: int, of: Any) -> HttpResponseBase:
    """The file itself, to be saved; with ?view=1 shown, where it is a picture or a PDF."""
    return serve(_paper(request, of, pk, paper_pk), shown="view" in request.GET)


@require_safe
@login_required
def attachment_thumbnail(request: SignedIn, pk: int, paper_pk: int, of: Any) -> HttpResponseBase:
    return serve_thumbnail(_paper(request, of, pk, paper_pk))


@require_http_methods(ASKED)
@login_required
def attachment_edit(
    request: SignedIn, pk: int, paper_pk: int, of: Any, form: type[PaperForm] = PaperForm
) -> HttpResponse:
    paper = _own_paper(request, of, pk, paper_pk)
    filled = form_of(of, form)(request.POST or None, instance=paper)
    return _change(request, filled, paper.parent, "documents/attachment_edit.html", anchor="papers", paper=paper)


@require_http_methods(ASKED)
@login_required
@keeps_draft
def attachment_edition(request: SignedIn, pk: int, paper_pk: int, of: Any) -> HttpResponse:
    old = _own_paper(request, of, pk, paper_pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EditionForm(*sent, user=request.user)
    if form.is_valid():
        try:
            paper = new_edition(old, form.cleaned_data["uploads"][0], by=request.user)
            forget_pieces(request)
            messages.success(request, _("Edition %(n)s is kept.") % {"n": paper.edition})
            return redirect(f"{old.parent.get_absolute_url()}#papers")
        except ValidationError as error:
            form.add_error("uploads", error)
    context = {"record": old.parent, "paper": old, "form": form}
    return render(request, "documents/attachment_edition.html", context, status=form.status)


@require_http_methods(ASKED)
@login_required
def attachment_delete(request: SignedIn, pk: int, paper_pk: int, of: Any) -> HttpResponse:
    paper = _own_paper(request, of, pk, paper_pk)
    if request.method == "POST":
        messages.success(request, moved(discard(paper)))
        return redirect(f"{paper.parent.get_absolute_url()}#papers")
    return render(request, "documents/attachment_delete.html", {"record": paper.parent, "paper": paper})


# <record>/<pk>/notes/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
@keeps_draft
def notes(request: SignedIn, pk: int, of: Any) -> HttpResponse:
    """The notes of the reader's own side, and the form for one more."""
    record = _record(request, of, pk)
    if request.method != "POST":
        return _part(request, "notes", notes_context(request.user, record))
    form = form_of(of, NoteForm)(request.POST, record=record, sides=_sides(request, record, Right.WRITE_NOTES))
    if not form.is_valid():
        return _part(request, "notes", notes_context(request.user, record, form), status=form.status)
    _add_note(request, record, form)
    if request.htmx:
        return _part(request, "notes", notes_context(request.user, record))
    messages.success(request, _("The note is kept."))
    return redirect(f"{record.get_absolute_url()}#notes")


@require_http_methods(ASKED)
@login_required
def note_edit(request: SignedIn, pk: int, note_pk: int, of: Any) -> HttpResponse:
    note = _own_note(request, of, pk, note_pk)
    form = form_of(of, NoteChangeForm)(request.POST or None, instance=note)
    return _change(request, form, note.parent, "documents/note_edit.html", anchor="notes", note=note)


@require_http_methods(ASKED)
@login_required
def note_delete(request: SignedIn, pk: int, note_pk: int, of: Any) -> HttpResponse:
    note = _own_note(request, of, pk, note_pk)
    if request.method == "POST":
        messages.success(request, moved(throw(note, region=note.region_id, within=note.parent)))
        return redirect(f"{note.parent.get_absolute_url()}#notes")
    return render(request, "documents/note_delete.html", {"record": note.parent, "note": note})


# What the parts need; the page of the record asks for both


def papers_context(
    user: Any,
    record: Any,
    form: type[PapersForm] = PapersForm,
    filled: PapersForm | None = None,
    *,
    chosen: QueryDict | None = None,
) -> dict[str, Any]:
    """For documents/_attachments.html. One query. `chosen`: what an address chooses beforehand, such as the kind."""
    filings = papers_of(record, user)
    sides = sides_of(user, record)
    return {
        "record": record,
        "app": record._meta.app_label,
        "photos": [f for f in filings if f.paper.is_photo],
        "papers": [f for f in filings if not f.paper.is_photo],
        "papers_form": filled or (_empty_form(record, form, sides, user, chosen) if sides else None),
    }


def notes_context(user: Any, record: Any, filled: NoteForm | None = None) -> dict[str, Any]:
    """For documents/_notes.html. One query."""
    sides = sides_of(user, record, Right.WRITE_NOTES)
    found = record.notes.visible_to(user).select_related("region", "by")
    return {
        "record": record,
        "app": record._meta.app_label,
        "notes": [(note, may_change(user, note.region_id, note.by_id)) for note in found],
        "notes_form": filled or (form_of(record._meta.model, NoteForm)(record=record, sides=sides) if sides else None),
        "notes_shown": user.may_somewhere(Right.SEE_NOTES),
    }


@cache
def form_of(record: Any, form: Any) -> Any:
    """The form for the papers or notes of one kind of record."""
    related = "attachments" if issubclass(form, PapersForm | PaperForm) else "notes"
    return forms.modelform_factory(record._meta.get_field(related).related_model, form)


def _empty_form(
    record: Any, form: type[PapersForm], sides: list[int], user: Any, chosen: QueryDict | None
) -> PapersForm:
    initial = chosen.dict() if chosen else None
    made: PapersForm = form_of(record._meta.model, form)(record=record, sides=sides, user=user, initial=initial)
    return made


def _record(request: SignedIn, of: Any, pk: int) -> Any:
    return get_object_or_404(of.objects.visible_to(request.user).for_names(), pk=pk)


def _sides(request: SignedIn, record: Any, right: Right = Right.ADD_PAPERS) -> list[int]:
    sides = sides_of(request.user, record, right)
    if not sides:
        raise PermissionDenied(_("Papers and notes are added by members of the regions and units that take part."))
    return sides


def _paper(request: SignedIn, of: Any, pk: int, paper_pk: int) -> Any:
    attachment = of._meta.get_field("attachments").related_model
    papers = attachment.objects.visible_to(request.user).select_related(attachment.of)
    return get_object_or_404(papers, pk=paper_pk, **{attachment.of: pk})


def _own_paper(request: SignedIn, of: Any, pk: int, paper_pk: int) -> Any:
    paper = _paper(request, of, pk, paper_pk)
    if not may_change(request.user, paper.owner_id, paper.uploaded_by_id, paper.unit_id):
        raise PermissionDenied(_("A paper is changed only by officers of the side that keeps it, or by who added it."))
    return paper


def _own_note(request: SignedIn, of: Any, pk: int, note_pk: int) -> Any:
    note_model = of._meta.get_field("notes").related_model
    notes = note_model.objects.visible_to(request.user).select_related(note_model.of)
    note = get_object_or_404(notes, pk=note_pk, **{note_model.of: pk})
    if not may_change(request.user, note.region_id, note.by_id):
        raise PermissionDenied(_("A note is changed only by officers of its side, or by who wrote it."))
    return note


def _add_note(request: SignedIn, record: Any, form: NoteForm) -> None:
    """The same form with the same words is the same note: a double click, or a way back after saving."""
    notes = record.notes.model
    known = saved_before(request, notes)
    if known and is_same(request):
        return
    text, side = form.cleaned_data["text"], form.side_id
    save_once(
        request,
        notes,
        lambda one: add_note(record, text, region_id=side, by=request.user, submission=uuid.uuid4() if known else one),
    )
    remember(request, submission_of(request))


def _part(request: SignedIn, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, or when htmx asks only its part."""
    template = f"documents/_{name}.html" if request.htmx else f"documents/{name}.html"
    return render(request, template, context, status=status)


@keeps_draft
def _change(
    request: SignedIn, form: VersionedForm, record: Any, template: str, *, anchor: str, **context: Any
) -> HttpResponse:
    """409 with both versions when somebody else saved it in between."""
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Saved."))
        return redirect(f"{record.get_absolute_url()}#{anchor}")
    return render(request, template, {"form": form, "record": record, **context}, status=form.status)


def _told(filed: Filed) -> list[tuple[str, str]]:
    """What became of the files: tone and sentence."""
    told = []
    if n := len(filed.kept):
        told.append(("good", ngettext("%(n)s file is kept.", "%(n)s files are kept.", n) % {"n": n}))
    for paper, twin in filed.known:
        words = {"name": paper.name, "title": twin}
        told.append(("info", _("“%(name)s” is here already as “%(title)s” and was not stored twice.") % words))
    return told
