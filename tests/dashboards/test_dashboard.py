import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.dashboards.ground import NOW, make_world
from tests.factories import (
    make_agreement,
    make_indicator,
    make_manager,
    make_measurement,
    make_membership,
    make_milestone,
    make_officer,
    make_organisation,
    make_outcome,
    make_programme,
    make_province,
    make_region,
    make_sector,
    make_superuser,
    make_unit_user,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db
URL = "/dashboard/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71", parent=make_province("Kepulauan Riau", "21"))


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07", parent=make_province())


@pytest.fixture
def manager(client, batam):
    user = make_manager(batam, language="en")
    client.force_login(user)
    return user


def text(response):
    return " ".join(response.content.decode().split())


def test_what_presses_stands_on_top_and_what_does_not_in_one_line(client, manager, batam, malang):
    make_milestone("Kirim draf", batam, owner=batam, due=dt.date(2026, 11, 1))
    make_agreement(batam, malang, signed=dt.date(2025, 12, 1), term_months=12)

    response = client.get(URL)
    board = response.context["board"]

    assert [(figure.label, str(figure.number)) for figure in board.pressing] == [
        ("Follow-ups overdue on our side", "1"),
        ("Ending within 30 days", "1"),
    ]
    assert "Waiting for the council" in [figure.label for figure in board.settled]
    page = text(response)
    assert page.index("What needs you today") < page.index("Agreements</h2>")
    assert "As it stands on 22 November 2026." in page
    assert "Signed in the period: from 1 December 2025 to 22 November 2026." in page
    assert page.count("<h1") == 1


def test_where_nothing_presses_it_says_so(client, manager):
    response = client.get(URL)

    assert response.context["board"].pressing == []
    assert "Nothing is late, and nothing waits for a decision." in text(response)


def test_who_sees_nothing_is_told_what_to_do(client):
    client.force_login(make_user())

    assert "dashboards/stranger.html" in [template.name for template in client.get(URL).templates]


def test_it_opens_for_the_own_region_and_for_a_supervised_province_as_a_whole(client, batam):
    officer = make_officer(batam)
    province = make_user(batam.parent, "MANAGER", supervises=True)
    unit = make_unit_user(make_organisation("Bappeda", batam))

    opened = {}
    for user in (officer, province, unit, make_superuser()):
        client.force_login(user)
        opened[user] = client.get(URL).context["scope"].place_key

    assert list(opened.values()) == [str(batam.pk), f"{batam.parent_id}-all", "all", "all"]


def test_one_chooses_among_what_one_sees(client, batam, malang):
    make_region("Kota Tanjungpinang", code="21.72", parent=batam.parent)
    client.force_login(make_user(batam.parent, "MANAGER", supervises=True, language="en"))

    offered = [choice.label for choice in client.get(URL).context["choices"]]

    assert offered == [
        "All that you see",
        "Kepulauan Riau with its regencies and cities",
        "Kepulauan Riau",
        "Kota Batam",
        "Kota Tanjungpinang",
    ]


def test_the_administrator_types_any_region(client, batam):
    make_region("Kabupaten Malang", code="35.07", parent=make_province())
    make_region("Kota Malang", code="35.73", parent=make_province())
    client.force_login(make_superuser(language="en"))

    def typed(words):
        response = client.get(URL, {"place": "", "place_text": words, "category": "KSDD_S"})
        return response.context["scope"], text(response)

    assert typed("35.07")[0].place.region.name == "Kabupaten Malang"
    scope, page = typed("Malang")
    assert scope.place is None
    assert "“Malang” matches 2 regions: choose one." in page
    assert scope.chosen["category"] == "KSDD_S"
    assert "place_text" not in scope.query


@pytest.mark.parametrize("whole", ["", "-all"])
def test_a_region_of_others_is_not_found(client, manager, batam, malang, whole):
    assert client.get(URL, {"place": f"{malang.pk}{whole}"}).status_code == 404
    assert client.get(URL, {"place": f"{batam.parent_id}{whole}"}).status_code == 404
    assert client.get(URL, {"place": f"{batam.pk}-all"}).status_code == 404


