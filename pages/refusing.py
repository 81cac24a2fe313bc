"""A page instead of nothing for who comes to an address by a method that it does not take: a button's in the address
bar, or one that was kept as a bookmark. And our own page of what is not found, also while DEBUG is on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found

PLAIN = ("healthz", "readyz", "robots_txt", "security_txt", "notices:probe", "ledger:probe")  # asked by programs


class MethodMiddleware:
    """What Django answers with 405 has no body. It keeps its status and its `Allow`; a part of a page stays empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content and _wants_a_page(request):
            response.content = render(request, "405.html").content
            response.headers["Content-Type"] = "text/html; charset=utf-8"
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class NotFoundMiddleware:
    """While DEBUG is on, as in the demo, what a view does not find is answered by our own page too, and only an address
    that leads nowhere by Django's list of those there are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_ours = settings.DEBUG and isinstance(exception, Http404)
        return page_not_found(request, exception) if is_ours else None


def _wants_a_page(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name not in PLAIN and not request.headers.get("HX-Request") and request.accepts("text/html")
