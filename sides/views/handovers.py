"""A record is offered to another side, which takes it over or declines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pages.drafts import keeps_draft
from pages.requests import SignedIn
from pages.sheets.once import is_same, save_once, saved_before, submission_of, why_refused
from records.keys import SHORT, whole
from records.models import Stale
from sides import handing
from sides.forms.deeds import AnswerForm, OfferForm
from sides.lists import handover_badge
from sides.models import RECORDS, Handover
from sides.rights import may_hand_over, may_take_over
from sides.subjects import subject_of

PEOPLE = ("from_region", "to_region", "offered_by", "answered_by")


# handovers/new/<what>/<pk>/


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@keeps_draft
def handover_new(request: SignedIn, what: str, pk: int) -> HttpResponse:
    if what not in RECORDS:
        raise Http404
    record = subject_of(request.user, what, pk).record
    if not may_hand_over(request.user, record):
        raise PermissionDenied(_("A record is handed over by a manager of the side that keeps it."))
    receivers = handing.receivers(record)
    if request.method != "POST":
        return _offer_page(request, record, OfferForm(receivers=receivers), receivers)
    form = OfferForm(request.POST, receivers=receivers)
    if form.is_restored:
        return _offer_page(request, record, form, receivers)
    if (known := saved_before(request, Handover)) and is_same(request):
        return redirect(known)
    if not form.is_valid():
        return _offer_page(request, record, form, receivers, 422)
    said = form.cleaned_data
    try:
        made = save_once(
            request,
            Handover,
            lambda one: handing.offer(record, said["to"], said["text"], by=request.user, submission=one),
        )
    except (IntegrityError, DataError) as refusal:
        form.add_error(None, why_refused(refusal))
        return _offer_page(request, record, form, receivers, 422)
    request.session["sent"] = {"submission": str(made.submission)}
    messages.success(
        request, _("Offered to %(region)s. Until they take it over, it is yours.") % {"region": said["to"]}
    )
    return redirect(made)


def _offer_page(
    request: SignedIn, record: Any, form: OfferForm, receivers: list[Any], status: int = 200
) -> HttpResponse:
    context = {
        "record": record,
        "form": form,
        "receivers": receivers,
        "loses": not _takes_part(record),
        "submission": submission_of(request),
    }
    return render(request, "sides/offer.html", context, status=status)


def _takes_part(record: Any) -> bool:
    """Does the side that keeps the record take part in it, so that it goes on seeing it?"""
    rows = record.delegations if hasattr(record, "delegations") else record.parties
    mine = rows.filter(region=record.owner_id) | rows.filter(on_behalf_of_region=record.owner_id)
    return bool(getattr(record, "host_region_id", None) == record.owner_id or mine.exists())


# handovers/<pk>/


@require_safe
@login_required
def handover_detail(request: SignedIn, pk: int) -> HttpResponse:
    handover = _handover(request, pk)
    return _handover_page(request, handover, AnswerForm(initial={"version": handover.version}))


@require_POST
@login_required
@keeps_draft
def handover_answer(request: SignedIn, pk: int) -> HttpResponse:
    handover = _handover(request, pk)
    if not may_take_over(request.user, handover):
        raise PermissionDenied(_("An offer is answered by a manager of the side to which it is made."))
    form = AnswerForm(request.POST)
    decline = "decline" in request.POST
    if form.is_valid() and decline:
        form.demand_reason(_("Say why you decline: the other side reads it."))
    if form.errors or form.is_restored:
        return _handover_page(request, handover, form, form.status)
    deed = handing.decline if decline else handing.take_over
    said = form.cleaned_data
    try:
        deed(handover, said["answer"].strip(), by=request.user, version=said["version"])
    except Stale:
        return _handover_page(request, _handover(request, pk), form, 409)
    messages.success(request, _("Declined.") if decline else _("Taken over: your side keeps the record now."))
    return redirect(handover)


@require_POST
@login_required
def handover_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    handover = _handover(request, pk)
    if not may_hand_over(request.user, handover.record):
        raise PermissionDenied(_("An offer is withdrawn by a manager of the side that made it."))
    version = whole(request.POST.get("version", ""), SHORT)
    try:
        handing.withdraw(handover, by=request.user, version=version or 0)
        messages.success(request, _("Withdrawn: the record stays with your side."))
    except Stale:
        messages.warning(request, _("Nothing was withdrawn: the offer has been answered in the meantime."))
    return redirect("sides:handover", pk)


def _handover(request: SignedIn, pk: int) -> Handover:
    found = Handover.objects.visible_to(request.user).for_names().select_related(*PEOPLE)
    handover: Handover = get_object_or_404(found, pk=pk)
    return handover


def _handover_page(request: SignedIn, handover: Handover, form: AnswerForm, status: int = 200) -> HttpResponse:
    if status == 409:
        data: QueryDict = request.POST.copy()
        data["version"] = str(handover.version)
        form = AnswerForm(data)
    context = {
        "handover": handover,
        "record": handover.record,
        "form": form,
        "stale": status == 409,
        "badge": handover_badge(handover.state),
        "may_answer": handover.is_open and may_take_over(request.user, handover),
        "may_withdraw": handover.is_open and may_hand_over(request.user, handover.record),
    }
    return render(request, "sides/handover.html", context, status=status)
