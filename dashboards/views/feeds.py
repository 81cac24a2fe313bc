"""Feeds for calendar programs: the page of one's own, and what their addresses answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboards.calendar.feedform import MINE, REGION, VIEW, FeedForm
from dashboards.calendar.feeding import address_of, content_of, feed_at, name_of, note_reading
from dashboards.models import Feed, secret
from pages.requests import SignedIn
from records import rows
from records.keys import whole
from records.models import Deed
from records.tracing import trace


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Whoever knows the address reads it, without signing in.

    Only the ETag says that nothing changed: what was taken away leaves no date behind, so If-Modified-Since alone is
    answered in full.
    """
    with rows.acting(rows.EVERYBODY):  # whose it is, only the address says
        found = feed_at(secret)
    if found is None:
        raise Http404
    with rows.acting_for(found.user):
        note_reading(found)
        content = content_of(found)
    response: HttpResponseBase | None = get_conditional_response(request, etag=content.etag)
    if response is None:
        response = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(content.written())
    response["ETag"] = content.etag
    if content.changed_at:
        response["Last-Modified"] = http_date(content.changed_at.timestamp())
    response["Content-Type"] = "text/calendar; charset=utf-8"
    response["Content-Disposition"] = 'inline; filename="simpul.ics"'
    response["Content-Language"] = found.user.language
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def feeds(request: SignedIn) -> HttpResponse:
    form = FeedForm(request.POST if request.method == "POST" else None, user=request.user, initial=_wanted(request))
    if request.method == "POST" and form.is_valid():
        made = form.save()
        trace(Deed.FEED_MADE, what=lambda: name_of(made))
        messages.success(request, _("The feed was made. Copy its address into your calendar program."))
        return redirect(f"{request.path}#feed-{made.pk}")
    own = Feed.objects.visible_to(request.user).select_related("region", "view", "user")
    context = {"form": form, "feeds": [(one, name_of(one), address_of(one)) for one in own]}
    return render(request, "dashboards/calendar/feeds.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def renew(request: SignedIn, pk: int) -> HttpResponse:
    """A new address; the old one is unknown at once."""
    found = get_object_or_404(Feed.objects.visible_to(request.user), pk=pk)
    Feed.objects.filter(pk=found.pk).update(secret=secret(), renewed_at=timezone.now(), used_at=None)
    trace(Deed.FEED_MADE, what=lambda: name_of(found), renewed=True)
    messages.success(request, _("The old address is dead. Put the new one into your calendar program."))
    return redirect("dashboards:feeds")


@require_POST
@login_required
def delete(request: SignedIn, pk: int) -> HttpResponse:
    found = get_object_or_404(Feed.objects.visible_to(request.user), pk=pk)
    trace(Deed.FEED_REMOVED, what=lambda: name_of(found))
    found.delete()
    messages.success(request, _("The feed was deleted; its address does not answer any more."))
    return redirect("dashboards:feeds")


def _wanted(request: SignedIn) -> dict[str, str]:
    """What a link to this page already says: of which region or view."""
    for name in (REGION, VIEW):
        key = request.GET.get(name, "")
        if whole(key) is not None:
            return {"of": name, name: key}
    return {"of": MINE}
