"""The look in a real browser: readable by all, by keyboard, by thumb, in both themes, under the strict CSP."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as config
from playwright.sync_api import expect

from tests.factories import make_member, make_region

pytestmark = pytest.mark.django_db(transaction=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECRET = "a long secret 7"
ANY = "/accounts/password/change/"  # a page with the whole frame and little in it


@pytest.fixture
def officer(client):
    user = make_member(make_region(), role="OFFICER", name="Siti Rahma Dewi", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def inside(officer, client, page, live_server):
    """A page of a signed-in officer; the test fails when the browser complains about anything."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    yield page
    assert complaints == []


def faults(page):
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_component_is_accessible_and_fits(inside, live_server, settings, theme, size):
    settings.DEBUG = True
    inside.emulate_media(color_scheme=theme)
    inside.set_viewport_size(size)

    inside.goto(f"{live_server.url}/styleguide/")

    assert faults(inside) == []
    assert overflow(inside) == 0
    assert inside.title().startswith("Style guide")  # the form that is shown refused is none of the page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/no/such/page/"]
)
def test_pages_for_strangers_are_accessible(page, live_server, theme, path):
    page.emulate_media(color_scheme=theme)

    page.goto(live_server.url + path)

    assert faults(page) == []
    assert page.locator("h1").count() == 1


def test_keys_search_and_help_and_log(inside, live_server):
    inside.goto(live_server.url + ANY)

    inside.keyboard.press("/")
    assert inside.evaluate("document.activeElement.name") == "q"
    inside.keyboard.type("n?")
    assert inside.input_value("#search") == "n?"

    inside.keyboard.press("Tab")
    inside.keyboard.press("?")
    assert inside.is_visible("#help")
    inside.keyboard.press("Escape")
    assert inside.is_hidden("#help")

    inside.keyboard.press("n")
    inside.wait_for_url("**/visits/log/")


def test_single_keys_can_be_switched_off(inside, live_server):
    inside.goto(live_server.url + ANY)
    inside.keyboard.press("?")
    inside.uncheck("#help input")
    inside.keyboard.press("Escape")

    inside.reload()
    inside.keyboard.press("?")

    assert inside.is_hidden("#help")


def test_the_theme_changes_at_once_and_stays(inside, live_server):
    inside.goto(live_server.url + ANY)
    light = inside.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    inside.click("theme-switch button[value=dark]")

    dark = inside.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light
    inside.reload()
    assert inside.get_attribute("html", "data-theme") == "dark"
    assert inside.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark


def test_without_a_script_the_menu_opens_and_the_theme_changes(officer, client, browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    plain = context.new_page()
    plain.goto(live_server.url + ANY)

    plain.click(".phone-bar button")
    plain.click("#menu button[value=dark]")

    assert plain.get_attribute("html", "data-theme") == "dark"
    context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")
    page.click("main button[type=submit] >> nth=0")

    expect(page.locator("error-summary")).to_be_focused()
    assert page.title().split(":")[0] in {"Error", "Kesalahan"}
    page.click("error-summary a >> nth=1")

    assert page.evaluate("document.activeElement.name") == "password"


def test_a_dialog_opens_in_place_and_gives_the_focus_back(inside, live_server, settings):
    settings.DEBUG = True
    inside.goto(f"{live_server.url}/styleguide/")

    inside.click("a[data-dialog]")
    inside.wait_for_selector("modal-dialog dialog[open] input[type=text]")
    assert inside.evaluate("document.activeElement.type") == "text"
    inside.evaluate("htmx.trigger('#dialog-body form', 'dialog-done', {id: 7, label: 'Xiangyang'})")

    assert inside.locator("modal-dialog dialog[open]").count() == 0
    assert inside.evaluate("document.activeElement.hasAttribute('data-dialog')")


def test_a_toast_of_a_view_can_be_read_and_closed(inside, live_server):
    inside.goto(live_server.url + ANY)

    inside.evaluate("htmx.trigger(document.body, 'toast', {message: 'Saved <b>well</b>.', tone: 'good'})")

    toast = inside.locator("toast-stack > .toast")
    assert toast.locator("p").inner_text() == "Saved <b>well</b>."
    toast.locator("button").click()
    assert toast.count() == 0


def test_targets_under_a_thumb_are_large_enough(inside, live_server, settings):
    settings.DEBUG = True
    inside.set_viewport_size(PHONE)
    inside.goto(f"{live_server.url}/styleguide/")

    small = inside.evaluate(
        """[...document.querySelectorAll("button, summary, select, label.choice, .button, .tab, .phone-bar a")]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML.slice(0, 120))"""
    )

    assert small == []


def test_a_passkey_is_added_and_opens_the_door(page, live_server, settings):
    settings.ALLOWED_HOSTS = ["*"]
    home = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    user = make_member(make_region(), name="Siti Rahma Dewi", language="en")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True}})

    page.goto(f"{home}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", SECRET)
    page.click("main button[type=submit] >> nth=0")
    page.fill("[name=password]", SECRET)  # what guards the door asks again
    page.click("main button[type=submit] >> nth=0")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/**")
    page.context.clear_cookies()
    page.goto(f"{home}/accounts/login/?next=/accounts/2fa/webauthn/")
    page.click("#passkey_login")

    page.wait_for_url(f"{home}/accounts/2fa/webauthn/")
    assert page.locator(".card").count() == 1
