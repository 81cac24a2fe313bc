"""A follow-up in a real browser: its deeds in the dialog, the conversation in place, and the form without losing a word."""

import re

import pytest
from django.conf import settings

from followups import doing
from followups.models import Milestone
from tests.factories import make_milestone, make_officer, make_region, make_visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def milestone(batam):
    malang = make_region("Kabupaten Malang", code="35.07")
    return make_milestone("Kirim draf MoU", batam, malang, visit=make_visit(batam, malang))


@pytest.fixture
def opened(milestone, client, page, live_server):
    """The page of the follow-up, as an officer who keeps it."""
    client.force_login(make_officer(milestone.owner, language="en"))
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(live_server.url + milestone.get_absolute_url())
    return page


def test_the_own_part_is_confirmed_in_the_dialog(opened, milestone):
    opened.get_by_role("link", name="Confirm our part").click()
    opened.locator("dialog #deed-form").wait_for()
    assert "Then Kabupaten Malang has still to confirm." in opened.locator("dialog[open]").inner_text()
    opened.locator("dialog .button-big").click()

    opened.locator(".part", has_text="Kota Batam").locator(".badge[data-tone=good]").wait_for()
    milestone.refresh_from_db()
    assert milestone.status == "OPEN"


def test_a_deed_is_refused_in_the_dialog_until_it_has_its_reason(opened, milestone):
    opened.locator(".moves > summary").click()
    opened.get_by_role("link", name="Cancel this follow-up").click()
    opened.locator("dialog #deed-form").wait_for()
    opened.locator("dialog button[type=submit]").click()
    opened.locator("dialog error-summary", has_text="Give the reason").wait_for()
    opened.fill("dialog [name=words]", "Sudah tidak perlu")
    opened.locator("dialog button[type=submit]").click()

    opened.locator(".page-head, header", has_text="Cancelled").first.wait_for()
    milestone.refresh_from_db()
    assert (milestone.status, milestone.log.get().text) == ("CANCELLED", "Sudah tidak perlu")


def test_who_comes_second_is_told_in_the_dialog(opened, milestone):
    opened.locator(".moves > summary").click()
    opened.get_by_role("link", name="Mark as blocked").click()
    opened.locator("dialog #deed-form").wait_for()
    doing.begin(Milestone.objects.get(), by=make_officer(milestone.owner, name="Dewi"), version=None)
    opened.fill("dialog [name=words]", "Menunggu anggaran")
    opened.locator("dialog button[type=submit]").click()

    opened.locator("dialog .banner", has_text="Dewi").wait_for()
    assert opened.input_value("dialog [name=words]") == "Menunggu anggaran"


def test_a_comment_joins_the_conversation_without_leaving_the_page(opened, milestone):
    opened.evaluate("window.same = true")
    opened.fill("#log textarea", "Sudah sampai mana?")
    opened.locator("#log form button").click()

    opened.locator("#log .comment-text", has_text="Sudah sampai mana?").wait_for()
    assert opened.evaluate("window.same") is True
    assert opened.input_value("#log textarea") == ""


def test_a_new_one_of_a_visit_is_given_to_a_colleague_found_by_typing(opened, milestone, live_server):
    make_officer(milestone.owner, name="Rani Oktaviani")
    opened.goto(live_server.url + milestone.visit.get_absolute_url())
    opened.get_by_role("link", name="Add a follow-up").click()
    opened.fill("[name=title]", "Kirim notulen")
    opened.get_by_text("Month", exact=True).click()
    opened.fill("[name=due_month]", "2099-11")
    opened.get_by_role("button", name="Add a person").click()
    box = opened.locator("[name=people-0-user_text]")
    box.wait_for()
    box.press_sequentially("Rani")
    opened.get_by_role("option", name=re.compile("Rani Oktaviani")).click()
    opened.get_by_role("button", name="Save", exact=True).last.click()

    opened.wait_for_url(re.compile(r"/follow-ups/\d+/$"))
    made = Milestone.objects.latest("pk")
    assert (made.title, str(made.due_on), made.visit) == ("Kirim notulen", "2099-11-30", milestone.visit)
    assert [str(person) for person in made.assignees.all()] == ["Rani Oktaviani"]
