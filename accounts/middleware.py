"""The language and time zone of every page; how long a session lives and where one goes on after it; the second factor
where it is demanded."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

Next = Callable[[HttpRequest], HttpResponse]
SIGN = 300  # seconds between two signs of life that are written down


class PreferencesMiddleware:
    """Language: the cookie of the switch, else the user's own, else Indonesian; never the browser's. Zone: theirs."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or (user.language if user else "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        if user:
            timezone.activate(user.zone)
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class SessionMiddleware:
    """A session ends eight hours after its last sign of life, and after seven days in any case.

    A sign of life is written down every five minutes; saving the session begins SESSION_COOKIE_AGE anew.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            if now - session.setdefault("began", now) > settings.SESSION_LONGEST:
                logout(request)
            elif now - session.get("seen", 0) > SIGN:
                session["seen"] = now
                alive = {"last_seen_at": timezone.now(), "ip": request.META["REMOTE_ADDR"]}
                UserSession.objects.filter(session_key=session.session_key).update(**alive)
        return self.get_response(request)


class ComeBackMiddleware:
    """Whose session ran out under a form comes back to the page on which it stood, not to the address it was sent to.

    Behind many buttons there is nothing to look at: what they are sent to takes no GET.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sent = request.method not in ("GET", "HEAD") and response.status_code == 302
        if sent and response.headers["Location"] == redirect_to_login(request.get_full_path()).url:
            response.headers["Location"] = redirect_to_login(_came_from(request)).url
        return response


def _came_from(request: HttpRequest) -> str:
    """The page of ours from which a request was sent; home where the browser does not say."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    page = urlsplit(said)
    return page._replace(scheme="", netloc="", fragment="", path=page.path or "/").geturl()


class SecondFactorMiddleware:
    """MFA_DEMANDED: who decides for a region or lets others in gets nowhere before they have a second factor."""

    OPEN = ("mfa_", "account_logout", "account_reauthenticate", "set_language", "theme", "healthz", "readyz")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.MFA_DEMANDED or not request.user.is_authenticated:
            return None
        where = request.resolver_match.url_name or "" if request.resolver_match else ""
        if where.startswith(self.OPEN) or not lacks_second_factor(request.user):
            return None
        return HttpResponseClientRedirect("/") if request.headers.get("HX-Request") else redirect("mfa_index")


def lacks_second_factor(user: Any) -> bool:
    """Is one demanded of them, and do they have none? Recovery codes alone are none."""
    if not settings.MFA_DEMANDED or not user.is_entrusted:
        return False
    factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return not Authenticator.objects.filter(user=user, type__in=factors).exists()
