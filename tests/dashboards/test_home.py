import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    PASSWORD,
    make_agreement,
    make_malangs,
    make_officer,
    make_organisation,
    make_outcome,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_malangs()[0]


@pytest.fixture
def year(batam, malang):
    """Visits of every sort, with follow-ups, for Batam; and some of others."""
    make_visit(batam, malang, status="SCHEDULED", on=dt.date(2026, 12, 1), title="Besok")
    make_visit(malang, batam, status="INVITED", on=None, title="Undangan")
    held = make_visit(batam, malang, on=dt.date(2026, 11, 1), title="Selesai")
    make_visit(batam, malang, status="SCHEDULED", on=dt.date(2026, 10, 1), title="Lewat")
    make_visit(batam, malang, status="REPORTED", on=dt.date(2026, 9, 1), title="Dilaporkan")
    make_visit(batam, malang, status="CANCELLED", on=dt.date(2026, 9, 2), title="Batal")
    make_visit(batam, malang, standing="CLAIMED", on=None, title="Hanya disebut")
    make_visit(malang, make_region("Kabupaten Soppeng"), title="Orang lain")
    make_outcome(held, "terlambat", follow_up="OPEN", due_on=dt.date(2026, 11, 21))
    make_outcome(held, "nanti", follow_up="OPEN", due_on=dt.date(2026, 11, 22))
    make_outcome(held, "milik mereka", follow_up="OPEN", responsible=make_organisation("Bappeda", malang))


def numbers(response):
    return {tile.label: (int(str(tile.number)), tile.href) for tile in response.context["day"].tiles}


def work(day):
    """The headings of each part that is shown."""
    return {part.name: [row["heading"] for row in part.rows] for part in [*day.work.must, *day.work.besides]}


def titles(found):
    return [row["title"] for row in found]


def test_an_officer_sees_the_day(client, batam, year):
    client.force_login(make_officer(batam, language="en"))

    response = client.get("/")
    day = response.context["day"]

    assert "Sunday, 22 November 2026" in response.content.decode()
    assert titles(day.upcoming) == ["Besok", "Undangan"]
    assert titles(day.unreported) == ["Selesai", "Lewat"]
    assert work(day) == {"overdue": ["terlambat"], "today": ["nanti"], "others": ["milik mereka"]}
    assert titles(day.logged)[0] == "Batal"


@pytest.mark.parametrize("reader", ["officer", "viewer", "agency", "supervisor", "administrator"])
def test_every_number_counts_what_its_list_shows(client, batam, malang, year, reader):
    unit = make_organisation("Dinas", batam)
    make_outcome(
        make_visit(batam, malang, title="Unit"), follow_up="OPEN", responsible=unit, due_on=dt.date(2020, 1, 1)
    )
    province = make_region("Kepulauan Riau")
    batam.parent = province
    batam.save()
    client.force_login(
        {
            "officer": lambda: make_officer(batam),
            "viewer": lambda: make_viewer(batam),
            "agency": lambda: make_unit_user(unit),
            "supervisor": lambda: make_user(province, "VIEWER", supervises=True),
            "administrator": make_superuser,
        }[reader]()
    )

    told = numbers(client.get("/"))

    assert len(told) == 4
    for label, (number, address) in told.items():
        response = client.get(address)
        assert len(response.context["page"].object_list) == number, label
        assert int(str(response.context["total"])) == number, label


def test_an_agency_user_sees_what_its_unit_must_do(client, batam, malang, year):
    unit = make_organisation("Dinas", batam)
    make_outcome(make_visit(batam, malang), "tugas unit", follow_up="OPEN", responsible=unit)
    client.force_login(make_unit_user(unit))

    response = client.get("/")

    assert work(response.context["day"]) == {"undated": ["tugas unit"]}
    assert response.context["day"].places == ["Dinas, Kota Batam"]


