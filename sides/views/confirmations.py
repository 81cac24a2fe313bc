"""A side confirms a delegation, party or measurement of its own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pages.requests import SignedIn
from records.models import Stale
from sides.confirming import confirm, take_back
from sides.models import ROWS
from sides.rights import may_confirm
from sides.subjects import Subject, subject_of


@require_POST
@login_required
def confirm_row(request: SignedIn, what: str, pk: int) -> HttpResponse:
    """Confirms what the page showed, or takes it back (`back`)."""
    if what not in ROWS:
        raise Http404
    subject = subject_of(request.user, what, pk)
    if not may_confirm(request.user, subject.record, subject.row.region_id):
        raise PermissionDenied(_("A side confirms its own delegations, parties and measurements only."))
    if "back" in request.POST:
        take_back(subject)
        messages.success(request, _("No longer confirmed."))
        return redirect(_page_of(subject))
    try:
        confirm(subject, shown=request.POST.get("print", ""), by=request.user)
        messages.success(request, _("Confirmed: %(row)s.") % {"row": subject.row_name})
    except Stale:
        messages.warning(
            request, _("Not confirmed: it was changed while you looked at it. Read it once more, then confirm.")
        )
    return redirect(_page_of(subject))


def _page_of(subject: Subject) -> str:
    if subject.what == "measurement":
        programme = subject.row.indicator.programme
        return f"{programme.get_absolute_url()}#measurement-{subject.row.pk}"
    return f"{subject.record.get_absolute_url()}#{subject.what}-{subject.row.pk}"
