"""Who may log, change and delete: officers of the region that keeps the visit. Readers are told so, strangers get nothing."""

import pytest

from tests import factories as make
from visits.models import Visit

pytestmark = pytest.mark.django_db
OPEN_TO_OFFICERS = [
    "/visits/log/",
    "/visits/new/",
    "/visits/duplicates/",
    "/visits/partners/new/",
]
OPEN_TO_EDITORS = ["/visits/{}/edit/", "/visits/{}/delete/"]


@pytest.fixture
def visit(batam, malang):
    return make.make_visit(batam, malang)


@pytest.mark.parametrize("address", OPEN_TO_OFFICERS)
def test_an_officer_may(client, officer, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", ["VIEWER", "LEGAL", "REVIEWER"])
@pytest.mark.parametrize("address", OPEN_TO_OFFICERS)
def test_a_reader_may_not_log(client, batam, address, role):
    client.force_login(make.make_member(batam, role))

    assert client.get(address).status_code == 403


def test_an_agency_user_may_not_log(client):
    client.force_login(make.make_unit_user())

    assert client.post("/visits/new/", {"title": "x"}).status_code == 403


@pytest.mark.parametrize("address", OPEN_TO_EDITORS)
def test_a_manager_of_the_keeping_region_may_change(client, batam, visit, address):
    client.force_login(make.make_member(batam, "MANAGER"))

    assert client.get(address.format(visit.pk)).status_code == 200


@pytest.mark.parametrize("address", OPEN_TO_EDITORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_other_side_and_readers_see_it_but_may_not_change_it(client, batam, malang, visit, address, method):
    for user in (make.make_officer(malang), make.make_viewer(batam)):
        client.force_login(user)

        assert getattr(client, method)(address.format(visit.pk)).status_code == 403
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("address", OPEN_TO_EDITORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(client, visit, address, method):
    client.force_login(make.make_officer(make.make_region("Kota Jambi")))

    assert getattr(client, method)(address.format(visit.pk)).status_code == 404
    assert getattr(client, method)(address.format(999_999)).status_code == 404


@pytest.mark.parametrize(
    "address", [*OPEN_TO_OFFICERS, *OPEN_TO_EDITORS, "/visits/lookup/", "/visits/partners/lookup/"]
)
def test_who_is_not_signed_in_is_led_to_the_door_and_back(client, visit, address):
    address = address.format(visit.pk)

    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?next={address}")


@pytest.mark.parametrize("address", [*OPEN_TO_OFFICERS, *OPEN_TO_EDITORS])
def test_other_methods_are_refused(client, officer, visit, address):
    assert client.delete(address.format(visit.pk)).status_code == 405


def test_the_lookup_of_visits_shows_only_what_the_officer_may_see(client, officer, visit):
    make.make_visit(make.make_region("Kota Jambi"), make.make_region("Kota Bogor"), title="Rahasia Jambi")

    text = client.get("/visits/lookup/", {"q": "malang"}).content.decode()
    none = client.get("/visits/lookup/", {"q": "rahasia"}).content.decode()

    assert f'data-value="{visit.pk}"' in text
    assert "data-value" not in none


def test_a_changed_owner_is_one_for_whom_the_officer_writes(client, officer, visit, malang, batam):
    make.make_membership(officer, make.make_region("Kabupaten Bintan"))
    page = client.get(f"/visits/{visit.pk}/edit/").content.decode()

    assert f'<option value="{batam.pk}" selected>' in page
    assert f'<option value="{malang.pk}"' not in page.split('name="owner"')[1].split("</select>")[0]
