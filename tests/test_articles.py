"""The five articles, fact by fact: stored as stated, found again, counted right, and nothing added."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from regions.models import Official, Organisation, Position, Region, RegionFigure, RegionTrait, Venue
from tests.demo import demo  # noqa: F401 -- a fixture
from visits.models import Delegate, Outcome, Visit

pytestmark = pytest.mark.usefixtures("demo")


def visit_of(outlet, **which):
    """The visit that an article tells of first; its programme's earlier phases and invitations by their own facts."""
    return Visit.objects.get(sources__outlet=outlet, **which)


@pytest.fixture
def malang():
    return visit_of("batampos")


@pytest.fixture
def consul():
    return visit_of("Telegrapnews.com", ordinal_claimed=3)


@pytest.fixture
def jambi():
    return visit_of("Infomalang.com")


@pytest.fixture
def soppeng():
    return visit_of("PAREPOS.FAJAR.CO.ID")


@pytest.fixture
def bimtek():
    return visit_of("KEPRI.BERITATERBARU.CO.ID", phase=4)


def kinds(visit):
    return sorted(kind.code for kind in visit.kinds.all())


def sectors(visit, **which):
    return sorted(topic.sector.code for topic in visit.topics.filter(**which))


def parties(visit, side):
    return [str(party) for party in visit.delegations.filter(side=side)]


def people(visit, side="GUEST"):
    """Form, words and certainty of everybody on one side, in order; the leader first in their delegation."""
    of_side = Delegate.objects.filter(delegation__visit=visit, delegation__side=side)
    return [(p.form, p.who) for p in of_side.order_by("delegation__position", "position")]


def traits(code, kind):
    return sorted(RegionTrait.objects.filter(region__code=code, kind=kind).values_list("sector__code", flat=True))


def positions(name):
    return sorted(str(position) for position in Position.objects.filter(official__name=name))


# 1. Batam Pos: the regent of Malang in Batam


def test_1_where_and_when_it_was_and_that_the_year_is_inferred(malang):
    assert (malang.host_region.code, str(malang.host_organisation)) == ("21.71", "Pemerintah Kota Batam")
    assert (str(malang.venue), malang.venue.kind) == ("Kantor Wali Kota Batam", "OFFICE")
    assert (malang.precision, malang.starts_on, malang.ends_on) == ("DAY", dt.date(2025, 6, 16), dt.date(2025, 6, 16))
    assert (malang.date_as_stated, malang.date_certainty) == ("Senin (16/6)", "INFERRED")
    assert malang.citations.get(about="DATE").certainty == "INFERRED"


def test_1_it_is_of_three_kinds(malang):
    assert kinds(malang) == ["COURTESY", "KUNKER", "PENJAJAKAN"]


def test_1_two_bodies_came_and_the_regent_leads(malang):
    assert parties(malang, "GUEST") == ["Pemerintah Kabupaten Malang", "DPRD Kabupaten Malang"]
    assert people(malang) == [
        ("NAMED", "M Sanusi, Bupati Malang"),
        ("GROUP", "rombongan dari Kabupaten Malang"),
        ("GROUP", "jajaran Organisasi Perangkat Daerah (OPD) Pemkab Malang"),
        ("GROUP", "Badan Perencanaan Pembangunan Daerah (Bappeda) Malang"),
        ("GROUP", "DPRD Malang"),
    ]
    assert [p.who for p in Delegate.objects.filter(delegation__visit=malang, role="LEADER").order_by("delegation")] == [
        "M Sanusi, Bupati Malang",
        "Amsakar Achmad, Wali Kota Batam, Kepala BP Batam",
    ]


def test_1_that_it_is_the_council_of_the_regency_is_inferred(malang):
    assert Delegate.objects.get(delegation__visit=malang, capacity="DPRD Malang").certainty == "INFERRED"


def test_1_no_head_is_counted_since_none_is_stated(malang):
    assert set(malang.delegations.values_list("headcount", flat=True)) == {None}
    assert set(Delegate.objects.filter(delegation__visit=malang).values_list("count", flat=True)) == {None}


