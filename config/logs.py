"""Logs: one event a line on stdout, JSON unless DEBUG, and the id of the request (or task) in every line."""

import logging
from typing import Any

import structlog
import structlog.tracebacks
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware as StructlogRequestMiddleware
from structlog.types import Processor


class RequestMiddleware(StructlogRequestMiddleware):
    """Gives the request its id and logs its end; the id goes back as `X-Request-ID`, for whoever reports a fault."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
        super().handle_response(request, response)


# Without the values of variables: they would bring names, addresses and the text of letters into the log.
TRACEBACK = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def configure(*, level: str, readable: bool) -> dict[str, Any]:
    """Set structlog up; returns Django's LOGGING, which sends the lines of all libraries the same way."""
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso", utc=not readable),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [structlog.processors.ExceptionRenderer(TRACEBACK), structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "records.secrets.LineFormatter",  # by name: config knows no app
                "foreign_pre_chain": first,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET"},  # its own handlers would print every line twice
            "django.request": {"level": "CRITICAL"},  # RequestMiddleware says the same, with the request's id
            "celery.app.trace": {"level": "WARNING"},  # django_structlog says the same, with the task's id
        },
    }


START_LEVEL: int = logging.DEBUG  # of "request_started": one line a request is enough
