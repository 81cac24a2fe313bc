"""The inbox, one's own follow-ups and deeds in bulk in a real browser."""

import datetime as dt
import re

import pytest
from django.conf import settings as config
from playwright.sync_api import expect

from followups.models import Milestone
from tests.factories import make_milestone, make_officer, make_region, make_reminder

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)


@pytest.fixture
def officer(client):
    user = make_officer(make_region("Kota Batam", code="21.71"), email="rina@example.org", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def sign_in(client, page, live_server):
    """Opens an address as the officer; the test fails when the browser complains about anything."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    def opened(address="/"):
        page.goto(f"{live_server.url}{address}")
        return page

    yield opened
    assert complaints == []


def test_what_came_in_is_opened_and_counted_down(officer, sign_in):
    milestone = make_milestone("Kirim draf MoU", officer.home_region, owner=officer.home_region, due=YESTERDAY)
    make_reminder(milestone, officer, why="ASSIGNED")
    page = sign_in()

    page.get_by_role("banner").get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    page.get_by_role("link", name="Kirim draf MoU").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Kirim draf MoU")
    expect(page.locator(".unread")).to_have_count(0)


def test_it_is_done_from_the_line_without_leaving_the_page(officer, sign_in):
    milestone = make_milestone("Kirim draf MoU", officer.home_region, owner=officer.home_region, due=YESTERDAY)
    make_milestone("Rapat", officer.home_region, owner=officer.home_region, due=YESTERDAY)
    page = sign_in("/follow-ups/mine/")

    page.get_by_role("button", name=re.compile("Done ?: Kirim draf MoU")).click()

    expect(page.get_by_role("link", name="Kirim draf MoU")).to_have_count(0)
    expect(page.get_by_role("link", name="Rapat")).to_be_visible()
    expect(page.locator("toast-stack")).to_contain_text("Done: Kirim draf MoU")
    milestone.refresh_from_db()
    assert milestone.status == "DONE"


def test_all_on_the_page_are_ticked_at_one_stroke_and_cancelled_and_that_is_undone(officer, sign_in):
    for number in range(3):
        make_milestone(f"nr {number}", owner=officer.home_region)
    page = sign_in("/follow-ups/")

    page.get_by_label("Tick all on this page").check()
    expect(page.locator("[data-picked]")).to_have_text("3")
    page.get_by_label("Choose “nr 1”").uncheck()
    page.get_by_label("What to do with them").select_option("CANCELLED")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Reason").fill("Tidak jadi")
    page.get_by_role("button", name="Cancel them (2)").click()

    expect(page.locator("toast-stack")).to_contain_text("2 follow-ups were cancelled.")
    assert set(Milestone.objects.filter(status="CANCELLED").values_list("title", flat=True)) == {"nr 0", "nr 2"}
    page.locator("toast-stack").get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("toast-stack")).to_contain_text("2 follow-ups are as they were before.")
    assert not Milestone.objects.filter(status="CANCELLED").exists()
