"""Drills: what they plant, what they count, and one in small against real servers."""

import datetime as dt
import itertools
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.urls import reverse

from tests import migrated
from workshop.drill.ground import Ground
from workshop.drill.judging import Facts, Hand, Happened, Judge
from workshop.drill.planting import BAD, HIT, RULES, Calendar, Person, Sower, Task, a_tuesday
from workshop.drill.running import Drill, Size
from workshop.drill.sowing import Sown

ROOT = Path(__file__).parents[2]
TUESDAY = dt.date(2026, 11, 24)
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (TUESDAY + dt.timedelta(n) for n in range(1, 5))
DELIVERABLE, SURE, PAYMENT, SIGN = RULES


def schema():
    """What the tests keep of a migrated database, if the servers are theirs."""
    kept = ROOT / ".pytest_cache" / f"migrated-{migrated._fingerprint()}.sql"
    return kept if kept.exists() else None


# In small, against real servers


def test_a_drill_of_two_thousand_reminders_and_ten_faults_loses_none(django_db_setup):
    command = [sys.executable, str(ROOT / "manage.py"), "drill", "--quick", "--reminders", "2000", "--minutes", "1"]
    command += ["--seed", "2", *(["--schema", str(schema())] if schema() else [])]

    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)

    assert (ran.returncode, re.findall(".*MISSED.*", ran.stdout)) == (0, []), ran.stderr[-3000:]
    letters, faults = re.match(r"(\d+) letters, (\d+) faults and a day without service", ran.stdout).groups()
    assert (int(letters) >= 2000, int(faults)) == (True, 10)
    assert ran.stdout.count("letters lost, of") == 1


# Without a broker


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """Servers of a drill, of which the broker is stopped; `remind_loop` is the only one that works."""
    with django_db_blocker.unblock(), Ground(seed=1, quick=True, schema=schema()) as made:
        made.stage.servers["valkey"].stop()
        yield made


def test_without_a_broker_letters_go_out_within_a_minute_and_pages_answer(ground, client, settings):
    calendar = Calendar(a_tuesday(dt.datetime.now(dt.UTC).date()))
    start = dt.datetime.combine(calendar.start, dt.time(4), dt.UTC)
    ground.move_clock(start - dt.datetime.now(dt.UTC))
    sown, sower = Sown(calendar), Sower(calendar, 300, seed=1)
    (wave,) = sower.waves(1, 0, good=True)
    ground.start_loop()
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}}

    sown.plant(wave)
    sower.expect(wave, sown.rules)
    due = {
        m: letter
        for m, letter in wave.letters.items()
        if letter.day == calendar.start and letter.person.zone != "Europe/Amsterdam"
    }
    client.force_login(get_user_model().objects.get(email=next(iter(due.values())).person.email))
    pages = itertools.cycle(["home", "followups:list", "followups:mine", "followups:inbox"])
    answers = set()
    deadline = time.time() + 90
    while time.time() < deadline and not due.keys() <= {kept["message_id"] for kept in ground.read_sink()}:
        answers.add(client.get(reverse(next(pages))).status_code)
        ground.stage.supervise()
        time.sleep(0.5)

    came = {kept["message_id"]: kept["at"] for kept in ground.read_sink()}
    assert due.keys() - came.keys() == set()
    assert max(came[message] for message in due) - wave.planted_at <= 60
    assert answers == {200}


def test_silence_is_noticed_within_two_minutes(ground, client):
    def failing():
        connections["default"].close()
        return json.loads(client.get("/health/notices").content)["failing"]

    moved = ground.moved
    if "loop" not in ground.stage.programs:
        ground.start_loop()
    ground.ask("INSERT INTO notices_heartbeat (name, at, host) VALUES ('beat', notices_now(), '')")
    deadline = time.monotonic() + 60
    while "sender" in failing() and time.monotonic() < deadline:
        time.sleep(0.3)
    alive = failing()
    ground.stop()

    ground.move_clock(moved + dt.timedelta(seconds=121))

    assert {"beat", "planner", "sender"} & set(alive) == set()
    assert {"beat", "planner", "sender"} <= set(failing())


# What is planted


def a_person(email="person.1@drill.example", **kw):
    given = {"language": "id", "zone": "Asia/Jakarta", "in_region": False, "digest_at": dt.time(7)}
    return Person(number=1, email=email, **given | kw)


