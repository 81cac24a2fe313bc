"""The embedded servers survive what machines and people do to them. Each test has servers of its own."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import attach, forget
from config.servers import KINDS, Refused, states

ROOT = Path(__file__).parents[2]
USER = """
import sys, time
from pathlib import Path
from config.embedded import attach
environment, servers = attach(Path(sys.argv[1]))
print(environment["DATABASE_URL"], flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    with tempfile.TemporaryDirectory(prefix="simpul-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # root's servers run as `nobody`, who cannot enter pytest's own tmp_path
        yield Path(folder) / "servers"


@pytest.fixture
def user(home):
    """Starts another process that uses the servers; returns it once they answer."""
    processes = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()
    _wait_until(lambda: _unused(home))


def test_both_servers_answer_and_stop_with_their_last_user(home):
    environment, servers = attach(home)
    with _connect(environment) as connection:
        answer = connection.execute("SELECT version(), datcollate, datlocale FROM pg_database WHERE datname = 'simpul'")
        version, collation, locale = answer.fetchone()
    ping = redis.Redis.from_url(environment["REDIS_URL"]).ping()
    for server in servers:
        server.close()

    assert (version.split(".")[0], collation, locale, ping) == ("PostgreSQL 18", "C", "C.UTF-8", True)
    assert not _processes_in(home)


def test_data_stays_from_one_start_to_the_next(home):
    with _attached(home) as environment:
        _execute(environment, "CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(environment["REDIS_URL"]).set("kept", "42")
    with _attached(home) as environment:
        assert _execute(environment, "SELECT answer FROM kept").fetchone() == (42,)
        assert redis.Redis.from_url(environment["REDIS_URL"]).get("kept") == b"42"


def test_a_throwaway_server_leaves_nothing(home):
    with _attached(home, throwaway=True) as environment:
        assert _execute(environment, "SHOW fsync").fetchone() == ("off",)

    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("folder", ["a b ü", "x" * 180])
def test_any_path_will_do(home, folder):
    with _attached(home.parent / folder / "servers") as environment:
        assert _execute(environment, "SELECT 1").fetchone() == (1,)


def test_a_nonsense_environment_does_not_matter(home, monkeypatch):
    nonsense = {"LANG": "xx_XX.nope", "LC_ALL": "yy_YY.nope", "PGHOST": "nowhere", "PGPORT": "nan", "PGDATA": "/nope"}
    for name, value in nonsense.items():
        monkeypatch.setenv(name, value)

    with _attached(home) as environment:
        assert {name for name in environment if name.startswith("PG")} == set()
        assert _psql(environment, "SELECT 1") == "1"


def test_a_second_command_attaches_and_the_servers_outlive_the_first(home, user):
    first = user()
    address = first.stdout.readline()
    with _attached(home) as environment:
        assert environment["DATABASE_URL"] == address.strip()
        first.kill()
        first.wait()
        assert _execute(environment, "SELECT 1").fetchone() == (1,)


def test_two_first_starts_at_once_share_the_servers(home, user):
    first, second = user(), user()

    assert first.stdout.readline() == second.stdout.readline() != ""


def test_nothing_is_left_when_the_only_user_is_killed(home, user):
    process = user()
    process.stdout.readline()

    process.kill()

    _wait_until(lambda: _unused(home) and not _processes_in(home))


def test_a_start_right_after_a_kill_works(home, user):
    process = user()
    process.stdout.readline()
    process.kill()

    with _attached(home) as environment:
        assert _execute(environment, "SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the servers of a killed keeper")
def test_nothing_is_left_when_user_and_keepers_are_killed(home, user):
    process = user()
    process.stdout.readline()
    for pid in [process.pid, *_keepers(home)]:
        os.kill(pid, signal.SIGKILL)

    _wait_until(lambda: not _processes_in(home))
    with _attached(home) as environment:
        assert _execute(environment, "SELECT 1").fetchone() == (1,)


def test_a_killed_database_recovers_with_the_next_start(home):
    environment, servers = attach(home)
    _execute(environment, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(_postmaster(home), signal.SIGKILL)
    _wait_until(lambda: servers[0].address() is None)
    for server in servers:
        server.close()

    with _attached(home) as again:
        assert _execute(again, "SELECT answer FROM kept").fetchone() == (42,)


def test_a_leftover_pid_file_that_names_a_stranger_hurts_nobody(home):
    with _attached(home):
        pass
    stranger = subprocess.Popen(["sleep", "600"])
    leftover = _state(home) / "data/postmaster.pid"
    leftover.write_text(f"{stranger.pid}\n{leftover.parent}\n1700000000\n5432\n/tmp\n\n  1 1\nready\n")

    with _attached(home) as environment:
        assert _execute(environment, "SELECT 1").fetchone() == (1,)

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_database_of_another_major_version_is_refused_with_a_sentence(home):
    with _attached(home):
        pass
    (_state(home) / "data/PG_VERSION").write_text("15\n")

    with pytest.raises(Refused, match=r"was made by PostgreSQL 15, but the one installed here is 18\.\d+"):
        attach(home)


def test_half_a_first_start_is_thrown_away(home):
    with _attached(home):
        pass
    (_state(home) / "data").rename(_state(home) / "data.new")

    with _attached(home) as environment:
        assert _execute(environment, "SELECT 1").fetchone() == (1,)


def test_servers_that_the_environment_names_are_not_started(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/simpul")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")

    environment, servers = attach(home)

    assert (environment["DATABASE_URL"], servers, home.exists()) == ("postgres://elsewhere/simpul", [], False)


def test_data_in_use_is_not_forgotten(home):
    with _attached(home), pytest.raises(Refused, match="is in use"):
        forget(home)
    forget(home)

    assert [kind.name for kind in KINDS if (home / kind.name).exists()] == []


def test_a_folder_of_somebody_else_is_refused_with_a_sentence(home):
    (home.parent / "file").touch()

    with pytest.raises(Refused, match=r"cannot be written .* set VAR_DIR"):
        attach(home.parent / "file" / "servers")


@contextlib.contextmanager
def _attached(home, **how):
    environment, servers = attach(home, **how)
    try:
        yield environment
    finally:
        for server in servers:
            server.close()


def _connect(environment):
    sockets = environment["DATABASE_URL"].removeprefix("postgres://simpul@/").removesuffix("/simpul")
    return psycopg.connect(host=sockets, user="simpul", dbname="simpul", port=5432, autocommit=True)


def _execute(environment, statement):
    with _connect(environment) as connection:
        return connection.execute(statement)


def _psql(environment, statement):
    sockets = environment["DATABASE_URL"].removeprefix("postgres://simpul@/").removesuffix("/simpul")
    command = ["psql", "-h", sockets, "-U", "simpul", "-At", "-c", statement, "simpul"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def _state(home):
    return next(state for state in states(home / "postgres") if state.exists())


def _postmaster(home):
    return int((_state(home) / "data/postmaster.pid").read_text().split()[0])


def _keepers(home):
    return [int(line.split()[0]) for line in _processes_in(home) if "config.keeper" in line]


def _processes_in(home):
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if str(home) in line]


def _unused(home):
    """Whether no server runs there."""
    for lock in home.glob("*/server"):
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return True


def _wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)
