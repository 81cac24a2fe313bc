"""What every test shares."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from tests.migrated import make_template
from tests.plugin import servers


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow ones are for real passwords
    call_command("catalogues")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker):
    """pytest-django asks this before it makes the test database."""
    if any(server.kind.name == "postgres" for server in servers):
        with django_db_blocker.unblock():
            make_template("migrated")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A browser's last request may still hold a connection when the test database is dropped: it is cut off first."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of one test (rate limits) are not for the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _in_indonesian() -> None:
    """The language of the last page of one test is not for the next."""
    translation.activate(settings.LANGUAGE_CODE)
