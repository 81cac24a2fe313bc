"""Several programs run as one."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.supervisor import Program, Supervisor

ROOT = Path(__file__).parents[2]
WAIT = "import time; print('up'); time.sleep(600)"


@pytest.fixture(autouse=True)
def _signals():
    """The supervisor takes these over; pytest wants them back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_the_program_that_decides_starts_when_all_others_are_ready(capfd):
    first = _program("first", "import time; print('thinking'); time.sleep(.3); print('up'); time.sleep(600)")
    second = _program("second", "print('done')", decides=True)

    code = _run(first, second)

    assert code == 0
    assert capfd.readouterr().out.splitlines()[:3] == ["first  | thinking", "first  | up", "second | done"]


def test_a_program_that_dies_stops_all_and_is_named(capfd):
    supervisor = _supervisor(_program("web", WAIT), _program("worker", "print('up'); raise SystemExit(3)"))

    code = supervisor.run(lambda: None)

    assert code == 1
    assert "worker ended by itself (code 3); stopping the rest." in capfd.readouterr().out
    assert [child.returncode for child in supervisor.running.values()] == [-signal.SIGTERM, 3]


def test_the_end_of_the_deciding_program_is_the_end_of_all():
    assert _run(_program("web", WAIT), _program("check", "raise SystemExit(5)", decides=True)) == 5


def test_ctrl_c_stops_everything_without_a_complaint(capfd):
    supervisor = _supervisor(_program("web", WAIT), _program("worker", WAIT))

    code = supervisor.run(lambda: _soon(lambda: os.kill(os.getpid(), signal.SIGINT)))

    assert (code, "ended by itself" in capfd.readouterr().out) == (0, False)
    assert [child.returncode for child in supervisor.running.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_what_will_not_stop_is_killed_with_its_children(monkeypatch):
    monkeypatch.setattr("config.supervisor.STOP", 0.3)
    stubborn = "import signal, time, os; signal.signal(15, 1); os.fork(); print('up', flush=True); time.sleep(600)"
    supervisor = _supervisor(_program("web", stubborn), _program("check", "", decides=True))

    supervisor.run(lambda: None)

    web = supervisor.running["web"]
    assert web.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        _until_gone(web.pid)


def test_a_program_that_is_never_ready_ends_the_start_with_a_sentence(monkeypatch, capfd):
    monkeypatch.setattr("config.supervisor.START", 0.3)
    slow = Program("web", [sys.executable, "-c", WAIT], lambda said: False)

    assert _run(slow) == 1
    assert "web was not ready after 0.3 seconds; stopping." in capfd.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the children of a killed parent")
def test_nothing_is_left_when_the_supervisor_is_killed():
    script = """
from tests.config.test_supervisor import WAIT, _program, _supervisor
supervisor = _supervisor(_program("web", WAIT))
supervisor.run(lambda: print(supervisor.running["web"].pid, flush=True))
"""
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said = sorted(process.stdout.readline().strip() for _ in range(2))  # its first line may come before or after ours
    assert said[1] == "web | up"
    web = int(said[0])

    process.kill()
    process.communicate()

    with pytest.raises(ProcessLookupError):
        _until_gone(web)


def test_a_taken_port_is_said_in_a_sentence_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = subprocess.run(
            [sys.executable, "-m", "config.demo", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"VAR_DIR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
            check=False,
        )

    assert demo.returncode == 1
    assert demo.stderr.startswith(
        f"Port {port} cannot be used (Address already in use). Choose another: bin/demo --port"
    )
    assert not (tmp_path / "var").exists()


def _program(name, script, **how):
    return Program(name, [sys.executable, "-c", script], lambda said: "up" in said or bool(how), **how)


def _supervisor(*programs):
    return Supervisor(list(programs), os.environ, [])


def _run(*programs):
    return _supervisor(*programs).run(lambda: None)


def _soon(deed):
    threading.Timer(0.2, deed).start()


def _until_gone(group):
    """Raises ProcessLookupError as soon as no process of the group is left."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        os.killpg(group, 0)
        time.sleep(0.02)
