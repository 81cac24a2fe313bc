"""Logging a visit and changing it: the quick log, the full form with its rows, two officers at once, deleting."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from pages.lookups import options
from pages.requests import SignedIn
from pages.sheets.editing import OwnersEditing
from pages.sheets.once import is_same, save_once, saved, saved_before, submission_of, why_refused
from records.history import Change
from records.models import Trashed
from visits.changes import changes_of
from visits.duplicates import possible_duplicates
from visits.forms.quick import QuickForm
from visits.forms.sheet import Sheet
from visits.logging import change_visit, delete_visit, log_quickly, log_visit
from visits.lookups import PARTNERS, SeriesLookup, VisitLookup
from visits.models import Visit

ASKED = ["GET", "HEAD", "POST"]


# visits/log/


@require_http_methods(ASKED)
@login_required
def visit_quick(request: SignedIn) -> HttpResponse:
    """Five questions. Afterwards: the visit, the next one with what repeats, or the full form."""
    _require_officer(request.user)
    if request.method != "POST":
        return _quick_page(request, QuickForm(user=request.user, initial=QuickForm.read(request.GET)))
    if "restore" in request.POST:
        return _quick_page(request, _quiet(request))
    if known := saved_before(request, Visit):
        return saved(request, known) if is_same(request) else _quick_page(request, _quiet(request), 409, saved=known)
    form = QuickForm(request.POST, user=request.user)
    if not form.is_valid():
        return _quick_page(request, form, 422)
    try:
        visit = save_once(request, Visit, lambda one: log_quickly(form, by=request.user, submission=one))
    except (IntegrityError, DataError) as refusal:
        form.add_error(None, why_refused(refusal))
        return _quick_page(request, form, 422)
    return saved(request, visit, _after_quick(request, form, visit))


@require_safe
@login_required
def visit_duplicates(request: SignedIn) -> HttpResponse:
    """A line that names visits which may be the same one; for the quick log also the status that the date leads to."""
    _require_officer(request.user)
    context: dict[str, Any] = {"duplicates": possible_duplicates(request.user, request.GET)}
    if "partner" in request.GET:
        context["form"] = QuickForm(request.GET, user=request.user, quiet=True)
    return render(request, "visits/_hints.html", context)


@require_safe
@login_required
def partner_new(request: SignedIn) -> HttpResponse:
    """Which kind of partner is missing in the register? Leads on, in the dialog or to pages of their own."""
    _require_officer(request.user)
    in_dialog = bool(request.htmx) and request.htmx.target == "dialog-body"
    template = "visits/_partner_new.html" if in_dialog else "visits/partner_new.html"
    return render(request, template, {"name": request.GET.get("name", "")[:200], "in_dialog": in_dialog})


# visits/new/


class VisitEditing(OwnersEditing):
    sheet = Sheet
    app = "visits"
    template = "visits/form.html"
    delete_template = "visits/delete.html"

    def add(self, sheet: Any, *, by: Any, submission: uuid.UUID) -> Visit:
        return log_visit(sheet, by=by, submission=submission)

    def change(self, sheet: Any, *, version: int) -> Visit:
        return change_visit(sheet, version=version)

    def delete(self, record: Visit, *, by: Any, version: int) -> Trashed | None:
        return delete_visit(record, version=version)

    def changes_of(self, record: Visit, reader: Any) -> list[Change]:
        return changes_of(record, reader)


EDITING = VisitEditing()


@require_http_methods(ASKED)
@login_required
def visit_new(request: SignedIn) -> HttpResponse:
    _require_officer(request.user)
    return EDITING.new(request)


# visits/<pk>/edit/, visits/<pk>/delete/


@require_http_methods(ASKED)
@login_required
def visit_edit(request: SignedIn, pk: int) -> HttpResponse:
    return EDITING.edit(request, pk)


@require_http_methods(ASKED)
@login_required
def visit_delete(request: SignedIn, pk: int) -> HttpResponse:
    return EDITING.remove(request, pk)


# visits/lookup/, visits/partners/lookup/, visits/series/lookup/


@require_safe
@login_required
def visit_lookup(request: SignedIn) -> HttpResponse:
    return options(request, VisitLookup(request.user))


@require_safe
@login_required
def partner_lookup(request: SignedIn) -> HttpResponse:
    return options(request, PARTNERS)


@require_safe
@login_required
def series_lookup(request: SignedIn) -> HttpResponse:
    return options(request, SeriesLookup(request.user))


def _require_officer(user: Any) -> None:
    if not user.can_log_visits:
        raise PermissionDenied


def _quick_page(request: SignedIn, form: QuickForm, status: int = 200, *, saved: Visit | None = None) -> HttpResponse:
    context = {"form": form, "submission": uuid.uuid4() if saved else submission_of(request), "saved": saved}
    context["duplicates"] = possible_duplicates(request.user, request.POST) if form.is_bound else []
    return render(request, "visits/quick.html", context, status=status)


def _quiet(request: SignedIn) -> QuickForm:
    return QuickForm(request.POST, user=request.user, quiet=True)


def _after_quick(request: SignedIn, form: QuickForm, visit: Visit) -> str:
    if "more" in request.POST:
        return reverse("visits:edit", args=[visit.pk])
    if "another" in request.POST:
        return f"{reverse('visits:quick')}?{urlencode(form.repeated(), doseq=True)}"
    return visit.get_absolute_url()
