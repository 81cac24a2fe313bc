"""What opens again is to be done again; what the data close is told, on the day of the region that keeps it."""

import datetime as dt

import pytest

from followups import doing
from followups.bulk.undoing import undo
from followups.filters import in_state
from followups.models import BulkDeed, Milestone, MilestoneDeed
from followups.planning import derive
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_delegation,
    make_duty,
    make_indicator,
    make_measurement,
    make_milestone,
    make_outcome,
    make_programme,
    make_region,
    make_visit,
    settle,
)
from tests.followups.test_planning import at

pytestmark = pytest.mark.django_db
EARLY = dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC)  # 24 November, 05:30 in Jakarta
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def outcome(batam, malang):
    outcome = make_outcome(make_visit(batam, malang), follow_up="OPEN")
    outcome.milestone.parts.create(region=batam)
    return outcome


def waits_for(milestone, officer):
    """Of all its sides none has confirmed, and the officer owes it."""
    confirmed = milestone.parts.filter(done_on__isnull=False)
    return Milestone.objects.owed_by(officer).filter(pk=milestone.pk).exists() and not confirmed.exists()


def follow_up(outcome, status):
    outcome.refresh_from_db()
    outcome.follow_up = status
    outcome.save()
    return Milestone.objects.get(outcome=outcome)


# Open again, and by whom


def test_an_end_that_moves_after_it_was_completed_is_to_be_done_again(officer, batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2024, 6, 1), term_months=30)
    settle()
    end = Milestone.objects.get(agreement=agreement, kind="EXPIRY")
    doing.complete(end, officer.today(), by=officer, version=None)

    agreement.refresh_from_db()
    agreement.term_months = 48
    agreement.save()
    settle()

    end.refresh_from_db()
    assert (end.status, end.due_on) == ("OPEN", dt.date(2028, 5, 31))
    assert waits_for(end, officer)


@pytest.mark.parametrize("by_way_of", [[], ["NOT_NEEDED"], ["CANCELLED"], ["SUGGESTED"]])
def test_an_outcome_that_is_open_again_on_the_visit_is_to_be_done_again(officer, outcome, by_way_of):
    doing.complete(outcome.milestone, officer.today(), by=officer, version=None)

    for status in [*by_way_of, "OPEN"]:
        task = follow_up(outcome, status)

    assert task.status == "OPEN"
    assert waits_for(task, officer)


def test_the_side_that_had_confirmed_keeps_that_where_another_still_had_to(officer, batam, malang, outcome):
    task = outcome.milestone
    task.parts.create(region=malang)
    doing.confirm(task.parts.get(region=batam), officer.today(), by=officer, version=None)

    follow_up(outcome, "NOT_NEEDED")
    follow_up(outcome, "OPEN")

    assert [part.region for part in task.parts.filter(done_on=None)] == [malang]


def test_undone_in_bulk_who_had_confirmed_before_has_confirmed_still(officer, batam, malang):
    task = make_milestone("Kirim draf", batam, malang, owner=batam)
    ours, theirs = task.parts.get(region=batam), task.parts.get(region=malang)
    doing.confirm(ours, officer.today(), by=officer, version=None)
    task.refresh_from_db()
    before = {"status": "OPEN", "closed_by_data": False, "done_on": None, "evidence": "", "waiting": [theirs.pk]}
    doing.complete(task, officer.today(), by=officer, version=None)
    done = BulkDeed.objects.create(deed=MilestoneDeed.COMPLETED, by=officer, rows=[[task.pk, task.version, before]])

    assert undo(done, by=officer) == (1, 0)

    task.refresh_from_db()
    assert task.status == "OPEN"
    assert [part.region for part in task.parts.filter(done_on=None)] == [malang]


# When, and since when


@pytest.mark.parametrize("status", ["NOT_NEEDED", "CANCELLED"])
def test_an_outcome_that_needs_nothing_any_more_was_open_before(outcome, status):
    task = follow_up(outcome, status)

    assert task.status == "CANCELLED"
    assert [entry.deed for entry in task.log.all()] == ["CLOSED_BY_DATA"]
    assert task in in_state(Milestone.objects.all(), "open", task.since, past=True)


def test_what_a_person_cancels_is_told_once(officer, outcome):
    doing.cancel(outcome.milestone, "Tidak perlu", by=officer, version=None)

    assert [entry.deed for entry in outcome.milestone.log.all()] == ["CANCELLED"]


def test_what_an_outcome_says_is_done_early_in_the_morning_is_done_today(batam, malang):
    at(EARLY)
    outcome = make_outcome(make_visit(batam, malang), follow_up="DONE")

    assert Milestone.objects.get(outcome=outcome).done_on == TODAY


def test_what_the_data_close_early_in_the_morning_is_done_today(batam, malang):
    at(EARLY)
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=60)
    indicator = make_indicator(make_programme(agreement), target=10, target_on=dt.date(2026, 12, 31))
    settle()
    target = Milestone.objects.get(indicator=indicator)
    make_measurement(indicator, 20, TODAY)
    derive()
    target.refresh_from_db()

    assert (target.status, target.done_on) == ("DONE", TODAY)


def test_a_report_handed_in_the_morning_after_is_of_the_next_period(batam, malang):
    """Due on 30 June; uploaded on 1 July at 06:00 in Jakarta, which is 30 June in UTC."""
    at(EARLY)
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=60)
    duty = make_duty(agreement, first=dt.date(2026, 6, 30), months=6, kind="REPORT_SEMESTER")
    settle()
    paper = make_agreement_paper(agreement, kind="PERIODIC_REPORT")
    type(paper).objects.filter(pk=paper.pk).update(uploaded_at=dt.datetime(2026, 6, 30, 23, 0, tzinfo=dt.UTC))
    duty.occurrences.update(status="OPEN", done_on=None, closed_by_data=False)

    derive()

    assert list(duty.occurrences.order_by("due_on").values_list("due_on", "done_on")) == [
        (dt.date(2026, 6, 30), None),
        (dt.date(2026, 12, 30), dt.date(2026, 7, 1)),
    ]


@pytest.mark.parametrize("after", ["another delegation joins", "it is put off", "it was earlier"])
def test_what_a_person_entered_for_a_visit_is_not_open_since_a_day_that_lies_ahead(batam, malang, after):
    today = dt.datetime.now(dt.UTC).date()
    visit = make_visit(batam, malang, on=today + dt.timedelta(days=60))
    task = make_milestone("Siapkan bahan", batam, owner=batam, visit=visit, since=today)

    if after == "another delegation joins":
        make_delegation(visit, make_region("Kota Medan", code="12.71"))
    else:
        visit.starts_on += dt.timedelta(days=30 if after == "it is put off" else -90)
        visit.ends_on = visit.starts_on
        visit.save()

    task.refresh_from_db()
    assert task.since == (visit.starts_on if after == "it was earlier" else today)
