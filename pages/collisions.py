"""Two requests that wait for each other: the database ends one of them (deadlock), and its sender is asked once more.

Deeds hold rows in one order (the record, then what hangs on it), so this is rare. It is not tried again by itself: a
request may have sent files that were read already.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, SerializationFailure

log = structlog.get_logger(__name__)
ENDED = (DeadlockDetected, SerializationFailure)
UNSENT = "csrfmiddlewaretoken"


class CollisionMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 with what was sent, to be sent again: nothing of it was saved."""
        if not isinstance(exception, OperationalError) or not isinstance(exception.__cause__, ENDED):
            return None
        log.warning("collided", path=request.path, error=str(exception).strip())
        page = render(request, "503.html", {"sent": _sent(request)}, status=503)
        page.headers["Retry-After"] = "1"
        page.headers["Cache-Control"] = "private, no-store"
        return page


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values to send again from the page; none with files or a password, which no page repeats."""
    if request.FILES or any("password" in name for name in request.POST):
        return []
    return [(name, str(value)) for name, values in request.POST.lists() for value in values if name != UNSENT]
