"""The search by keyboard and by thumb."""

import pytest
from django.conf import settings as config
from playwright.sync_api import expect

from tests.factories import make_malangs, make_officer, make_region

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inside(client, page, live_server):
    """A window of a signed-in officer; the test fails when the browser complains about anything."""
    client.force_login(make_officer(make_region(), language="en"))
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    yield page
    assert complaints == []


def test_from_a_key_to_the_record_without_a_mouse(inside, live_server):
    regency, city = make_malangs()
    inside.goto(f"{live_server.url}/accounts/password/change/")

    inside.keyboard.press("/")
    inside.keyboard.type("malang")
    inside.keyboard.press("Enter")
    inside.wait_for_url("**/search/?q=malang")
    inside.keyboard.press("/")
    for key, name in (("ArrowDown", regency.name_en), ("ArrowDown", city.name_en), ("ArrowUp", regency.name_en)):
        inside.keyboard.press(key)
        expect(inside.locator("a:focus")).to_have_text(name)
    inside.keyboard.press("ArrowUp")
    expect(inside.locator("#search")).to_be_focused()

    inside.keyboard.press("ArrowDown")
    inside.keyboard.press("Enter")
    inside.wait_for_url(f"**{regency.get_absolute_url()}")


def test_a_phone_has_a_box_to_type_into(inside, live_server):
    regency, _city = make_malangs()
    inside.set_viewport_size({"width": 390, "height": 844})
    inside.goto(f"{live_server.url}/search/")

    expect(inside.locator("#search-here")).to_be_focused()
    inside.keyboard.type("kab malang")
    inside.keyboard.press("Enter")

    expect(inside.locator("[data-best] a")).to_have_text(regency.name_en)
    expect(inside.locator("#search-here")).to_have_value("kab malang")
