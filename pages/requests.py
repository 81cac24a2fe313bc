"""A request behind `login_required`, for the type checker: pages and regions may not import accounts."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class SignedIn(HttpRequest):
    user: Any  # accounts.models.User
    htmx: HtmxDetails
