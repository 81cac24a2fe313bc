"""The directory of regions, their profiles, and who may change them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from records.models import Trashed
from regions.models import Region, RegionFigure, RegionTrait
from tests.factories import (
    make_agreement,
    make_country,
    make_figure,
    make_malangs,
    make_manager,
    make_officer,
    make_official,
    make_organisation,
    make_place,
    make_position,
    make_province,
    make_region,
    make_sector,
    make_series,
    make_trait,
    make_venue,
    make_viewer,
    make_visit,
)
from tests.sides.pages import forms_on, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71", parent=make_province("Kepulauan Riau", "21"))


@pytest.fixture
def officer(client, batam):
    client.cookies["django_language"] = "en"
    user = make_officer(batam)
    client.force_login(user)
    return user


@pytest.fixture
def stranger_to_batam(client, officer):
    user = make_officer(make_malangs()[0])
    client.force_login(user)
    return user


@pytest.fixture
def reader(client, officer, batam):
    user = make_viewer(batam)
    client.force_login(user)
    return user


def addresses(region):
    """Every address of a region: those that read and those that change it."""
    figure, trait = make_figure(region), make_trait(region)
    one = {"region_pk": region.pk, "pk": figure.pk}
    two = {"region_pk": region.pk, "pk": trait.pk}
    reading = [
        reverse("regions:list"),
        reverse("regions:detail", args=[region.pk]),
        reverse("regions:history", args=[region.pk]),
    ]
    changing = [
        reverse("regions:edit", args=[region.pk]),
        reverse("regions:figure-new", args=[region.pk]),
        reverse("regions:figure-edit", kwargs=one),
        reverse("regions:figure-delete", kwargs=one),
        reverse("regions:trait-new", args=[region.pk]),
        reverse("regions:trait-edit", kwargs=two),
        reverse("regions:trait-delete", kwargs=two),
    ]
    return reading, changing


def test_every_address_answers_an_officer_of_the_region(client, officer, batam):
    reading, changing = addresses(batam)

    assert [client.get(url).status_code for url in [*reading, *changing]] == [200] * 10


def test_strangers_are_sent_to_the_sign_in(client, batam):
    reading, changing = addresses(batam)

    answers = [client.get(url) for url in [*reading, *changing]]

    assert {(r.status_code, r.url.partition("?")[0]) for r in answers} == {(302, reverse("account_login"))}


@pytest.mark.parametrize("who", ["reader", "stranger_to_batam"])
def test_others_read_and_change_nothing(client, batam, who, request):
    reading, changing = addresses(batam)
    make_officer(batam)
    request.getfixturevalue(who)

    assert [client.get(url).status_code for url in reading] == [200] * 3
    assert [client.get(url).status_code for url in changing] == [403] * 7
    assert [client.post(url).status_code for url in changing] == [403] * 7


def test_reading_pages_take_no_post(client, officer, batam):
    reading, _changing = addresses(batam)

    assert [client.post(url).status_code for url in reading] == [405] * 3


def test_what_does_not_exist_is_404(client, officer, batam):
    figure_of_another = make_figure(make_malangs()[0])

    assert client.get(reverse("regions:detail", args=[9_999_999])).status_code == 404
    assert client.get(reverse("regions:figure-edit", args=[batam.pk, figure_of_another.pk])).status_code == 404


# The directory


def names(response):
    return [region.name for region in response.context["page"]]


def test_the_directory_lists_every_region_after_the_one_in_which_it_lies(client, officer, batam):
    make_malangs()
    make_place("Xiangyang", parent=make_place("Hubei", level="FOREIGN_PROVINCE", parent=make_country()))

    listed = names(client.get(reverse("regions:list")))

    assert listed == [
        "Kepulauan Riau", "Kota Batam", "Jawa Tengah", "Pemalang Regency", "East Java", "Malang Regency", "Malang City",
        "China", "Hubei", "Xiangyang", "Indonesia",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "malang"}, ["Malang Regency", "Malang City", "Pemalang Regency"]),
        ({"q": "35.73"}, ["Malang City"]),
        ({"q": "malng"}, ["Malang City", "Malang Regency"]),
        ({"level": "CITY"}, ["Kota Batam", "Malang City"]),
        ({"within_text": "35"}, ["Malang Regency", "Malang City"]),
        ({"q": "kota", "within_text": "Jawa Timur"}, ["Malang City"]),
        ({"level": "COUNTRY"}, ["Indonesia"]),
        ({"q": "nowhere at all"}, []),
    ],
)
def test_the_directory_is_searched_and_filtered(client, officer, params, found):
    make_malangs()

    response = client.get(reverse("regions:list"), params)

    assert response.status_code == 200
    assert sorted(names(response)) == sorted(found)


def test_an_unclear_filter_narrows_nothing_and_asks(client, officer):
    make_province("Jambi", "15")
    make_region("Jawa Barat", level="PROVINCE")
    make_region("Jawa Timur", level="PROVINCE")

    response = client.get(reverse("regions:list"), {"within_text": "jawa"})

    assert response.status_code == 422
    assert 'name="within_pick"' in response.content.decode()


def test_htmx_gets_the_list_alone(client, officer):
    page = client.get(reverse("regions:list")).content.decode()
    part = client.get(reverse("regions:list"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" in page
    assert part.startswith('<div class="list-part" id="list"')
    assert 'aria-live="polite"' in part


def test_the_directory_is_paged_and_a_page_too_far_is_the_last(client, officer):
    for number in range(60):
        make_region(f"Kota {number}")

    assert len(names(client.get(reverse("regions:list")))) == 50
    assert client.get(reverse("regions:list"), {"page": "999"}).context["page"].number == 2


@pytest.mark.parametrize("params", [{}, {"q": "uji"}, {"within_text": "21"}])
def test_three_rows_cost_as_many_queries_as_one(client, officer, django_assert_max_num_queries, params, batam):
    counts = []
    for number in range(3):
        make_region(f"Kota Uji {number}", parent=batam.parent)
        with django_assert_max_num_queries(10) as queries:
            client.get(reverse("regions:list"), params)
        counts.append(len(queries))

    assert counts[0] == counts[2]


# The profile


def fill(region, number):
    """One of everything that hangs on a region."""
    dinas = make_organisation(f"Dinas {number}", region)
    make_organisation(f"Bidang {number}", region, parent=dinas)
    make_position(make_official(f"Orang {number}"), dinas)
    make_position(make_official(f"Mantan {number}"), dinas, ends_on=dt.date(2020, 1, 1))
    make_venue(f"Aula {number}", region)
    make_figure(region, value=number)
    make_trait(region, f"Bisa {number}", sector=make_sector(f"s{number}"))
    make_trait(region, f"Butuh {number}", kind="WANT", sector=make_sector(f"s{number}"))
    make_region(f"Kota {number}", parent=region)
    make_visit(region, make_region(f"Kabupaten {number}"))
    make_agreement(region, make_region(f"Kabupaten lain {number}"))


def test_the_profile_costs_the_same_for_one_and_three_of_everything(
    client, officer, batam, django_assert_max_num_queries
):
    counts = []
    for number in range(3):
        fill(batam, number)
        with django_assert_max_num_queries(15) as queries:
            client.get(batam.get_absolute_url())
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_the_profile_shows_figures_with_comparator_date_and_source(client, officer, batam):
    make_figure(
        batam, "GDP", 600_000_000_000, unit="CNY", comparator="MORE_THAN", as_of=dt.date(2025, 4, 21),
        source="Telegrapnews", source_url="https://telegrapnews.com/x", quote="lebih dari 600 miliar Yuan",
    )  # fmt: skip

    html = client.get(batam.get_absolute_url()).content.decode()

    assert "600,000,000,000 CNY" in html
    assert '<span aria-hidden="true">&gt; </span><span class="visually-hidden">more than</span>' in html
    assert date_format(dt.date(2025, 4, 21)) in html
    assert '<a href="https://telegrapnews.com/x" rel="noopener">Telegrapnews</a>' in html
    assert "lebih dari 600 miliar Yuan" in html


def test_the_profile_shows_strengths_and_wants_by_sector(client, officer, batam):
    make_trait(batam, "Pintu masuk wisman", sector=make_sector("tourism", name_en="Tourism"))
    make_trait(batam, "Pasokan cabai", kind="WANT", sector=make_sector("food", "Pangan", "Food"))

    profile = client.get(batam.get_absolute_url()).context["profile"]

    assert [(g.sector.code, [t.text for t in g.traits]) for g in profile.strengths] == [
        ("tourism", ["Pintu masuk wisman"])
    ]
    assert [(g.sector.code, [t.text for t in g.traits]) for g in profile.wants] == [("food", ["Pasokan cabai"])]


def test_the_profile_shows_two_positions_of_one_person_and_who_acts(client, officer, batam):
    amsakar = make_official("Amsakar Achmad")
    make_position(amsakar, make_organisation("Pemerintah Kota Batam", batam), "Wali Kota Batam")
    make_position(amsakar, make_organisation("BP Batam", batam), "Kepala BP Batam")
    make_position(make_official("Firmansyah"), make_organisation("Setda", batam), "Sekda", manner="PLT")
    make_position(make_official("Muhammad Rudi"), make_organisation("Lama", batam), ends_on=dt.date(2025, 2, 19))

    response = client.get(batam.get_absolute_url())

    profile = response.context["profile"]
    assert [(h.official.name, [str(p) for p in h.positions]) for h in profile.serving] == [
        ("Amsakar Achmad", ["Kepala BP Batam", "Wali Kota Batam"]),
        ("Firmansyah", ["Plt. Sekda"]),
    ]
    assert [h.official.name for h in profile.served] == ["Muhammad Rudi"]
    assert "Acting, post vacant (Plt.)" in response.content.decode()


def test_who_serves_is_on_the_page_whoever_served_before(client, officer, batam, monkeypatch):
    monkeypatch.setattr("regions.profile.MOST", 2)
    council, city = make_organisation("DPRD Kota Batam", batam), make_organisation("Pemerintah Kota Batam", batam)
    for number in range(2):
        make_position(make_official(f"Anggota {number}"), council, "Anggota", ends_on=dt.date(2019, 8, 1))
    full = client.get(batam.get_absolute_url())
    make_position(make_official("Amsakar Achmad"), city)

    cut = client.get(batam.get_absolute_url())

    assert [h.official.name for h in cut.context["profile"].serving] == ["Amsakar Achmad"]
    told = "Not all of them are shown here: see the directory of officials"
    assert [told in page.content.decode() for page in (full, cut)] == [False, True]


def test_the_profile_shows_units_below_their_organisation(client, officer, batam):
    setda = make_organisation("Sekretariat Daerah", batam)
    make_organisation("Bagian Kerja Sama", batam, parent=setda)
    make_organisation("DPRD Kota Batam", batam)

    tree = client.get(batam.get_absolute_url()).context["profile"].organisations

    assert [(n.organisation.name, [u.organisation.name for u in n.units]) for n in tree] == [
        ("DPRD Kota Batam", []),
        ("Sekretariat Daerah", ["Bagian Kerja Sama"]),
    ]


def test_the_profile_shows_visits_both_ways_and_only_those_that_the_reader_may_see(client, officer, batam):
    malang, kota = make_malangs()
    hosted = make_visit(batam, malang)
    made = make_visit(malang, batam)
    make_visit(malang, kota)

    visits = client.get(batam.get_absolute_url()).context["profile"].shared.visits
    elsewhere = client.get(malang.get_absolute_url()).context["profile"].shared.visits

    assert {v["pk"] for v in visits.latest} == {hosted.pk, made.pk}
    assert (visits.count, visits.hosted, visits.made) == (2, 1, 1)
    assert elsewhere.count == 2


# Changing


def test_an_officer_adds_a_figure_and_the_history_tells_it(client, officer, batam):
    url = reverse("regions:figure-new", args=[batam.pk])
    data = {
        "measure": "GDP",
        "comparator": "ABOUT",
        "value": "200",
        "unit": "IDR",
        "as_of": "2024-12-31",
        "source": "BPS",
    }

    response = client.post(url, data)

    assert response.status_code == 302
    assert response.url == batam.get_absolute_url()
    figure = RegionFigure.objects.get(region=batam)
    assert (figure.measure, figure.value, figure.as_of) == ("GDP", 200, dt.date(2024, 12, 31))
    changes = client.get(reverse("regions:history", args=[batam.pk])).context["changes"]
    assert [(c.deed, c.what) for c in changes if c.by == officer.name] == [("insert", "figure")]


@pytest.mark.parametrize("what", ["figure", "trait", "position"])
def test_a_row_that_is_sent_twice_is_one_and_with_other_words_another(client, officer, batam, what):
    dinas, official = make_organisation("Dinas", batam), make_official()
    rows = {"figure": batam.figures, "trait": batam.traits, "position": official.positions}[what]
    url = reverse(f"regions:{what}-new", args=[rows.instance.pk])
    typed = {
        "figure": {"measure": "POPULATION", "comparator": "EXACT", "value": "1000", "unit": "jiwa", "source": "BPS"},
        "trait": {"kind": "OFFER", "text": "Galangan kapal"},
        "position": {"title": "Kepala", "title_code": "OTHER", "organisation": dinas.pk, "manner": "DEFINITIVE"},
    }[what]
    form = next(data for _to, _method, data in forms_on(client.get(url)) if set(typed) <= set(data))
    data = typed | {"submission": form["submission"]}

    assert [client.post(url, data).status_code for _time in range(2)] == [302, 302]
    assert rows.count() == 1

    other = {"figure": {"value": "2000"}, "trait": {"text": "Wisata"}, "position": {"title": "Sekretaris"}}[what]
    client.post(url, data | other)
    assert rows.count() == 2


def test_a_figure_without_a_source_is_refused_and_nothing_typed_is_lost(client, officer, batam):
    url = reverse("regions:figure-new", args=[batam.pk])

    response = client.post(url, {"measure": "OTHER", "comparator": "EXACT", "value": "12,5 juta", "unit": "wisatawan"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"source", "name", "value"}
    assert 'value="12,5 juta"' in response.content.decode()
    assert not RegionFigure.objects.exists()


def test_a_stale_save_shows_both_versions_and_then_keeps_the_second(client, officer, batam):
    figure = make_figure(batam, value=100)
    url = reverse("regions:figure-edit", args=[batam.pk, figure.pk])
    data = {
        "measure": "POPULATION", "comparator": "EXACT", "value": "300", "unit": "jiwa", "source": "mine",
        "version": figure.version,
    }  # fmt: skip
    RegionFigure.objects.filter(pk=figure.pk).update(value=200)

    response = client.post(url, data)

    assert response.status_code == 409
    figure.refresh_from_db()
    assert figure.value == 200
    assert [(d.yours, d.theirs) for d in response.context["form"].differences] == [
        ("300", "200"),
        ("mine", "Kepmendagri"),
    ]
    again = client.post(url, data | {"version": response.context["form"]["version"].value()})
    assert again.status_code == 302
    figure.refresh_from_db()
    assert (figure.value, figure.source) == (300, "mine")


def test_two_versions_differ_in_what_was_changed_and_say_it_in_words(client, officer, batam):
    figure = make_figure(batam, value=1_200_000, as_of=dt.date(2024, 12, 31))
    data = {
        "measure": "POPULATION", "comparator": "EXACT", "value": "1,200,000", "unit": "jiwa", "source": "Kepmendagri",
        "as_of": "2025-06-30", "version": figure.version,
    }  # fmt: skip
    RegionFigure.objects.filter(pk=figure.pk).update(quote="Semester II")

    response = client.post(reverse("regions:figure-edit", args=[batam.pk, figure.pk]), data)

    assert [(d.yours, d.theirs) for d in response.context["form"].differences] == [
        ("30 June 2025", "31 December 2024"),
        ("", "Semester II"),
    ]


def test_a_figure_is_deleted_after_a_question(client, officer, batam):
    figure = make_figure(batam)
    url = reverse("regions:figure-delete", args=[batam.pk, figure.pk])

    assert client.get(url).status_code == 200
    assert RegionFigure.objects.exists()
    assert client.post(url).status_code == 302
    assert not RegionFigure.objects.exists()


def test_a_figure_is_deleted_as_it_was_shown(client, officer, batam):
    figure = make_figure(batam)
    url = reverse("regions:figure-delete", args=[batam.pk, figure.pk])
    shown = {"version": figure.version}
    RegionFigure.objects.filter(pk=figure.pk).update(value=200)

    response = client.post(url, shown)

    assert response.status_code == 409
    assert "Nothing was deleted." in response.content.decode()
    assert client.post(url, sent(response, "")).status_code == 302
    assert not RegionFigure.objects.exists()


@pytest.mark.parametrize("what", ["figure", "trait", "position"])
def test_what_was_typed_stands_when_somebody_has_deleted_the_row(client, officer, batam, what):
    makers = {"figure": make_figure, "trait": make_trait}
    row = makers[what](batam) if what in makers else make_position(organisation=make_organisation(region=batam))
    above = row.official if what == "position" else batam
    url = reverse(f"regions:{what}-edit", args=[above.pk, row.pk])
    typed = "title" if what == "position" else "source"
    data = next(data for _to, _method, data in forms_on(client.get(url)) if typed in data) | {typed: "Panjang sekali"}
    row.delete()

    response = client.post(url, data)

    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody has deleted this record in the meantime." in page
    assert 'value="Panjang sekali"' in page
    assert client.get(url).status_code == 404


def test_what_an_officer_deletes_of_a_place_that_nobody_keeps_they_take_back(client, officer):
    place = make_place("Xiangyang")
    held = make_position(organisation=make_organisation("Pemkot", place))
    figure = make_figure(place)
    for url in (
        reverse("regions:figure-delete", args=[place.pk, figure.pk]),
        reverse("regions:position-delete", args=[held.official.pk, held.pk]),
    ):
        client.post(url)

    for thrown in Trashed.objects.all():
        page = client.get(reverse("ledger:trashed", args=[thrown.pk]))
        assert page.status_code == 200
        assert thrown.may_be_restored_by(officer)
    assert Trashed.objects.count() == 2


def test_an_officer_adds_a_want(client, officer, batam):
    url = reverse("regions:trait-new", args=[batam.pk])

    page = client.get(url, {"kind": "WANT"})
    response = client.post(url, {"kind": "WANT", "sector": make_sector().pk, "text": "Wisatawan dari Jawa"})

    assert page.context["form"]["kind"].value() == "WANT"
    assert response.status_code == 302
    assert RegionTrait.objects.get().text == "Wisatawan dari Jawa"


def test_official_names_and_codes_are_not_edited(client, officer, batam):
    url = reverse("regions:edit", args=[batam.pk])
    data = {
        "about": "Kota industri",
        "website": "batam.go.id",
        "version": batam.version,
        "name_id": "Kota Lain",
        "code": "1",
    }

    assert client.post(url, data).status_code == 302

    batam.refresh_from_db()
    assert (batam.name_id, batam.code, batam.about, batam.website) == (
        "Kota Batam", "21.71", "Kota industri", "https://batam.go.id"
    )  # fmt: skip


def test_any_officer_keeps_a_place_abroad(client, officer):
    place = make_place("Xiangyang", time_zone="Asia/Shanghai")
    data = {"name_id": "Xiangyang", "name_en": "Xiangyang City", "time_zone": "Asia/Shanghai", "version": place.version}

    response = client.post(reverse("regions:edit", args=[place.pk]), data | {"latitude": "32.0", "longitude": "112.1"})

    assert response.status_code == 302
    place.refresh_from_db()
    assert (place.name_en, place.latitude) == ("Xiangyang City", 32)


def test_a_place_abroad_does_not_take_the_name_of_another(client, officer):
    make_place("Wuhan")
    place = make_place("Xiangyang", time_zone="Asia/Shanghai")
    data = {"name_id": "Wuhan", "time_zone": "Asia/Shanghai", "about": "Kota di Hubei", "version": place.version}

    response = client.post(reverse("regions:edit", args=[place.pk]), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {"__all__": ["This place exists already. Choose it from the list."]}
    assert "Kota di Hubei" in response.content.decode()


@pytest.mark.parametrize("text", ["x" * 10_000, "😀" * 50, "<script>alert(1)</script>", "\x00"])
def test_odd_text_is_kept_or_refused_but_never_an_error(client, officer, batam, text):
    edit = client.post(reverse("regions:edit", args=[batam.pk]), {"about": text, "version": batam.version})
    trait = client.post(reverse("regions:trait-new", args=[batam.pk]), {"kind": "OFFER", "text": text})

    assert edit.status_code in (302, 422)
    assert trait.status_code in (302, 422)
    assert "<script>alert" not in client.get(batam.get_absolute_url()).content.decode()


def test_a_region_that_ended_says_so(client, officer):
    old = make_region("Kabupaten Lama", valid_to=dt.date(2020, 1, 1))

    html = client.get(old.get_absolute_url()).content.decode()

    assert "No longer exists" in html
    assert Region.objects.existing(on=dt.date(2019, 1, 1)).filter(pk=old.pk).exists()


def test_heads_are_counted_in_the_language_of_the_reader(batam):
    people, money = make_figure(batam, unit="jiwa"), make_figure(batam, measure="GDP", unit="juta rupiah")

    with translation.override("en"):
        assert [people.unit_in_words, money.unit_in_words] == ["people", "juta rupiah"]


def test_the_key_e_edits_what_the_page_shows(client, officer, batam):
    organisation, official = make_organisation("Dinas Perhubungan", batam), make_official()
    make_position(official, organisation)
    shown = {
        "regions:detail": ("regions:edit", batam),
        "regions:organisation-detail": ("regions:organisation-edit", organisation),
        "regions:official-detail": ("regions:official-edit", official),
        "visits:series-detail": ("visits:series-edit", make_series("Bimtek", batam)),
    }

    for name, (edit, record) in shown.items():
        page, address = client.get(reverse(name, args=[record.pk])).content.decode(), reverse(edit, args=[record.pk])
        assert f'href="{address}" data-hotkey="e" aria-keyshortcuts="e"' in page


def test_from_where_a_change_came_is_told_to_who_answers_for_the_region(client, officer, batam):
    body = make_organisation("Dinas Kominfo", batam)
    url = reverse("regions:organisation-edit", args=[body.pk])
    filled = next(fields for _to, _method, fields in forms_on(client.get(url)) if "name_id" in fields)
    client.post(url, filled | {"name_id": "Dinas Komunikasi"}, REMOTE_ADDR="10.20.30.40")
    history = reverse("regions:organisation-history", args=[body.pk])

    for reader, told in ((make_viewer(make_region("Kota Malang", code="35.73")), False), (make_manager(batam), True)):
        client.force_login(reader)
        page = client.get(history).content.decode()
        assert "Dinas Komunikasi" in page
        assert ("10.20.30.40" in page) == told
