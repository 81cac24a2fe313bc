"""The search box of every page leads here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboards.finding import LONGEST, Search, cleaned, straight_to
from pages.requests import SignedIn


@require_safe
@login_required
def search(request: SignedIn) -> HttpResponse:
    """A code or number leads straight to its record; words are looked for in everything that the user may see."""
    typed = request.GET.get("q", "")
    text = cleaned(typed)
    if text and (record := straight_to(text, request.user)):
        return redirect(record)
    context: dict[str, Any] = {"text": text, "cut": len(" ".join(typed.split())) > LONGEST}
    if text:
        context["found"] = Search(text, request.user)
    return render(request, "dashboards/search.html", context)
