"""The demo as tests look at it: filled once for all tests of a module that only read it."""

import datetime as dt

import pytest
from django.db import transaction

TODAY = dt.date(2026, 11, 20)  # a Friday


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Everything that `bin/manage demo` writes, in a transaction that is taken back after the module.

    So these tests must not ask for `db`, which would close the connection under it.
    """
    from dashboards.demo.fill import fill

    with django_db_blocker.unblock(), transaction.atomic():
        fill(today=TODAY)
        yield
        transaction.set_rollback(True)
