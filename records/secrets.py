"""Addresses that are keys: where their secret begins they are cut, in the log and in the history.

Which they are follows from the names of the parameters in the URL patterns, so a new address is cut by itself.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from structlog.stdlib import ProcessorFormatter

PARAMETER = re.compile(r"\(\?P<(?:key|secret|token|uidb36)>")
CALLBACK = "_callback"  # ends the name of an address to which an identity provider sends people, its code in the query
SLASH = "(?:/|%2F)"  # also as part of a query (`?next=`)


def without_secrets(text: str) -> str:
    """The text, every address in it cut where its secret begins: `/join/7/…`. Loads all addresses when first called."""
    return _secret().sub(r"\1…", text)


class LineFormatter(ProcessorFormatter):
    """Lines of the log without secrets, whoever wrote them: ours, Django's, gunicorn's, and what an exception says."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return without_secrets(line) if _is_loaded() else line


def _is_loaded() -> bool:
    """A process that has not loaded the addresses has answered none of them; to log a line is no reason to."""
    return hasattr(sys.modules.get(settings.ROOT_URLCONF), "urlpatterns")


@cache
def _secret() -> re.Pattern[str]:
    ways = "|".join(sorted(set(_ways(get_resolver().url_patterns, "/"))))
    return re.compile(rf"((?<![\w/.-])(?:https?://[^/\s\"']+)?(?:{ways}))[^\s\"'<>\\]+")


def _ways(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[str]:
    """What stands before the secret, as a regular expression."""
    for one in patterns:
        way = before + one.pattern.regex.pattern.removeprefix("^")
        if found := PARAMETER.search(way):
            yield _unnamed(way[: found.start()])
        elif isinstance(one, URLResolver):
            yield from _ways(one.url_patterns, way)
        elif (one.name or "").endswith(CALLBACK):
            yield _unnamed(way.removesuffix("$").removesuffix(r"\Z")) + r"\?"


def _unnamed(way: str) -> str:
    """Several ways in one expression: groups lose their names; slashes outside of `[^/]` may be escaped."""
    way = re.sub(r"\(\?P<\w+>", "(?:", way)
    return re.sub(r"\[[^]]*\]|/", lambda found: SLASH if found[0] == "/" else found[0], way)
