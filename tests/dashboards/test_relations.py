"""The page of two: what is between them, each way, as far as the reader may see it."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from agreements import moving
from dashboards.relations import Between, relation_of
from dashboards.relations.happening import PER_PAGE, WHAT, page_of
from regions.models import Organisation, Region
from tests import factories as make
from visits.models import Visit

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def batam():
    return make.make_region()


@pytest.fixture
def malang():
    return make.make_malangs()[0]


@pytest.fixture
def officer(batam):
    return make.make_officer(batam, language="en")


@pytest.fixture
def read(client, officer):
    client.force_login(officer)

    def get(ours, theirs, query=""):
        name = "relation" if isinstance(theirs, Region) else "relation-organisation"
        return client.get(reverse(f"dashboards:{name}", args=[ours.pk, theirs.pk]) + query)

    return get


def told(ours, theirs, user):
    return relation_of(Between(ours, theirs, user))


def numbers(relation):
    return {what: count.number for what, count in relation.figures.items() if count.number}


def titles(ours, theirs, user, what=""):
    return [each.title for each in page_of(Between(ours, theirs, user), what, None).object_list]


def test_visits_count_the_way_they_went(batam, malang, officer):
    make.make_visit(batam, malang, on=dt.date(2025, 1, 5), owner=batam)
    make.make_visit(batam, malang, on=dt.date(2026, 3, 5), owner=batam)
    make.make_visit(batam, malang, on=dt.date(2026, 5, 5), owner=batam, setting="VIRTUAL")
    make.make_visit(malang, batam, on=dt.date(2024, 1, 5))
    make.make_visit(malang, batam, on=None, status="INVITED")
    make.make_visit(malang, batam, on=dt.date(2023, 1, 5), standing="CLAIMED")
    make.make_visit(malang, batam, on=dt.date(2022, 1, 5), status="CANCELLED")
    make.make_visit(batam, make.make_region("Kabupaten Soppeng", code="73.12"), owner=batam)

    relation = told(batam, malang, officer)

    assert numbers(relation) == {"came": 2, "went": 1, "elsewhere": 1, "coming": 1}
    assert relation.balance.owes == batam
    assert relation.balance.is_owed_to == malang
    assert relation.balance.owed == 1
    assert (relation.balance.last_came, relation.balance.last_went) == (dt.date(2026, 3, 5), dt.date(2024, 1, 5))
    other_way = told(malang, batam, officer)
    assert numbers(other_way) == {"came": 1, "went": 2, "elsewhere": 1, "coming": 1}
    assert other_way.balance.owes == batam


def test_a_visit_of_both_to_a_third_goes_neither_way(batam, malang, officer):
    visit = make.make_visit(make.make_region("Kota Bandung", code="32.73"), malang)
    make.make_delegation(visit, region=batam)

    assert numbers(told(batam, malang, officer)) == {"elsewhere": 1}
    assert told(batam, malang, officer).balance.owes is None


def test_whoever_comes_on_behalf_of_a_region_comes_from_it(batam, officer):
    china = make.make_country()
    xiangyang = make.make_place("Xiangyang", china)
    visit = make.make_visit(batam, guest=False)
    make.make_delegation(visit, region=china, on_behalf_of_region=xiangyang)

    assert numbers(told(batam, xiangyang, officer)) == {"came": 1}
    assert numbers(told(batam, china, officer)) == {"came": 1}


def test_every_number_leads_to_what_it_counts(batam, malang, officer, read):
    for day in range(1, 4):
        make.make_visit(batam, malang, on=dt.date(2026, 1, day), owner=batam)
    make.make_visit(malang, batam, on=dt.date(2026, 2, 1), owner=batam)
    make.make_visit(malang, batam, on=dt.date(2027, 2, 1), status="SCHEDULED", owner=batam)
    visit = make.make_visit(batam, malang, owner=batam, setting="VIRTUAL")
    make.make_milestone("Kirim data", visit=visit, due=dt.date(2026, 1, 1))
    make.make_milestone("Undang balik", visit=visit)
    make.make_milestone("Sudah", visit=visit, status="DONE", done_on=dt.date(2026, 2, 2))
    make.make_agreement(batam, malang, signed=dt.date(2025, 6, 16))
    make.settle()

    page = read(batam, malang)

    relation = page.context["relation"]
    assert numbers(relation)["came"] == 3
    for what, count in relation.figures.items():
        if what == "agreements":
            found = Client()
            found.force_login(officer)
            assert found.get(relation.agreements_url).context["page"].paginator.count == count.number == 1
        else:
            listed = read(batam, malang, f"?what={what}").context["page"].paginator.count
            assert listed == count.number, what
    leading = set(re.findall(r"\?what=([a-z-]+)#timeline", page.content.decode()))
    assert {"came", "went", "elsewhere", "coming", "open", "overdue", "kept"} <= leading <= set(WHAT)


def test_follow_ups_of_their_visits_and_agreements_and_of_both(batam, malang, officer):
    visit = make.make_visit(batam, malang, owner=batam)
    agreement = make.make_agreement(batam, malang)
    make.make_milestone("Dari kunjungan", visit=visit, due=dt.date(2026, 12, 1))
    make.make_milestone("Dari kerja sama", agreement=agreement, due=dt.date(2026, 11, 1))
    make.make_milestone("Keduanya", batam, malang, owner=batam)
    make.make_milestone("Hanya kita", visit=visit, internal=True, status="DONE", done_on=dt.date(2026, 1, 1))
    make.make_milestone("Diusulkan", visit=visit, status="SUGGESTED")
    make.make_milestone("Lain", batam, owner=batam)

    relation = told(batam, malang, officer)

    assert [row["heading"] for row in relation.open] == ["Dari kerja sama", "Dari kunjungan", "Keduanya"]
    assert [row["heading"] for row in relation.kept] == ["Hanya kita"]
    assert numbers(relation) == {"came": 1, "open": 3, "overdue": 1, "kept": 1, "agreements": 1}
    theirs = told(malang, batam, make.make_officer(malang))
    assert [row["heading"] for row in theirs.kept] == []


def test_agreements_stand_as_a_chain(batam, malang, officer):
    mou = make.make_agreement(batam, malang, signed=dt.date(2024, 1, 1), title="Nota", valid_until=dt.date(2025, 1, 1))
    make.make_agreement(batam, malang, title="Pelaksanaan", parent=mou)
    make.make_agreement(
        batam, malang, signed=dt.date(2025, 3, 1), title="Perpanjangan", predecessor=mou, nature="RENEWAL"
    )
    make.make_agreement(batam, make.make_region("Kota Jambi", code="15.71"), title="Lain")

    relation = told(batam, malang, officer)

    (root,) = relation.trees
    assert root.row["heading"] == "Nota"
    assert [member.row["heading"] for member in root.under] == ["Pelaksanaan"]
    assert [member.row["heading"] for member in root.acts] == ["Perpanjangan"]
    assert relation.figures["agreements"].number == 3


def test_people_who_met_are_one_entry_each_on_their_side(batam, malang, officer):
    regent = make.make_official("M Sanusi")
    for year in (2025, 2026):
        visit = make.make_visit(batam, malang, on=dt.date(year, 6, 16), owner=batam)
        (guests,) = visit.delegations.all()
        make.make_delegate(guests, name="Drs. M. Sanusi", official=regent, capacity="Bupati Malang")
    host = make.make_delegation(visit, region=batam, side="HOST")
    make.make_delegate(host, name="Amsakar Achmad", capacity="Wali Kota Batam")
    make.make_delegate(host, name="", form="GROUP", capacity="para kepala dinas")

    relation = told(batam, malang, officer)

    (person,) = relation.their_people
    assert (person.name, person.official_id, person.meetings) == ("M Sanusi", regent.pk, 2)
    assert (person.offices, person.last) == (["Bupati Malang"], dt.date(2026, 6, 16))
    assert [person.name for person in relation.our_people] == ["Amsakar Achmad"]


def test_the_timeline_is_one_newest_first_and_undated_last(batam, malang, officer):
    visit = make.make_visit(batam, malang, on=dt.date(2025, 6, 16), owner=batam, title="Kunjungan")
    make.make_visit(malang, batam, on=None, status="INVITED", owner=batam, title="Undangan")
    make.make_milestone("Selesai", visit=visit, status="DONE", done_on=dt.date(2025, 8, 1), due=dt.date(2027, 1, 1))
    make.make_milestone("Nanti", visit=visit, due=dt.date(2027, 2, 1))
    make.make_agreement(batam, malang, signed=dt.date(2025, 7, 1), title="Nota")

    assert titles(batam, malang, officer) == ["Selesai", "Nota", "Kunjungan"]
    assert titles(batam, malang, officer, "ahead") == ["Nanti", "Undangan"]
    assert titles(batam, malang, officer, "visits") == ["Kunjungan", "Undangan"]
    assert titles(batam, malang, officer, "agreements") == ["Nota"]


def test_steps_and_evaluations_are_told(batam, malang, officer):
    make.make_process()
    agreement = make.make_agreement(batam, malang, category="KSDD_S", title="Nota")
    moving.start(agreement, by=officer)
    agreement.evaluations.create(role="SECRETARIAT", evaluated_on=dt.date(2026, 1, 2), rating=4, advice="EXTEND")

    with translation.override("en"):
        found = page_of(Between(batam, malang, officer), "", None).object_list

    assert [(each.kind, each.text) for each in found] == [("step", "Nota"), ("evaluation", "Nota")]
    assert "4 / 5" in found[1].title


def test_the_timeline_is_read_in_pages(batam, malang, read):
    for n in range(PER_PAGE + 5):
        make.make_visit(batam, malang, on=dt.date(2025, 1, 1) + dt.timedelta(days=n), owner=batam, title=f"Ke-{n}.")

    first, second = read(batam, malang), read(batam, malang, "?page=2")

    assert [each.title for each in second.context["page"].object_list] == ["Ke-4.", "Ke-3.", "Ke-2.", "Ke-1.", "Ke-0."]
    assert len(first.context["page"].object_list) == PER_PAGE
    assert read(batam, malang, "?page=999").context["page"].number == 2
    assert read(batam, malang, "?what=nonsense&page=x").status_code == 200


def test_htmx_gets_the_timeline_alone(batam, malang, officer, client):
    make.make_visit(batam, malang, owner=batam)
    client.force_login(officer)

    part = client.get(reverse("dashboards:relation", args=[batam.pk, malang.pk]), headers={"HX-Request": "true"})

    assert "<h1" not in part.content.decode()
    assert 'id="timeline-part"' in part.content.decode()


def test_strangers_see_the_page_and_nothing_between_them(batam, malang, client):
    visit = make.make_visit(batam, malang, owner=batam, title="RAHASIA")
    make.make_milestone("RAHASIA", visit=visit)
    make.make_agreement(batam, malang, title="RAHASIA", signed=dt.date(2025, 6, 16))
    make.make_trait(malang, "Cabai", sector=make.make_sector())
    (guests,) = visit.delegations.all()
    make.make_delegate(guests, name="RAHASIA")
    client.force_login(make.make_officer(make.make_region("Kota Jambi", code="15.71"), language="en"))

    page = client.get(reverse("dashboards:relation", args=[batam.pk, malang.pk]))

    assert page.status_code == 200
    assert "RAHASIA" not in page.content.decode()
    assert "Cabai" in page.content.decode()
    assert page.context["is_empty"]


def test_a_third_region_sees_of_the_two_what_it_took_part_in(batam, malang):
    jambi = make.make_region("Kota Jambi", code="15.71")
    shared = make.make_visit(batam, malang, owner=batam, title="Bertiga")
    make.make_delegation(shared, region=jambi)
    make.make_visit(batam, malang, owner=batam, title="Berdua")

    reader = make.make_viewer(jambi)

    assert titles(batam, malang, reader, "visits") == ["Bertiga"]
    assert numbers(told(batam, malang, reader)) == {"came": 1}


def test_the_twins_of_malang_are_told_apart(batam, officer, read):
    regency, city = make.make_malangs()
    make.make_visit(batam, regency, owner=batam)

    assert numbers(told(batam, regency, officer)) == {"came": 1}
    assert numbers(told(batam, city, officer)) == {}
    page = read(batam, city).content.decode()
    assert "35.73" in page
    assert "35.07" not in page
    assert numbers(told(regency, city, officer)) == {}


def test_offers_that_meet_wants_are_marked_and_stand_first(batam, malang, read):
    food, tourism, ict = (make.make_sector(code, code.title(), code.title()) for code in ("food", "tourism", "ict"))
    make.make_trait(batam, "Butuh cabai", "WANT", sector=food)
    make.make_trait(malang, "Punya cabai", "OFFER", sector=food, source="Infomalang", as_of=dt.date(2025, 8, 21))
    make.make_trait(batam, "Punya KEK", "OFFER", sector=tourism)
    make.make_trait(malang, "Punya wisata", "OFFER", sector=tourism)
    make.make_trait(malang, "Butuh server", "WANT", sector=ict)
    make.make_trait(malang, "Butuh tanpa sektor", "WANT")
    make.make_trait(batam, "Punya tanpa sektor", "OFFER")

    relation = read(batam, malang).context["relation"]

    assert str(relation.sectors[0].sector) == "Food"
    assert relation.sectors[0].they_can_give
    assert not relation.sectors[0].we_can_give
    assert [row.meets for row in relation.sectors] == [True, False, False, False]
    page = read(batam, malang).content.decode()
    assert "Offer meets want" in page
    assert "Infomalang, 21 August 2025" in page


def test_a_region_and_an_organisation(batam, officer, read):
    china = make.make_country()
    consulate = make.make_organisation("Konsulat Jenderal", china, kind="CONSULATE")
    visit = make.make_visit(batam, guest=False, owner=batam, title="Konsul")
    make.make_delegation(visit, region=china, organisation=consulate)
    make.make_visit(batam, china, owner=batam, title="Lain")
    make.make_visit(None, batam, host_region=None, host_organisation=consulate, owner=batam, title="Balasan")
    make.make_agreement(batam, consulate, title="LoI")

    relation = told(batam, consulate, officer)

    assert numbers(relation) == {"came": 1, "went": 1, "agreements": 1}
    assert set(titles(batam, consulate, officer, "visits")) == {"Konsul", "Balasan"}
    page = read(batam, consulate)
    assert page.status_code == 200
    assert page.context["relation"].sectors == []


@pytest.mark.parametrize(
    "address", ["/relations/{0}/{0}/", "/relations/{0}/999999999999999999999999/", "/relations/{0}/0/"]
)
def test_there_is_no_page_of_one(batam, officer, client, address):
    client.force_login(officer)

    assert client.get(address.format(batam.pk)).status_code == 404
    assert client.get(f"/relations/{batam.pk}/organisations/99999999999999999999999/").status_code == 404


def test_it_is_read_signed_in_and_with_get_only(batam, malang, client, officer):
    url = reverse("dashboards:relation", args=[batam.pk, malang.pk])

    assert client.get(url).status_code == 302
    client.force_login(officer)
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("many", [1, 30])
def test_it_costs_the_same_however_much_there_is(batam, malang, officer, client, django_assert_max_num_queries, many):
    make.make_process()
    for n in range(many):
        visit = make.make_visit(batam, malang, on=dt.date(2025, 1, 1 + n % 28), owner=batam)
        (guests,) = visit.delegations.all()
        make.make_delegate(guests, name=f"Orang {n}")
        make.make_milestone(f"Janji {n}", batam, visit=visit)
        make.make_agreement(batam, malang, signed=dt.date(2025, 2, 1 + n % 28))
        make.make_trait(malang, f"Punya {n}", sector=make.make_sector())
    client.force_login(officer)
    url = reverse("dashboards:relation", args=[batam.pk, malang.pk])
    client.get(url)

    with django_assert_max_num_queries(15):
        assert client.get(url).status_code == 200


def test_the_five_articles_both_ways():
    """As the demo tells them; independent of the page, in plain words of the model."""
    call_command("load_regions", verbosity=0)
    call_command("demo", verbosity=0)
    admin = make.make_superuser()
    region = {code: Region.objects.get(code=code) for code in ("21.71", "35.07", "35.73", "15", "73.12", "CN")}
    region["xiangyang"] = Region.objects.get(name_id__icontains="Xiangyang", level="FOREIGN_CITY")
    pairs = [("21.71", "35.07"), ("21.71", "73.12"), ("21.71", "xiangyang"), ("21.71", "CN"), ("35.73", "15")]

    for one, other in pairs:
        ours, theirs = region[one], region[other]
        relation = told(ours, theirs, admin)
        assert (relation.figures["came"].number, relation.figures["went"].number) == (
            _made(theirs, ours, admin),
            _made(ours, theirs, admin),
        ), (one, other)
        back = told(theirs, ours, admin)
        assert (back.figures["came"], back.figures["went"]) == (relation.figures["went"], relation.figures["came"])
        assert back.figures["open"] == relation.figures["open"]
    malang_and_jambi = told(region["35.73"], region["15"], admin)
    assert malang_and_jambi.figures["elsewhere"].number == 1
    assert malang_and_jambi.figures["agreements"].number >= 1
    invited = told(region["21.71"], region["xiangyang"], admin)
    assert invited.figures["coming"].number >= 1
    assert Organisation.objects.filter(kind="CONSULATE").exists()


def _made(guest, host, user):
    """How many held, evidenced visits the one made to the other, counted record by record."""
    count = 0
    for visit in Visit.objects.visible_to(user).filter(status__in=["COMPLETED", "REPORTED"], standing="EVIDENCED"):
        over = visit.starts_on is None or visit.starts_on <= user.today()
        guests = {d.region_id for d in visit.delegations.all() if d.side == "GUEST"}
        guests |= {d.on_behalf_of_region_id for d in visit.delegations.all() if d.side == "GUEST"}
        count += over and visit.setting == "AT_HOST" and visit.host_region_id == host.pk and guest.pk in guests
    return count


def test_pages_of_records_lead_to_the_page_of_their_sides(batam, malang, officer, client):
    china = make.make_country()
    consulate = make.make_organisation("Konsulat Jenderal", china, kind="CONSULATE")
    visit = make.make_visit(malang, batam, owner=batam)
    make.make_delegation(visit, organisation=consulate)
    agreement = make.make_agreement(malang, batam, owner=batam)
    client.force_login(officer)
    tie = reverse("dashboards:relation", args=[batam.pk, malang.pk])
    with_unit = reverse("dashboards:relation-organisation", args=[batam.pk, consulate.pk])

    def links(record):
        return set(
            re.findall(
                r'href="(/(?:relations|partners)/[^"]*)"', client.get(record.get_absolute_url()).content.decode()
            )
        )

    assert links(visit) == {tie, with_unit}
    assert links(agreement) == {tie}
    assert links(malang) == {tie}
    assert links(consulate) == {with_unit}
    assert f"{reverse('dashboards:finder')}?region={batam.pk}" in links(batam)


def test_who_acts_for_a_unit_is_not_led_to_ties_of_its_region_with_itself(client, batam):
    client.force_login(make.make_unit_user(make.make_organisation("Kominfo", batam)))

    page = client.get(batam.get_absolute_url()).content.decode()

    assert f"/relations/{batam.pk}/{batam.pk}/" not in page
    found = re.search(r'href="(/partners/[^"]*)"', page)
    assert found is None or client.get(found[1]).status_code == 200


def test_those_of_one_side_do_not_push_out_all_of_the_other(batam, malang, officer, client):
    visit = make.make_visit(batam, malang, on=dt.date(2025, 6, 16))
    host = visit.delegations.create(region=batam, side="HOST", position=1)
    for n in range(121):
        make.make_delegate(host, f"Pegawai {n:03}", position=n)
    make.make_delegate(visit.delegations.get(side="GUEST"), "Zainuddin, bupati")
    client.force_login(officer)

    relation = client.get(f"/relations/{batam.pk}/{malang.pk}/").context["relation"]

    assert [person.name for person in relation.their_people] == ["Zainuddin, bupati"]


def test_who_came_on_behalf_of_a_region_is_among_the_people_who_met(batam, malang, officer, client):
    company = make.make_organisation("PT Malang Raya", make.make_region("Kota Medan", code="12.71"), kind="COMPANY")
    visit = make.make_visit(batam, False)
    sent = visit.delegations.create(organisation=company, on_behalf_of_region=malang, side="GUEST", position=1)
    make.make_delegate(sent, "Direktur Utama")
    client.force_login(officer)

    relation = client.get(f"/relations/{batam.pk}/{malang.pk}/").context["relation"]

    assert relation.balance.came.number == 1
    assert [person.name for person in relation.their_people] == ["Direktur Utama"]
