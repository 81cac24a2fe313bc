"""The calendar: a month, the agenda, and one event for a calendar program."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from dashboards.calendar.agenda import Agenda
from dashboards.calendar.events import NAME_OF_KIND, event_of
from dashboards.calendar.forms import AgendaForm, CalendarForm, month_of
from dashboards.calendar.month import Month
from dashboards.calendar.writing import calendar_file
from pages.lists import chips, query
from pages.requests import SignedIn

BESIDES = ("month", "since", "until", "undated", "page")  # parameters that do not say which items


@require_safe
@login_required
@vary_on_headers("HX-Request")
def month(request: SignedIn) -> HttpResponse:
    """The whole page, or filters and month alone when htmx asks; either way all state is in the address."""
    form = CalendarForm(request.GET)
    first, understood = month_of(request.GET.get("month", ""), request.user.today())
    context = {"here": "month", "understood": understood}
    if not form.is_valid():
        return _answer(request, form, context | {"open": True}, status=422)
    return _answer(request, form, context | {"month": Month(form.wish(request.user), first)})


@require_safe
@login_required
@vary_on_headers("HX-Request")
def agenda(request: SignedIn) -> HttpResponse:
    form = AgendaForm(request.GET)
    if not form.is_valid():
        return _answer(request, form, {"here": "agenda", "open": True}, status=422)
    first, last = form.period(request.user.today())
    apart = form.cleaned_data["undated"]
    found = Agenda(form.wish(request.user), first, last, request.GET.get("page", "1"), apart=apart)
    return _answer(request, form, {"here": "agenda", "agenda": found, "page": found.page})


@require_safe
@login_required
def event(request: SignedIn, what: str, pk: int) -> HttpResponse:
    """One visit, follow-up or end as a file that every calendar program opens. Without a day there is none."""
    if what not in NAME_OF_KIND:
        raise Http404
    found = event_of(NAME_OF_KIND[what], pk, request.user)
    if found is None:
        raise Http404(_("There is no such record, or nobody knows its day."))
    response = HttpResponse(calendar_file([found]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}-{pk}.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response


def _answer(request: SignedIn, form: Form, context: dict[str, Any], status: int = 200) -> HttpResponse:
    is_month = context["here"] == "month"
    context |= {
        "form": form,
        "chips": chips(form, request.GET, besides=("since", "until", "undated")) if form.is_valid() else [],
        "query": query(request.GET, form=form, without=BESIDES),
        "open": context.get("open") or request.headers.get("HX-Trigger") == "calendar-filter",
        "action": reverse("dashboards:calendar" if is_month else "dashboards:agenda"),
    }
    if not request.htmx:
        return render(request, f"dashboards/calendar/{context['here']}.html", context, status=status)
    response = render(request, f"dashboards/calendar/_{context['here']}.html", context | {"live": True}, status=status)
    parameters = query(request.GET, form=form, without=())
    return push_url(response, f"{request.path}?{parameters}" if parameters else request.path)
