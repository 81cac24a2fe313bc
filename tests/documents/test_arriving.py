"""Files that come in pieces: the line breaks, and nothing is sent twice or lost."""

import datetime as dt
import hashlib
import os
import time
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.arriving import MOST_OPEN, PIECE, path_of
from documents.models import Upload
from documents.tasks import clear_orphan_files
from tests.documents import files
from tests.factories import make_officer, make_region, make_visit, upload

pytestmark = pytest.mark.django_db

SCAN = files.pdf("scan " + "x" * (2 * PIECE + 500))


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def officer(batam, client):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def announce(client, name="scan.pdf", size=None, marker="scan.pdf/1"):
    size = len(SCAN) if size is None else size
    return client.post(reverse("documents:uploads"), {"name": name, "size": size, "marker": marker})


def send(client, key, at, piece, **headers):
    place = f"{reverse('documents:upload', args=[key])}?at={at}"
    return client.post(place, piece, content_type="application/octet-stream", headers=headers)


def send_all(client, key, start=0):
    for at in range(start, len(SCAN), PIECE):
        answer = send(client, key, at, SCAN[at : at + PIECE])
    return answer


def papers(visit):
    return reverse("visits:attachments", args=[visit.pk])


def test_after_a_break_it_goes_on_where_it_broke_and_the_form_keeps_what_was_typed(client, officer, batam):
    visit = make_visit(batam)
    key = announce(client).json()["key"]
    send(client, key, 0, SCAN[:PIECE])

    again = announce(client).json()  # the page was opened anew, and the same file chosen

    assert (again["key"], again["arrived"]) == (key, PIECE)
    assert send_all(client, key, PIECE).json()["arrived"] == len(SCAN)
    typed = {"uploads_arrived": key, "title": "x" * 300, "access": "INTERNAL", "kind": "MINUTES"}
    refused = client.post(papers(visit), typed)
    assert refused.status_code == 422
    assert f'name="uploads_arrived" value="{key}"' in refused.content.decode()
    client.post(papers(visit), typed | {"title": "Hasil pindai"})
    paper = visit.attachments.get()
    assert (paper.title, paper.filename, paper.size) == ("Hasil pindai", "scan.pdf", len(SCAN))
    assert paper.checksum == hashlib.sha256(SCAN).hexdigest()
    assert not Upload.objects.exists()


def test_characters_that_no_marker_has_are_left_out(client, officer):
    key = announce(client, marker="scan\0.pdf/1").json()["key"]

    assert announce(client, marker="scan.pdf/1").json()["key"] == key


def test_files_in_pieces_and_files_with_the_form_come_together(client, officer, batam):
    from tests.factories import upload

    visit = make_visit(batam)
    key = announce(client).json()["key"]
    send_all(client, key)

    client.post(papers(visit), {"uploads": upload("kecil.pdf"), "uploads_arrived": key, "access": "INTERNAL"})

    assert {paper.filename for paper in visit.attachments.all()} == {"kecil.pdf", "scan.pdf"}


def test_what_arrived_is_looked_into_like_any_file(client, officer, batam):
    visit = make_visit(batam)
    key = announce(client, size=6).json()["key"]
    send(client, key, 0, b"MZ\0\0\0\0")

    answer = client.post(papers(visit), {"uploads_arrived": key, "access": "INTERNAL"})

    assert answer.status_code == 422
    assert "a Windows program" in answer.content.decode()
    assert not visit.attachments.exists()


def test_half_a_file_is_none(client, officer, batam):
    visit = make_visit(batam)
    key = announce(client).json()["key"]
    send(client, key, 0, SCAN[:PIECE])

    assert client.post(papers(visit), {"uploads_arrived": key, "access": "INTERNAL"}).status_code == 422
    assert Upload.objects.get().arrived == PIECE


