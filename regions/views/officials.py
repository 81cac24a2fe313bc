"""Officials and their positions over time."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from pages.requests import SignedIn
from records.history import event_model, history_of
from regions.filters import OfficialFilter
from regions.forms import OfficialCreateForm, OfficialForm, PositionForm
from regions.lookups import OFFICIALS
from regions.models import Official, Position
from regions.profile import shared_by
from regions.rights import may_edit_official, positions_to_edit, require_edit, require_officer
from regions.views import acts


@require_safe
@login_required
@vary_on_headers("HX-Request")
def official_list(request: SignedIn) -> HttpResponse:
    filters = OfficialFilter(request.GET, queryset=Official.objects.visible_to(request.user).for_list())
    templates = ("regions/official_list.html", "regions/_official_table.html")
    return acts.show_list(request, filters, *templates, may_add=request.user.may_somewhere("ADD_REFERENCE"))


@require_safe
@login_required
def official_detail(request: SignedIn, pk: int) -> HttpResponse:
    official = _official(request, pk)
    today = request.user.today()
    positions = list(official.positions.all())
    context = {
        "official": official,
        "serving": [p for p in positions if p.held_on(today)],
        "served": [p for p in positions if not p.held_on(today)],
        "shared": shared_by(official, request.user),
        "may_edit": may_edit_official(request.user, official),
        "editable": positions_to_edit(request.user, positions),
    }
    return render(request, "regions/official_detail.html", context)


@require_safe
@login_required
def official_history(request: SignedIn, pk: int) -> HttpResponse:
    official = _official(request, pk)
    changes = history_of(official, event_model(Position).objects.filter(official_id=pk), reader=request.user)
    return render(request, "regions/history.html", {"record": official, "changes": changes})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def official_new(request: SignedIn) -> HttpResponse:
    require_officer(request.user)
    initial = {"name": request.GET.get("name", ""), "organisation": request.GET.get("organisation", "")}
    form = OfficialCreateForm(request.POST or None, initial=initial)
    return acts.add(request, form, OFFICIALS, title=_("Add an official"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def official_edit(request: SignedIn, pk: int) -> HttpResponse:
    official = _editable(request, pk)
    form = OfficialForm(request.POST or None, instance=official)
    return acts.change(request, form, title=str(official), of=official)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def position_edit(request: SignedIn, official_pk: int, pk: int | None = None) -> HttpResponse:
    official = _official(request, official_pk)
    position = acts.row_of(request, official.positions, pk) if pk else Position(official=official)
    require_edit(request.user, position if pk else official)
    form = PositionForm(request.POST or None, instance=position)
    title = _("Position of %(name)s") % {"name": official}
    return acts.change(request, form, title=title, of=official, delete="delete/" if pk else "")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def position_delete(request: SignedIn, official_pk: int, pk: int) -> HttpResponse:
    official = _official(request, official_pk)
    position = get_object_or_404(official.positions, pk=pk)
    require_edit(request.user, position)
    return acts.take_away(request, position, title=_("Delete this position?"), of=official)


def _official(request: SignedIn, pk: int) -> Official:
    officials = Official.objects.visible_to(request.user).prefetch_related("positions__organisation__region")
    official: Official = get_object_or_404(officials, pk=pk)
    return official


def _editable(request: SignedIn, pk: int) -> Official:
    official = _official(request, pk)
    require_edit(request.user, official)
    return official
