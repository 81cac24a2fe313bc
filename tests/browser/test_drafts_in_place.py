"""What is typed in a dialog, in a part of a page and in an answer outlives the window, and goes once it is saved."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from sides.models import Correction
from tests import factories as make
from tests.browser.test_log_a_visit import KEPT, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length"


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make.make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(batam, page, live_server):
    officer = make.make_officer(batam, language="en")
    sign_in(page.context, Client(), officer, live_server)
    return officer


@pytest.fixture
def opened(page, live_server):
    """Opens the page of a record, in a window that knows what the one before had kept."""

    def of(record):
        window = page.context.new_page()
        window.goto(live_server.url + (record if isinstance(record, str) else record.get_absolute_url()))
        return window

    return of


def _block(window):
    if not window.locator(".moves[open]").count():
        window.locator(".moves > summary").click()
    window.get_by_role("link", name="Mark as blocked").click()
    window.locator("dialog #deed-form").wait_for()


def test_a_reason_typed_in_a_dialog_comes_back_in_the_dialog_and_goes_once_it_is_saved(officer, batam, opened):
    milestone = make.make_milestone("Kirim draf MoU", batam)
    window = opened(milestone)
    _block(window)
    window.fill("dialog [name=words]", "Menunggu anggaran\nperubahan")
    window.wait_for_selector(f"dialog {KEPT}", timeout=2500)

    again = opened(milestone)  # the first window never gets to say goodbye
    _block(again)
    again.click("dialog [data-restore]")
    expect(again.locator("dialog[open] [name=words]")).to_have_value("Menunggu anggaran\nperubahan")
    expect(again.locator("dialog [name=words]")).to_be_focused()
    expect(again.locator("dialog [data-offer]")).to_be_hidden()
    again.locator("dialog button[type=submit]").click()

    expect(again.locator("#log")).to_contain_text("Menunggu anggaran")
    milestone.refresh_from_db()
    assert milestone.status == "BLOCKED"
    again.wait_for_function(f"{DRAFTS} === 0")


def test_a_dialog_that_is_closed_by_mistake_offers_what_was_typed_and_so_does_home(officer, batam, opened):
    milestone = make.make_milestone("Kirim draf MoU", batam)
    window = opened(milestone)
    _block(window)
    window.fill("dialog [name=words]", "Menunggu anggaran")
    window.keyboard.press("Escape")  # at once: the pause after the last key is not over
    expect(window.locator("dialog[open]")).to_have_count(0)

    _block(window)
    window.click("dialog [data-restore]")
    expect(window.locator("dialog[open] [name=words]")).to_have_value("Menunggu anggaran")

    home = opened("/")
    home.get_by_role("link", name="Follow-up: Menunggu anggaran").click()
    home.wait_for_url("**/block/")
    home.click("[data-restore]")
    expect(home.get_by_label("Reason")).to_have_value("Menunggu anggaran")


def test_a_note_outlives_the_session_and_the_next_one_is_another(officer, batam, malang, opened, live_server):
    visit = make.make_visit(batam, malang)
    window = opened(visit)
    window.context.clear_cookies()
    window.fill("#notes [name=text]", "Usulkan kunjungan balasan")
    window.get_by_role("button", name="Add the note").click()
    expect(window.locator(".toast")).to_be_visible()
    assert not visit.notes.exists()

    sign_in(window.context, Client(), officer, live_server)
    window.reload()
    window.click("#notes [data-restore]")
    expect(window.locator("#notes [name=text]")).to_have_value("Usulkan kunjungan balasan")
    window.get_by_role("button", name="Add the note").click()
    expect(window.locator("#notes .timeline-item")).to_have_count(1)
    expect(window.locator("#notes [data-offer]")).to_be_hidden()
    assert window.evaluate(DRAFTS) == 0

    window.fill("#notes [name=text]", "Yang kedua")
    window.wait_for_selector(f"#notes {KEPT}", timeout=2500)
    again = opened(visit)
    again.click("#notes [data-restore]")
    expect(again.locator("#notes [name=text]")).to_have_value("Yang kedua")
    assert visit.notes.get().text == "Usulkan kunjungan balasan"


def test_an_answer_to_a_correction_is_found_at_home(officer, batam, malang, opened):
    correction = make.make_correction(make.make_visit(batam, malang), malang)
    window = opened(correction)
    window.fill("[name=answer]", "Sudah benar menurut berita acara")
    window.wait_for_selector(KEPT, timeout=2500)
    window.click("[data-offer] + form [name=decline]")
    window.wait_for_url(f"**{correction.get_absolute_url()}")
    assert Correction.objects.get().state == "DECLINED"
    assert window.evaluate(DRAFTS) == 0

    other = make.make_correction(make.make_visit(batam, malang), malang)
    window = opened(other)
    window.fill("[name=answer]", "Belum tahu")
    window.wait_for_selector(KEPT, timeout=2500)
    home = opened("/")
    home.get_by_role("link", name="Correction: Belum tahu").click()
    home.click("[data-restore]")

    expect(home.locator("[name=answer]")).to_have_value("Belum tahu")


def test_discarding_a_draft_throws_no_other_one_away_unseen(officer, opened):
    for purpose in ("Yang pertama", "Yang kedua", "Yang ketiga"):  # three windows, each of which begins a form
        window = opened("/visits/log/")
        window.fill("[name=purpose]", purpose)
        window.wait_for_selector(KEPT, timeout=2500)

    again = opened("/visits/log/")
    again.click("[data-discard]")
    expect(again.locator("[data-offer]")).to_be_visible()
    assert again.evaluate(DRAFTS) == 2

    home = opened("/")
    drafts = home.get_by_role("region", name="Begun and not saved")
    expect(drafts.get_by_role("link")).to_have_text("Quick log: Yang kedua")
    drafts.get_by_role("button", name="Discard").click()
    expect(drafts.get_by_role("link")).to_have_text("Quick log: Yang pertama")

    again = opened("/visits/log/")
    again.fill("[name=purpose]", "Baru diketik")
    again.click("[data-restore]")  # before the pause after the last key is over
    expect(again.locator("[name=purpose]")).to_have_value("Yang pertama")
    assert again.evaluate("Object.values(localStorage).some(draft => draft.includes('Baru diketik'))")
