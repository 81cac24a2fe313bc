"""Who asks: the address of the client, for limits, the history, logs and the list of sessions."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

UNKNOWN = "0.0.0.0"  # noqa: S104 - nothing is bound to it: all who cannot be told apart share one limit
CLAIMED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP")  # anybody can send these


class ClientAddressMiddleware:
    """`REMOTE_ADDR` is the client, for everybody who asks, and no header claims another.

    BEHIND_PROXY: exactly one proxy in front is trusted, and it *adds* the address that it saw to the end of
    `X-Forwarded-For`; what stands before was claimed by the client. The first middleware: the others only see its word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.META.get("REMOTE_ADDR", "")
        if settings.BEHIND_PROXY:
            seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or seen
        for name in CLAIMED:
            request.META.pop(name, None)
        request.META["REMOTE_ADDR"] = _valid(seen)
        return self.get_response(request)


def _valid(address: str) -> str:
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return UNKNOWN
