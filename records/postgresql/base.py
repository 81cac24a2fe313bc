"""A connection on which no statement runs for anybody but whom the work at hand acts for."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base

from records import rows, work


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells PostgreSQL before a statement for whom the work acts, whenever that is not what the session stands for.

    One round trip for the role and all settings at once, and only when it changes: about two a request. It does not go
    through Django's cursors, so neither `connection.queries` nor the page budgets count it.

    What may undo it makes us say it anew: another connection, a rollback (SET is undone with its transaction). A pool's
    connection is wiped when it comes back (`rows.wiped`), and what it stands for is said anew by whoever gets it.
    """

    stands_for: rows.Acting | None = None  # what the session was told; None: nobody knows

    def __init__(self, settings_dict: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(settings_dict, *args, **kwargs)
        if isinstance(pool := self.settings_dict["OPTIONS"].get("pool"), dict):
            pool.setdefault("reset", rows.wiped)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        found = super().get_new_connection(conn_params)
        # A session that was just opened is the login role; so a server on which nothing is set up yet can be reached.
        self.stands_for = None if self.pool else rows.OWNER
        work.say(found, new=True)
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        if self.stands_for != rows.current():
            self._stand_for(rows.current())
        return super().create_cursor(name)

    def _stand_for(self, acting: rows.Acting) -> None:
        if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            return  # nothing runs here before a rollback, after which it is said anew
        with self.wrap_database_errors:
            self.stands_for = None
            self.connection.execute(rows.STAND, acting.said())
            self.stands_for = acting

    def _rollback(self) -> None:
        self.stands_for = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.stands_for = None
        super()._savepoint_rollback(sid)  # type: ignore[misc]
