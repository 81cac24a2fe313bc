"""Papers and internal notes of a visit: add, look at, change, renew, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from documents.keeping import discard
from documents.serving import serve, serve_thumbnail
from pages.requests import SignedIn
from pages.versions import VersionedForm
from visits.forms.papers import EditionForm, NoteChangeForm, NoteForm, PaperForm, PapersForm
from visits.models import Visit, VisitAttachment, VisitNote
from visits.papers import Filed, add_note, file_papers, may_change, new_edition, papers_of, sides_of

ASKED = ["GET", "HEAD", "POST"]


# visits/<pk>/attachments/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def attachments(request: SignedIn, pk: int) -> HttpResponse:
    """The papers, and the form for more. Of several files the good ones are kept and the bad ones explained."""
    visit = _visit(request, pk)
    if request.method != "POST":
        return _part(request, "attachments", papers_context(request.user, visit))
    form = PapersForm(request.POST, request.FILES, sides=_sides(request, visit))
    told: list[tuple[str, str]] = []
    if form.is_valid() or form.only_files_are_wrong:
        told = _told(file_papers(visit, form.papers, by=request.user, **form.about))
    if form.errors or request.htmx:
        context = papers_context(request.user, visit, form if form.errors else None)
        return _part(request, "attachments", context | {"told": told}, status=422 if form.errors else 200)
    for tone, text in told:
        messages.add_message(request, messages.SUCCESS if tone == "good" else messages.INFO, text)
    return redirect(f"{visit.get_absolute_url()}#papers")


@require_safe
@login_required
def attachment(request: SignedIn, pk: int, paper_pk: int) -> HttpResponseBase:
    """The file itself, to be saved; with ?view=1 shown, where it is a picture or a PDF."""
    return serve(_paper(request, pk, paper_pk), shown="view" in request.GET)


@require_safe
@login_required
def attachment_thumbnail(request: SignedIn, pk: int, paper_pk: int) -> HttpResponseBase:
    return serve_thumbnail(_paper(request, pk, paper_pk))


@require_http_methods(ASKED)
@login_required
def attachment_edit(request: SignedIn, pk: int, paper_pk: int) -> HttpResponse:
    paper = _own_paper(request, pk, paper_pk)
    form = PaperForm(request.POST or None, instance=paper)
    return _change(request, form, paper.visit, "visits/attachment_edit.html", anchor="papers", paper=paper)


@require_http_methods(ASKED)
@login_required
def attachment_edition(request: SignedIn, pk: int, paper_pk: int) -> HttpResponse:
    old = _own_paper(request, pk, paper_pk)
    form = EditionForm(request.POST or None, request.FILES or None) if request.method == "POST" else EditionForm()
    if form.is_valid():
        try:
            paper = new_edition(old, form.cleaned_data["uploads"][0], by=request.user)
            messages.success(request, _("Edition %(n)s is kept.") % {"n": paper.edition})
            return redirect(f"{old.visit.get_absolute_url()}#papers")
        except ValidationError as error:
            form.add_error("uploads", error)
    context = {"visit": old.visit, "paper": old, "form": form}
    return render(request, "visits/attachment_edition.html", context, status=422 if form.is_bound else 200)


@require_http_methods(ASKED)
@login_required
def attachment_delete(request: SignedIn, pk: int, paper_pk: int) -> HttpResponse:
    paper = _own_paper(request, pk, paper_pk)
    if request.method == "POST":
        discard(paper)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": paper})
        return redirect(f"{paper.visit.get_absolute_url()}#papers")
    return render(request, "visits/attachment_delete.html", {"visit": paper.visit, "paper": paper})


# visits/<pk>/notes/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def notes(request: SignedIn, pk: int) -> HttpResponse:
    """The notes of the reader's own side, and the form for one more."""
    visit = _visit(request, pk)
    if request.method != "POST":
        return _part(request, "notes", notes_context(request.user, visit))
    form = NoteForm(request.POST, sides=_sides(request, visit))
    if not form.is_valid():
        return _part(request, "notes", notes_context(request.user, visit, form), status=422)
    add_note(visit, form.cleaned_data["text"], region_id=form.side_id, by=request.user)
    if request.htmx:
        return _part(request, "notes", notes_context(request.user, visit))
    messages.success(request, _("The note is kept."))
    return redirect(f"{visit.get_absolute_url()}#notes")


