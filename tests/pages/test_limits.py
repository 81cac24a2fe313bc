"""Costly pages answer people, and send programs away with 429 and the time to come back."""

import pytest
import time_machine
from django.urls import URLResolver, get_resolver

from config.cache import Outage
from pages import limits
from tests.factories import make_region, make_user

pytestmark = pytest.mark.django_db
NOON = "2026-11-22T05:00:10Z"


@pytest.fixture
def few(monkeypatch, settings):
    settings.LIMITED = True
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(limits.LIMITS, (3, 60)))


def closed(answer):
    """An answer that is sent from a file leaves none open; closing all of it would end the connection as well."""
    for close in answer._resource_closers:
        close()
    return answer


def signed_in(client):
    client.cookies["django_language"] = "en"
    client.force_login(make_user(make_region("Kota Batam")))
    return client


@pytest.mark.parametrize(
    "place", ["/search/?q=batam", "/visits/visits.csv", "/visits/visits.xlsx", "/regions/lookup/?q=ma", "/dashboard/"]
)
def test_the_fourth_of_three_is_sent_away_and_comes_back_a_minute_later(client, few, place):
    signed_in(client)
    with time_machine.travel(NOON, tick=False) as clock:
        answers = [closed(client.get(place)) for _n in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[3].headers["Retry-After"] == "50"
        assert "Wait a minute" in " ".join(answers[3].content.decode().split())
        clock.shift(51)
        assert closed(client.get(place)).status_code == 200


def test_everybody_has_their_own_count(client, few):
    with time_machine.travel(NOON, tick=False):
        signed_in(client)
        assert [client.get("/search/").status_code for _n in range(4)][-1] == 429
        signed_in(client)
        assert client.get("/search/").status_code == 200


def test_without_redis_it_is_counted_all_the_same(client, few, monkeypatch):
    signed_in(client)
    monkeypatch.setattr(Outage, "over_at", float("inf"))
    with time_machine.travel(NOON, tick=False):
        assert [client.get("/search/").status_code for _n in range(4)] == [200, 200, 200, 429]


def test_it_can_be_switched_off(client, few, settings):
    settings.LIMITED = False
    signed_in(client)

    assert {client.get("/search/").status_code for _n in range(5)} == {200}


def test_people_are_far_from_the_limits():
    assert min(amount / seconds for amount, seconds in limits.LIMITS.values() if seconds == 60) >= 0.5


def names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        elif pattern.name:
            yield prefix + pattern.name


def test_every_export_and_lookup_has_a_limit_and_every_named_page_exists():
    known = set(names(get_resolver()))

    assert set(limits.BY_NAME) <= known
    for name in known:
        if not name.startswith("admin:") and name.rpartition(":")[2].rpartition("-")[2] in (
            "csv",
            "xlsx",
            "lookup",
            "pdf",
        ):
            assert limits.kind_of(name), name
    assert {limits.kind_of(name) for name in known} - {""} <= set(limits.LIMITS)
