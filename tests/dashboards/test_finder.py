"""Partners whose offers meet our wants and whose wants meet our offers, with the reason and the ties."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from dashboards.finder import PER_PAGE, Finder
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def food():
    return make.make_sector("food", "Pangan", "Food")


@pytest.fixture
def ict():
    return make.make_sector("ict", "Kominfo", "ICT")


@pytest.fixture
def batam(food, ict):
    batam = make.make_region()
    make.make_trait(
        batam, "Butuh pasokan cabai dan bawang", "WANT", sector=food, source="Rapat", as_of=dt.date(2025, 8, 21)
    )
    make.make_trait(batam, "Menawarkan aplikasi perizinan", "OFFER", sector=ict)
    return batam


@pytest.fixture
def officer(batam):
    return make.make_officer(batam, language="en")


@pytest.fixture
def read(client, officer):
    client.force_login(officer)
    return lambda query="": client.get(reverse("dashboards:finder") + query)


def matches(region, user, **chosen):
    return Finder(region, user, chosen).page(None).object_list


def names(region, user, **chosen):
    return [match.region.name_id for match in matches(region, user, **chosen)]


def city(name, code, **kw):
    return make.make_region(name, code=code, **kw)


def test_offers_meet_wants_in_the_same_sector(batam, officer, food, ict):
    regency, twin = make.make_malangs()
    make.make_trait(regency, "Panen cabai", "OFFER", sector=food)
    make.make_trait(twin, "Butuh aplikasi", "WANT", sector=ict)
    make.make_trait(city("Kota Jambi", "15.71"), "Butuh cabai", "WANT", sector=food)
    make.make_trait(city("Kota Bandung", "32.73"), "Aplikasi", "OFFER", sector=ict)
    make.make_trait(city("Kota Solo", "33.72"), "Pariwisata", "OFFER", sector=make.make_sector())
    make.make_trait(city("Kota Medan", "12.71"), "Cabai tanpa sektor", "OFFER")

    found = matches(batam, officer)

    assert {(match.region.code, match.is_mutual, match.gives) for match in found} == {
        ("35.07", False, True),
        ("35.73", False, False),
    }


def test_both_ways_stand_before_one_and_words_in_common_before_none(batam, officer, food, ict):
    one_way = city("Kota A", "10.01")
    make.make_trait(one_way, "Peternakan sapi", "OFFER", sector=food)
    fitting = city("Kota B", "10.02")
    make.make_trait(fitting, "Cabai dan bawang merah", "OFFER", sector=food)
    mutual = city("Kota C", "10.03")
    make.make_trait(mutual, "Beras", "OFFER", sector=food)
    make.make_trait(mutual, "Perlu server", "WANT", sector=ict)

    assert names(batam, officer) == ["Kota C", "Kota B", "Kota A"]
    assert matches(batam, officer)[0].is_mutual


def test_small_words_are_nothing_in_common(batam, officer, food):
    small = city("Kota A", "10.01")
    make.make_trait(small, "Sapi dan kambing dan domba", "OFFER", sector=food)
    fitting = city("Kota B", "10.02")
    make.make_trait(fitting, "Bawang", "OFFER", sector=food)

    assert names(batam, officer) == ["Kota B", "Kota A"]


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.usefixtures("in_english")
def test_the_reason_is_spelled_out(batam, read, food):
    regency, _ = make.make_malangs()
    make.make_trait(regency, "Sentra cabai", "OFFER", sector=food, source="Infomalang", as_of=dt.date(2025, 6, 16))

    page = read().content.decode()

    assert f"{regency.name} offers: Sentra cabai" in page
    assert "(Infomalang, 16 June 2025)" in page
    assert f"{batam.name} wants: Butuh pasokan cabai dan bawang" in page
    assert "(Rapat, 21 August 2025)" in page
    assert "35.07" in page


def test_ties_are_counted_as_their_lists_count(batam, officer, read, client, food):
    regency, twin = make.make_malangs()
    for region in (regency, twin):
        make.make_trait(region, "Cabai", "OFFER", sector=food)
    make.make_visit(batam, regency, owner=batam)
    make.make_visit(regency, batam, owner=batam)
    make.make_visit(batam, regency, owner=batam, standing="CLAIMED")
    make.make_visit(regency, twin)  # without us
    make.make_agreement(batam, regency)

    found = {match.region: match for match in matches(batam, officer)}

    assert (found[regency].visits, found[regency].agreements) == (2, 1)
    assert (found[twin].visits, found[twin].agreements) == (0, 0)
    client.force_login(officer)
    assert client.get(found[regency].visits_url).context["page"].paginator.count == 2
    assert client.get(found[regency].agreements_url).context["page"].paginator.count == 1


def test_ties_that_the_reader_may_not_see_are_not_counted(batam, food):
    regency, _ = make.make_malangs()
    make.make_trait(regency, "Cabai", "OFFER", sector=food)
    make.make_visit(batam, regency, owner=batam)
    make.make_agreement(batam, regency)
    stranger = make.make_officer(city("Kota Jambi", "15.71"))

    (match,) = matches(batam, stranger)

    assert (match.visits, match.agreements) == (0, 0)


def test_it_is_narrowed_by_sector_country_and_level(batam, officer, read, food, ict):
    china = make.make_country()
    xiangyang = make.make_place("Xiangyang", china)
    regency, _ = make.make_malangs()
    make.make_trait(xiangyang, "Cabai", "OFFER", sector=food)
    make.make_trait(regency, "Butuh aplikasi", "WANT", sector=ict)

    assert names(batam, officer, country=china) == ["Xiangyang"]
    assert names(batam, officer, level="REGENCY") == ["Kabupaten Malang"]
    assert names(batam, officer, sector=str(ict.pk)) == ["Kabupaten Malang"]
    shown = read(f"?country={china.pk}&sector={food.pk}&level=FOREIGN_CITY").context["page"].object_list
    assert [match.region for match in shown] == [xiangyang]
    assert read("?sector=nonsense").status_code == 422
    assert read("?page=x&region=99999999999999999999999").status_code in (200, 422)


def test_regions_that_are_gone_are_no_partners(batam, officer, food):
    gone = city("Kota Lama", "10.09", valid_to=dt.date(2020, 1, 1))
    make.make_trait(gone, "Cabai", "OFFER", sector=food)

    assert names(batam, officer) == []


def test_it_says_what_is_not_noted_and_leads_there(client):
    region = make.make_region("Kota Kosong", code="10.07")
    client.force_login(make.make_officer(region, language="en"))

    page = client.get(reverse("dashboards:finder"))

    assert "has noted neither what it offers nor what it wants" in page.content.decode()
    add = reverse("regions:trait-new", args=[region.pk])
    assert f"{add}?kind=OFFER" in page.content.decode()
    assert client.get(f"{add}?kind=OFFER").status_code == 200
    make.make_trait(region, "Cabai", "OFFER", sector=make.make_sector())
    assert "has not noted what it wants" in client.get(reverse("dashboards:finder")).content.decode()


def test_another_region_can_be_asked_for(read, batam, food):
    regency, _ = make.make_malangs()
    make.make_trait(regency, "Cabai", "OFFER", sector=food)

    page = read(f"?region={regency.pk}")

    assert [match.region for match in page.context["page"].object_list] == [batam]
    assert page.context["finder"].region == regency


def test_whoever_has_no_region_chooses_one(client, batam):
    client.force_login(make.make_superuser(language="en"))

    assert (
        "Choose the region for which partners are wanted." in client.get(reverse("dashboards:finder")).content.decode()
    )


@pytest.mark.parametrize("many", [1, 40])
def test_it_costs_the_same_however_many_fit(batam, read, food, django_assert_max_num_queries, many):
    for n in range(many):
        region = city(f"Kota {n:02}", f"10.{n:02}")
        make.make_trait(region, f"Cabai {n}", "OFFER", sector=food)
        make.make_visit(batam, region, owner=batam)
    read()

    with django_assert_max_num_queries(15):
        page = read().context["page"]

    assert len(page.object_list) == min(many, PER_PAGE)
    assert page.paginator.count == many


def test_it_is_read_signed_in_and_with_get_only(client, officer):
    url = reverse("dashboards:finder")

    assert client.get(url).status_code == 302
    client.force_login(officer)
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("nonsense", ["\x00", "'\"><script>alert(1)</script>", "-1", "9" * 30, "😀", "a&b|c!:*(\\%"])
def test_nonsense_in_the_address_breaks_nothing(batam, read, client, nonsense):
    keys = ["region", "region_text", "sector", "country", "country_text", "level", "page"]
    read()
    for key in keys:
        answer = client.get(reverse("dashboards:finder"), {key: nonsense})
        assert answer.status_code < 500, key
        assert "<script>alert(1)" not in answer.content.decode()
    regency, _ = make.make_malangs()
    for key in ("what", "page"):
        tie = reverse("dashboards:relation", args=[batam.pk, regency.pk])
        assert client.get(tie, {key: nonsense}).status_code == 200