def test_1_amsakar_holds_two_offices_at_once():
    assert positions("Amsakar Achmad") == ["Kepala BP Batam", "Wali Kota Batam"]
    assert [str(p) for p in Official.objects.get(name="Amsakar Achmad").positions_on(dt.date(2025, 6, 16))] == [
        "Wali Kota Batam",
        "Kepala BP Batam",
    ]
    assert Organisation.objects.get(short_name="BP Batam").kind == "SPECIAL_AUTHORITY"


def test_1_the_economic_zone_was_planned_not_visited(malang):
    agenda = {item.kind: (item.state, str(item.venue or "")) for item in malang.agenda.all()}

    assert agenda == {
        "RECEPTION": ("DONE", "Kantor Wali Kota Batam"),
        "PRESENTATION": ("DONE", ""),
        "DISCUSSION": ("DONE", ""),
        "TECHNICAL": ("UNKNOWN", ""),
        "SITE_VISIT": ("PLANNED", "KEK Nongsa Digital Park"),
    }
    assert malang.agenda.get(kind="DISCUSSION").led_by == "M Sanusi, Bupati Malang"


def test_1_what_it_was_about_and_what_in_depth(malang):
    assert sectors(malang, emphasised=True) == ["agriculture", "food"]
    assert sectors(malang, emphasised=False) == [
        "creative-industry",
        "digital-economy",
        "e-government",
        "industry",
        "investment",
        "planning",
        "tourism",
    ]
    assert "cabai" in malang.topics.get(sector__code="food").note


def test_1_three_quotations_stand_word_for_word(malang):
    said = malang.statements.filter(verbatim=True)

    assert [s.speaker.split(",")[0] for s in said] == ["Amsakar Achmad", "Amsakar Achmad", "M Sanusi"]
    assert "kunjungan ini membesarkan hati kami" in said[0].text


def test_1_the_planning_agency_is_to_study_e_government_without_a_date(malang):
    [task] = malang.outcomes.open()

    assert (task.kind, task.sector.code, str(task.responsible)) == (
        "DECISION",
        "e-government",
        "Badan Perencanaan Pembangunan Daerah",
    )
    assert (task.requested_by, task.due_on, task.due_as_stated) == ("M Sanusi, Bupati Malang", None, "")


def test_1_the_food_supply_is_only_suggested_as_follow_up(malang):
    suggested = malang.outcomes.get(follow_up="SUGGESTED")

    assert (suggested.certainty, suggested.responsible, suggested.sector.code) == ("INFERRED", None, "food")
    assert malang.outcomes.filter(direction="MUTUAL", sector__code="food", certainty="STATED").count() == 1
    assert not malang.outcomes.filter(kind="DOCUMENT").exists()


def test_1_the_source_has_a_reporter_and_no_title_no_date_no_address(malang):
    source = malang.sources.get()

    assert (source.outlet, source.author) == ("batampos", "Arjuna")
    assert (source.title, source.published_on, source.url, source.editor) == ("", None, "", "")


def test_1_both_regions_want_and_offer_what_the_article_says():
    assert traits("35.07", "WANT") == ["e-government", "industry", "investment", "tourism"]
    assert traits("21.71", "WANT") == ["food"]


# 2. Telegrapnews: the consul general for the third time


def test_2_when_where_and_which_kinds(consul):
    assert (consul.starts_on, consul.date_as_stated, consul.date_certainty) == (
        dt.date(2025, 4, 21),
        "Senin (21/4/2025)",
        "STATED",
    )
    assert (str(consul.venue), consul.venue.kind) == ("Ruang Rapat Wali Kota Batam", "MEETING_ROOM")
    assert kinds(consul) == ["DIPLOMATIC", "SISTER_CITY_EXPLORATION"]


