"""Organisations: the directory, a page each, adding and changing them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from pages.requests import SignedIn
from records.history import event_model, history_of
from regions.filters import OrganisationFilter
from regions.forms import OrganisationForm
from regions.lookups import ORGANISATIONS
from regions.models import Organisation, Position
from regions.profile import holders_of, shared_by, tree_of
from regions.rights import may_edit, require_edit, require_officer
from regions.views import acts


@require_safe
@login_required
@vary_on_headers("HX-Request")
def organisation_list(request: SignedIn) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user).for_list()
    filters = OrganisationFilter(request.GET, queryset=organisations)
    templates = ("regions/organisation_list.html", "regions/_organisation_table.html")
    return acts.show_list(request, filters, *templates, may_add=request.user.may_somewhere("ADD_REFERENCE"))


@require_safe
@login_required
def organisation_detail(request: SignedIn, pk: int) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user).select_related("region__parent", "seat", "parent")
    organisation = get_object_or_404(organisations, pk=pk)
    positions = organisation.positions.select_related("official").order_by("title", Lower("official__name"))
    today = request.user.today()
    context = {
        "organisation": organisation,
        "serving": holders_of(p for p in positions if p.held_on(today)),
        "served": holders_of(p for p in positions if not p.held_on(today)),
        "units": tree_of(Organisation.objects.for_list().filter(parent=organisation)[:200]),
        "shared": shared_by(organisation, request.user),
        "may_edit": may_edit(request.user, organisation.region),
    }
    return render(request, "regions/organisation_detail.html", context)


@require_safe
@login_required
def organisation_history(request: SignedIn, pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    changes = history_of(organisation, event_model(Position).objects.filter(organisation_id=pk), reader=request.user)
    return render(request, "regions/history.html", {"record": organisation, "changes": changes})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organisation_new(request: SignedIn) -> HttpResponse:
    require_officer(request.user)
    initial = {"name_id": request.GET.get("name", ""), "region": request.GET.get("region", "")}
    form = OrganisationForm(request.POST or None, initial=initial, user=request.user)
    return acts.add(request, form, ORGANISATIONS, title=_("Add an organisation"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organisation_edit(request: SignedIn, pk: int) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user).select_related("region", "parent", "seat")
    organisation = get_object_or_404(organisations, pk=pk)
    require_edit(request.user, organisation)
    form = OrganisationForm(request.POST or None, instance=organisation, user=request.user)
    return acts.change(request, form, title=str(organisation), of=organisation)
