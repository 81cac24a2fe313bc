"""Which visits belong to a month or a period, also those whose date is not known; and periods around any day."""

import datetime as dt

import pytest

from dashboards.models import Feed
from tests import factories as make
from visits.filters import period
from visits.models import Visit

pytestmark = pytest.mark.django_db
D = dt.date
JANUARY = D(2025, 1, 1)
ODD = ["on=0001-01-01&period=last-month", "on=0001-01-01&period=last-year", "on=9999-12-31&period=next-months"]


def unknown(batam, malang, first, last, precision="UNKNOWN"):
    return make.make_visit(batam, malang, on=None, precision=precision, starts_on=first, ends_on=last)


@pytest.mark.parametrize("precision", ["YEAR", "UNKNOWN", "WEEKDAY_ONLY"])
def test_what_is_known_less_precisely_than_by_its_month_began_in_none(batam, malang, precision):
    visit = unknown(batam, malang, JANUARY, D(2025, 12, 31), precision)

    assert not Visit.objects.all().in_month(JANUARY).exists()
    assert Visit.objects.all().in_month(None).get() == visit


def test_the_dashboard_counts_it_under_no_month(client, officer, batam, malang):
    visits = [unknown(batam, malang, *bounds) for bounds in ((JANUARY, D(2025, 12, 31)), (None, D(2025, 6, 30)))]

    board = client.get("/dashboard/", {"since": "2025-01-01", "until": "2025-12-31"}).content.decode()
    listed = client.get("/visits/", {"since": "2025-01-01", "until": "2025-12-31", "month": "none"})

    assert "Month not known" in board
    assert {row["pk"] for row in listed.context["page"]} == {visit.pk for visit in visits}


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ((D(2025, 6, 1), None), [True, True]),
        ((None, D(2025, 6, 30)), [True, False]),
        ((D(2026, 2, 1), None), [False, False]),
        ((None, None), [False, False]),
    ],
)
def test_of_one_bound_alone_the_other_is_open(batam, malang, bounds, found):
    """“After 1 June”: in the second half of the year it may have been."""
    unknown(batam, malang, *bounds)

    periods = ((D(2025, 5, 1), D(2025, 12, 31)), (D(2025, 7, 1), D(2025, 12, 31)))
    assert [Visit.objects.all().between(*one).exists() for one in periods] == found


@pytest.mark.parametrize(
    ("today", "last"), [(D(2026, 11, 30), D(2027, 2, 28)), (D(2026, 11, 1), D(2027, 2, 1)), (D(2026, 9, 30), D(2026, 12, 30))]
)  # fmt: skip
def test_the_next_three_months_are_three_months(today, last):
    assert period("next-months", today) == (today, last)


@pytest.mark.parametrize("query", ODD)
def test_a_day_beyond_the_calendar_of_forms_is_told_and_breaks_nothing(client, officer, query):
    """Neither the list and its file nor a view of it that was saved, watched and given out as a feed."""
    view = make.make_saved_view(officer, "visits", query, name="Aneh")
    make.make_watch(officer, view)
    feed = Feed.objects.create(user=officer, view=view)

    statuses = [
        client.get(address).status_code
        for address in (
            f"/visits/?{query}",
            f"/visits/visits.csv?{query}",
            "/watches/",
            "/",
            f"/feeds/{feed.secret}.ics",
        )
    ]

    assert statuses == [422, 302, 200, 200, 200]  # a file that cannot be made leads to its list
