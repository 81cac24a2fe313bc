"""An agreement is deleted with all that hangs on it, by those who may, and not from under others."""

import datetime as dt

import pytest

from agreements.models import Agreement
from followups.models import Duty
from tests import factories as make
from tests.agreements.test_form import NEW, minimal

pytestmark = pytest.mark.django_db


def test_it_is_deleted_with_its_log(client, batam, malang, officer):
    make.make_process()
    client.post(NEW, minimal(client))
    agreement = Agreement.objects.get()

    asked = client.get(f"/agreements/{agreement.pk}/delete/")
    answer = client.post(f"/agreements/{agreement.pk}/delete/", {"version": agreement.version})

    assert asked.status_code == 200
    assert answer.status_code == 302
    assert Agreement.objects.count() == 0


def test_what_was_signed_is_deleted_by_a_manager_only(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang, signed=dt.date(2025, 1, 1))
    address, version = f"/agreements/{agreement.pk}/delete/", {"version": agreement.version}

    as_officer = client.post(address, version)
    client.force_login(make.make_member(batam, "MANAGER"))
    as_manager = client.post(address, version)

    assert (as_officer.status_code, as_manager.status_code) == (403, 302)


def test_who_may_not_delete_what_was_signed_is_not_led_there(client, batam, malang, officer):
    signed = make.make_agreement(batam, malang, signed=dt.date(2025, 1, 1))
    unsigned = make.make_agreement(batam, malang)
    offered = {one: f'href="/agreements/{one.pk}/delete/"' for one in (signed, unsigned)}

    refused = client.get(f"/agreements/{signed.pk}/delete/")
    led = [offered[one] in client.get(f"/agreements/{one.pk}/edit/").text for one in (signed, unsigned)]
    client.force_login(make.make_member(batam, "MANAGER"))
    manager_led = offered[signed] in client.get(f"/agreements/{signed.pk}/edit/").text

    assert refused.status_code == 403
    assert "Only a manager of the region that keeps the record may delete what was signed." in refused.text
    assert (led, manager_led) == ([False, True], True)


def test_what_others_stand_under_is_not_deleted(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang, title="Payung")
    make.make_agreement(batam, malang, title="PKS Digital", parent=agreement)

    answer = client.post(f"/agreements/{agreement.pk}/delete/", {"version": agreement.version})

    assert answer.status_code == 409
    assert "Other agreements follow it or stand under it: PKS Digital." in answer.content.decode()
    assert Agreement.objects.count() == 2


def test_its_recurring_duty_goes_along_with_the_follow_ups_of_the_duty(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    duty = make.make_duty(agreement, title="Laporan")
    make.settle()
    assert duty.occurrences.exists()

    answer = client.post(f"/agreements/{agreement.pk}/delete/", {"version": agreement.version})

    assert answer.status_code == 302
    assert not Duty.objects.exists()


def test_a_duty_with_follow_ups_of_another_agreement_says_what_to_do(client, batam, malang, officer):
    before, now = (make.make_agreement(batam, malang, title=title) for title in ("Sebelum", "Sesudah"))
    duty = make.make_duty(before, title="Laporan")
    make.settle()
    Duty.objects.filter(pk=duty.pk).update(agreement=now)

    answer = client.post(f"/agreements/{now.pk}/delete/", {"version": now.version})

    assert answer.status_code == 409
    assert "A recurring duty of this agreement has follow-ups under another record." in answer.text
    assert set(Agreement.objects.all()) == {before, now}


def test_a_version_that_was_not_shown_is_not_deleted(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)

    answer = client.post(f"/agreements/{agreement.pk}/delete/", {"version": agreement.version + 1})

    assert answer.status_code == 409
    assert Agreement.objects.count() == 1
