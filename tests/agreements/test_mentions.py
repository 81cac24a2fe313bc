"""Where other pages name agreements: regions, organisations, officials, search, home, the way through the product."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements import moving
from tests.factories import make_agreement, make_official, make_organisation, make_process, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_2026(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def hidden(malang):
    return make_agreement(malang, make_region("Kabupaten Soppeng"), title="Urusan mereka")


def text(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_region_names_its_latest_agreements_and_leads_to_all(client, officer, batam, malang, hidden):
    made = [make_agreement(batam, malang, title=f"Perjanjian {number}") for number in range(9)]

    page = text(client.get(malang.get_absolute_url()))

    assert [one.title in page for one in made] == [False, *[True] * 8]
    assert f"/agreements/?region={malang.pk}" in page
    assert "All 9 agreements" in page
    assert hidden.title not in page
    assert "All 9" in page
    assert client.get("/agreements/", {"region": malang.pk}).context["total"].number == 9


def test_an_organisation_and_an_official_name_theirs(client, officer, batam, malang, hidden):
    unit, official = make_organisation("Dinas Kominfo", batam), make_official("Amsakar Achmad")
    agreement = make_agreement(unit, malang, title="Berbagi data")
    agreement.parties.first().signatories.create(official=official, capacity="Wali Kota")
    hidden.parties.first().signatories.create(official=official, capacity="Wali Kota")

    assert "Berbagi data" in text(client.get(unit.get_absolute_url()))
    page = text(client.get(official.get_absolute_url()))
    assert "Berbagi data" in page
    assert hidden.title not in page


def test_search_finds_titles_numbers_and_parties(client, officer, batam, malang, hidden):
    agreement = make_agreement(batam, malang, title="Pengolahan sampah")
    agreement.parties.filter(region=malang).update(number="415.4/17/KB")

    for asked in ("sampah", "415.4/17/KB", "malang"):
        page = text(client.get("/search/", {"q": asked}, follow=True))  # a number leads straight to it
        assert "Pengolahan sampah" in page, asked
        assert hidden.title not in page


def test_search_leads_to_the_list_of_all(client, officer, batam, malang):
    for number in range(7):
        make_agreement(batam, malang, title=f"Sampah {number}")

    page = text(client.get("/search/", {"q": "sampah"}))

    assert "All 7 agreements" in page
    assert client.get("/agreements/", {"q": "sampah"}).context["total"].number == 7


def test_the_day_counts_what_the_lists_behind_its_numbers_show(client, officer, batam, malang, hidden):
    make_process("KSDD_S", "preparation/30 council!/30 signed*")
    made = [make_agreement(batam, malang, category="KSDD_S", title=f"Perjanjian {number}") for number in range(3)]
    for number, agreement in enumerate(made):
        moving.start(agreement, by=officer, on=dt.date(2026, 10 + number % 2, 1))
    council = made[0].process.steps.get(code="council")
    moving.move(made[0], council, moving.Grounds(dt.date(2026, 11, 20)), by=officer, version=None)
    make_agreement(batam, malang, signed=dt.date(2025, 12, 1), term_months=12)

    day = client.get("/").context["day"]
    tiles = {tile.label: tile for tile in day.tiles_of_agreements}

    assert {label: tile.number.number for label, tile in tiles.items()} == {
        "Agreements over the time allowed": 1,
        "Agreements ending within 90 days": 1,
        "Agreements waiting for a decision": 1,
    }
    for tile in tiles.values():
        assert client.get(tile.href).context["total"].number == tile.number.number, tile.label
    assert [row["pk"] for row in day.late] == [made[2].pk]


def test_the_way_through_the_product_leads_to_the_list_by_a_key(client, officer):
    page = text(client.get("/agreements/"))

    assert 'href="/agreements/" aria-current="page" data-hotkey="a"' in page
    assert "<kbd>a</kbd>" in page
    assert reverse("agreements:board") in page
