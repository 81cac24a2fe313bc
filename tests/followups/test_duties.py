"""Recurring duties: made, changed with what lies ahead, ended; each occurrence with a state of its own."""

import datetime as dt

import pytest
from django.urls import reverse

from agreements.moving import start
from followups import doing
from followups.models import Duty, Milestone
from followups.recurring import next_period, nth_due
from tests.factories import (
    make_agreement,
    make_duty,
    make_milestone,
    make_officer,
    make_organisation,
    make_process,
    make_region,
    make_signing,
    make_viewer,
    settle,
)
from tests.sent import problems_on, sent_by

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def officer(batam, client):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def send(client, url, form_id="sheet-form", **answers):
    fields = {name: values[0] for name, values in sent_by(client.get(url), form_id).items()}
    fields = {
        name: value for name, value in fields.items() if name.removesuffix("_text") not in answers or name in answers
    }
    response = client.post(url, fields | answers)
    settle()
    return response


def states(duty, today):
    return [one.occurrence(today) for one in duty.occurrences.order_by("due_on")]


@pytest.mark.parametrize(
    ("first", "months", "n", "due"),
    [
        (dt.date(2026, 1, 31), 1, 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 31), 1, 2, dt.date(2026, 3, 31)),
        (dt.date(2024, 2, 29), 12, 1, dt.date(2025, 2, 28)),
        (dt.date(2026, 11, 30), 3, 1, dt.date(2027, 2, 28)),
    ],
)
def test_the_nth_day_is_that_of_the_database(first, months, n, due):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT followups_nth(%s, %s, %s)", [first, months, n])
        assert (nth_due(first, months, n), cursor.fetchone()[0]) == (due, due)


def test_the_first_day_is_the_end_of_the_period_or_counts_from_the_agreement(batam):
    agreement = make_agreement(batam, make_region("Kota Malang"), signed=dt.date(2025, 2, 10))

    assert next_period(6, dt.date(2026, 3, 1)) == dt.date(2026, 6, 30)
    assert next_period(3, dt.date(2026, 12, 31)) == dt.date(2027, 3, 31)
    assert next_period(6, dt.date(2026, 3, 1), agreement) == dt.date(2026, 8, 10)
    assert next_period(12, dt.date(2025, 2, 10), agreement) == dt.date(2026, 2, 10)


def test_a_duty_is_made_with_one_occurrence_ahead(client, officer, batam):
    unit = make_organisation("Bappeda", batam)
    agreement = make_agreement(batam, make_region("Kota Malang"))

    send(
        client, f"{reverse('followups:duty-new')}?agreement={agreement.pk}",
        kind="MONEV", recurrence="QUARTERLY", unit=unit.pk, as_stated="berkala", certainty="DEFAULT",
    )  # fmt: skip

    duty = Duty.objects.get()
    assert (duty.agreement, duty.owner, duty.every_months, duty.as_stated) == (agreement, batam, 3, "berkala")
    occurrence = duty.occurrences.get()
    assert (occurrence.due_on, occurrence.parts.get().unit) == (duty.first_on, unit)
    assert occurrence.due_on > officer.today()


def test_a_custom_interval_needs_its_months(client, officer):
    response = send(client, reverse("followups:duty-new"), recurrence="CUSTOM", every_months="")

    assert response.status_code == 422
    assert problems_on(response) == ["Every so many months: Say after how many months it recurs."]


def test_sent_twice_it_is_made_once(client, officer):
    url = reverse("followups:duty-new")
    fields = {name: values[0] for name, values in sent_by(client.get(url)).items()} | {"title": "Laporan"}

    first, second = client.post(url, fields), client.post(url, fields)

    assert first["Location"] == second["Location"] == Duty.objects.get().get_absolute_url()


def test_another_interval_moves_what_lies_ahead_and_leaves_the_past(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today - dt.timedelta(days=200), months=6, title="Laporan")
    settle()
    before = list(duty.occurrences.order_by("due_on").values_list("due_on", flat=True))

    response = send(
        client, reverse("followups:duty-edit", args=[duty.pk]),
        recurrence="MONTHLY", first_on=(today + 20 * DAY).isoformat(),
    )  # fmt: skip

    assert response.status_code == 302
    after = list(duty.occurrences.order_by("due_on").values_list("due_on", flat=True))
    assert after == [*before[:-1], today + 20 * DAY]
    entry = duty.occurrences.get(due_on=today + 20 * DAY).log.get()
    assert (entry.deed, entry.old_due) == ("RESCHEDULED", before[-1])


def test_what_it_says_and_who_does_it_reach_the_occurrence_ahead(client, officer, batam):
    duty = make_duty(owner=batam, first=officer.today() + 30 * DAY, title="Laporan")
    settle()
    unit = make_organisation("Bappeda", batam)

    send(client, reverse("followups:duty-edit", args=[duty.pk]), title="Laporan monitoring", unit=unit.pk)

    occurrence = duty.occurrences.get()
    assert (occurrence.title, [part.unit for part in occurrence.parts.all()]) == ("Laporan monitoring", [unit])
    duty.refresh_from_db()
    assert duty.first_on == officer.today() + 30 * DAY


def test_a_day_that_has_passed_is_no_next_day(client, officer, batam):
    duty = make_duty(owner=batam, first=officer.today() + 30 * DAY, title="Laporan")
    settle()

    response = send(client, reverse("followups:duty-edit", args=[duty.pk]), first_on="2020-01-01")

    assert problems_on(response) == ["Next due: Choose a day that lies ahead: what is past stays as it was."]


