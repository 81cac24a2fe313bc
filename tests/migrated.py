"""The migrated, empty database of the tests, kept from run to run until a migration or a package changes.

Migrating takes twenty seconds; loading what it left takes one. Only for servers of our own: pg_dump and psql come with them.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from records.guards import ensure_roles

ROOT = Path(__file__).parent.parent


def make_template(name: str) -> None:
    """Make a database of that name, as `migrate` leaves an empty one, and let Django copy it for the tests."""
    connection.settings_dict["TEST"]["TEMPLATE"] = name
    kept = ROOT / ".pytest_cache" / f"migrated-{_fingerprint()}.sql"
    _program("psql", "-d", connection.settings_dict["NAME"], "-c", f"CREATE DATABASE {name}")
    for role in ensure_roles():  # of the server, not of the database: what is kept grants to them
        _program("psql", "-d", name, "-c", role)
    if kept.exists():
        _program("psql", "-d", name, "-v", "ON_ERROR_STOP=1", "-f", str(kept))
        return
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    connection.close()
    connection.settings_dict["NAME"] = before
    _keep(_program("pg_dump", "-d", name), kept)


def _keep(dump: str, kept: Path) -> None:
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob("migrated-*.sql"):
        old.unlink(missing_ok=True)
    half = kept.with_suffix(f".{os.getpid()}")
    half.write_text(dump)
    half.replace(kept)


def _program(program: str, *words: str) -> str:
    """One of PostgreSQL's own programs (they are on PATH when the servers are ours)."""
    where = ["-h", connection.settings_dict["HOST"], "-U", connection.settings_dict["USER"]]
    return subprocess.run([program, *where, *words], capture_output=True, text=True, check=True).stdout


def _fingerprint() -> str:
    files = [ROOT / "constraints.txt"]
    for app in apps.get_app_configs():
        files += sorted(Path(app.path, "migrations").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
