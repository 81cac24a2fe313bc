"""Every line of a request's log, and of the tasks that it started, carries the request's id."""

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import structlog
from django.db import connection

from accounts.tasks import clear_expired_sessions

ROOT = Path(__file__).parents[2]
REQUESTS = """
import django
django.setup()
import logging
from django.test import Client
client = Client()
for ask in (client.get, client.post):
    print("header", ask("/healthz", secure=True).headers["X-Request-ID"])
logging.getLogger("some.library").warning("%s is not of a request", "this")
"""


def test_every_line_is_json_and_carries_the_id_that_the_response_returns(tmp_path):
    production = {"DEBUG": "0", "ALLOWED_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "config.settings"}
    (tmp_path / "static").mkdir()
    output = subprocess.run(
        [sys.executable, "-c", REQUESTS],
        cwd=ROOT,
        env=os.environ | production | {"VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    lines = [json.loads(line) for line in output if line.startswith("{")]
    headers = [line.removeprefix("header ") for line in output if line.startswith("header ")]

    assert [line.get("request_id") for line in lines] == [*headers, None]
    assert [(line["event"], line.get("code"), line["level"]) for line in lines] == [
        ("request_finished", 200, "info"),
        ("request_finished", 405, "warning"),
        ("this is not of a request", None, "warning"),
    ]


FAILURE = """
import django
django.setup()
import structlog
letter = "Yth. Rani"
try:
    raise ValueError("it cannot be written")
except ValueError:
    structlog.get_logger("x").exception("letter_cannot_be_written")
"""


def test_a_failure_is_told_without_the_values_of_variables(tmp_path):
    (tmp_path / "static").mkdir()
    production = {"DEBUG": "0", "DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path)}
    output = subprocess.run(
        [sys.executable, "-c", FAILURE],
        cwd=ROOT,
        env=os.environ | production,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = json.loads(output)
    assert line["exception"][0]["exc_value"] == "it cannot be written"
    assert "Rani" not in output


def test_two_requests_have_two_ids(client):
    ids = [client.get("/healthz").headers["X-Request-ID"] for _ in range(2)]

    assert len({uuid.UUID(identity) for identity in ids}) == 2


@pytest.mark.django_db(transaction=True)
def test_a_task_logs_the_id_of_the_request_that_sent_it():
    command = ["celery", "-A", "config.celery", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    database = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    worker = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with structlog.contextvars.bound_contextvars(request_id="the-request"):
            clear_expired_sessions.delay()
        lines = []
        for line in worker.stdout:
            lines.append(line)
            if "task_succeeded" in line or "task_failed" in line:
                break
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)

    told = [line for line in lines if "task_started" in line or "task_succeeded" in line]
    assert ["request_id=the-request" in line for line in told] == [True, True]
