"""Dates as precise as they are known: every choice, what it needs, and what it says when that is missing."""

import datetime as dt

import pytest

from accounts.models import User
from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.forms.base import Filling
from visits.forms.quick import stated_weekday
from visits.forms.visit import VisitForm
from visits.logging import status_on, told_by
from visits.models import Visit

pytestmark = pytest.mark.django_db
NEW = "/visits/new/"


@pytest.fixture
def page(client):
    """The fields of the empty form, with a delegation."""
    batam = make.make_region("Kota Batam", code="21.71")
    make.make_malangs()
    client.force_login(make.make_officer(batam, language="en"))
    return sent_by(client.get(NEW)) | {"guests-0-region_text": "35.07", "status": "COMPLETED"}


@pytest.mark.parametrize(
    ("inputs", "starts_on", "ends_on", "shown"),
    [
        ({"precision": "DAY", "day": "2025-06-16"}, "2025-06-16", "2025-06-16", "16 June 2025"),
        ({"precision": "DAY", "day": "16/06/2025"}, "2025-06-16", "2025-06-16", "16 June 2025"),
        ({"precision": "RANGE", "first": "2022-06-13", "last": "2022-06-14"}, "2022-06-13", "2022-06-14", "13–14 June 2022"),
        ({"precision": "MONTH", "month": "2024-02"}, "2024-02-01", "2024-02-29", "February 2024"),
        ({"precision": "MONTH", "month": "12/2024"}, "2024-12-01", "2024-12-31", "December 2024"),
        ({"precision": "YEAR", "year": "2022"}, "2022-01-01", "2022-12-31", "2022"),
        ({"precision": "WEEKDAY_ONLY", "weekday": "3"}, None, None, "Thursday, date unknown"),
        (
            {"precision": "WEEKDAY_ONLY", "weekday": "3", "first": "2021-06-01", "last": "2021-06-30"},
            "2021-06-01", "2021-06-30", "Thursday, between 1 June 2021 and 30 June 2021",
        ),
        ({"precision": "UNKNOWN", "date_as_stated": "baru-baru ini"}, None, None, "Date unknown"),
        ({"precision": "UNKNOWN", "day": "kemarin", "year": "x", "month": "?"}, None, None, "Date unknown"),
        ({"precision": "DAY", "day": "2025-06-16", "last": "2020-01-01"}, "2025-06-16", "2025-06-16", "16 June 2025"),
    ],
)  # fmt: skip
def test_a_date_is_kept_as_precisely_as_it_is_known(client, page, inputs, starts_on, ends_on, shown):
    answer = client.post(NEW, page | inputs)

    assert problems_on(answer) == []
    visit = Visit.objects.get()
    assert (str(visit.starts_on or ""), str(visit.ends_on or "")) == (starts_on or "", ends_on or "")
    assert visit.period == shown


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"precision": "DAY"}, "Date: Give the date, or choose “Unknown” and keep the source's words."),
        ({"precision": "DAY", "day": "besok"}, "Date: This is not a date. Write it like 22/11/2026."),
        ({"precision": "DAY", "day": "0025-06-16"}, "Date: Check the year: 25 looks mistyped."),
        ({"precision": "DAY", "month": "2025-06"}, "Date: Choose “Month” above: that is what you filled in. Or give the answer here."),
        ({"precision": "RANGE", "first": "2025-06-16"}, "Until: Give the last day, or choose “Exact day”."),
        (
            {"precision": "RANGE", "first": "2025-06-16", "last": "2025-06-15"},
            "Until: The end lies before the start. Swap the two dates or correct one.",
        ),
        ({"precision": "MONTH"}, "Month: Give the month, or choose “Unknown” and keep the source's words."),
        ({"precision": "MONTH", "month": "2025-13"}, "Month: This is not a month. Write it like 2025-06."),
        ({"precision": "YEAR", "year": "99999"}, "Year: Ensure this value is less than or equal to 2199."),
        ({"precision": "WEEKDAY_ONLY"}, "Weekday: Choose the day of the week."),
        (
            {"precision": "UNKNOWN", "first": "2025-06-16", "last": "2025-06-15"},
            "Until: The end lies before the start. Swap the two dates or correct one.",
        ),
        (
            {"precision": "SOMETIMES"},
            "How precise is the date: Select a valid choice. SOMETIMES is not one of the available choices.",
        ),
    ],
)  # fmt: skip
def test_a_date_that_does_not_fit_says_how_to_mend_it_and_stays(client, page, inputs, problem):
    answer = client.post(NEW, page | inputs)

    assert answer.status_code == 422
    assert problems_on(answer) == [problem]
    shown = sent_by(answer)
    assert {name: shown[name][0] for name in inputs if name != "precision"} == {
        name: value for name, value in inputs.items() if name != "precision"
    }
    assert Visit.objects.count() == 0


