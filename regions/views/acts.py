"""What the pages of this app have in common: listing, adding in place, changing, taking away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from pages.drafts import keeps_draft
from pages.lookups import Lookup
from pages.requests import SignedIn
from pages.thrown import moved
from pages.versions import VersionedForm
from records.models import Record
from records.trash import throw
from regions.filters import Searching
from regions.forms import CreateForm

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
    if request.method == "POST" and request.POST.get("use", "").isdecimal():
        return _added(request, get_object_or_404(lookup.records(), pk=request.POST["use"]), lookup)
    if request.method == "POST" and form.is_valid() and (record := form.keep()):
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
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Saved."))
        return redirect(of)
    context = {"form": form, "title": title, "of": of, "delete": delete}
    return render(request, "regions/change.html", context, status=form.status)


def take_away(request: SignedIn, record: Record, *, of: Any, title: str) -> HttpResponse:
    """Ask, then put it in the trash."""
    if request.method == "POST":
        messages.success(request, moved(throw(record, right="KEEP_REFERENCE", within=of)))
        return redirect(of)
    return render(request, "regions/delete.html", {"record": record, "title": title, "of": of})