def test_2_the_consul_acts_for_xiangyang(consul):
    guest = consul.delegations.get(side="GUEST")

    assert (guest.region.code, str(guest.on_behalf_of_region), guest.on_behalf_of) == (
        "CN",
        "Xiangyang",
        "Wali Kota Xiangyang",
    )
    assert people(consul) == [("NAMED", "Zhang Min, Konsul Jenderal Republik Rakyat Tiongkok di Medan")]
    assert people(consul, "HOST") == [("NAMED", "Amsakar Achmad, Wali Kota Batam")]


def test_2_the_consulate_serves_china_and_sits_in_medan():
    consulate = Organisation.objects.get(kind="CONSULATE")

    assert (consulate.region.code, consulate.seat.code) == ("CN", "12.71")


def test_2_xiangyang_lies_in_hubei_in_china_and_has_no_code():
    xiangyang = Region.objects.get(name_id="Xiangyang")

    assert [place.name_id for place in xiangyang.lineage()] == ["Hubei", "Tiongkok"]
    assert (xiangyang.level, xiangyang.parent.level, xiangyang.code) == ("FOREIGN_CITY", "FOREIGN_PROVINCE", None)


def test_2_its_figures_keep_comparator_currency_and_source():
    figures = RegionFigure.objects.filter(region__name_id="Xiangyang").order_by("measure")

    assert [(f.measure, f.comparator, f.value, f.unit, f.as_of, f.source) for f in figures] == [
        ("GDP", "MORE_THAN", Decimal(600_000_000_000), "CNY", None, "Telegrapnews.com"),
        ("POPULATION", "EXACT", Decimal(6_000_000), "jiwa", None, "Telegrapnews.com"),
    ]
    offered = RegionTrait.objects.filter(region__name_id="Xiangyang", kind="OFFER").values_list(
        "sector__code", flat=True
    )
    assert sorted(offered) == ["agriculture", "industry", "new-energy"]


def test_2_at_least_a_hundred_companies_are_pledged(consul):
    pledge = consul.outcomes.get(kind="PLEDGE")

    assert (pledge.quantity, pledge.comparator, pledge.unit) == (100, "AT_LEAST", "perusahaan")
    assert pledge.quantity_text == "≥ 100 perusahaan"
    assert (pledge.direction, pledge.given_by) == ("GUEST_TO_HOST", "Zhang Min, Konsul Jenderal RRT di Medan")


def test_2_an_unnamed_mayor_invites_the_mayor_of_batam_without_a_date(consul):
    invitation = consul.outcomes.get(kind="INVITATION")
    reply = consul.replies.get()

    assert (invitation.direction, invitation.given_by, invitation.follow_up, invitation.due_on) == (
        "GUEST_TO_HOST",
        "Wali Kota Xiangyang",
        "OPEN",
        None,
    )
    assert (reply.status, reply.precision, reply.starts_on, str(reply.host_region)) == (
        "INVITED",
        "UNKNOWN",
        None,
        "Xiangyang",
    )
    assert reply.direction_for([consul.owner_id]) == "OUTGOING"
    assert not Official.objects.filter(name__icontains="Xiangyang").exists()


def test_2_the_two_earlier_visits_are_mentioned_not_evidenced(consul):
    mentioned = consul.mentions.order_by("ordinal_claimed")

    assert [(v.standing, v.ordinal_claimed, v.precision, v.starts_on, v.venue) for v in mentioned] == [
        ("CLAIMED", 1, "UNKNOWN", None, None),
        ("CLAIMED", 2, "UNKNOWN", None, None),
    ]
    assert consul.citations.get(about="ORDINAL").quote == "merupakan kunjungan ketiga Konjen Zhang ke Batam"


def test_2_counting_leaves_the_mentioned_ones_out(consul):
    of_the_consul = Visit.objects.filter(delegations__delegates__name="Zhang Min")

    assert (of_the_consul.count(), of_the_consul.evidenced().count()) == (3, 1)


