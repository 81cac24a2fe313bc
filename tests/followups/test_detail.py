"""The page of a milestone: what it shows to whom, and what may be done from there."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from followups import doing
from followups.detail import Telling
from followups.models import Milestone
from tests.factories import (
    make_agreement,
    make_assignee,
    make_duty,
    make_indicator,
    make_milestone,
    make_milestone_paper,
    make_officer,
    make_organisation,
    make_outcome,
    make_part,
    make_programme,
    make_region,
    make_reminder,
    make_unit_user,
    make_viewer,
    make_visit,
    settle,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07")


@pytest.fixture
def officer(batam, client):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def page(client, milestone):
    return client.get(milestone.get_absolute_url())


def offered(milestone, user):
    told = Telling(Milestone.objects.get(pk=milestone.pk), user)
    return [str(act.url).split("/")[-2] for act in (*told.first_acts, *told.other_acts)]


def test_it_shows_what_when_who_and_where_it_comes_from(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    unit = make_organisation("Bappeda", batam)
    make_outcome(
        visit, "Bappeda mendalami e-government", follow_up="OPEN", responsible=unit, due_on=dt.date(2026, 11, 30),
        requested_by="Bupati Malang", due_as_stated="akhir bulan",
    )  # fmt: skip

    text = page(client, Milestone.objects.get()).content.decode()

    for words in ("Bappeda mendalami e-government", "Bupati Malang", "30 November 2026", "akhir bulan", "Bappeda"):
        assert words in text
    assert visit.get_absolute_url() in text


def test_a_stranger_does_not_find_it_and_a_viewer_reads_it(client, batam):
    milestone = make_milestone("Kirim draf", batam, owner=batam)

    client.force_login(make_officer(make_region("Kabupaten Soppeng")))
    assert page(client, milestone).status_code == 404
    client.force_login(make_viewer(batam))
    assert page(client, milestone).status_code == 200
    client.logout()
    assert page(client, milestone).status_code == 302


def test_a_unit_reads_its_part_without_the_agreement_that_it_may_not_see(batam, malang):
    unit = make_organisation("Bappeda", batam)
    agreement = make_agreement(batam, malang, title="Rahasia antara kita")
    milestone = make_milestone("Kirim draf", unit, agreement=agreement)
    browser = Client()
    browser.force_login(make_unit_user(unit))

    text = page(browser, milestone).content.decode()

    assert "Kirim draf" in text
    assert "Rahasia antara kita" not in text


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("SUGGESTED", ["accept", "decline", "reschedule", "reassign", "snooze", "cancel"]),
        ("OPEN", ["done", "begin", "complete", "reschedule", "reassign", "snooze", "block", "cancel"]),
        ("IN_PROGRESS", ["done", "complete", "reschedule", "reassign", "snooze", "block", "cancel"]),
        ("BLOCKED", ["done", "begin", "complete", "reschedule", "reassign", "snooze", "cancel"]),
        ("CANCELLED", ["reopen"]),
    ],
)
def test_who_keeps_it_is_offered_what_fits_its_state(officer, batam, malang, status, expected):
    assert offered(make_milestone("x", batam, malang, owner=batam, status=status), officer) == expected


def test_the_partner_a_viewer_and_a_unit_are_offered_what_is_theirs(batam, malang):
    unit = make_organisation("Bappeda", malang)
    milestone = make_milestone("x", batam, unit, owner=batam)

    assert offered(milestone, make_officer(malang)) == ["done", "begin", "reassign", "snooze", "block"]
    assert offered(milestone, make_unit_user(unit)) == ["done", "begin", "snooze", "block"]
    assert offered(milestone, make_viewer(batam)) == ["snooze"]


def test_everything_that_is_offered_opens(client, officer, batam, malang):
    for status in ("SUGGESTED", "OPEN", "BLOCKED", "CANCELLED"):
        milestone = make_milestone("x", batam, malang, owner=batam, status=status)
        for deed in offered(milestone, officer):
            response = client.get(reverse(f"followups:{deed}", args=[milestone.pk]))
            assert (response.status_code, "cannot be done now" in response.content.decode()) == (200, False), deed


def test_what_follows_the_data_is_not_offered_to_be_moved(officer, batam):
    make_agreement(batam, make_region("Kota Malang"), signed=dt.date(2025, 1, 10), term_months=36)
    settle()

    assert "reschedule" not in offered(Milestone.objects.get(kind="EXPIRY"), officer)


def test_other_occurrences_of_its_duty_stand_beside_it(client, officer, batam):
    today = officer.today()
    duty = make_duty(owner=batam, first=today - dt.timedelta(days=400), months=6, title="Laporan")
    settle()
    first, *_between, last = duty.occurrences.order_by("due_on")

    told = Telling(first, officer)

    assert [other.pk for other, _mark in told.neighbours][-1] != first.pk
    assert last.get_absolute_url() in page(client, first).content.decode()


def test_the_conversation_names_the_sides(client, officer, batam, malang):
    milestone = make_milestone("x", malang, owner=batam)
    doing.comment(milestone, "Minggu depan selesai", by=make_officer(malang, name="Sanusi"))

    text = page(client, milestone).content.decode()

    assert "Minggu depan selesai" in text
    assert "Sanusi, Kabupaten Malang" in text


def test_it_costs_the_same_however_much_was_said(client, officer, batam, malang, django_assert_max_num_queries):
    milestone = make_milestone("x", batam, malang, owner=batam, visit=make_visit(batam, malang))
    for n in range(5):
        doing.comment(milestone, f"{n}", by=officer)
    page(client, milestone)

    with django_assert_max_num_queries(14):
        page(client, milestone)


def test_one_with_everything_takes_fifteen_queries(client, officer, batam, malang, django_assert_max_num_queries):
    visit = make_visit(batam, malang)
    agreement = make_agreement(batam, malang, title="", signed=dt.date(2025, 6, 16))
    programme = make_programme(agreement)
    duty = make_duty(agreement, programme=programme, title="Evaluasi bersama", first=dt.date(2025, 1, 31))
    settle()
    milestone = duty.occurrences.get(due_on=dt.date(2025, 7, 31))
    milestone.visit, milestone.indicator, milestone.created_by = visit, make_indicator(programme), officer
    milestone.save()
    make_part(milestone, make_organisation("Bappeda", malang), position=9)
    make_assignee(milestone, officer)
    doing.comment(milestone, "Minggu depan selesai", by=officer)
    make_milestone_paper(milestone, by=officer)
    milestone.notes.create(region=batam, text="Hanya untuk kita", by=officer)
    make_reminder(milestone, officer)

    with django_assert_max_num_queries(15):
        text = page(client, milestone).content.decode()

    for words in ("Bappeda", str(visit), str(agreement), "Half-yearly", "Minggu depan selesai", "Hanya untuk kita"):
        assert words in text


def test_its_history_tells_who_did_what(client, officer, batam):
    milestone = make_milestone("x", batam, owner=batam)
    doing.begin(milestone, by=officer, version=milestone.version)

    whole = client.get(reverse("followups:history", args=[milestone.pk])).content.decode()
    part = client.get(
        reverse("followups:history", args=[milestone.pk]), headers={"HX-Request": "true"}
    ).content.decode()

    assert "In progress" in whole
    assert "<html" not in part


def test_papers_and_notes_are_kept_with_it(client, officer, batam, malang):
    milestone = make_milestone("x", malang, owner=batam)

    client.post(reverse("followups:notes", args=[milestone.pk]), {"text": "Hanya untuk kita"})

    assert "Hanya untuk kita" in page(client, milestone).content.decode()
    partner = Client()
    partner.force_login(make_officer(malang))
    assert "Hanya untuk kita" not in page(partner, milestone).content.decode()
