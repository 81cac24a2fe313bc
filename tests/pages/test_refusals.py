"""Who is refused reads why, and who may; who is stopped reads what to do meanwhile."""

import pytest
from django.test import Client

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return make.make_viewer(make.make_region("Kota Batam", code="21.71"), language="en")


@pytest.fixture
def inside(client, viewer):
    client.cookies["django_language"] = "en"
    client.force_login(viewer)
    return client


def told(answer):
    return answer.content.decode()


def test_a_refusal_says_why_in_the_words_of_what_refused(inside):
    answer = inside.get("/traces/")

    assert answer.status_code == 403
    assert "What others did is seen by managers and administrators of their region." in told(answer)
    assert "An officer or a manager of your region can do it." not in told(answer)


def test_a_refusal_without_words_of_its_own_says_who_may(inside):
    answer = inside.get("/visits/log/")

    assert answer.status_code == 403
    assert "Your role does not include this. An officer or a manager of your region can do it." in told(answer)


def test_who_may_not_change_what_another_region_keeps_reads_which_one(client):
    batam, malang = make.make_region("Kota Batam", code="21.71"), make.make_region("Kota Malang", code="35.73")
    make.make_officer(batam)
    visit = make.make_visit(batam, malang)
    official = make.make_position(make.make_official("Amin"), make.make_organisation("Bappeda", batam)).official
    client.force_login(make.make_officer(malang, language="en"))

    pages = (batam.get_absolute_url(), official.get_absolute_url(), visit.get_absolute_url())
    answers = [client.get(f"{page}edit/") for page in pages]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    for answer in answers:
        assert "This is kept by Kota Batam. An officer or a manager of that region can do it." in told(answer)


def test_an_agency_user_reads_that_their_role_does_not_include_it(client):
    client.force_login(make.make_unit_user(language="en"))

    answer = client.get("/visits/log/")

    assert answer.status_code == 403
    assert "Your role does not include this." in told(answer)


def test_who_gave_wrong_passwords_is_told_how_to_get_in_all_the_same(client, viewer):
    client.cookies["django_language"] = "en"
    for _try in range(6):
        answer = client.post("/accounts/login/", {"login": viewer.email, "password": "salah sekali 1"})

    assert answer.status_code == 429
    assert "Too many attempts to sign in" in told(answer)
    assert 'href="/accounts/password/reset/"' in told(answer)


def test_who_asked_for_too_many_letters_is_not_sent_there_again():
    client = Client()
    client.cookies["django_language"] = "en"
    for _try in range(21):
        answer = client.post("/accounts/password/reset/", {"email": "siapa@batam.go.id"})

    assert answer.status_code == 429
    assert 'href="/accounts/password/reset/"' not in told(answer)
    assert 'href="/accounts/login/"' in told(answer)


@pytest.mark.parametrize(
    ("verb", "place", "allowed"), [("get", "/me/sessions/1/end/", "POST"), ("post", "/", "GET, HEAD")]
)
def test_who_comes_by_a_method_that_is_not_taken_reads_a_page(inside, verb, place, allowed):
    answer = getattr(inside, verb)(place, headers={"accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert told(answer).count("<h1") == 1
    assert "This address belongs to a button of another page" in told(answer)


def test_who_is_not_signed_in_reads_it_too():
    answer = Client().get("/me/sessions/1/end/")

    assert answer.status_code == 405
    assert 'href="/accounts/login/"' in told(answer)


@pytest.mark.parametrize(
    ("verb", "place", "headers"),
    [
        ("post", "/", {"HX-Request": "true"}),  # htmx would put a page into a page
        ("post", "/visits/", {"accept": "application/json"}),
        ("post", "/healthz", {}),
        ("post", "/health/notices", {}),
        ("post", "/health/history", {}),
        ("post", "/robots.txt", {}),
    ],
)
def test_what_asks_for_no_page_gets_none(inside, verb, place, headers):
    answer = getattr(inside, verb)(place, headers=headers)

    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("debug", [True, False])
def test_what_is_not_found_is_told_by_our_own_page_in_the_demo_too(inside, settings, debug):
    settings.DEBUG = debug

    found = inside.get("/visits/999999/")

    assert found.status_code == 404
    assert "404.html" in [template.name for template in found.templates]
    assert "Raised by" not in found.content.decode()
