"""The page on which a working day begins."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.day import Day
from pages.requests import SignedIn


@require_safe
@login_required
def home(request: SignedIn) -> HttpResponse:
    """Somebody who belongs to no region and no unit yet is told what to do about it."""
    user = request.user
    if not user.standing and not user.sees_all:
        return render(request, "dashboards/stranger.html")
    return render(request, "dashboards/home.html", {"day": Day(user)})