def test_somebody_without_a_region_is_told_what_to_do(client):
    client.force_login(make_user(email="siti@example.org", language="en"))

    page = client.get("/").content.decode()

    assert "does not belong to a region or unit yet" in page
    assert "siti@example.org" in page


def test_an_empty_day_says_so(client, batam):
    client.force_login(make_officer(batam, language="en"))

    page = client.get("/").content.decode()

    for words in [
        "No visit is planned.",
        "Everything that is over has been reported.",
        "Nothing is left for you to do",
        "Nothing has been logged yet.",
    ]:
        assert words in page


FIRST = {
    "administrator": ["accounts:invite", "regions:organisation-new", "agreements:new", "visits:new"],
    "officer": ["regions:organisation-new", "agreements:new", "visits:new"],
    "viewer": [],
    "system": ["accounts:invite", "notices:health"],
}
ROLES = {"administrator": "ADMIN", "officer": "OFFICER", "viewer": "VIEWER"}


@pytest.mark.parametrize("who", FIRST)
def test_an_empty_register_says_what_to_do_first_and_only_what_one_may(client, batam, who):
    user = make_superuser() if who == "system" else make_user(batam, role=ROLES[who])
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    steps = client.get("/").context["day"].first_steps

    assert [step.href for step in steps] == [reverse(name) for name in [*FIRST[who], "notices:preferences"]]
    assert [client.get(step.href).status_code for step in steps] == [200] * len(steps)


@pytest.mark.parametrize("make", [make_visit, make_agreement])
def test_first_steps_go_with_the_first_record(client, batam, malang, make):
    client.force_login(make_officer(batam, language="en"))
    assert "First steps" in client.get("/").content.decode()

    make(batam, malang)

    assert "First steps" not in client.get("/").content.decode()


def test_the_day_costs_the_same_however_much_there_is(client, batam, malang):
    client.force_login(make_officer(batam))

    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    def add():
        visit = make_visit(batam, malang, on=dt.date(2026, 11, 1))
        make_visit(batam, malang, status="SCHEDULED", on=dt.date(2027, 1, 1))
        make_outcome(visit, follow_up="OPEN", responsible=make_organisation(region=batam))

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 15


def test_every_tile_is_a_link(client, batam, year):
    client.force_login(make_officer(batam, language="en"))

    links = re.findall(r'<li class="stat".*?href="([^"]+)"', client.get("/").content.decode(), re.DOTALL)

    assert links == [
        "/visits/?stage=upcoming", "/visits/?stage=unreported", "/follow-ups/?whose=mine",
        "/follow-ups/?whose=mine&amp;state=overdue", "/agreements/?late=on", "/agreements/?ending=90",
        "/agreements/?decision=on",
    ]  # fmt: skip


def test_nobody_is_sent_to_sign_in(client):
    assert client.get("/").status_code == 302


def test_nothing_is_posted(client, batam):
    client.force_login(make_officer(batam))

    assert client.post("/").status_code == 405


def test_what_changed_in_what_one_watches_is_fetched_by_the_page(client, batam):
    client.force_login(make_officer(batam, language="en"))

    page = client.get("/").content.decode()

    assert '<div hx-get="/watches/" hx-trigger="load">' in page
    assert '<a href="/watches/">What I watch</a>' in page, "without a script it is a link"


def test_drafts_are_listed_by_the_browser_and_hidden_until_then(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)

    page = client.get("/").content.decode()

    assert f'<draft-list data-user="{user.pk}" hidden>' in page
    kinds = re.findall(r'<template data-begins="([^"]+)">([^<]+)</template>', page)
    assert kinds[:3] == [("/visits/log/", "Quick log"), ("/visits/new/", "New visit"), ("/visits/", "Visit")]
    answers = {begins: client.get(begins, {"view": "all"}).status_code for begins, _kind in kinds}
    assert {begins for begins, status in answers.items() if status != 200} == {"/handovers/"}  # they have no list
