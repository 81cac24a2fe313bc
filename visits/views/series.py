"""Programmes: several visits or meetings with phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pages.drafts import keeps_draft
from pages.paging import Row
from pages.requests import SignedIn
from regions.views.acts import kept_once
from visits.forms.series import SeriesForm
from visits.lists import rows
from visits.models import Visit, VisitSeries
from visits.models.visits import HELD, PLANNED

MOST = 200  # programmes on the page, and visits of one programme


@dataclass(frozen=True)
class Phase:
    """One phase with its visits; None for visits of no particular phase."""

    number: int | None
    visits: list[Row]

    @property
    def state(self) -> str:
        """As the timeline marks it: done once one of its visits was held."""
        statuses = {visit["status"] for visit in self.visits}
        if not statuses:
            return "unknown"
        if statuses & set(HELD):
            return "done"
        return "planned" if statuses & set(PLANNED) else "cancelled"


@require_safe
@login_required
def series_list(request: SignedIn) -> HttpResponse:
    """Programmes that the reader may see, with the visits that they may see."""
    seen = Visit.objects.visible_to(request.user).evidenced().filter(series__isnull=False).values("pk")
    visits = Q(visits__in=seen)
    found = VisitSeries.objects.visible_to(request.user).select_related("owner").order_by(Lower("name"), "pk")
    found = found.annotate(
        held=Count("visits", filter=visits),
        first=Min("visits__starts_on", filter=visits),
        last=Max("visits__ends_on", filter=visits),
    )
    context = {"programmes": found[:MOST], "may_add": request.user.can_log_visits}
    return render(request, "visits/series_list.html", context)


@require_safe
@login_required
def series_detail(request: SignedIn, pk: int) -> HttpResponse:
    series = _series(request, pk)
    seen = Visit.objects.visible_to(request.user).filter(series=series)
    found = seen.order_by(F("phase").asc(nulls_last=True), F("starts_on").asc(nulls_last=True), "pk")[:MOST]
    visits = list(rows(found.for_list("phase"), request.user))
    context = {
        "series": series,
        "phases": _phases(visits, series.phases_planned or 0),
        "count": seen.evidenced().count(),
        "may_edit": request.user.may_write_for(series.owner_id),
    }
    return render(request, "visits/series_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def series_new(request: SignedIn) -> HttpResponse:
    if not request.user.can_log_visits:
        raise PermissionDenied(_("Programmes are added by cooperation officers."))
    return _edit(request, VisitSeries())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def series_edit(request: SignedIn, pk: int) -> HttpResponse:
    series = _series(request, pk)
    if not request.user.may_write_for(series.owner_id):
        raise PermissionDenied(_("A programme is changed only by officers of the region that keeps it."))
    return _edit(request, series)


@keeps_draft
def _edit(request: SignedIn, series: VisitSeries) -> HttpResponse:
    """409 with both versions when somebody else saved it in between."""
    form = SeriesForm(request.POST or None, instance=series, user=request.user)
    if request.method == "POST" and (kept := kept_once(request, form)):
        messages.success(request, _("Saved."))
        return redirect("visits:series-detail", kept.pk)
    return render(request, "visits/series_form.html", {"form": form, "series": series}, status=form.status)


def _series(request: SignedIn, pk: int) -> VisitSeries:
    return get_object_or_404(VisitSeries.objects.visible_to(request.user).select_related("owner"), pk=pk)


def _phases(visits: list[Row], planned: int) -> list[Phase]:
    """Every planned phase, the empty ones too; at the end the visits of no phase."""
    numbers: set[Any] = set(range(1, min(planned, MOST) + 1)) | {visit["phase"] for visit in visits if visit["phase"]}
    phases = [Phase(number, [v for v in visits if v["phase"] == number]) for number in sorted(numbers)]
    rest = [visit for visit in visits if not visit["phase"]]
    return [*phases, Phase(None, rest)] if rest else phases
