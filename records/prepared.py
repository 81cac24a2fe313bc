"""Questions in SQL that are asked again and again on one connection: the server plans each of them once.

Django's cursors put the values into the text of a statement, so that the server plans every one anew; of a question
over ten tables that takes longer than its answer. Here the values travel apart (psycopg's own cursor), and all else is
as with `connection.cursor()`: errors are Django's, and what watches statements sees these too. Prepared statements need
a pool in front of the database to know of them: DATABASE_PREPARE (README -> Settings) switches them off.
"""

from __future__ import annotations

import threading
from typing import Any

import psycopg
from django.db import connection


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> _Prepared:
        return super().execute(query, params, **{**options, "prepare": True})


# A cursor remembers how values are written: a new one for every question would learn it anew.
_kept = threading.local()


def ask(sql: str, words: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of the answer; none if the statement gives none."""
    connection.ensure_connection()
    raw: Any = connection.connection
    if getattr(_kept, "raw", None) is not raw:
        _kept.raw, _kept.cursor = raw, _Prepared(raw)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    cursor = wrap(_kept.cursor)
    cursor.execute(sql, words)
    return cursor.fetchall() if cursor.description else []
