"""Run several programs as one: all start and are waited for; when one dies, or at Ctrl-C, all stop.

Linux ends the programs even when this process is killed hard (`die_with_parent`).
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.embedded import Attached
from config.keeper import die_with_parent

START = 120  # seconds until a program must be ready
STOP = 8  # seconds that it has to end by itself
COLOURS = (36, 33, 35, 32, 34)


@dataclass
class Program:
    name: str
    command: list[str]
    ready: Callable[[str], bool]
    """Asked several times a second, with what the program has said so far."""
    decides: bool = False
    """It starts when all others are ready, and its end is the end of all, with its exit code."""
    hushed: tuple[str, ...] = ()
    """Lines with one of these words are not passed on."""


class Stopped(Exception):
    """It is over, and why: nothing to say after Ctrl-C."""

    def __init__(self, words: str = "", code: int = 0) -> None:
        super().__init__(words)
        self.code = code


class Supervisor:
    def __init__(self, programs: list[Program], environment: Mapping[str, str], servers: list[Attached]) -> None:
        """`servers` are watched like the programs; programs that decide come last in the list."""
        self.programs, self.environment, self.servers = programs, environment, servers
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.said = dict.fromkeys((program.name for program in programs), "")
        self.hushed = {program.name: program.hushed for program in programs}
        self.unfinished = dict(self.said)
        self.selector = selectors.DefaultSelector()
        self.told_to_stop = False

    def run(self, when_ready: Callable[[], None]) -> int:
        """Start everything, call `when_ready`, go on until somebody or something stops it; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        try:
            servants = [program for program in self.programs if not program.decides]
            for program in servants:
                self._start(program)
            for program in servants:
                self._wait_for(program)
            when_ready()
            for program in self.programs[len(servants) :]:
                self._start(program)
            while True:
                self._turn()
        except Stopped as reason:
            print(f"\n{reason}".rstrip(), flush=True)
            return reason.code
        finally:
            self._stop()

    def _start(self, program: Program) -> None:
        child = self.running[program.name] = subprocess.Popen(
            program.command,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the Ctrl-C of a terminal is for us alone
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
        )
        assert child.stdout  # noqa: S101 - for mypy
        self.selector.register(child.stdout, selectors.EVENT_READ, program.name)

    def _wait_for(self, program: Program) -> None:
        deadline = time.monotonic() + START
        while not program.ready(self.said[program.name]):
            self._turn()
            if time.monotonic() > deadline:
                raise Stopped(f"{program.name} was not ready after {START} seconds; stopping.", 1)

    def _turn(self) -> None:
        """Pass on what is said within the next moment. Raises `Stopped` when it is over."""
        self._listen()
        if self.told_to_stop:
            raise Stopped("Stopping ...")
        for program in self.programs:
            code = self.running[program.name].poll() if program.name in self.running else None
            if code is not None and program.decides:
                raise Stopped("", code)
            if code is not None:
                raise Stopped(f"{program.name} ended by itself (code {code}); stopping the rest.", 1)
        for server in self.servers:
            if server.address() is None:
                raise Stopped(f"{server.kind.title} ended; {server.home / 'log'} may say why. Stopping the rest.", 1)

    def _listen(self) -> None:
        for key, _ in self.selector.select(timeout=0.1):
            chunk = os.read(key.fd, 65536).decode(errors="replace")
            if not chunk:
                self.selector.unregister(key.fileobj)
            self.said[key.data] = (self.said[key.data] + chunk)[-20_000:]
            *lines, self.unfinished[key.data] = (self.unfinished[key.data] + chunk).split("\n")
            hushed = self.hushed[key.data]
            for line in lines:
                if not any(word in line for word in hushed):
                    print(f"{self._prefix(key.data)} {line}", flush=True)

    def _prefix(self, name: str) -> str:
        prefix = f"{name:{max(map(len, self.said))}} |"
        if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
            return prefix
        return f"\033[{COLOURS[list(self.said).index(name) % len(COLOURS)]}m{prefix}\033[0m"

    def _stop(self) -> None:
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + STOP
        while any(child.poll() is None for child in self.running.values()) and time.monotonic() < deadline:
            self._listen()
        self._listen()
        for child in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # its whole session: nothing of it stays behind
            child.wait()
            if child.stdout:
                child.stdout.close()
        self.selector.close()

    def _stop_soon(self, *_: object) -> None:
        self.told_to_stop = True
