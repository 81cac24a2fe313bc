"""The pool of the web process comes back soon after the database does."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import environ
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool, PoolTimeout

from config import database

ROOT = Path(__file__).parents[2]
LIMITS = """
import json
from django.db import connection
def asked(what):
    with connection.cursor() as cursor:
        cursor.execute(what)
        return cursor.fetchone()[0]
print(json.dumps([asked("SHOW statement_timeout"), asked("SHOW idle_in_transaction_session_timeout"), asked("SHOW jit")]))
"""
WEB, COMMAND = "import config.wsgi", "import django; django.setup()"
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("process", "more", "limits"),
    [
        (WEB, {}, ["1min", "2min", "off"]),
        (WEB, {"DATABASE_POOL": "1"}, ["1min", "2min", "off"]),
        (WEB, {"WEB_STATEMENT_SECONDS": "0", "WEB_IDLE_SECONDS": "5"}, ["0", "5s", "off"]),
        (COMMAND, {"WEB_IDLE_SECONDS": "5"}, ["0", "0", "off"]),
    ],
)
def test_only_the_web_process_is_hurried(process, more, limits):
    found = connection.settings_dict
    where = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://{found['USER']}@/{found['HOST']}/{found['NAME']}",
    }

    done = subprocess.run(
        [sys.executable, "-c", process + LIMITS], cwd=ROOT, env=os.environ | where | more, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == limits
