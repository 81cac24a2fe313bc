"""A stage for drills: servers and programs of its own, each of which can be killed hard and started again.

Unlike the servers of `config.embedded`, these keep their address through every restart, as real ones do, and they
write as safely as in production. All of it ends with the process that made the stage.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from config.keeper import die_with_parent, find_program, find_state, make_sockets
from config.servers import ENVIRONMENT, Kind, Postgres, Refused, Valkey, account_for

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds: a server or program that starts or stops


class Server:
    """PostgreSQL or Valkey at one address."""

    def __init__(self, kind: Kind, home: Path) -> None:
        home.mkdir(mode=0o711)
        self.kind = kind
        self.account = account_for(home / "state")
        self.program = find_program(kind, self.account)
        self.state = find_state(home, self.account)
        self.sockets = make_sockets(home, self.account)
        self.log = (home / "log").open("ab")
        kind.prepare(self.program, self.state, self.account)
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers; what a killed one left behind may need some tries."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.child is None or self.child.poll() is not None:
                self.child = self._begin()
            if self.kind.ready(self.state, self.sockets) and self.child.poll() is None:
                return
            time.sleep(0.05)
        raise Refused(f"{self.kind.title} did not start; {self.log.name} may say why.")

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """With SIGINT in good order, with SIGQUIT (PostgreSQL) or SIGKILL at once."""
        if self.child and self.child.poll() is None:
            self.child.send_signal(by)
            self.child.wait(PATIENCE)

    def variables(self) -> dict[str, str]:
        return self.kind.variables(self.program, self.sockets)

    def clear(self) -> None:
        self.stop()
        self.log.close()
        shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.kind.command(self.program, self.state, self.sockets, False),
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - we have no threads
            **self.account,
        )


class Program:
    """Something of ours that a supervisor would keep running: `wanted` and not alive means start it again."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path, *, talks: bool) -> None:
        self.command, self.environment, self.log, self.talks = list(command), dict(environment), log, talks
        self.wanted, self.restarts = False, 0
        self.child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with self.log.open("a") as log:
            out: int | IO[str] = subprocess.PIPE if self.talks else log
            self.child = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
            )
        self.wanted = True

    @property
    def is_alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def kill(self) -> None:
        """SIGKILL for all its processes; nobody has time for a last word."""
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            if self.child.stdout:
                self.child.stdout.close()

    def stop(self) -> None:
        """In good order, as an operator does; hard when that takes too long."""
        self.wanted = False
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(PATIENCE)
        self.kill()

    def children(self) -> list[int]:
        """Process ids of its direct children (of a Celery worker: those that do the work)."""
        if not self.is_alive or self.child is None:
            return []
        asked = ["ps", "-o", "pid=", "--ppid", str(self.child.pid)]
        listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
        return [int(word) for word in listed.split()]


class Stage:
    """The servers by name (`postgres`, `valkey`) and the programs by theirs. A context manager: all ends with it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="simpul-drill-"))
        self.home.chmod(0o711)  # root's servers run as `nobody`
        self.servers: dict[str, Server] = {}
        self.programs: dict[str, Program] = {}
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Stage:
        try:
            kinds: list[Kind] = [Postgres(), Valkey()]
            for kind in kinds:
                self.servers[kind.name] = Server(kind, self.home / kind.name)
                self.servers[kind.name].start()
        except BaseException:
            self.__exit__()
            raise
        variables = {name: value for server in self.servers.values() for name, value in server.variables().items()}
        variables.pop("POSTGRES_PROGRAMS")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "STATIC_", "MEDIA_"))}
        self.environment = {**kept, **variables, "VAR_DIR": str(self.home / "var"), "PYTHONUNBUFFERED": "1"}
        return self

    def __exit__(self, *_error: object) -> None:
        for program in self.programs.values():
            program.wanted = False
            program.kill()
        for server in self.servers.values():
            server.clear()
        shutil.rmtree(self.home, ignore_errors=True)

    def python(self, name: str, *words: str, talks: bool = False, **environment: str) -> Program:
        """Start `python WORDS…` under a name; what a program that `talks` says is read by the caller."""
        command = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges", *words]
        program = Program(command, self.environment | environment, self.home / f"{name}.log", talks=talks)
        self.programs[name] = program
        program.start()
        return program

    def supervise(self) -> list[str]:
        """Start again what has ended though it is wanted; the names."""
        ended = [name for name, program in self.programs.items() if program.wanted and not program.is_alive]
        for name in ended:
            self.programs[name].kill()  # whatever of its group is left
            self.programs[name].restarts += 1
            self.programs[name].start()
        return ended

    def ask_broker(self, *words: str) -> None:
        """A command for Valkey, such as FLUSHALL."""
        said = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(str(self.servers["valkey"].sockets / "valkey"))
            client.sendall(f"*{len(words)}\r\n{said}".encode())
            client.recv(64)

    def logs(self) -> dict[str, str]:
        """The last words of every program."""
        return {name: _end_of(program.log) for name, program in self.programs.items()}


def _end_of(log: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return log.read_text(errors="replace")[-3000:]
    return ""
