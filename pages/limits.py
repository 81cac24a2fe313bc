"""How often a person may ask for what costs much: far more than people do, far less than programs can.

What is costly is told by the name of the page (`kind_of`); a view that is none of these and needs a limit says so:

    @limited("invitation")
    def invite(request): …

Counted by the minute in the cache, for each user, or for each address while nobody is signed in. Who asks for more gets
429 with a page that says when to go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = structlog.get_logger(__name__)

LIMITS = {  # what: how many, in how many seconds
    "search": (120, 60),
    "lookup": (600, 60),
    "export": (30, 60),
    "report": (30, 60),
    "feed": (120, 60),
    "invitation": (60, 3600),
    "joining": (60, 3600),
}
PATIENCE = 300  # seconds, where the limit itself does not say


# The last word of a page's name, else its whole name.
BY_ENDING = {"lookup": "lookup", "csv": "export", "xlsx": "export", "pdf": "report"}
BY_NAME = {
    **dict.fromkeys(("dashboards:search", "dashboards:finder", "dashboards:relation"), "search"),
    **dict.fromkeys(("dashboards:relation-organisation", "dashboards:dashboard"), "search"),
    **dict.fromkeys(("dashboards:report-print", "dashboards:visit-report", "dashboards:agreement-sheet"), "report"),
    **dict.fromkeys(("dashboards:file-ask", "agreements:draft"), "report"),
    "dashboards:feed": "feed",
    "admin:autocomplete": "lookup",
}


def kind_of(name: str) -> str:
    """Which limit a page of this name has; '' for none."""
    return BY_NAME.get(name) or BY_ENDING.get(name.rpartition(":")[2].rpartition("-")[2], "")


class LimitsMiddleware:
    """Asks before the view does any work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        what = kind_of(request.resolver_match.view_name) if request.resolver_match else ""
        wait = _over(request, what) if what else 0
        return too_many(request, wait) if wait else None


def limited(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of a view: the requests of one person for all that is counted as `what` are limited."""

    def around(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            wait = _over(request, what)
            return too_many(request, wait) if wait else view(request, *args, **kwargs)

        return limited_view

    return around


def too_many(request: HttpRequest, wait: int = PATIENCE) -> HttpResponse:
    """The page that says so; `wait` in seconds."""
    page = render(request, "429.html", {"minutes": max(1, -(-wait // 60))}, status=429)
    page.headers["Retry-After"] = str(wait)
    page.headers["Cache-Control"] = "private, no-store"
    return page


def _over(request: HttpRequest, what: str) -> int:
    """0, or after how many seconds the person may go on."""
    if not settings.LIMITED:
        return 0
    amount, seconds = LIMITS[what]
    now = int(time.time())
    user: Any = getattr(request, "user", None)
    who = f"user:{user.pk}" if user is not None and user.is_authenticated else f"at:{request.META['REMOTE_ADDR']}"
    key = f"limits:{what}:{who}:{now // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        asked = cache.incr(key)
    except ValueError:  # it ran out between the two lines: a new minute begins
        return 0
    if asked <= amount:
        return 0
    if asked == amount + 1:
        log.warning("limit_reached", what=what, who=who)
    return seconds - now % seconds
