"""When and how one is told; and the link in a letter that switches it off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notices.forms import PreferencesForm, switch
from notices.letters import UNSUBSCRIBE
from notices.models import Channel, Preference, Topic
from pages.requests import SignedIn
from records import rows


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedIn) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=_own(request))
    if request.method == "POST" and form.is_valid() and form.keep():
        messages.success(request, _("Saved."))
        return redirect("notices:preferences")
    status = 409 if form.differences else 422 if form.is_bound else 200
    return render(request, "notices/preferences.html", {"form": form, "zone": request.user.zone}, status=status)


@csrf_exempt  # mail programs press the button themselves (RFC 8058), without cookie or page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the letter may switch it off; opening the link alone changes nothing, since scanners open links."""
    user, channel, topics = _meant(token)
    if request.method == "POST":
        with rows.acting(rows.EVERYBODY):  # the letter is their right, also when they may not sign in any more
            for topic in topics:
                switch(user.pk, topic, channel, on=False)
    context = {
        "topics": [Topic(topic).label for topic in topics],
        "channel": Channel(channel).label,
        "done": request.method == "POST",
    }
    chosen = request.user.is_authenticated or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with translation.override(get_language() if chosen else user.language):  # as the letter speaks
        return render(request, "notices/unsubscribe.html", context)


def _own(request: SignedIn) -> Preference:
    """Made when it is first sent, so that a form that is sent twice finds it."""
    if request.method == "POST":
        return Preference.objects.get_or_create(user=request.user)[0]
    return Preference.objects.filter(user=request.user).first() or Preference(user=request.user)


def _meant(token: str) -> tuple[Any, str, list[str]]:
    try:
        user_id, channel, topics = UNSUBSCRIBE.unsign_object(token)
    except BadSignature:
        raise Http404 from None
    known = [topic for topic in topics if topic in Topic.values]  # a topic of long ago
    return get_object_or_404(get_user_model(), pk=user_id), channel, known
