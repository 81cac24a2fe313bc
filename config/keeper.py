"""The keeper: one process that runs one embedded server until nobody uses it (config/embedded.py tells why)."""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from config.servers import ENVIRONMENT, KINDS, SYSTEM, Kind, Refused, account_for, states, try_lock

PATIENCE = 120  # seconds: a predecessor that is still stopping, a recovery after a crash, a slow stop
SOCKETS_LENGTH = 103 - len("/.s.PGSQL.5432")  # bytes of a socket's folder that every system takes


def keep(kind: Kind, home: Path, throwaway: bool) -> None:
    """Returns when the server has stopped. Raises `Refused`, or `OSError` from a full disk and the like."""
    with (home / "address").open("a") as address, (home / "server").open("a") as server, _log(home) as log:
        if not try_lock(address):
            return  # another keeper was faster
        address.truncate(0)
        if not _wait(lambda: try_lock(server)):
            raise Refused(f"An earlier {kind.title} in {home} has not stopped yet. Try again in a minute.")
        account = account_for(home / "state")
        program, state, sockets = find_program(kind, account), find_state(home, account), make_sockets(home, account)
        try:
            kind.prepare(program, state, account)
            child = subprocess.Popen(
                kind.command(program, state, sockets, throwaway),
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[server.fileno()],
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - we have no threads yet
                **account,
            )
            signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGINT))
            if not _wait(lambda: child.poll() is not None or kind.ready(state, sockets)) or child.poll() is not None:
                child.kill()
                raise Refused(f"{kind.title} did not start: {_end_of(home / 'log')}")
            address.write(json.dumps(kind.variables(program, sockets)) + "\n")
            address.flush()
            os.dup2(log.fileno(), sys.stderr.fileno())  # whoever started us has stopped listening
            threading.Thread(target=_stop_when_unused, args=(home, child), daemon=True).start()
            child.wait()
        finally:
            shutil.rmtree(sockets, ignore_errors=True)
            if throwaway:
                shutil.rmtree(state, ignore_errors=True)
                shutil.rmtree(home, ignore_errors=True)


def die_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends the child this signal when our main thread dies, by kill -9 too (Linux)."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def arm() -> None:
        libc.prctl(1, int(by), 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return arm


def _stop_when_unused(home: Path, child: subprocess.Popen[bytes]) -> None:
    with (home / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        child.send_signal(signal.SIGINT)  # for both: disconnect everyone, write everything, end
        time.sleep(PATIENCE)  # keeps newcomers waiting until this process has ended
        child.kill()


def find_program(kind: Kind, account: dict[str, Any]) -> Path:
    """The server's program; a copy of it where `account` cannot reach the installed one."""
    spec = importlib.util.find_spec(kind.module)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    program = next(folder.glob(kind.program), None) if folder else None
    if not folder or not program:
        raise Refused(
            f"There is no {kind.title} among the installed packages; {kind.module} has none for this machine. "
            f"Set {kind.variable} to a server of yours."
        )
    if not account or _may(account, "-x", program):
        return program
    stamp = f"{program} {program.stat().st_mtime_ns} {program.stat().st_size}"
    copy = SYSTEM / f"simpul-{kind.name}-{hashlib.sha256(os.fsencode(stamp)).hexdigest()[:12]}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=SYSTEM, prefix="simpul-") as new:
            for part in folder.parent.glob(f"{kind.module}*"):  # with the libraries that the wheel puts beside it
                if part.is_dir():
                    shutil.copytree(part, Path(new, "it", part.name))
            with contextlib.suppress(OSError):  # another keeper made it meanwhile
                Path(new, "it").rename(copy)
    return copy / program.relative_to(folder.parent)


def find_state(home: Path, account: dict[str, Any]) -> Path:
    for state in states(home):
        state.mkdir(mode=0o700, exist_ok=True)
        if account:
            os.chown(state, account["user"], account["group"])
        if not account or _may(account, "-w", state):
            break
        state.rmdir()
    return state


def make_sockets(home: Path, account: dict[str, Any]) -> Path:
    """A new folder of the server's own: short and plain, since a checkout's path may be neither."""
    last = home / "sockets"
    left_behind = Path(last.read_text()) if last.exists() else home  # by a keeper that was killed
    if left_behind.name.startswith("simpul-") and left_behind.parent != SYSTEM:
        shutil.rmtree(left_behind, ignore_errors=True)
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes the name there
        sockets = Path(tempfile.mkdtemp(prefix="simpul-", dir=parent))
        if account:
            os.chown(sockets, account["user"], account["group"])
        short_and_plain = len(str(sockets)) <= SOCKETS_LENGTH and re.fullmatch(r"[\w/.+-]+", str(sockets), re.ASCII)
        if short_and_plain and (not account or _may(account, "-w", sockets)):
            break
        sockets.rmdir()
    last.write_text(str(sockets))
    return sockets


def _may(account: dict[str, Any], what: str, path: Path) -> bool:
    command = ["/bin/sh", "-c", 'test "$1" "$2"', "sh", what, str(path)]
    return subprocess.run(command, cwd="/", env=ENVIRONMENT, check=False, **account).returncode == 0


def _wait(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not (done := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return done


def _log(home: Path) -> IO[bytes]:
    path = home / "log"
    too_long = path.exists() and path.stat().st_size > 5_000_000
    return path.open("wb" if too_long else "ab")


def _end_of(log: Path) -> str:
    return " ".join(log.read_text(errors="replace").splitlines()[-4:])


if __name__ == "__main__":
    try:
        keep(next(kind for kind in KINDS if kind.name == sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["throwaway"])
    except (Refused, OSError) as error:
        sys.exit(str(error))
