"""Milestones that follow the data: made, moved and closed with it, in the transaction of the edit."""

import datetime as dt

import pytest
from django.db import connection, transaction

from agreements import moving
from agreements.models import AgreementAttachment, Evaluation
from agreements.moving import Grounds
from followups.models import Duty, Milestone, Part
from followups.planning import derive
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_delegation,
    make_duty,
    make_indicator,
    make_measurement,
    make_organisation,
    make_outcome,
    make_process,
    make_programme,
    make_region,
    make_signing,
    make_visit,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
CLOSED = dt.date(2026, 11, 20)
MORNING = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)


def settle():
    """What the database does at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def at(moment):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', (%s::timestamptz - now())::text, true)", [moment])


@pytest.fixture(autouse=True)
def _monday():
    at(MORNING)


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kota Malang")


def of(agreement, kind):
    settle()
    return Milestone.objects.filter(agreement=agreement, kind=kind, origin="DATA").order_by("pk").last()


def log(milestone):
    return list(milestone.log.values_list("deed", flat=True))


# Outcomes of visits


def test_an_outcome_with_a_follow_up_is_a_milestone_and_the_two_stay_one():
    unit = make_organisation("Bappeda")
    visit = make_visit()
    outcome = make_outcome(
        visit,
        "Bappeda mendalami e-government",
        follow_up="OPEN",
        due_on=dt.date(2025, 7, 1),
        responsible=unit,
        requested_by="M Sanusi",
    )
    milestone = Milestone.objects.get(outcome=outcome)
    assert (milestone.title, milestone.due_on, milestone.since) == (outcome.text, outcome.due_on, visit.starts_on)
    assert (milestone.requested_by, milestone.owner, milestone.origin) == ("M Sanusi", visit.owner, "OUTCOME")
    assert [(p.unit, p.region) for p in milestone.parts.all()] == [(unit, unit.region)]
    milestone.status, milestone.done_on = "DONE", dt.date(2025, 6, 30)
    milestone.save()
    outcome.refresh_from_db()
    assert outcome.follow_up == "DONE"
    outcome.follow_up, outcome.text = "OPEN", "Bappeda mendalami SPBE"
    outcome.save()
    milestone.refresh_from_db()
    assert (milestone.status, milestone.done_on, milestone.title) == ("OPEN", None, "Bappeda mendalami SPBE")


def test_who_is_responsible_is_the_same_on_both():
    first, second = make_organisation("Bappeda"), make_organisation("Diskominfo")
    outcome = make_outcome(make_visit(), follow_up="OPEN", responsible=first)
    milestone = outcome.milestone
    outcome.responsible = second
    outcome.save()
    assert [p.unit for p in milestone.parts.all()] == [second]
    milestone.parts.update(unit=first)
    outcome.refresh_from_db()
    assert outcome.responsible == first
    milestone.parts.all().delete()
    outcome.refresh_from_db()
    assert outcome.responsible is None


def test_an_outcome_that_needs_nothing_any_more_closes_its_milestone():
    outcome = make_outcome(make_visit(), follow_up="OPEN")
    outcome.follow_up = "NOT_NEEDED"
    outcome.save()
    assert outcome.milestone.status == "CANCELLED"
    outcome.refresh_from_db()
    assert outcome.follow_up == "NOT_NEEDED"
    assert not Milestone.objects.filter(outcome=make_outcome(make_visit())).exists()


def test_an_invitation_is_a_return_visit_without_an_invented_day():
    outcome = make_outcome(make_visit(), "Wali Kota Xiangyang mengundang", kind="INVITATION", follow_up="OPEN")
    assert (outcome.milestone.kind, outcome.milestone.due_on) == ("RETURN_VISIT", None)


def test_a_milestone_is_seen_by_the_sides_of_its_visit_also_after_they_change(batam, malang):
    visit = make_visit(host=batam, guest=malang)
    milestone = make_outcome(visit, follow_up="OPEN").milestone
    assert set(milestone.region_ids) == {batam.pk, malang.pk}
    soppeng = make_region("Kabupaten Soppeng")
    make_delegation(visit, soppeng)
    milestone.refresh_from_db()
    assert soppeng.pk in milestone.region_ids
    milestone.internal = True
    milestone.save()
    milestone.refresh_from_db()
    assert milestone.region_ids == [visit.owner_id]


# Ends and notice dates


def test_the_end_and_the_notice_date_follow_the_agreement(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=36, notice_days=60)
    end, notice = of(agreement, "EXPIRY"), of(agreement, "NOTICE_DEADLINE")
    assert (end.due_on, notice.due_on) == (dt.date(2028, 1, 9), dt.date(2027, 11, 10))
    assert set(end.region_ids) == {batam.pk, malang.pk}
    assert [p.region for p in end.parts.all()] == [agreement.owner]
    agreement.term_months = 60
    agreement.save()
    end, notice = of(agreement, "EXPIRY"), of(agreement, "NOTICE_DEADLINE")
    assert (end.due_on, notice.due_on) == (dt.date(2030, 1, 9), dt.date(2029, 11, 10))
    assert log(end) == ["MOVED_BY_DATA"]


def test_an_addendum_moves_the_end(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=24)
    end = of(agreement, "EXPIRY")
    longer = make_agreement(
        batam, malang, predecessor=agreement, nature="ADDENDUM", kind="ADENDUM", valid_until=dt.date(2029, 6, 30)
    )
    make_signing(longer, dt.date(2026, 5, 1))
    assert of(agreement, "EXPIRY").due_on == dt.date(2029, 6, 30)
    assert of(longer, "EXPIRY") is None
    assert log(end) == ["MOVED_BY_DATA"]


def test_a_renewal_is_the_end_of_the_end(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2023, 1, 10), term_months=46)
    end = of(agreement, "EXPIRY")
    assert end.is_overdue(TODAY)
    renewal = make_agreement(batam, malang, predecessor=agreement, nature="RENEWAL", term_months=36)
    assert of(agreement, "EXPIRY").is_open
    make_signing(renewal, dt.date(2026, 11, 1))
    end = of(agreement, "EXPIRY")
    assert (end.status, end.closed_by_data, log(end)) == ("DONE", True, ["CLOSED_BY_DATA"])
    assert of(renewal, "EXPIRY").is_open


def test_an_agreement_that_ended_long_ago_stays_visible_as_overdue(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2015, 1, 10), term_months=12)
    assert of(agreement, "EXPIRY").is_overdue(TODAY)
    assert of(agreement, "NOTICE_DEADLINE") is None


def test_closing_an_agreement_closes_what_followed_it_and_reopening_opens_it(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=36)
    end = of(agreement, "EXPIRY")
    moving.close(agreement, "TERMINATED", Grounds(CLOSED, "dicabut bersama"), by=None, version=None)
    end = of(agreement, "EXPIRY")
    assert (end.status, end.closed_by_data) == ("CANCELLED", True)
    moving.reopen(agreement, Grounds(CLOSED, "keliru"), by=None, version=None)
    end = of(agreement, "EXPIRY")
    assert (end.status, log(end)) == ("OPEN", ["CLOSED_BY_DATA", "REOPENED_BY_DATA"])


def test_what_a_person_has_closed_stays_closed_until_its_day_moves(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=36)
    end = of(agreement, "EXPIRY")
    end.status, end.done_on = "DONE", TODAY
    end.save()
    agreement.title = "Judul lain"
    agreement.save()
    derive()
    assert of(agreement, "EXPIRY").status == "DONE"
    agreement.term_months = 48
    agreement.save()
    assert of(agreement, "EXPIRY").status == "OPEN"


def test_an_agreement_without_an_end_or_without_signatures_has_none(batam, malang):
    assert of(make_agreement(batam, malang, signed=dt.date(2025, 1, 10), open_ended=True), "EXPIRY") is None
    assert of(make_agreement(batam, malang, valid_until=dt.date(2027, 1, 1)), "EXPIRY") is None


# Steps, silence, targets


def test_the_deadline_of_a_step_is_over_when_the_agreement_moves_on(batam, malang):
    process = make_process(steps="preparation/10 offer/45 drafting signed*")
    agreement = make_agreement(batam, malang, category=process.category)
    moving.start(agreement, by=None, on=dt.date(2026, 11, 1))
    deadline = of(agreement, "STEP")
    assert (deadline.due_on, deadline.step.code) == (dt.date(2026, 11, 11), "preparation")
    agreement.refresh_from_db()
    moving.move(
        agreement, process.steps.get(code="offer"), Grounds(dt.date(2026, 11, 20), "siap"), by=None, version=None
    )
    following = of(agreement, "STEP")
    deadline.refresh_from_db()
    assert (deadline.status, following.due_on) == ("DONE", dt.date(2027, 1, 4))


def test_an_agreement_gone_silent_is_a_milestone_until_something_happens(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 3, 1), term_months=60)
    agreement.created_at = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    agreement.save()
    silent = of(agreement, "SILENCE")
    assert silent.due_on == dt.date(2026, 3, 1)
    make_measurement(make_indicator(make_programme(agreement)), on=dt.date(2026, 11, 20))
    silent.refresh_from_db()
    settle()
    silent.refresh_from_db()
    assert (silent.status, silent.closed_by_data) == ("DONE", True)


def test_silence_comes_by_itself_with_the_days(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 12, 1), term_months=60)
    agreement.created_at = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    agreement.save()
    assert of(agreement, "SILENCE") is None
    at(MORNING + dt.timedelta(days=30))
    derive()
    assert of(agreement, "SILENCE").due_on == dt.date(2026, 12, 1)


def test_a_target_is_a_milestone_until_it_is_reached(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=60)
    indicator = make_indicator(make_programme(agreement), target=100, target_on=dt.date(2027, 12, 31))
    target = of(agreement, "TARGET")
    assert (target.due_on, target.indicator) == (dt.date(2027, 12, 31), indicator)
    make_measurement(indicator, 60)
    assert of(agreement, "TARGET").is_open
    make_measurement(indicator, 100, on=dt.date(2026, 6, 1))
    assert of(agreement, "TARGET").status == "DONE"


# Recurring duties


def test_an_agreement_in_force_owes_reports_and_evaluations_from_now_on_and_none_of_the_past(batam, malang):
    process = make_process()
    agreement = make_agreement(batam, malang, category=process.category, signed=dt.date(2020, 1, 31), term_months=120)
    moving.start(agreement, by=None, on=dt.date(2020, 1, 1))
    settle()
    duties = {d.kind: d for d in agreement.duties.all()}
    assert {kind: (d.first_on, d.every_months, d.certainty) for kind, d in duties.items()} == {
        "REPORT_SEMESTER": (dt.date(2027, 1, 31), 6, "DEFAULT"),
        "MONEV": (dt.date(2027, 1, 31), 12, "DEFAULT"),
    }
    assert [m.due_on for m in duties["MONEV"].occurrences.all()] == [dt.date(2027, 1, 31)]
    moving.close(agreement, "COMPLETED", Grounds(CLOSED, "selesai"), by=None, version=None)
    settle()
    assert set(agreement.duties.values_list("ended_on", flat=True)) == {TODAY}
    assert set(Milestone.objects.filter(duty__agreement=agreement).values_list("status", flat=True)) == {"CANCELLED"}


def test_a_duty_that_a_source_gives_takes_the_place_of_ours(batam, malang):
    process = make_process()
    agreement = make_agreement(batam, malang, category=process.category, signed=dt.date(2025, 1, 31), term_months=120)
    make_duty(agreement, first=dt.date(2027, 1, 15), as_stated="berkala", certainty="DEFAULT", kind="MONEV")
    moving.start(agreement, by=None, on=dt.date(2025, 1, 1))
    settle()
    assert agreement.duties.filter(kind="MONEV").count() == 1


def test_a_duty_has_one_occurrence_ahead_with_the_sides_and_people_of_the_one_before(batam):
    unit = make_organisation("Bappeda", batam)
    duty = make_duty(owner=batam, first=dt.date(2026, 8, 31), months=1, unit=unit)
    settle()
    days = [m.due_on for m in duty.occurrences.order_by("due_on")]
    assert days == [dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 11, 30)]
    last = duty.occurrences.get(due_on=dt.date(2026, 11, 30))
    Part.objects.filter(milestone=last).update(unit=None)
    at(MORNING + dt.timedelta(days=10))
    derive()
    following = duty.occurrences.latest("due_on")
    assert (following.due_on, [p.unit for p in following.parts.all()]) == (dt.date(2026, 12, 31), [None])
    derive()
    assert duty.occurrences.count() == 5


def test_a_duty_stops_at_its_end(batam):
    duty = make_duty(owner=batam, first=dt.date(2026, 1, 31), months=6, until=dt.date(2026, 12, 31))
    settle()
    assert [m.due_on for m in duty.occurrences.order_by("due_on")] == [dt.date(2026, 1, 31), dt.date(2026, 7, 31)]
    derive()
    assert duty.occurrences.count() == 2


def test_an_evaluation_settles_the_occurrence_of_its_period(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 31), term_months=120)
    duty = make_duty(agreement, first=dt.date(2026, 7, 31), months=6, kind="MONEV")
    settle()
    assert duty.occurrences.filter(status="OPEN").count() == 2
    Evaluation.objects.create(agreement=agreement, evaluated_on=dt.date(2026, 7, 20))
    settle()
    assert [(m.due_on, m.status) for m in duty.occurrences.order_by("due_on")] == [
        (dt.date(2026, 7, 31), "DONE"), (dt.date(2027, 1, 31), "OPEN"),
    ]  # fmt: skip


def test_a_report_that_is_attached_settles_its_occurrence(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 31), term_months=120)
    duty = make_duty(agreement, first=dt.date(2027, 1, 31), months=6, kind="REPORT_SEMESTER")
    settle()
    paper = make_agreement_paper(agreement, kind="PERIODIC_REPORT")
    settle()
    AgreementAttachment.objects.filter(pk=paper.pk).update(uploaded_at=MORNING)
    derive()
    assert duty.occurrences.get(due_on=dt.date(2027, 1, 31)).status == "DONE"


# At the end of the transaction, once


@pytest.mark.django_db(transaction=True)
def test_it_is_there_when_the_edit_is_there_and_not_when_it_was_taken_back(batam, malang):
    with transaction.atomic():
        agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=36)
        assert not agreement.milestones.exists()
    assert agreement.milestones.get(kind="EXPIRY").due_on == dt.date(2028, 1, 9)
    with transaction.atomic():
        agreement.term_months = 12
        agreement.save()
        transaction.set_rollback(True)
    assert agreement.milestones.get(kind="EXPIRY").due_on == dt.date(2028, 1, 9)


def test_deriving_again_changes_nothing(batam, malang):
    process = make_process(steps="preparation/10 offer/45 drafting signed*")
    for months in (6, 24, 60):
        agreement = make_agreement(
            batam, malang, category=process.category, signed=dt.date(2025, 1, 10), term_months=months
        )
        moving.start(agreement, by=None, on=dt.date(2024, 11, 1))
    settle()
    before = list(Milestone.objects.order_by("pk").values("pk", "version", "status", "due_on"))
    assert len(before) > 6
    derive()
    settle()
    assert list(Milestone.objects.order_by("pk").values("pk", "version", "status", "due_on")) == before
    assert Duty.objects.count() == Duty.objects.filter(version=1).count()
