"""Regions, organisations and officials in a real browser: readable by all, in both themes, at both widths."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as config

from tests.factories import (
    make_figure,
    make_malangs,
    make_officer,
    make_official,
    make_organisation,
    make_position,
    make_region,
    make_sector,
    make_trait,
    make_venue,
    make_visit,
)

pytestmark = pytest.mark.django_db(transaction=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def faults(page):
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(f["id"], [n["target"] for n in f["nodes"]]) for f in found if f["impact"] in {"serious", "critical"}]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def addresses():
    """A region with one of everything, and the pages that show it."""
    malang, _city = make_malangs()
    batam = make_region("Kota Batam", code="21.71", about="Kota industri", website="https://batam.go.id")
    pemko = make_organisation("Pemerintah Kota Batam", batam, kind="PEMDA_KOTA", short_name="Pemko Batam")
    make_organisation("Sekretariat Daerah", batam, parent=pemko)
    amsakar = make_position(make_official(), pemko, starts_on=dt.date(2025, 2, 20)).official
    make_position(make_official("Firmansyah"), pemko, "Sekda", manner="PLT")
    make_position(make_official("Muhammad Rudi"), pemko, ends_on=dt.date(2025, 2, 19))
    make_figure(batam, comparator="MORE_THAN", as_of=dt.date(2024, 12, 31), source="K" * 120)
    make_trait(batam, "Pintu masuk wisatawan", sector=make_sector(), source="batampos")
    make_trait(batam, "Pasokan cabai", kind="WANT")
    make_venue(region=batam)
    make_visit(batam, malang)
    return [
        "/regions/",
        "/regions/?q=malang",
        "/regions/organisations/?region_text=malang",
        f"/regions/{batam.pk}/",
        f"/regions/{batam.pk}/history/",
        f"/regions/{batam.pk}/figures/new/",
        "/regions/new/",
        "/regions/organisations/",
        f"/regions/organisations/{pemko.pk}/",
        "/regions/officials/",
        f"/regions/officials/{amsakar.pk}/",
    ]


@pytest.mark.parametrize(("theme", "size"), [("light", DESK), ("dark", PHONE)], ids=["light-desk", "dark-phone"])
def test_every_page_is_accessible_and_fits(client, page, live_server, addresses, theme, size):
    client.force_login(make_officer(make_region("Kota Batam", code="21.71"), language="en"))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size(size)
    found = {}

    for address in addresses:
        page.goto(live_server.url + address)
        found[address] = (faults(page), overflow(page), page.locator("h1").count())

    assert found == dict.fromkeys(addresses, ([], 0, 1))


def test_an_open_list_is_accessible(client, page, live_server):
    make_malangs()
    client.force_login(make_officer(make_region("Kota Batam", code="21.71"), language="en"))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/regions/organisations/new/")

    page.locator("#id_region").fill("malang")
    page.locator(".combobox-option").first.wait_for()
    page.keyboard.press("ArrowDown")

    assert faults(page) == []
