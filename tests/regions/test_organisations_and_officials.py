"""Directories and pages of organisations and officials, and who may change them."""

import datetime as dt
from importlib import import_module

import pgtrigger
import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation

from regions.forms import OrganisationForm, kind_of_title
from regions.models import Official, Organisation, Position
from regions.rights import may_edit, may_edit_official
from tests.factories import (
    make_delegate,
    make_delegation,
    make_invitation,
    make_malangs,
    make_membership,
    make_officer,
    make_official,
    make_organisation,
    make_position,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
    make_venue,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def dinas(batam):
    return make_organisation("Dinas Pariwisata", batam)


@pytest.fixture
def amsakar(dinas):
    return make_position(make_official("Amsakar Achmad"), dinas, "Kepala Dinas").official


@pytest.fixture
def officer(client, batam):
    client.cookies["django_language"] = "en"
    user = make_officer(batam)
    client.force_login(user)
    return user


@pytest.fixture
def reader(client, batam, officer):
    client.force_login(make_viewer(batam))


@pytest.fixture
def other_officer(client, officer):
    client.force_login(make_officer(make_malangs()[0]))


def reading(dinas, amsakar):
    return [
        reverse("regions:organisation-list"),
        reverse("regions:organisation-detail", args=[dinas.pk]),
        reverse("regions:organisation-history", args=[dinas.pk]),
        reverse("regions:official-list"),
        reverse("regions:official-detail", args=[amsakar.pk]),
        reverse("regions:official-history", args=[amsakar.pk]),
    ]


def changing(dinas, amsakar):
    position = amsakar.positions.get()
    return [
        reverse("regions:organisation-edit", args=[dinas.pk]),
        reverse("regions:official-edit", args=[amsakar.pk]),
        reverse("regions:position-new", args=[amsakar.pk]),
        reverse("regions:position-edit", args=[amsakar.pk, position.pk]),
        reverse("regions:position-delete", args=[amsakar.pk, position.pk]),
        reverse("regions:venue-edit", args=[make_venue("Aula", dinas.region).pk]),
    ]


def test_every_address_answers_an_officer_of_the_region(client, officer, dinas, amsakar):
    urls = [*reading(dinas, amsakar), *changing(dinas, amsakar)]

    assert [client.get(url).status_code for url in urls] == [200] * 12


def test_strangers_are_sent_to_the_sign_in(client, dinas, amsakar):
    urls = [*reading(dinas, amsakar), *changing(dinas, amsakar)]

    assert {client.get(url).url.partition("?")[0] for url in urls} == {reverse("account_login")}


@pytest.mark.parametrize("who", ["reader", "other_officer"])
def test_others_read_and_change_nothing(client, dinas, amsakar, who, request):
    request.getfixturevalue(who)
    urls = changing(dinas, amsakar)

    assert [client.get(url).status_code for url in reading(dinas, amsakar)] == [200] * 6
    assert [client.get(url).status_code for url in urls] == [403] * 6
    assert [client.post(url).status_code for url in urls] == [403] * 6


def test_reading_pages_take_no_post(client, officer, dinas, amsakar):
    assert [client.post(url).status_code for url in reading(dinas, amsakar)] == [405] * 6


@pytest.mark.parametrize(
    "name",
    [
        "organisation-detail",
        "organisation-edit",
        "organisation-history",
        "official-detail",
        "official-edit",
        "venue-edit",
    ],
)
def test_what_does_not_exist_is_404(client, officer, name):
    assert client.get(reverse(f"regions:{name}", args=[9_999_999])).status_code == 404


def test_a_position_of_somebody_else_is_404(client, officer, amsakar):
    other = make_position(make_official("Rudi"), amsakar.positions.get().organisation)

    assert client.get(reverse("regions:position-edit", args=[amsakar.pk, other.pk])).status_code == 404


def listed(response):
    return [str(record) for record in response.context["page"]]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, ["Bappeda", "Dinas Pariwisata", "Kementerian Kominfo"]),
        ({"q": "pariwisata"}, ["Dinas Pariwisata"]),
        ({"q": "parwisata"}, ["Dinas Pariwisata"]),
        ({"kind": "MINISTRY"}, ["Kementerian Kominfo"]),
        ({"region_text": "35.07"}, ["Bappeda"]),
    ],
)
def test_organisations_are_searched_and_filtered(client, officer, dinas, params, found):
    make_organisation("Bappeda", make_malangs()[0])
    Organisation.objects.create(name_id="Kementerian Kominfo", kind="MINISTRY")

    assert listed(client.get(reverse("regions:organisation-list"), params)) == found


