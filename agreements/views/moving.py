"""The moves of an agreement: each has an address of its own, shows its form, and does the deed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from agreements.checklists import checklist_of
from agreements.forms import moving as forms
from agreements.forms.deeds import DeedForm
from agreements.models import Agreement, ProcessStep
from agreements.moving import Refused
from agreements.stepper import Stepper
from agreements.ways import Way
from documents.forms import forget_pieces
from documents.papers import papers_of
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from records.keys import whole
from records.models import Stale

ASKED = ["GET", "HEAD", "POST"]


# agreements/<pk>/way/


@require_safe
@login_required
def agreement_way(request: SignedIn, pk: int) -> HttpResponse:
    """Where it stands and every move that the reader may make, as a page of its own."""
    agreement = _visible(request, pk)
    way, filings = Way(agreement), papers_of(agreement, request.user)
    checklist = checklist_of(way, filings)
    stepper = Stepper(way, request.user, checklist=checklist, filings=filings, back=_back(request, request.GET))
    context = {"agreement": agreement, "stepper": stepper, "open": True, "may_add": stepper.may_write}
    return render(request, "agreements/way.html", context | {"checklist": checklist})


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_move(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.MoveForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_send_back(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.SendBackForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_transfer(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.TransferForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_hold(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.HoldForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_resume(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.ResumeForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_close(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.CloseForm)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def agreement_reopen(request: SignedIn, pk: int) -> HttpResponse:
    return _act(request, pk, forms.ReopenForm)


# agreements/<pk>/steps/<step_pk>/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def step_done(request: SignedIn, pk: int, step_pk: int) -> HttpResponse:
    return _act(request, pk, forms.DoneForm, step_pk)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def step_skip(request: SignedIn, pk: int, step_pk: int) -> HttpResponse:
    return _act(request, pk, forms.SkipForm, step_pk)


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def step_waive(request: SignedIn, pk: int, step_pk: int) -> HttpResponse:
    """For managers of the keeping region only."""
    agreement = _own(request, pk)
    if not agreement.may_be_waived_by(request.user):
        raise PermissionDenied(_("Only a manager of the region that keeps the record may waive a gate."))
    return _act(request, pk, forms.WaiveForm, step_pk)


@keeps_draft
def _act(request: SignedIn, pk: int, form_class: type[DeedForm], step_pk: int | None = None) -> HttpResponse:
    """Guard, fetch, form, act, answer: 422 with the rule that forbids it, 409 when somebody else was faster."""
    agreement, step = _own(request, pk), _step(step_pk)
    made = {"way": Way(agreement), "user": request.user, "step": step}
    if request.method != "POST":
        return _page(request, form_class(initial=_chosen(request), **made))
    form = form_class(request.POST, request.FILES, **made)
    if form.is_restored:
        return _page(request, form)
    valid = form.is_valid()
    if form.keep_upload():
        forget_pieces(request, "upload")
    if form.was_overtaken:
        return _overtaken(request, form)
    if not valid:
        return _page(request, form, 422)
    try:
        form.act()
    except Stale:
        return _overtaken(request, form)
    except Refused as refusal:
        form.refuse(refusal)
        return _page(request, form, 422)
    return _done(request, form)


def _done(request: SignedIn, form: DeedForm) -> HttpResponse:
    last = form.agreement.log.select_related("step").order_by("pk").last()
    messages.success(request, str(last or _("Saved.")))
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(_back(request, request.POST) or f"{form.agreement.get_absolute_url()}#way")


def _overtaken(request: SignedIn, form: DeedForm) -> HttpResponse:
    """Says what changed and keeps what was typed; sent once more, it is judged by what stands now.

    The same person with the same deed and the same words has only clicked twice.
    """
    way = Way(_own(request, form.agreement.pk))
    seen = form.cleaned_data.get("seen") or 0
    since = [entry for entry in way.log if entry.pk > seen]
    if form.wrote(since):
        return _done(request, form)
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = str(way.agreement.version)
    data["seen"] = str(way.log[-1].pk if way.log else 0)
    again = type(form)(data, way=way, user=request.user, step=form.step)
    own = bool(since) and all(entry.by_id == request.user.pk for entry in since)
    return _page(request, again, 409, overtaken=True, since=since, own=own, kept=form.kept)


def _page(request: SignedIn, form: DeedForm, status: int = 200, **context: Any) -> HttpResponse:
    """The page, or its part for the dialog."""
    agreement = form.agreement
    context = {"kept": form.kept} | context
    context |= {
        "form": form,
        "agreement": agreement,
        "back": _back(request, request.POST or request.GET) or f"{agreement.get_absolute_url()}#way",
        "may_waive": agreement.may_be_waived_by(request.user),
        "action": request.path,
        "in_dialog": bool(request.htmx),
    }
    return render(request, "agreements/_move.html" if request.htmx else "agreements/move.html", context, status=status)


def _visible(request: SignedIn, pk: int) -> Agreement:
    found = Agreement.objects.visible_to(request.user).for_names().select_related("owner", "process", "step")
    return get_object_or_404(found, pk=pk)


def _own(request: SignedIn, pk: int) -> Agreement:
    agreement = _visible(request, pk)
    if not request.user.may_write_for(agreement.owner_id):
        raise PermissionDenied(_("An agreement is moved only by officers of the region that keeps it."))
    return agreement


def _step(step_pk: int | None) -> ProcessStep | None:
    if step_pk is None:
        return None
    steps = ProcessStep.objects.filter(process__published_on__isnull=False).prefetch_related("papers")
    step: ProcessStep = get_object_or_404(steps, pk=step_pk)
    return step


def _chosen(request: SignedIn) -> dict[str, Any]:
    """What the address chooses beforehand: where to, and where to go back afterwards."""
    to = whole(request.GET.get("to", ""))
    chosen: dict[str, Any] = {"next": _back(request, request.GET)}
    return chosen if to is None else chosen | {"to": to}


def _back(request: SignedIn, data: Any) -> str:
    url: str = data.get("next", "")
    safe = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else ""
