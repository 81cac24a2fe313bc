"""Files of the background: ask for one, watch it grow, fetch it, give it up."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from accounts.giving import last_taken_from
from dashboards.asking import AskForm, told
from dashboards.contents import kinds_of, name_of
from dashboards.files import AT_ONCE, TooMany, ask, cancel
from dashboards.lists import LISTS
from dashboards.models import AskedFile, FileState
from documents.serving import serve_stored
from pages.exports import LONG, TYPES
from pages.lists import EVERYTHING
from pages.requests import SignedIn
from records.models import Deed
from records.tracing import trace

SHOWN = 100  # as many are kept for a week at most, in practice


@require_safe
@login_required
@never_cache
def file_list(request: SignedIn) -> HttpResponse:
    found = AskedFile.objects.visible_to(request.user)[:SHOWN]
    taken_at = last_taken_from(request.user)
    return render(request, "dashboards/files.html", {"files": [told(file, request.user, taken_at) for file in found]})


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def file_detail(request: SignedIn, pk: int) -> HttpResponse:
    """The page of one file; for htmx, every second while it is unfinished, only what has changed."""
    file = get_object_or_404(AskedFile.objects.visible_to(request.user), pk=pk)
    if not request.htmx:
        return render(request, "dashboards/file.html", {**_told(request, file), "query": _address(file)})
    response = _part(request, file)
    if file.is_unfinished:
        return response
    message = {"message": f"{file.filename or name_of(file.what)}: {file.get_state_display()}"}
    message["tone"] = {FileState.READY: "good", FileState.FAILED: "bad"}.get(FileState(file.state), "info")
    return trigger_client_event(response, "toast", message)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def file_ask(request: SignedIn) -> HttpResponse:
    """“This takes longer”: what a list leads to whose file is too long to wait for. Nothing is made before the POST."""
    asked = request.POST if request.method == "POST" else request.GET
    what = asked.get("what", "")
    if not kinds_of(what):
        raise Http404
    if request.method != "POST":
        form = AskForm(user=request.user, what=what, initial={"kind": kinds_of(what)[0], **asked.dict()})
        return _asking(request, form, what)
    form = AskForm(request.POST, user=request.user, what=what)
    if not form.is_valid():
        return _asking(request, form, what, status=422)
    given = form.cleaned_data | {"submission": form.cleaned_data["submission"] or uuid.uuid4()}
    try:
        file = ask(request.user, **given)
    except TooMany:
        words = _("You have %(n)s unfinished files already. Wait for one of them, or cancel it.") % {"n": AT_ONCE}
        messages.warning(request, words)
        return redirect("dashboards:files")
    return redirect("dashboards:file", file.pk)


@require_POST
@login_required
def file_cancel(request: SignedIn, pk: int) -> HttpResponse:
    file = get_object_or_404(AskedFile.objects.visible_to(request.user), pk=pk)
    if not cancel(file):
        messages.info(request, _("It was over already; nothing was changed."))
    if not request.htmx:
        return redirect("dashboards:file", pk)
    file.refresh_from_db()
    return _part(request, file)


@require_safe
@login_required
def file_download(request: SignedIn, pk: int) -> HttpResponseBase:
    """Of what was made before something was taken from its owner only the page is left, which says so."""
    ready = AskedFile.objects.visible_to(request.user).filter(state=FileState.READY)
    file = get_object_or_404(ready, pk=pk)
    if file.is_outdated(request.user, last_taken_from(request.user)):
        return redirect("dashboards:file", pk)
    deed = Deed.EXPORTED if file.kind in TYPES else Deed.REPORT_READ
    trace(
        deed,
        what=lambda: name_of(file.what),
        file=file.filename,
        format=file.kind,
        filters=file.query[:500],
        asked=str(file.pk),
    )
    content_type = TYPES.get(file.kind, "application/octet-stream")
    return serve_stored(file.file.storage, file.file.name, file.filename, content_type)


def _part(request: SignedIn, file: AskedFile) -> HttpResponse:
    """What has changed, as the page shows it that asked: that of the file, or the list (`?list`)."""
    return render(request, "dashboards/_file.html", {**_told(request, file), "in_list": "list" in request.GET})


def _told(request: SignedIn, file: AskedFile) -> dict[str, Any]:
    return told(file, request.user, last_taken_from(request.user))


def _asking(request: SignedIn, form: AskForm, what: str, status: int = 200) -> HttpResponse:
    listing = LISTS.get(what)
    back = f"{listing.url}?{form['query'].value() or EVERYTHING}" if listing else ""
    context: dict[str, Any] = {
        "form": form,
        "name": name_of(what),
        "back": back,
        "long": number_format(LONG, force_grouping=True),
    }
    return render(request, "dashboards/file_ask.html", context, status=status)


def _address(file: AskedFile) -> str:
    """The list from which the file was asked for."""
    listing = LISTS.get(file.what)
    return f"{listing.url}?{file.query or EVERYTHING}" if listing else ""