@pytest.mark.parametrize("precision", ["DAY", "RANGE", "MONTH", "YEAR", "WEEKDAY_ONLY", "UNKNOWN"])
def test_a_stored_date_comes_back_from_its_form_unchanged(precision):
    first, last = {
        "DAY": (dt.date(2025, 6, 16), dt.date(2025, 6, 16)),
        "RANGE": (dt.date(2025, 6, 16), dt.date(2025, 6, 18)),
        "MONTH": (dt.date(2025, 6, 1), dt.date(2025, 6, 30)),
        "YEAR": (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    }.get(precision, (dt.date(2021, 1, 1), None))
    visit = make.make_visit(starts_on=first, ends_on=last, precision=precision, weekday=3)
    user = make.make_officer()

    unbound = VisitForm(instance=visit, filling=Filling(user))
    data = {name: unbound[name].value() for name in unbound.fields}
    bound = VisitForm(
        {name: str(value) if value is not None else "" for name, value in data.items() if name != "kinds"},
        instance=Visit.objects.get(),
        filling=Filling(User.objects.get()),
    )

    assert bound.is_valid(), bound.errors
    assert (bound.instance.starts_on, bound.instance.ends_on, bound.instance.weekday) == (first, last, 3)


def test_a_time_range_runs_forwards(client, page):
    answer = client.post(NEW, page | {"day": "2025-06-16", "start_time": "10:00", "end_time": "09:00"})

    assert problems_on(answer) == ["Ends at: It cannot end before it begins. Swap the two times or correct one."]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Kamis lalu", ("WEEKDAY_ONLY", 3)),
        ("Kamis minggu lalu", ("WEEKDAY_ONLY", 3)),
        ("minggu lalu", ("UNKNOWN", None)),
        ("hari Minggu", ("WEEKDAY_ONLY", 6)),
        ("Jum'at pagi", ("WEEKDAY_ONLY", 4)),
        ("last Friday", ("WEEKDAY_ONLY", 4)),
        ("Senin dan Selasa", ("UNKNOWN", None)),
        ("baru-baru ini", ("UNKNOWN", None)),
    ],
)
def test_the_weekday_is_taken_from_the_words_only_where_they_name_one(words, expected):
    assert stated_weekday(words) == expected


@pytest.mark.parametrize(
    ("first", "last", "precision", "words", "status"),
    [
        ("2026-03-02", "2026-03-02", "DAY", "", "SCHEDULED"),
        ("2026-03-01", "2026-03-01", "DAY", "", "COMPLETED"),
        ("2026-02-27", "2026-03-02", "RANGE", "", "IN_PROGRESS"),
        ("2026-02-01", "2026-02-02", "RANGE", "", "COMPLETED"),
        ("2026-02-01", "2026-02-28", "MONTH", "", "COMPLETED"),
        ("2026-03-01", "2026-03-31", "MONTH", "", None),
        ("2026-01-01", "2026-12-31", "YEAR", "", None),
        ("2026-01-01", "2026-12-31", "YEAR", "bulan lalu", "COMPLETED"),
        ("2027-01-01", "2027-12-31", "YEAR", "", "SCHEDULED"),
        ("2026-02-01", "2026-02-27", "UNKNOWN", "", "COMPLETED"),
        ("2026-02-01", "2026-03-27", "UNKNOWN", "", None),
        ("2026-02-01", None, "WEEKDAY_ONLY", "", None),
        (None, "2026-02-27", "WEEKDAY_ONLY", "", "COMPLETED"),
        (None, None, "WEEKDAY_ONLY", "", None),
        (None, None, "UNKNOWN", "Kamis lalu", "COMPLETED"),
        (None, None, "UNKNOWN", "Kamis depan", "SCHEDULED"),
        (None, None, "UNKNOWN", "", None),
    ],
)
def test_the_status_follows_from_the_date(first, last, precision, words, status):
    days = [dt.date.fromisoformat(day) if day else None for day in (first, last)]

    assert status_on(dt.date(2026, 3, 1), *days, precision, words) == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        *((words, "COMPLETED") for words in ("Kamis lalu", "minggu lalu", "baru-baru ini", "belum lama ini", "last Friday")),
        *((words, "SCHEDULED") for words in ("Kamis depan", "bulan depan", "besok", "akan dijadwalkan", "dua hari lagi")),
        *((words, None) for words in ("Kamis", "sore hari", "minggu lalu, akan dilanjutkan", "")),
    ],
)  # fmt: skip
def test_words_say_that_it_is_over_or_lies_ahead_or_neither(words, status):
    assert told_by(words) == status


@pytest.mark.parametrize("typed", [{"precision": "MONTH"}, {"precision": "YEAR"}, {"date_as_stated": "Kamis"}])
def test_where_the_date_does_not_tell_whether_it_took_place_the_status_is_asked_for(client, page, typed):
    today = User.objects.get().today()
    typed = {"precision": "UNKNOWN", "month": f"{today:%Y-%m}", "year": str(today.year), "status": ""} | typed

    answer = client.post(NEW, page | typed)

    assert problems_on(answer) == ["Status: Choose the status: the date does not tell whether the visit took place."]


def test_a_programme_item_of_a_visit_whose_date_lies_ahead_is_planned(client, page):
    """The status is left to the date, as the form proposes."""
    ahead = (User.objects.get().today() + dt.timedelta(days=20)).isoformat()

    asked = {day: client.post(NEW, page | {"day": day, "status": "", "add": "agenda"}) for day in (ahead, "2025-06-16")}

    assert {day: sent_by(answer)["agenda-0-state"] for day, answer in asked.items()} == {
        ahead: ["PLANNED"],
        "2025-06-16": ["DONE"],
    }
