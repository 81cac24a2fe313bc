"""The manager's dashboard: what must be done today, and where everything stands."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from dashboards.board import Board
from dashboards.keeping import kept
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
    board = Board(scope, anew="anew" in request.GET)
    sections = SimpleLazyObject(partial(_sections, board))
    context |= {"board": board, "sections": sections, "chips": scope.chips}
    return render(request, "dashboards/dashboard.html", context)


def _sections(board: Board) -> SafeString:
    """Numbers, charts and tables: of a plain region or province those of before, as long as nothing has changed."""
    scope = board.scope

    def draw() -> str:
        return render_to_string("dashboards/_dashboard_sections.html", {"scope": scope, "board": board})

    if scope.place is None or not scope.is_plain or board.anew:
        return mark_safe(draw())  # noqa: S308 -- a template escapes
    asked = [scope.query, scope.place_key, scope.today.isoformat()]
    return mark_safe(kept("board", scope.user, scope.place.ids, asked, draw))  # noqa: S308 -- as above
