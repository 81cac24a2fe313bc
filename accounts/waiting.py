"""How long somebody waits whom allauth sends away: until the oldest of the tries that count against them is forgotten.

allauth says only that a limit was hit. Which one it was follows from the page, and the times of the tries lie in the
cache.
"""

from __future__ import annotations

import math
import time
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from pages.limits import PATIENCE, too_many

# The name of the page: what allauth counts there.
COUNTED = {
    "account_login": "login",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
    "mfa_reauthenticate_webauthn": "reauthenticate",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_email": "manage_email",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
}


def handler429(request: HttpRequest) -> HttpResponse:
    """For allauth (config/urls.py)."""
    user: Any = request.user
    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    waits = [_left(request, COUNTED[name], request.POST.get("email", "").strip().lower())] if name in COUNTED else []
    if name == "account_reauthenticate":  # wrong passwords are counted there as well, for longer
        waits.append(_left(request, "login_failed", by_login(request, user.email)))
    elif name.startswith("mfa_reauthenticate"):
        waits.append(_left(request, "login_failed", by_codes(user)))
    return too_many(request, max(waits, default=0) or PATIENCE)


def by_login(request: HttpRequest, login: str) -> str:
    """Under which key wrong passwords are counted: for a login, from one address."""
    return f"{login.lower()} {ratelimit.get_ip(request)}"


def by_codes(user: Any) -> str:
    """Under which key allauth counts the wrong codes of somebody."""
    return f"mfa-auth-user-{user.pk}"


def wait_for(request: HttpRequest, action: str, key: str, app: str = "allauth.account", config: Any = None) -> int:
    """Seconds until `action` is let through again; PATIENCE where none of its limits is known to be hit."""
    return _left(request, action, key, app, config) or PATIENCE


def _left(request: HttpRequest, action: str, key: str, app: str = "allauth.account", config: Any = None) -> int:
    now, waits = time.time(), [0.0]
    for rate in ratelimit.get_rates(app=app, action=action, config=config):
        place = ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)
        tries = cache.get(place, [])  # the times of those that were let through, the latest first
        if len(tries) >= rate.amount:
            waits.append(tries[rate.amount - 1] + rate.duration - now)
    return math.ceil(max(waits))
