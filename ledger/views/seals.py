"""How the history is sealed: for the system administrator, and for whatever watches (`/health/history`)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger.standing import standing
from pages.requests import SignedIn
from records.rows import EVERYBODY, acting


@require_safe
@login_required
def page(request: SignedIn) -> HttpResponse:
    if not request.user.sees_all:
        raise Http404
    context = {"found": standing(), "mailed_to": settings.SEAL_MAIL_TO}
    return render(request, "ledger/seals.html", context)


@require_safe
@never_cache
def probe(request: HttpRequest) -> HttpResponse:
    """503 when a seal, its letter or a verification is late or the history was changed.

    No name of anybody is told, so it needs no sign-in.
    """
    try:
        with acting(EVERYBODY):  # how the last verification ended stands in the book of deeds
            found = standing()
    except Error:
        return JsonResponse({"status": "failing", "failing": ["database"]}, status=503)
    troubles = {
        "seal": found.is_old,
        "history": found.is_broken,
        "verification": found.is_unverified,
        "letter": found.is_unmailed,
    }
    failing = [code for code, fails in troubles.items() if fails]
    return JsonResponse({"status": "failing" if failing else "ok", "failing": failing}, status=503 if failing else 200)
