"""The visit by which the form is judged, as a browser without JavaScript sends it."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db
NEW = "/visits/new/"


def add(client, data, target):
    """Press an “Add” button; the page comes back with everything typed and one row more."""
    answer = client.post(NEW, data | {"add": target})
    assert answer.status_code == 200
    return sent_by(answer)


def test_two_delegations_at_a_council_with_65_people_an_acting_regent_and_a_secretary_for_the_mayor(
    client, batam, officer
):
    council = make.make_organisation("DPRD Kota Batam", batam, kind="DPRD")
    regency, _city = make.make_malangs()
    make.make_organisation("DPRD Kabupaten Malang", regency, kind="DPRD")
    data = sent_by(client.get(NEW))
    data |= {
        "precision": "WEEKDAY_ONLY",
        "weekday": "3",
        "date_as_stated": "Kamis minggu lalu",
        "host_region_text": "",
        "host_organisation_text": "DPRD Kota Batam",
        "host-0-delegates-0-name": "Jefridin Hamid",
        "host-0-delegates-0-capacity": "Sekretaris Daerah Kota Batam",
        "host-0-delegates-0-on_behalf_of": "Wali Kota Batam",
        "guests-0-region_text": "35.07",
        "guests-0-headcount": "65",
        "guests-0-delegates-0-name": "Didik Gatot Subroto",
        "guests-0-delegates-0-capacity": "Bupati Malang",
        "guests-0-delegates-0-manner": "PJ",
        "guests-0-delegates-0-role": "LEADER",
    }
    data = add(client, data, "guests-0-delegates")
    data |= {
        "guests-0-delegates-1-form": "GROUP",
        "guests-0-delegates-1-capacity": "rombongan Pemkab Malang",
        "guests-0-delegates-1-count": "65",
    }
    data = add(client, data, "guests")
    data |= {"guests-1-organisation_text": "DPRD Kabupaten Malang", "guests-1-delegates-0-form": "ROLE_ONLY"}
    data |= {"guests-1-delegates-0-capacity": "Ketua Komisi DPRD"}

    answer = client.post(NEW, data)

    assert problems_on(answer) == []
    visit = Visit.objects.get()
    assert answer.headers["Location"] == reverse("visits:detail", args=[visit.pk])
    assert (visit.precision, visit.weekday, visit.date_as_stated) == ("WEEKDAY_ONLY", 3, "Kamis minggu lalu")
    assert (visit.starts_on, visit.ends_on) == (None, None)
    assert (visit.host_organisation, visit.host_region, visit.owner) == (council, batam, batam)
    assert (visit.created_by, visit.status) == (officer, "COMPLETED")
    host, guests, council_of_guests = visit.delegations.all()
    assert (host.side, host.organisation, host.region) == ("HOST", council, batam)
    secretary = host.delegates.get()
    assert (secretary.name, secretary.on_behalf_of) == ("Jefridin Hamid", "Wali Kota Batam")
    assert (guests.region, guests.headcount) == (regency, 65)
    regent, group = guests.delegates.all()
    assert (regent.role, regent.who) == ("LEADER", "Didik Gatot Subroto, Pj. Bupati Malang")
    assert (group.form, group.count, group.name) == ("GROUP", 65, "")
    assert (council_of_guests.organisation.name_id, council_of_guests.region) == ("DPRD Kabupaten Malang", regency)
    role = council_of_guests.delegates.get()
    assert (role.form, role.name, role.capacity) == ("ROLE_ONLY", "", "Ketua Komisi DPRD")


def test_malang_alone_is_asked_about_and_the_picked_one_is_taken(client, officer):
    _regency, city = make.make_malangs()
    data = sent_by(client.get(NEW)) | {"day": "2025-06-16", "guests-0-region_text": "malang", "purpose": "<b>💧</b>"}

    asked = client.post(NEW, data)

    assert asked.status_code == 422
    assert len(problems_on(asked)) == 1
    again = sent_by(asked)
    assert again["purpose"] == ["<b>💧</b>"]
    assert again["guests-0-region_text"] == ["malang"]
    client.post(NEW, again | {"guests-0-region_pick": str(city.pk)})
    assert Visit.objects.get().delegations.get().region == city
