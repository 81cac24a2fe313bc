"""The lists that open while somebody types."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from tests.factories import (
    make_country,
    make_malangs,
    make_member,
    make_officer,
    make_official,
    make_organisation,
    make_place,
    make_position,
    make_province,
    make_region,
    make_venue,
    make_viewer,
)

pytestmark = pytest.mark.django_db

NAMES = ["lookup", "organisation-lookup", "official-lookup", "venue-lookup"]


def ask(client, name="lookup", **params):
    return client.get(reverse(f"regions:{name}"), params)


@pytest.fixture
def officer(client):
    client.cookies["django_language"] = "en"
    user = make_officer()
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", NAMES)
def test_it_answers(client, officer, name):
    assert ask(client, name, q="batam").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_strangers_are_sent_to_the_sign_in(client, name):
    response = ask(client, name, q="malang")

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_can_be_posted(client, officer, name):
    assert client.post(reverse(f"regions:{name}")).status_code == 405


def test_malang_offers_both_with_level_and_code(client, officer):
    regency, city = make_malangs()

    options = ask(client, q="malang").context["options"]

    assert [(o.value, o.level, o.code) for o in options[:2]] == [
        (regency.pk, "Regency", "35.07"),
        (city.pk, "City", "35.73"),
    ]


def test_a_region_that_only_contains_the_words_comes_last(client, officer):
    make_malangs()

    assert [o.name for o in ask(client, q="malang").context["options"]] == [
        "Malang Regency", "Malang City", "Pemalang Regency"
    ]  # fmt: skip


def test_a_name_that_begins_with_the_words_comes_before_one_that_holds_them(client, officer):
    client.cookies["django_language"] = "id"
    make_country("HK", "Hong Kong DAK Tiongkok", "Hong Kong SAR China")
    make_country("CN", "Tiongkok", "China")

    assert [o.code for o in ask(client, q="tiong").context["options"]] == ["CN", "HK"]


def test_a_code_jumps_to_its_region(client, officer):
    regency, _city = make_malangs()

    response = ask(client, q="35.07")

    assert [o.value for o in response.context["options"]] == [regency.pk]
    assert response.context["exact"] == regency.pk
    assert "data-exact" in response.content.decode()


def test_words_that_fit_several_mark_none(client, officer):
    make_malangs()

    response = ask(client, q="malang")

    assert response.context["exact"] is None
    assert "data-exact" not in response.content.decode()


@pytest.mark.parametrize(("words", "found"), [("sopeng", "Kabupaten Soppeng"), ("soppng", "Kabupaten Soppeng")])
def test_typing_errors_are_forgiven(client, officer, words, found):
    make_region("Kabupaten Soppeng", code="73.12")

    response = ask(client, q=words)

    assert response.context["guessed"]
    assert [o.name for o in response.context["options"]] == [found]


def test_a_word_that_fits_as_a_whole_stands_before_one_that_fits_in_part(client, officer):
    make_country("ML", "Mali", "Mali")
    regency, city = make_malangs()

    response = ask(client, q="malng")

    assert [o.value for o in response.context["options"]][:2] == [regency.pk, city.pk]


@pytest.mark.parametrize("words", ["malang jawa timur", "jatim malang", "Kab. Malang", "east java malang"])
def test_the_province_and_short_forms_may_be_typed(client, officer, words):
    regency, _city = make_malangs()

    assert regency.pk in [o.value for o in ask(client, q=words).context["options"]]


def test_a_place_abroad_shows_its_province_and_country(client, officer):
    hubei = make_place("Hubei", level="FOREIGN_PROVINCE")
    make_place("Xiangyang", parent=hubei)

    option = ask(client, q="xiangyang").context["options"][0]

    assert (option.label, option.context) == ("Xiangyang — Foreign city, Hubei, China", "Hubei, China")


def test_the_number_of_results_is_read_out(client, officer):
    make_malangs()

    assert "3 results" in ask(client, q="malang").content.decode()
    assert "Nothing fits “zzz”." in ask(client, q="zzz").content.decode()


def test_at_most_twenty_are_shown(client, officer):
    for number in range(25):
        make_region(f"Kota {number}")

    response = ask(client, q="kota")

    assert len(response.context["options"]) == 20
    assert "More than 20 results; type more letters." in response.content.decode()


def test_before_typing_the_own_regions_come_first(client):
    make_region("Kota Ambon")
    batam = make_region("Kota Batam")
    client.force_login(make_officer(batam))

    assert ask(client, q="").context["options"][0].value == batam.pk


def test_officers_may_add_what_is_not_there_and_readers_may_not(client, officer):
    html = ask(client, q="Xiangyang & <b>").content.decode()
    assert escape("Add “Xiangyang & <b>” as a new place abroad…") in html
    assert "?name=Xiangyang+%26+%3Cb%3E" in html

    client.force_login(make_viewer())
    assert "data-create" not in ask(client, q="Xiangyang").content.decode()


def test_what_was_typed_is_escaped(client, officer):
    assert "<script>" not in ask(client, q="<script>alert(1)</script>").content.decode()


@pytest.mark.parametrize("words", ["\x00", "%", "_", "\\", "'", "(", "a" * 5000, "😀", "[", "*"])
def test_odd_characters_are_no_error(client, officer, words):
    assert [ask(client, name, q=words).status_code for name in NAMES] == [200] * 4


def test_params_narrow_the_list(client, officer):
    make_malangs()

    assert [o.level for o in ask(client, q="jawa", level="PROVINCE").context["options"]] == ["Province", "Province"]


def test_organisations_are_found_by_name_short_name_and_region(client, officer):
    malang, _city = make_malangs()
    bappeda = make_organisation("Badan Perencanaan Pembangunan Daerah", malang, short_name="Bappeda")
    make_organisation("Dinas Pariwisata", malang)

    answers = [
        ask(client, "organisation-lookup", q=words).context["options"] for words in ("bappeda", "perencanaan 35.07")
    ]

    assert [[o.value for o in options] for options in answers] == [[bappeda.pk], [bappeda.pk]]
    assert answers[0][0].context == "Malang Regency"


def test_officials_show_all_their_present_positions(client, officer):
    amsakar = make_official("Amsakar Achmad")
    make_position(amsakar, title="Wali Kota Batam")
    make_position(amsakar, title="Kepala BP Batam")

    assert [o.level for o in ask(client, "official-lookup", q="amsakar").context["options"]] == [
        "Wali Kota Batam, Kepala BP Batam"
    ]


def test_venues_are_found_by_the_venue_in_which_they_lie(client, officer):
    hall = make_venue("Kantor Wali Kota Batam")
    make_venue("Aula Engku Hamidah", parent=hall)

    assert len(ask(client, "venue-lookup", q="aula wali kota").context["options"]) == 1


@pytest.mark.parametrize(("name", "queries"), list(zip(NAMES, [4, 4, 5, 4], strict=True)))
def test_three_results_cost_as_many_queries_as_one(client, django_assert_num_queries, name, queries):
    """The session, the user, the memberships, the records (officials: with positions)."""
    client.force_login(make_member(role="VIEWER"))
    client.cookies["django_language"] = "id"
    for number in range(3):
        place = make_region(f"Kota Uji {number}", parent=make_province())
        make_venue(f"Uji {number}", place)
        make_position(make_official(f"Uji {number}"), make_organisation(f"Uji {number}", place))
        if number != 1:
            with django_assert_num_queries(queries):
                assert len(ask(client, name, q="uji").context["options"]) == number + 1