def test_2_what_it_was_about_and_the_company_named_as_example(consul):
    assert sectors(consul) == [
        "agriculture",
        "culture",
        "industry",
        "investment",
        "new-energy",
        "quality-of-life",
        "strategic-projects",
    ]
    assert Organisation.objects.get(name_id="BYD").region is None


def test_2_the_source_has_an_editor_only(consul):
    source = consul.sources.get()

    assert (source.editor, source.author, source.title, source.published_on) == ("dr", "", "", None)


# 3. Infomalang: an agreement is signed, nobody and no day is named


def test_3_only_a_signing_is_known(jambi):
    assert kinds(jambi) == ["SIGNING"]
    assert (jambi.status, jambi.standing) == ("COMPLETED", "EVIDENCED")


def test_3_nothing_that_the_article_leaves_out_is_there(jambi):
    assert (jambi.precision, jambi.starts_on, jambi.ends_on, jambi.weekday, jambi.date_as_stated) == (
        "UNKNOWN",
        None,
        None,
        None,
        "",
    )
    assert (jambi.setting, jambi.host_region, jambi.host_organisation, jambi.venue) == ("UNKNOWN", None, None, None)
    assert not Delegate.objects.filter(delegation__visit=jambi).exists()
    assert not jambi.statements.exists()
    assert not jambi.agenda.exists()


def test_3_the_city_of_malang_and_the_province_of_jambi_take_part_and_no_other(jambi):
    assert sorted(Region.objects.filter(pk__in=jambi.region_ids).values_list("code", flat=True)) == ["15", "35.73"]
    assert parties(jambi, "GUEST") == ["Pemerintah Kota Malang", "Pemerintah Provinsi Jambi"]
    assert parties(jambi, "HOST") == []


def test_3_that_it_is_this_malang_and_this_jambi_is_inferred_and_to_be_confirmed(jambi):
    who = jambi.citations.get(about="PEOPLE")

    assert (who.certainty, who.quote) == ("INFERRED", "Pemerintah Kota Malang dan Pemerintah Provinsi Jambi")
    assert "dikonfirmasi" in who.fact


def test_3_each_side_owes_what_it_owes(jambi):
    def owed(by):
        return sorted(jambi.outcomes.filter(kind="PLEDGE", given_by=by).values_list("sector__code", flat=True))

    assert owed("Kota Malang") == ["education", "smart-city"]
    assert owed("Provinsi Jambi") == ["e-government"]
    assert jambi.outcomes.get(given_by="Provinsi Jambi").given_to == "Kota Malang"
    assert jambi.outcomes.filter(kind="PLEDGE", direction="MUTUAL").count() == 11


def test_3_evaluation_is_due_at_times_that_are_not_stated(jambi):
    review = jambi.outcomes.get(text__startswith="Monitoring")

    assert (review.due_on, review.due_as_stated) == (None, "berkala")
    assert review.follow_up == "NOT_NEEDED"  # the agreement has a recurring duty for it


def test_3_the_strengths_of_both_are_kept_with_the_regions():
    assert traits("35.73", "OFFER") == ["agriculture", "creative-industry", "education", "smart-city", "tourism"]
    assert sorted(map(str, RegionTrait.objects.filter(region__code="15").values_list("sector__code", flat=True))) == [
        "None",
        "agriculture",
        "e-government",
        "tourism",
    ]
    assert Venue.objects.get(name="Candi Muaro Jambi").kind == "HERITAGE"


def test_3_the_sixteen_sectors_of_its_four_scopes(jambi):
    assert len(sectors(jambi)) == 16
    assert {"trade", "smart-city", "tourism", "education"} <= set(sectors(jambi))


# 4. Parepos: Soppeng studies the service mall


def test_4_it_was_on_a_thursday_and_no_day_is_made_up(soppeng):
    assert (soppeng.precision, soppeng.weekday, soppeng.date_as_stated) == ("WEEKDAY_ONLY", 3, "Kamis lalu")
    assert (soppeng.starts_on, soppeng.ends_on) == (None, None)
    assert soppeng.sources.get().published_on is None


