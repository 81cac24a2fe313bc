"""What one must do oneself, and doing it at once from a line of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from followups import doing
from followups.doing import Refused
from followups.forms.deeds import ReasonForm
from followups.models import Milestone
from followups.work import AT_HOME, OWN_PAGE, SNOOZES, Work, own_parts
from pages.requests import SignedIn
from records.keys import SHORT, whole
from records.models import Stale


@require_safe
@login_required
@vary_on_headers("HX-Request")
def mine(request: SignedIn) -> HttpResponse:
    work = Work(request.user, OWN_PAGE)
    return render(request, "followups/_mine.html" if request.htmx else "followups/mine.html", {"work": work})


@require_POST
@login_required
def at_once(request: SignedIn, pk: int, deed: str) -> HttpResponse:
    """Done, snoozed, accepted or declined from a line; then the lines anew. What forbids it is said in words."""
    if deed not in DEEDS:
        raise Http404
    milestone = get_object_or_404(Milestone.objects.visible_to(request.user).for_names(), pk=pk)
    status, tone = 200, "good"
    try:
        with transaction.atomic():
            message = DEEDS[deed](milestone, request)
    except Stale:
        status, tone = 409, "warn"
        message = _("Somebody changed “%(what)s” in the meantime. Look at it again.") % {"what": milestone}
    except (Refused, PermissionDenied) as refusal:
        status, tone = 409, "warn"
        message = str(refusal) or _("You may not do this.")
    if request.htmx:
        shown = AT_HOME if request.POST.get("at") == "home" else OWN_PAGE
        typed = {"of": pk, "reason": request.POST.get("reason", "")}  # shown again where the line is still there
        context = {"work": Work(request.user, shown), "at": request.POST.get("at", ""), "typed": typed}
        response = render(request, "followups/_mine.html", context, status=status)
        return trigger_client_event(response, "toast", {"message": message, "tone": tone})
    messages.add_message(request, messages.SUCCESS if tone == "good" else messages.WARNING, message)
    return redirect("home" if request.POST.get("at") == "home" else "followups:mine")


def _version(request: SignedIn) -> int | None:
    return whole(request.POST.get("version", ""), SHORT)


def _done(milestone: Milestone, request: SignedIn) -> str:
    """Today. Where another side must confirm its part as well, only the own part."""
    user: Any = request.user
    parts = own_parts(milestone, user)
    for number, part in enumerate(parts):
        doing.confirm(part, user.today(), by=user, version=_version(request) if not number else None)
    if parts:
        return _("Your part of “%(what)s” is confirmed. The other side still has to confirm its own.") % {
            "what": milestone
        }
    doing.complete(milestone, user.today(), by=user, version=_version(request))
    return _("Done: %(what)s") % {"what": milestone}


def _snooze(milestone: Milestone, request: SignedIn) -> str:
    days = request.POST.get("days", "")
    if days not in {str(offered) for offered in SNOOZES}:
        raise Refused(_("Choose for how long."))
    until = request.user.today() + dt.timedelta(days=int(days))
    doing.snooze(milestone, until, by=request.user)
    return _("You are reminded of “%(what)s” again on %(day)s.") % {"what": milestone, "day": date_format(until)}


def _accept(milestone: Milestone, request: SignedIn) -> str:
    doing.accept(milestone, by=request.user, version=_version(request))
    return _("Accepted: %(what)s") % {"what": milestone}


def _decline(milestone: Milestone, request: SignedIn) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(" ".join(map(str, form.errors["reason"])))
    doing.decline(milestone, form.cleaned_data["reason"], by=request.user, version=_version(request))
    return _("Declined: %(what)s") % {"what": milestone}


DEEDS: dict[str, Callable[[Milestone, SignedIn], str]] = {
    "done": _done,
    "snooze": _snooze,
    "accept": _accept,
    "decline": _decline,
}
