"""The category adviser: a page of two questions, and the line beside the category in the form."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.advice import propose_for
from agreements.forms.adviser import AdviserForm
from agreements.models import Category
from pages.lookups import Lookup
from pages.requests import SignedIn
from records.keys import by_key
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Organisation, Region

MOST = 20  # parties that the hint looks at


@require_safe
@login_required
def adviser(request: SignedIn) -> HttpResponse:
    """The answer stands below the questions; its address can be kept. One click takes it into a new agreement."""
    _require_officer(request.user)
    asked = request.GET or None
    form = AdviserForm(asked, user=request.user)
    context: dict[str, Any] = {"form": form, "proposal": form.proposal}
    if context["proposal"]:
        context["region"] = form.cleaned_data["region"]
    return render(request, "agreements/adviser.html", context, status=422 if asked and form.errors else 200)


@require_safe
@login_required
def category_hint(request: SignedIn) -> HttpResponse:
    """What the typed parties lead to, while the form is filled in."""
    _require_officer(request.user)
    proposal = propose_for(list(_parties(request.GET)), request.user.home_region)
    chosen = request.GET.get("category", "")
    context = {"proposal": proposal, "chosen": chosen, "undetermined": chosen in ("", Category.UNDETERMINED)}
    return render(request, "agreements/_category_hint.html", context)


def _require_officer(user: Any) -> None:
    if not user.can_log_visits:
        raise PermissionDenied


def _parties(typed: QueryDict) -> list[tuple[Region | None, Organisation | None]]:
    """The chosen records of the rows that are not removed; one who speaks for a region brings that region."""
    numbers = sorted({int(found[1]) for name in typed if (found := re.fullmatch(r"parties-(\d{1,3})-region", name))})
    live = [f"parties-{n}" for n in numbers if typed.get(f"parties-{n}-removed") != "yes"][:MOST]
    return [_party(typed, row) for row in live]


def _party(typed: QueryDict, row: str) -> tuple[Region | None, Organisation | None]:
    behind = _chosen(REGIONS, typed.get(f"{row}-on_behalf_of_region", ""))
    if behind is not None:
        return behind, None
    organisation = _chosen(ORGANISATIONS, typed.get(f"{row}-organisation", ""))
    return _chosen(REGIONS, typed.get(f"{row}-region", "")), organisation


def _chosen(lookup: Lookup[Any], key: str) -> Any:
    return by_key(lookup.records(), key)
