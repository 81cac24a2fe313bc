"""The working days of Indonesia."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection

from notices import calendar
from notices.models import CalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_year(monkeypatch):
    monkeypatch.setattr(calendar, "FIRST_YEAR", 2026)
    monkeypatch.setattr(calendar, "YEARS_AHEAD", 0)


def test_every_day_from_2020_to_three_years_ahead_has_a_row():
    assert calendar.load(2026) == (dt.date(2030, 1, 1) - dt.date(2020, 1, 1)).days
    assert calendar.load(2026) == 0
    assert calendar.load(2027) == 365
    assert CalendarDay.objects.first().day == dt.date(2020, 1, 1)
    assert CalendarDay.objects.last().day == dt.date(2030, 12, 31)


def test_weekends_feasts_and_joint_leave_are_free_and_what_falls_on_them_is_told_before(one_year):
    calendar.load(2026)

    expected = [
        ((11, 20), "", (11, 20)),  # a Friday
        ((11, 21), "Sabtu", (11, 20)),
        ((11, 22), "Minggu", (11, 20)),
        ((8, 17), "Hari Kemerdekaan", (8, 14)),  # a Monday
        ((12, 24), "Cuti Bersama Hari Raya Natal", (12, 23)),
        ((3, 24), "Cuti Bersama Hari Raya Idul Fitri", (3, 17)),  # a week of feasts
    ]
    for day, why, told_on in expected:
        found = CalendarDay.objects.get(day=dt.date(2026, *day))
        assert found.free_because.startswith(why), day
        assert bool(found.free_because) == bool(why), day
        assert found.send_on == dt.date(2026, *told_on), day


def test_what_was_changed_by_hand_stays_and_what_was_not_is_corrected(one_year):
    calendar.load(2026)
    friday, thursday = dt.date(2026, 11, 20), dt.date(2026, 11, 19)
    CalendarDay.objects.filter(day=friday).update(free_because="Hari Jadi Batam", by_hand=True)
    CalendarDay.objects.filter(day=thursday).update(free_because="Salah")

    assert calendar.load(2026) == 1
    assert CalendarDay.objects.get(day=friday).free_because == "Hari Jadi Batam"
    assert CalendarDay.objects.get(day=thursday).free_because == ""
    assert CalendarDay.objects.get(day=dt.date(2026, 11, 22)).send_on == thursday


def test_a_day_outside_the_calendar_is_told_on_itself(one_year):
    calendar.load(2026)
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_send_on('2045-01-01'), notices_next_working_day('2026-11-20')")
        assert cursor.fetchone() == (dt.date(2045, 1, 1), dt.date(2026, 11, 23))


def test_the_command_says_what_it_did(one_year, capsys):
    call_command("load_calendar")
    call_command("load_calendar")

    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("days added or corrected.")
    assert second == "All days are there already."
