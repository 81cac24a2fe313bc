"""Files arrive from those who are signed in, not too much at once, and leave nothing behind however the process ends."""

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


def test_too_much_at_once_is_refused_before_it_is_read(client, settings):
    """However many files it is, and whoever sends them."""
    settings.MAX_UPLOAD_MB = 2
    region = make_region("Kota Batam")
    visit = make_visit(region)

    assert refused(client.post("/accounts/login/", too_much()))
    client.force_login(make_officer(region))
    assert refused(client.post(reverse("visits:attachments", args=[visit.pk]), {**too_much(), "access": "INTERNAL"}))
    assert not visit.attachments.exists()


def too_much():
    return {"uploads": [upload(f"{n}.pdf", files.pdf("x" * 1_500_000)) for n in range(3)]}


def refused(answer):
    return answer.status_code == 400 and not answer.wsgi_request.FILES


def test_of_strangers_no_file_is_taken(client):
    """Neither into memory nor on disk; their form is read as ever, and one whose session has ended is sent to sign in."""
    visit = make_visit(make_region("Kota Batam"))
    for length in (10, LONG):
        part = {"f": upload("scan.pdf", b"x" * length)}

        form = client.post("/accounts/login/", {"login": "a@b.example", "password": "x", **part})
        sent = client.post(reverse("visits:attachments", args=[visit.pk]), {**part, "access": "INTERNAL"})

        assert (form.status_code, form.wsgi_request.POST["login"], len(form.wsgi_request.FILES)) == (
            200,
            "a@b.example",
            0,
        )
        assert (sent.status_code, len(sent.wsgi_request.FILES)) == (302, 0)


def test_of_a_file_that_is_a_little_too_large_the_form_says_so_and_keeps_what_was_typed(client, settings):
    settings.MAX_UPLOAD_MB = 2
    region = make_region("Kota Batam")
    client.force_login(make_officer(region, language="en"))
    visit = make_visit(region)

    answer = client.post(
        reverse("visits:attachments", args=[visit.pk]),
        {"uploads": upload("scan.pdf", files.pdf("x" * LONG)), "access": "INTERNAL", "title": "Hasil pindai"},
    )

    assert answer.status_code == 422
    assert "and at most 2 MB are kept" in answer.content.decode()
    assert "Hasil pindai" in answer.content.decode()
