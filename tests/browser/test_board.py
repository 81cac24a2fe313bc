"""The board of agreements by keyboard, by thumb, and without a script."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as config
from playwright.sync_api import expect

from agreements import moving
from tests.factories import make_agreement, make_malangs, make_member, make_process, make_region

pytestmark = pytest.mark.django_db(transaction=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
URL = "/agreements/board/?category=KSDD_S"


@pytest.fixture
def officer(client):
    user = make_member(make_region(), role="OFFICER", name="Siti Rahma Dewi", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def standing(officer):
    """Two cards in the first column, none in the second, one in the third."""
    make_process("KSDD_S", "preparation/30 offer drafting signed*")
    malang, _city = make_malangs()

    def begin(title, on, moves=0):
        agreement = make_agreement(officer.home_region, malang, category="KSDD_S", title=title)
        moving.start(agreement, by=officer, on=on)
        if moves:
            step = agreement.process.steps.get(position=1 + moves)
            moving.move(agreement, step, moving.Grounds(on), by=officer, version=None)
        return agreement

    begin("Pertama", dt.date(2025, 1, 1))
    begin("Kedua", dt.date(2025, 2, 1))
    return begin("Ketiga", dt.date(2025, 3, 1), moves=2)


def signed_in(context, client, live_server):
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


@pytest.fixture
def inside(standing, client, page, live_server):
    """A page of a signed-in officer; the test fails when the browser complains about anything."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    signed_in(page.context, client, live_server)
    yield page
    assert complaints == []


def focused(page):
    return page.evaluate("document.activeElement.innerText.trim()")


def test_arrow_keys_go_over_the_board(inside, live_server):
    inside.set_viewport_size(DESK)
    inside.goto(live_server.url + URL)
    inside.get_by_role("link", name="Pertama", exact=True).focus()

    went = []
    for key in ["ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowRight", "ArrowRight", "ArrowLeft", "Home"]:
        inside.keyboard.press(key)
        went.append(focused(inside))

    assert went == ["Kedua", "Kedua", "Pertama", "Kedua", "Ketiga", "Ketiga", "Pertama", "Pertama"]


def test_the_menu_is_opened_walked_and_left_by_keys(inside, live_server):
    inside.goto(live_server.url + URL)
    inside.get_by_role("link", name="Pertama", exact=True).focus()

    went = []
    for key in ["m", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Escape"]:
        inside.keyboard.press(key)
        went.append(focused(inside))

    assert went == [
        "Move to: Offer",
        "Put on hold",
        "Close for good",
        "Move to: Offer",
        "Close for good",
        "Moves: Pertama",
    ]
    assert inside.locator(".board-menu[open]").count() == 0


def test_one_menu_is_open_at_a_time(inside, live_server):
    inside.goto(live_server.url + URL)

    for name in ("Moves: Pertama", "Moves: Kedua"):
        inside.locator("summary", has_text=name).click()

    expect(inside.locator(".board-menu[open] summary")).to_have_text("Moves: Kedua")


def test_a_card_is_moved_through_its_menu(inside, live_server):
    inside.goto(live_server.url + URL)
    inside.locator("summary", has_text="Moves: Pertama").click()
    inside.get_by_role("link", name="Move to: Offer").first.click()
    dialog = inside.locator("modal-dialog dialog")
    dialog.locator("form button[type=submit]").first.click()

    column = inside.locator(".board-column", has=inside.get_by_role("heading", name="Offer"))
    column.get_by_role("link", name="Pertama", exact=True).wait_for()


def test_it_works_without_a_script(standing, client, browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    signed_in(context, client, live_server)
    page = context.new_page()
    page.goto(live_server.url + URL)
    page.locator("summary", has_text="Moves: Pertama").click()
    page.get_by_role("link", name="Move to: Offer").first.click()
    page.locator("main form button[type=submit]").first.click()

    column = page.locator(".board-column", has=page.get_by_role("heading", name="Offer"))
    assert column.get_by_role("link", name="Pertama", exact=True).count() == 1
    context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_is_accessible_and_fits(inside, live_server, size, theme):
    inside.set_viewport_size(size)
    inside.emulate_media(color_scheme=theme)
    inside.goto(live_server.url + URL)
    inside.locator("summary", has_text="Moves: Pertama").click()

    found = Axe().run(inside).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []
    assert inside.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    if size is PHONE:
        tops = inside.evaluate(
            "[...document.querySelectorAll('.board-column')].map((c) => c.getBoundingClientRect().top)"
        )
        assert tops == sorted(set(tops)), "the columns are sections, one below the other"
