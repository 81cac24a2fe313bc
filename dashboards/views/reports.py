"""Formal reports: chosen, shown for the printer, as files; the report of one visit, the sheet of one agreement."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreements.models import Agreement
from dashboards.reports import REPORTS, ReportKind, draw
from dashboards.reports.asking import SheetForm, seat
from dashboards.reports.document import SHOWN, Report
from dashboards.reports.one_agreement import agreement_sheet
from dashboards.reports.one_visit import visit_report
from pages.exports import TYPES
from pages.once import asking_once
from pages.requests import SignedIn
from records.models import Deed
from records.tracing import regions_of, trace
from visits.models import Visit

LONG = 1_000  # rows of a report that is still made while one waits (typst: 1 s, 100 MB more)


@require_safe
@login_required
def reports(request: SignedIn) -> HttpResponse:
    return render(request, "dashboards/reports.html", {"kinds": REPORTS.values()})


@require_safe
@login_required
def report_form(request: SignedIn, code: str) -> HttpResponse:
    """What the report is asked for. Nothing is made here; without JavaScript the same page shows who can sign."""
    kind = _kind(code)
    return render(request, "dashboards/report_form.html", {"kind": kind, "form": kind.form(request.GET, request.user)})


@require_safe
@login_required
@never_cache
def report(request: SignedIn, code: str, kind: str) -> HttpResponseBase:
    """As a page (“html”) or file. What is not said is the reader's own region and the latest half year."""
    of = _kind(code)
    form = of.form(request.GET, request.user)
    if not form.is_valid():
        return render(request, "dashboards/report_form.html", {"kind": of, "form": form}, status=422)
    with asking_once(), translation.override(form.spoken):
        if kind != "html" and of.size(form) > LONG:
            asked = {"what": code, "kind": kind, "query": form.query, "language": form.spoken}
            return redirect(f"{reverse('dashboards:file-ask')}?{urlencode(asked)}")
        made = of.make(form)
        if kind == "html":
            return _page(request, made, code, form.query)
        return _file(made, kind, lambda: f"{of.name}: {form.reported}, {form.cleaned_data['period']}")


@require_safe
@login_required
@never_cache
def report_of_visit(request: SignedIn, pk: int) -> HttpResponse:
    visit = get_object_or_404(Visit.objects.visible_to(request.user).for_detail(), pk=pk)
    form = _sheet(request, visit.owner)
    with translation.override(form.spoken):
        made = visit_report(form, visit)
        ours = {*regions_of(request.user)}.intersection(visit.region_ids)
        return _file(made, "pdf", lambda: f"{_('Visit report')}: {visit}", ours)


@require_safe
@login_required
@never_cache
def sheet_of_agreement(request: SignedIn, pk: int) -> HttpResponse:
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_detail(), pk=pk)
    form = _sheet(request, agreement.owner)
    with translation.override(form.spoken):
        made = agreement_sheet(form, agreement)
        ours = {*regions_of(request.user)}.intersection(agreement.region_ids)
        return _file(made, "pdf", lambda: f"{_('Agreement sheet')}: {agreement}", ours)


def _kind(code: str) -> ReportKind:
    if code not in REPORTS:
        raise Http404
    return REPORTS[code]


def _sheet(request: SignedIn, region: Any) -> SheetForm:
    """Who signs is asked in the address; the place is that of the region unless it says otherwise."""
    form = SheetForm({"place": seat(region), **request.GET.dict()}, user=request.user, region=region)
    if not form.is_valid():
        raise Http404
    return form


def _page(request: SignedIn, made: Report, code: str, query: str) -> HttpResponse:
    context = {"report": made, "code": code, "query": query, "most": SHOWN}
    return render(request, "dashboards/report_print.html", context)


def _file(made: Report, kind: str, named: Callable[[], str], ours: set[int] | None = None) -> HttpResponse:
    """`named`: what the trace calls it, in its own language; `ours`: the reader's regions that have part in it."""
    out = io.BytesIO()
    draw(made, kind, out)
    response = HttpResponse(out.getvalue(), content_type=TYPES.get(kind, "application/pdf"))
    trace(Deed.REPORT_READ, what=named, only=ours, format=kind)
    name = f"{slugify(f'{made.title} {made.subject}')[:120] or 'report'}.{kind}"
    response["Content-Disposition"] = content_disposition_header(kind != "pdf", name) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response
