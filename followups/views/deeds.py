"""The deeds on a milestone: each has an address of its own, shows its form, and does the deed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from documents.forms import forget_pieces
from followups.doing import Refused
from followups.forms import deeds as forms
from followups.forms.deeds import DeedForm, require
from followups.models import Milestone
from followups.telling import due_in_words, state_badge
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from records.models import Stale

ASKED = ["GET", "HEAD", "POST"]

# The last part of the address, and its form.
FORMS: dict[str, type[DeedForm]] = {
    "accept": forms.AcceptForm,
    "decline": forms.DeclineForm,
    "begin": forms.BeginForm,
    "block": forms.BlockForm,
    "done": forms.DoneForm,
    "complete": forms.CompleteForm,
    "reopen": forms.ReopenForm,
    "reschedule": forms.RescheduleForm,
    "snooze": forms.SnoozeForm,
    "wake": forms.WakeForm,
    "cancel": forms.CancelForm,
}


# follow-ups/<pk>/<deed>/


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def deed(request: SignedIn, pk: int, form: type[DeedForm]) -> HttpResponse:
    """Guard, fetch, form, act, answer: 422 with the rule that forbids it, 409 when somebody else was faster."""
    milestone = visible(request, pk)
    return _act(request, form, {"milestone": milestone, "user": request.user})


@require_http_methods(ASKED)
@login_required
@vary_on_headers("HX-Request")
def part_done(request: SignedIn, pk: int, part_pk: int) -> HttpResponse:
    """Confirm one side's part."""
    milestone = visible(request, pk)
    part = get_object_or_404(milestone.parts.select_related("region", "unit__region"), pk=part_pk)
    part.milestone = milestone
    return _act(request, forms.ConfirmForm, {"milestone": milestone, "user": request.user, "part": part})


def visible(request: SignedIn, pk: int) -> Milestone:
    return get_object_or_404(Milestone.objects.visible_to(request.user).for_names().select_related("owner"), pk=pk)


def back_to(request: SignedIn, data: Any) -> str:
    """`?next=` where it leads to a page of ours."""
    url: str = data.get("next", "")
    safe = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if safe else ""


@keeps_draft
def _act(request: SignedIn, form_class: type[DeedForm], made: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        form = form_class(initial={"next": back_to(request, request.GET)}, **made)
        require(form)
        return _page(request, form)
    form = form_class(request.POST, request.FILES, **made)
    require(form)
    if form.is_restored:
        return _page(request, form)
    valid = form.is_valid()
    if form.keep_papers():
        forget_pieces(request)
    if form.was_overtaken:
        return _overtaken(request, form)
    if not valid:
        return _page(request, form, 422)
    try:
        form.act()
    except Stale:
        return _overtaken(request, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, 422)
    return _done(request, form)


def _done(request: SignedIn, form: DeedForm) -> HttpResponse:
    last = form.milestone.log.order_by("pk").last()
    told = str(last) if last and form.did(last) else _("Saved.")
    messages.success(request, f"{told}: {form.milestone}" if last else told)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(back_to(request, request.POST) or form.milestone.get_absolute_url())


def _overtaken(request: SignedIn, form: DeedForm) -> HttpResponse:
    """Says what changed and keeps what was typed; sent once more, it is judged by what stands now.

    The same person with the same deed and the same words has only clicked twice.
    """
    form.milestone = milestone = visible(request, form.milestone.pk)
    seen = form.cleaned_data.get("seen") or 0
    since = list(milestone.log.filter(pk__gt=seen).select_related("by", "region"))
    if any(form.wrote(entry) for entry in since):
        return _done(request, form)
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"], data["seen"] = str(milestone.version), str(since[-1].pk if since else seen)
    again = type(form)(data, milestone=milestone, user=request.user, part=form.part)
    again.kept = form.kept
    if form.part is not None:
        again.part = get_object_or_404(milestone.parts.select_related("region", "unit__region"), pk=form.part.pk)
    own = bool(since) and all(entry.by_id == request.user.pk for entry in since)
    return _page(request, again, 409, overtaken=True, since=since, own=own)


def _page(request: SignedIn, form: DeedForm, status: int = 200, **context: Any) -> HttpResponse:
    """The page, or its part for the dialog."""
    milestone, today = form.milestone, request.user.today()
    context |= {
        "form": form,
        "milestone": milestone,
        "back": back_to(request, request.POST or request.GET) or milestone.get_absolute_url(),
        "state": state_badge(milestone.status, milestone.due_on, today),
        "due": due_in_words(milestone.due_on, milestone.due_precision, milestone.due_as_stated),
        "action": request.path,
        "in_dialog": bool(request.htmx),
    }
    template = "followups/_deed.html" if request.htmx else "followups/deed.html"
    return render(request, template, context, status=status)
