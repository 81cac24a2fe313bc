"""A deed that is sent twice is written once; a deed with other words is another one. And no deed ends what began later."""

import datetime as dt

import pytest

from agreements import moving
from agreements.models import Closing
from agreements.moving import Grounds
from tests.agreements.test_moving import post, stands, started, step, url
from tests.factories import make_agreement, make_process
from tests.sent import problems_on, sent_by
from tests.sides.pages import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(batam, malang):
    return started(batam, malang)


def numbers(agreement):
    return [entry.evidence for entry in agreement.log.order_by("pk") if entry.evidence]


def test_the_same_twice_is_once(client, officer, agreement):
    address = url("step-done", agreement, "preparation")
    form = sent_by(client.get(address), "move-form") | {"evidence": "ND/1/2025"}

    answers = [client.post(address, form).status_code for _n in range(2)]

    assert answers == [302, 302]
    assert numbers(agreement) == ["ND/1/2025"]


@pytest.mark.parametrize(
    "corrected", [{"evidence": "170/999/2025"}, {"on": "2025-01-02"}, {"reason": "Lain"}, {"onward": ""}]
)
def test_what_is_corrected_after_going_back_is_asked_about_and_never_dropped_in_silence(
    client, officer, agreement, corrected
):
    address = url("step-done", agreement, "preparation")
    form = sent_by(client.get(address), "move-form") | {"evidence": "170/001/2025"}
    assert form["onward"], "it moves on"
    assert client.post(address, form).status_code == 302

    assert client.post(address, form | corrected).status_code == 409
    assert numbers(agreement) == ["170/001/2025"]


def test_going_back_to_move_on_says_that_it_has_not(client, officer, agreement):
    address = url("step-done", agreement, "preparation")
    form = sent_by(client.get(address), "move-form")
    client.post(address, form | {"onward": ""})
    assert stands(agreement) == "preparation"

    assert client.post(address, form | {"onward": step(agreement, "offer").pk}).status_code == 409


def test_a_paper_that_is_named_when_moving_on_from_a_settled_step_is_kept(client, officer, agreement):
    post(client, "step-done", agreement, "preparation")
    agreement.refresh_from_db()
    form = sent_by(client.get(url("move", agreement)), "move-form") | {"evidence": "ND/77/2025"}

    assert client.post(url("move", agreement), form).status_code == 302
    assert numbers(agreement)[-1] == "ND/77/2025"


def test_what_was_signed_does_not_end_before_that_day(client, officer, batam, malang):
    it = make_agreement(batam, malang, category="KSDD_S", signed=dt.date(2025, 6, 16))
    ended = {"version": it.version, "closing": "TERMINATED", "reason": "Salah tahun"}

    early = client.post(url("close", it), ended | {"on": "2025-06-15"})
    at_once = client.post(url("close", it), ended | {"on": "2025-06-16"})

    assert (early.status_code, at_once.status_code) == (422, 302)
    assert "It was signed on 16 June 2025: it cannot end before that day." in " ".join(problems_on(early))


def test_what_was_held_or_closed_does_not_go_on_before_that_day(client, officer, agreement):
    post(client, "hold", agreement, reason="Menunggu", on="2026-01-10")
    agreement.refresh_from_db()
    assert post(client, "resume", agreement, on="2026-01-09").status_code == 422
    assert post(client, "resume", agreement, on="2026-01-10").status_code == 302
    agreement.refresh_from_db()
    post(client, "close", agreement, closing="WITHDRAWN", reason="Batal", on="2026-02-10")
    agreement.refresh_from_db()

    early = post(client, "reopen", agreement, reason="Lanjut", on="2026-02-09")

    assert (early.status_code, agreement.closed_as) == (422, "WITHDRAWN")
    assert "It was closed on 10 February 2026" in " ".join(problems_on(early))


def test_without_a_process_the_page_says_what_to_choose(client, officer, batam, malang):
    page = client.get(url("move", make_agreement(batam, malang))).content.decode()

    assert "Give it a category that has a process" in page


@pytest.mark.parametrize("steps", ["preparation signed* carrying-out", "preparation council! signed* carrying-out"])
@pytest.mark.parametrize("closed", [True, False])
def test_a_title_is_corrected_after_the_category_got_a_process(client, officer, batam, malang, steps, closed):
    it = make_agreement(batam, malang, category="KSDD_S", signed=dt.date(2020, 1, 1))
    if closed:
        moving.close(it, Closing.COMPLETED, Grounds(it.today(), "Selesai"), by=None, version=None)
    make_process("KSDD_S", steps)
    address = f"/agreements/{it.pk}/edit/"

    answer = client.post(address, sent(client.get(address), address, title="Judul tanpa salah ketik"))

    it.refresh_from_db()
    assert (answer.status_code, it.title, it.process) == (302, "Judul tanpa salah ketik", None)
