"""Who changed what, from which page: the context that every history row of a request carries."""

from typing import Any

import structlog
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware as PghistoryMiddleware

from records.secrets import without_secrets
from records.work import Work, working


class HistoryMiddleware(PghistoryMiddleware):
    def __call__(self, request: HttpRequest) -> Any:
        query = request.META.get("QUERY_STRING", "")[:500]
        with working(Work(request.user, _address(request), _request_id(), query=query)):
            return super().__call__(request)  # type: ignore[no-untyped-call]

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """The user (added by the base class), page, method, client address and request id of the change."""
        context: dict[str, Any] = super().get_context(request)
        context |= {"method": request.method, "address": _address(request), "request_id": _request_id()}
        return context | {"url": without_secrets(context["url"])}


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
