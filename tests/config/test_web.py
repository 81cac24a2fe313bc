"""gunicorn as config/web.py sets it up: a new version takes over while people ask, and a broken one does not."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = """
import time
time.sleep({load})
def application(environ, start):
    time.sleep(0.05)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"{version}"]
"""


class Web:
    """A gunicorn with a small application in `folder`, whose version can be changed."""

    def __init__(self, folder, notify):
        self.folder, self.pid_file = folder, folder / "pid"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.put("one", load=0)
        command = [sys.executable, "-m", "gunicorn", "--config", "python:config.web", "small:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--pid", str(self.pid_file), "--pythonpath", str(folder)]
        with (folder / "log").open("w") as log:
            # Both versions are of one length and may be of one second: their bytecode would be taken for the same.
            told = os.environ | {"NOTIFY_SOCKET": notify, "PYTHONDONTWRITEBYTECODE": "1"}
            self.child = subprocess.Popen(command, cwd=ROOT, env=told, start_new_session=True, stdout=log, stderr=log)
        self.until(lambda: self.ask() == "one")

    def put(self, version, load):
        (self.folder / "small.py").write_text(APP.format(version=version, load=load))

    def ask(self, address="/"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", address)
            return connection.getresponse().read().decode()
        except OSError as error:
            return repr(error)
        finally:
            connection.close()

    def until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)

    def take_over(self):
        os.kill(int(self.pid_file.read_text()), signal.SIGUSR2)


@pytest.fixture
def told(tmp_path):
    """What systemd would be told."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "n"))
        listener.setblocking(False)
        yield listener


@pytest.fixture
def web(tmp_path, told):
    made = Web(tmp_path, told.getsockname())
    yield made
    os.killpg(made.child.pid, signal.SIGKILL)
    made.child.wait()


def test_a_new_version_takes_over_and_nobody_waits_for_it(web, told):
    answers, over = [], threading.Event()

    def people():
        while not over.is_set():
            began = time.monotonic()
            answers.append((web.ask(), time.monotonic() - began))

    threads = [threading.Thread(target=people) for _ in range(4)]
    for thread in threads:
        thread.start()
    first = web.child.pid
    web.put("two", load=2)  # seconds in which SIGHUP would let everybody wait

    web.take_over()
    web.until(lambda: web.child.poll() is not None and web.pid_file.exists() and "two" in dict(answers))
    over.set()
    for thread in threads:
        thread.join()

    assert {answer for answer, _seconds in answers} == {"one", "two"}
    assert max(seconds for _answer, seconds in answers) < 1
    assert web.ask() == "two"
    second = int(web.pid_file.read_text())
    assert second != first
    said = []
    while True:
        try:
            said.append(told.recv(200).decode())
        except BlockingIOError:
            break
    assert f"MAINPID={second}" in said


def test_a_long_address_reaches_our_pages(web):
    assert web.ask("/search/?q=" + "a" * 8000) == "one"


def test_a_version_that_does_not_load_leaves_the_first_one_at_work(web):
    first = web.child.pid
    (web.folder / "small.py").write_text("raise ImportError('of the new version')")

    web.take_over()
    web.until(lambda: "of the new version" in (web.folder / "log").read_text())
    time.sleep(0.5)

    assert web.child.poll() is None
    assert web.ask() == "one"
    assert int(web.pid_file.read_text()) == first
