"""What one piece of work asks again and again: a report reads a dozen lists, and each reads its place and its sectors.

with asking_once():
    …                   within, a function under @once is called once for the same arguments and language
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.utils.translation import get_language

T = TypeVar("T")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Only around what reads and does not write, for one user: nothing is noticed that changes inside. One within
    another is the same work."""
    known = _answers.get()
    token = _answers.set({} if known is None else known)
    try:
        yield
    finally:
        _answers.reset(token)


def once(function: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(function)
    def asked(*args: Any) -> T:
        answers = _answers.get()
        if answers is None:
            return function(*args)
        key = (function, get_language(), *args)
        if key not in answers:
            answers[key] = function(*args)
        answer: T = answers[key]
        return answer

    return asked