def test_4_it_is_a_replication_study_within_a_working_visit(soppeng):
    assert kinds(soppeng) == ["KUNKER", "STUDI_TIRU"]
    assert sectors(soppeng, emphasised=True) == ["public-service"]
    assert sectors(soppeng) == [
        "civil-service",
        "e-government",
        "ict",
        "investment",
        "land",
        "public-service",
        "transport",
    ]


def test_4_the_guests_are_named_by_office_and_in_groups_as_written(soppeng):
    assert people(soppeng) == [
        ("NAMED", "H Andi Kaswadi Razak, Bupati Soppeng"),
        ("NAMED", "H Syahruddin M Adam, Ketua DPRD Soppeng"),
        ("ROLE_ONLY", "Ketua Komisi DPRD"),
        ("GROUP", "para kepala Organisasi Perangkat Searah (OPD) yang berhubungan langsung dengan fungsi pelayanan"),
        ("GROUP", "para kepala desa se-Kabupaten Soppeng"),
    ]


def test_4_the_mayor_received_with_his_secretary_and_the_head_of_licensing(soppeng):
    assert people(soppeng, "HOST") == [
        ("NAMED", "H Muhammad Rudi, Wali Kota Batam"),
        ("NAMED", "H Jefridin Hamid, Sekda Kota Batam"),
        ("NAMED", "Firmansyah, Kadis PMPTSP"),
        ("GROUP", "jajaran Pemkot Batam lainnya"),
    ]


def test_4_whether_they_saw_the_mall_is_not_known(soppeng):
    study = soppeng.agenda.get(kind="SITE_VISIT")

    assert (study.state, study.certainty, study.venue.kind) == ("UNKNOWN", "INFERRED", "SERVICE_MALL")
    assert str(soppeng.venue) == "Kantor Wali Kota Batam"


def test_4_batam_promised_nothing_and_the_follow_up_is_a_suggestion(soppeng):
    assert not soppeng.outcomes.filter(kind__in=["PLEDGE", "DOCUMENT", "DECISION"]).exists()
    assert set(soppeng.outcomes.values_list("certainty", flat=True)) == {"INFERRED"}
    assert soppeng.outcomes.get(kind="RECOMMENDATION").follow_up == "SUGGESTED"


def test_4_a_misprint_is_kept_and_explained_beside_it(soppeng):
    explained = soppeng.citations.get(quote="para kepala Organisasi Perangkat Searah (OPD)")

    assert (explained.certainty, "Perangkat Daerah" in explained.fact) == ("INFERRED", True)


def test_4_a_later_mayor_does_not_change_who_received_them(soppeng):
    rudi = Delegate.objects.get(delegation__visit=soppeng, official__name="Muhammad Rudi")

    assert (rudi.capacity, positions("Muhammad Rudi")) == ("Wali Kota Batam", ["Wali Kota Batam"])


def test_4_what_was_said_word_for_word_and_in_sum(soppeng):
    assert soppeng.statements.filter(verbatim=True).count() == 3
    assert soppeng.statements.filter(verbatim=False, official__name="Muhammad Rudi").count() == 4


# 5. Berita Terbaru: the programme in four phases ends


def test_5_the_closing_is_known_to_the_day_and_the_room(bimtek):
    assert (bimtek.starts_on, bimtek.date_as_stated, bimtek.start_time) == (
        dt.date(2022, 9, 6),
        "Selasa (6/9) siang",
        None,
    )
    assert (str(bimtek.venue), str(bimtek.venue.parent)) == ("Aula Engku Hamidah", "Kantor Wali Kota Batam")
    assert kinds(bimtek) == ["BIMTEK", "SIGNING"]


