"""A list opens with its reader's default view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dashboards.lists import BY_URL_NAME
from dashboards.saved import address_of, default_of


class DefaultViewMiddleware:
    """Only where nothing is asked: the plain address of a list. Any parameter (`view=all`) is an answer of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        listing = BY_URL_NAME.get(request.resolver_match.view_name)
        if listing is None or request.method not in ("GET", "HEAD") or request.META.get("QUERY_STRING"):
            return None
        if request.htmx or not request.user.is_authenticated:
            return None
        view = default_of(request, listing.code)
        return redirect(address_of(view, request)) if view else None