@pytest.mark.parametrize(
    ("rule", "due", "told"),
    [
        (DELIVERABLE, TUESDAY, [(0, TUESDAY)]),
        (DELIVERABLE, WEDNESDAY, [(-1, TUESDAY), (0, THURSDAY)]),
        (DELIVERABLE, FRIDAY, [(-7, TUESDAY), (0, THURSDAY)]),
        (DELIVERABLE, SATURDAY, [(-7, TUESDAY), (0, THURSDAY)]),
        (DELIVERABLE, TUESDAY + dt.timedelta(9), [(-7, THURSDAY)]),
        (DELIVERABLE, TUESDAY + dt.timedelta(20), []),
        (DELIVERABLE, TUESDAY - dt.timedelta(40), []),
        (PAYMENT, TUESDAY - dt.timedelta(8), [(7, TUESDAY)]),
        (SURE, FRIDAY, [(-3, TUESDAY)]),
    ],
)
def test_of_the_days_of_a_rule_the_last_that_has_come_is_told_once(rule, due, told):
    sower = Sower(Calendar(TUESDAY), 10, seed=1)

    assert list(sower.told(Task("drill-1", rule, due, [a_person()]), TUESDAY)) == told


def test_what_is_done_or_snoozed_is_not_told():
    sower = Sower(Calendar(TUESDAY), 10, seed=1)
    done = Task("drill-1", DELIVERABLE, TUESDAY, [a_person()], status="DONE")
    snoozed = Task("drill-2", DELIVERABLE, TUESDAY, [a_person()], snoozed=True)

    assert [*sower.told(done, TUESDAY), *sower.told(snoozed, TUESDAY)] == []


def test_the_same_seed_plants_the_same_and_every_bad_letter_is_planted():
    def planted():
        return Sower(Calendar(TUESDAY), 300, seed=5).waves(3, 2)

    waves = planted()

    assert [[task.mark for task in wave.tasks] for wave in waves] == [[t.mark for t in w.tasks] for w in planted()]
    assert {person.planted for wave in waves for person in wave.people} == {"", *BAD, *HIT}
    assert sum(wave.asked for wave in waves) >= 300


def test_each_kind_of_fault_happens_before_any_happens_twice():
    drill = Drill(Size(reminders=10, minutes=1, seed=3, quick=True), print)

    assert len({work.__name__ for work in drill._plan()}) == 10


# What is counted


@pytest.fixture
def facts():
    """A drill in which all went well: every letter once, a second after it was due."""
    calendar = Calendar(TUESDAY)
    sower = Sower(calendar, 60, seed=1)
    waves = sower.waves(2, 1)
    inbox = []
    for key, wave in enumerate(waves, 1):
        for number, task in enumerate(wave.tasks):
            task.pk = 1000 * key + number
        for person in wave.people:
            person.pk = person.number
        sower.expect(wave, {rule.kind: n for n, rule in enumerate(RULES)})
        wave.planted_at = 1000.0 * key
        inbox += [(mark, email, False, 0) for mark, email in wave.reminders]
    sink, ledger = [], {}
    for wave in waves:
        for message, letter in wave.letters.items():
            state, least = (BAD | HIT).get(letter.person.planted, ("SENT", 1))
            ledger[message] = (state, "" if state == "SENT" else "a reason", ["SENT"])
            if least:
                at = wave.planted_at + 1
                sink.append({"message_id": message, "to": letter.person.email, "at": at, "marks": sorted(letter.marks)})
    return Facts(waves=waves, sink=sink, ledger=ledger, inbox=inbox)


def missed(facts):
    return [figure.name.split(",")[0] for figure in Judge(facts).figures() if not figure.holds]


def an_innocent(facts):
    """Its line in the log of the sink."""
    planted = {m for wave in facts.waves for m, letter in wave.letters.items() if letter.person.planted}
    return next(kept for kept in facts.sink if kept["message_id"] not in planted and kept["at"] < 2000)


def test_a_drill_in_which_all_went_well_misses_nothing(facts):
    assert missed(facts) == []


def test_a_letter_that_did_not_come_is_lost(facts):
    facts.sink.remove(an_innocent(facts))

    assert missed(facts) == ["letters lost"]


def test_a_letter_that_leaves_a_reminder_out_is_noticed(facts):
    an_innocent(facts)["marks"] = []

    assert missed(facts) == ["reminders not told in their letter"]


