"""Taking away any one call of `visible_to` is noticed (`doors.csv` says by what), and the second layer holds then."""

import contextlib

import pytest
from django.db import DatabaseError, transaction

from tests.isolation.doors import (
    KINDS,
    NOTHING,
    PROBED,
    REDUNDANT,
    REFERENCE,
    Asked,
    answer,
    calls,
    doors_of_the_code,
    fault,
    register,
)
from tests.isolation.probes import PROBES
from tests.isolation.tangle import make_tangled_world
from tests.isolation.world import leaks

ROWS = register()
MOST_REDUNDANT = 5


def by(kind):
    return sorted(row["call"] for row in ROWS if row["noticed by"] == kind)


def asked_of():
    return {row["call"]: Asked.of(row) for row in ROWS if row["noticed by"] not in KINDS}


@pytest.fixture
def world(db):
    return make_tangled_world()


def test_every_call_stands_in_the_register_once():
    """A call that was taken away or is new: learn anew, see `learn_doors.py`."""
    assert sorted(calls()) == sorted(row["call"] for row in ROWS)


def test_no_call_is_noticed_by_nothing():
    assert by(NOTHING) == []


def test_every_probe_is_of_a_call():
    assert sorted(PROBES) == by(PROBED)


def test_few_calls_are_redundant_and_each_says_why():
    said = {row["call"]: row["why"] for row in ROWS if row["why"]}

    assert sorted(said) == by(REDUNDANT)
    assert len(said) <= MOST_REDUNDANT
    assert all(len(why) > 30 for why in said.values())


def test_what_is_said_to_be_reference_data_is():
    said = by(REFERENCE)

    assert [door.name for door in doors_of_the_code().values() if door.name in said and not door.is_of_reference] == []


def test_requests_notice_each_of_these(doors, world):
    asked, unnoticed = asked_of(), []
    browsers = {who: world.browser(who) for who in {one.who for one in asked.values()}}
    wrong = {one: found for one in set(asked.values()) if (found := fault(world, browsers, one))}
    for call, one in asked.items():
        with doors.without(call):
            if not fault(world, browsers, one):
                unnoticed.append(call)

    assert wrong == {}, "with all calls"
    assert unnoticed == [], "without them"


def test_probes_notice_each_of_these(doors, world):
    wrong, unnoticed = {}, []
    for call in sorted(PROBES):
        if found := probed(world, call):
            wrong[call] = found
        with doors.without(call):
            if not probed(world, call):
                unnoticed.append(call)

    assert wrong == {}, "with the call"
    assert unnoticed == [], "without it"


def test_the_second_layer_shows_nothing_where_a_call_is_missing(hung_doors, world):
    """The same requests and probes, with row security."""
    seen = {}
    browsers = {who: world.browser(who) for who in {one.who for one in asked_of().values()}}
    for call, one in asked_of().items():
        with hung_doors.without(call):
            if found := leaks(one.who, answer(world, browsers, one)[1]):
                seen[call] = found
    for call in sorted(PROBES):
        with hung_doors.without(call), contextlib.suppress(DatabaseError):  # what the database refuses is not shown
            if found := probed(world, call):
                seen[call] = found

    assert seen == {}


def probed(world, call):
    """What the probe says; what it planted is taken back."""
    with transaction.atomic():
        found = PROBES[call](world)
        transaction.set_rollback(True)
    return found
