"""A backup holds every row that was acknowledged before it began, and comes back with each of them, proven and silent."""

import contextlib
import datetime as dt
import errno
import functools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from agreements.drafts.house import house_template
from agreements.drafts.templates import replace_template
from agreements.models import DraftTemplate
from dashboards.files import clear_old
from dashboards.models import AskedFile
from documents.keeping import clear_orphans
from documents.uploads import look_into
from ledger import copies, seals
from notices import sending
from records.holding import held
from records.models import Deed, Trace, Trashed
from records.tracing import trace
from records.trash import purge_due, throw
from tests import factories as make
from visits.models import VisitAttachment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.SEAL_FILE = str(tmp_path / "seals")
    settings.MEDIA_ROOT = str(tmp_path / "media")


def address_of(name):
    return psycopg.conninfo.make_conninfo(copies._address(), dbname=name)


def url_of(name):
    said = psycopg.conninfo.conninfo_to_dict(address_of(name))
    host = said.get("host", "")
    where = f"/{host}" if host.startswith("/") else f"{host}:{said.get('port', 5432)}"
    login = f"{said['user']}:{said['password']}" if said.get("password") else said["user"]
    return f"postgres://{login}@{where}/{name}"


@pytest.fixture
def fresh():
    """An empty database, gone afterwards."""
    name = "simpul_restored"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        yield url_of(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def register():
    batam, malang = make.make_region("Kota Batam", code="21.71"), make.make_malangs()[0]
    visit = make.make_visit(batam, malang)
    make.make_attachment(visit, batam, name="notulen.pdf")
    photo = make.make_attachment(visit, batam, name="dibuang.pdf", content=b"%PDF-1.4 dibuang\n%%EOF")
    throw(photo, within=visit)
    make.make_notice(make.make_officer(batam))
    seals.seal(age=dt.timedelta(days=-1))
    return visit


@contextlib.contextmanager
def standing_on(url):
    """Inside, the program stands on that database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = url.rpartition("/")[2]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


class Writer(threading.Thread):
    """Somebody who goes on working: what was acknowledged, and when."""

    def __init__(self):
        super().__init__()
        self.acknowledged, self.over = [], threading.Event()

    def run(self):
        n = 0
        while not self.over.is_set():
            trace(Deed.SIGNED_IN, what=f"baris {n}")
            self.acknowledged.append(n)
            n += 1
        connection.close()


def restored_traces(url):
    with psycopg.connect(copies.address_of(url)) as restored:
        found = restored.execute("SELECT what FROM records_trace WHERE what LIKE 'baris %' ORDER BY id").fetchall()
    return [int(what.split()[1]) for (what,) in found]


def test_every_acknowledged_row_and_file_comes_back_while_a_writer_runs(register, fresh, tmp_path):
    writer = Writer()
    writer.start()
    while len(writer.acknowledged) < 50:
        pass
    before = len(writer.acknowledged)
    call_command("backup", str(tmp_path / "copy"))
    after = len(writer.acknowledged)
    writer.over.set()
    writer.join()

    call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    rows = restored_traces(fresh)
    assert rows == list(range(len(rows)))  # a moment, without a gap
    assert before <= len(rows) <= after + 1
    assert after > before  # it did run meanwhile
    found = {path.name: path.read_bytes() for path in (tmp_path / "files").rglob("*.pdf")}
    kept = {path.name: path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")}
    assert found == kept
    assert len(found) == 2  # also what lies in the trash


def test_a_copy_that_was_touched_is_refused(register, fresh, tmp_path):
    made = copies.back_up(tmp_path / "copy")
    (name,) = [name for name in made.files if name.endswith(".pdf")][:1]
    path = tmp_path / "copy/files" / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CommandError, match="not as it was written"):
        call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    dump = tmp_path / "copy/database.dump"
    dump.write_bytes(dump.read_bytes()[:-1])
    with pytest.raises(copies.Refused, match=r"database\.dump"):
        copies.check(tmp_path / "copy")


def test_an_unfinished_copy_is_none(tmp_path, fresh):
    (tmp_path / "copy").mkdir()
    with pytest.raises(CommandError, match="no finished backup"):
        call_command("restore", str(tmp_path / "copy"), into=fresh)


def test_nothing_is_written_over(register, tmp_path):
    copies.back_up(tmp_path / "copy")
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(tmp_path / "copy"))
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command(
            "restore", str(tmp_path / "copy"), into=url_of(connection.settings_dict["NAME"]), media=tmp_path / "f"
        )


def test_a_row_that_differs_is_found(register, fresh, tmp_path):
    copies.back_up(tmp_path / "copy")
    manifest = tmp_path / "copy/manifest.json"
    said = json.loads(manifest.read_text())
    said["tables"]["visits_visit"][1] = "1"
    manifest.write_text(json.dumps(said))

    with pytest.raises(CommandError, match="visits_visit"):
        call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")


def test_a_history_that_was_forged_before_the_backup_is_told(register, fresh, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM visits_visitevent")
        cursor.execute("SET session_replication_role = DEFAULT")
    copies.back_up(tmp_path / "copy")

    with pytest.raises(CommandError, match="visits_visitevent"):
        call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")


def test_a_restored_register_sends_nothing_until_it_is_released(register, mailoutbox):
    """The flag is a line of the book of deeds; here it is written as `restore` writes it."""
    assert not held()
    made = copies.Manifest(timezone.now().isoformat(), "", [], {}, {}, [], "")
    copies.hold(url_of(connection.settings_dict["NAME"]), made)

    assert held()
    assert not sending.deliver(seconds=1)
    assert mailoutbox == []

    delivery = make.make_delivery()
    type(delivery.notice).objects.update(send_at=timezone.now())
    with pytest.raises(CommandError, match="1 letters were due"):
        call_command("release_letters")
    assert held()
    call_command("release_letters", let_be=True)
    assert not held()
    delivery.refresh_from_db()
    assert delivery.state == "EXPIRED"
    assert Trace.objects.filter(deed=Deed.RELEASED).count() == 1


def test_no_file_of_the_snapshot_is_deleted_while_it_is_copied(register, tmp_path, monkeypatch):
    copy_files = copies._copy_files
    officer = make.make_officer(register.owner)
    listed = default_storage.save("files/a.csv", ContentFile(b"rows"))
    a_month_ago = timezone.now() - dt.timedelta(days=31)
    AskedFile.objects.filter(pk=make.make_asked_file(officer).pk).update(
        state="READY", file=listed, filename="a.csv", ended_at=a_month_ago
    )
    make_template = functools.partial(replace_template, register.owner, "KB", by=officer)
    make_template(look_into(make.upload("a.docx", house_template("KB"))))
    later = timezone.now() + dt.timedelta(days=1)

    def all_is_emptied_first(names, into, *, link):
        """Between the snapshot and the first file."""
        purge_due(timezone.now() + dt.timedelta(days=31))
        clear_old()
        make_template(look_into(make.upload("b.docx", house_template("KB"))))
        VisitAttachment.objects.all().delete()
        clear_orphans(before=later)
        return copy_files(names, into, link=link)

    monkeypatch.setattr(copies, "_copy_files", all_is_emptied_first)

    made = copies.back_up(tmp_path / "copy")

    assert made.missing == []
    assert len(made.files) == 4  # a paper, one in the trash, a list, a template
    assert not Trashed.objects.exists()
    gone = set(made.files) - {DraftTemplate.objects.get().file.name}
    assert all(default_storage.exists(name) for name in gone)
    _age(gone)
    clear_old()
    clear_orphans(before=later)
    assert [name for name in gone if default_storage.exists(name)] == []


def _age(names):
    """They were written two days ago."""
    then = time.time() - 2 * 86_400
    for name in names:
        os.utime(default_storage.path(name), (then, then))


def test_a_backup_without_a_file_that_a_row_names_ends_with_an_error(register, fresh, tmp_path, capsys):
    name = VisitAttachment.objects.get().file.name
    default_storage.delete(name)

    with pytest.raises(CommandError, match="1 files that rows name were lost before"):
        call_command("backup", str(tmp_path / "copy"))
    assert name in capsys.readouterr().err
    call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    assert f"Not in the backup, though a row names it: {name}" in capsys.readouterr().err


def test_a_restore_that_breaks_off_leaves_a_copy_that_sends_nothing(register, fresh, tmp_path, monkeypatch):
    copies.back_up(tmp_path / "copy")

    def full(*paths):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copies.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    with standing_on(fresh):
        assert Trace.objects.exists()  # the rows are there
        assert held()
        with pytest.raises(CommandError, match="did not come to its end"):
            call_command("release_letters", send=True)


def test_a_restore_that_came_to_its_end_is_held_until_it_is_released(register, fresh, tmp_path):
    copies.back_up(tmp_path / "copy")

    call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    with standing_on(fresh):
        assert held()
        call_command("release_letters", let_be=True)
        assert not held()


def test_the_restored_database_is_verified_also_where_a_file_names_the_live_one(register, fresh, tmp_path, monkeypatch):
    copies.back_up(tmp_path / "copy")
    (tmp_path / "live").write_text(url_of(connection.settings_dict["NAME"]))
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "live"))

    call_command("restore", str(tmp_path / "copy"), into=fresh, media=tmp_path / "files")

    assert not Trace.objects.filter(deed=Deed.VERIFIED).exists()
    with standing_on(fresh):
        assert Trace.objects.filter(deed=Deed.VERIFIED).count() == 1


def test_what_libpq_is_told_of_the_live_database_it_is_told_by_a_backup_too():
    url = "postgres://simpul:rahasia@db/simpul?sslmode=verify-full&sslrootcert=/etc/ca.pem&sslcert=/etc/own.pem"
    url += "&sslkey=/etc/own.key&keepalives=0&prepare_threshold=5"

    told = psycopg.conninfo.conninfo_to_dict(copies.address_of(url))

    assert told == {
        "host": "db", "user": "simpul", "password": "rahasia", "dbname": "simpul", "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem", "sslcert": "/etc/own.pem", "sslkey": "/etc/own.key", "keepalives": "0",
    }  # fmt: skip


def test_a_secret_that_only_fits_among_the_words_of_a_command_is_refused():
    with pytest.raises(copies.Refused, match="sslpassword"):
        copies._run("pg_dump", "18.0", "postgres://simpul@db/simpul?sslpassword=rahasia")


def test_where_to_restore_may_stand_in_a_file(register, fresh, tmp_path, monkeypatch):
    copies.back_up(tmp_path / "copy")
    with pytest.raises(CommandError, match="Say which empty database"):
        call_command("restore", str(tmp_path / "copy"), media=tmp_path / "files")
    (tmp_path / "into").write_text(fresh)
    monkeypatch.setenv("RESTORE_INTO_FILE", str(tmp_path / "into"))

    call_command("restore", str(tmp_path / "copy"), media=tmp_path / "files")

    with standing_on(fresh):
        assert held()


def test_the_password_is_not_among_the_words_of_a_command(monkeypatch):
    seen = []

    class Done:
        returncode, stderr = 0, ""

    monkeypatch.setattr(copies, "_program", lambda name, server: name)
    monkeypatch.setattr(subprocess, "run", lambda words, **more: seen.append((words, more)) or Done())
    copies._run("pg_dump", "18.0", "postgres://simpul:rahasia@db/simpul")

    (words, more) = seen[0]
    assert "rahasia" not in " ".join(map(str, words))
    assert more["env"]["PGPASSWORD"] == "rahasia"
    assert os.environ.get("PGPASSWORD") is None
    assert sys.executable
