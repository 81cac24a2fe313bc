"""Moving an agreement in the dialog of its page, while somebody else moves it too."""

import pytest
from django.conf import settings

from agreements import moving
from agreements.moving import Grounds
from tests.factories import make_agreement, make_officer, make_process, make_region

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agreement():
    make_process("KSDD_S", "preparation offer drafting signed* carrying-out")
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    return agreement


@pytest.fixture
def opened(agreement, client, page, live_server):
    client.force_login(make_officer(agreement.owner, language="en"))
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(live_server.url + agreement.get_absolute_url())
    page.get_by_role("link", name="Move forward").click()
    page.locator("dialog form").wait_for()
    return page


def test_the_page_is_fresh_after_a_move_in_the_dialog(opened, agreement):
    opened.locator("dialog button[type=submit]").click()

    opened.locator("#way [aria-current=step]", has_text="Offer").wait_for()
    agreement.refresh_from_db()
    assert agreement.step.code == "offer"


def test_the_second_of_two_is_told_in_the_dialog_and_keeps_what_was_typed(opened, agreement):
    moving.hold(
        agreement, Grounds(agreement.today(), "Menunggu anggaran"), by=make_officer(make_region()), version=None
    )
    opened.fill("dialog [name=reason]", "Sudah disepakati")
    opened.locator("dialog button[type=submit]").click()

    told = opened.locator("dialog #overtaken")
    told.wait_for()
    assert "Menunggu anggaran" in told.inner_text()
    assert opened.input_value("dialog [name=reason]") == "Sudah disepakati"
    agreement.refresh_from_db()
    assert agreement.step.code == "preparation"
    opened.locator("dialog button[type=submit]").click()
    opened.locator("#way [aria-current=step]", has_text="Offer").wait_for()
