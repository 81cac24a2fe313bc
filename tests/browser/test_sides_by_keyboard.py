"""What two sides do with one record, and what a person does for their own account: in a real browser, by keyboard alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.invitations import send_due
from accounts.models import Membership
from records.models import Trashed
from sides.models import Confirmation, Correction
from tests import factories as make
from tests.accounts.test_signing_in import code_for
from tests.browser.conftest import until_answered, watched
from tests.browser.test_log_a_visit import faults, select, sign_in, tab_to, write
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
CRAWLED = re.compile(r":\d+(/|/visits/(\d+/)?(edit/|delete/)?|/accounts/(sessions|2fa|reauthenticate)/|/members/)$")


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def visit(batam, malang):
    """Kept by the host, Batam."""
    return make.make_visit(batam, malang, title="Kunjungan Malang", kinds=[make.make_kind()])


@pytest.fixture
def window(browser, live_server):
    """Opens a browser of its own for a person; the test fails when one of them complains about anything."""
    opened, complaints = [], []

    def of(user=None):
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        context.set_default_timeout(10_000)
        asked, page = watched(context), context.new_page()
        page.on("console", lambda m: m.type == "error" and "status of 404" not in m.text and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if user:
            sign_in(context, Client(), user, live_server)
        opened.append((page, asked))
        return page

    yield of
    for page, asked in opened:
        until_answered(page, asked)
        page.context.close()
    assert complaints == []


def press(page, selector, leads_to):
    """Go there by Tab, press Enter, and wait for the page to which it leads."""
    tab_to(page, selector)
    with page.expect_navigation(url=leads_to):
        page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    if not CRAWLED.search(re.split("[?#]", page.url)[0]):
        looks_right(page)


def looks_right(page):
    """Nothing serious for axe, one heading, nothing wider than a phone. The crawl asks that of the pages it knows."""
    desk = page.viewport_size
    assert faults(page) == [], page.url
    assert page.locator("h1").count() == 1, page.url
    page.set_viewport_size(PHONE)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.set_viewport_size(desk)
    assert wider <= 0, page.url


def write_anew(page, name, text):
    tab_to(page, f"[name='{name}']")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_a_correction_is_proposed_by_one_side_and_taken_over_by_the_other(window, visit, batam, malang):
    guest = window(make.make_officer(malang, language="en"))
    guest.goto(f"/visits/{visit.pk}/")
    press(guest, f"a[href='/corrections/new/visit/{visit.pk}/']", f"**/corrections/new/visit/{visit.pk}/")
    write_anew(guest, "title", "Kunjungan balasan Malang")
    write(guest, "text", "Menurut surat kami.")
    press(guest, ".form-actions button[type=submit]", re.compile(r"/corrections/\d+/$"))
    correction = Correction.objects.get()
    assert [change["after"]["id"] for change in correction.changes] == ["Kunjungan balasan Malang"]

    host = window(make.make_officer(batam, language="en"))
    host.goto(f"/visits/{visit.pk}/")
    press(host, f".sides-item a[href='/corrections/{correction.pk}/']", f"**/corrections/{correction.pk}/")
    tab_to(host, "[name=take]")
    host.keyboard.press("Space")
    host.keyboard.press("Space")  # off, and on again
    write(host, "answer", "Benar, terima kasih.")
    press(host, "button[name=accept]", f"**/corrections/{correction.pk}/")

    correction.refresh_from_db()
    visit.refresh_from_db()
    assert (correction.state, correction.answer) == ("ACCEPTED", "Benar, terima kasih.")
    assert visit.title == "Kunjungan balasan Malang"


def test_a_side_confirms_its_delegation(window, visit, malang):
    page = window(make.make_officer(malang, language="en"))
    row = visit.delegations.get()
    page.goto(f"/visits/{visit.pk}/")

    press(page, f"form[action='/confirmations/delegation/{row.pk}/'] button", f"**/visits/{visit.pk}/**")

    assert page.get_by_text("Confirmed by Malang Regency").is_visible()
    assert Confirmation.objects.get().delegation == row


def test_a_visit_is_deleted_and_restored_from_the_trash(window, visit, batam):
    page = window(make.make_officer(batam, language="en"))
    page.goto(f"/visits/{visit.pk}/")
    press(page, f"a[href='/visits/{visit.pk}/edit/']", "**/edit/")
    press(page, f"a[href='/visits/{visit.pk}/delete/']", "**/delete/")
    press(page, "main button.button-danger", "**/visits/")
    thrown = Trashed.objects.get()
    assert not Visit.objects.exists()
    page.goto("/trash/")
    looks_right(page)

    page.goto(f"/visits/{visit.pk}/")  # an old bookmark
    press(page, f"main a[href='/trash/{thrown.pk}/']", f"**/trash/{thrown.pk}/")
    press(page, f"form[action='/trash/{thrown.pk}/restore/'] button", f"**/visits/{visit.pk}/")

    assert Visit.objects.get().delegations.count() == 1
    assert not Trashed.objects.exists()


def test_somebody_is_invited_and_comes_in_by_the_link_of_the_letter(window, batam):
    page = window(make.make_user(batam, role="ADMIN", language="en"))
    page.goto("/members/")
    press(page, "main a[href='/members/invite/']", "**/accounts/reauthenticate/**")
    write(page, "password", make.PASSWORD)
    press(page, "main button[type=submit]", "**/members/invite/")
    write(page, "email", "baru@batam.go.id")
    select(page, "role", "Cooperation")
    press(page, "main .form-actions button[type=submit]", "**/members/")
    assert page.locator(".card strong").inner_text() == "baru@batam.go.id"
    send_due()

    newcomer = window()
    newcomer.goto(re.search(r"/join/\S+", mail.outbox[-1].body)[0])
    looks_right(newcomer)
    write(newcomer, "name", "Budi Baru")
    write(newcomer, "password", "jalan panjang ke laut")
    press(newcomer, "main button[type=submit]", re.compile(r":\d+/$"))

    joined = Membership.objects.get(user__email="baru@batam.go.id")
    assert (joined.user.name, joined.region, joined.role) == ("Budi Baru", batam, "OFFICER")


def test_another_device_is_signed_out_and_an_authenticator_app_added(window, batam):
    user, page, phone = make.make_officer(batam, language="en"), window(), Client(headers={"user-agent": "Old phone"})
    signs_in = {"login": user.email, "password": make.PASSWORD}
    phone.post("/accounts/login/", signs_in)
    assert phone.get("/me/").status_code == 200
    page.goto("/accounts/login/")
    for name, text in signs_in.items():
        write(page, name, text)
    press(page, "main button[type=submit]", re.compile(r":\d+/$"))

    page.goto("/me/")
    press(page, ".tabs a[href='/accounts/sessions/']", "**/accounts/sessions/")
    assert page.locator("main .card").count() == 2
    press(page, "form[action$='/end/']:not([data-sign-out]) button", "**/accounts/sessions/")
    assert page.locator("main .card").count() == 1
    assert phone.get("/me/").status_code == 302

    press(page, ".tabs a[href='/accounts/2fa/']", "**/accounts/2fa/")
    press(page, "a[href='/accounts/2fa/totp/activate/']", "**/accounts/reauthenticate/**")
    write(page, "password", make.PASSWORD)
    press(page, "main button[type=submit]", "**/totp/activate/")
    write(page, "code", code_for(page.locator("copy-text code").inner_text()))
    press(page, "main button[type=submit]", "**/recovery-codes/")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert len(page.input_value("#recovery_codes").split()) == 10
