"""The board of agreements by stage."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agreements.board import Board, tabs
from agreements.filters import AgreementFilter
from agreements.models import Agreement, Category
from agreements.views.reading import filtered
from pages.lists import chips, query
from pages.requests import SignedIn

NOT_NARROWING = ("category", "sort")


@require_safe
@login_required
@vary_on_headers("HX-Request")
def agreement_board(request: SignedIn) -> HttpResponse:
    """Columns by the steps of the chosen category, else by the parts of all processes; filters as on the list."""
    chosen = AgreementFilter(request.GET, Agreement.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return filtered(request, "board", chosen.form, {"open": True}, status=422)
    category = chosen.form.cleaned_data["category"] or ""
    category = "" if category == Category.UNDETERMINED else category
    parameters = query(request.GET, form=chosen.form, without=("page", "sort", "step", "phase"))
    board = Board(
        chosen.qs,
        request.user,
        category=category,
        day=chosen.day,
        past=chosen.past,
        query=parameters,
        back=f"{request.path}?{parameters}",
    )
    context = {
        "open": request.headers.get("HX-Trigger") == "agreement-filter",
        "columns": board.columns,
        "category": category,
        "tabs": tabs(category, request.path),
        "chips": chips(chosen.form, request.GET, besides=NOT_NARROWING),
        "day": chosen.day,
    }
    return filtered(request, "board", chosen.form, context)
