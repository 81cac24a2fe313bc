"""Recurring duties: read with their occurrences, made, changed, ended."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.models import Agreement
from followups.changes import changes_of_duty
from followups.detail import occurrence_badge, rhythm
from followups.doing import Refused
from followups.forms.duties import DutySheet, EndForm, duty_for
from followups.models import Duty, Milestone
from followups.recurring import change_duty, end_duty, make_duty, resume_duty
from pages.requests import SignedIn
from pages.sheets.editing import Editing
from records.history import Change
from records.keys import SHORT, whole
from records.models import Stale

ASKED = ["GET", "HEAD", "POST"]
LATEST = 60  # occurrences that the page shows


class DutyEditing(Editing):
    sheet = DutySheet
    app = "followups"
    template = "followups/duty_form.html"
    refusals = (*Editing.refusals, Refused)

    def require_editor(self, user: Any, record: Duty) -> None:
        if not user.may_write_for(record.owner_id):
            raise PermissionDenied(_("A recurring duty is kept by officers of the region that entered it."))

    def add(self, sheet: Any, *, by: Any, submission: uuid.UUID) -> Duty:
        return make_duty(sheet, by=by, submission=submission)

    def change(self, sheet: Any, *, version: int) -> Duty:
        return change_duty(sheet, by=sheet.filling.user, version=version)

    def changes_of(self, record: Duty, reader: Any) -> list[Change]:
        return changes_of_duty(record, reader)

    def why_refused(self, refusal: Any) -> str:
        return str(refusal) if isinstance(refusal, Refused) else super().why_refused(refusal)

    def address_of(self, record: Any) -> str:
        return reverse("followups:duty-edit", args=[record.pk]) if record.pk else reverse("followups:duty-new")


EDITING = DutyEditing()


# follow-ups/duties/new/


@require_http_methods(ASKED)
@login_required
def duty_new(request: SignedIn) -> HttpResponse:
    """`?agreement=` and `?programme=` carry over what is known."""
    if not request.user.can_log_visits:
        raise PermissionDenied
    return EDITING.new(request, duty_for(request.user, request.GET) if request.method != "POST" else None)


# follow-ups/duties/<pk>/


@require_safe
@login_required
def duty_detail(request: SignedIn, pk: int) -> HttpResponse:
    duty, today = _duty(request, pk), request.user.today()
    found = Milestone.objects.visible_to(request.user).filter(duty=duty).order_by("-due_on", "-pk")
    occurrences = [
        (one, occurrence_badge(one, today)) for one in found.prefetch_related("parts__unit", "parts__region")[:LATEST]
    ]
    for one, _mark in occurrences:
        one.duty = duty
    seen = duty.agreement_id and Agreement.objects.visible_to(request.user).filter(pk=duty.agreement_id).exists()
    context = {
        "duty": duty,
        "rhythm": rhythm(duty),
        "occurrences": occurrences,
        "sees_agreement": seen,
        "may_edit": request.user.may_write_for(duty.owner_id),
    }
    return render(request, "followups/duty.html", context)


@require_safe
@login_required
def duty_history(request: SignedIn, pk: int) -> HttpResponse:
    duty = _duty(request, pk)
    context = {"duty": duty, "changes": changes_of_duty(duty, request.user)}
    return render(request, "followups/duty_history.html", context)


@require_http_methods(ASKED)
@login_required
def duty_edit(request: SignedIn, pk: int) -> HttpResponse:
    return EDITING.edit(request, pk)


@require_http_methods(ASKED)
@login_required
def duty_end(request: SignedIn, pk: int) -> HttpResponse:
    duty = _duty(request, pk)
    EDITING.require_editor(request.user, duty)
    form = EndForm(request.POST or None, initial={"version": duty.version, "on": request.user.today()})
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            end_duty(duty, form.cleaned_data["on"], by=request.user, version=form.cleaned_data["version"])
            messages.success(request, _("Saved."))
            return redirect(duty)
        except Stale:
            duty, changed = _duty(request, pk), True
            form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            form.data["version"] = str(duty.version)  # type: ignore[index]
        except Refused as refusal:
            form.add_error("on", str(refusal))
    status = 409 if changed else 422 if form.is_bound else 200
    return render(request, "followups/duty_end.html", {"duty": duty, "form": form, "changed": changed}, status=status)


@require_POST
@login_required
def duty_resume(request: SignedIn, pk: int) -> HttpResponse:
    duty = _duty(request, pk)
    EDITING.require_editor(request.user, duty)
    version = whole(request.POST.get("version", ""), SHORT)
    try:
        resume_duty(duty, by=request.user, version=version or 0)
        messages.success(request, _("It goes on."))
    except Stale:
        messages.warning(request, _("Somebody changed it in the meantime. Look at it, then try again."))
    except Refused as refusal:
        messages.info(request, str(refusal))
    return redirect(duty)


def _duty(request: SignedIn, pk: int) -> Duty:
    found = Duty.objects.visible_to(request.user)
    found = found.select_related("agreement", "programme", "owner", "region", "unit__region", "created_by")
    found = found.prefetch_related("agreement__parties__region", "agreement__parties__organisation")
    return get_object_or_404(found, pk=pk)
