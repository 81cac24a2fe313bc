"""What config/wsgi.py loads before the workers begin: no first page of theirs waits for a module."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.factories import make_officer, make_region, make_visit
from workshop.drill.web.site import STORAGES

ROOT = Path(__file__).parents[2]
PAGES = (
    "/accounts/login/",
    "/",
    "/visits/",
    "/agreements/",
    "/follow-ups/",
    "/dashboard/",
    "/visits/new/",
    "/search/?q=x",
)
FIRST_PAGES = """
import io, json, os, sys
from config.wsgi import application

def ask(address, session):
    path, _, query = address.partition("?")
    asked = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "443", "HTTP_HOST": "localhost", "HTTP_X_FORWARDED_PROTO": "https", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": session, "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
    }
    said = []
    b"".join(application(asked, lambda status, headers: said.append(status)))
    return said[0]

loaded = set(sys.modules)
session, *pages = json.loads(sys.argv[1])
answers = {ask(page, "" if "login" in page else f"__Host-session={session}") for page in pages}
print(json.dumps([sorted(answers), sorted(set(sys.modules) - loaded)]))
"""


@pytest.mark.django_db(transaction=True)
def test_the_first_pages_of_a_new_version_load_no_module(client, tmp_path, settings):
    batam = make_region("Kota Batam", code="21.71")
    make_visit(batam)
    client.force_login(make_officer(batam))
    (tmp_path / "static").mkdir()
    found = connection.settings_dict
    production = {
        "DJANGO_SETTINGS_MODULE": "config.settings_for_drills",
        "DRILL_SETTINGS": json.dumps({"STORAGES": STORAGES}),
        "DATABASE_URL": f"postgres://{found['USER']}@/{found['HOST']}/{found['NAME']}",
        "DATABASE_POOL": "1",
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "BEHIND_PROXY": "1",
        "VAR_DIR": str(tmp_path),
    }
    asked = json.dumps([client.session.session_key, *PAGES])

    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGES, asked], cwd=ROOT, env=os.environ | production, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    answers, modules = json.loads(done.stdout.splitlines()[-1])
    assert answers == ["200 OK"]
    assert modules == []