def test_a_piece_that_is_sent_as_a_form_is_refused(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    client.get("/")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    about = {"name": "a.pdf", "size": 10, "marker": "a"}
    key = client.post(reverse("documents:uploads"), about, headers=headers).json()["key"]
    place = f"{reverse('documents:upload', args=[key])}?at=0"

    assert client.post(place, {"piece": upload()}, headers=headers).status_code == 415
    assert Upload.objects.get().arrived == 0


def test_a_piece_out_of_order_is_told_where_to_go_on(client, officer):
    key = announce(client).json()["key"]
    send(client, key, 0, SCAN[:PIECE])

    twice, ahead = (send(client, key, at, SCAN[at : at + 10]) for at in (0, PIECE + 10))

    assert [(a.status_code, a.json()) for a in (twice, ahead)] == [(409, {"arrived": PIECE})] * 2
    assert client.get(reverse("documents:upload", args=[key])).json()["arrived"] == PIECE


def test_what_a_crash_wrote_without_remembering_it_is_written_over(client, officer):
    key = announce(client, size=6).json()["key"]
    path_of(Upload.objects.get()).parent.mkdir(exist_ok=True)
    path_of(Upload.objects.get()).write_bytes(b"rubbish that is longer")

    send(client, key, 0, b"abc")
    send(client, key, 3, b"def")

    assert path_of(Upload.objects.get()).read_bytes() == b"abcdef"


def test_a_damaged_piece_is_refused_and_sent_again(client, officer):
    key = announce(client, size=6).json()["key"]
    good = hashlib.sha256(b"abcdef").hexdigest()

    damaged = send(client, key, 0, b"abcdeX", **{"X-Checksum": good})
    whole = send(client, key, 0, b"abcdef", **{"X-Checksum": good})

    assert (damaged.status_code, damaged.json()["code"]) == (422, "damaged")
    assert whole.json()["arrived"] == 6


def test_more_than_was_announced_or_allowed_is_refused(client, officer):
    key = announce(client, size=6).json()["key"]

    assert send(client, key, 0, b"abcdefg").status_code == 422
    assert send(client, key, 0, b"").status_code == 413
    assert send(client, key, 0, b"x" * (PIECE + 1)).status_code == 413
    assert send(client, key, "x", b"abc").status_code == 413


@pytest.mark.parametrize(
    ("name", "size"), [("a.pdf", 0), ("a.pdf", 26 * 1024 * 1024), ("a.exe", 5), ("a", 5), ("", 5), ("a.pdf", "viel")]
)
def test_what_is_never_kept_is_refused_before_it_is_sent(client, officer, name, size):
    answer = announce(client, name=name, size=size)

    assert answer.status_code == 422
    assert answer.json()["why"]
    assert not Upload.objects.exists()


def test_only_so_many_are_under_way(client, officer):
    answers = [announce(client, marker=str(n)).status_code for n in range(MOST_OPEN + 1)]

    assert answers == [201] * MOST_OPEN + [422]


def test_an_upload_of_somebody_else_is_not_there(client, officer, batam):
    key = announce(client).json()["key"]
    send_all(client, key)
    client.force_login(make_officer(batam))
    visit = make_visit(batam)
    place = reverse("documents:upload", args=[key])

    found = [client.get(place).status_code, send(client, key, 0, b"x").status_code, client.delete(place).status_code]

    assert found == [404, 404, 404]
    assert client.post(papers(visit), {"uploads_arrived": key, "access": "INTERNAL"}).status_code == 422
    assert announce(client).json()["key"] != key


def test_a_form_whose_answer_was_lost_is_told_that_its_file_may_be_kept_already(client, officer, batam):
    visit, key = make_visit(batam), announce(client).json()["key"]
    send_all(client, key)
    sent = {"uploads_arrived": key, "access": "INTERNAL"}
    assert client.post(papers(visit), sent).status_code == 302

    again = client.post(papers(visit), sent)

    assert again.status_code == 422
    assert "has been kept already" in again.content.decode()
    assert visit.attachments.count() == 1


def test_it_is_thrown_away_on_demand(client, officer, django_capture_on_commit_callbacks):
    key = announce(client).json()["key"]
    send(client, key, 0, SCAN[:PIECE])
    path = path_of(Upload.objects.get())

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.delete(reverse("documents:upload", args=[key]))

    assert answer.status_code == 204
    assert not path.exists()


def test_anonymous_visitors_and_wrong_methods(client):
    key = "6a3f0a5e-0000-4000-8000-000000000000"

    assert announce(client).status_code == 302
    assert client.get(reverse("documents:upload", args=[key])).status_code == 302
    assert client.get(reverse("documents:uploads")).status_code == 405
    assert client.put(reverse("documents:upload", args=[key])).status_code == 405


@pytest.mark.parametrize("keys", [["x"], ["../../etc/passwd"], ["6a3f0a5e-0000-4000-8000-000000000000"], ["\0"]])
def test_keys_that_are_none_are_no_error(client, officer, batam, keys):
    visit = make_visit(batam)

    assert client.post(papers(visit), {"uploads_arrived": keys, "access": "INTERNAL"}).status_code == 422


def test_what_nobody_finished_is_swept_up_after_a_day(client, officer, django_capture_on_commit_callbacks):
    for marker in ("old", "new"):
        key = announce(client, marker=marker).json()["key"]
        send(client, key, 0, SCAN[:PIECE])
    Upload.objects.filter(marker="old").update(touched_at=timezone.now() - dt.timedelta(days=2))
    stray = path_of(Upload.objects.first()).parent / "stray"
    stray.write_bytes(b"x")
    os.utime(stray, (time.time() - 2 * 86_400,) * 2)

    with django_capture_on_commit_callbacks(execute=True):
        clear_orphan_files()

    assert [one.marker for one in Upload.objects.all()] == ["new"]
    assert {path.name for path in Path(stray.parent).iterdir()} == {str(Upload.objects.get().key)}
