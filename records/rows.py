"""The second layer of who sees what: for whom the work at hand acts, so that PostgreSQL itself shows no other rows.

The first layer are `visible_to` and `editable_by`. Should one be forgotten, row-level security stands behind it: every
request and every task acts for somebody (`Acting`), the connection tells the database before the first statement
(`records.postgresql`), and the policies of the tables (`records.guards`) show only rows of that somebody.

- A person: the role `simpul_web`, which owns nothing, with the keys of the user, their regions and units as settings of
  the session. `NOBODY` is the same role without any: it sees no row of a guarded table.
- `EVERYBODY`: the role `simpul_house`. Sees and changes all rows, but neither tables nor the history: for the system
  administrator's requests and for tasks that work for all.
- `OWNER`: the role that logged in. For `migrate` and what else is typed at the console.

Set for the session and not for a transaction: requests are not one transaction. That is as tight, because it is said
anew whenever the session might stand for something else: on a new connection, after a rollback, and before the first
statement of whoever acts next. No statement of one person can run while the session stands for another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from psycopg.errors import InsufficientPrivilege

log = structlog.get_logger(__name__)
WEB, HOUSE = "simpul_web", "simpul_house"

# For which regions and units a person has which right (`accounts.rights`), and as what the policies know these.
OF_REGIONS = {
    "regions": "SEE_RECORDS",
    "restricted": "SEE_RESTRICTED",
    "notes": "SEE_NOTES",
    "writing": "KEEP_RECORDS",
    "letters": "SEE_LETTERS",
    "members": "SEE_MEMBERS",
    "traces": "SEE_TRACES",
}
OF_UNITS = {"units": "SEE_RECORDS", "unit_papers": "SEE_RESTRICTED"}
SETTINGS = ("user", *OF_REGIONS, *OF_UNITS)
STAND = "SELECT set_config('role', %s, false), " + ", ".join(
    f"set_config('simpul.{name}', %s, false)" for name in SETTINGS
)


@dataclass(frozen=True)
class Acting:
    """For whom work is done: a role of the database and, of a person, the keys by which policies find their rows.

    `keys` are the values of `SETTINGS` in order: arrays as PostgreSQL writes them, '' for none.
    """

    role: str
    keys: tuple[str, ...] = ("",) * len(SETTINGS)

    def said(self) -> tuple[str, ...]:
        """What `STAND` is given."""
        return self.role, *self.keys


def _literal(keys: Iterable[int]) -> str:
    joined = ",".join(map(str, keys))
    return f"{{{joined}}}" if joined else ""


OWNER = Acting("none")  # as in SET ROLE NONE: the role that logged in
NOBODY = Acting(WEB)
EVERYBODY = Acting(HOUSE)

_current: ContextVar[Acting | None] = ContextVar("acting", default=None)
_unless_said = OWNER


def current() -> Acting:
    """For whom the work at hand acts."""
    return _current.get() or _unless_said


def nobody_unless_said() -> None:
    """From now on this process acts for nobody where nothing else was said: the web process and the workers."""
    global _unless_said  # noqa: PLW0603 - a fact of the process, said once when it begins
    _unless_said = NOBODY


def person(user: Any) -> Acting:
    """Who acts when this user does: nobody when they are not signed in, everybody for the system administrator."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if user.sees_all:
        return EVERYBODY
    regions = (_literal(user.regions_for(right)) for right in OF_REGIONS.values())
    units = (_literal(user.units_for(right)) for right in OF_UNITS.values())
    return Acting(WEB, (str(user.pk), *regions, *units))


@contextlib.contextmanager
def acting(for_whom: Acting) -> Iterator[None]:
    """Inside, the work acts for them; also inside a transaction that began for somebody else."""
    token = _current.set(for_whom)
    try:
        yield
    finally:
        _current.reset(token)


def acting_for(user: Any) -> contextlib.AbstractContextManager[None]:
    """Inside, the work acts for the user."""
    return acting(person(user))


def along() -> contextlib.AbstractContextManager[None]:
    """Around a deed that reaches further than who does it, once their right to it was asked.

    With what is deleted goes also what they do not see of it; and an administrator of a region changes memberships,
    which only the house writes.
    """
    return acting(EVERYBODY if current().role == WEB else current())


class RowsMiddleware:
    """A request acts for who is signed in, to the last byte of a streamed answer. Stands right behind authentication.

    What a page does for somebody else it says itself, by `acting_for` or `acting`: a feed that is asked for by its
    secret address, a link in a letter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting(NOBODY):  # who it is stands in tables without a guard
            for_whom = person(request.user)
        with acting(for_whom):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _streamed(response.streaming_content, for_whom)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What the second layer refuses to write, the first should have refused: 403, and an error in the log."""
        if isinstance(exception.__cause__, InsufficientPrivilege):
            log.error("row_refused", path=request.path, error=str(exception).strip())
            raise PermissionDenied from exception


def _streamed(parts: Any, for_whom: Acting) -> Iterable[bytes]:
    """Each part is made for them: between two parts the thread may do something else."""
    parts = iter(parts)
    while True:
        with acting(for_whom):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


def wiped(connection: Any) -> None:
    """What a pool does with a connection that comes back to it: it stands for nobody until somebody says so."""
    connection.execute(STAND, NOBODY.said())
    if not connection.autocommit:
        connection.commit()
