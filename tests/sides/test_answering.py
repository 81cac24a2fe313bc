"""Who answers a correction, who takes it back, and what it is called."""

import threading

import pytest

from agreements import editing, moving
from agreements.models import Agreement
from sides import correcting
from sides.models import Correction
from tests import factories as make
from tests.at_once import both
from tests.sides.conftest import told
from tests.sides.test_correcting import answer, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(agreement, malang):
    return make.make_measurement(make.make_indicator(make.make_programme(agreement)), value=20, region=malang)


def test_what_the_way_forbids_is_said_and_nothing_changes(as_, agreement):
    make.make_process("KSDD_S", "preparation signed* carrying-out")
    make.make_process("SINERGI", "preparation council! signed* carrying-out")
    agreement.category = "KSDD_S"
    agreement.save()
    moving.start(agreement, by=None)
    make.make_signing(agreement)
    moving.follow_signing(agreement, by=None)
    propose(as_("other"), "agreement", agreement, category="SINERGI", kind="NK")

    reply = answer(as_("owner"), Correction.objects.get())

    agreement.refresh_from_db()
    assert (reply.status_code, agreement.category, Correction.objects.get().state) == (422, "KSDD_S", "OPEN")
    assert "A gate before this is still open" in told(reply)


def test_it_is_named_after_the_row_as_it_stands(as_, visit, measured):
    other = make.make_region("Kota Malang", code="35.73")
    propose(as_("other"), "delegation", visit.delegations.get(), region=str(other.pk), region_text=other.label)
    propose(as_("owner"), "measurement", measured, value="99")

    of_delegation, of_measurement = Correction.objects.order_by("pk")
    assert of_delegation.row_name == "Kabupaten Malang"
    assert ": 20 · " in of_measurement.row_name


def test_the_page_names_the_side_that_measured(as_, measured):
    propose(as_("owner"), "measurement", measured, value="99")

    assert "Waiting for the answer of Malang Regency." in told(
        as_("owner").get(Correction.objects.get().get_absolute_url())
    )


def test_nobody_answers_what_their_own_side_proposed(as_, measured, people):
    propose(as_("owner"), "measurement", measured, value="99")
    measured.delete()
    one = Correction.objects.get()

    page = told(as_("owner").get(one.get_absolute_url()))

    assert not Correction.objects.waiting_for(people["owner"]).exists()
    assert "nobody answers it. Withdraw it." in page
    assert answer_by_hand(as_("owner"), one) == 403
    assert as_("owner").post(f"/corrections/{one.pk}/withdraw/", {"version": one.version}).status_code == 302
    one.refresh_from_db()
    assert one.state == "WITHDRAWN"


def answer_by_hand(client, one):
    said = {"version": one.version, "answer": "Ya", "accept": "1"}
    return client.post(f"/corrections/{one.pk}/answer/", said).status_code


def test_who_has_changed_sides_does_not_withdraw_for_the_old_one(as_, visit, people, batam, malang):
    one = make.make_correction(visit, malang, by=people["other"])
    people["other"].memberships.all().delete()
    make.make_membership(people["other"], batam, role="VIEWER")

    reply = as_("other").post(f"/corrections/{one.pk}/withdraw/", {"version": one.version})

    one.refresh_from_db()
    assert (reply.status_code, one.state) == (403, "OPEN")


@pytest.mark.django_db(transaction=True)
def test_accepting_and_linking_at_once_do_not_wait_for_each_other(as_, agreement, people, batam, malang, monkeypatch):
    parent = make.make_agreement(batam, malang, title="Induk", kind="KB")
    Agreement.objects.filter(pk=agreement.pk).update(parent=parent)
    propose(as_("other"), "agreement", agreement, title="Judul lain")
    one = Correction.objects.select_related("agreement").get()
    real, held, goes_on = correcting.claim, threading.Event(), threading.Event()

    def slowly(*args):
        found = real(*args)
        held.set()
        goes_on.wait(2)
        return found

    monkeypatch.setattr(correcting, "claim", slowly)

    def accepts():
        shown = {change.key: change.now.print for change in correcting.compared(one, people["owner"])}
        correcting.accept(one, ["title"], shown, "", by=people["owner"], version=one.version)

    def links():
        held.wait(5)
        with editing.transaction.atomic():
            editing.wait_for_links()
            goes_on.set()
            Agreement.objects.select_for_update().get(pk=agreement.pk)

    assert both(accepts, links) == [None, None]
