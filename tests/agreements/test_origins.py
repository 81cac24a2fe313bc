"""An agreement from a visit or an outcome: everything that is known is carried over, and nothing is saved yet."""

import pytest

from agreements.models import Agreement, AgreementSource
from tests import factories as make
from tests.sent import problems_on, sent_by

pytestmark = pytest.mark.django_db
NEW = "/agreements/new/"


@pytest.fixture
def visit(batam, malang):
    """The regent of Malang in Batam, with topics, a source and two outcomes."""
    visit = make.make_visit(batam, malang, purpose="Mempelajari pariwisata", sectors=[make.make_sector()])
    source = make.make_source(
        visit, "batampos", title="Kunjungan Bupati", full_text="Isi berita", url="https://example.org/a"
    )
    make.make_citation(visit, "Pasokan cabai", source=source, about="PURPOSE", quote="cabai dibahas")
    make.make_citation(visit, "Senin (16/6)", source=source, about="DATE")
    unit = make.make_organisation("Bappeda", malang)
    food = make.make_sector("food", "Pangan", "Food")
    make.make_outcome(
        visit, "Pasokan cabai dari Malang", kind="INTEREST", direction="GUEST_TO_HOST", sector=food, responsible=unit,
        quote="dibahas secara serius", certainty="INFERRED",
    )  # fmt: skip
    return visit


def test_an_outcome_brings_its_visit_with_all_that_is_known(client, officer, visit, batam, malang):
    outcome = visit.outcomes.get()

    answer = client.get(f"{NEW}?visit={visit.pk}&outcome={outcome.pk}")
    assert Agreement.objects.count() == 0
    saved = client.post(NEW, sent_by(answer))

    assert problems_on(saved) == []
    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.about) == ("Pasokan cabai dari Malang", "Pasokan cabai dari Malang")
    assert (agreement.category, agreement.category_certainty, agreement.owner) == ("KSDD_S", "INFERRED", batam)
    assert [(p.region, p.role, p.unit and p.unit.name_id) for p in agreement.parties.all()] == [
        (batam, "FIRST", None), (malang, "SECOND", "Bappeda"),
    ]  # fmt: skip
    point = agreement.scope.get()
    assert (point.giver.region, point.receiver.region, point.direction) == (malang, batam, "ONE_WAY")
    assert (point.sector.code, point.quote, point.certainty) == ("food", "dibahas secara serius", "INFERRED")
    assert [sector.code for sector in agreement.sectors.all()] == ["food"]
    link = agreement.visit_links.get()
    assert (link.visit, link.outcome, link.relation) == (visit, outcome, "ORIGIN")
    source = agreement.sources.get()
    assert (source.outlet, source.title, source.full_text, source.url) == (
        "batampos", "Kunjungan Bupati", "Isi berita", "https://example.org/a",
    )  # fmt: skip
    assert [(fact.about, fact.fact, fact.quote) for fact in source.citations.all()] == [
        ("SCOPE", "Pasokan cabai", "cabai dibahas"),
        ("SCOPE", "Pasokan cabai dari Malang", "dibahas secara serius"),
    ]


def test_a_visit_alone_brings_its_topics_and_purpose(client, officer, visit):
    client.post(NEW, sent_by(client.get(f"{NEW}?visit={visit.pk}")))

    agreement = Agreement.objects.get()
    assert (agreement.title, agreement.about) == ("", "Mempelajari pariwisata")
    assert [sector.code for sector in agreement.sectors.all()] == ["tourism"]
    assert (agreement.visit_links.get().outcome, agreement.scope.count()) == (None, 0)


def test_the_consul_comes_for_xiangyang(client, officer, batam):
    china, hubei = make.make_country(), make.make_place("Xiangyang")
    consulate = make.make_organisation("Konsulat Jenderal RRT di Medan", china, kind="CONSULATE")
    visit = make.make_visit(
        batam, False, host_organisation=make.make_organisation("Pemko Batam", batam, kind="PEMDA_KOTA")
    )
    make.make_delegation(visit, organisation=consulate, on_behalf_of="Wali Kota Xiangyang", on_behalf_of_region=hubei)

    client.post(NEW, sent_by(client.get(f"{NEW}?visit={visit.pk}")))

    agreement = Agreement.objects.get()
    first, second = agreement.parties.all()
    assert (first.region, first.organisation) == (batam, None)
    assert (second.organisation, second.on_behalf_of, second.on_behalf_of_region) == (
        consulate,
        "Wali Kota Xiangyang",
        hubei,
    )
    assert agreement.category == "KSDPL_OTHER"


def test_the_own_region_is_the_first_party_also_where_it_was_the_guest(client, officer, batam, malang):
    visit = make.make_visit(malang, batam, owner=batam)

    client.post(NEW, sent_by(client.get(f"{NEW}?visit={visit.pk}")))

    assert [party.region for party in Agreement.objects.get().parties.all()] == [batam, malang]


def test_a_visit_that_the_officer_may_not_see_brings_nothing(client, officer):
    hidden = make.make_visit(make.make_region("Kota Jambi"), make.make_region("Kota Medan"), purpose="CANARY")
    outcome = make.make_outcome(hidden, "CANARY outcome")

    answers = [client.get(f"{NEW}?visit={hidden.pk}"), client.get(f"{NEW}?outcome={outcome.pk}")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("CANARY" in answer.content.decode() for answer in answers)


@pytest.mark.parametrize("asked", ["visit=x", "visit=" + "9" * 40, "outcome=%00", "category=KSDD", "region=-1"])
def test_what_cannot_be_read_is_left_out(client, officer, asked):
    assert client.get(f"{NEW}?{asked}").status_code == 200


def test_the_page_of_a_visit_offers_it_to_those_who_may_write(client, officer, visit, batam):
    outcome = visit.outcomes.get()
    address = f'href="{NEW}?visit={visit.pk}'

    page = client.get(f"/visits/{visit.pk}/").content.decode()
    client.force_login(make.make_viewer(batam))
    for_reader = client.get(f"/visits/{visit.pk}/").content.decode()

    assert f'{address}"' in page
    assert f'{address}&amp;outcome={outcome.pk}"' in page
    assert address not in for_reader


def test_the_copied_source_is_a_row_of_its_own(client, officer, visit):
    client.post(NEW, sent_by(client.get(f"{NEW}?visit={visit.pk}")))

    AgreementSource.objects.get().delete()
    assert visit.sources.count() == 1