@require_http_methods(ASKED)
@login_required
def note_edit(request: SignedIn, pk: int, note_pk: int) -> HttpResponse:
    note = _own_note(request, pk, note_pk)
    form = NoteChangeForm(request.POST or None, instance=note)
    return _change(request, form, note.visit, "visits/note_edit.html", anchor="notes", note=note)


@require_http_methods(ASKED)
@login_required
def note_delete(request: SignedIn, pk: int, note_pk: int) -> HttpResponse:
    note = _own_note(request, pk, note_pk)
    if request.method == "POST":
        note.delete()
        messages.success(request, _("The note is deleted."))
        return redirect(f"{note.visit.get_absolute_url()}#notes")
    return render(request, "visits/note_delete.html", {"visit": note.visit, "note": note})


# What the parts need; the page of the visit asks for both


def papers_context(user: Any, visit: Visit, form: PapersForm | None = None) -> dict[str, Any]:
    """For visits/_attachments.html. One query."""
    filings = papers_of(visit, user)
    sides = sides_of(user, visit)
    return {
        "visit": visit,
        "photos": [f for f in filings if f.paper.is_photo],
        "papers": [f for f in filings if not f.paper.is_photo],
        "papers_form": form or (PapersForm(sides=sides) if sides else None),
    }


def notes_context(user: Any, visit: Visit, form: NoteForm | None = None) -> dict[str, Any]:
    """For visits/_notes.html. One query."""
    sides = sides_of(user, visit)
    found = visit.notes.visible_to(user).select_related("region", "by")
    return {
        "visit": visit,
        "notes": [(note, may_change(user, note.region_id)) for note in found],
        "notes_form": form or (NoteForm(sides=sides) if sides else None),
        "notes_shown": bool(user.sees_all or user.own_region_ids),
    }


def _visit(request: SignedIn, pk: int) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user).for_names(), pk=pk)


def _sides(request: SignedIn, visit: Visit) -> list[int]:
    sides = sides_of(request.user, visit)
    if not sides:
        raise PermissionDenied(_("Papers and notes are added by officers of the regions that take part in the visit."))
    return sides


def _paper(request: SignedIn, pk: int, paper_pk: int) -> VisitAttachment:
    papers = VisitAttachment.objects.visible_to(request.user).select_related("visit")
    return get_object_or_404(papers, pk=paper_pk, visit=pk)


def _own_paper(request: SignedIn, pk: int, paper_pk: int) -> VisitAttachment:
    paper = _paper(request, pk, paper_pk)
    if not may_change(request.user, paper.owner_id):
        raise PermissionDenied(_("A paper is changed only by officers of the side that keeps it."))
    return paper


def _own_note(request: SignedIn, pk: int, note_pk: int) -> VisitNote:
    note = get_object_or_404(VisitNote.objects.visible_to(request.user).select_related("visit"), pk=note_pk, visit=pk)
    if not may_change(request.user, note.region_id):
        raise PermissionDenied(_("A note is changed only by officers of its side."))
    return note


def _part(request: SignedIn, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page, or when htmx asks only its part."""
    template = f"visits/_{name}.html" if request.htmx else f"visits/{name}.html"
    return render(request, template, context, status=status)


def _change(
    request: SignedIn, form: VersionedForm, visit: Visit, template: str, *, anchor: str, **context: Any
) -> HttpResponse:
    """409 with both versions when somebody else saved it in between."""
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Saved."))
        return redirect(f"{visit.get_absolute_url()}#{anchor}")
    status = 409 if form.differences else 422 if form.is_bound else 200
    return render(request, template, {"form": form, "visit": visit, **context}, status=status)


def _told(filed: Filed) -> list[tuple[str, str]]:
    """What became of the files: tone and sentence."""
    told = []
    if n := len(filed.kept):
        told.append(("good", ngettext("%(n)s file is kept.", "%(n)s files are kept.", n) % {"n": n}))
    for paper, twin in filed.known:
        words = {"name": paper.name, "title": twin}
        told.append(("info", _("“%(name)s” is here already as “%(title)s” and was not stored twice.") % words))
    return told
