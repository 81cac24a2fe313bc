"""What the pages of this app have in common: listing, adding in place, changing, taking away."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from pages.drafts import keeps_draft
from pages.lookups import Lookup
from pages.requests import SignedIn
from pages.sheets.once import is_same, remember, saved_before, submission_of
from pages.thrown import moved
from pages.versions import VersionedForm
from records.history import event_model
from records.keys import whole
from records.models import Record, Stale, Trashed
from records.trash import hold_for, throw
from regions.filters import Searching
from regions.forms import CreateForm
from regions.models import Position, SentOnce

PER_PAGE = 50


def show_list(request: SignedIn, filters: Searching, page_template: str, part: str, **context: Any) -> HttpResponse:
    """A directory: the page, or its list alone when htmx asks. An unclear filter narrows nothing and says so (422)."""
    records = filters.qs
    context |= {
        "filters": filters,
        "page": Paginator(records, PER_PAGE).get_page(request.GET.get("page")),
        "guessed": filters.guessed,
        "live": True,
        "open": bool(filters.form.changed_data),
    }
    template = part if request.htmx and not request.htmx.history_restore_request else page_template
    return render(request, template, context, status=422 if filters.form.errors else 200)


@keeps_draft
def add(request: SignedIn, form: CreateForm, lookup: Lookup[Any], *, title: str, hint: str = "") -> HttpResponse:
    """Add a record: on a page of its own, or in the dialog over a form that is being filled in."""
    if request.method == "POST" and (used := whole(request.POST.get("use", ""))) is not None:
        return _added(request, get_object_or_404(lookup.records(), pk=used), lookup)
    if request.method == "POST" and (record := kept_once(request, form)):
        return _added(request, lookup.records().get(pk=record.pk), lookup)
    in_dialog = bool(request.htmx) and request.htmx.target == "dialog-body"
    if in_dialog:
        form.auto_id = "dialog_%s"  # the form below the dialog may have fields of the same names
    template = "regions/_add.html" if in_dialog else "regions/add.html"
    context = {"form": form, "title": title, "hint": hint, "in_dialog": in_dialog}
    return render(request, template, context, status=form.status)


def _added(request: SignedIn, record: Any, lookup: Lookup[Any]) -> HttpResponse:
    option = lookup.option(record)
    if request.htmx:
        done = {"id": option.value, "label": option.label}
        return trigger_client_event(HttpResponse(status=204), "dialog-done", done)
    messages.success(request, _("%(name)s is in the register.") % {"name": option.name})
    return redirect(record)


@keeps_draft
def change(request: SignedIn, form: VersionedForm, *, of: Any, title: str, delete: str = "") -> HttpResponse:
    """Add or change a record that hangs on `of`. 409 with both versions when somebody else saved it in between."""
    if request.method == "POST" and kept_once(request, form):
        messages.success(request, _("Saved."))
        return redirect(of)
    context = {"form": form, "title": title, "of": of, "delete": "" if form.is_gone else delete}
    return render(request, "regions/change.html", context, status=form.status)


def kept_once(request: SignedIn, form: VersionedForm) -> Any:
    """The record that was saved, or the one that this form, with the same words, became before; None where neither."""
    new = form.instance
    if new.pk or not isinstance(new, SentOnce) or form.is_restored:
        return form.keep() if form.is_valid() else None
    if (known := saved_before(request, type(new))) and is_same(request):
        return known
    new.submission = uuid.uuid4() if known else submission_of(request)
    kept = (form.is_valid() and form.keep()) or (None if known else saved_before(request, type(new)))
    if kept:
        remember(request, submission_of(request))
    return kept


def row_of(request: SignedIn, rows: Any, pk: int) -> Any:
    """A row that hangs on a record. When a form is sent also one that somebody has deleted since it was shown: saving
    says so then, and what was typed stands below."""
    row = rows.filter(pk=pk).first()
    if row is None and request.method == "POST":
        belongs = {rows.field.name: rows.instance}
        if event_model(rows.model).objects.filter(pgh_obj_id=pk, **belongs).exists():
            row = rows.model(pk=pk, version=0, **belongs)
    if row is None:
        raise Http404
    return row


def take_away(request: SignedIn, record: Record, *, of: Any, title: str) -> HttpResponse:
    """Ask, then put the version that was shown in the trash."""
    changed = False
    if request.method == "POST":
        try:
            messages.success(request, moved(_thrown(request, record, of)))
            return redirect(of)
        except Stale as stale:
            if stale.current is None:
                raise Http404 from stale
            record, changed = stale.current, True
    context = {"record": record, "title": title, "of": of, "changed": changed}
    return render(request, "regions/delete.html", context, status=409 if changed else 200)


@transaction.atomic
def _thrown(request: SignedIn, record: Any, of: Any) -> Trashed | None:
    """In the trash of its region; of one's own where that is kept by nobody, who could not take it back."""
    shown = whole(request.POST.get("version", ""))
    if shown is not None:
        hold_for(record)
        record.claim(shown)
    place = record.organisation.region_id if isinstance(record, Position) else record.region_id
    home = request.user.home_region
    if place is not None and home is not None and not request.user.may("KEEP_REFERENCE", place):
        place = home.pk
    return throw(record, region=place, right="KEEP_REFERENCE", within=of)
