import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_malangs, make_officer, make_official, make_organisation, make_region, make_visit

pytestmark = pytest.mark.django_db
URL = "/search/"


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def _officer(client, batam):
    client.force_login(make_officer(batam, language="en"))


def found(response):
    return {group.title: [hit.name for hit in group.hits] for group in response.context.get("groups", [])}


@pytest.mark.usefixtures("_officer")
def test_one_question_finds_regions_organisations_officials_and_visits(client, batam):
    regency, city = make_malangs()
    make_organisation("Bappeda Malang", regency)
    make_official("Malangkaya Putra")
    visit = make_visit(batam, regency)
    make_visit(city, False)

    response = client.get(URL, {"q": "malang"})

    assert found(response) == {
        "Regions": ["Malang Regency", "Malang City", "Pemalang Regency"],
        "Organisations": ["Bappeda Malang"],
        "Officials": ["Malangkaya Putra"],
    }
    assert [row["pk"] for row in response.context["visits"]] == [visit.pk]
    assert "35.07" in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_a_code_leads_straight_to_its_region(client):
    regency, _city = make_malangs()

    response = client.get(URL, {"q": " 35.07 "})

    assert response.status_code == 302
    assert response.url == regency.get_absolute_url()


@pytest.mark.usefixtures("_officer")
def test_more_than_a_few_are_one_click_away_and_counted_alike(client, batam):
    for _number in range(8):
        make_visit(batam, False, purpose="cabai merah")

    response = client.get(URL, {"q": "cabai"})

    assert len(response.context["visits"]) == 6
    assert '<a href="/visits/?q=cabai">All 8 visits</a>' in response.content.decode()
    assert int(str(client.get("/visits/?q=cabai").context["total"])) == 8


@pytest.mark.usefixtures("_officer")
def test_a_typing_error_is_answered_with_what_may_be_meant(client):
    make_region("Kabupaten Soppeng", name_en="Soppeng Regency")

    response = client.get(URL, {"q": "sopeng"})

    assert found(response) == {"Regions": ["Soppeng Regency"]}
    assert "Did you mean" in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_nothing_found_says_so(client):
    assert "Nothing was found" in client.get(URL, {"q": "zzzzqqq"}).content.decode()


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_an_empty_question_is_answered_with_a_hint(client, text):
    assert "What are you looking for?" in client.get(URL, {"q": text}).content.decode()


@pytest.mark.usefixtures("_officer")
@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "&",
        "|",
        "!",
        ":",
        "*",
        "<",
        "\\",
        "%",
        "_",
        "(",
        "[",
        "😀",
        "a" * 5000,
        "' OR 1=1",
        "\x00x",
        "a\x00b",
        "- -",
        "<script>alert(1)</script>",
        "35.07'",
        "٣",
        "½",
    ],
)
def test_odd_questions_never_break(client, batam, text):
    make_visit(batam)

    response = client.get(URL, {"q": text})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.usefixtures("_officer")
def test_a_long_question_is_cut_and_says_so(client):
    assert "only its first 200 characters" in client.get(URL, {"q": "batam " * 100}).content.decode()


def test_visits_of_others_are_not_found(client, batam):
    make_visit(batam, purpose="rahasia")
    client.force_login(make_officer(make_region("Kota Medan"), language="en"))

    assert client.get(URL, {"q": "rahasia"}).context["visits"] == []


@pytest.mark.usefixtures("_officer")
def test_the_search_costs_the_same_for_one_hit_and_three(client, batam):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL, {"q": "cabai"})
        return len(queries)

    def add(number):
        make_visit(batam, purpose="cabai")
        make_organisation(f"Dinas Cabai {number}", batam)
        make_official(f"Cabai {number}")

    add(1)
    one = ask()
    add(2)
    add(3)

    assert ask() == one
    assert one <= 16


def test_nobody_is_sent_to_sign_in(client):
    assert client.get(URL, {"q": "x"}).status_code == 302


@pytest.mark.usefixtures("_officer")
def test_nothing_is_posted(client):
    assert client.post(URL).status_code == 405
