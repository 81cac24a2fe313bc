"""The quick log: five questions, then the visit, the next one, or the rest."""

import datetime as dt

import pytest

from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db
QUICK = "/visits/log/"


def filled(client, **typed):
    return sent_by(client.get(QUICK)) | {"partner_text": "35.07", "day": "2025-06-16", "purpose": "Silaturahmi"} | typed


def test_there_are_five_questions(client, officer):
    make.make_kind()
    data = sent_by(client.get(QUICK))

    asked = {name.removesuffix("_text") for name in data} | {"kinds"}
    assert asked - {"submission"} == {"partner", "direction", "day", "as_stated", "kinds", "purpose"}


def test_they_come_to_us(client, batam, malang, officer):
    kind = make.make_kind()

    answer = client.post(QUICK, filled(client, kinds=str(kind.pk)))

    visit = Visit.objects.get()
    assert answer.headers["Location"] == visit.get_absolute_url()
    assert (visit.owner, visit.host_region, visit.created_by) == (batam, batam, officer)
    assert visit.delegations.get().region == malang
    assert (visit.period, visit.status, visit.purpose) == ("16 June 2025", "COMPLETED", "Silaturahmi")
    assert list(visit.kinds.all()) == [kind]


def test_we_go_to_them(client, batam, malang, officer):
    client.post(QUICK, filled(client, direction="out"))

    visit = Visit.objects.get()
    assert (visit.owner, visit.host_region) == (batam, malang)
    assert visit.delegations.get().region == batam


def test_the_partner_may_be_an_organisation(client, batam, malang, officer):
    council = make.make_organisation("DPRD Kabupaten Malang", malang, kind="DPRD")

    client.post(QUICK, filled(client, direction="out", partner_text=council.label))

    visit = Visit.objects.get()
    assert (visit.host_organisation, visit.host_region) == (council, malang)


def test_malang_alone_shows_its_candidates_with_level_and_code(client, malang, officer):
    city = make.make_malangs()[1]
    make.make_organisation("Universitas Negeri Malang", city, kind="UNIVERSITY")

    asked = client.post(QUICK, filled(client, partner_text="malang"))

    text = asked.content.decode()
    assert asked.status_code == 422
    assert len(problems_on(asked)) == 1
    assert "35.07" in text
    assert "35.73" in text
    assert "Universitas Negeri Malang" in text
    client.post(QUICK, sent_by(asked) | {"partner_pick": str(2 * city.pk)})
    assert Visit.objects.get().delegations.get().region == city


def test_a_whole_name_is_taken_though_pemalang_holds_its_letters(client, batam, malang, officer):
    make.make_region("Kabupaten Pemalang", code="33.27")

    answer = client.post(QUICK, filled(client, partner_text="Kabupaten Malang"))

    assert problems_on(answer) == []
    assert Visit.objects.get().delegations.get().region == malang


def test_a_single_partner_that_only_holds_the_words_is_confirmed(client, batam, malang, officer):
    asked = client.post(QUICK, filled(client, partner_text="kabupaten mal"))

    assert problems_on(asked) == [
        "Partner: “kabupaten mal” is part of the name of 1 region or organisation: confirm it below."
    ]
    client.post(QUICK, sent_by(asked) | {"partner_pick": str(2 * malang.pk)})
    assert Visit.objects.get().delegations.get().region == malang


def test_a_name_that_is_both_a_region_and_an_organisation_is_asked_about(client, batam, malang, officer):
    make.make_organisation("Kota Malang", None, kind="OTHER")

    assert client.post(QUICK, filled(client, partner_text="Kota Malang")).status_code == 422


def test_one_side_cannot_visit_itself(client, officer):
    answer = client.post(QUICK, filled(client, partner_text="21.71"))

    assert problems_on(answer) == ["Partner: This is your own region. Choose the other side."]


def test_an_unknown_partner_can_be_added(client, officer):
    assert problems_on(client.post(QUICK, filled(client, partner_text="Xiangyang"))) == [
        "Partner: No region or organisation is called “Xiangyang”. Check the spelling, or add it."
    ]
    page = client.get("/visits/partners/new/?name=Xiangyang").content.decode()
    assert 'href="/regions/new/?name=Xiangyang"' in page
    assert 'href="/regions/organisations/new/?name=Xiangyang"' in page


def test_a_record_that_was_just_added_is_taken_by_its_label(client, batam, officer):
    """The dialog fills in the key of the new record, which is not that of a partner; its words say which one is meant."""
    place = make.make_place("Xiangyang")

    client.post(QUICK, filled(client, partner=str(place.pk), partner_text=place.label))

    assert Visit.objects.get().delegations.get().region == place