@pytest.mark.parametrize(
    ("params", "found"), [({"q": "amsakr"}, ["Amsakar Achmad"]), ({"region_text": "35.07"}, ["M Sanusi"])]
)
def test_officials_are_searched_and_filtered(client, officer, amsakar, params, found):
    make_position(make_official("M Sanusi"), make_organisation("Pemkab", make_malangs()[0]), "Bupati Malang")

    assert listed(client.get(reverse("regions:official-list"), params)) == found


@pytest.mark.parametrize("name", ["organisation-list", "official-list"])
def test_three_rows_cost_as_many_queries_as_one(client, officer, django_assert_max_num_queries, name):
    counts = []
    for number in range(3):
        parent = make_organisation(f"Induk {number}", make_region(f"Kota {number}"))
        make_position(
            make_official(f"Orang {number}"), make_organisation(f"Dinas {number}", parent.region, parent=parent)
        )
        with django_assert_max_num_queries(10) as queries:
            client.get(reverse(f"regions:{name}"))
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_page_of_an_organisation_costs_the_same_for_one_and_three_of_everything(
    client, officer, dinas, batam, django_assert_max_num_queries
):
    counts = []
    for number in range(3):
        make_organisation(f"Bidang {number}", batam, parent=dinas)
        make_position(make_official(f"Orang {number}"), dinas)
        make_visit(batam, make_malangs()[0], host_organisation=dinas)
        with django_assert_max_num_queries(15) as queries:
            client.get(dinas.get_absolute_url())
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_page_of_an_official_costs_the_same_for_one_and_three_of_everything(
    client, officer, amsakar, batam, django_assert_max_num_queries
):
    counts = []
    for number in range(3):
        make_position(amsakar, make_organisation(f"Dinas {number}", batam))
        make_delegate(make_delegation(make_visit(batam), batam, side="HOST"), official=amsakar, name="")
        with django_assert_max_num_queries(15) as queries:
            client.get(amsakar.get_absolute_url())
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_page_of_an_official_shows_positions_over_time_and_visits_met(client, officer, amsakar, batam, dinas):
    make_position(amsakar, dinas, "Wakil Wali Kota", ends_on=dt.date(2024, 9, 24))
    visit = make_visit(batam, make_malangs()[0])
    make_delegate(make_delegation(visit, batam, side="HOST"), official=amsakar, name="")
    make_visit(batam, make_malangs()[0])

    response = client.get(amsakar.get_absolute_url())

    assert [str(p) for p in response.context["serving"]] == ["Kepala Dinas"]
    assert [str(p) for p in response.context["served"]] == ["Wakil Wali Kota"]
    assert [v["pk"] for v in response.context["shared"].visits.latest] == [visit.pk]
    assert "until 24 September 2024" in response.content.decode()


def test_an_organisation_is_changed_with_a_version_check(client, officer, dinas, batam):
    url = reverse("regions:organisation-edit", args=[dinas.pk])
    data = {"name_id": "Dinas Kebudayaan dan Pariwisata", "kind": "OPD", "region": batam.pk, "version": dinas.version}

    assert client.post(url, data).status_code == 302
    assert client.post(url, data | {"name_id": "Dinas Pariwisata Kota"}).status_code == 409

    dinas.refresh_from_db()
    assert dinas.name_id == "Dinas Kebudayaan dan Pariwisata"


