"""Is it alive, and what to do if not: for whatever watches (`/health/notices`), and for the administrator."""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.rights import Right
from notices import health
from notices.lists import state_badge
from pages.requests import SignedIn
from records import rows
from records.holding import held

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def probe(request: HttpRequest) -> HttpResponse:
    """503 names what is wrong by its code; no name of anybody, so it needs no sign-in."""
    try:
        with rows.acting(rows.EVERYBODY):  # figures of all letters, and none of what they say
            found = health.state()
    except Error as error:
        log.warning("not_healthy", part="database", error=repr(error))
        return JsonResponse({"status": "failing", "failing": ["database"]}, status=503)
    failing = [trouble.code for trouble in found.troubles]
    answer = {"status": "failing" if failing else "ok", "failing": failing, **health.figures(found)}
    return JsonResponse(answer, status=503 if failing else 200)


@require_safe
@login_required
def page(request: SignedIn) -> HttpResponse:
    if not request.user.may_somewhere(Right.KEEP_INSTALLATION):
        raise Http404
    found = health.state()
    context = {
        "found": found,
        "parts": [(part, found.seen.get(part)) for part in health.PARTS],
        "silent": {trouble.code for trouble in found.troubles},
        "reasons": [(state, state_badge(state), why, n) for state, why, n in health.reasons()],
        "held": held(),
    }
    return render(request, "notices/health.html", context)
