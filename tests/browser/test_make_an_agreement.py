"""An officer makes the judged agreement in a real browser: by keyboard, on a desk and on a phone; and what helps on the way."""

import datetime as dt
import re

import pytest
from django.conf import settings as config
from django.contrib.sessions.models import Session

from agreements.models import Agreement
from tests import factories as make
from tests.browser.test_log_a_visit import (
    KEPT,
    SIZES,
    faults,
    press,
    select,
    sign_in,
    tab_to,
    until,
    write,
)

pytestmark = pytest.mark.django_db(transaction=True)

AN_AGREEMENT = re.compile(r"/agreements/\d+/$")


@pytest.fixture
def batam():
    return make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))


@pytest.fixture
def malang():
    return make.make_malangs()[1]


@pytest.fixture
def officer(batam, malang):
    make.make_process()
    make.make_sector()
    make.make_sector("ict", "Komunikasi dan Informatika", "ICT", group="NON_BASIC")
    return make.make_officer(batam, language="en", name="Siti Rahma")


@pytest.fixture
def inside(officer, client, page, live_server):
    """A page of the officer; the test fails when the browser complains about anything but an answer that says no."""
    complaints = []
    page.on(
        "console",
        lambda m: (
            m.type == "error" and not any(a in m.text for a in ("of 409", "of 422")) and complaints.append(m.text)
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page.context, client, officer, live_server)
    yield page
    assert complaints == []


def choose(page, name, text, label):
    """Type into a combobox and take the option with the label by arrow and Enter; lists of others stay out of it."""
    tab_to(page, f"[name='{name}_text']")
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.wait_for_selector(f"li[role=option][data-label^='{label}']:visible")
    for _ in range(25):
        active = page.locator("li[data-active]:visible")
        if active.count() and active.first.get_attribute("data-label").startswith(label):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(page, "n => document.getElementsByName(n)[0].value !== ''", name)


def check(page, selector):
    tab_to(page, selector)
    page.keyboard.press("Space")


def save(page):
    tab_to(page, ".form-actions button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(AN_AGREEMENT)


def test_signed_in_two_cities_over_a_video_link_and_renewed_by_keyboard_alone(inside, live_server, batam, malang):
    """In the order of the page: what it is, the parties with their signatories, both signings, the term.

    It lapsed in November 2022. The renewal of January 2023 holds for five years and has one more field of cooperation.
    """
    page = inside
    page.goto(f"{live_server.url}/agreements/new/")

    write(page, "title", "Kesepakatan Batam dan Malang")
    select(page, "category", "Voluntary")
    check(page, "[name=sectors]")
    press(page, "add", "parties-0-signatories")
    write(page, "parties-0-signatories-0-name", "Muhammad Rudi")
    write(page, "parties-0-signatories-0-capacity", "Wali Kota Batam")
    choose(page, "parties-1-region", "kota malang", "Malang City")
    write(page, "parties-1-number", "7/KB/2019")
    press(page, "add", "parties-1-signatories")
    write(page, "parties-1-signatories-0-name", "Sutiaji")
    write(page, "parties-1-signatories-0-capacity", "Wali Kota Malang")
    for n, (party, place, label) in enumerate(
        [("Party 1", "batam", "Kota Batam"), ("Party 2", "kota malang", "Malang City")]
    ):
        press(page, "add", "signings")
        select(page, f"signings-{n}-party", party)
        select(page, f"signings-{n}-mode", "Hybrid")
        tab_to(page, f"[name='signings-{n}-day']")
        page.keyboard.type("11122019")
        choose(page, f"signings-{n}-place", place, label)
        check(page, f"[name='signings-{n}-by_video_link']")
    write(page, "term", "3")
    save(page)

    agreement = Agreement.objects.get()
    assert [(p.region, [s.who for s in p.signatories.all()]) for p in agreement.parties.all()] == [
        (batam, ["Muhammad Rudi, Wali Kota Batam"]),
        (malang, ["Sutiaji, Wali Kota Malang"]),
    ]
    assert [(s.party.region, s.place, s.period, s.mode, s.by_video_link) for s in agreement.signings.all()] == [
        (batam, batam, "12 November 2019", "HYBRID", True),
        (malang, malang, "12 November 2019", "HYBRID", True),
    ]
    assert (agreement.is_signed, agreement.term_months, str(agreement.runs_until)) == (True, 36, "2022-11-11")
    assert [sector.code for sector in agreement.sectors.all()] == ["ict"]
    assert (agreement.category, agreement.step.code) == ("KSDD_S", "signed")

    page.goto(f"{live_server.url}/agreements/new/")
    select(page, "category", "Voluntary")
    for sector in page.locator("[name=sectors]").all():
        check(page, f"[name=sectors][value='{sector.get_attribute('value')}']")
    check(page, "details:has([name=predecessor]) > summary")
    select(page, "nature", "Renewal")
    choose(page, "predecessor", "batam dan malang", "Kesepakatan Batam dan Malang")
    choose(page, "parties-1-region", "kota malang", "Malang City")
    press(page, "add", "signings")
    tab_to(page, "[name='signings-0-day']")
    page.keyboard.type("01162023")
    write(page, "term", "5")
    save(page)

    renewal = agreement.successors.get()
    assert (renewal.nature, renewal.term_months, str(renewal.signed_on)) == ("RENEWAL", 60, "2023-01-16")
    assert {sector.code for sector in renewal.sectors.all()} == {"ict", "tourism"}
    days = [dt.date(2022, 11, 11), dt.date(2022, 11, 12), dt.date(2023, 1, 16)]
    states = [Agreement.objects.with_state(on=day).get(pk=agreement.pk).state for day in days]
    assert states == ["EXPIRING", "EXPIRED", "RENEWED"]


def test_the_choices_of_a_party_follow_what_is_typed(inside, live_server, batam, malang):
    page = inside
    page.goto(f"{live_server.url}/agreements/new/")
    press(page, "add", "signings")
    options = "[...document.querySelector('[name=\"signings-0-party\"]').options].map(o => o.text).join('|')"

    page.fill("[name=parties-1-region_text]", "Kota Malang")
    until(page, f"{options} === 'All parties|Party 1: Kota Batam|Party 2: Kota Malang'")
    page.click("button[name=remove][value=parties-1]")
    until(page, f"{options} === 'All parties|Party 1: Kota Batam'")
    page.click("button[name=back][value=parties-1]")
    until(page, f"{options} === 'All parties|Party 1: Kota Batam|Party 2: Kota Malang'")
    press(page, "add", "scope")

    assert page.locator("[name='scope-0-giver'] option").all_inner_texts() == [
        "Not stated", "Party 1: Kota Batam", "Party 2: Kota Malang",
    ]  # fmt: skip
    assert not page.locator("[name='scope-0-giver']").is_visible()
    page.select_option("[name='scope-0-direction']", "ONE_WAY")
    assert page.locator("[name='scope-0-giver']").is_visible()


def test_the_adviser_speaks_beside_the_category(inside, live_server, batam, malang):
    page = inside
    page.goto(f"{live_server.url}/agreements/new/")
    asked = []
    page.on("request", lambda request: "/agreements/category/" in request.url and asked.append(request.url))
    page.fill("[name='parties-1-number']", "415.4")

    choose(page, "parties-1-region", "kota malang", "Malang City")

    page.wait_for_selector("#category-hint >> text=By its parties it may be “Voluntary inter-regional”.")
    page.select_option("[name=category]", "KSDD_S")
    page.wait_for_selector("#category-hint >> text=The category fits the parties.")
    assert f"parties-1-region={malang.pk}&" in asked[-1]
    assert not [url for url in asked if "415.4" in url], "only what the hint reads goes into the address"


def test_a_draft_comes_back_after_a_crash(inside, live_server, batam, malang):
    page = inside
    page.goto(f"{live_server.url}/agreements/new/")
    write(page, "title", "Yang belum disimpan")
    press(page, "add", "scope")
    write(page, "scope-0-text", "Pendampingan teknis")
    page.wait_for_selector(KEPT)

    page.goto(f"{live_server.url}/agreements/new/")
    page.click("[data-restore]")

    page.wait_for_selector("[name='scope-0-text']")
    assert page.input_value("[name=title]") == "Yang belum disimpan"
    assert page.input_value("[name='scope-0-text']") == "Pendampingan teknis"
    assert Agreement.objects.count() == 0


@SIZES
def test_nothing_on_the_pages_of_making_is_hard_to_read_or_wider_than_the_screen(
    inside, live_server, batam, malang, size
):
    page = inside
    page.set_viewport_size(size)
    outcome = make.make_outcome(make.make_visit(batam, malang), "Pasokan cabai", quote="cabai dibahas")
    agreement = make.make_agreement(batam, malang)
    asked = "partner=REGION&about=SHARED&region_text=35.73"
    for address in (
        f"new/?outcome={outcome.pk}",
        f"adviser/?{asked}",
        f"{agreement.pk}/edit/",
        f"{agreement.pk}/delete/",
    ):
        page.goto(f"{live_server.url}/agreements/{address}")
        page.wait_for_load_state("networkidle")

        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address


def test_without_scripts_every_step_works(browser, officer, client, live_server, batam, malang):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    client.force_login(officer)
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/agreements/new/")
    page.fill("[name='parties-1-region_text']", "35.73")
    page.click("button[name=add][value=signings]")
    page.select_option("[name='signings-0-party']", label="Party 2: 35.73")
    page.fill("[name='signings-0-day']", "2025-01-02")
    page.click(".form-actions button[type=submit]")

    signing = Agreement.objects.get().signings.get()
    assert (signing.party.region, str(signing.starts_on)) == (malang, "2025-01-02")
    context.close()


def test_an_expired_session_costs_no_word_of_an_evaluation(inside, live_server, officer, batam, malang):
    page, agreement = inside, make.make_agreement(batam, malang)
    page.goto(f"{live_server.url}/agreements/{agreement.pk}/evaluations/new/")
    page.fill("[name=findings]", "Baris satu\ntidak boleh hilang")
    Session.objects.all().delete()

    page.click(".form-actions button[type=submit]")
    page.wait_for_url("**/accounts/login/?next=**")
    page.fill("[name=login]", officer.email)
    page.fill("[name=password]", make.PASSWORD)
    page.keyboard.press("Enter")
    page.click("[data-restore]")
    until(page, "document.getElementsByName('findings')[0].value !== ''")
    page.click(".form-actions button[type=submit]")

    page.wait_for_url("**/#evaluations")
    assert agreement.evaluations.get().findings.splitlines() == ["Baris satu", "tidak boleh hilang"]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('simpul.draft')).length") == 0


def test_the_new_term_is_asked_for_without_the_texts(inside, live_server, batam, malang):
    old = make.make_agreement(batam, malang, signed=dt.date(2024, 1, 1), term_months=12)
    inside.goto(f"{live_server.url}/agreements/{old.pk}/renewal/")
    inside.fill("[name=about]", "Perpanjangan " * 500)
    inside.fill("[name=term_months]", "60")

    with inside.expect_response(lambda answer: "term_months=60" in answer.url) as answered:
        inside.press("[name=term_months]", "Tab")

    assert (answered.value.status, len(answered.value.url) < 300) == (200, True)
    inside.wait_for_selector("#terms >> text=2029")
