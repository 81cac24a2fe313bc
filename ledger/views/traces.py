"""The book of deeds: sign-ins, exports, downloads of restricted papers, changed rights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.rights import Right
from ledger.filters import TraceFilter
from ledger.lists import COLUMNS, NEWEST, trace_rows
from pages.exports import export, too_long
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.requests import SignedIn
from records.models import Trace


@require_safe
@login_required
def trace_list(request: SignedIn) -> HttpResponse:
    """What the people did for whom the reader answers."""
    _require_answering(request)
    return _list(request, Trace.objects.visible_to(request.user), mine=False)


@require_safe
@login_required
def mine(request: SignedIn) -> HttpResponse:
    """One's own sign-ins and deeds: whoever sees one that was not theirs knows that somebody else has the password."""
    return _list(request, Trace.objects.filter(user=request.user), mine=True)


@require_safe
@login_required
def trace_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order."""
    _require_answering(request)
    chosen = TraceFilter(request.GET, Trace.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('ledger:traces')}?{request.GET.urlencode()}")
    if refusal := too_long(kind, chosen.qs):
        messages.error(request, refusal)
        return redirect(f"{reverse('ledger:traces')}?{request.GET.urlencode()}")
    found = chosen.qs.order_by(*NEWEST.by()).select_related("user")
    return export(kind, gettext_lazy("traces"), COLUMNS, trace_rows(found.iterator(chunk_size=2000)))


def _list(request: SignedIn, found: Any, *, mine: bool) -> HttpResponse:
    chosen = TraceFilter(request.GET, found, request=request)
    template, context = "ledger/traces.html", {"form": chosen.form, "mine": mine}
    if not chosen.is_valid():
        return render(request, template, context | {"open": True}, status=422)
    pages = ListPaginator(chosen.qs, NEWEST, lambda rows: list(trace_rows(rows.select_related("user"))))
    context |= {
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
    }
    return render(request, template, context)


def _require_answering(request: SignedIn) -> None:
    if not request.user.may_somewhere(Right.SEE_TRACES):
        raise PermissionDenied(_("What others did is seen by managers and administrators of their region."))
