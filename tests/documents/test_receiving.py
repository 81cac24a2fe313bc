"""What is too long for memory while it arrives leaves nothing behind, however the process ends."""

import os
import tempfile

import pytest
from django.core.files.uploadhandler import load_handler
from django.urls import reverse

from tests.documents import files
from tests.factories import make_officer, make_region, make_visit, upload

pytestmark = pytest.mark.django_db
LONG = 3 * 2**20


@pytest.fixture(autouse=True)
def temporary(settings, tmp_path, monkeypatch):
    """The folder for temporary files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_no_file_has_a_name_while_it_arrives(settings, temporary):
    """So kill -9 in this moment leaves nothing."""
    handler = load_handler(settings.FILE_UPLOAD_HANDLERS[-1], None)
    handler.new_file("uploads", "scan.pdf", "application/pdf", LONG)
    handler.receive_data_chunk(b"half of it", 0)

    assert os.listdir(temporary) == []
    handler.receive_data_chunk(b" and the rest", 10)
    arrived = handler.file_complete(23)
    assert (arrived.name, arrived.size, arrived.read()) == ("scan.pdf", 23, b"half of it and the rest")
    handler.upload_interrupted()
    assert arrived.closed


def test_a_long_paper_is_kept_as_it_was_sent(client, temporary):
    region = make_region("Kota Batam")
    client.force_login(make_officer(region))
    visit = make_visit(region)
    content = files.pdf("x" * LONG)

    answer = client.post(
        reverse("visits:attachments", args=[visit.pk]), {"uploads": upload("scan.pdf", content), "access": "INTERNAL"}
    )

    paper = visit.attachments.get()
    assert answer.status_code == 302
    with paper.file.open() as stored:
        assert stored.read() == content
    assert os.listdir(temporary) == []
