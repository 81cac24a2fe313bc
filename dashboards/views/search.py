"""The search box of every page leads here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboards import finding
from pages.requests import SignedIn


@require_safe
@login_required
def search(request: SignedIn) -> HttpResponse:
    """An official code leads straight to its region; words are looked for in everything that the user may see."""
    asked = request.GET.get("q", "")
    text = finding.cleaned(asked)
    if region := finding.region_by_code(text):
        return redirect(region)
    context: dict[str, Any] = {"text": text, "cut": len(" ".join(asked.split())) > finding.LONGEST}
    if text:
        visits, total = finding.visits(text, request.user)
        agreements, total_of_agreements = finding.agreements(text, request.user)
        context |= {"visits": visits, "total": total, "groups": finding.groups(text)}
        milestones, total_of_milestones = finding.milestones(text, request.user)
        context |= {"milestones": milestones, "total_of_milestones": total_of_milestones}
        context |= {"agreements": agreements, "total_of_agreements": total_of_agreements}
    return render(request, "dashboards/search.html", context)
