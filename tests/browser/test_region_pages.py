"""Regions, organisations and officials in a real browser: readable by all, in both themes, at both widths."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as config

from tests.factories import (
    make_agreement,
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

DESK, PHONE, NARROW = ({"width": w, "height": h} for w, h in ((1280, 900), (390, 844), (320, 640)))


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


@pytest.mark.parametrize("size", [DESK, NARROW], ids=["desk", "narrow-phone"])
def test_a_word_without_end_and_a_long_badge_stay_in_their_card(client, page, live_server, size):
    malang, batam = make_malangs()[0], make_region("Kota Batam", code="21.71")
    make_visit(batam, malang, title="W" * 100)
    make_agreement(batam, malang, title="M" * 100)
    tourism, farming = make_sector(), make_sector("FARM", name_id="Pertanian", name_en="Farming")
    make_trait(batam, "Pintu masuk", sector=tourism)
    make_trait(malang, "Wisatawan", kind="WANT", sector=tourism)
    make_trait(batam, "Pasokan cabai", kind="WANT", sector=farming)
    client.force_login(make_officer(batam, language="id"))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.set_viewport_size(size)
    outside = """badges => badges.filter(badge => badge.getBoundingClientRect().right
        > badge.closest("tr, li, .card, .sheet, body").getBoundingClientRect().right).length"""
    found = {}

    for address in (f"/regions/{batam.pk}/", f"/relations/{batam.pk}/{malang.pk}/"):
        page.goto(live_server.url + address)
        found[address] = (overflow(page), page.locator(".badge").evaluate_all(outside))

    assert set(found.values()) == {(0, 0)}
    empty = page.locator(".tie-sectors td:not(:has(p))")
    assert empty.count() > 0
    assert empty.locator("visible=true").count() == (0 if size is NARROW else empty.count())
