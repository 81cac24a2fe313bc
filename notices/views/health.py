"""Is it alive, and what to do if not: for whatever watches (`/health/notices`), and for the administrator."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices import health
from notices.lists import state_badge
from pages.requests import SignedIn

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def probe(request: HttpRequest) -> HttpResponse:
    """503 names what is wrong by its code; no name of anybody, so it needs no sign-in."""
    try:
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
    if not request.user.sees_all:
        raise Http404
    found = health.state()
    context = {
        "found": found,
        "parts": [(part, found.seen.get(part)) for part in health.PARTS],
        "silent": {trouble.code for trouble in found.troubles},
        "reasons": [(state, state_badge(state), why, n) for state, why, n in health.reasons()],
        "held": settings.NOTICE_HOLD,
    }
    return render(request, "notices/health.html", context)