def test_nothing_at_all_asks_for_partner_and_date(client, officer):
    answer = client.post(QUICK, {})

    assert answer.status_code == 422
    assert problems_on(answer) == [
        "Partner: This field is required.",
        "Who visits whom: This field is required.",
        "When: Give the date, or below it the words of the source.",
    ]


def test_words_stand_for_a_date_that_is_not_known(client, malang, officer):
    client.post(QUICK, filled(client, day="", as_stated="Kamis minggu lalu"))

    visit = Visit.objects.get()
    assert (visit.precision, visit.weekday, visit.starts_on) == ("WEEKDAY_ONLY", 3, None)
    assert (visit.date_as_stated, visit.status) == ("Kamis minggu lalu", "COMPLETED")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("Kamis lalu", "COMPLETED", "Will be saved with the status “Completed”."),
        ("Kamis depan", "SCHEDULED", "Will be saved with the status “Scheduled”."),
        ("Kamis", "PROPOSED", "The words do not say whether it took place: will be saved with the status “Proposed”."),
    ],
)
def test_words_that_do_not_say_that_it_is_over_are_no_visit_that_took_place(
    client, malang, officer, words, status, said
):
    hint = client.get("/visits/duplicates/", {"partner": "", "day": "", "as_stated": words}).content.decode()
    client.post(QUICK, filled(client, day="", as_stated=words))

    assert said in hint
    assert Visit.objects.get().status == status


def test_a_date_ahead_means_scheduled_and_the_page_says_so_before(client, malang, officer):
    ahead = (officer.today() + dt.timedelta(days=1)).isoformat()

    hint = client.get("/visits/duplicates/", {"partner": "", "day": ahead}).content.decode()
    client.post(QUICK, filled(client, day=ahead))

    assert "Will be saved with the status “Scheduled”." in hint
    assert Visit.objects.get().status == "SCHEDULED"


def test_save_and_add_another_keeps_what_repeats(client, malang, officer):
    kind = make.make_kind()
    answer = client.post(QUICK, filled(client, direction="out", kinds=str(kind.pk), another="1"), follow=True)

    again = sent_by(answer)
    assert (again["direction"], again["day"], again["kinds"]) == (["out"], ["2025-06-16"], [str(kind.pk)])
    assert (again["partner_text"], again["purpose"]) == ([""], [""])
    assert Visit.objects.count() == 1


def test_save_and_fill_in_the_rest_leads_to_the_full_form(client, malang, officer):
    answer = client.post(QUICK, filled(client, more="1"))

    assert answer.headers["Location"] == f"/visits/{Visit.objects.get().pk}/edit/"


@pytest.mark.parametrize(
    "address", ["?day=nonsense", "?kinds=abc&kinds=999999", "?direction=sideways", "?owner=x", "?day=%00"]
)
def test_a_crooked_address_opens_the_form_all_the_same(client, officer, address):
    assert client.get(QUICK + address).status_code == 200


def test_posting_twice_is_posting_once(client, malang, officer):
    data = filled(client)

    first, second = client.post(QUICK, data), client.post(QUICK, data)

    assert first.headers["Location"] == second.headers["Location"]
    assert Visit.objects.count() == 1


def test_what_was_typed_after_saving_is_not_thrown_away(client, malang, officer):
    data = filled(client)
    client.post(QUICK, data)

    answer = client.post(QUICK, data | {"purpose": "lebih lengkap"})

    assert answer.status_code == 409
    assert sent_by(answer)["purpose"] == ["lebih lengkap"]
    assert Visit.objects.count() == 1


def test_who_writes_for_several_regions_chooses_the_own_one(client, batam, malang, officer):
    bintan = make.make_region("Kabupaten Bintan", code="21.01")
    make.make_membership(officer, bintan)
    data = filled(client)
    assert data["owner"] == [str(batam.pk)]

    client.post(QUICK, data | {"owner": str(bintan.pk)})

    assert (Visit.objects.get().owner, Visit.objects.get().host_region) == (bintan, bintan)


def test_a_draft_is_shown_again_without_a_word_about_it(client, officer):
    data = filled(client, partner_text="mala", day="", restore="1")

    answer = client.post(QUICK, data)

    assert (answer.status_code, problems_on(answer)) == (200, [])
    assert sent_by(answer)["partner_text"] == ["mala"]


@pytest.mark.parametrize(
    "typed",
    [{"partner": "9" * 40, "partner_text": ""}, {"partner_text": "\x00"}, {"purpose": "a\x00"}, {"day": "9999-99-99"}, {"as_stated": "x" * 10_000}],
)  # fmt: skip
def test_bad_input_is_told_and_not_saved(client, malang, officer, typed):
    answer = client.post(QUICK, filled(client, **typed))

    assert answer.status_code == 422
    assert problems_on(answer)
    assert Visit.objects.count() == 0
