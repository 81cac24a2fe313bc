"""One agreement: read, printed, and how it came to be what it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agreements.chains import chain_of
from agreements.changes import changes_of
from agreements.gaps import completeness
from agreements.models import Agreement, AgreementState
from agreements.papers import papers_and_notes
from agreements.stepper import Stepper
from agreements.telling import Telling
from agreements.timeline import Kind, events
from agreements.ways import Way
from pages.requests import SignedIn
from visits.changes import acts

LAST = 5  # changes that the page of an agreement shows
LATEST = 12  # events of its timeline there


@require_safe
@login_required
def agreement_detail(request: SignedIn, pk: int) -> HttpResponse:
    """At most 12 queries; timeline and last changes are fetched by the page itself: each of their tables is a query."""
    told = _told(request.user, pk)
    agreement, way = told.agreement, Way(told.agreement)
    context = {
        "agreement": agreement,
        "telling": told,
        "way": way,
        "may_edit": request.user.may_write_for(agreement.owner_id),
        "may_waive": agreement.may_be_waived_by(request.user),
        "today": agreement.today(),
        "chain": chain_of(agreement, request.user),
    }
    context |= papers_and_notes(request.user, agreement, way)
    context["stepper"] = Stepper(
        way, request.user, checklist=context["checklist"], filings=[*context["photos"], *context["papers"]]
    )
    context["gaps"] = completeness(told, way, context["checklist"])
    return render(request, "agreements/detail.html", context)


@require_safe
@login_required
def agreement_print(request: SignedIn, pk: int) -> HttpResponse:
    """The agreement sheet for the file. Internal notes are never in it."""
    told = _told(request.user, pk)
    label = AgreementState(told.agreement.state).label  # type: ignore[attr-defined]  # annotated by with_state
    context = {"agreement": told.agreement, "telling": told, "way": Way(told.agreement), "state_label": label}
    return render(request, "agreements/print.html", context)


@require_safe
@login_required
@vary_on_headers("HX-Request")
def agreement_history(request: SignedIn, pk: int) -> HttpResponse:
    """Who changed what and when; for the page of the agreement only the last changes."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_names(), pk=pk)
    changes = changes_of(agreement, request.user)
    if request.htmx:
        return render(request, "agreements/_changes.html", {"agreement": agreement, "acts": acts(changes)[:LAST]})
    return render(request, "agreements/history.html", {"agreement": agreement, "changes": changes})


@require_safe
@login_required
@vary_on_headers("HX-Request")
def agreement_timeline(request: SignedIn, pk: int) -> HttpResponse:
    """Everything that happened, or one kind of it (`?kind=`); for the page of the agreement only the latest."""
    told = _told(request.user, pk)
    kind = request.GET.get("kind", "")
    found = events(told, kind)
    context = {"agreement": told.agreement, "kind": kind, "kinds": Kind.choices, "total": len(found)}
    if request.htmx:
        return render(request, "agreements/_timeline.html", context | {"events": found[:LATEST]})
    return render(request, "agreements/timeline.html", context | {"events": found})


def _told(user: Any, pk: int) -> Telling:
    return Telling(get_object_or_404(Agreement.objects.visible_to(user).for_detail(), pk=pk), user)
