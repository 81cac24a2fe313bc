"""Finding agreements: the list, and the same list as a file."""

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

from agreements.columns import TABLE
from agreements.filters import DEFAULT_SORT, AgreementFilter
from agreements.lists import COLUMNS, MORE_FOR_FILES, rows
from agreements.models import Agreement
from pages.exports import export, later
from pages.lists import chips, query
from pages.paging import ListPaginator
from pages.panels import panel
from pages.requests import SignedIn


@require_safe
@login_required
@vary_on_headers("HX-Request")
def agreement_list(request: SignedIn) -> HttpResponse:
    """The whole page, or filters and list alone when htmx asks; either way all state is in the address."""
    request.GET, columns = TABLE.tidied(request.GET)
    visible = Agreement.objects.visible_to(request.user)
    chosen = AgreementFilter(request.GET, visible, request=request)
    if not chosen.is_valid():
        return filtered(request, "list", chosen.form, {"open": True}, status=422)

    pages = ListPaginator(
        chosen.qs,
        chosen.order,
        lambda found: list(rows(found.for_list(chosen.day, chosen.order.field, *columns.more), request.user)),
    )
    page = pages.at(request.GET.get("page"))
    context = {
        "open": request.headers.get("HX-Trigger") == "agreement-filter",
        "page": page,
        "columns": columns,
        "show": columns.show,
        "total": pages.tally,
        "day": chosen.day,
        "chips": chips(chosen.form, request.GET),
        "default_sort": DEFAULT_SORT,
        "nothing_yet": not pages.tally and not visible.exists(),
    }
    return filtered(request, "list", chosen.form, context)


@require_safe
@login_required
def agreement_export(request: SignedIn, kind: str) -> HttpResponseBase:
    """All pages of the list that this address shows, in its order. A filter that is wrong is mended on the list."""
    chosen = AgreementFilter(request.GET, Agreement.objects.visible_to(request.user), request=request)
    if not chosen.is_valid():
        return redirect(f"{reverse('agreements:list')}?{request.GET.urlencode()}")
    if background := later(kind, chosen.qs, "agreements", request.GET):
        return background
    order = chosen.order
    found = order.on(chosen.qs).order_by(*order.by()).for_list(chosen.day, *MORE_FOR_FILES)
    return export(kind, gettext_lazy("agreements"), COLUMNS, rows(found.iterator(chunk_size=2000), request.user))


def filtered(request: SignedIn, name: str, form: Form, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page with the filter panel: list or board. Address and links hold the cleaned parameters from here on."""
    idle = () if getattr(form, "cleaned_data", {}).get("step") else ("step",)
    parameters = query(request.GET, form=form, without=idle)
    request.GET = QueryDict(parameters)
    context |= {"query": query(request.GET), "action": request.path}
    shown = {"open": context["open"], "chosen": len(context.get("chips", ()))}
    shown |= {"action": request.path, "is_board": name == "board"}
    context["panel"] = panel("agreements/_filter.html", form, request.GET, shown, offers=("sector", "step"))
    if not request.htmx:
        return render(request, f"agreements/{name}.html", context, status=status)
    response = render(request, f"agreements/_{name}.html", context | {"live": True}, status=status)
    return push_url(response, f"{request.path}?{parameters}" if parameters else request.path)
