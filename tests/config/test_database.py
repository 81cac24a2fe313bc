"""The pool of the web process comes back soon after the database does."""

import os
import time

import environ
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool, PoolTimeout

from config import database

AWAY = 3.5  # seconds, after which a pool as it comes asks again at 7


@pytest.fixture
def pool(monkeypatch, tmp_path):
    """One as it is configured, towards a place where no server listens yet."""
    monkeypatch.setenv("DATABASE_URL", "postgres://x@/x")
    monkeypatch.setenv("DATABASE_POOL", "1")
    options = database.configured(environ.Env())["OPTIONS"]["pool"]
    given = connection.settings_dict
    where = {"host": str(tmp_path / "sockets"), "user": given["USER"], "dbname": given["NAME"]}
    with ConnectionPool(kwargs=where, open=True, **options) as made:
        yield made


@pytest.mark.skipif(not os.environ.get("SIMPUL_TEST_SERVERS"), reason="needs a server behind a socket")
def test_a_pool_finds_the_database_soon_after_it_is_there_again(pool, tmp_path, django_db_setup):
    with pytest.raises(PoolTimeout):
        pool.getconn(timeout=0.1)  # somebody asks meanwhile
    time.sleep(AWAY)
    (tmp_path / "sockets").symlink_to(connection.settings_dict["HOST"])

    began = time.monotonic()
    with pool.connection() as found:
        found.execute("SELECT 1")

    assert time.monotonic() - began < 2
