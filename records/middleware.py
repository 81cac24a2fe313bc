"""Who changed what, from which page: the context that every history row of a request carries."""

from typing import Any

import structlog
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware as PghistoryMiddleware


class HistoryMiddleware(PghistoryMiddleware):
    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """The user (added by the base class), page, method, client address and request id of the change."""
        context: dict[str, Any] = super().get_context(request)
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        return context | {
            "method": request.method,
            "address": request.META.get("REMOTE_ADDR", ""),
            "request_id": request_id,
        }
