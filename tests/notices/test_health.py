"""Silence is noticed: each fault by its code for machines, in plain words for the administrator."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone

from notices.heartbeats import beat
from notices.models import Outage
from tests.factories import make_delivery, make_member, make_notice, make_region, make_superuser, make_user

pytestmark = pytest.mark.django_db
PARTS = ("beat", "planner", "sender")


@pytest.fixture
def awake():
    for part in PARTS:
        beat(part)


def probe(client):
    answer = client.get("/health/notices")
    found = answer.json()
    assert (answer.status_code == 503) == bool(found["failing"])
    return found["failing"]


def test_all_is_well(client, awake):
    answer = client.get("/health/notices")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "failing": [],
        "silent_seconds": {"beat": 0, "planner": 0, "sender": 0},
        "queue_age_seconds": 0,
        "due": 0,
        "unknown": 0,
        "dead": 0,
        "held": False,
    }


def test_before_anything_ran_every_part_is_silent(client):
    assert probe(client) == list(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_silent_for_two_minutes_is_named(client, awake, move_clock, part):
    move_clock("119 seconds")
    for other in PARTS:
        if other != part:
            beat(other)
    assert probe(client) == []

    move_clock("121 seconds")
    assert probe(client) == [part]


@pytest.mark.parametrize(
    ("fields", "failing"),
    [
        ({"next_try_at": -dt.timedelta(minutes=4)}, []),
        ({"next_try_at": -dt.timedelta(days=1)}, ["queue"]),
        ({"next_try_at": dt.timedelta(days=1)}, []),
        ({"state": "UNKNOWN"}, ["unknown"]),
        ({"state": "DEAD"}, ["dead"]),
        ({"state": "DEAD", "next_try_at": -dt.timedelta(days=8)}, []),
        ({"state": "CANCELLED"}, []),
        ({"state": "SENT", "sent_at": dt.timedelta(0)}, []),
    ],
)
def test_what_waits_too_long_or_failed(client, awake, fields, failing):
    # Moments are counted from the test's own start: the module may have been read an hour before.
    now = timezone.now()
    fields = {name: now + value if isinstance(value, dt.timedelta) else value for name, value in fields.items()}
    make_delivery(make_notice(make_user(name="Rahasia")), error="550 rahasia@batam.test", **fields)

    assert probe(client) == failing
    assert "ahasia" not in client.get("/health/notices").content.decode(), "it needs no sign-in"


def test_what_was_due_long_ago_and_failed_today_is_told(client, awake):
    now = timezone.now()
    late = make_delivery(make_notice(make_user()), state="DEAD", next_try_at=now - dt.timedelta(days=8))
    late.tries.create(number=1, started_at=now, finished_at=now, phase="RCPT", result="REFUSED")

    assert probe(client) == ["dead"]


def test_a_way_that_does_not_work_for_five_minutes(client, awake):
    now = timezone.now()
    outage = Outage.objects.create(route="EMAIL", began_at=now - dt.timedelta(minutes=4), until=now, error="CONNECT: x")
    assert probe(client) == []

    outage.began_at = now - dt.timedelta(minutes=6)
    outage.save()
    assert probe(client) == ["way"]


def test_the_page_says_what_to_do(client, awake, settings):
    settings.NOTICE_HOLD = True
    make_delivery(state="DEAD", error="550 no such user")
    now = timezone.now()
    Outage.objects.create(route="EMAIL", began_at=now - dt.timedelta(minutes=6), until=now, error="CONNECT: refused")
    client.force_login(make_superuser())
    client.cookies["django_language"] = "en"

    page = client.get("/notices/health/").content.decode()

    for words in (
        "Sending is held",
        "Some letters failed in the last seven days.",
        "then send again, or let it be",
        "550 no such user",
        "A way out does not work.",
        "CONNECT: refused",
        "Alarm clock",
    ):
        assert words in page


def test_the_page_is_for_the_system_administrator(client):
    assert client.get("/notices/health/").status_code == 302
    client.force_login(make_member(make_region(), "ADMIN"))
    assert client.get("/notices/health/").status_code == 404


def test_the_check_warns_when_no_beat_has_run_for_ten_minutes(move_clock):
    def warned():
        return [found.id for found in run_checks(databases=["default"]) if found.id == "simpul.W002"]

    assert warned() == [], "an installation that never began is not told"
    beat("beat")
    move_clock("9 minutes")
    assert warned() == []
    move_clock("11 minutes")
    assert warned() == ["simpul.W002"]
    assert not [found for found in run_checks() if found.id == "simpul.W002"], "only where the database may be asked"


def test_a_tick_says_that_the_clock_rang_and_a_sender_worked(settings):
    from notices import tasks

    tasks.deliver()

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM notices_heartbeat ORDER BY name")
        assert cursor.fetchall() == [("beat",), ("sender",)]
