"""Nobody is left out: what was given by hand is told, and where a side has nobody, who keeps the record is told."""

import datetime as dt

import pytest
from django.utils import timezone

from followups import doing
from followups.models import Milestone, Reminder, ReminderRule
from followups.planning import derive, plan
from followups.reference import load
from notices import calendar
from tests.factories import (
    make_agreement,
    make_assignee,
    make_duty,
    make_manager,
    make_officer,
    make_organisation,
    make_outcome,
    make_place,
    make_visit,
    settle,
)
from tests.followups.test_planning import MONDAY, at, in_days, make_rule, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    ReminderRule.objects.all().delete()
    calendar.load(2026)
    at(MONDAY)


@pytest.fixture
def colleague(batam):
    return make_officer(batam)


def assigned(person, milestone):
    return Reminder.objects.filter(recipient=person, why="ASSIGNED", milestone=milestone)


# A slip in one day does not stop the others


@pytest.mark.parametrize("slip", ["its due day", "the day of its visit"])
def test_a_day_of_the_last_century_does_not_stop_all_reminders(batam, malang, colleague, slip):
    make_rule(every_days=7)
    make_rule(basis="SINCE", days=[30], every_days=30)
    right = make_task(batam, due=in_days(5))
    if slip == "its due day":
        make_task(batam, due=dt.date(1926, 11, 23))
    else:
        make_outcome(make_visit(batam, malang, on=dt.date(1926, 6, 16)), follow_up="OPEN")

    plan()

    assert Reminder.objects.filter(recipient=colleague, milestone=right).exists()


# Given by hand


def test_an_end_given_to_a_colleague_is_told_to_the_colleague(officer, batam, malang, colleague):
    agreement = make_agreement(batam, malang, signed=dt.date(2024, 6, 1), term_months=48)
    settle()
    end = Milestone.objects.get(agreement=agreement, kind="EXPIRY")
    doing.reassign(end, None, [colleague], "Tolong urus", by=officer, version=None)
    at(timezone.now())

    plan()

    assert assigned(colleague, end).count() == 1


def test_the_next_occurrence_of_a_duty_is_not_told_as_given(officer, batam, colleague):
    at(timezone.now())
    unit = make_organisation("Bappeda", batam)
    duty = make_duty(owner=batam, first=officer.today() + dt.timedelta(days=5), months=1, unit=unit, created_by=officer)
    settle()
    make_assignee(duty.occurrences.get(), colleague, given_by=officer)
    at(timezone.now() + dt.timedelta(days=6))
    derive()
    following = duty.occurrences.latest("due_on")

    plan()

    assert [given.user for given in following.given_to.all()] == [colleague]
    assert not assigned(colleague, following).exists()


def test_what_is_given_back_to_somebody_on_the_same_day_is_told_again(officer, batam, colleague):
    other = make_officer(batam)
    at(timezone.now())
    task = make_task(batam)
    for person in (colleague, other, colleague):
        doing.reassign(task, None, [person], by=officer, version=None)
        plan()
        plan()

    assert (assigned(colleague, task).count(), assigned(other, task).count()) == (2, 1)


# Where a side has nobody


@pytest.mark.parametrize("late", [-1, 0, 7, 21])
def test_a_promise_of_a_region_without_accounts_reminds_whoever_keeps_it(batam, late):
    load()
    make_officer(batam), make_manager(batam)
    ours = make_task(batam, due=in_days(-late))
    theirs = make_task(batam, due=in_days(-late), part=False)
    theirs.parts.create(region=make_place("Xiangyang"), given_at=theirs.opened_at)

    plan()

    told = {task: set(task.reminders.values_list("recipient", "offset")) for task in (ours, theirs)}
    assert told[ours] == told[theirs] != set()


def test_while_another_side_has_somebody_these_alone_are_told(batam, malang, colleague):
    make_rule(days=[0])
    task = make_task(batam, due=in_days(0), part=False)
    task.parts.create(region=make_place("Xiangyang"), given_at=task.opened_at)
    task.parts.create(region=malang, given_at=task.opened_at)
    theirs = make_officer(malang)

    plan()

    assert [reminder.recipient for reminder in Reminder.objects.all()] == [theirs]