def test_a_default_of_ours_becomes_theirs_when_they_change_it_and_does_not_come_back(client, officer, batam):
    process = make_process()
    process.evaluation_months = 12
    process.save()
    signed = officer.today() - 30 * DAY
    agreement = make_agreement(batam, make_region("Kota Malang"), category=process.category, term_months=36)
    start(agreement, by=officer, step=process.steps.get(signs=True))
    make_signing(agreement, signed)
    settle()
    duty = Duty.objects.get(kind="MONEV")
    assert duty.certainty == "DEFAULT"

    send(client, reverse("followups:duty-edit", args=[duty.pk]))  # looked at and saved, nothing changed
    duty.refresh_from_db()
    assert duty.derived_key
    assert duty.certainty == "DEFAULT"

    send(client, reverse("followups:duty-edit", args=[duty.pk]), recurrence="QUARTERLY", first_on="")
    duty.refresh_from_db()
    assert (duty.derived_key, duty.certainty, duty.every_months) == (None, "STATED", 3)
    send(client, reverse("followups:duty-end", args=[duty.pk]), "deed-form", on=officer.today().isoformat())

    assert [d.pk for d in Duty.objects.filter(kind="MONEV")] == [duty.pk]
    assert not Milestone.objects.filter(kind="MONEV").open().exists()


def test_ended_it_makes_no_more_and_what_lies_ahead_is_waived(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today - 10 * DAY, months=1, title="Laporan")
    settle()
    assert states(duty, today) == ["MISSED", "DUE"]

    send(client, reverse("followups:duty-end", args=[duty.pk]), "deed-form")

    duty.refresh_from_db()
    assert (duty.ended_on, states(duty, today)) == (today, ["MISSED", "WAIVED"])


def test_an_end_that_lies_ahead_is_its_last_day(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today + 10 * DAY, months=1, title="Laporan")
    settle()

    send(client, reverse("followups:duty-end", args=[duty.pk]), "deed-form", on=(today + 200 * DAY).isoformat())

    duty.refresh_from_db()
    assert (duty.ended_on, duty.until, states(duty, today)) == (None, today + 200 * DAY, ["DUE"])


def test_taken_up_again_it_goes_on_with_the_next_period(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today - 10 * DAY, months=1, title="Laporan")
    settle()
    send(client, reverse("followups:duty-end", args=[duty.pk]), "deed-form")
    duty.refresh_from_db()

    client.post(reverse("followups:duty-resume", args=[duty.pk]), {"version": duty.version})
    settle()

    duty.refresh_from_db()
    assert (duty.ended_on, states(duty, today)) == (None, ["MISSED", "DUE"])


def test_its_page_tells_each_occurrence_by_its_state(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today - dt.timedelta(days=100), months=1, title="Laporan")
    settle()
    first, second, *_others = duty.occurrences.order_by("due_on")
    doing.complete(first, first.due_on, by=officer, version=None)
    doing.complete(second, second.due_on + DAY, by=officer, version=None)

    text = client.get(duty.get_absolute_url()).content.decode()

    assert states(duty, today)[:3] == ["MET", "LATE", "MISSED"]
    for words in ("Met", "Met late", "Missed", "Due", "Monthly"):
        assert words in text


def test_a_stranger_does_not_find_it_and_a_reader_does_not_change_it(client, batam):
    duty = make_duty(owner=batam, title="Laporan")
    pages = ["duty", "duty-history", "duty-edit", "duty-end"]

    client.force_login(make_officer(make_region("Kabupaten Soppeng")))
    assert [client.get(reverse(f"followups:{p}", args=[duty.pk])).status_code for p in pages] == [404] * 4
    client.force_login(make_viewer(batam))
    assert [client.get(reverse(f"followups:{p}", args=[duty.pk])).status_code for p in pages] == [200, 200, 403, 403]
    assert client.get(reverse("followups:duty-resume", args=[duty.pk])).status_code == 405
    assert client.get(reverse("followups:duty-new")).status_code == 403


def test_two_officers_at_once_see_both_versions(client, officer, batam):
    duty = make_duty(owner=batam, first=officer.today() + 30 * DAY, title="Laporan")
    settle()
    url = reverse("followups:duty-edit", args=[duty.pk])
    opened = {name: values[0] for name, values in sent_by(client.get(url)).items()}
    send(client, url, title="Laporan semester")

    late = client.post(url, opened | {"title": "Laporan tahunan"})

    assert late.status_code == 409
    duty.refresh_from_db()
    assert duty.title == "Laporan semester"


def test_a_milestone_of_no_duty_has_no_occurrence_state(batam, officer):
    assert make_milestone(owner=batam, due=officer.today()).occurrence(officer.today()) == ""


def test_who_ends_it_after_somebody_else_changed_it_is_told_and_keeps_the_day(client, officer, batam):
    duty = make_duty(owner=batam, title="Laporan")
    url = reverse("followups:duty-end", args=[duty.pk])
    opened = {"version": str(duty.version), "on": "2026-11-20"}
    Duty.objects.filter(pk=duty.pk).update(title="Laporan triwulan")

    told = client.post(url, opened)

    assert told.status_code == 409
    assert told.context["form"]["on"].value() == "2026-11-20"
    assert Duty.objects.get(pk=duty.pk).ended_on is None
    version = told.context["form"]["version"].value()
    assert client.post(url, opened | {"version": version}).status_code == 302
