"""What every test shares."""

import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from tests.migrated import make_template
from tests.plugin import servers


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones are for real passwords
    settings.LIMITED = False  # a crawl asks more than a person; tests/pages/test_limits.py says otherwise
    call_command("catalogues")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """pytest-django asks this before it makes the test database; with `-n 2` each worker has one of its own."""
    if any(server.kind.name == "postgres" for server in servers):
        with django_db_blocker.unblock():
            make_template("migrated")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The test database, for whoever asks: pytest-django's own is only for marked tests, and those that look at the
    demo hold it by a fixture. A browser's last request may still be connected at the end: it is cut off."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of one test (rate limits) are not for the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _at_work_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is signed in by a test has shown a sign of life: its first page costs what every other does."""
    login = Client._login

    def signed_in(self, *args, **kwargs):
        login(self, *args, **kwargs)
        session = self.session
        session["began"] = session["seen"] = int(time.time())
        session.save()

    monkeypatch.setattr(Client, "_login", signed_in)


@pytest.fixture(autouse=True)
def _in_indonesian() -> None:
    """The language of the last page of one test is not for the next."""
    translation.activate(settings.LANGUAGE_CODE)