def moved(client, unit, region, admin=False):
    """The status of moving it to the region, and what the form says of that."""
    name, version = (
        ("admin:regions_organisation_change", "version_read") if admin else ("regions:organisation-edit", "version")
    )
    data = {"name_id": unit.name_id, "kind": unit.kind, "region": region.pk, version: unit.version}
    page = client.post(reverse(name, args=[unit.pk]), data)
    form = page.context and (page.context["adminform"].form if admin else page.context["form"])
    return page.status_code, form.errors.get("region", []) if form else []


HAS_PEOPLE = (
    "People act for this organisation or are invited to, and would go along. End their memberships and invitations "
    "first, or ask the system administrator to move it."
)


@pytest.mark.parametrize("people", [make_unit_user, lambda unit: make_invitation(unit=unit)])
def test_an_organisation_with_people_is_moved_by_the_system_administrator_alone(client, officer, dinas, people):
    nowhere = Organisation.objects.create(name_id="Badan Pengusahaan", kind="SPECIAL_AUTHORITY")
    elsewhere = make_region("Kota Sunyi")
    people(dinas)
    people(nowhere)

    assert moved(client, dinas, elsewhere) == (422, [HAS_PEOPLE])
    assert moved(client, nowhere, officer.home_region) == (422, [HAS_PEOPLE])

    client.force_login(make_superuser(language="en"))
    assert moved(client, dinas, elsewhere) == (302, [])


def test_the_administrator_of_two_regions_moves_an_organisation_without_people(client, officer, batam, dinas):
    client.force_login(boss := make_user(batam, "ADMIN", language="en"))
    make_membership(boss, malang := make_malangs()[0], role="ADMIN")
    unit = make_unit_user(dinas).memberships.get()

    assert moved(client, dinas, malang, admin=True) == (200, [HAS_PEOPLE])

    unit.delete()
    assert moved(client, dinas, malang, admin=True) == (302, [])


def test_an_organisation_moves_to_a_kept_region_only_by_an_officer_of_that(client, officer, dinas):
    malang = make_malangs()[0]
    make_officer(malang)
    refused = "This is kept by Malang Regency. An officer or a manager of that region can do it."

    assert moved(client, dinas, malang) == (422, [refused])
    assert moved(client, dinas, make_region("Kota Sunyi")) == (302, [])


