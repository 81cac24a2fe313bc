"""`python -m config.demo`: everything on this machine, as one program that Ctrl-C stops (bin/demo)."""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config.embedded import Attached, attach, forget
from config.launch import complete_environment
from config.mailbox import READY
from config.servers import Refused, is_given
from config.supervisor import Program, Supervisor

TICKS = ("Sending due task", "celery.worker.strategy", "task_enqueued", "task_started", "task_succeeded")
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # http_proxy is not for our own machine


def main() -> int:
    options = _options()
    port = options.port or (_any_port() if options.check else 8000)
    _refuse_a_taken(port)
    mailbox = f"smtp://127.0.0.1:{_any_port()}"
    var = complete_environment(EMAIL_URL=mailbox, SITE_URL=f"http://127.0.0.1:{port}")
    if options.fresh:
        _start_afresh(var)
    with _servers(var / "servers") as (environment, servers):
        print("Filling the database (nothing is done twice) ...", flush=True)
        filled = subprocess.run(
            [sys.executable, "-m", "config.fill"], env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if filled.returncode:
            return 1
        programs, mail = _programs(port), None
        if os.environ["EMAIL_URL"] == mailbox:  # else letters go where the environment says
            mail = var / "mail"
            programs = [_mailbox(mail, mailbox), *programs]
        if options.check:
            programs = [*programs, _check(port, filled.stdout)]
            environment["LOG_LEVEL"] = "WARNING"
        return Supervisor(programs, environment, servers).run(lambda: _welcome(port, filled.stdout, mail))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Run Simpul with its demo on this machine.")
    parser.add_argument("--port", type=int, choices=range(1, 65536), metavar="PORT", help="default: 8000")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first, and begin anew")
    parser.add_argument("--check", action="store_true", help="start, sign in as everybody, fetch the main pages, stop")
    return parser.parse_args()


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_a_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another: bin/demo --port {_any_port()}")


def _start_afresh(var: Path) -> None:
    if is_given("DATABASE_URL"):
        sys.exit("--fresh throws away only the embedded database; empty the one that DATABASE_URL names yourself.")
    try:
        forget(var / "servers")
    except Refused as error:
        sys.exit(str(error))
    for folder in ("media", "mail"):
        shutil.rmtree(var / folder, ignore_errors=True)


@contextlib.contextmanager
def _servers(home: Path) -> Iterator[tuple[dict[str, str], list[Attached]]]:
    servers: list[Attached] = []
    try:
        print("Starting the database ...", flush=True)
        environment, servers = attach(home)
        yield environment, servers
    except (Refused, OSError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        started = time.monotonic()
        for server in servers:
            server.close()
        if servers:
            print(f"Stopped (the servers in {time.monotonic() - started:.1f} s).", flush=True)


def _programs(port: int) -> list[Program]:
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    web += ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket"]
    no_lecture = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *no_lecture, "-m", "celery", "--quiet", "-A", "config.celery"]
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = ["beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""]  # no file that an end catches open
    loud = ["env", "LOG_LEVEL=INFO"]  # what they say at that level tells that they are ready
    return [
        Program("web", ["env", "DATABASE_POOL=1", *web], lambda said: _answers(port)),
        Program("worker", [*loud, *celery, *worker], lambda said: " ready." in said, hushed=TICKS),
        Program("beat", [*loud, *celery, *beat], lambda said: "Starting..." in said, hushed=TICKS),
    ]


def _mailbox(folder: Path, address: str) -> Program:
    keep = [sys.executable, "-m", "config.mailbox", str(folder), "--port", address.rpartition(":")[2]]
    return Program("mailbox", keep, lambda said: READY in said)


def _check(port: int, accounts: str) -> Program:
    walk = [sys.executable, "-m", "config.walk", f"http://127.0.0.1:{port}", accounts]
    return Program("check", walk, lambda said: True, decides=True)


def _answers(port: int) -> bool:
    try:
        with DIRECTLY.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _welcome(port: int, accounts: str, mail: Path | None) -> None:
    letters = f"  Letters are sent nowhere but kept in {mail}; the first within a minute.\n\n" if mail else ""
    print(f"\n  Simpul is running:  http://127.0.0.1:{port}/\n\n{accounts}\n{letters}  Ctrl-C stops it.\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
