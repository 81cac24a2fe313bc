"""Production's defaults are safe, and what is misconfigured is said."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

ROOT = Path(__file__).parents[2]


def test_deployment_checks_find_nothing_with_a_plain_production_environment(tmp_path):
    done = _manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n"), done.stderr


def test_a_missing_secret_key_is_said(tmp_path):
    done = _manage(tmp_path, "check", SECRET_KEY=None)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("Set the SECRET_KEY environment variable")


def test_deployment_checks_find_nothing_behind_a_proxy_with_everything_switched_on(tmp_path):
    more = {
        "BEHIND_PROXY": "1",
        "MFA_DEMANDED": "1",
        "OIDC_ISSUER": "https://sso.example.go.id",
        "OIDC_CLIENT_ID": "a",
        "OIDC_CLIENT_SECRET": "b",
    }
    done = _manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **more)

    assert done.returncode == 0, done.stdout + done.stderr


def test_cookies_of_production_are_for_this_host_over_tls_only(tmp_path):
    """`__Host-` needs Secure, the path / and no domain: the browser drops it otherwise."""
    told = _told(
        tmp_path,
        [
            "SESSION_COOKIE_NAME",
            "SESSION_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "SESSION_COOKIE_SAMESITE",
            "SESSION_COOKIE_PATH",
            "SESSION_COOKIE_DOMAIN",
        ],
    )
    assert told == ["__Host-session", True, True, "Lax", "/", None]
    told = _told(
        tmp_path,
        [
            "CSRF_COOKIE_NAME",
            "CSRF_COOKIE_SECURE",
            "CSRF_COOKIE_HTTPONLY",
            "CSRF_COOKIE_SAMESITE",
            "CSRF_COOKIE_PATH",
            "CSRF_COOKIE_DOMAIN",
        ],
    )
    assert told == ["__Host-csrftoken", True, True, "Lax", "/", None]
    assert _told(tmp_path, ["LANGUAGE_COOKIE_SECURE", "LANGUAGE_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_SAMESITE"]) == [
        True,
        True,
        "Lax",
    ]


def test_passwords_are_kept_by_argon2(tmp_path):
    [hashers] = _told(tmp_path, ["PASSWORD_HASHERS"])

    assert hashers[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_secrets_may_stand_in_files(tmp_path):
    secret = "kept by a vault: " + "q7" * 30
    (tmp_path / "secret").write_text(secret)
    (tmp_path / "mail").write_text("smtp+tls://user:pass@mail.example.go.id:587")
    files = {"SECRET_KEY": None, "SECRET_KEY_FILE": str(tmp_path / "secret"), "EMAIL_URL_FILE": str(tmp_path / "mail")}

    assert _told(tmp_path, ["SECRET_KEY", "EMAIL_HOST_PASSWORD"], **files) == [secret, "pass"]


LAUNCH = """
import sys
from pathlib import Path
from config.embedded import attach
from config.launch import complete_environment
environment, servers = attach(complete_environment())
print(len(servers), environment.get("DEBUG", "-"), environment.get("EMAIL_URL", "-"), environment.get("SECRET_KEY", "-"))
"""


def test_who_gives_secrets_in_files_gets_no_demo(tmp_path):
    """No DEBUG, no letters to the console, no servers of our own."""
    given = {f"{name}_FILE": str(tmp_path / name) for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")}
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), "PYTHONPATH": str(ROOT)} | given

    done = subprocess.run(
        [sys.executable, "-c", LAUNCH], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["0", "-", "-", "-"]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.django_db
def test_the_project_has_no_issue_with_itself():
    assert [message for message in run_checks(databases=["default"]) if not message.is_silenced()] == []


def test_another_database_is_found(monkeypatch, settings):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    assert _found() == ["simpul.E001"]


def test_a_limit_that_lets_no_file_in_is_found(settings):
    settings.MAX_UPLOAD_MB = 0

    assert _found() == ["simpul.E002"]


def test_a_folder_for_uploads_that_cannot_be_written_is_found(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    assert _found() == ["simpul.E003"]


def test_translations_older_than_their_source_are_found(settings, tmp_path):
    source = tmp_path / "id/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.touch()
    settings.LOCALE_PATHS = [tmp_path]

    found = [message for message in run_checks() if message.id.startswith("simpul")]

    assert [(message.id, message.hint) for message in found] == [("simpul.W001", "Run: bin/manage catalogues")]


def _found():
    return [message.id for message in run_checks() if message.id.startswith("simpul")]


def _told(var, names, **environment):
    """Settings as production has them."""
    done = _manage(
        var,
        "shell",
        "--no-imports",
        "-c",
        f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {names}]))",
        **environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _manage(var, *words, **environment):
    """A management command in an environment as README -> Settings asks of production."""
    production = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "production has a secret of its own, and a long one: " + "x9" * 20,
        "ALLOWED_HOSTS": "simpul.example.go.id",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "VAR_DIR": str(var),
    } | environment
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *words],
        cwd=ROOT,
        env={name: value for name, value in production.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )
