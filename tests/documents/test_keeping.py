import datetime as dt
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from documents.keeping import clear_orphans, discard, keep
from documents.tasks import clear_orphan_files
from documents.uploads import look_into
from records.restoring import restore
from records.trash import purge
from tests.documents import files
from tests.factories import make_attachment, make_visit, upload
from visits.models import VisitAttachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def stored():
    """Names of all stored files, without their folder."""
    return {path.name for path in Path(default_storage.location).rglob("*") if path.is_file()}


def test_file_and_row_are_kept_together():
    row = make_attachment(name="Notulen Batam.pdf", content=files.pdf("x"))

    assert row.file.name.startswith("visitattachment/")
    assert "Notulen" not in row.file.name
    assert (row.filename, row.content_type, row.size) == ("Notulen Batam.pdf", "application/pdf", len(files.pdf("x")))
    assert len(row.checksum) == 64
    assert stored() == {Path(row.file.name).name}


def test_a_picture_is_kept_with_its_small_one():
    row = make_attachment(name="foto.jpg", content=files.picture())

    assert stored() == {Path(row.file.name).name, f"{Path(row.file.name).name}.webp"}


def test_a_row_that_cannot_be_saved_leaves_no_file():
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(VisitAttachment(visit=None), look_into(upload("foto.jpg", files.picture())))

    assert stored() == set()


def test_what_is_emptied_from_the_trash_takes_its_files_along_when_the_transaction_is_through(
    django_capture_on_commit_callbacks,
):
    thrown = discard(make_attachment(name="foto.jpg", content=files.picture()))
    clear_orphan_files()
    assert len(stored()) == 2

    with django_capture_on_commit_callbacks() as callbacks:
        purge(thrown)

    assert len(stored()) == 2
    for callback in callbacks:
        callback()
    assert stored() == set()
    assert not VisitAttachment.objects.exists()


def test_orphans_are_swept_up_after_a_day_and_nothing_else():
    kept = make_attachment(name="foto.jpg", content=files.picture())
    lost = make_attachment(make_visit(), name="foto.webp", content=files.picture("WEBP"))
    VisitAttachment.objects.filter(pk=lost.pk).delete()
    old = time.time() - 2 * 86_400
    for path in Path(default_storage.location).rglob("*.*"):
        os.utime(path, (old, old))
    default_storage.save("visitattachment/under-way.pdf", upload())

    clear_orphan_files()

    name = Path(kept.file.name).name
    assert stored() == {name, f"{name}.webp", "under-way.pdf"}


@pytest.mark.parametrize("moved", ["restored", "thrown away"])
def test_what_is_moved_while_the_sweep_asks_keeps_its_file(moved):
    paper = make_attachment()
    thrown = discard(paper) if moved == "restored" else None
    asked = []

    def moved_meanwhile(execute, sql, params, many, context):
        """Somebody is at work right behind the first question for the file."""
        answer = execute(sql, params, many, context)
        if not asked and ("visits_visitattachment" in sql or "records_trashed" in sql):
            asked.append(sql)
            restore(thrown.pk, by=None) if thrown else discard(paper)
        return answer

    with connection.execute_wrapper(moved_meanwhile):
        clear_orphans(before=dt.datetime.now(dt.UTC) + dt.timedelta(days=1))

    assert asked
    assert stored() == {Path(paper.file.name).name}


def test_nothing_to_sweep_is_no_error():
    assert clear_orphans(before=dt.datetime.now(dt.UTC)) == 0
