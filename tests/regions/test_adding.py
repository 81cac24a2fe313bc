"""Adding places abroad, organisations, officials and venues: on a page, and in the dialog over another form."""

import json

import pytest
from django.urls import reverse

from regions.models import Official, Organisation, Region, Venue
from tests.factories import (
    make_country,
    make_malangs,
    make_officer,
    make_official,
    make_organisation,
    make_place,
    make_region,
    make_venue,
    make_viewer,
)
from tests.sides.pages import forms_on

pytestmark = pytest.mark.django_db

NEW = ["regions:new", "regions:organisation-new", "regions:official-new", "regions:venue-new"]
DIALOG = {"HX-Request": "true", "HX-Target": "dialog-body"}


@pytest.fixture
def officer(client):
    client.cookies["django_language"] = "en"
    user = make_officer()
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", NEW)
def test_officers_get_a_page_with_one_heading(client, officer, name):
    response = client.get(reverse(name), {"name": "Xiangyang"})

    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
    assert 'value="Xiangyang"' in response.content.decode()


@pytest.mark.parametrize("name", NEW)
def test_in_the_dialog_only_the_form_is_sent(client, officer, name):
    html = client.get(reverse(name), headers=DIALOG).content.decode()

    assert "<html" not in html
    assert html.startswith('<h2 class="dialog-title">')
    assert 'hx-target="#dialog-body"' in html


@pytest.mark.parametrize("name", NEW)
def test_readers_may_not_and_strangers_sign_in_first(client, name):
    url = reverse(name)

    assert client.get(url).status_code == 302
    client.force_login(make_viewer())
    assert [client.get(url).status_code, client.post(url, {}).status_code, client.put(url).status_code] == [
        403,
        403,
        405,
    ]


def done(response):
    assert response.status_code == 204, response.content.decode()
    return json.loads(response["HX-Trigger"])["dialog-done"]


# Places abroad


def test_a_city_is_added_with_its_province_and_the_zone_of_its_country(client, officer):
    china = make_country()
    data = {"name_id": "Xiangyang", "level": "FOREIGN_CITY", "country": china.pk, "province": "Hubei"}

    answer = done(client.post(reverse("regions:new"), data, headers=DIALOG))

    city = Region.objects.get(name_id="Xiangyang")
    assert answer == {"id": city.pk, "label": "Xiangyang — Foreign city, Hubei, China"}
    assert (city.code, city.time_zone, city.parent.name_id, city.parent.level) == (
        None, "Asia/Shanghai", "Hubei", "FOREIGN_PROVINCE"
    )  # fmt: skip
    assert city.parent.parent == china


def test_a_known_province_is_used_and_not_doubled(client, officer):
    hubei = make_place("Hubei", level="FOREIGN_PROVINCE")
    data = {"name_id": "Wuhan", "level": "FOREIGN_CITY", "country": make_country().pk, "province": "hubei"}

    done(client.post(reverse("regions:new"), data, headers=DIALOG))

    assert Region.objects.get(name_id="Wuhan").parent == hubei
    assert Region.objects.filter(level="FOREIGN_PROVINCE").count() == 1


def test_without_javascript_the_page_of_the_place_follows(client, officer):
    data = {"name_id": "Johor Bahru", "level": "FOREIGN_CITY", "country": make_country("MY", "Malaysia").pk}

    response = client.post(reverse("regions:new"), data)

    assert response.status_code == 302
    assert response.url == Region.objects.get(name_id="Johor Bahru").get_absolute_url()


def test_nearly_the_same_place_is_offered_first(client, officer):
    known = make_place("Xiangyang", parent=make_place("Hubei", level="FOREIGN_PROVINCE"))
    data = {"name_id": "Xiang Yang", "level": "FOREIGN_CITY", "country": make_country().pk}

    hint = client.post(reverse("regions:new"), data, headers=DIALOG)
    anyway = client.post(reverse("regions:new"), data | {"anyway": "1"}, headers=DIALOG)

    assert hint.status_code == 422
    assert [o.value for o in hint.context["form"].alike] == [known.pk]
    assert f'name="use" value="{known.pk}"' in hint.content.decode()
    assert done(anyway)["label"] == "Xiang Yang — Foreign city, China"


def test_using_the_one_that_exists_adds_nothing(client, officer):
    known = make_place("Xiangyang")

    answer = done(client.post(reverse("regions:new"), {"name_id": "Xiangyang", "use": known.pk}, headers=DIALOG))

    assert answer["id"] == known.pk
    assert Region.objects.filter(level="FOREIGN_CITY").count() == 1


def test_the_very_same_place_is_never_added_twice(client, officer):
    known = make_place("Xiangyang")
    data = {"name_id": "xiangyang", "level": "FOREIGN_CITY", "country": make_country().pk, "anyway": "1"}

    response = client.post(reverse("regions:new"), data, headers=DIALOG)

    assert response.status_code == 422
    assert [o.value for o in response.context["form"].alike] == [known.pk]
    assert 'name="anyway"' not in response.content.decode()
    assert Region.objects.filter(level="FOREIGN_CITY").count() == 1


def test_regions_of_indonesia_are_not_added(client, officer):
    indonesia = make_country("ID", "Indonesia", "Indonesia")

    response = client.post(
        reverse("regions:new"), {"name_id": "Kota X", "level": "FOREIGN_CITY", "country": indonesia.pk}
    )

    assert response.status_code == 422
    assert "country" in response.context["form"].errors


