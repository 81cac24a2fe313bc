"""How the register speaks with PostgreSQL."""

from typing import Any

import environ
from django.conf import settings

# Many small questions at once, on memory and SSD: with the server's own defaults some pages took 5 to 20 times as long.
# What is read through a cursor is read to its end (exports).
# `pgtrigger.ignore` saves every trigger an error to catch: with many rows in one transaction that was quadratic.
# A process that lost its network is noticed within a minute: its advisory lock says whether a sender lives.
OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "jit": "off",
        "random_page_cost": "1.1",
        "max_parallel_workers_per_gather": "0",
        "cursor_tuple_fraction": "1",
        "pgtrigger.ignore": "{}",
        "pg_trgm.word_similarity_threshold": "0.5",  # from which a name counts as a typing error of another
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
    }.items()
)


def _begin_anew(pool: Any) -> None:
    pool.check()


# While the server is away a pool asks after 1, 2, 4, 8 … seconds, so that it may come back long after the server. Ours
# gives up after two and begins anew.
PERSISTENT = {"reconnect_timeout": 2, "reconnect_failed": _begin_anew}


def hurry() -> None:
    """From now on the server ends what this process forgets: the web process, before it opens its first connection.

    A statement after WEB_STATEMENT_SECONDS: gunicorn lets go of no thread whose reader has left. A transaction in which
    nothing is asked after WEB_IDLE_SECONDS: it holds rows that others wait for. 0 ends nothing. A long list is streamed
    through a cursor, and each part of it is a statement of its own. Commands and tasks are not hurried.
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    options["options"] += (
        f" -c statement_timeout={settings.WEB_STATEMENT_SECONDS}s"
        f" -c idle_in_transaction_session_timeout={settings.WEB_IDLE_SECONDS}s"
    )


def configured(env: environ.Env) -> dict[str, Any]:
    """Django's DATABASES["default"], from DATABASE_URL, DATABASE_PREPARE and DATABASE_POOL."""
    database: dict[str, Any] = env.db("DATABASE_URL")
    database["ENGINE"] = database["ENGINE"].replace("django.db.backends.postgresql", "records.postgresql")
    options = database.setdefault("OPTIONS", {})
    options.setdefault("options", OPTIONS)
    # Only what is asked through `records.prepared`; off for a pool in front of the database that knows no such thing.
    options.setdefault("prepare_threshold", 5 if env.bool("DATABASE_PREPARE", True) else None)
    database["CONN_MAX_AGE"] = 0
    if env.bool("DATABASE_POOL", False):  # in the web process only: a pool without a server waits 30 s
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10, **PERSISTENT}
        database["CONN_HEALTH_CHECKS"] = True  # after a restart of the database nobody gets a dead connection
    return database