@pytest.mark.parametrize("place", ["0", "9" * 40, "-1", "x", "1-", "1-all-all", "\x00", "１", "' OR 1=1"])
def test_nonsense_for_a_place_is_not_found(client, manager, place):
    assert client.get(URL, {"place": place}).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "gestern"}, {"since": "2026-02-31"}, {"since": "2026-05-01", "until": "2026-04-01"}, {"category": "X"},
        {"sector": "\x00"}, {"sector": "9" * 30}, {"region": "9" * 30}, {"silent": "-1"}, {"on": "10000-01-01"},
    ],
)  # fmt: skip
def test_a_wrong_filter_is_explained_and_kept(client, manager, asked):
    response = client.get(URL, asked)

    assert response.status_code == 422
    assert "board" not in response.context
    assert response.context["form"].errors


@pytest.mark.parametrize("on", ["1900-01-01", "1900-02-28", "2199-12-31"])
def test_any_day_that_the_lists_take_is_answered(client, manager, batam, malang, on):
    make_agreement(batam, malang, signed=dt.date(2025, 12, 1), term_months=12)
    make_visit(batam, malang)

    response = client.get(URL, {"on": on})

    assert response.status_code == 200
    for figure in response.context["board"].figures.values():
        assert client.get(figure.href).status_code == 200, figure.href


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_a_year_that_looks_mistyped_is_told(client, manager, on):
    response = client.get(URL, {"on": on})

    assert response.status_code == 422
    assert "looks mistyped" in response.content.decode()


def test_only_reading_is_allowed(client, manager):
    assert client.post(URL).status_code == 405


def test_anonymous_readers_sign_in(client):
    assert client.get(URL).status_code == 302


def test_every_link_carries_place_day_and_filters(client, manager, batam, malang):
    sector, unit = make_sector(), make_organisation("Bappeda", batam)
    agreement = make_agreement(batam, malang, category="KSDD_S", signed=dt.date(2025, 12, 1))
    agreement.sector_links.create(sector=sector)
    chosen = {
        "place": str(batam.pk), "on": "2026-06-30", "category": "KSDD_S", "sector": str(sector.pk),
        "region": str(malang.pk), "unit": str(unit.pk),
    }  # fmt: skip

    board = client.get(URL, chosen | {"since": "2026-01-01", "until": "2026-06-30"}).context["board"]

    links = [figure.href for figure in board.figures.values()]
    links += [mark.href for chart in board.charts for bar in chart.bars for mark in bar.marks]
    assert len(links) > 20
    for link in links:
        carried = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        assert carried.items() >= chosen.items(), link
    in_period = [link for link in links if "since=" in link]
    assert all("since=2026-01-01&until=2026-06-30" in link for link in in_period)
    assert len(in_period) >= 6


def test_a_number_without_any_filter_does_not_lead_to_the_default_view(client):
    client.force_login(make_superuser())

    hrefs = [figure.href for figure in client.get(URL).context["board"].figures.values()]

    assert all("?" in href for href in hrefs)


def test_where_agreements_get_stuck_is_told_with_days_against_days_allowed(client, time_machine):
    world = make_world(5)
    client.force_login(world.users["officer"])

    steps = client.get(URL).context["board"].steps

    assert any(step.late for step in steps)
    assert [step.late for step in steps] == sorted((step.late for step in steps), reverse=True)
    assert {step.allowed for step in steps} >= {30, 45}


def test_the_list_of_a_past_day_tells_the_step_of_that_day(client):
    world = make_world(5)
    client.force_login(world.users["officer"])
    day = dt.date(2025, 8, 15)

    steps = client.get(URL, {"on": day.isoformat()}).context["board"].steps

    assert steps
    for step in steps:
        rows = client.get(step.href).context["page"].object_list
        assert {row["stage"] for row in rows} == {step.name}
        assert max(row["days"] for row in rows) == step.longest


def test_the_list_is_read_from_the_place(client, batam, malang):
    user = make_manager(batam, language="en")
    make_membership(user, malang, role="MANAGER")
    client.force_login(user)
    make_visit(batam, malang, on=dt.date(2026, 11, 1))

    months = client.get(URL, {"place": malang.pk}).context["board"].months
    (mark,) = (mark for bar in months.bars for mark in bar.marks)

    assert mark.part == "OUTGOING"
    assert [row["direction"] for row in client.get(mark.href).context["page"].object_list] == ["OUTGOING"]


