"""Finding visits: the list, and the same list as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from pages.exports import export, later
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.panels import panel
from pages.requests import SignedIn
from visits.columns import TABLE
from visits.filters import DEFAULT_SORT, VisitFilter
from visits.lists import COLUMNS, MORE_FOR_FILES, rows
from visits.models import Visit


@require_safe
@login_required
@vary_on_headers("HX-Request")
def visit_list(request: SignedIn) -> HttpResponse:
    """The whole page, or filters and list alone when htmx asks; either way all state is in the address."""
    request.GET, columns = TABLE.tidied(request.GET)
    visible = Visit.objects.visible_to(request.user)
    chosen = VisitFilter(request.GET, visible, request=request)
    if not chosen.is_valid():
        return _answer(request, chosen.form, {"open": True}, status=422)

    pages = ListPaginator(
        chosen.qs,
        chosen.order,
        lambda found: list(rows(found.for_list(chosen.order.field, *columns.more), request.user, chosen.side)),
    )
    page = pages.at(request.GET.get("page"))
    context = {
        "open": request.headers.get("HX-Trigger") == "visit-filter",
        "page": page,
        "columns": columns,
        "show": columns.show,
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "query": query(request.GET, form=chosen.form),
        "default_sort": DEFAULT_SORT,
        "nothing_yet": not pages.tally and not visible.exists(),
    }
    return _answer(request, chosen.form, context)


@require_safe
@login_required
def visit_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order. A filter that is wrong is mended on the list."""
    chosen = VisitFilter(request.GET, Visit.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('visits:list')}?{request.GET.urlencode()}")
    if background := later(kind, chosen.qs, "visits", request.GET):
        return background
    order = chosen.order
    found = order.on(chosen.qs).order_by(*order.by()).for_list(*MORE_FOR_FILES)
    return export(
        kind, gettext_lazy("visits"), COLUMNS, rows(found.iterator(chunk_size=2000), request.user, chosen.side)
    )


def _answer(request: SignedIn, form: Form, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """From here on the request holds the cleaned parameters: links that the page makes of them are fit to be shared."""
    parameters = query(request.GET, form=form, without=())
    request.GET = QueryDict(parameters)
    shown = {"open": context["open"], "chosen": len(context.get("chips", ()))}
    context["panel"] = panel("visits/_filter.html", form, request.GET, shown, offers=("kind", "sector"))
    if not request.htmx:
        return render(request, "visits/list.html", context, status=status)
    response = render(request, "visits/_list.html", context | {"live": True}, status=status)
    return push_url(response, f"{request.path}?{parameters}" if parameters else request.path)
