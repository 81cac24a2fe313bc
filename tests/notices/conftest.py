"""A real SMTP server as a process of its own, and the sending set up to use it."""

import json
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection


class Sink:
    def __init__(self, folder, *options):
        self.log, self.faults = folder / "sink.log", folder / "faults.json"
        self.log.touch()
        self.start(*options)

    def start(self, *options, port=0):
        command = [sys.executable, "-m", "workshop.drill.sink", "--log", self.log, "--faults", self.faults]
        self.process = subprocess.Popen([*command, "--port", str(port), *options], stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def fault(self, **what):
        new = self.faults.with_suffix(".new")
        new.write_text(json.dumps(what))
        new.replace(self.faults)

    @property
    def kept(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def copies(self):
        """How often each Message-ID was accepted."""
        return Counter(message["message_id"] for message in self.kept)


@pytest.fixture
def start_sink(tmp_path, settings):
    sinks = []

    def start(*options):
        sink = Sink(tmp_path, *options)
        sinks.append(sink)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        return sink

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    settings.NOTICE_WRITERS = dict.fromkeys(("DIGEST", "AT_ONCE"), "tests.notices.writers.by_name")
    yield start
    for sink in sinks:
        sink.stop()


@pytest.fixture
def sink(start_sink):
    return start_sink()


@pytest.fixture
def move_clock(db):
    """The clock of the database, for this connection."""

    def move(interval):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('simpul.moved_clock', %s, false)", [interval])

    yield move
    connection.ensure_connection()
    move("")
