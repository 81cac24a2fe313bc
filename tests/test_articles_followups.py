"""What the articles ask to be done, fact by fact: as stated, by whom and for whom, and nothing added."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from followups.models import Duty, Milestone, Reminder
from followups.planning import plan, promises
from followups.telling import due_in_words
from notices.letters import write
from notices.models import Notice
from tests.demo import TODAY, demo  # noqa: F401 -- a fixture
from visits.models import Outcome
from workshop.demo.articles import OUTLETS

pytestmark = pytest.mark.usefixtures("demo")

BATAM, MALANG_REGENCY, MALANG_CITY, JAMBI, SOPPENG = "21.71", "35.07", "35.73", "15", "73.12"


def of(*outlets, **which):
    """The follow-ups of articles: of their visits and of their agreements."""
    of_visits = Milestone.objects.filter(visit__sources__outlet__in=outlets)
    of_agreements = Milestone.objects.filter(agreement__sources__outlet__in=outlets)
    keys = {*of_visits.values_list("pk", flat=True), *of_agreements.values_list("pk", flat=True)}
    return Milestone.objects.filter(pk__in=keys, **which)


@pytest.fixture
def asked():
    """What the articles say or suggest: all that does not follow from the calendar of a process."""
    return of(*OUTLETS, origin__in=["OUTCOME", "PERSON"])


@pytest.fixture
def study():
    return of("batampos").get(title__contains="e-government")


@pytest.fixture
def invitation():
    return of("Telegrapnews.com").get(kind="RETURN_VISIT")


@pytest.fixture
def monitoring():
    return Duty.objects.get(agreement__sources__outlet="Infomalang.com", kind="MONEV")


@pytest.fixture(scope="module")
def letters(demo):  # noqa: F811
    """All letters of the day, written but not sent, with their recipients."""
    plan()
    found = [(notice.recipient, write(notice, "EMAIL")) for notice in Notice.objects.order_by("pk")]
    return [(user, letter) for user, letter in found if letter]


def sides(milestone):
    return [(p.unit.name_id if p.unit else "", p.region.code) for p in milestone.parts.select_related("unit", "region")]


def people(milestone):
    """Who is reminded of it today, in their inbox."""
    return set(Reminder.objects.filter(milestone=milestone).values_list("recipient__email", flat=True))


def seen_by(milestone):
    officers = User.objects.filter(email__startswith="petugas@")
    return {u.email for u in officers if Milestone.objects.visible_to(u).filter(pk=milestone.pk).exists()}


# 1. The regent gives his planning agency something to study


def test_1_the_study_is_of_the_planning_agency_and_the_regent_asked_for_it(study):
    assert (study.kind, study.status, study.origin) == ("FOLLOW_UP", "OPEN", "OUTCOME")
    assert sides(study) == [("Badan Perencanaan Pembangunan Daerah", MALANG_REGENCY)]
    assert study.requested_by == "M Sanusi, Bupati Malang"
    assert not study.given_to.exists()


def test_1_it_is_open_since_the_visit_and_nobody_gave_a_day(study):
    assert (study.since, study.due_on, study.due_as_stated) == (dt.date(2025, 6, 16), None, "")


def test_1_the_plan_writes_to_the_agency_in_its_time_zone_and_language(study, letters):
    assert people(study) == {"opd@malang.example"}
    notices = Notice.objects.filter(reminders__milestone=study).distinct()
    assert {(n.recipient.language, n.time_zone, n.on) for n in notices} == {("id", "Asia/Jakarta", TODAY)}
    assert {n.kind for n in notices} == {"AT_ONCE", "DIGEST"}


def test_1_the_letter_says_what_and_who_asked_in_indonesian(study, letters):
    told = [letter for user, letter in letters if user.email == "opd@malang.example"]

    assert len(told) == 2
    for letter in told:
        assert study.title in letter.text
        assert "M Sanusi, Bupati Malang" in letter.text
        assert "16 Juni 2025" in letter.text
        assert f"/follow-ups/{study.pk}/" in letter.text
        assert f"/follow-ups/{study.pk}/" in letter.html


def test_1_no_other_letter_tells_it(study, letters):
    assert {user.email for user, letter in letters if study.title in letter.text} == {"opd@malang.example"}


def test_1_the_supply_of_chili_is_a_suggestion_of_nobody_in_particular():
    chili = of("batampos").get(status="SUGGESTED")

    assert "cabai" in chili.title
    assert (sides(chili), chili.due_on, chili.requested_by, chili.outcome.certainty) == ([], None, "", "INFERRED")


# 2. The mayor of Xiangyang invites


def test_2_the_invitation_is_a_return_visit_asked_for_by_the_mayor_of_xiangyang(invitation):
    assert (invitation.status, invitation.requested_by) == ("OPEN", "Wali Kota Xiangyang")
    assert invitation.outcome.given_to == "Amsakar Achmad, Wali Kota Batam"
    assert invitation.owner.code == BATAM


def test_2_it_has_no_day_and_stands_since_the_day_of_the_visit(invitation):
    assert (invitation.due_on, invitation.due_as_stated, invitation.since) == (None, "", dt.date(2025, 4, 21))


def test_2_batam_is_reminded_of_it_every_ninety_days_and_nobody_else(invitation):
    next_day = dt.date(2025, 4, 21) + dt.timedelta(days=7 * 90)

    told = promises(next_day, milestone=invitation.pk)

    assert next_day > TODAY
    assert [(User.objects.get(pk=p.recipient_id).email, p.topic, p.offset) for p in told] == [
        ("petugas@batam.example", "INVITATIONS", 630)
    ]
    assert promises(next_day - dt.timedelta(days=7), milestone=invitation.pk) == []


def test_2_the_statement_of_intent_is_only_suggested():
    loi = of("Telegrapnews.com").get(kind="LOI_SIGN")

    assert (loi.status, loi.due_on, loi.requested_by, sides(loi)) == ("SUGGESTED", None, "", [])
    assert "tidak menyebut" in loi.note


# 3. Malang and Jambi watch over what they signed


def test_3_the_monitoring_recurs_half_yearly_and_says_that_this_is_ours(monitoring):
    assert (monitoring.recurrence, monitoring.every_months) == ("SEMESTER", 6)
    assert (monitoring.certainty, monitoring.as_stated) == ("DEFAULT", "berkala")
    assert (monitoring.owner.code, monitoring.derived_key) == (MALANG_CITY, None)


def test_3_its_first_occurrence_is_of_both_sides(monitoring):
    first = monitoring.occurrences.get()

    assert (first.due_on, first.status) == (TODAY + dt.timedelta(days=182), "OPEN")
    assert sorted(sides(first)) == [("", JAMBI), ("", MALANG_CITY)]
    assert first.occurrence(TODAY) == "SCHEDULED"


def test_3_half_a_year_later_there_is_the_next_one_of_the_same_sides(monitoring):
    first = monitoring.occurrences.get().due_on
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', (%s - now())::text, true)", [first])
        cursor.execute("SELECT followups_derive(NULL)")
        occurrences = list(monitoring.occurrences.order_by("due_on"))
        later = sorted(sides(occurrences[-1]))
        transaction.set_rollback(True)

    assert [o.due_on for o in occurrences] == [first, dt.date(2027, 11, 21)]
    assert later == [("", JAMBI), ("", MALANG_CITY)]


def test_3_the_monitoring_is_there_once(monitoring):
    said = Outcome.objects.get(visit__sources__outlet="Infomalang.com", text__startswith="Monitoring")

    assert (said.follow_up, said.due_as_stated) == ("NOT_NEEDED", "berkala")
    assert not Milestone.objects.filter(outcome=said).exists()
    assert Duty.objects.filter(agreement=monitoring.agreement, kind="MONEV").count() == 1


def test_3_both_must_make_every_point_a_programme_and_nobody_said_by_when():
    promise = of("Infomalang.com").get(outcome__isnull=False)

    assert promise.title.startswith("Merealisasikan setiap poin kesepakatan")
    assert (promise.status, promise.due_on, promise.requested_by) == ("OPEN", None, "")
    assert sides(promise) == [("", MALANG_CITY), ("", JAMBI)]


def test_3_cooperation_agreements_are_only_suggested():
    pks = of("Infomalang.com").get(kind="PKS_SIGN")

    assert (pks.status, pks.due_on, sides(pks)) == ("SUGGESTED", None, [])


# 4. Soppeng may want a service mall of its own


def test_4_the_only_follow_up_is_a_suggestion_for_the_agency_of_soppeng():
    plan_of_soppeng = of("PAREPOS.FAJAR.CO.ID").get()

    assert (plan_of_soppeng.status, plan_of_soppeng.due_on, plan_of_soppeng.requested_by) == ("SUGGESTED", None, "")
    assert sides(plan_of_soppeng) == [("Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", SOPPENG)]
    assert seen_by(plan_of_soppeng) == {"petugas@soppeng.example", "petugas@batam.example"}


# 5. A modern city in 2029


def test_5_the_aim_is_a_year_and_not_its_last_day():
    aim = of("KEPRI.BERITATERBARU.CO.ID").get(kind="TARGET", status="OPEN")

    assert (aim.title, aim.requested_by) == ("Batam menjadi kota modern.", "Muhammad Rudi, Wali Kota Batam")
    assert (aim.due_precision, aim.due_as_stated, aim.since) == ("YEAR", "pada 2029 mendatang", dt.date(2022, 9, 6))
    assert due_in_words(aim.due_on, aim.due_precision, aim.due_as_stated) == "2029"
    assert not aim.is_overdue(dt.date(2029, 12, 31))
    assert aim.visit.phase == 4


def test_5_the_year_in_the_name_of_the_agreement_is_only_suggested():
    year = of("KEPRI.BERITATERBARU.CO.ID").get(kind="TARGET", status="SUGGESTED")

    assert (due_in_words(year.due_on, year.due_precision), year.due_as_stated) == ("2022", "kota cerdas 2022")
    assert year.agreement.category == "SINERGI"


# All of them


def test_there_are_nine_and_five_of_them_wait_for_somebody_to_accept_them(asked):
    assert asked.count() == 9
    assert asked.suggested().count() == 5
    assert asked.open().count() == 4


def test_no_day_was_added(asked):
    dated = asked.exclude(due_on=None)

    assert {m.due_precision for m in dated} == {"YEAR"}
    assert {m.due_as_stated for m in dated} == {"pada 2029 mendatang", "kota cerdas 2022"}


def test_nothing_that_needs_a_term_follows_from_agreements_without_one():
    kinds = set(of(*OUTLETS, origin="DATA").values_list("kind", flat=True))

    assert kinds <= {"STEP", "SILENCE"}


def test_what_recurs_without_being_said_to_says_that_it_is_our_default():
    derived = Duty.objects.filter(agreement__sources__outlet__in=OUTLETS).exclude(derived_key=None)

    assert set(derived.values_list("certainty", "as_stated")) <= {("DEFAULT", "")}


def test_nobody_is_reminded_of_a_suggestion(asked, letters):
    assert not Reminder.objects.filter(milestone__status="SUGGESTED").exists()
    assert [m.title for m in asked.suggested() for _user, letter in letters if m.title in letter.text] == []


def test_no_letter_tells_anybody_what_they_may_not_see(letters):
    told = Reminder.objects.select_related("recipient").order_by("recipient")
    hidden = [r for r in told if not Milestone.objects.visible_to(r.recipient).filter(pk=r.milestone_id).exists()]

    assert told.count() > 20
    assert hidden == []


def test_who_sees_which(asked):
    officers = ("petugas@batam", "petugas@malang", "petugas@kotamalang", "petugas@soppeng")
    seen = {who: asked.visible_to(User.objects.get(email=f"{who}.example")).count() for who in officers}

    assert seen == {"petugas@batam": 7, "petugas@malang": 2, "petugas@kotamalang": 2, "petugas@soppeng": 1}


def test_the_agency_user_sees_the_study_and_nothing_else_of_the_articles(asked, study):
    assert [*asked.visible_to(User.objects.get(email="opd@malang.example"))] == [study]


# Read back in the browser


@pytest.mark.parametrize(
    ("email", "which", "facts"),
    [
        (
            "opd@malang.example",
            {"title__contains": "e-government"},
            ["M Sanusi, Bupati Malang", "Bappeda", "16 Juni 2025"],
        ),
        (
            "petugas@batam.example",
            {"kind": "RETURN_VISIT", "origin": "OUTCOME"},
            ["Wali Kota Xiangyang", "21 April 2025"],
        ),
        (
            "petugas@kotamalang.example",
            {"kind": "MONEV", "duty__as_stated": "berkala"},
            ["berkala", "Jambi", "Kota Malang"],
        ),
        (
            "petugas@batam.example",
            {"kind": "TARGET", "status": "OPEN"},
            ["2029", "pada 2029 mendatang", "Muhammad Rudi"],
        ),
    ],
)
def test_it_is_read_back_by_whom_it_concerns(email, which, facts):
    milestone = of(*OUTLETS).get(**which)
    client = Client()
    client.force_login(User.objects.get(email=email))

    page = client.get(reverse("followups:detail", args=[milestone.pk])).content.decode()

    assert [fact for fact in facts if fact not in page] == []
    assert "31 Desember 2029" not in page
