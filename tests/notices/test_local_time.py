"""The instant of a letter: the hour that a person chose, on their day, in their zone; in every zone there is."""

import datetime as dt
import os
import random
import zoneinfo

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("SIMPUL_EXAMPLES", "10000"))
ASKED = """
SELECT zone, day, hour, (day + hour) AT TIME ZONE zone
FROM unnest(%s::text[], %s::date[], %s::time[]) AS x(zone, day, hour) WHERE zone = ANY (%s)
"""


# Laws that changed in 2026: the tz database of PostgreSQL and that of Python may be of different age.
CHANGED = {
    "Africa/Casablanca", "Africa/El_Aaiun", "America/Vancouver", "Canada/Pacific", "America/Edmonton",
    "Canada/Mountain", "America/Yellowknife",
}  # fmt: skip


def known_zones():
    """Names that both know; not those that PostgreSQL takes for an abbreviation (CET is one hour, summer or winter)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_timezone_names WHERE upper(name) NOT IN (SELECT abbrev FROM pg_timezone_abbrevs)"
        )
        here = {name for (name,) in cursor.fetchall()}
    return sorted(here & zoneinfo.available_timezones() - CHANGED)


def instants():
    """Days from 2020 to 2037 and hours from 04:00 to 22:00 in every zone, half of them on days when a clock changes."""
    chance = random.Random(20261122)
    zones = known_zones()
    rows = []
    for n in range(EXAMPLES):
        zone = zones[n % len(zones)]
        day = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randrange(18 * 365))
        rows.append((zone, day, dt.time(chance.randrange(4, 22), chance.choice([0, 15, 30, 45]))))
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [*map(list, zip(*rows, strict=True)), zones])
        return cursor.fetchall()


def test_each_letter_has_one_instant_at_the_hour_that_was_chosen():
    found = instants()
    assert len(found) == EXAMPLES
    wrong = []
    for zone, day, hour, instant in found:
        wall = dt.datetime.combine(day, hour)
        local = instant.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
        exists = (
            wall.replace(tzinfo=zoneinfo.ZoneInfo(zone))
            .astimezone(dt.UTC)
            .astimezone(zoneinfo.ZoneInfo(zone))
            .replace(tzinfo=None)
            == wall
        )
        kept = local == wall if exists else dt.timedelta(0) < local - wall <= dt.timedelta(hours=24)
        if not kept:
            wrong.append((zone, day, hour, local))
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Asia/Jakarta", "2026-11-22 07:00", "2026-11-22 00:00"),
        ("Asia/Jayapura", "2026-11-22 07:00", "2026-11-21 22:00"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30"),  # an hour that does not exist: 03:30 there
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 01:30"),  # one that comes twice: the second
    ],
)
def test_a_gap_and_an_hour_that_comes_twice_have_one_instant(zone, wall, expected):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamp AT TIME ZONE %s", [wall, zone])
        assert cursor.fetchone()[0] == dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)


def test_a_zone_that_the_database_does_not_know_falls_back_and_stops_nobody():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT notices_zone('Mars/Olympus', 'Asia/Jakarta'), notices_zone('Asia/Tokyo', 'Asia/Jakarta')"
        )
        assert cursor.fetchone() == ("Asia/Jakarta", "Asia/Tokyo")
