"""The way in by invitation: the link of a letter leads here, whoever follows it, signed in or not.

Nobody is signed in yet, or acts for nothing here yet, so the row is read and taken on behalf of everybody
(`rows.EVERYBODY`); the secret of the link is what allows it, and nothing but this one invitation is touched.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.forms import JoiningForm
from accounts.models import Invitation, User
from pages.limits import limited
from records import rows
from records.models import Stale


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("joining")
def join(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    with rows.acting(rows.EVERYBODY):
        invitation = invitations.by_link(pk, key)
        known = User.objects.with_address(invitation.email).first() if invitation else None
    if invitation is None or (known and not known.is_active):
        return render(request, "accounts/join_void.html", status=404)
    _speak(request, invitation)
    try:
        return _offer(request, invitation, known) if known else _welcome(request, invitation)
    except Stale:
        return render(request, "accounts/join_void.html", status=404)


def _speak(request: HttpRequest, invitation: Invitation) -> None:
    """In the language of the invitation, unless whoever follows it has chosen one here, or is signed in with theirs."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES)
    if not chosen and not request.user.is_authenticated:
        translation.activate(invitation.language)
        request.LANGUAGE_CODE = invitation.language


def _offer(request: HttpRequest, invitation: Invitation, known: User) -> HttpResponse:
    """Somebody who has an account takes it, signed in as that one."""
    here = request.user.is_authenticated and request.user.pk == known.pk
    if request.method == "POST" and here:
        with rows.acting(rows.EVERYBODY):
            invitations.take(invitation, known)
        messages.success(request, _("You act for %(place)s from now on.") % {"place": _place(invitation)})
        return redirect("home")
    context = {"invitation": invitation, "place": _place(invitation), "here": here}
    return render(request, "accounts/join_offer.html", context, status=403 if request.method == "POST" else 200)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody new: name and password, or the identity provider, and in."""
    if request.user.is_authenticated:
        context = {"invitation": invitation, "place": _place(invitation), "here": False}
        return render(request, "accounts/join_offer.html", context, status=403 if request.method == "POST" else 200)
    provider = next(iter(get_adapter().list_providers(request)), None)
    by_provider = provider is not None and "provider" in request.POST
    form = JoiningForm(request.POST or None, email=invitation.email, by_provider=by_provider)
    if request.method == "POST" and form.is_valid():
        return _in(request, invitation, form.cleaned_data, provider if by_provider else None)
    context = {"form": form, "invitation": invitation, "place": _place(invitation), "provider": provider}
    return render(request, "accounts/join.html", context, status=422 if form.is_bound else 200)


def _in(request: HttpRequest, invitation: Invitation, said: dict[str, Any], provider: Any) -> HttpResponse:
    language = translation.get_language() or invitation.language
    with rows.acting(rows.EVERYBODY):
        user = invitations.join(invitation, name=said["name"], password=said["password"], language=language)
    if provider:
        return redirect("account_login")
    record_authentication(request, user, method="password", email=user.email)
    answer: HttpResponse = perform_login(request, user, email_verification="none")
    return answer


def _place(invitation: Invitation) -> str:
    return invitation.place.name if invitation.place else ""
