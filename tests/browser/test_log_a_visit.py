"""An officer logs the judged visit in a real browser: by keyboard alone, on a desk and on a phone, with accidents, without scripts."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as config
from django.contrib.sessions.models import Session
from django.test import Client

from tests import factories as make
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
A_VISIT = re.compile(r"/visits/\d+/$")
KEPT = "[data-state]:has-text('Draft kept')"


@pytest.fixture
def batam():
    batam = make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))
    make.make_organisation("DPRD Kota Batam", batam, kind="DPRD")
    return batam


@pytest.fixture
def malang():
    regency, _city = make.make_malangs()
    make.make_organisation("DPRD Kabupaten Malang", regency, kind="DPRD")
    return regency


@pytest.fixture
def officer(batam, malang):
    make.make_kind()
    return make.make_officer(batam, language="en", name="Siti Rahma")


def sign_in(context, client, user, live_server):
    client.force_login(user)
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


@pytest.fixture
def inside(officer, client, page, live_server):
    """A page of the officer; the test fails when the browser complains about anything but an answer that says no."""
    complaints = []
    answers = ("status of 409", "status of 422")
    page.on(
        "console",
        lambda m: m.type == "error" and not any(a in m.text for a in answers) and complaints.append(m.text),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page.context, client, officer, live_server)
    yield page
    assert complaints == []


def faults(page):
    found = Axe().run(page).response["violations"]
    return [(f["id"], [n["target"] for n in f["nodes"]]) for f in found if f["impact"] in {"serious", "critical"}]


def until(page, script, arg=None):
    """Ask the page until it says yes. (`wait_for_function` evaluates strings inside the page, which our CSP forbids.)"""
    end = time.monotonic() + 10
    while not page.evaluate(script, arg):
        assert time.monotonic() < end, script
        page.wait_for_timeout(50)


def tab_to(page, selector, key="Tab"):
    """Go on with the keyboard until the wanted field or button has the focus."""
    for _ in range(300):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"The keyboard never reached {selector}")


def write(page, name, text):
    tab_to(page, f"[name='{name}']")
    page.keyboard.type(text)


def choose(page, name, text, label):
    """Type into a combobox and take the option with the label by arrow and Enter."""
    tab_to(page, f"[name='{name}_text']")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.wait_for_selector(f"li[role=option][data-label^='{label}']")
    for _ in range(25):
        if page.locator("li[data-active]").count() and page.locator("li[data-active]").get_attribute(
            "data-label"
        ).startswith(label):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "n => document.getElementsByName(n)[0].value !== ''", name)


def pick(page, name, value):
    """Move through a group of radios with the arrows."""
    tab_to(page, f"[name='{name}']")
    for _ in range(8):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{name} has no {value}")


def select(page, name, label):
    tab_to(page, f"select[name='{name}']")
    page.keyboard.type(label)


def press(page, name, value):
    """Press the button of a row, and wait for the row that it brings."""
    tab_to(page, f"button[name='{name}'][value='{value}']")
    page.keyboard.press("Enter")
    if name == "add":
        until(page, "v => document.activeElement.name?.startsWith(v + '-')", value)


@SIZES
def test_the_judged_visit_is_logged_by_keyboard_alone(inside, live_server, batam, malang, size):
    page = inside
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/visits/new/")

    pick(page, "precision", "WEEKDAY_ONLY")
    select(page, "weekday", "Thursday")
    write(page, "date_as_stated", "Kamis minggu lalu")
    choose(page, "host_organisation", "dprd batam", "DPRD Kota Batam")
    write(page, "host-0-delegates-0-name", "Jefridin Hamid")
    write(page, "host-0-delegates-0-capacity", "Sekretaris Daerah Kota Batam")
    write(page, "host-0-delegates-0-on_behalf_of", "Wali Kota Batam")
    choose(page, "guests-0-region", "malang", "Malang Regency")
    write(page, "guests-0-headcount", "65")
    write(page, "guests-0-delegates-0-name", "Didik Gatot Subroto")
    write(page, "guests-0-delegates-0-capacity", "Bupati Malang")
    select(page, "guests-0-delegates-0-manner", "Acting head")
    select(page, "guests-0-delegates-0-role", "Head")
    press(page, "add", "guests-0-delegates")
    pick(page, "guests-0-delegates-1-form", "GROUP")
    write(page, "guests-0-delegates-1-capacity", "rombongan Pemkab Malang")
    write(page, "guests-0-delegates-1-count", "65")
    press(page, "add", "guests")
    choose(page, "guests-1-organisation", "dprd malang", "DPRD Kabupaten Malang")
    pick(page, "guests-1-delegates-0-form", "ROLE_ONLY")
    write(page, "guests-1-delegates-0-capacity", "Ketua Komisi DPRD")
    tab_to(page, ".form-actions button[type=submit]")
    page.keyboard.press("Enter")

    page.wait_for_url(A_VISIT)
    visit = Visit.objects.get()
    assert (visit.precision, visit.weekday, visit.starts_on) == ("WEEKDAY_ONLY", 3, None)
    assert visit.date_as_stated == "Kamis minggu lalu"
    assert str(visit.host_organisation) == "DPRD Kota Batam"
    host, guests, council = visit.delegations.all()
    assert [(m.name, m.on_behalf_of) for m in host.delegates.all()] == [("Jefridin Hamid", "Wali Kota Batam")]
    assert [m.who for m in guests.delegates.all()] == [
        "Didik Gatot Subroto, Pj. Bupati Malang",
        "rombongan Pemkab Malang (65)",
    ]
    assert guests.delegates.first().role == "LEADER"
    assert (guests.region, guests.headcount, council.region) == (malang, 65, malang)
    assert [m.who for m in council.delegates.all()] == ["Ketua Komisi DPRD"]
    assert "Didik Gatot Subroto" in page.inner_text("main")


def test_the_quick_log_is_done_by_keyboard_in_well_under_half_a_minute(inside, live_server, malang):
    inside.goto(f"{live_server.url}/visits/log/")
    begun = time.monotonic()

    choose(inside, "partner", "malang", "Malang Regency")
    tab_to(inside, "[name=day]")
    inside.keyboard.type("06162025")
    tab_to(inside, "[name=kinds]")
    inside.keyboard.press("Space")
    write(inside, "purpose", "Silaturahmi")
    tab_to(inside, ".form-actions button[type=submit]")
    inside.keyboard.press("Enter")

    inside.wait_for_url(A_VISIT)
    assert time.monotonic() - begun < 30
    visit = Visit.objects.get()
    assert (visit.starts_on.isoformat(), visit.purpose, visit.kinds.count()) == ("2025-06-16", "Silaturahmi", 1)


def test_a_draft_survives_a_crash_with_the_rows_that_were_added_and_goes_when_it_is_saved(inside, live_server):
    page = inside
    page.goto(f"{live_server.url}/visits/new/")
    page.fill("[name=day]", "2025-06-16")
    page.click("button[name=add][value=guests]")
    page.fill("[name=guests-1-region_text]", "35.73")
    page.fill("[name=guests-0-region_text]", "35.07")
    page.fill("[name=purpose]", "Baris satu\nbaris dua")
    page.wait_for_selector(KEPT, timeout=2500)

    again = page.context.new_page()  # the first page never gets to say goodbye
    again.goto(f"{live_server.url}/visits/new/")
    again.click("[data-restore]")
    again.wait_for_selector("[name=guests-1-region_text]")

    assert again.input_value("[name=guests-1-region_text]") == "35.73"
    assert again.input_value("[name=purpose]") == "Baris satu\nbaris dua"
    assert again.input_value("[name=day]") == "2025-06-16"
    assert again.is_hidden("[data-offer]")
    again.click(".form-actions button[type=submit]")
    again.wait_for_url(A_VISIT)
    assert [d.region.code for d in Visit.objects.get().delegations.all()] == ["35.07", "35.73"]
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length") == 0


def test_a_draft_is_kept_while_somebody_types_on_and_on(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")

    inside.locator("[name=minutes]").press_sequentially("notulen " * 9, delay=100)  # 7 seconds without a pause

    assert "Draft kept" in inside.inner_text("[data-state]")


def test_a_draft_can_be_discarded(inside, live_server):
    inside.goto(f"{live_server.url}/visits/log/")
    inside.fill("[name=purpose]", "tidak jadi")
    inside.wait_for_selector(KEPT)
    inside.reload()

    inside.click("[data-discard]")
    inside.reload()

    assert inside.is_hidden("[data-offer]")


def test_the_draft_of_one_officer_is_neither_offered_to_another_nor_left_to_be_read(inside, client, batam, live_server):
    inside.goto(f"{live_server.url}/visits/new/")
    inside.fill("[name=purpose]", "milik Siti")
    inside.wait_for_selector(KEPT)

    sign_in(inside.context, client, make.make_officer(batam, language="en"), live_server)
    inside.goto(f"{live_server.url}/visits/new/")

    assert inside.is_hidden("[data-offer]")
    assert inside.evaluate("Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length") == 0


def test_signing_out_takes_the_drafts_along(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")
    inside.fill("[name=purpose]", "rahasia")
    inside.wait_for_selector(KEPT)

    inside.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    inside.wait_for_url("**/accounts/login/**")

    assert inside.evaluate("Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length") == 0
    inside.goto(f"{live_server.url}/accounts/login/?next=/visits/new/")
    assert inside.is_hidden("kept-words"), "nothing is kept that could be taken back"


def test_signing_out_in_one_tab_ends_the_drafts_of_the_others(inside, live_server):
    other = inside.context.new_page()
    for tab, words in ((inside, "di sini"), (other, "di tab lain")):
        tab.goto(f"{live_server.url}/visits/new/")
        tab.fill("[name=purpose]", words)
        tab.wait_for_selector(KEPT)

    inside.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    inside.wait_for_url("**/accounts/login/**")
    other.fill("[name=purpose]", "sesudah keluar")
    other.goto(f"{live_server.url}/accounts/login/")

    assert inside.evaluate("Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length") == 0


def test_an_expired_session_costs_no_word(inside, live_server, officer):
    page = inside
    page.goto(f"{live_server.url}/visits/new/")
    page.fill("[name=day]", "2025-06-16")
    page.fill("[name=guests-0-region_text]", "35.07")
    page.fill("[name=purpose]", "tidak boleh hilang")
    Session.objects.all().delete()

    page.click(".form-actions button[type=submit]")
    page.wait_for_url("**/accounts/login/?next=/visits/new/")
    assert page.is_visible("kept-words"), "who is sent away learns that the words are kept"
    page.fill("[name=login]", officer.email)
    page.fill("[name=password]", make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/new/")
    page.click("[data-restore]")
    until(page, "document.getElementsByName('purpose')[0].value !== ''")
    page.click(".form-actions button[type=submit]")

    page.wait_for_url(A_VISIT)
    assert Visit.objects.get().purpose == "tidak boleh hilang"


def test_two_officers_at_one_visit_lose_nothing(inside, browser, batam, malang, live_server):
    visit = make.make_visit(batam, malang, purpose="Silaturahmi")
    address = f"{live_server.url}/visits/{visit.pk}/edit/"
    context = browser.new_context()
    sign_in(context, Client(), make.make_officer(batam, language="en", name="Budi"), live_server)
    theirs = context.new_page()
    inside.goto(address)
    theirs.goto(address)
    theirs.fill("[name=purpose]", "Penjajakan")
    theirs.fill("[name=remarks]", "dari Budi")
    theirs.click(".form-actions button[type=submit]")
    theirs.wait_for_url(f"**/visits/{visit.pk}/")
    context.close()

    inside.fill("[name=purpose]", "Studi tiru")
    inside.click(".form-actions button[type=submit]")
    inside.wait_for_selector("table.compare")

    assert "Penjajakan" in inside.inner_text("table.compare")
    assert "Saved by Budi" in inside.inner_text("#conflict")
    assert inside.input_value("[name=remarks]") == "dari Budi"
    assert inside.input_value("[name=purpose]") == "Studi tiru"
    assert faults(inside) == []
    inside.click("[name=pick-purpose][value=theirs]")
    inside.click(".form-actions button[type=submit]")
    inside.wait_for_url(f"**/visits/{visit.pk}/")
    visit.refresh_from_db()
    assert (visit.purpose, visit.remarks) == ("Penjajakan", "dari Budi")


def test_without_javascript_rows_are_added_and_the_visit_is_saved(officer, browser, client, live_server, malang):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    sign_in(context, client, officer, live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/visits/new/")
    page.check("[name=precision][value=WEEKDAY_ONLY]")
    page.select_option("[name=weekday]", "3")
    page.fill("[name=date_as_stated]", "Kamis minggu lalu")
    page.fill("[name=guests-0-region_text]", "malang")
    page.fill("[name=guests-0-delegates-0-name]", "Didik")
    page.click("button[name=add][value=guests-0-delegates]")
    assert page.input_value("[name=guests-0-delegates-0-name]") == "Didik"
    page.check("[name=guests-0-delegates-1-form][value=GROUP]")
    page.fill("[name=guests-0-delegates-1-capacity]", "rombongan")
    page.fill("[name=guests-0-delegates-1-count]", "65")
    page.click("button[name=add][value=agenda]")
    page.click("button[name=remove][value=agenda-0]")
    page.click(".form-actions button[type=submit]")

    page.click(f"[name=guests-0-region_pick][value='{malang.pk}']")  # “malang” fits two: nothing was taken silently
    page.click(".form-actions button[type=submit]")

    page.wait_for_url(A_VISIT)
    delegation = Visit.objects.get().delegations.get()
    assert delegation.region == malang
    assert [m.who for m in delegation.delegates.all()] == ["Didik", "rombongan (65)"]
    assert Visit.objects.get().agenda.count() == 0
    context.close()


def test_rows_are_removed_put_back_and_moved_in_place(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")
    for _ in range(3):
        inside.click("button[name=add][value=agenda]")
        until(inside, "n => document.querySelectorAll('#rows-agenda > .row').length === n", _ + 1)
        inside.fill(f"[name=agenda-{_}-title]", "ABC"[_])

    inside.focus("button[name=remove][value=agenda-1]")
    inside.keyboard.press("Enter")
    assert inside.evaluate("document.activeElement.name") == "back"
    assert inside.is_hidden("[name=agenda-1-title]")
    inside.focus("button[name=up][value=agenda-2]")
    inside.keyboard.press("Enter")
    inside.fill("[name=day]", "2025-06-16")
    inside.fill("[name=guests-0-region_text]", "35.07")
    inside.click(".form-actions button[type=submit]")

    inside.wait_for_url(A_VISIT)
    assert [item.title for item in Visit.objects.get().agenda.all()] == ["C", "A"]


def test_impatient_clicks_each_bring_a_row_of_its_own(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")

    inside.evaluate("for (let n = 0; n < 3; n++) document.querySelector('[name=add][value=agenda]').click()")
    until(inside, "document.querySelectorAll('#rows-agenda > .row').length === 3")

    ids = inside.evaluate("[...document.querySelectorAll('#rows-agenda > .row')].map(row => row.id)")
    assert ids == ["row-agenda-0", "row-agenda-1", "row-agenda-2"]
    assert inside.input_value("[name=agenda-TOTAL_FORMS]") == "3"


def test_a_row_asked_for_after_the_session_ended_brings_no_sign_in_page_into_the_form(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")
    inside.fill("[name=purpose]", "masih di sini")
    Session.objects.all().delete()

    inside.click("[name=add][value=agenda]")
    inside.wait_for_selector(".toast")

    assert inside.locator("[name=login]").count() == 0
    assert inside.input_value("[name=purpose]") == "masih di sini"


def test_a_place_abroad_is_added_in_place_and_nothing_typed_is_lost(inside, live_server):
    make.make_country()
    inside.goto(f"{live_server.url}/visits/log/")
    inside.fill("[name=purpose]", "Sister city")
    inside.fill("[name=day]", "2025-04-21")

    inside.fill("[name=partner_text]", "Xiangyang")
    inside.click("li[data-create]")
    inside.click("#dialog-body a:has-text('A place abroad')")
    inside.wait_for_selector("#dialog-body [name=name_id]")
    inside.fill("#dialog-body [name=country_text]", "China")
    inside.click("#dialog-body li[role=option]:has-text('China')")
    inside.click("#dialog-body .button-primary")
    until(inside, "document.getElementsByName('partner_text')[0].value.startsWith('Xiangyang —')")
    inside.click(".form-actions button[type=submit]")

    inside.wait_for_url(A_VISIT)
    visit = Visit.objects.get()
    assert (visit.purpose, visit.delegations.get().region.name) == ("Sister city", "Xiangyang")


def test_a_possible_duplicate_is_hinted_at_while_typing(inside, live_server, batam, malang):
    make.make_visit(batam, malang)
    inside.goto(f"{live_server.url}/visits/new/")

    choose(inside, "guests-0-region", "35.07", "Malang Regency")
    inside.fill("[name=day]", "2025-06-15")

    inside.wait_for_selector("#duplicates:has-text('Perhaps logged already')")


def test_the_hint_asks_with_the_sides_and_not_with_the_people(inside, live_server, batam, malang):
    visit = make.make_visit(batam, malang)
    other = make.make_visit(batam, malang)
    for number in range(8):
        make.make_delegate(visit.delegations.get(), f"Anggota {number} {'Wirawan ' * 12}".strip())
    inside.goto(f"{live_server.url}/visits/{visit.pk}/edit/")

    with inside.expect_response("**/visits/duplicates/**") as answered:
        inside.fill("[name=start_time]", "10:15")
        inside.press("[name=start_time]", "Tab")

    answer = answered.value
    assert answer.status == 200
    assert f"/visits/{other.pk}/" in answer.text()
    assert f"guests-0-region={malang.pk}" in answer.url
    assert ("Anggota" in answer.url, len(answer.url) < 1000) == (False, True)
    assert inside.locator("toast-stack > .toast").count() == 0


def test_the_same_failure_is_told_once_and_that_of_a_hint_not_at_all(inside, live_server):
    inside.goto(f"{live_server.url}/visits/new/")
    fail = """where => document.querySelector(where).dispatchEvent(
        new CustomEvent("htmx:responseError", {bubbles: true, detail: {elt: document.querySelector(where), xhr: {status: 414}}}))"""

    inside.evaluate(fail, "#duplicates")
    assert inside.locator("toast-stack > .toast").count() == 0
    inside.evaluate(fail, "#sheet-form")
    inside.evaluate(fail, "#sheet-form")
    assert inside.locator("toast-stack > .toast").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@SIZES
def test_the_forms_are_accessible_and_fit(inside, live_server, batam, malang, theme, size):
    visit = make.make_visit(batam, malang)
    make.make_delegate(visit.delegations.get())
    make.make_agenda_item(visit)
    inside.emulate_media(color_scheme=theme)
    inside.set_viewport_size(size)

    for address in ("log/", "new/", f"{visit.pk}/edit/", f"{visit.pk}/delete/"):
        inside.goto(f"{live_server.url}/visits/{address}")
        assert (address, faults(inside)) == (address, [])
        assert inside.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    inside.goto(f"{live_server.url}/visits/new/")
    inside.fill("[name=guests-0-headcount]", "banyak")
    inside.click(".form-actions button[type=submit]")
    inside.wait_for_selector("error-summary")
    assert faults(inside) == []


@pytest.mark.parametrize("path", ["/visits/log/", "/visits/new/"])
def test_back_after_saving_gives_a_clean_form(inside, live_server, path):
    page = inside
    page.goto(f"{live_server.url}{path}")
    submission = page.input_value("[name=submission]")
    page.fill("[name=partner_text], [name=guests-0-region_text]", "35.07")
    page.fill("[name=day]", "2025-06-16")
    page.fill("[name=purpose]", "Silaturahmi")
    page.click(".form-actions button[type=submit]")
    page.wait_for_url(A_VISIT)

    page.go_back()
    page.wait_for_load_state("networkidle")

    assert page.input_value("[name=purpose]") == ""
    assert page.input_value("[name=submission]") != submission
    assert page.is_hidden("[data-offer]")


def test_a_page_that_the_browser_kept_is_fetched_anew_once_its_form_was_saved(inside, live_server):
    page = inside
    page.goto(f"{live_server.url}/visits/log/")
    page.fill("[name=purpose]", "Silaturahmi")
    page.evaluate("document.querySelector('#sheet-form').target = 'elsewhere'")
    page.click(".form-actions button[type=submit]")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.input_value("[name=purpose]") == "Silaturahmi", "it was sent, but nothing says that it was saved"

    page.evaluate("localStorage.clear()")  # as the page does that says it was saved
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    assert page.input_value("[name=purpose]") == ""
