"""The manager's dashboard: what must be done today, and where everything stands."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.board import Board
from dashboards.counting.counted import counted
from dashboards.scope import choices, scope_of
from pages.requests import SignedIn


@require_safe
@login_required
def dashboard(request: SignedIn) -> HttpResponse:
    """For whom, when and by what stands in the address; a place that is not the reader's is not found."""
    user = request.user
    if not user.standing and not user.sees_all:
        return render(request, "dashboards/stranger.html")
    scope = scope_of(user, request.GET)
    context = {"scope": scope, "choices": choices(scope), "form": scope.form}
    if not scope.form.is_valid():
        return render(request, "dashboards/dashboard.html", context, status=422)
    board = Board(scope, counted(scope, anew="anew" in request.GET))
    return render(request, "dashboards/dashboard.html", context | {"board": board, "chips": scope.chips})
