"""A visit that may be logged already is hinted at, to those who may see it, and bars nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from visits.duplicates import possible_duplicates

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 6, 16)


@pytest.fixture
def visit(batam, malang):
    return make.make_visit(batam, malang, on=DAY)


def quick(partner, day, **more):
    return {"partner": str(2 * partner.pk), "day": day.isoformat(), **more}


@pytest.mark.parametrize(("days", "found"), [(-4, False), (-3, True), (0, True), (3, True), (4, False)])
def test_the_same_regions_within_three_days_are_hinted_at(officer, malang, visit, days, found):
    hints = possible_duplicates(officer, quick(malang, DAY + dt.timedelta(days=days)))

    assert [row["pk"] for row in hints] == ([visit.pk] if found else [])


def test_the_hint_leads_to_the_visit(client, officer, malang, visit):
    page = client.get("/visits/duplicates/", quick(malang, DAY)).content.decode()

    assert f'href="/visits/{visit.pk}/"' in page
    assert "Malang Regency → Kota Batam, 16 June 2025" in page


def test_other_regions_are_no_duplicate(officer, visit):
    assert possible_duplicates(officer, quick(make.make_malangs()[1], DAY)) == []


def test_the_full_form_looks_at_host_and_all_delegations(officer, batam, malang, visit):
    typed = {"precision": "DAY", "day": "2025-06-15", "host_region": str(batam.pk)}
    typed |= {"guests-0-region": "", "guests-3-region": str(malang.pk)}

    assert [row["pk"] for row in possible_duplicates(officer, typed)] == [visit.pk]
    assert possible_duplicates(officer, typed | {"visit": str(visit.pk)}) == []


def test_an_organisation_stands_for_its_region_too(officer, batam, malang, visit):
    council = make.make_organisation("DPRD Kabupaten Malang", malang)
    typed = {"day": "2025-06-16", "host_region": str(batam.pk), "guests-0-organisation": str(council.pk)}

    assert [row["pk"] for row in possible_duplicates(officer, typed)] == [visit.pk]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"precision": "RANGE", "first": "2025-06-18", "last": "2025-06-20"}, True),
        ({"precision": "MONTH", "month": "2025-06"}, True),
        ({"precision": "MONTH", "month": "2025-08"}, False),
        ({"precision": "YEAR", "year": "2025"}, False),
        ({"precision": "UNKNOWN"}, False),
        ({"precision": "DAY", "day": "2025-02-30"}, False),
        ({"precision": "DAY", "day": "0001-01-01"}, False),
        ({"precision": "MONTH", "month": "x"}, False),
    ],
)
def test_periods_are_compared_and_what_cannot_be_read_is_no_date(officer, batam, malang, visit, typed, found):
    sides = {"host_region": str(batam.pk), "guests-0-region": str(malang.pk)}

    assert bool(possible_duplicates(officer, sides | typed)) == found


def test_a_visit_of_strangers_is_never_hinted_at(malang, visit):
    stranger = make.make_officer(make.make_region("Kota Jambi"))

    assert possible_duplicates(stranger, quick(malang, DAY, owner=str(visit.owner_id))) == []


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "1e5", "²"])
def test_nonsense_is_no_partner(officer, visit, key):
    assert possible_duplicates(officer, {"partner": key, "day": "2025-06-16"}) == []


def test_it_costs_the_same_for_one_and_three(officer, batam, malang, visit, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(5) as counted:
            found = possible_duplicates(officer, quick(malang, DAY))
        return len(counted), len(found)

    possible_duplicates(officer, quick(malang, DAY))  # the memberships are read once a request
    once, one = queries()
    for _ in range(2):
        make.make_visit(batam, malang, on=DAY)

    assert queries() == (once, one + 2)


def test_the_search_can_use_an_index(officer, malang, visit):
    """With the scan of the whole table forbidden, PostgreSQL finds another way: at 200 000 visits it is the one that it takes."""
    with CaptureQueriesContext(connection) as captured:
        possible_duplicates(officer, quick(malang, DAY))
    search = max((query["sql"] for query in captured), key=len)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Seq Scan on visits_visit" not in plan
    assert "Index" in plan