def test_who_owes_whom_a_visit(client, manager, batam, malang):
    soppeng = make_region("Kabupaten Soppeng", code="73.12")
    for _ in range(2):
        held = make_visit(batam, malang, on=dt.date(2020, 1, 1))
    make_visit(soppeng, batam, on=dt.date(2026, 1, 1))
    make_outcome(held, "Undangan balasan", kind="INVITATION", follow_up="OPEN")

    balances = client.get(URL).context["board"].balances

    assert [(b.name, b.came, b.went, b.asked, b.owing) for b in balances] == [
        ("Kabupaten Malang", 2, 0, 1, "we owe them a visit"),
        ("Kabupaten Soppeng", 0, 1, 0, "they owe us a visit"),
    ]


def test_an_addendum_that_moves_an_end_does_not_end_as_well(client, manager, batam, malang):
    of = make_agreement(batam, malang, signed=dt.date(2024, 1, 5), valid_until=dt.date(2025, 12, 31), title="Pokok")
    make_agreement(
        batam, malang, signed=dt.date(2025, 11, 5), valid_until=dt.date(2026, 12, 10), title="Perubahan",
        nature="ADDENDUM", predecessor=of,
    )  # fmt: skip

    figure = client.get(URL).context["board"].figures["ending-30"]

    assert [row["heading"] for row in client.get(figure.href).context["page"].object_list] == ["Pokok"]
    assert figure.number.number == 1


def test_no_way_is_invented_where_less_is_better_and_nobody_stated_a_baseline(client, manager, batam, malang):
    """Else twice as many as may be would be “200 %” of the way."""
    programme = make_programme(make_agreement(batam, malang, signed=dt.date(2025, 1, 1)))
    indicator = make_indicator(
        programme, "Kasus", unit="kasus", better="LOWER", target=10, target_on=dt.date(2026, 10, 1)
    )
    make_measurement(indicator, value=20, on=dt.date(2026, 9, 1))

    told = [(line.label, line.percent) for line in client.get(URL).context["board"].lines]
    indicator.baseline = 30
    indicator.save()

    assert told == [("Missed", None)]
    assert [line.percent for line in client.get(URL).context["board"].lines] == [50]


def test_who_went_along_with_us_owes_us_no_visit(client, manager, batam, malang):
    """Batam and Malang were guests of Soppeng together, and hosts of nobody."""
    soppeng = make_region("Kabupaten Soppeng", code="73.12")
    visit = make_visit(soppeng, batam, on=dt.date(2026, 3, 1))
    visit.delegations.create(region=malang, side="GUEST", position=2)

    balances = client.get(URL).context["board"].balances

    assert [(b.name, b.came, b.went) for b in balances] == [("Kabupaten Soppeng", 0, 1)]


def test_it_needs_as_many_queries_for_one_as_for_many(client):
    client.force_login(
        manager := make_manager(make_region("Kota Batam", code="21.71", parent=make_province("Kepulauan Riau", "21")))
    )
    make_visit(manager.home_region, make_region("Kabupaten Malang", code="35.07"))
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)

    world = make_world(6)
    with CaptureQueriesContext(connection) as many:
        assert client.get(URL).context["board"].figures["led-"].number

    assert len(many) == len(one) <= 12
    assert world.regions["batam"] == manager.home_region


@pytest.mark.parametrize("who", ["officer", "manager", "province", "unit", "all"])
def test_nobody_needs_more_than_fifteen_queries(client, who):
    world = make_world(6)
    client.force_login(world.users[who])
    chosen = {
        "region": world.regions["malang"].pk, "unit": world.units["bappeda"].pk, "sector": world.sectors[0].pk,
        "organisation": world.units["kampus"].pk, "on": "2026-06-30",
    }  # fmt: skip

    for asked in ({}, chosen):
        cache.clear()
        with CaptureQueriesContext(connection) as asking:
            assert client.get(URL, asked).status_code == 200

        assert len(asking) <= 15, [query["sql"][:100] for query in asking]


