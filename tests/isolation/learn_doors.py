"""Learns anew by which requests missing calls of `visible_to` are noticed; writes `doors.csv`. Some minutes:

    bin/test tests/isolation/learn_doors.py

What noticed a call and still does stays so; only for the others all requests that came by are tried. Calls that a probe
notices (`probes`) stay with it; those on reference data are seen as such; what was said to be redundant stays so.
"""

from tests.isolation.doors import (
    KINDS,
    NOTHING,
    PROBED,
    REDUNDANT,
    REFERENCE,
    Asked,
    all_asked,
    calls,
    fault,
    register,
    row_of,
    write_register,
)
from tests.isolation.probes import PROBES
from tests.isolation.tangle import make_tangled_world

TRIES = 120  # requests for one call


def test_learn(doors, capsys):
    world = make_tangled_world()
    browsers = {who: world.browser(who) for who in {asked.who for asked in all_asked()}}
    known = {row["call"]: row for row in register()}
    rows, open_ones = [], []
    for call in calls():
        before = known.get(call, {"noticed by": NOTHING})
        if call in PROBES:
            rows.append(row_of(call, PROBED))
        elif before["noticed by"] in (REFERENCE, REDUNDANT) or tells(doors, world, browsers, before):
            rows.append(before)
        else:
            open_ones.append(call)

    unsound = search(doors, world, browsers, open_ones, rows) if open_ones else {}
    write_register(rows)
    with capsys.disabled():
        nothing = [row["call"] for row in rows if row["noticed by"] == NOTHING]
        print("\nNoticed by nothing:", *nothing, sep="\n")  # noqa: T201 -- a command rather than a test
        print("\nNot as expected though nothing is missing:", *unsound.items(), sep="\n")  # noqa: T201


def tells(doors, world, browsers, row):
    if row["noticed by"] in KINDS:
        return False
    asked = Asked.of(row)
    with doors.without(row["call"]):
        noticed = fault(world, browsers, asked)
    return noticed and not fault(world, browsers, asked)


def search(doors, world, browsers, open_ones, rows):
    """Adds to the rows; what is not as expected with all calls in place."""
    unsound = {}
    for asked in all_asked():
        doors.asking = asked
        if found := fault(world, browsers, asked):
            unsound[asked] = found
    doors.asking = None
    for call in open_ones:
        if doors.is_of_reference(call):
            rows.append(row_of(call, REFERENCE))
            continue
        met = [asked for asked in doors.met.get(call, {}) if asked not in unsound]
        with doors.without(call):
            found = next((asked for asked in spread(met)[:TRIES] if fault(world, browsers, asked)), None)
        rows.append(found.row(call) if found else row_of(call, NOTHING))
    return unsound


def spread(met):
    """Of each address one after the other: what all pages ask is told by few of them."""
    turns: dict[str, int] = {}
    numbered = []
    for asked in met:
        turns[asked.name] = turns.get(asked.name, 0) + 1
        numbered.append((turns[asked.name], asked))
    return [asked for _turn, asked in sorted(numbered, key=lambda pair: pair[0])]
