"""Venues: added in place while a visit is logged, changed from the page of their region."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.requests import SignedIn
from regions.forms import VenueForm
from regions.lookups import VENUES
from regions.models import Venue
from regions.rights import require_edit, require_officer
from regions.views import acts


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def venue_new(request: SignedIn) -> HttpResponse:
    require_officer(request.user)
    initial = {"name": request.GET.get("name", ""), "region": request.GET.get("region", "")}
    form = VenueForm(request.POST or None, initial=initial)
    return acts.add(request, form, VENUES, title=_("Add a venue"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def venue_edit(request: SignedIn, pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue.objects.visible_to(request.user).select_related("region", "parent"), pk=pk)
    require_edit(request.user, venue.region)
    form = VenueForm(request.POST or None, instance=venue)
    return acts.change(request, form, title=str(venue), of=venue)
