"""The agreements that the articles tell of, fact by fact: stored as stated, found again, counted, and nothing added."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement, Signatory, Signing
from agreements.ways import Way
from tests.demo import TODAY, demo  # noqa: F401 -- a fixture
from workshop.demo.texts import quotations_in

pytestmark = pytest.mark.usefixtures("demo")


def titled(words):
    return Agreement.objects.with_state(TODAY).get(title__startswith=words)


@pytest.fixture
def real():
    return Agreement.objects.exclude(remarks__contains="rekaan")


@pytest.fixture
def potential():
    return titled("Potensi kerja sama")


@pytest.fixture
def sister():
    return titled("Rencana kerja sama sister city")


@pytest.fixture
def jambi():
    return titled("Kesepakatan kolaborasi Malang dan Jambi")


@pytest.fixture
def synergy():
    return titled("Kesepakatan Kominfo dan Pemko Batam")


@pytest.fixture
def commitment():
    return titled("Komitmen bersama menuju Smart City")


def parties(agreement):
    return [(party.role, party.name, party.certainty) for party in agreement.parties.all()]


def scope(agreement):
    """Sector and who gives to whom."""
    return [(p.sector.code, p.direction, str(p.giver or ""), str(p.receiver or "")) for p in agreement.scope.all()]


def visits(agreement):
    return [(link.relation, link.outcome.kind if link.outcome else "") for link in agreement.visit_links.all()]


# 1. Batam and Malang: it may come


def test_1_it_is_only_explored_and_its_category_is_inferred(potential):
    assert (potential.category, potential.category_certainty) == ("KSDD_S", "INFERRED")
    assert (potential.kind, potential.kind_certainty) == ("KB", "DEFAULT")
    assert (potential.state, potential.is_signed, potential.step.code) == ("PIPELINE", False, "MAPPING")
    assert potential.stage_since == dt.date(2025, 6, 16)


def test_1_between_the_city_and_the_regency(potential):
    assert parties(potential) == [("FIRST", "Kota Batam", "STATED"), ("SECOND", "Kabupaten Malang", "STATED")]


def test_1_food_goes_to_batam_and_experience_to_malang(potential):
    assert scope(potential) == [
        ("food", "ONE_WAY", "Kabupaten Malang", "Kota Batam"),
        ("e-government", "ONE_WAY", "Kota Batam", "Kabupaten Malang"),
        ("tourism", "ONE_WAY", "Kota Batam", "Kabupaten Malang"),
        ("investment", "ONE_WAY", "Kota Batam", "Kabupaten Malang"),
        ("industry", "ONE_WAY", "Kota Batam", "Kabupaten Malang"),
    ]
    assert set(potential.scope.values_list("certainty", flat=True)) == {"INFERRED"}


def test_1_it_came_from_the_visit_and_three_of_its_outcomes(potential):
    assert visits(potential) == [("ORIGIN", "INTEREST"), ("ORIGIN", "INTEREST"), ("ORIGIN", "DECISION")]
    assert {link.visit.date_as_stated for link in potential.visit_links.all()} == {"Senin (16/6)"}


# 2. Batam and Xiangyang: a sister city that is explored


def test_2_category_kind_stage_and_state_are_four_things(sister):
    assert (sister.category, sister.kind, sister.step.code, sister.state) == (
        "KSDPL_SISTER",
        "SISTER_CITY",
        "EXPLORATION",
        "PIPELINE",
    )
    assert (sister.category_certainty, sister.kind_certainty) == ("INFERRED", "STATED")
    assert sister.stage_since == dt.date(2025, 4, 21)


def test_2_the_consul_speaks_for_xiangyang(sister):
    consul = sister.parties.get(role="FACILITATOR")

    assert [(role, name) for role, name, _ in parties(sister)][:2] == [("FIRST", "Kota Batam"), ("SECOND", "Xiangyang")]
    assert (consul.organisation.kind, consul.on_behalf_of, str(consul.on_behalf_of_region)) == (
        "CONSULATE",
        "Wali Kota Xiangyang",
        "Xiangyang",
    )
    assert sister.initiator == "COUNTERPART"


def test_2_the_invitation_is_open_and_leads_to_a_visit_without_a_day(sister):
    origin, invited, reply = sister.visit_links.all()

    assert (origin.outcome.kind, invited.outcome.kind, invited.outcome.follow_up) == ("INTEREST", "INVITATION", "OPEN")
    assert (reply.relation, reply.visit.status, reply.visit.starts_on) == ("TALKS", "INVITED", None)


def test_2_it_cannot_be_signed_before_council_ministry_and_full_powers(sister):
    assert [gate.code for gate in Way(sister).open_gates()] == ["DPRD", "VERIFICATION", "FULL_POWERS"]


def test_2_no_number_no_signatory_no_term_and_nothing_promised(sister):
    assert not sister.signings.exists()
    assert not Signatory.objects.filter(party__agreement=sister).exists()
    assert (sister.term_months, sister.valid_until, sister.reach, sister.open_ended) == (None, None, None, False)
    assert {direction for _, direction, _, _ in scope(sister)} == {""}


# 3. Malang and Jambi: signed, nobody knows when, where, by whom, for how long


def test_3_it_is_signed_and_in_force_though_nobody_knows_since_when(jambi):
    signing = jambi.signings.get()

    assert (jambi.is_signed, jambi.signed_on, jambi.step.code, jambi.state) == (True, None, "KB_SIGNED", "ACTIVE")
    assert (signing.precision, signing.starts_on, signing.place, signing.place_as_stated, signing.mode) == (
        "UNKNOWN",
        None,
        None,
        "",
        "",
    )
    assert signing.ceremony == jambi.visit_links.get(relation="SIGNING").visit


def test_3_nothing_that_the_article_leaves_out_is_there(jambi):
    assert set(jambi.parties.values_list("number", flat=True)) == {""}
    assert not Signatory.objects.filter(party__agreement=jambi).exists()
    assert (jambi.valid_from, jambi.valid_until, jambi.term_months, jambi.runs_from, jambi.reach) == (None,) * 5
    assert (jambi.burdens_public, jambi.outside_budget, jambi.council) == (None, None, "UNASSESSED")
    assert not jambi.children.exists()


def test_3_that_it_is_this_malang_and_this_jambi_is_inferred(jambi):
    assert [(p.role, p.region.code, p.certainty) for p in jambi.parties.all()] == [
        ("FIRST", "35.73", "INFERRED"),
        ("SECOND", "15", "INFERRED"),
    ]
    assert "dikonfirmasi" in jambi.citations.get(about="PARTIES").fact
    assert (jambi.category, jambi.category_certainty, jambi.kind, jambi.kind_certainty) == (
        "KSDD_S",
        "INFERRED",
        "KB",
        "INFERRED",
    )


def test_3_its_scopes_by_direction(jambi):
    one_way = [point for point in scope(jambi) if point[1] == "ONE_WAY"]

    assert one_way == [
        ("smart-city", "ONE_WAY", "Kota Malang", "Jambi"),
        ("e-government", "ONE_WAY", "Jambi", "Kota Malang"),
        ("education", "ONE_WAY", "Kota Malang", "Jambi"),
    ]
    assert {direction for _, direction, _, _ in scope(jambi)} == {"ONE_WAY", "MUTUAL"}
    assert len(set(jambi.scope.values_list("heading", flat=True))) == 4
    assert jambi.scope.count() == 13


def test_3_its_programmes_have_no_unit_no_day_and_no_target(jambi):
    assert [p.sector.code for p in jambi.programmes.all()] == [
        "cooperatives-sme",
        "tourism",
        "tourism",
        "education",
        "civil-service",
    ]
    assert not jambi.programmes.exclude(units=None, indicators=None, starts_on=None).exists()


def test_3_monitoring_is_periodic_at_times_that_are_not_stated(jambi):
    assert jambi.citations.filter(about="FOLLOW_UP", quote__startswith="Monitoring dan evaluasi berkala").count() == 1
    assert "jaraknya tidak disebut" in jambi.remarks


# 5. The ministry and Batam: a synergy that is carried out, and the commitment under it


def test_5_of_the_synergy_only_its_existence_is_known(synergy):
    signing = synergy.signings.get()

    assert (synergy.category, synergy.kind, synergy.category_certainty, synergy.kind_certainty) == (
        "SINERGI",
        "NK",
        "INFERRED",
        "INFERRED",
    )
    assert (synergy.is_signed, synergy.signed_on, signing.precision, signing.date_certainty) == (
        True,
        None,
        "UNKNOWN",
        "INFERRED",
    )
    assert (synergy.step.code, synergy.stage_since) == ("IMPLEMENTATION", dt.date(2022, 6, 13))
    assert set(synergy.parties.values_list("number", flat=True)) == {""}


def test_5_the_ministry_is_meant_and_that_is_inferred(synergy):
    ministry = synergy.parties.get(role="SECOND")

    assert (ministry.organisation.kind, ministry.organisation.short_name, ministry.certainty) == (
        "MINISTRY",
        "Kominfo",
        "INFERRED",
    )


def test_5_four_phases_carried_it_out(synergy):
    assert [(link.relation, link.visit.phase) for link in synergy.visit_links.all()] == [
        ("FOLLOW_UP", phase) for phase in (1, 2, 3, 4)
    ]


def test_5_the_commitment_was_signed_in_the_last_phase_by_people_who_are_not_named(commitment, synergy):
    signing = commitment.signings.get()

    assert (commitment.kind, commitment.parent, commitment.signed_on) == ("KOMITMEN", synergy, dt.date(2022, 9, 6))
    assert (signing.date_as_stated, signing.place_as_stated, signing.ceremony.phase) == (
        "Selasa (6/9) siang",
        "Aula Engku Hamidah Kantor Walikota Batam",
        4,
    )
    assert not Signatory.objects.filter(party__agreement=commitment).exists()
    assert parties(commitment) == [("FIRST", "Kota Batam", "INFERRED")]
    assert commitment.visit_links.get().outcome.kind == "DOCUMENT"


def test_5_the_misprint_stays_in_the_quotation(synergy):
    cited = synergy.citations.get(about="KIND")

    assert "tetangga implementasi" in cited.quote
    assert "maksudnya “tentang implementasi”" in cited.fact


# All of them


def test_four_articles_make_five_agreements_and_the_one_about_soppeng_none(real):
    assert sorted(real.values_list("sources__outlet", flat=True)) == sorted(
        ["batampos", "Telegrapnews.com", "Infomalang.com", "KEPRI.BERITATERBARU.CO.ID", "KEPRI.BERITATERBARU.CO.ID"]
    )
    assert (
        not Signing.objects.filter(agreement__in=real, starts_on__isnull=False).exclude(starts_on="2022-09-06").exists()
    )


def test_every_citation_names_its_source_and_quotes_it(real):
    for agreement in real:
        assert agreement.citations.exists()
        assert not agreement.citations.filter(source=None).exists()
        assert not agreement.citations.filter(quote="").exists()
        assert quotations_in(agreement)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("cabai Batam", {"Potensi kerja sama Kota Batam dan Kabupaten Malang"}),
        ("Xiangyang", {"Rencana kerja sama sister city Batam-Xiangyang"}),
        (
            '"tetangga implementasi"',
            {"Kesepakatan Kominfo dan Pemko Batam tentang implementasi menuju kota cerdas 2022"},
        ),
        ("Engku Hamidah", {"Komitmen bersama menuju Smart City Kota Batam"}),
        ("beasiswa pelajar", {"Kesepakatan kolaborasi Malang dan Jambi"}),
    ],
)
def test_an_agreement_is_found_by_any_of_its_words(real, words, titles):
    assert set(real.matching(words).values_list("title", flat=True)) == titles


def test_who_sees_which(real):
    def seen(email):
        return real.visible_to(User.objects.get(email=email)).count()

    assert [seen(f"petugas@{place}.example") for place in ("batam", "malang", "kotamalang", "soppeng")] == [4, 1, 1, 0]


# Read back in the browser


@pytest.mark.parametrize(
    ("article", "email", "facts"),
    [
        ("potential", "petugas@malang.example", ["Potensi kerja sama", "cabai", "batampos"]),
        ("sister", "petugas@batam.example", ["Xiangyang", "Wali Kota Xiangyang", "Telegrapnews.com", "Penjajakan"]),
        (
            "jambi",
            "petugas@kotamalang.example",
            ["Pendampingan teknis", "Jambi", "Infomalang.com", "Perguruan tinggi di Malang"],
        ),
        ("synergy", "petugas@batam.example", ["Kominfo", "tetangga implementasi", "Komitmen bersama"]),
        ("commitment", "petugas@batam.example", ["6 September 2022", "Aula Engku Hamidah", "Zulfahmi"]),
    ],
)
def test_an_officer_reads_the_agreement_back(request, article, email, facts):
    client = Client()
    client.force_login(User.objects.get(email=email))
    page = client.get(reverse("agreements:detail", args=[request.getfixturevalue(article).pk])).content.decode()

    assert [fact for fact in facts if fact not in page] == []