def test_an_organisation_is_not_part_of_itself(client, officer, dinas, batam):
    below = make_organisation("Bidang", batam, parent=dinas)
    data = {"name_id": "Dinas", "kind": "OPD", "region": batam.pk, "parent": below.pk, "version": dinas.version}

    response = client.post(reverse("regions:organisation-edit", args=[dinas.pk]), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {"parent": ["An organisation cannot be part of itself."]}


def test_two_officers_do_not_close_a_circle_together(officer, dinas, batam):
    other, forms = make_organisation("Bappeda", batam), []
    for one, above in ((dinas, other), (other, dinas)):  # both are judged before either is saved
        data = {"name_id": one.name_id, "kind": "OPD", "region": batam.pk, "parent": above.pk, "version": one.version}
        forms.append(OrganisationForm(data, instance=Organisation.objects.get(pk=one.pk), user=officer))
    assert all(form.is_valid() for form in forms)

    with translation.override("en"):
        kept = [form.keep() for form in forms]

    assert kept == [dinas, None]
    assert forms[1].errors == {"__all__": ["An organisation cannot be part of itself."]}
    assert list(Organisation.objects.filter(parent__isnull=False)) == [dinas]


def test_a_circle_from_before_ends_the_search_for_what_lies_above(dinas, batam):
    one, two = Organisation(pk=1, name_id="Satu"), Organisation(pk=2, name_id="Dua")
    one.parent, two.parent = two, one

    Organisation(name_id="Tiga", parent=one).clean()


def test_a_venue_does_not_lie_in_itself(client, officer, batam):
    hall = make_venue("Aula", batam)
    data = {"name": "Aula", "kind": "HALL", "region": batam.pk, "parent": hall.pk, "version": hall.version}

    response = client.post(reverse("regions:venue-edit", args=[hall.pk]), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {"parent": ["A venue cannot lie in itself."]}


def test_a_second_position_is_added_beside_the_first(client, officer, amsakar, batam):
    authority = make_organisation("BP Batam", batam, kind="SPECIAL_AUTHORITY")
    data = {"title": "Kepala BP Batam", "title_code": "OTHER", "organisation": authority.pk, "manner": "DEFINITIVE"}

    response = client.post(reverse("regions:position-new", args=[amsakar.pk]), data | {"starts_on": "2025-02-20"})

    assert response.status_code == 302
    added = Position.objects.get(organisation=authority)
    assert (added.title_code, added.starts_on) == ("AUTHORITY_HEAD", dt.date(2025, 2, 20))
    assert len(Official.objects.get(pk=amsakar.pk).positions_on(dt.date(2025, 3, 1))) == 2


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Wali Kota Batam", "MAYOR"),
        ("Pj. Wali Kota Batam", "MAYOR"),
        ("Plt Wakil Bupati Malang", "VICE_REGENT"),
        ("Pjs.Gubernur", "GOVERNOR"),
        ("Kepala BP Batam", "AUTHORITY_HEAD"),
        ("Kepala Bagian Umum Sekretariat Wakil Gubernur", "DIVISION_HEAD"),
        ("Kepala BPKAD", "OTHER"),
        ("Wakil Kepala BP Batam", "OTHER"),
        ("Ajudan Wali Kota Batam", "OTHER"),
        ("Asisten Pribadi Gubernur", "OTHER"),
        ("Sekretaris Camat Batam Kota", "OTHER"),
        ("Wakil Rektor III", "OTHER"),
    ],
)
def test_the_kind_of_a_position_is_told_from_how_its_title_begins(title, kind):
    assert kind_of_title(title) == kind


def test_that_a_position_is_of_another_kind_stands_as_an_officer_said(client, officer, amsakar, dinas):
    held = make_position(amsakar, dinas, "Camat Sekupang", title_code="DISTRICT_HEAD")
    data = {"title": held.title, "title_code": "OTHER", "organisation": dinas.pk, "manner": "DEFINITIVE"}

    client.post(reverse("regions:position-edit", args=[amsakar.pk, held.pk]), data | {"version": held.version})

    held.refresh_from_db()
    assert held.title_code == "OTHER"


def test_a_position_cannot_end_before_it_starts(client, officer, amsakar, dinas):
    data = {
        "title": "Kepala", "title_code": "OTHER", "organisation": dinas.pk, "manner": "DEFINITIVE",
        "starts_on": "2025-02-20", "ends_on": "2024-02-20",
    }  # fmt: skip

    response = client.post(reverse("regions:position-new", args=[amsakar.pk]), data)

    assert response.status_code == 422
    assert "The position cannot end before it starts." in response.content.decode()


def test_a_position_is_deleted_and_the_history_keeps_it(client, officer, amsakar):
    position = amsakar.positions.get()

    client.post(reverse("regions:position-delete", args=[amsakar.pk, position.pk]))

    assert not amsakar.positions.exists()
    changes = client.get(reverse("regions:official-history", args=[amsakar.pk])).context["changes"]
    assert [(c.deed, c.what) for c in changes if c.by == officer.name] == [("delete", "position")]


