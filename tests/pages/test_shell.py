"""The frame of every page: ways, theme, language."""

import pytest

from tests.factories import make_member, make_region, make_user

pytestmark = pytest.mark.django_db


def current(answer):
    return [(way.label, way.here) for way in answer.context["shell"].ways if way.here]


def test_the_way_to_the_page_is_marked(client):
    client.force_login(make_user(language="en"))

    assert current(client.get("/regions/")) == [("Regions", "page")]
    assert current(client.get("/")) == [("Home", "page")]


def test_a_page_below_marks_the_way_above_it(client):
    client.force_login(make_user(language="en"))
    region = make_region()

    assert current(client.get(region.get_absolute_url())) == [("Regions", "true")]


def test_only_the_system_administrator_sees_the_way_to_the_administration(client):
    client.force_login(make_user(is_staff=True))
    assert b"/admin/" not in client.get("/").content

    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert b"/admin/" in client.get("/").content


def test_only_who_may_log_visits_is_offered_to(client):
    reader = make_member(role="VIEWER")
    officer = make_member(role="OFFICER")

    client.force_login(reader)
    assert client.get("/").context["shell"].log_visit == ""
    client.force_login(officer)
    assert client.get("/").context["shell"].log_visit == "/visits/log/"


def test_an_unknown_address_is_a_page_of_ours(client):
    client.force_login(make_user())

    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert answer.content.count(b"<h1>") == 1


@pytest.mark.parametrize(("chosen", "drawn"), [("dark", b'data-theme="dark"'), ("light", b'data-theme="light"')])
def test_the_theme_is_remembered_in_a_cookie_and_drawn_by_the_server(client, chosen, drawn):
    answer = client.post("/theme/", {"theme": chosen, "next": "/accounts/login/"}, follow=True)

    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert drawn in answer.content


def test_the_theme_of_the_device_is_no_cookie(client):
    client.cookies["theme"] = "dark"

    client.post("/theme/", {"theme": ""})

    assert client.cookies["theme"].value == ""
    assert b"data-theme" not in client.get("/accounts/login/").content


def test_a_theme_that_does_not_exist_is_not_drawn(client):
    client.cookies["theme"] = '"><script>'

    assert b"data-theme" not in client.get("/accounts/login/").content


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_theme_switch_leads_nowhere_else(client, goal):
    assert client.post("/theme/", {"theme": "dark", "next": goal})["Location"] == "/"


def test_the_theme_is_not_changed_by_reading(client):
    assert client.get("/theme/").status_code == 405


def test_the_language_switch_changes_the_page(client):
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert b'<html lang="en"' in client.get("/accounts/login/").content

    client.post("/language/", {"language": "id", "next": "/accounts/login/"})
    assert b'<html lang="id"' in client.get("/accounts/login/").content
