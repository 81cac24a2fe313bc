"""Finding follow-ups: the list, the same list as a file, and what one must do oneself."""

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

from followups.bulk import offered
from followups.columns import TABLE
from followups.filters import DEFAULT_SORT, MilestoneFilter
from followups.lists import COLUMNS, MORE_FOR_FILES, rows
from followups.lookups import PeopleLookup
from followups.models import Milestone
from pages.exports import export, later
from pages.lists import chips, query
from pages.lookups import options
from pages.paging import ListPaginator
from pages.panels import panel
from pages.requests import SignedIn

NOT_FOR_BULK = ("page", "sort", "columns", "view")


@require_safe
@login_required
@vary_on_headers("HX-Request")
def milestone_list(request: SignedIn) -> HttpResponse:
    """The whole page, or filters and list alone when htmx asks; either way all state is in the address."""
    request.GET, columns = TABLE.tidied(request.GET)
    visible = Milestone.objects.visible_to(request.user)
    chosen = MilestoneFilter(request.GET, visible, request=request)
    if not chosen.is_valid():
        return filtered(request, chosen.form, {"open": True}, status=422)

    pages = ListPaginator(
        chosen.qs,
        chosen.order,
        lambda found: list(rows(found.for_list(chosen.order.field, *columns.more), request.user)),
    )
    page = pages.at(request.GET.get("page"))
    context = {
        "open": request.headers.get("HX-Trigger") == "milestone-filter",
        "page": page,
        "columns": columns,
        "show": columns.show,
        "total": pages.tally,
        "chips": chips(chosen.form, request.GET),
        "default_sort": DEFAULT_SORT,
        "nothing_yet": not pages.tally and not visible.exists(),
    }
    return filtered(request, chosen.form, context)


@require_safe
@login_required
def milestone_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order. A filter that is wrong is mended on the list."""
    chosen = MilestoneFilter(request.GET, Milestone.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('followups:list')}?{request.GET.urlencode()}")
    if background := later(kind, chosen.qs, "follow-ups", request.GET):
        return background
    order = chosen.order
    found = order.on(chosen.qs).order_by(*order.by()).for_list(*MORE_FOR_FILES)
    return export(kind, gettext_lazy("follow-ups"), COLUMNS, rows(found.iterator(chunk_size=2000), request.user))


@require_safe
@login_required
def people_lookup(request: SignedIn) -> HttpResponse:
    return options(request, PeopleLookup(request.user, about=request.GET.dict()))


def filtered(request: SignedIn, form: Form, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page with its filter panel. Address and links hold the cleaned parameters from here on."""
    parameters = query(request.GET, form=form, without=())
    request.GET = QueryDict(parameters)
    context |= {
        "query": query(request.GET),
        "action": request.path,
        "parameters": [(name, value) for name, value in request.GET.items() if name not in NOT_FOR_BULK],
        "deeds": offered(request.user),
    }
    shown = {"open": context["open"], "chosen": len(context.get("chips", ())), "action": request.path}
    context["panel"] = panel("followups/_filter.html", form, request.GET, shown, offers=())
    if not request.htmx:
        return render(request, "followups/list.html", context, status=status)
    response = render(request, "followups/_list.html", context | {"live": True}, status=status)
    return push_url(response, f"{request.path}?{parameters}" if parameters else request.path)
