"""One visit: read, printed, and how it came to be what it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from documents.views import notes_context, papers_context
from pages.requests import SignedIn
from visits.changes import acts, changes_of
from visits.gaps import gaps
from visits.models import Visit
from visits.telling import Telling

LAST = 5  # changes that the page of a visit shows


@require_safe
@login_required
def visit_detail(request: SignedIn, pk: int) -> HttpResponse:
    """At most 12 queries; the last changes are fetched by the page itself, since each table of history is a query."""
    told = _told(request.user, pk)
    visit = told.visit
    may_edit = request.user.may_write_for(visit.owner_id)
    context = {"visit": visit, "telling": told, "related": told.related(), "may_edit": may_edit}
    context["agreements"] = told.agreements()
    context |= {"gaps": gaps(visit, told.today)}
    context["may_make_agreement"] = request.user.can_log_visits
    context |= papers_context(request.user, visit) | notes_context(request.user, visit)
    return render(request, "visits/detail.html", context)


@require_safe
@login_required
def visit_print(request: SignedIn, pk: int) -> HttpResponse:
    """The visit report for the file and for signature. Internal notes are never in it."""
    told = _told(request.user, pk)
    return render(request, "visits/print.html", {"visit": told.visit, "telling": told})


@require_safe
@login_required
@vary_on_headers("HX-Request")
def visit_history(request: SignedIn, pk: int) -> HttpResponse:
    """Who changed what and when; for the page of the visit only the last changes."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).for_names(), pk=pk)
    changes = changes_of(visit, request.user)
    if request.htmx:
        return render(request, "visits/_changes.html", {"visit": visit, "acts": acts(changes)[:LAST]})
    return render(request, "visits/history.html", {"visit": visit, "changes": changes})


def _told(user: Any, pk: int) -> Telling:
    return Telling(get_object_or_404(Visit.objects.visible_to(user).for_detail(), pk=pk), user)