def test_the_nation_is_counted_once_and_told_with_its_age(client, time_machine, batam, malang):
    client.force_login(make_superuser(language="en"))
    make_visit(batam, malang, status="SCHEDULED", on=dt.date(2026, 12, 1))

    def upcoming(**asked):
        response = client.get(URL, asked)
        return response.context["board"].figures["upcoming"].number.number, text(response)

    number, page = upcoming()
    assert number == 1
    assert "Counted just now." in page
    make_visit(batam, malang, status="SCHEDULED", on=dt.date(2026, 12, 2))
    time_machine.move_to(NOW + dt.timedelta(minutes=5), tick=False)
    number, page = upcoming()
    assert number == 1
    assert "Counted 5\xa0minutes ago." in page or "Counted 5 minutes ago." in page
    assert upcoming(anew="1")[0] == 2
    assert upcoming()[0] == 2


def test_the_nation_as_one_acts_in_it_is_not_told_to_another(client, batam):
    """Follow-ups “with partners” are others for who acts for the city and for who acts for a unit of it."""
    of_unit, of_city = make_superuser(language="en"), make_superuser(language="en")
    make_membership(of_unit, unit=make_organisation("Bappeda", batam), role="UNIT_USER")
    make_membership(of_city, batam, role="OFFICER")
    make_milestone("Kirim draf", batam, owner=batam, due=dt.date(2026, 11, 1))

    told = {}
    for user in (of_unit, of_city):
        client.force_login(user)
        figure = client.get(URL, {"place": "all"}).context["board"].figures["theirs"]
        told[user] = figure.number.number
        assert told[user] == client.get(figure.href).context["page"].paginator.count

    assert list(told.values()) == [1, 0]


def test_the_nation_is_counted_anew_when_a_sector_is_gone(client, batam, malang):
    """An administrator merges two of them within the ten minutes."""
    client.force_login(make_superuser(language="en"))
    twice = make_sector("twice", "Dobel", "Twice")
    visit = make_visit(batam, malang, on=dt.date(2026, 11, 1), sectors=[twice])

    def told():
        sectors, *_others = client.get(URL).context["board"].charts_of_visits
        return [bar.label for bar in sectors.bars]

    assert told() == ["Twice"]
    visit.topics.update(sector=make_sector())
    twice.delete()

    assert told() == ["Tourism"]


def test_a_region_is_always_counted_anew(client, batam, malang):
    for user in (make_manager(batam), make_superuser()):
        client.force_login(user)
        before = client.get(URL, {"place": batam.pk}).context["board"].figures["upcoming"].number.number
        make_visit(batam, malang, status="SCHEDULED", on=dt.date(2026, 12, 2))
        after = client.get(URL, {"place": batam.pk}).context["board"].figures["upcoming"].number.number

        assert after == before + 1


def test_without_a_cache_the_page_is_counted_each_time(client, monkeypatch, batam, malang):
    from django.core.cache.backends.redis import RedisCache

    def refuse(*_args, **_kwargs):
        raise ConnectionError

    client.force_login(make_superuser())
    monkeypatch.setattr(RedisCache, "get", refuse)
    monkeypatch.setattr(RedisCache, "set", refuse)

    assert client.get(URL).status_code == 200


def test_members_of_a_region_find_the_way_and_the_bar_of_the_phone_stays(client, batam):
    client.force_login(make_officer(batam, language="en"))
    shell = client.get("/").context["shell"]
    assert [(way.label, way.key) for way in shell.ways][:2] == [("Home", ""), ("Dashboard", "d")]
    assert [way.label for way in shell.bar] == ["Home", "Inbox", "Follow-ups"]

    client.force_login(make_unit_user(make_organisation("Bappeda", batam), language="en"))
    assert "Dashboard" not in [way.label for way in client.get("/").context["shell"].ways]


def test_the_choice_of_another_place_keeps_the_filters(client, batam, malang):
    user = make_manager(batam)
    make_membership(user, malang, role="MANAGER")
    client.force_login(user)

    page = text(client.get(URL, {"place": batam.pk, "category": "KSDD_S", "on": "2026-01-31"}))

    switch = re.search(r'<form class="dashboard-place".*?</form>', page)[0]
    assert 'name="category" value="KSDD_S"' in switch
    assert 'name="on" value="2026-01-31"' in switch


def test_both_languages_are_spoken(client, batam, malang):
    make_visit(batam, malang, on=dt.date(2026, 10, 1))
    for language in ("id", "en"):
        client.force_login(make_manager(batam, language=language))
        assert client.get(URL).status_code == 200
