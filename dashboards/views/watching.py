"""What one watches: begun and ended on the pages of records, told on a page of its own and at home."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from dashboards.models import WATCHED, Watch
from dashboards.watching import MODELS, news_of, see, set_watched
from followups.views.deeds import back_to
from pages.requests import SignedIn
from records.keys import whole
from visits.lists import instant

AT_HOME = 6  # what changed last


@require_safe
@login_required
@vary_on_headers("HX-Request")
def watches(request: SignedIn) -> HttpResponse:
    """Everything that one watches; for the home page only what changed, the last first."""
    drawn_at = timezone.now().isoformat()
    news = news_of(request.user)
    changed = [one for one in news if one.count]
    if request.htmx:
        shown = {"news": changed[:AT_HOME], "more": len(changed) > AT_HOME, "watching": bool(news)}
        return render(request, "dashboards/_news.html", shown)
    quiet = [one for one in news if not one.count]
    return render(request, "dashboards/watches.html", {"changed": changed, "quiet": quiet, "drawn_at": drawn_at})


@require_POST
@login_required
def watches_seen(request: SignedIn) -> HttpResponse:
    """All changes are known that the page told (`until`): of one watch (`watch`), or of everything."""
    key = request.POST.get("watch", "")
    if key and whole(key) is None:
        raise Http404
    one = get_object_or_404(Watch, user=request.user, pk=key) if key else None
    see(request.user, one, until=_moment(request.POST.get("until", "")))
    return redirect("dashboards:watches")


def _moment(text: str) -> dt.datetime | None:
    try:
        return instant(text)
    except ValueError:
        return None


@require_safe
@login_required
def watch_open(request: SignedIn, pk: int) -> HttpResponse:
    """To what is watched. Its changes are known by that; nothing else changes."""
    found = get_object_or_404(Watch, user=request.user, pk=pk)
    what, key = next((name, key) for name in WATCHED if (key := getattr(found, f"{name}_id")))
    record = get_object_or_404(MODELS[what].objects.visible_to(request.user), pk=key)
    see(request.user, found)
    return redirect(record)


@require_POST
@login_required
def watch(request: SignedIn, what: str, pk: int) -> HttpResponse:
    """Watch (`on`), or no longer. htmx gets the button anew."""
    if what not in WATCHED:
        raise Http404
    record: Any = get_object_or_404(MODELS[what].objects.visible_to(request.user), pk=pk)
    on = request.POST.get("on") == "1"
    set_watched(request.user, what, record, on=on)
    if request.htmx:
        shown = {"record": record, "on": on, "small": request.POST.get("small") == "1"}
        return render(request, "dashboards/_watch.html", shown | {"back": back_to(request, request.POST)})
    words = _("You watch this from now on: changes are told at home.") if on else _("You no longer watch this.")
    messages.success(request, words)
    return redirect(back_to(request, request.POST) or record)
