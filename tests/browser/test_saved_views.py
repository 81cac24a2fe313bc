"""Saved views, chosen columns, watching and drafts at home in a real browser, by keyboard where it matters."""

import re

import pytest
from django.conf import settings as config
from playwright.sync_api import expect

from dashboards.models import DefaultView, SavedView, Watch
from tests.factories import make_malangs, make_officer, make_region, make_topic, make_visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(client):
    user = make_officer(make_region("Kota Batam", code="21.71"), email="rina@example.org", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def sign_in(client, page, live_server):
    """Opens an address as the officer; the test fails when the browser complains, but of a form that was refused."""
    complaints = []
    page.on(
        "console",
        lambda message: message.type == "error" and "422" not in message.text and complaints.append(message.text),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    cookie = client.cookies[config.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": config.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    def opened(address="/"):
        page.goto(f"{live_server.url}{address}")
        return page

    yield opened
    assert complaints == []


@pytest.fixture
def visits(officer):
    malang = make_malangs()[0]
    make_visit(officer.home_region, malang, title="Studi tiru", status="COMPLETED")
    make_visit(officer.home_region, malang, title="Rapat kerja", status="SCHEDULED")


def test_a_view_is_saved_by_keyboard_and_the_list_opens_with_it(officer, visits, sign_in):
    page = sign_in("/visits/?status=COMPLETED")

    page.locator(".list-views summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Save this view…").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Save a view")
    expect(page.locator(".chip")).to_contain_text("Completed")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("error-summary, .error-summary").first).to_contain_text("Name")
    page.get_by_label("Name").fill("Selesai")
    page.get_by_label("Open the list with this view").check()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/visits/\?status=COMPLETED&view=\d+$"))
    expect(page.locator("toast-stack")).to_contain_text("Saved: Selesai.")
    expect(page.locator(".list-views summary")).to_contain_text("Selesai")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Visits").click()
    expect(page.get_by_role("link", name="Studi tiru")).to_be_visible()
    expect(page.get_by_role("link", name="Rapat kerja")).to_have_count(0)


def test_one_leaves_the_default_view_and_keeps_a_change(officer, visits, sign_in):
    view = SavedView.objects.create(owner=officer, of="visits", name="Selesai", query="status=COMPLETED")
    DefaultView.objects.create(user=officer, of="visits", view=view)
    page = sign_in("/visits/")
    expect(page.get_by_role("link", name="Rapat kerja")).to_have_count(0)

    page.get_by_role("link", name="Leave the view").click()
    expect(page.get_by_role("link", name="Rapat kerja")).to_be_visible()
    page.go_back()
    page.locator(".filter > summary").click()
    page.locator("#visit-filter").get_by_label("Status", exact=True).select_option("SCHEDULED")
    expect(page.get_by_role("link", name="Rapat kerja")).to_be_visible()
    expect(page.locator(".list-views summary")).to_contain_text("changed")
    page.get_by_role("button", name="Update “Selesai”").click()

    expect(page.locator("toast-stack")).to_contain_text("shows this from now on")
    expect(page.get_by_role("link", name="Rapat kerja")).to_be_visible()
    view.refresh_from_db()
    assert view.query == "status=SCHEDULED"


def test_columns_are_ticked_one_after_the_other_and_stay_with_the_filters(officer, visits, sign_in):
    page = sign_in("/visits/")

    page.locator("summary", has_text="Columns").click()
    page.locator("#list-columns").get_by_label("Guests").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("columnheader", name="Guests")).to_be_visible()
    expect(page.locator("#list-columns").get_by_label("Guests")).to_be_focused()
    page.locator("#list-columns").get_by_label("Direction").uncheck()
    expect(page.get_by_role("columnheader", name="Direction")).to_have_count(0)

    page.locator(".filter > summary").click()
    page.locator("#visit-filter").get_by_label("Status", exact=True).select_option("COMPLETED")
    expect(page.get_by_role("link", name="Rapat kerja")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Guests")).to_be_visible()
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("link", name="As usual").click()
    expect(page.get_by_role("columnheader", name="Direction")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/visits/\?status=COMPLETED(&sort=-date)?$"))


def test_a_visit_is_watched_and_what_others_change_is_told_at_home(officer, visits, sign_in):
    page = sign_in("/visits/")
    page.get_by_role("link", name="Studi tiru").click()

    page.get_by_role("button", name="Watch").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop watching")).to_be_focused()
    watch = Watch.objects.get()
    make_topic(watch.visit)
    page = sign_in("/")

    news = page.get_by_role("region", name="Changed in what I watch")
    expect(news).to_contain_text("1 change")
    news.get_by_role("link", name=re.compile("^Studi tiru")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Studi tiru")
    page = sign_in("/watches/")
    expect(page.get_by_role("heading", name="Nothing new since you last looked")).to_be_visible()
    page.get_by_role("button", name="Stop watching").click()
    expect(page.get_by_role("heading", name="You watch nothing yet")).to_be_visible()
    assert not Watch.objects.exists()


def test_what_was_begun_and_not_saved_is_found_at_home(officer, sign_in):
    page = sign_in("/visits/new/")
    page.get_by_label("Purpose").first.fill("Studi tiru pertanian")
    page = sign_in("/")

    drafts = page.get_by_role("region", name="Begun and not saved")
    expect(drafts.get_by_role("link")).to_have_text("New visit: Studi tiru pertanian")
    drafts.get_by_role("link").click()
    expect(page.locator("[data-offer]")).to_be_visible()
    page = sign_in("/")
    page.get_by_role("button", name=re.compile("Discard")).click()
    expect(page.get_by_role("region", name="Begun and not saved")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("region", name="Begun and not saved")).to_have_count(0)
