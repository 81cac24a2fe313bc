"""Stored files that nobody needs any more: they go, but not while a backup copies what its snapshot names.

A backup holds an advisory lock alone from before its snapshot until its last file is copied. Who deletes files asks for
a share of it and never waits: what cannot be deleted now is left to the sweeps of files that no row names
(`documents.keeping.clear_orphans`, `dashboards.files.clear_old`), which come again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage
from django.db import connection, transaction

COPYING = 7231_0002  # of the advisory lock


@contextmanager
def may_delete_files() -> Iterator[bool]:
    """Whether files may be deleted inside; no backup begins before it ends. Rows that named them are gone by then."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [COPYING])
        (granted,) = cursor.fetchone()
        yield granted


def delete_files(names: Iterable[str]) -> None:
    """Once the transaction that took their rows away is through."""
    with may_delete_files() as granted:
        for name in names if granted else ():
            default_storage.delete(name)
