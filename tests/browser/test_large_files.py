"""Several large files in one form, in a real browser: each is sent in pieces, and one that is refused holds nothing up."""

import os
import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.documents import files
from tests.factories import make_officer, make_region, make_visit

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = 1_200_000


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def visit():
    return make_visit(make_region("Kota Batam"), make_region("Kabupaten Malang"))


@pytest.fixture
def form(page, client, live_server, visit):
    client.force_login(make_officer(visit.owner, language="en"))
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(live_server.url + reverse("visits:attachments", args=[visit.pk]))
    return page


@pytest.fixture
def choose(form, tmp_path):
    """Chooses files of these names and contents."""

    def chosen(**contents):
        paths = []
        for name, content in contents.items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(content)
            paths.append(path)
        form.get_by_label("Files", exact=True).set_input_files(paths)

    return chosen


def keep(form):
    form.get_by_role("button", name="Keep the files").click()


def test_a_file_that_is_refused_does_not_hold_the_good_ones(form, visit, choose):
    choose(foto_heic=b"\0\0\0\x18ftypheic" + b"x" * LARGE, notulen_pdf=files.pdf(), scan_pdf=files.pdf("x" * LARGE))
    form.locator(".piece-state", has_text="heic").wait_for()
    form.locator(".piece-line[data-arrived]").wait_for()

    keep(form)

    expect(form.locator("#papers .file")).to_have_count(2)
    assert {paper.filename for paper in visit.attachments.all()} == {"notulen.pdf", "scan.pdf"}


def test_who_pressed_the_button_before_reads_what_was_refused(form, visit, choose):
    form.route("**/uploads/", lambda route: (form.wait_for_timeout(500), route.continue_()))
    choose(foto_heic=b"\0\0\0\x18ftypheic" + b"x" * LARGE, notulen_pdf=files.pdf())
    keep(form)
    note = form.locator(".piece-note")
    expect(note).to_contain_text("as soon as the files have arrived")

    expect(note).to_contain_text("Press the button again to go on without it.")

    assert not visit.attachments.exists()
    keep(form)
    expect(form.locator("#papers .file")).to_have_count(1)


def test_twelve_large_photos_are_kept_at_once(form, visit, choose):
    choose(**{f"IMG{n:04}_jpg": files.picture(colour=(n * 20, 0, 0)) + os.urandom(LARGE) for n in range(12)})
    keep(form)

    expect(form.locator(".photos > li")).to_have_count(12, timeout=30_000)
    assert visit.attachments.count() == 12


def test_each_button_says_which_file_it_removes_and_the_keyboard_keeps_its_place(form, choose):
    choose(satu_pdf=files.pdf("1" + "x" * LARGE), dua_pdf=files.pdf("2" + "x" * LARGE))
    expect(form.locator(".piece-line[data-arrived]")).to_have_count(2)

    form.get_by_role("button", name=re.compile("Remove: satu.pdf")).press("Enter")

    expect(form.locator(".piece-line")).to_have_count(1)
    expect(form.get_by_label("Files", exact=True)).to_be_focused()
