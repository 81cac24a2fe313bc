import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.paging import Count, ListPaginator, Order, count_of
from tests.factories import make_region, make_visit
from visits.models import Visit

pytestmark = pytest.mark.django_db


def values(found):
    return list(found.values("pk", "starts_on"))


def pages(order, per_page=2, counted=4):
    return ListPaginator(Visit.objects.all(), order, values, per_page, counted)


def make_days(*days):
    batam = make_region()
    return [make_visit(batam, False, on=day and dt.date(2025, 1, day)).pk for day in days]


BY_DATE = {
    "newest": Order("starts_on", descending=True, read=dt.date.fromisoformat),
    "oldest": Order("starts_on", read=dt.date.fromisoformat),
}


@pytest.mark.parametrize("order", BY_DATE)
def test_every_row_stands_on_exactly_one_page_beyond_the_numbers_too(order):
    make_days(3, None, 1, 2, 2, None, 2, 5, None, 4, 2)
    expected = list(Visit.objects.order_by(*BY_DATE[order].by()).values_list("pk", flat=True))

    seen, wanted = [], "1"
    while wanted:
        page = pages(BY_DATE[order]).at(str(wanted))
        seen.append([row["pk"] for row in page.object_list])
        wanted = page.has_next() and page.next_page_number()

    assert [row for rows in seen for row in rows] == expected
    assert [len(rows) for rows in seen] == [2, 2, 2, 2, 2, 1]


@pytest.mark.parametrize("order", BY_DATE)
def test_the_way_back_leads_over_the_same_pages(order):
    make_days(3, None, 1, 2, 2, None, 2, 5, None, 4, 2)
    there, wanted = [], "1"
    while wanted:
        page = pages(BY_DATE[order]).at(str(wanted))
        there.append([row["pk"] for row in page.object_list])
        wanted = page.has_next() and page.next_page_number()

    back = [there[-1]]
    while page.has_previous():
        page = pages(BY_DATE[order]).at(str(page.previous_page_number()))
        back.append([row["pk"] for row in page.object_list])

    assert back[::-1] == there


def test_pages_beyond_the_numbers_say_where_they_are():
    make_days(1, 2, 3, 4, 5, 6, 7)
    second = pages(BY_DATE["oldest"]).at("2")

    third = pages(BY_DATE["oldest"]).at(second.next_page_number())

    assert (third.number, third.start_index(), third.end_index()) == (3, 5, 6)
    assert str(third.paginator.tally) == "4+"
    assert list(third.paginator.get_elided_page_range(third.number)) == [1, third.paginator.ELLIPSIS, 3]


def test_a_deep_page_does_not_read_what_lies_before_it():
    make_days(*range(1, 9))
    page = pages(BY_DATE["oldest"]).at("2")

    with CaptureQueriesContext(connection) as queries:
        pages(BY_DATE["oldest"]).at(page.next_page_number())

    assert not [q for q in queries if "OFFSET" in q["sql"]]


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        None,
        "1",
        "0",
        "-3",
        "abc",
        "1.5",
        "~",
        "3~",
        "3~>",
        "3~>~",
        "3~>2025-99-99~1",
        "3~>\x00~1",
        "9" * 5000,
        "3~?2025-01-01~1",
    ],
)
def test_nonsense_leads_to_a_page_that_exists(wanted):
    made = make_days(1)

    page = pages(BY_DATE["oldest"]).at(wanted)

    assert [row["pk"] for row in page.object_list] in ([made[0]], [])


@pytest.mark.parametrize(("wanted", "told"), [("1", False), (None, False), ("7", True), ("x", True)])
def test_a_page_in_the_place_of_another_knows_it(wanted, told):
    make_days(1)

    assert pages(BY_DATE["oldest"]).at(wanted).asked_for_another is told


def test_counting_stops_at_the_limit():
    make_days(1, 2, 3)

    assert count_of(Visit.objects.all(), 2) == Count(2, more=True)
    assert count_of(Visit.objects.all(), 3) == Count(3)


def test_a_count_is_written_with_its_thousands():
    assert str(Count(10_000, more=True)) == "10.000+"
    assert not Count(0)
