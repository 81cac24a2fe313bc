"""What must be done after visits, in one list."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pages.exports import export
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.requests import SignedIn
from visits.follow_ups import BY_DUE, COLUMNS, OutcomeFilter, rows
from visits.models import Outcome


@require_safe
@login_required
def outcome_list(request: SignedIn) -> HttpResponse:
    """Open follow-ups, what is due first on top; each leads to its visit."""
    chosen = OutcomeFilter(request.GET, Outcome.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return render(request, "visits/outcome_list.html", {"form": chosen.form, "open": True}, status=422)
    pages = ListPaginator(chosen.qs, BY_DUE, lambda found: list(rows(found.for_list(), request.user)))
    context = {
        "form": chosen.form,
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
    }
    return render(request, "visits/outcome_list.html", context)


@require_safe
@login_required
def outcome_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order."""
    chosen = OutcomeFilter(request.GET, Outcome.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('visits:outcome-list')}?{request.GET.urlencode()}")
    found = chosen.qs.order_by(*BY_DUE.by()).for_list()
    return export(kind, _("follow-ups"), COLUMNS, rows(found.iterator(chunk_size=2000), request.user))
