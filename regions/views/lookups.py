"""The lists that open while somebody types into a lookup field."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pages.lookups import options
from pages.requests import SignedIn
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS, VENUES


@require_safe
@login_required
def region_lookup(request: SignedIn) -> HttpResponse:
    return options(request, REGIONS)


@require_safe
@login_required
def organisation_lookup(request: SignedIn) -> HttpResponse:
    return options(request, ORGANISATIONS)


@require_safe
@login_required
def official_lookup(request: SignedIn) -> HttpResponse:
    return options(request, OFFICIALS)


@require_safe
@login_required
def venue_lookup(request: SignedIn) -> HttpResponse:
    return options(request, VENUES)