def test_any_officer_keeps_the_officials_of_a_region_that_nobody_here_acts_for(client, officer):
    soppeng = make_region("Kabupaten Soppeng", code="73.12")
    kaswadi = make_position(make_official("Andi Kaswadi"), make_organisation("Pemkab Soppeng", soppeng)).official
    url = reverse("regions:official-edit", args=[kaswadi.pk])

    response = client.post(url, {"name": "Andi Kaswadi Razak", "title_before": "H", "version": kaswadi.version})

    assert response.status_code == 302
    kaswadi.refresh_from_db()
    assert str(kaswadi) == "H Andi Kaswadi Razak"


def test_an_official_of_a_kept_region_is_kept_by_it_whatever_else_they_held(client, other_officer, amsakar):
    ministry = Organisation.objects.create(name_id="Kementerian Kominfo", kind="MINISTRY")
    once, now = make_position(amsakar, ministry, "Staf Ahli"), amsakar.positions.get(title="Kepala Dinas")
    urls = [reverse("regions:official-edit", args=[amsakar.pk])]
    urls += [reverse("regions:position-delete", args=[amsakar.pk, held.pk]) for held in (once, now)]

    assert [client.post(url).status_code for url in urls] == [403] * 3
    assert amsakar.positions.count() == 2


def test_a_position_is_changed_by_the_region_in_which_it_is_held(client, officer, amsakar):
    malang = make_malangs()[0]
    make_officer(malang)
    ours = amsakar.positions.get()
    theirs = make_position(amsakar, make_organisation("Pemkab Malang", malang), "Asisten")
    urls = [reverse("regions:position-edit", args=[amsakar.pk, held.pk]) for held in (ours, theirs)]

    page = client.get(amsakar.get_absolute_url()).content.decode()

    assert [client.get(url).status_code for url in urls] == [200, 403]
    assert [f'href="{url}"' in page for url in urls] == [True, False]


def test_the_right_to_an_official_costs_the_same_for_one_and_five_regions(officer, django_assert_max_num_queries):
    travelled, counts = make_official("Keliling"), []
    for number in range(5):
        place = make_region(f"Kota {number}")
        make_officer(place)
        make_position(travelled, make_organisation(f"Pemko {number}", place), "Asisten")
        with django_assert_max_num_queries(4) as queries:
            assert not may_edit_official(officer, travelled)
        counts.append(len(queries))

    assert counts[1] == counts[4] == 2


@pytest.mark.parametrize(
    ("acting", "kept"),
    [
        (lambda place: make_unit_user(make_organisation("Dinas", place)), True),
        (make_viewer, True),
        (lambda place: make_officer(place, is_active=False), False),
    ],
)
def test_a_region_is_kept_by_itself_while_an_active_person_acts_for_it(officer, acting, kept):
    place = make_region("Kota Sunyi")
    acting(place)

    assert may_edit(officer, place) != kept


def test_organisations_stand_in_the_order_of_the_readers_names_then_of_their_regions():
    batam, malang = make_region("Kota Batam", code="21.71"), make_malangs()[0]
    fishery = make_organisation("Dinas Perikanan", malang, name_en="Fishery Agency")
    later = make_organisation("Dinas Pariwisata", malang, name_en="Tourism Agency")
    earlier = make_organisation("Dinas Pariwisata", batam, name_en="Tourism Agency")

    for language, order in {"en": [fishery, earlier, later], "id": [later, earlier, fishery]}.items():
        with translation.override(language):
            assert list(Organisation.objects.for_list()) == order


def test_old_circles_are_opened_and_what_lies_below_stays(batam):
    first, second, below = (make_organisation(name, batam) for name in ("Satu", "Dua", "Tiga"))
    for one, above in ((second, first), (below, second)):
        Organisation.objects.filter(pk=one.pk).update(parent=above)
    with pgtrigger.ignore("regions.Organisation:keep_a_tree"):
        Organisation.objects.filter(pk=first.pk).update(parent=second)

    import_module("regions.migrations.0008_circles_are_opened").open_circles(apps, None)

    parents = dict(Organisation.objects.values_list("pk", "parent"))
    assert parents == {first.pk: None, second.pk: first.pk, below.pk: second.pk}