def test_5_four_phases_share_one_programme(bimtek):
    phases = bimtek.series.visits.order_by("phase")

    assert [(v.phase, v.precision, v.starts_on, v.ends_on) for v in phases] == [
        (1, "RANGE", dt.date(2022, 6, 13), dt.date(2022, 6, 14)),
        (2, "RANGE", dt.date(2022, 7, 13), dt.date(2022, 7, 14)),
        (3, "RANGE", dt.date(2022, 8, 8), dt.date(2022, 8, 9)),
        (4, "DAY", dt.date(2022, 9, 6), dt.date(2022, 9, 6)),
    ]
    assert bimtek.series.phases_planned == 4
    assert [item.title for item in phases[0].agenda.all()] == ["Penyamaan persepsi", "Konsolidasi tim", "Analisis SWOT"]
    assert phases[1].outcomes.get().kind == "DECISION"


def test_5_of_the_earlier_phases_neither_people_nor_rooms_are_known(bimtek):
    earlier = bimtek.series.visits.exclude(pk=bimtek.pk)

    assert not Delegate.objects.filter(delegation__visit__in=earlier).exists()
    assert set(earlier.values_list("venue", flat=True)) == {None}


def test_5_a_joint_commitment_was_signed_by_nobody_named(bimtek):
    paper = bimtek.outcomes.get(kind="DOCUMENT")

    assert (paper.nature, paper.given_by) == ("SIGNED_SOFT", "")
    assert bimtek.agenda.get(kind="SIGNING").state == "DONE"
    assert not Delegate.objects.filter(delegation__visit=bimtek, role="SIGNATORY").exists()


def test_5_the_modern_city_of_2029_is_no_day(bimtek):
    target = bimtek.outcomes.get(kind="DECISION")

    assert (target.due_on, target.due_as_stated, target.given_by) == (
        None,
        "pada 2029 mendatang",
        "Muhammad Rudi, Wali Kota Batam",
    )


def test_5_who_is_named(bimtek):
    assert people(bimtek, "HOST") == [
        ("NAMED", "Muhammad Rudi, Wali Kota Batam"),
        ("NAMED", "Azril Apriansyah, Kepala Dinas Komunikasi dan Informatika (Kominfo) Kota Batam"),
        ("GROUP", "peserta Bimtek"),
    ]
    assert people(bimtek, "GUEST") == []


def test_5_the_misprint_stays_in_the_quotation_and_the_note_stands_beside_it(bimtek):
    said = bimtek.statements.get(text__contains="tetangga implementasi")

    assert said.verbatim
    assert "tentang implementasi" in said.translation


def test_5_the_ministry_is_kept_and_that_it_is_meant_is_inferred(bimtek):
    assert Organisation.objects.get(kind="MINISTRY", region__code="ID").short_name == "Kominfo"
    assert bimtek.citations.get(about="PEOPLE").certainty == "INFERRED"


def test_5_the_source_is_whole(bimtek):
    source = bimtek.sources.get()

    assert (source.author, source.published_on, source.published_as_stated) == (
        "Zulfahmi",
        dt.date(2022, 9, 6),
        "Sep 6, 2022 - 15:18",
    )


# Found again and counted


@pytest.mark.parametrize(
    ("words", "outlets"),
    [
        ("cabai", {"batampos"}),
        ("Xiangyang", {"Telegrapnews.com"}),
        ('"Kamis lalu"', {"PAREPOS.FAJAR.CO.ID"}),
        ("Soppeng", {"PAREPOS.FAJAR.CO.ID"}),
        ('"Perangkat Searah"', {"PAREPOS.FAJAR.CO.ID"}),
        ('"tetangga implementasi"', {"KEPRI.BERITATERBARU.CO.ID"}),
        ("Engku Hamidah", {"KEPRI.BERITATERBARU.CO.ID"}),
        ('"Muaro Jambi"', set()),  # a strength of the region, no word of the visit
        ("Jambi Malang", {"Infomalang.com"}),
        ('"H Jefridin Hamid"', {"PAREPOS.FAJAR.CO.ID"}),
        ("Arjuna", {"batampos"}),
    ],
)
def test_an_article_is_found_by_any_of_its_words(words, outlets):
    real = Visit.objects.exclude(remarks__contains="rekaan")

    assert set(real.matching(words).values_list("sources__outlet", flat=True)) == outlets


