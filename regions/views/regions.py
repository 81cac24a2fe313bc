"""The directory of regions and the profile of each."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from pages.lists import EVERYTHING
from pages.requests import SignedIn
from records.history import event_model, history_of
from regions.filters import RegionFilter, in_tree_order
from regions.forms import FigureForm, PlaceForm, PlaceProfileForm, ProfileForm, TraitForm
from regions.lookups import REGIONS
from regions.models import Level, Region, RegionFigure, RegionTrait
from regions.profile import profile_of
from regions.rights import may_edit, require_edit, require_officer
from regions.views import acts


@require_safe
@login_required
@vary_on_headers("HX-Request")
def region_list(request: SignedIn) -> HttpResponse:
    regions = in_tree_order(Region.objects.visible_to(request.user).select_related("parent__parent"))
    filters = RegionFilter(request.GET, queryset=regions)
    may_add = request.user.may_somewhere("ADD_REFERENCE")
    return acts.show_list(
        request, filters, "regions/list.html", "regions/_table.html", may_add=may_add, tabs=_tabs(request)
    )


def _tabs(request: SignedIn) -> list[dict[str, Any]]:
    """The levels that have regions; with their numbers unless the list is narrowed by something else as well."""
    counts = dict(Region.objects.order_by().values_list("level").annotate(Count("pk")))
    others = {name: str(value) for name, value in request.GET.items() if value and name not in ("level", "page")}
    levels: list[tuple[str, Any]] = [("", _("All")), *((c.value, c.label) for c in Level if c.value in counts)]
    return [
        {
            "label": label,
            "url": f"?{urlencode(others | ({'level': level} if level else {})) or EVERYTHING}",
            "here": level == request.GET.get("level", ""),
            "count": None if others else counts[level] if level else sum(counts.values()),
        }
        for level, label in levels
    ]


@require_safe
@login_required
def region_detail(request: SignedIn, pk: int) -> HttpResponse:
    region = get_object_or_404(REGIONS.records().visible_to(request.user), pk=pk)  # type: ignore[attr-defined]
    context = {
        "region": region,
        "profile": profile_of(region, request.user),
        "may_edit": may_edit(request.user, region),
    }
    return render(request, "regions/detail.html", context)


@require_safe
@login_required
def region_history(request: SignedIn, pk: int) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(request.user), pk=pk)
    figures = event_model(RegionFigure).objects.filter(region_id=pk)
    traits = event_model(RegionTrait).objects.filter(region_id=pk)
    return render(
        request,
        "regions/history.html",
        {"record": region, "changes": history_of(region, figures, traits, reader=request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def region_new(request: SignedIn) -> HttpResponse:
    require_officer(request.user)
    form = PlaceForm(request.POST or None, initial={"name_id": request.GET.get("name", "")})
    hint = _("A city, province or other place outside Indonesia. Indonesia's own regions are all there already.")
    return acts.add(request, form, REGIONS, title=_("Add a place abroad"), hint=hint)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def region_edit(request: SignedIn, pk: int) -> HttpResponse:
    region = _editable(request, pk)
    form_class = PlaceProfileForm if region.level.startswith("FOREIGN") else ProfileForm
    form = form_class(request.POST or None, instance=region)
    return acts.change(request, form, title=_("Profile of %(name)s") % {"name": region}, of=region)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figure_edit(request: SignedIn, region_pk: int, pk: int | None = None) -> HttpResponse:
    region = _editable(request, region_pk)
    figure = acts.row_of(request, region.figures, pk) if pk else RegionFigure(region=region)
    form = FigureForm(request.POST or None, instance=figure)
    title = _("Figure of %(name)s") % {"name": region}
    return acts.change(request, form, title=title, of=region, delete="delete/" if pk else "")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figure_delete(request: SignedIn, region_pk: int, pk: int) -> HttpResponse:
    region = _editable(request, region_pk)
    figure = get_object_or_404(region.figures, pk=pk)
    return acts.take_away(request, figure, title=_("Delete this figure?"), of=region)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def trait_edit(request: SignedIn, region_pk: int, pk: int | None = None) -> HttpResponse:
    region = _editable(request, region_pk)
    trait = acts.row_of(request, region.traits, pk) if pk else RegionTrait(region=region)
    initial = {"kind": request.GET.get("kind", "")} if pk is None else None
    form = TraitForm(request.POST or None, instance=trait, initial=initial)
    title = _("Strength or want of %(name)s") % {"name": region}
    return acts.change(request, form, title=title, of=region, delete="delete/" if pk else "")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def trait_delete(request: SignedIn, region_pk: int, pk: int) -> HttpResponse:
    region = _editable(request, region_pk)
    trait = get_object_or_404(region.traits, pk=pk)
    return acts.take_away(request, trait, title=_("Delete this entry?"), of=region)


def _editable(request: SignedIn, pk: int) -> Region:
    region: Region = get_object_or_404(Region.objects.visible_to(request.user).select_related("parent__parent"), pk=pk)
    require_edit(request.user, region)
    return region
