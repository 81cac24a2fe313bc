"""The page of two (a region with another, or with an organisation), and whom a region might talk to."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from dashboards.finder import Finder, FinderForm
from dashboards.relations import Between, relation_of
from dashboards.relations.happening import TABS, WHAT, page_of
from pages.requests import SignedIn
from regions.models import Organisation, Region
from regions.rights import may_edit


@require_safe
@login_required
@vary_on_headers("HX-Request")
def relation(request: SignedIn, ours: int, theirs: int) -> HttpResponse:
    """Any two regions have one: what is known of both is public, what is between them is what the reader may see."""
    found = Region.objects.visible_to(request.user).select_related("parent__parent")
    both = {region.pk: region for region in found.filter(Q(pk=ours) | Q(pk=theirs))}
    if len(both) < 2:
        raise Http404
    return _answer(request, Between(both[ours], both[theirs], request.user))


@require_safe
@login_required
@vary_on_headers("HX-Request")
def relation_organisation(request: SignedIn, ours: int, organisation: int) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(request.user).select_related("parent__parent"), pk=ours)
    units = Organisation.objects.visible_to(request.user).select_related("region")
    return _answer(request, Between(region, get_object_or_404(units, pk=organisation), request.user))


@require_safe
@login_required
def finder(request: SignedIn) -> HttpResponse:
    """Partners for the region of the reader, or for another that they choose: offers and wants are public."""
    form = FinderForm(request.GET)
    if not form.is_valid():
        return render(request, "dashboards/finder.html", {"form": form}, status=422)
    region = form.cleaned_data["region"] or request.user.home_region
    if region is None:
        return render(request, "dashboards/finder.html", {"form": form})
    found = Finder(region, request.user, form.cleaned_data)
    context = {
        "form": form,
        "finder": found,
        "page": found.page(request.GET.get("page")),
        "may_edit": may_edit(request.user, region),
    }
    return render(request, "dashboards/finder.html", context)


def _answer(request: SignedIn, between: Between) -> HttpResponse:
    what = request.GET.get("what", "")
    what = what if what in WHAT else ""
    context: dict[str, Any] = {
        "between": between,
        "what": what,
        "tabs": _tabs(what),
    }
    number = request.GET.get("page")
    if request.htmx:
        context |= {"page": page_of(between, what, number), "live": True}
        return render(request, "dashboards/_relation_timeline.html", context)
    told = relation_of(between)
    page = page_of(between, what, number, told.agreements)
    is_empty = told.is_empty and not what and not page.object_list
    return render(request, "dashboards/relation.html", context | {"relation": told, "page": page, "is_empty": is_empty})


def _tabs(what: str) -> list[dict[str, Any]]:
    """What the timeline can be narrowed to by hand; what numbers lead to besides shows as the one that is chosen."""
    codes = [*TABS, what] if what not in TABS else [*TABS]
    return [{"what": code, "label": WHAT[code], "here": code == what} for code in codes]
