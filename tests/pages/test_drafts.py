"""Forms without rows keep drafts too: what was typed comes back without a word, and is let go once it is saved."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements import moving
from tests import factories as make
from tests.sent import problems_on

pytestmark = pytest.mark.django_db

SUBMISSION = "6f1b1a3e-0000-4000-8000-000000000001"
TYPED = "Baris satu & dua"


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_region("Kota Malang", code="35.73")


@pytest.fixture
def manager(client, batam, malang):
    make.make_manager(malang)
    manager = make.make_manager(batam, language="en")
    client.force_login(manager)
    return manager


def _evaluation(batam, malang):
    return reverse("agreements:evaluation-new", args=[make.make_agreement(batam, malang).pk]), "findings"


def _measurement(batam, malang):
    programme = make.make_agreement(batam, malang).programmes.create(name="Pelatihan")
    indicator = programme.indicators.create(name="Operator terlatih", unit="orang")
    place = [programme.agreement_id, programme.pk, indicator.pk]
    return reverse("agreements:measurement-new", args=place), "note"


def _renewal(batam, malang):
    return reverse(
        "agreements:renewal", args=[make.make_agreement(batam, malang, signed=dt.date(2024, 1, 1)).pk]
    ), "about"


def _move(batam, malang):
    make.make_process()
    agreement = make.make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=None)
    return reverse("agreements:hold", args=[agreement.pk]), "reason"


def _follow_up(batam, malang):
    return reverse("followups:block", args=[make.make_milestone("Kirim draf", owner=batam).pk]), "words"


def _note(batam, malang):
    note = make.make_note(make.make_visit(batam, malang))
    return reverse("visits:note-edit", args=[note.visit_id, note.pk]), "text"


def _official(batam, malang):
    official = make.make_position(organisation=make.make_organisation("Dinas Pariwisata", batam)).official
    return reverse("regions:official-edit", args=[official.pk]), "name"


def _new_official(batam, malang):
    return reverse("regions:official-new"), "name"


def _organisation(batam, malang):
    return reverse("regions:organisation-edit", args=[make.make_organisation("Dinas Pariwisata", batam).pk]), "name_id"


def _series(batam, malang):
    return reverse("visits:series-new"), "name"


def _handover(batam, malang):
    return reverse("sides:offer", args=["visit", make.make_visit(batam, malang).pk]), "text"


FORMS = [
    _evaluation, _measurement, _renewal, _move, _follow_up, _note, _official, _new_official, _organisation, _series,
    _handover,
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_is_shown_again_without_a_word_about_it(client, manager, batam, malang, form):
    address, field = form(batam, malang)
    blank = client.get(address).content.decode()

    answer = client.post(address, {field: TYPED, "submission": SUBMISSION, "restore": "1"})

    page = answer.content.decode()
    assert "<draft-keeper" in blank
    assert 'name="submission"' in blank
    assert (answer.status_code, problems_on(answer)) == (200, [])
    assert "Baris satu &amp; dua" in page
    assert "data-filled" in page
    assert SUBMISSION in page


def test_what_was_saved_is_let_go_by_the_browser(client, manager, batam, malang):
    address, field = _evaluation(batam, malang)
    typed = {field: TYPED, "role": "SECRETARIAT", "evaluated_on": "2025-06-30", "submission": SUBMISSION}

    refused = client.post(address, typed | {"evaluated_on": ""})
    saved = client.post(address, typed)

    assert (refused.status_code, "saved" in refused.cookies) == (422, False)
    assert (saved.status_code, saved.cookies["saved"].value) == (302, SUBMISSION)


def test_a_form_whose_session_ran_out_is_kept(client, batam, malang):
    address, field = _evaluation(batam, malang)

    answer = client.post(address, {field: TYPED, "submission": SUBMISSION})

    assert (answer.status_code, "saved" in answer.cookies) == (302, False)
