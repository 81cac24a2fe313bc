"""Every address as everybody: what is not theirs shows in no status, body, header or file, and is changed by nobody.

`tests/test_addresses.py` holds the table of addresses and who may open them; an address without a line in it fails
there. Django admin is crawled in `test_admin.py`, what the second layer does alone in `test_rows.py`.
"""

import pytest
from django.db import connection

from tests.isolation.tangle import make_tangled_world
from tests.isolation.world import (
    ASK,
    FORBIDDEN,
    PROBES,
    SHARED,
    address,
    addresses,
    everything,
    leaks,
    plain,
    unknown,
)
from tests.test_addresses import codes_for

SIGNED_IN = [who for who in FORBIDDEN if who not in ("anonymous", "deactivated")]
ALL = list(addresses())
OF_RECORDS = [(name, parameters) for name, parameters in ALL if parameters]
LISTS = [(name, parameters) for name, parameters in ALL if not parameters]
SECRET = {"notices:unsubscribe", "dashboards:feed"}  # who has the address may: the key is in it


@pytest.fixture
def world(db):
    return make_tangled_world()


@pytest.mark.parametrize("who", FORBIDDEN)
def test_everybody_gets_what_the_table_says_and_reads_nothing_of_others(world, who):
    browser, wrong = world.browser(who), {}
    for name, parameters in ALL:
        response = browser.get(address(name, parameters, world.ids))
        text = everything(response)
        if response.status_code != codes_for(name)[who] or leaks(who, text):
            wrong[name] = response.status_code, codes_for(name)[who], leaks(who, text)

    assert wrong == {}, "status, expected status, tokens that they must not read"


@pytest.mark.parametrize("who", SIGNED_IN)
def test_records_of_others_are_as_records_that_do_not_exist(world, who):
    browser, wrong = world.browser(who), {}
    nowhere = unknown(world.foreign)
    for name, parameters in OF_RECORDS:
        response = browser.get(address(name, parameters, world.foreign))
        text = everything(response)
        if leaks(who, text):
            wrong[name] = leaks(who, text)
        if response.status_code == 404:
            other = browser.get(address(name, parameters, nowhere))
            if other.status_code != 404 or plain(everything(other)) != plain(text):
                wrong[name] = "an unknown record is answered differently", other.status_code
        elif codes_for(name)["stranger"] == 404:
            wrong[name] = response.status_code

    assert wrong == {}


WORDS = ({"q": ASK}, {"text": ASK}, {"q": ASK, "view": "all"}, {"state": "all", "text": ASK})


def questions(world):
    """What may be asked of a list: words, and the keys of records that concern somebody else."""
    foreign = world.foreign
    yield from WORDS
    for name in ("region", "place", "owner", "party", "partner"):
        yield {name: foreign["regions"]["pk"]}
    for name, group in (
        ("visit", "visit"),
        ("agreement", "agreement"),
        ("organisation", "organisation"),
        ("series", "series"),
        ("programme", "agreements"),
        ("outcome", "visit"),
        ("milestone", "followups"),
        ("view", "view"),
    ):
        yield {name: foreign[group]["pk"]}


@pytest.mark.parametrize("who", ["stranger", "other side", "unit user", "officer"])
def test_no_question_to_a_list_tells_of_others(world, who):
    browser, wrong = world.browser(who), []
    for name, parameters in LISTS:
        for asked in questions(world) if who in ("other side", "unit user") else WORDS:
            for headers in ({}, {"HX-Request": "true"}) if "text" in asked else ({},):
                response = browser.get(address(name, parameters, world.ids), asked, headers=headers)
                found = leaks(who, everything(response))
                if found or (response.status_code >= 500 and name not in PROBES):
                    wrong.append((name, asked, headers, response.status_code, found))

    assert wrong == []


def test_the_words_are_planted_where_lists_and_files_show_them(world):
    """Else the crawl would find nothing because there is nothing."""
    browser = world.browser("officer")
    shown = [
        name for name, parameters in ALL if SHARED in everything(browser.get(address(name, parameters, world.ids)))
    ]

    for name in (
        "visits:list", "visits:detail", "visits:csv", "visits:xlsx", "visits:history", "visits:print",
        "agreements:list", "agreements:detail", "agreements:csv", "agreements:xlsx", "agreements:programmes",
        "followups:list", "followups:detail", "followups:csv", "dashboards:calendar", "dashboards:visit-report",
    ):  # fmt: skip
        assert name in shown, name


@pytest.mark.parametrize(
    "who", ["stranger", "viewer", "officer", "unit user", "manager", "other side", "administrator"]
)
def test_nobody_changes_what_is_not_theirs(world, who):
    browser, wrong, before = world.browser(who), [], contents()
    for name, parameters in OF_RECORDS:
        if name in SECRET:
            continue
        url = address(name, parameters, world.foreign)
        others = (browser.put, browser.patch, browser.delete) if who == "other side" else ()
        for method in (browser.post, *others):
            response = method(
                url, {"title": "taken", "text": "taken", "version": 1, "region": world.ids["regions"]["pk"]}
            )
            if response.status_code >= 500 or leaks(who, everything(response)):
                wrong.append((name, method.__name__, response.status_code))

    assert wrong == []
    assert changed(before) == set()


def contents():
    """Table -> fingerprint of its rows, of every table that holds records and their history."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ %s ORDER BY 1",
            ["^(django_|account_|mfa_|usersessions_|socialaccount_|records_trace|pghistory_context|config_)"],
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found


def changed(before):
    return {table for table, was in contents().items() if before.get(table) != was}