def test_the_articles_make_eleven_visits_of_which_two_are_only_mentioned():
    real = Visit.objects.exclude(remarks__contains="rekaan")

    assert (real.count(), real.evidenced().count()) == (11, 9)
    assert real.evidenced().filter(kinds__code="BIMTEK").count() == 4
    assert real.evidenced().filter(topics__sector__code="smart-city").count() == 5
    assert real.with_open_outcomes().count() == 3


def test_no_fact_of_an_article_is_due_on_a_day():
    real = Visit.objects.exclude(remarks__contains="rekaan")

    assert not Outcome.objects.filter(visit__in=real, due_on__isnull=False).exists()


# Read back in the browser


def page_of(visit, email="petugas@batam.example", view="visits:detail"):
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.get(reverse(view, args=[visit.pk]))


@pytest.mark.parametrize("view", ["visits:detail", "visits:print"])
@pytest.mark.parametrize(
    ("article", "facts"),
    [
        (
            "malang",
            [
                "16 Juni 2025",
                "Senin (16/6)",
                "Kantor Wali Kota Batam",
                "M Sanusi",
                "Bupati Malang",
                "DPRD Malang",
                "KEK Nongsa Digital Park",
                "Direncanakan",
                "cabai",
                "membesarkan hati kami",
                "Badan Perencanaan Pembangunan Daerah",
                "batampos",
                "Arjuna",
            ],
        ),
        (
            "consul",
            [
                "21 April 2025",
                "Ruang Rapat Wali Kota Batam",
                "Zhang Min",
                "Wali Kota Xiangyang",
                "≥ 100 perusahaan",
                "potensi luar biasa",
                "Undangan",
                "Telegrapnews.com",
            ],
        ),
        (
            "soppeng",
            [
                "Kamis lalu",
                "H Andi Kaswadi Razak",
                "Ketua Komisi DPRD",
                "Organisasi Perangkat Searah",
                "para kepala desa se-Kabupaten Soppeng",
                "Firmansyah",
                "Studi tiru",
                "by digital secara menyeluruh",
                "Pemkab Soppeng Studi Tiru MPP di Kota Batam",
            ],
        ),
        (
            "bimtek",
            [
                "6 September 2022",
                "Aula Engku Hamidah",
                "Azril Apriansyah",
                "Komitmen bersama menuju Smart City Kota Batam",
                "pada 2029 mendatang",
                "tetangga implementasi",
                "Zulfahmi",
            ],
        ),
    ],
)
def test_an_officer_of_batam_reads_the_article_back(request, article, facts, view):
    page = page_of(request.getfixturevalue(article), view=view)

    assert page.status_code == 200
    assert [fact for fact in facts if fact not in page.content.decode()] == []


def test_an_officer_of_batam_reads_which_visit_it_is_said_to_be(consul):
    assert "kunjungan Konjen Zhang ke Batam" in page_of(consul).content.decode()


def test_an_officer_of_malang_city_reads_the_signing_back(jambi):
    page = page_of(jambi, "petugas@kotamalang.example").content.decode()

    facts = ["Provinsi Jambi", "Infomalang.com", "berkala", "Pendampingan teknis", "Tanggal tidak diketahui"]
    assert [fact for fact in facts if fact not in page] == []


def test_a_stranger_reads_none_of_it(malang, jambi):
    assert page_of(malang, "petugas@soppeng.example").status_code == 404
    assert page_of(jambi).status_code == 404


def test_the_list_finds_the_thursday_among_the_undated():
    client = Client()
    client.force_login(User.objects.get(email="petugas@batam.example"))

    page = client.get(reverse("visits:list"), {"undated": "on", "q": "Soppeng"}).content.decode()

    assert "Pemerintah Kabupaten Soppeng" in page
    assert "Kamis, tanggal tidak diketahui" in page
