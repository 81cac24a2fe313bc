"""Making an agreement, from nothing or from a visit, changing and deleting it; and what the form finds by typing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from agreements.changes import changes_of
from agreements.editing import change_agreement, delete_agreement, make_agreement, why_not_deleted
from agreements.forms.sheet import Sheet
from agreements.lookups import AgreementLookup, OutcomeLookup
from agreements.models import Agreement
from agreements.moving import Refused
from agreements.origins import beginning_for
from agreements.rules import why_refused
from pages.lookups import options
from pages.requests import SignedIn
from pages.sheets.editing import OwnersEditing
from records.history import Change
from records.models import Trashed

ASKED = ["GET", "HEAD", "POST"]


class AgreementEditing(OwnersEditing):
    sheet = Sheet
    app = "agreements"
    template = "agreements/form.html"
    delete_template = "agreements/delete.html"
    refusals = (*OwnersEditing.refusals, Refused)

    def add(self, sheet: Any, *, by: Any, submission: uuid.UUID) -> Agreement:
        return make_agreement(sheet, by=by, submission=submission)

    def change(self, sheet: Any, *, version: int) -> Agreement:
        return change_agreement(sheet, by=sheet.filling.user, version=version)

    def delete(self, record: Agreement, *, by: Any, version: int) -> Trashed | None:
        return delete_agreement(record, by=by, version=version)

    def why_not_deleted(self, record: Agreement, by: Any) -> str:
        return why_not_deleted(record, by)

    def changes_of(self, record: Agreement, reader: Any) -> list[Change]:
        return changes_of(record, reader)

    def why_refused(self, refusal: Any) -> str:
        return str(refusal) if isinstance(refusal, Refused) else why_refused(refusal)


EDITING = AgreementEditing()


# agreements/new/


@require_http_methods(ASKED)
@login_required
def agreement_new(request: SignedIn) -> HttpResponse:
    """`?visit=` and `?outcome=` carry everything over, `?category=` comes from the adviser."""
    if not request.user.can_log_visits:
        raise PermissionDenied
    return EDITING.new(request, beginning_for(request.user, request.GET) if request.method != "POST" else None)


# agreements/<pk>/edit/, agreements/<pk>/delete/


@require_http_methods(ASKED)
@login_required
def agreement_edit(request: SignedIn, pk: int) -> HttpResponse:
    return EDITING.edit(request, pk)


@require_http_methods(ASKED)
@login_required
def agreement_delete(request: SignedIn, pk: int) -> HttpResponse:
    return EDITING.remove(request, pk)


# agreements/lookup/, agreements/outcomes/lookup/


@require_safe
@login_required
def agreement_lookup(request: SignedIn) -> HttpResponse:
    return options(request, AgreementLookup(request.user))


@require_safe
@login_required
def outcome_lookup(request: SignedIn) -> HttpResponse:
    return options(request, OutcomeLookup(request.user))
