"""Forms without rows keep drafts too: what was typed comes back without a word, and is let go once it is saved."""

import datetime as dt
import re

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


def _new_note(batam, malang):
    return reverse("visits:notes", args=[make.make_visit(batam, malang).pk]), "text"


def _comment(batam, malang):
    return reverse("followups:comments", args=[make.make_milestone("Kirim draf", owner=batam).pk]), "words"


IN_PLACE = [_move, _follow_up, _new_note, _comment]  # in a dialog, or as a part of a page
FORMS = [
    _evaluation, _measurement, _renewal, _note, _official, _new_official, _organisation, _series, _handover, *IN_PLACE,
]  # fmt: skip
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("form", FORMS)
def test_a_draft_is_shown_again_without_a_word_about_it(client, manager, batam, malang, form):
    address, field = form(batam, malang)
    blank = client.get(address).content.decode()

    answer = client.post(address, {field: TYPED, "submission": SUBMISSION, "restore": "1"})

    page = answer.content.decode()
    assert blank.count("<draft-keeper") == 1
    assert 'name="submission"' in blank
    assert (answer.status_code, problems_on(answer), "saved" in answer.cookies) == (200, [], False)
    assert "Baris satu &amp; dua" in page
    assert "data-filled" in page
    assert SUBMISSION in page


@pytest.mark.parametrize("form", FORMS)
def test_home_knows_what_kind_of_form_was_begun(client, manager, batam, malang, form):
    address, _field = form(batam, malang)

    home = client.get("/").content.decode()

    assert any(address.startswith(begins) for begins in re.findall(r'data-begins="([^"]+)"', home))


@pytest.mark.parametrize("form", IN_PLACE)
def test_a_draft_is_shown_again_where_its_form_stood(client, manager, batam, malang, form):
    address, field = form(batam, malang)
    blank = client.get(address, headers=HTMX).content.decode()

    answer = client.post(address, {field: TYPED, "submission": SUBMISSION, "restore": "1"}, headers=HTMX)

    part = answer.content.decode()
    assert f'data-path="{address}"' in blank
    assert "data-filled" not in blank
    assert (answer.status_code, problems_on(answer), "saved" in answer.cookies) == (200, [], False)
    assert "<html" not in part
    assert "Baris satu &amp; dua" in part
    assert f'data-path="{address}" data-filled' in part
    assert SUBMISSION in part


@pytest.mark.parametrize("form", IN_PLACE)
def test_what_was_saved_in_place_is_let_go_and_what_was_refused_is_not(client, manager, batam, malang, form):
    address, field = form(batam, malang)
    sent = _hidden(client.get(address, headers=HTMX)) | {"submission": SUBMISSION}

    refused = client.post(address, sent | {field: ""}, headers=HTMX)
    saved = client.post(address, sent | {field: TYPED}, headers=HTMX)

    assert (refused.status_code, "saved" in refused.cookies) == (422, False)
    assert SUBMISSION in refused.content.decode()
    assert (saved.status_code, saved.cookies["saved"].value) == (200, SUBMISSION)
    assert SUBMISSION not in saved.content.decode()  # the next note is another one


def _hidden(page):
    """What a form sends without being typed."""
    return dict(re.findall(r'<input type="(?:hidden|date)" name="(\w+)" value="([^"]*)"', page.content.decode()))


def _correction(batam, malang):
    correction = make.make_correction(make.make_visit(batam, malang), malang)
    return correction, reverse("sides:correction-answer", args=[correction.pk])


def _offered(batam, malang):
    handover = make.make_handover(make.make_visit(malang, batam), batam)
    return handover, reverse("sides:handover-answer", args=[handover.pk])


@pytest.mark.parametrize("asked", [_correction, _offered])
def test_an_answer_to_the_other_side_is_kept_and_let_go_once_it_is_given(client, manager, batam, malang, asked):
    question, address = asked(batam, malang)
    page = client.get(question.get_absolute_url())
    kept = f'data-path="{question.get_absolute_url()}"'
    sent = {"answer": TYPED, "submission": SUBMISSION, "version": str(question.version), "decline": "1"}

    restored = client.post(address, sent | {"restore": "1"})
    refused = client.post(address, sent | {"answer": ""})
    question.refresh_from_db()
    is_open = question.is_open
    given = client.post(address, sent)

    assert kept in page.content.decode()
    assert (restored.status_code, problems_on(restored), "saved" in restored.cookies) == (200, [], False)
    assert f"{kept} data-filled" in restored.content.decode()
    assert "Baris satu &amp; dua" in restored.content.decode()
    assert SUBMISSION in restored.content.decode()
    assert (refused.status_code, "saved" in refused.cookies, is_open) == (422, False, True)
    assert (given.status_code, given.cookies["saved"].value) == (302, SUBMISSION)


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
