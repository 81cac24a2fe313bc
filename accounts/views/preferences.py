"""One's own preferences."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import PreferencesForm
from accounts.models import User
from pages.requests import SignedIn


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: SignedIn) -> HttpResponse:
    """Name, language and time zone, and what the user is a member of. The language also goes into the cookie."""
    user = User.objects.get(pk=request.user.pk)  # of its own: a form that is refused must not rename the page's user
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid() and form.keep():
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        response = redirect("accounts:preferences")
        _remember_language(response, user.language)
        return response
    status = 409 if form.differences else 422 if form.is_bound else 200
    return render(request, "accounts/preferences.html", {"form": form}, status=status)


def _remember_language(response: HttpResponse, language: str) -> None:
    """As Django's `set_language` does; the cookie goes before the user's own language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
