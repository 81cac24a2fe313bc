"""Whose work is at hand: what the history and the book of deeds say of who, from where and in which request or task.

A request carries it in `records.middleware`. What is no request (a task, a command) says its name by `job`; the session
is told once, not before every statement, so that prepared statements stay prepared. `records.postgresql` calls
`say` whenever a connection is opened.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

SAY = "SELECT set_config('pghistory.context_id', %s, false), set_config('pghistory.context_metadata', %s, false)"
UNSAY = "RESET pghistory.context_id; RESET pghistory.context_metadata"


@dataclass(frozen=True)
class Work:
    """`user` signed in and came from `address`; or `job`, a task or a command, works by itself."""

    user: Any = None
    address: str = ""
    request_id: str = ""
    job: str = ""
    query: str = ""  # of its address


NONE = Work()
_work: ContextVar[Work] = ContextVar("work", default=NONE)
_words: ContextVar[tuple[str, str] | None] = ContextVar("words", default=None)


def at_work() -> Work:
    return _work.get()


@contextlib.contextmanager
def working(work: Work) -> Iterator[None]:
    token = _work.set(work)
    try:
        yield
    finally:
        _work.reset(token)


@contextlib.contextmanager
def job(name: str, *, request_id: str = "", **more: Any) -> Iterator[None]:
    """What is written inside carries the name of the task or command."""
    said = {"job": name, "request_id": request_id, **more}
    token = _words.set((str(uuid.uuid4()), json.dumps({key: value for key, value in said.items() if value})))
    try:
        if (session := _open_session()) is not None:
            say(session)
        with working(Work(job=name, request_id=request_id)):
            yield
    finally:
        _words.reset(token)
        if (session := _open_session()) is not None:
            _unsay(session)


def _open_session() -> Any:
    """None where there is none yet, or no setting says where it would be (`manage.py help`)."""
    try:
        session = connection.connection
    except ImproperlyConfigured:
        return None
    return session if session is not None and not session.closed else None


def say(session: Any, *, new: bool = False) -> None:
    """Tell an open session whose work it does; nothing where nobody has said. A `new` one has no transaction yet."""
    if (words := _words.get()) is not None:
        session.execute(SAY, words)
        if new and not session.autocommit:
            session.commit()


def _unsay(session: Any) -> None:
    with contextlib.suppress(Exception):  # a session in a failed transaction forgets it by itself
        session.execute(UNSAY)
