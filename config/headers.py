"""What every answer tells the browser, beside what Django's own middleware and the CSP say."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SILENT = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "midi", "display-capture")
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in SILENT),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """What is for one person is kept by no cache, also not by the browser of a shared computer after signing out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
