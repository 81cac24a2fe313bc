"""A saved view that is shared with a region: what its makers and managers do to each other's."""

import re

import pytest
from django.test import Client

from dashboards.models import SavedView
from tests.factories import make_manager, make_officer, make_region, make_saved_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def colleague(batam):
    """A manager of the region, in a browser of their own."""
    browser = Client()
    browser.force_login(make_manager(batam, language="en"))
    return browser


@pytest.fixture
def view(officer, batam):
    return make_saved_view(officer, "visits", "sort=date", name="Bersama", region=batam)


def update(view, client, status, version):
    return client.post(f"/views/{view.pk}/update/", {"query": f"status={status}", "version": version}, follow=True)


def test_what_a_colleague_has_just_put_into_it_is_not_overwritten_unread(client, colleague, view):
    update(view, colleague, "COMPLETED", view.version)

    late = update(view, client, "CANCELLED", view.version)

    assert SavedView.objects.get().query == "status=COMPLETED"
    assert late.redirect_chain == [(f"/visits/?status=CANCELLED&view={view.pk}", 302)]
    assert [str(message) for message in late.context["messages"]] == [
        "Somebody has saved “Bersama” in the meantime: look at what it shows, then update it again."
    ]
    (version,) = re.findall(r'name="version" value="(\d+)"', late.content.decode())
    update(view, client, "CANCELLED", version)
    assert SavedView.objects.get().query == "status=CANCELLED"


def test_updated_by_a_double_click_it_is_told_as_done(client, view):
    answers = [update(view, client, "COMPLETED", view.version) for _ in range(2)]

    assert [str(message) for answer in answers for message in answer.context["messages"]] == [
        "The view “Bersama” shows this from now on."
    ] * 2


@pytest.mark.parametrize("version", ["", "x", "9" * 40])
def test_without_the_version_that_was_read_it_is_not_updated(client, view, version):
    update(view, client, "CANCELLED", version)

    assert SavedView.objects.get().query == "sort=date"


def test_who_deletes_it_is_told_how_many_feeds_of_others_stop(client, colleague, view):
    assert colleague.post("/calendar/feeds/", {"of": "view", "view": view.pk}).status_code == 302

    page = client.get(f"/views/{view.pk}/delete/").content.decode()

    assert "1 calendar feed of it stops." in page