def test_a_letter_to_nobody_and_a_reminder_too_many_are_noticed(facts):
    an_innocent(facts)["marks"].append("drill-9999999")
    facts.sink.append({"message_id": "other@x", "to": "x", "at": 1.0, "marks": []})

    assert missed(facts) == [
        "letters that nobody should have got",
        "reminders told that should not be",
        "reminders told under two Message-IDs",
    ]


@pytest.mark.parametrize("kind", ["broker", "database", "beat", "clock", "people"])
def test_a_copy_after_a_harmless_fault_is_too_many(facts, kind):
    kept = an_innocent(facts)
    facts.sink.append(kept | {"at": kept["at"] + 5})
    facts.happened.append(Happened(kept["at"] + 1, kind, "it happened"))

    assert missed(facts) == [f"duplicates by 1 × {kind}"]


def test_a_copy_without_any_fault_has_no_explanation(facts):
    kept = an_innocent(facts)
    facts.sink.append(kept | {"at": kept["at"] + 5})

    assert missed(facts) == ["duplicates without an explanation"]


def test_a_kill_may_make_one_copy_of_one_letter_and_no_more(facts):
    planted = {m for wave in facts.waves for m, letter in wave.letters.items() if letter.person.planted}
    first, second = [kept for kept in facts.sink if kept["message_id"] not in planted][:2]
    facts.happened.append(Happened(first["at"] + 0.5, "kill", "a child killed", senders=1))
    for kept in (first, second):
        facts.ledger[kept["message_id"]] = ("SENT", "", ["GONE", "SENT"])
    facts.sink.append(first | {"at": first["at"] + 60})

    assert missed(facts) == []

    facts.sink.append(second | {"at": first["at"] + 60})

    assert [name for name in missed(facts) if name.startswith("duplicates by 1 kills")] != []


def test_a_third_copy_is_too_many(facts):
    kept = an_innocent(facts)
    facts.ledger[kept["message_id"]] = ("SENT", "", ["UNKNOWN", "UNKNOWN", "SENT"])
    facts.sink += [kept | {"at": kept["at"] + n} for n in (5, 10)]

    assert missed(facts) == ["most copies of one letter (limit 2)"]


def test_what_a_killed_sender_held_must_be_out_in_time(facts):
    kept = an_innocent(facts)
    facts.hands.append(Hand(kept["at"] - 181, [kept["message_id"]]))

    assert missed(facts) == ["without the time in which mail was refused to all"]


def test_a_takeover_is_not_blamed_for_a_mail_server_that_was_down_for_all(facts):
    kept = an_innocent(facts)
    facts.hands.append(Hand(kept["at"] - 181, [kept["message_id"]]))
    facts.happened.append(Happened(kept["at"] - 100, "mail", "mail server killed"))

    assert missed(facts) == []

    others = [k for k in facts.sink if k["message_id"] != kept["message_id"]]
    for n, other in enumerate(others[:22]):  # letters of others went out all the time
        other["at"] = kept["at"] - 8 * n
    assert missed(facts) == ["without the time in which mail was refused to all"]


def test_an_innocent_must_not_wait_nor_die(facts):
    kept = an_innocent(facts)
    kept["at"] += 601
    facts.ledger[kept["message_id"]] = ("DEAD", "why", ["SENT"])

    assert missed(facts) == [
        f"longest delay of {_innocents(facts)} innocent letters (limit 600 s)",
        "innocent letters dead",
    ]


def _innocents(facts):
    lines = [figure.name for figure in Judge(facts).figures() if figure.name.startswith("longest delay")]
    return re.search(r"\d+", lines[0])[0]


def test_the_inbox_shows_each_reminder_once_and_no_other(facts):
    facts.inbox.append(facts.inbox[0])
    gone = facts.inbox.pop(3)
    facts.inbox.append(("drill-8888888", gone[1], False, 0))

    assert missed(facts) == [
        "reminders twice in the inbox",
        "reminders missing in the inbox",
        "reminders in the inbox that should not be",
    ]


def test_a_planted_letter_must_end_as_documented(facts):
    bad = next(m for w in facts.waves for m, letter in w.letters.items() if letter.person.planted == "deadly")
    facts.ledger[bad] = ("PENDING", "", [])

    assert missed(facts) == ["planted letters that did not end as documented"]
