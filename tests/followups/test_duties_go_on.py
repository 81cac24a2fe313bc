"""A recurring duty that is ended, goes on, changes its rhythm or who does it: the next occurrence always lies ahead."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.moving import start
from followups import doing
from followups.filters import in_state
from followups.models import Duty, Milestone
from followups.planning import derive
from followups.recurring import end_duty, resume_duty
from tests.factories import (
    make_agreement,
    make_duty,
    make_member,
    make_officer,
    make_organisation,
    make_process,
    make_signing,
    settle,
)
from tests.followups.test_duties import send
from tests.followups.test_planning import at
from tests.sent import come_in, sent_by

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    at(NOW)


def made(**kw):
    duty = make_duty(**kw)
    settle()
    return duty


def end(duty, officer):
    duty.refresh_from_db()
    end_duty(duty, TODAY, by=officer, version=duty.version)
    settle()


def resume(client, duty):
    duty.refresh_from_db()
    response = client.post(reverse("followups:duty-resume", args=[duty.pk]), {"version": duty.version})
    settle()
    duty.refresh_from_db()
    return response


def change(client, duty, **answers):
    assert send(client, reverse("followups:duty-edit", args=[duty.pk]), **answers).status_code == 302
    duty.refresh_from_db()


def pass_to(*day):
    at(dt.datetime(*day, 3, tzinfo=dt.UTC))
    derive()


def due(duty, **kw):
    return list(duty.occurrences.filter(**kw).order_by("due_on").values_list("due_on", flat=True))


# Ended, and going on again


def test_whose_last_period_has_begun_goes_on_without_its_end(client, officer, batam):
    duty = made(owner=batam, first=dt.date(2026, 1, 31), months=6, until=dt.date(2026, 12, 31))
    end(duty, officer)

    assert resume(client, duty).status_code == 302

    assert (duty.ended_on, duty.until) == (None, None)
    assert due(duty)[-1] == dt.date(2027, 1, 31)


def test_an_end_that_leaves_a_period_stays(client, officer, batam):
    duty = made(owner=batam, first=dt.date(2026, 1, 31), months=6, until=dt.date(2027, 12, 31))
    end(duty, officer)

    resume(client, duty)

    assert (duty.ended_on, duty.until) == (None, dt.date(2027, 12, 31))


def test_month_ends_stay_month_ends(client, officer, batam):
    duty = made(owner=batam, first=dt.date(2026, 8, 31), months=1)
    end(duty, officer)
    assert duty.occurrences.get(due_on=dt.date(2026, 11, 30)).status == "CANCELLED"

    resume(client, duty)
    pass_to(2026, 12, 1)

    assert due(duty, status="OPEN")[-2:] == [dt.date(2026, 11, 30), dt.date(2026, 12, 31)]
    assert [entry.deed for entry in duty.occurrences.get(due_on=dt.date(2026, 11, 30)).log.all()] == [
        "CLOSED_BY_DATA",
        "REOPENED_BY_DATA",
    ]


def test_what_fell_into_the_time_in_which_it_was_ended_is_not_asked_for(officer, batam, time_machine):
    duty = made(owner=batam, first=dt.date(2026, 8, 31), months=1)
    end(duty, officer)
    later = dt.datetime(2027, 4, 10, 3, tzinfo=dt.UTC)
    time_machine.move_to(later, tick=False)
    at(later)

    duty.refresh_from_db()
    resume_duty(duty, by=officer, version=duty.version)
    settle()
    derive()

    assert due(duty, due_on__gt=TODAY, status="OPEN") == [dt.date(2027, 4, 30)]


def test_days_count_from_the_beginning_of_the_agreement_also_over_shorter_months(batam, malang):
    make_process(report_months=6, evaluation_months=None)
    agreement = make_agreement(batam, malang, category="KSDD_S", term_months=60)
    start(agreement, by=make_officer(batam))
    make_signing(agreement, dt.date(2026, 8, 31))
    settle()
    duty = Duty.objects.get(agreement=agreement)
    assert due(duty) == [dt.date(2027, 2, 28)]

    pass_to(2027, 3, 1)

    assert due(duty) == [dt.date(2027, 2, 28), dt.date(2027, 8, 31)]


def test_an_agreement_that_was_not_in_force_for_two_years_owes_no_reports_of_these_years(batam, malang):
    at(dt.datetime(2024, 2, 1, 3, tzinfo=dt.UTC))
    make_process(report_months=6, evaluation_months=None)
    agreement = make_agreement(batam, malang, category="KSDD_S", term_months=6)
    start(agreement, by=make_officer(batam))
    make_signing(agreement, dt.date(2024, 1, 10))
    settle()
    duty = Duty.objects.get(agreement=agreement)
    pass_to(2024, 9, 1)
    duty.refresh_from_db()
    assert duty.ended_on == dt.date(2024, 9, 1)
    at(NOW)

    make_agreement(batam, malang, signed=dt.date(2026, 11, 1), predecessor=agreement, nature="ADDENDUM", term_months=36)
    settle()
    derive()

    duty.refresh_from_db()
    assert duty.ended_on is None
    assert due(duty, status="OPEN", due_on__gt=dt.date(2024, 9, 1)) == [dt.date(2027, 1, 10)]


# What lies ahead


@pytest.mark.parametrize("settled", ["waived", "done early"])
def test_made_more_frequent_it_has_one_ahead_though_the_far_one_is_settled(client, officer, batam, settled):
    duty = made(owner=batam, first=dt.date(2027, 10, 31), months=12)
    if settled == "waived":
        doing.cancel(duty.occurrences.get(), "Tidak perlu tahun ini", by=officer, version=None)
    else:
        doing.complete(duty.occurrences.get(), TODAY, by=officer, version=None)

    change(client, duty, recurrence="MONTHLY", first_on="15/12/2026")
    assert due(duty, status="OPEN") == [dt.date(2026, 12, 15)]

    pass_to(2026, 12, 16)
    assert due(duty, status="OPEN") == [dt.date(2026, 12, 15), dt.date(2027, 1, 15)]


def test_an_end_that_was_set_too_early_and_taken_back_gives_its_occurrence_back(client, officer, batam):
    duty = made(owner=batam, first=dt.date(2026, 7, 31), months=6)
    duty.refresh_from_db()
    client.post(reverse("followups:duty-end", args=[duty.pk]), {"version": duty.version, "on": "31/12/2026"})
    settle()
    assert due(duty, status="CANCELLED") == [dt.date(2027, 1, 31)]

    change(client, duty, until="")

    assert due(duty, status="OPEN") == [dt.date(2026, 7, 31), dt.date(2027, 1, 31)]


def test_what_a_person_has_waived_does_not_come_back(officer, batam):
    duty = made(owner=batam, first=dt.date(2027, 1, 31), months=6)
    doing.cancel(duty.occurrences.get(), "Tidak perlu", by=officer, version=None)

    derive()

    assert duty.occurrences.get().status == "CANCELLED"


def test_what_a_duty_closed_today_was_open_yesterday(officer, batam):
    duty = made(owner=batam, first=dt.date(2027, 1, 31), months=6)
    duty.occurrences.update(since=dt.date(2026, 8, 1))

    end(duty, officer)

    one = duty.occurrences.get()
    assert one.status == "CANCELLED"
    assert one in in_state(Milestone.objects.all(), "open", dt.date(2026, 10, 1), past=True)
    assert one.log.filter(deed="CLOSED_BY_DATA").exists()


# Who does it


def test_who_does_it_from_now_on_does_the_next_one_also_where_the_last_was_done_early(client, officer, batam):
    old, new = make_organisation("Bappeda", batam), make_organisation("Diskominfo", batam)
    duty = made(owner=batam, first=dt.date(2027, 1, 31), months=6, unit=old, region=batam)
    doing.complete(duty.occurrences.get(), TODAY, by=officer, version=None)

    change(client, duty, unit=new.pk)
    pass_to(2027, 2, 1)

    done, following = duty.occurrences.order_by("due_on")
    assert [part.unit for part in done.parts.all()] == [old]
    assert [part.unit for part in following.parts.all()] == [new]


def test_a_duty_that_is_handed_over_is_done_by_who_keeps_it_then_also_where_the_last_was_done_early(batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 10), term_months=60)
    duty = made(agreement=agreement, first=dt.date(2027, 1, 31), months=6)
    doing.complete(duty.occurrences.get(), TODAY, by=make_officer(batam), version=None)

    agreement.owner = malang
    agreement.save()
    settle()

    assert [part.region for part in duty.occurrences.latest("due_on").parts.all()] == [malang]


def test_changed_in_the_administration_what_lies_ahead_follows(client, batam):
    duty = made(owner=batam, first=dt.date(2027, 1, 31), months=6)
    come_in(client, make_member(batam, "ADMIN", is_staff=True))
    url = reverse("admin:followups_duty_change", args=[duty.pk])

    response = client.post(url, sent_by(client.get(url), "duty_form") | {"first_on": "2026-12-20"})
    settle()

    assert response.status_code == 302
    assert due(duty) == [dt.date(2026, 12, 20)]