def test_an_unclear_country_is_asked_about_and_everything_typed_stays(client, officer):
    make_country("KR", "Korea Selatan", "South Korea")
    make_country("KP", "Korea Utara", "North Korea")
    data = {"name_id": "Suwon", "level": "FOREIGN_CITY", "country": "", "country_text": "korea", "latitude": "37.26"}

    response = client.post(reverse("regions:new"), data)

    html = response.content.decode()
    assert response.status_code == 422
    assert html.count('name="country_pick"') == 2
    assert 'value="Suwon"' in html
    assert 'value="korea"' in html
    assert 'value="37.26"' in html


@pytest.mark.parametrize("name", ["", "x" * 300, "\x00"])
def test_a_place_without_a_proper_name_is_refused(client, officer, name):
    data = {"name_id": name, "level": "FOREIGN_CITY", "country": make_country().pk}

    assert client.post(reverse("regions:new"), data).status_code == 422


# Organisations


def test_an_organisation_is_added_with_its_region_and_parent(client, officer):
    malang, _city = make_malangs()
    setda = make_organisation("Sekretariat Daerah", malang, kind="SETDA")
    data = {"name_id": "Bagian Kerja Sama", "kind": "SETDA_UNIT", "region": malang.pk, "parent": setda.pk}

    answer = done(client.post(reverse("regions:organisation-new"), data, headers=DIALOG))

    bagian = Organisation.objects.get(name_id="Bagian Kerja Sama")
    assert (bagian.region, bagian.parent) == (malang, setda)
    assert answer == {"id": bagian.pk, "label": "Bagian Kerja Sama — Secretariat division, Malang Regency"}


def test_the_region_of_the_page_is_filled_in(client, officer):
    malang, _city = make_malangs()

    html = client.get(reverse("regions:organisation-new"), {"region": malang.pk}).content.decode()

    assert f'name="region" value="{malang.pk}"' in html
    assert "Malang Regency — Regency, 35.07, East Java" in html


def test_the_same_organisation_of_another_region_is_not_in_the_way(client, officer):
    regency, city = make_malangs()
    make_organisation("Dinas Pariwisata", regency)
    data = {"name_id": "Dinas Pariwisata", "kind": "OPD", "region": city.pk}

    done(client.post(reverse("regions:organisation-new"), data, headers=DIALOG))

    assert Organisation.objects.filter(name_id="Dinas Pariwisata").count() == 2


def test_the_very_same_organisation_is_refused_with_the_way_out(client, officer):
    malang, _city = make_malangs()
    make_organisation("Dinas Pariwisata", malang)
    data = {"name_id": "dinas pariwisata", "kind": "OPD", "region": malang.pk, "anyway": "1"}

    response = client.post(reverse("regions:organisation-new"), data)

    assert response.status_code == 422
    assert "This organisation exists already." in response.content.decode()


def test_a_consulate_belongs_to_one_place_and_sits_in_another(client, officer):
    china, medan = make_country(), make_region("Kota Medan")
    data = {"name_id": "Konsulat Jenderal RRT di Medan", "kind": "CONSULATE", "region": china.pk, "seat": medan.pk}

    done(client.post(reverse("regions:organisation-new"), data, headers=DIALOG))

    consulate = Organisation.objects.get(kind="CONSULATE")
    assert (consulate.region, consulate.seat) == (china, medan)


# Officials


def test_an_official_is_added_with_an_acting_position(client, officer):
    pemkab = make_organisation("Pemerintah Kabupaten Malang", make_malangs()[0], kind="PEMDA_KAB")
    data = {
        "name": "Didik Gatot", "title_before": "Drs.", "title_after": "M.Si.", "position_title": "Bupati Malang",
        "organisation": pemkab.pk, "manner": "PJ",
    }  # fmt: skip

    answer = done(client.post(reverse("regions:official-new"), data, headers=DIALOG))

    position = Official.objects.get().positions.get()
    assert answer["label"] == "Drs. Didik Gatot, M.Si. — Pj. Bupati Malang"
    assert (position.manner, position.title_code, position.organisation) == ("PJ", "REGENT", pemkab)


@pytest.mark.parametrize(
    ("data", "field"), [({"position_title": "Bupati"}, "organisation"), ({"organisation": True}, "position_title")]
)
def test_a_position_needs_its_title_and_its_organisation(client, officer, data, field):
    if "organisation" in data:
        data = {"organisation": make_organisation().pk}

    response = client.post(reverse("regions:official-new"), {"name": "M Sanusi", "manner": "DEFINITIVE", **data})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_namesake_is_shown_before_a_second_one_is_added(client, officer):
    make_official("M Sanusi")
    data = {"name": "M. Sanusi", "manner": "DEFINITIVE"}

    assert client.post(reverse("regions:official-new"), data).status_code == 422
    assert client.post(reverse("regions:official-new"), data | {"anyway": "1"}).status_code == 302
    assert Official.objects.count() == 2


# Venues


def test_a_venue_is_added_and_shown_on_the_page_of_its_region(client, officer):
    batam = make_region("Kota Batam")
    hall = make_venue("Kantor Wali Kota Batam", batam, kind="OFFICE")
    data = {"name": "Aula Engku Hamidah", "kind": "HALL", "region": batam.pk, "parent": hall.pk}

    response = client.post(reverse("regions:venue-new"), data)

    assert response.status_code == 302
    assert response.url == batam.get_absolute_url()
    assert Venue.objects.get(name="Aula Engku Hamidah").parent == hall


def test_an_official_that_is_added_anyway_twice_is_one(client, officer):
    make_official("Budi Santoso")
    url = reverse("regions:official-new")
    asked = client.post(url, {"name": "Budi Santoso", "manner": "DEFINITIVE"})
    data = next(data for _to, _method, data in forms_on(asked) if "name" in data) | {"anyway": "1"}

    answers = [client.post(url, data) for _time in range(2)]

    assert answers[0].url == answers[1].url
    assert Official.objects.filter(name="Budi Santoso").count() == 2
