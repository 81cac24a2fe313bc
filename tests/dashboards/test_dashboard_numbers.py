"""Every number and every mark of the dashboard: its list holds as many, and plain SQL says the same."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboards.lists import found_in
from records import rows
from tests.dashboards import sums
from tests.dashboards.ground import NOW, PAST, TODAY, make_world
from visits.lists import regions_of

pytestmark = pytest.mark.django_db
DAYS = (None, *PAST)
PLACES = {"officer": "batam", "manager": "malang", "province": "kepri-all", "unit": "all", "all": "all"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def key_of(world, place):
    name, _, whole = place.partition("-")
    return place if place == "all" else f"{world.regions[name].pk}{'-all' if whole else ''}"


def filters_of(world):
    """One set of filters at a time, and some together."""
    of, units = world.regions, world.units
    return [
        {},
        {"category": "KSDD_S"},
        {"sector": world.sectors[0].pk},
        {"region": of["malang"].pk},
        {"organisation": units["kampus"].pk},
        {"unit": units["bappeda"].pk},
        {"since": "2026-01-01", "until": "2026-03-31"},
        {"silent": "6", "category": "KSDPL_SISTER", "since": "2024-01-01"},
        {"sector": world.sectors[1].pk, "unit": units["bappeda"].pk, "until": "2025-12-31"},
    ]


def page_of(client, world, who, chosen, day, place=None):
    client.force_login(world.users[who])
    asked = {"place": key_of(world, place or PLACES[who])} | chosen | ({"on": day.isoformat()} if day else {})
    response = client.get("/dashboard/", asked)
    assert response.status_code == 200
    return response.context["board"]


def links_of(board):
    """Every number that is told, with its address."""
    for code, figure in board.figures.items():
        yield code, figure.number.number, figure.href
    for chart in board.charts:
        for bar in chart.bars:
            for mark in bar.marks:
                yield f"{chart.id}: {bar.label} {mark.part}", mark.value, mark.href
    for step in board.steps:
        yield f"step {step.name}", step.number, step.href
        yield f"late at {step.name}", step.late, step.late_href
    for line in board.regions:
        for n, (number, address) in enumerate(line.cells):
            yield f"{line.name} {n}", number, address
    for balance in board.balances:
        yield f"came: {balance.name}", balance.came, balance.came_href
        yield f"went: {balance.name}", balance.went, balance.went_href
        yield f"asked: {balance.name}", balance.asked, balance.asked_href


def list_counts(user, address):
    """What the list of the address counts: the pages, the files and the saved views ask it in this one way."""
    parts = urlsplit(address)
    with rows.acting_for(user):  # what hangs on a record that they do not see is not counted by it, on either page
        found = found_in(parts.path.strip("/"), parts.query, user)
        assert found.is_valid, (address, found.filters.errors)
        return found.records.count()


def page_counts(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["total"].number


def wrong_in(told, counts):
    """{(name, address): (told, there)} of those that differ."""
    there = {address: counts(address) for _name, _number, address in told}
    return {(name, address): (n, there[address]) for name, n, address in told if there[address] != n}


@pytest.mark.parametrize("who", PLACES)
def test_the_list_behind_every_number_holds_as_many(client, who):
    world = make_world(3)
    everything = filters_of(world)
    for day in DAYS:
        for chosen in everything[0], everything[1 + (DAYS.index(day) + len(who)) % 8]:
            told = list(links_of(page_of(client, world, who, chosen, day)))

            assert len(told) > 20
            wrong = wrong_in(told, lambda address: list_counts(world.users[who], address))
            assert wrong == {}, f"seed 3, {day}, {chosen}"


@pytest.mark.parametrize("day", DAYS[:2])
def test_every_link_can_be_followed_and_the_page_says_as_many(client, day):
    world = make_world(3)
    told = list(links_of(page_of(client, world, "officer", filters_of(world)[0 if day else 3], day)))

    assert len(told) > 40
    assert wrong_in(told, lambda address: page_counts(client, address)) == {}, "seed 3"


def test_every_filter_of_the_dashboard_is_followed(client):
    world = make_world(4)
    used = {name: set() for name in sums.OF_THE_DASHBOARD}

    for chosen in filters_of(world):
        for _name, _number, address in links_of(page_of(client, world, "officer", chosen, dt.date(2026, 6, 30))):
            used[urlsplit(address).path.strip("/")] |= parse_qs(urlsplit(address).query).keys()

    assert {name: of - used[name] for name, of in sums.OF_THE_DASHBOARD.items() if of - used[name]} == {}


@pytest.mark.parametrize(("seed", "who"), list(enumerate(PLACES, 10)))
def test_plain_sql_counts_the_same(client, seed, who):
    world = make_world(seed)
    everything = filters_of(world)
    for n, day in enumerate(DAYS):
        for chosen in everything[(n + seed) % 3 :: 3]:
            board = page_of(client, world, who, chosen, day)
            with rows.acting_for(world.users[who]):
                compare(world, board, f"seed {seed}, {who}, {day}, {chosen}")


def compare(world, board, where):
    asked = asked_of(world, board.scope)

    assert {code: figure.number.number for code, figure in board.figures.items()} == figures(asked), where
    assert {chart.id: told_by(chart) for chart in board.charts} == sums.charts(asked), where
    assert steps_told(board) == steps_counted(asked), where
    for line in board.regions:
        own = [int(parameter(line.href, "place"))]
        there = asked | {"place": own, "ours": own, "all_ours": False}
        assert tuple(n for n, _href in line.cells) == sums.rows(sums.OF_A_REGION, there)[0], where
    assert balances_told(board) == balances_counted(asked, board.scope), where
    assert days_told(board) == {what: sums.rows(sql, asked)[0][0] for what, sql in sums.DAYS.items()}, where


def figures(asked):
    """Of a day that is over nobody knows what was a suggestion then."""
    found = sums.figures(asked)
    return {code: number for code, number in found.items() if code != "suggested" or not asked["is_past"]}


def asked_of(world, scope):
    """The scope as plain values; what is not chosen is worked out here once more."""
    user, day = scope.user, scope.chosen["on"] or TODAY
    name, _, whole = scope.params.get("place").partition("-")
    place = None if name == "all" else [int(name)]
    if place and whole:
        place += [world.regions["batam"].pk, world.regions["pinang"].pk]
    mine = {"officer": ["batam"], "manager": ["batam", "malang"], "province": ["kepri", "batam", "pinang"]}
    regions = [world.regions[region].pk for region in mine.get(user.email.partition("@")[0], [])]
    units = [world.units["bappeda"].pk] if user == world.users["unit"] else []
    until = scope.chosen["until"] or max(day, scope.chosen["since"] or day)
    months = until.year * 12 + until.month - 12
    since = scope.chosen["since"] or dt.date(months // 12, months % 12 + 1, 1)

    def key(field):
        return scope.chosen[field].pk if scope.chosen[field] else None

    return {
        "all": user.is_superuser, "mine": regions, "units": units, "place": place,
        "side": place or ([world.regions["batam"].pk] if units else regions_of(user)),
        "ours": place or regions, "all_ours": user.is_superuser and place is None,
        "day": day, "is_past": day < TODAY, "since": since, "until": until,
        "has_period": bool(scope.chosen["since"] or scope.chosen["until"]),
        "category": scope.chosen["category"] or None, "sector": int(scope.chosen["sector"] or 0) or None,
        "silent": int(scope.chosen["silent"] or 0) or None,
        "region": key("region"), "organisation": key("organisation"), "unit": key("unit"),
    }  # fmt: skip


KEYS = {
    "states": "state", "phases": "phase", "units": "unit", "months": "month", "sectors": "sector", "partners": "region",
    "provinces": "province", "world": "country",
}  # fmt: skip


def told_by(chart):
    """{(key, part): number}; the key stands in the address."""
    parts = bool(chart.parts)
    return {
        (parameter(bar.href, KEYS[chart.id]), mark.part if parts else ""): mark.value
        for bar in chart.bars
        for mark in bar.marks
    }


def parameter(address, name):
    return parse_qs(urlsplit(address).query).get(name, [""])[0]


def steps_told(board):
    return {
        (parameter(step.href, "category"), parameter(step.href, "step")): (step.number, step.late, step.longest)
        for step in board.steps
    }


def steps_counted(asked):
    return {
        (category, code): (number, late, longest)
        for category, code, number, late, _median, longest in sums.rows(sums.STEPS, asked)
    }


def balances_told(board):
    return {parameter(b.came_href, "guest"): (b.came, b.went) for b in board.balances if b.came != b.went}


def balances_counted(asked, scope):
    if not scope.side:
        return {}
    return {region: (came, went) for region, came, went in sums.rows(sums.BALANCES, asked) if came != went}


def days_told(board):
    return {row[1]: row[3] for row in board.counted.visits if row[0] == "days"}
