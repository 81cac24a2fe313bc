"""The demo as tests look at it: filled once for all tests of a module that only read it."""

import datetime as dt

import pytest
from django.db import connection, transaction

TODAY = dt.date(2026, 11, 20)  # a Friday


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Everything that `bin/manage demo` writes, in a transaction that is taken back after the module.

    So these tests must not ask for `db`, which would close the connection under it. The clock of the database stands
    at ten in the morning of that day, in Jakarta.
    """
    from workshop.demo.fill import fill

    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('simpul.moved_clock', (timestamptz %s - now())::text, true)", [f"{TODAY} 03:00+00"]
            )
        fill(today=TODAY)
        yield
        transaction.set_rollback(True)
