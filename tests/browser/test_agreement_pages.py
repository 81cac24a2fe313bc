"""The way a first user goes, page by page: from an outcome to an agreement, past a gate, to its signing and renewal."""

import datetime as dt
import re

import pytest

from agreements.models import Agreement, Deed
from tests import factories as make
from tests.browser.test_log_a_visit import faults, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

AN_AGREEMENT = re.compile(r"/agreements/\d+/(#.*)?$")
SIZES = pytest.mark.parametrize(
    "size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}], ids=["desk", "phone"]
)


@pytest.fixture
def visit():
    """Malang came to Batam by a single delegation; one thing was agreed, word for word in a source."""
    batam = make.make_region("Kota Batam", code="21.71", parent=make.make_province("Kepulauan Riau", "21"))
    visit = make.make_visit(batam, make.make_malangs()[0])
    make.make_outcome(visit, "Pasokan cabai antardaerah", quote="akan saling memasok cabai")
    make.make_process(steps="drafting council! signed* carrying-out")
    return visit


@pytest.fixture
def inside(visit, client, page, live_server):
    """A page of the officer of Batam; the test fails when the browser complains."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page.context, client, make.make_officer(visit.host_region, language="en"), live_server)
    yield page
    assert complaints == []


def looks_right(page):
    """Asked on each page of the way."""
    page.wait_for_load_state("networkidle")
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url


def in_dialog(page, link):
    """Open a move, look at it, and give back its form."""
    page.get_by_role("link", name=link).first.click()
    page.locator("dialog form").wait_for()
    looks_right(page)
    return page.locator("dialog form")


def stands_at(page, step):
    page.locator("#way [aria-current=step]", has_text=step).wait_for()


def past_the_gate(page, agreement):
    """From the drafting to the step of the signing, with the decision of the council by its number."""
    stands_at(page, "Drafting")
    in_dialog(page, "Move forward").locator("button[type=submit]").click()
    stands_at(page, "Council")
    form = in_dialog(page, "Record as done")
    form.locator("[name=evidence]").fill("Keputusan DPRD Nomor 12/DPRD/2025")
    form.locator("button[type=submit]").click()
    stands_at(page, "Signed")
    passed = agreement.log.get(deed=Deed.PASSED, step__code="council")
    assert passed.evidence == "Keputusan DPRD Nomor 12/DPRD/2025"


def sign(page, day):
    """From the page of the agreement to the full form; add a signing there, and save."""
    page.get_by_role("link", name="Record the signing").first.click()
    page.wait_for_url("**/edit/**")
    page.click("button[name=add][value=signings]")
    page.fill("[name='signings-0-day']", day)
    looks_right(page)
    page.click(".form-actions button[type=submit]")
    page.wait_for_url(AN_AGREEMENT)


@SIZES
def test_from_an_outcome_past_the_gate_to_its_signing_and_renewal(inside, live_server, visit, size):
    page = inside
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/visits/{visit.pk}/")

    page.get_by_role("link", name="Make an agreement from this outcome").click()
    page.wait_for_url("**/agreements/new/**")
    looks_right(page)
    assert page.input_value("[name=title]") == "Pasokan cabai antardaerah"
    page.select_option("[name=category]", "KSDD_S")
    page.click(".form-actions button[type=submit]")
    page.wait_for_url(AN_AGREEMENT)
    looks_right(page)
    agreement = Agreement.objects.get()
    assert [(link.visit, link.outcome.text) for link in agreement.visit_links.all()] == [
        (visit, "Pasokan cabai antardaerah")
    ]
    assert [party.region for party in agreement.parties.all()] == [
        visit.host_region,
        visit.delegations.get().region,
    ]

    past_the_gate(page, agreement)
    sign(page, "2025-01-02")
    agreement.refresh_from_db()
    assert (agreement.is_signed, agreement.signed_on) == (True, dt.date(2025, 1, 2))
    in_dialog(page, "Move forward").locator("button[type=submit]").click()
    stands_at(page, "Carrying-out")

    page.get_by_role("link", name="Renew", exact=True).click()
    page.fill("[name=term_months]", "60")
    looks_right(page)
    page.get_by_role("button", name="Make it and go on").click()
    page.wait_for_url("**/edit/**")
    page.click(".form-actions button[type=submit]")
    page.wait_for_url(AN_AGREEMENT)
    renewal = agreement.successors.get()
    past_the_gate(page, renewal)  # the council is asked again
    sign(page, "2025-02-03")
    renewal.refresh_from_db()
    assert (renewal.nature, renewal.term_months, renewal.signed_on) == ("RENEWAL", 60, dt.date(2025, 2, 3))
    looks_right(page)
