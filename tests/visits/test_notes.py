import re

import pytest
from django.urls import reverse

from regions.models import Region
from tests.factories import (
    make_membership,
    make_note,
    make_officer,
    make_organisation,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
    make_viewer,
    make_visit,
)
from visits.models import VisitNote

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


@pytest.fixture
def visit(batam, malang):
    return make_visit(batam, malang)


def url(name, visit, note=None):
    return reverse(f"visits:{name}", args=[visit.pk, *([note.pk] if note else [])])


def test_an_officer_adds_a_note_for_the_own_side(client, visit, malang):
    user = make_officer(malang)
    client.force_login(user)

    answer = client.post(url("notes", visit), {"text": "Usulkan kunjungan balasan."})

    assert answer.url == f"{visit.get_absolute_url()}#notes"
    note = visit.notes.get()
    assert (note.text, note.region, note.by) == ("Usulkan kunjungan balasan.", malang, user)


class TestSentTwice:
    @pytest.fixture
    def form(self, client, visit, batam):
        """What the form on a fresh page sends, with these words."""
        client.force_login(make_officer(batam))

        def filled(words):
            page = client.get(url("notes", visit)).content.decode()
            return {"text": words, "submission": re.search(r'name="submission" value="([^"]+)"', page)[1]}

        return filled

    def test_a_form_adds_one_note(self, client, visit, form):
        sent = form("Sama")

        for _ in range(2):
            client.post(url("notes", visit), sent)

        assert visit.notes.count() == 1

    def test_the_same_words_in_another_form_are_another_note(self, client, visit, form):
        for _ in range(2):
            answer = client.post(url("notes", visit), form("Belum ada jawaban."))

        assert answer.status_code == 302
        assert visit.notes.count() == 2

    def test_other_words_in_the_same_form_are_another_note(self, client, visit, form):
        sent = form("Belum ada jawaban.")

        for words in ("Belum ada jawaban.", "Ada jawaban."):
            client.post(url("notes", visit), sent | {"text": words})

        assert {note.text for note in visit.notes.all()} == {"Belum ada jawaban.", "Ada jawaban."}

    def test_the_form_of_somebody_else_tells_nothing(self, client, visit, form, malang):
        sent = form("Rahasia")
        client.post(url("notes", visit), sent)
        client.force_login(make_officer(malang))

        client.post(url("notes", visit), sent | {"text": "Catatan kami"})

        assert visit.notes.get(region=malang).text == "Catatan kami"


def test_an_empty_note_is_refused_and_htmx_gets_the_part(client, visit, batam):
    client.force_login(make_officer(batam))

    answer = client.post(url("notes", visit), {"text": " "}, headers={"HX-Request": "true"})
    good = client.post(url("notes", visit), {"text": "Baik"}, headers={"HX-Request": "true"})

    assert (answer.status_code, good.status_code) == (422, 200)
    assert answer.content.decode().startswith('<section class="sheet no-print" id="notes"')
    assert "Baik" in good.content.decode()


def test_the_other_side_never_sees_a_note(client, visit, batam, malang):
    note = make_note(visit, batam, text="Jangan sampai mereka tahu")
    province = Region.objects.create(level="PROVINCE", name_id="Kepulauan Riau", code="99")
    Region.objects.filter(pk=batam.pk).update(parent=province)
    unit = make_organisation(region=batam)
    visit.delegations.create(organisation=unit, side="HOST")

    seen = {}
    for name, user in {
        "own officer": make_officer(batam),
        "own viewer": make_viewer(batam),
        "partner": make_officer(malang),
        "supervising province": make_officer(province, supervises=True),
        "agency user": make_unit_user(unit),
        "administrator": make_superuser(),
        "stranger": make_user(),
    }.items():
        client.force_login(user)
        page = client.get(url("notes", visit))
        seen[name] = (
            page.status_code,
            "Jangan sampai" in page.content.decode(),
            client.get(url("note-edit", visit, note)).status_code,
            client.get(url("note-delete", visit, note)).status_code,
        )

    assert seen == {
        "own officer": (200, True, 200, 200),
        "own viewer": (200, True, 403, 403),
        "partner": (200, False, 404, 404),
        "supervising province": (200, False, 404, 404),
        "agency user": (200, False, 404, 404),
        "administrator": (200, True, 200, 200),
        "stranger": (404, False, 404, 404),
    }


def test_a_note_on_a_visit_that_the_reader_no_longer_sees_is_gone(client, visit, batam):
    note = make_note(visit, make_region("Kota Medan"))
    client.force_login(make_officer(make_region("Kota Medan")))

    assert client.get(url("note-edit", visit, note)).status_code == 404
    assert not VisitNote.objects.visible_to(make_officer(make_region("Kota Medan"))).exists()


def test_a_viewer_adds_nothing(client, visit, batam):
    client.force_login(make_viewer(batam))

    assert client.post(url("notes", visit), {"text": "x"}).status_code == 403


def test_whoever_writes_for_both_sides_says_for_which(client, visit, batam, malang):
    user = make_officer(batam)
    make_membership(user, malang, role="OFFICER")
    client.force_login(user)

    client.post(url("notes", visit), {"text": "x", "side": malang.pk})

    assert visit.notes.get().region == malang


def test_a_note_is_changed_and_a_stale_change_shows_both(client, visit, batam):
    client.force_login(make_officer(batam))
    note = make_note(visit, batam, text="lama")
    read = note.version

    good = client.post(url("note-edit", visit, note), {"text": "baru", "version": read})
    stale = client.post(url("note-edit", visit, note), {"text": "punya saya", "version": read})

    assert (good.status_code, stale.status_code) == (302, 409)
    assert "baru" in stale.content.decode()
    assert "punya saya" in stale.content.decode()
    note.refresh_from_db()
    assert note.text == "baru"


def test_a_note_is_deleted_after_a_question(client, visit, batam):
    client.force_login(make_officer(batam))
    note = make_note(visit, batam)

    assert client.get(url("note-delete", visit, note)).status_code == 200
    assert client.post(url("note-delete", visit, note)).status_code == 302
    assert not visit.notes.exists()


def test_anonymous_visitors_are_led_to_the_sign_in_and_other_methods_refused(client, visit, batam):
    note = make_note(visit, batam)

    assert client.get(url("notes", visit)).status_code == 302
    assert client.post(url("note-delete", visit, note)).status_code == 302
    client.force_login(make_officer(batam))
    assert client.put(url("notes", visit)).status_code == 405
    assert VisitNote.objects.exists()
