import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_malangs,
    make_officer,
    make_organisation,
    make_outcome,
    make_region,
    make_superuser,
    make_unit_user,
    make_visit,
)
from visits.models import Outcome

pytestmark = pytest.mark.django_db
URL = "/visits/follow-ups/"


@pytest.fixture
def visit(batam, malang):
    return make_visit(batam, malang)


def texts(response):
    return [row["text"] for row in response.context["page"].object_list]


def test_open_follow_ups_stand_in_the_order_in_which_they_are_due(client, officer, visit):
    make_outcome(visit, "tanpa tenggat", follow_up="OPEN")
    make_outcome(visit, "kemudian", follow_up="IN_PROGRESS", due_on=dt.date(2099, 1, 1))
    make_outcome(visit, "terlambat", follow_up="BLOCKED", due_on=dt.date(2020, 1, 1))
    make_outcome(visit, "selesai", follow_up="DONE")
    make_outcome(visit, "usulan", follow_up="SUGGESTED")
    make_outcome(visit, "tidak perlu")

    response = client.get(URL)

    assert texts(response) == ["terlambat", "kemudian", "tanpa tenggat"]
    assert [row["overdue"] for row in response.context["page"].object_list] == [True, False, False]
    assert "Overdue" in response.content.decode()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("overdue", ["terlambat"]),
        ("done", ["selesai"]),
        ("suggested", ["usulan"]),
        ("all", ["terlambat", "selesai", "usulan"]),
    ],
)
def test_the_state_filters(client, officer, visit, state, expected):
    make_outcome(visit, "terlambat", follow_up="OPEN", due_on=dt.date(2020, 1, 1))
    make_outcome(visit, "selesai", follow_up="DONE")
    make_outcome(visit, "usulan", follow_up="SUGGESTED")
    make_outcome(visit, "tidak perlu")

    assert texts(client.get(URL, {"state": state})) == expected


def test_text_and_unit_filter(client, officer, visit, batam):
    unit = make_organisation("Bappeda", batam)
    make_outcome(visit, "Kirim data cabai", follow_up="OPEN", responsible=unit)
    make_outcome(visit, "Undang wali kota", follow_up="OPEN")

    assert texts(client.get(URL, {"q": "CABAI"})) == ["Kirim data cabai"]
    assert texts(client.get(URL, {"unit": unit.pk})) == ["Kirim data cabai"]


def test_ours_is_what_our_units_must_do_and_what_nobody_does_in_our_visits(client, officer, visit, batam, malang):
    make_outcome(visit, "unit kami", follow_up="OPEN", responsible=make_organisation("Dinas A", batam))
    make_outcome(visit, "unit mereka", follow_up="OPEN", responsible=make_organisation("Dinas B", malang))
    make_outcome(visit, "belum ada", follow_up="OPEN")
    make_outcome(make_visit(malang, batam, owner=malang), "di catatan mereka", follow_up="OPEN")

    assert texts(client.get(URL, {"whose": "ours"})) == ["unit kami", "belum ada"]
    client.force_login(make_officer(malang))
    assert texts(client.get(URL, {"whose": "ours"})) == ["unit mereka", "di catatan mereka"]


def test_an_agency_user_owes_what_its_unit_must_do(visit, batam):
    unit, other = make_organisation("Dinas A", batam), make_organisation("Dinas B", batam)
    mine = make_outcome(visit, follow_up="OPEN", responsible=unit)
    make_outcome(visit, follow_up="OPEN", responsible=other)
    make_outcome(visit, follow_up="OPEN")

    assert list(Outcome.objects.owed_by(make_unit_user(unit))) == [mine]
    assert Outcome.objects.owed_by(make_superuser()).count() == 3


def test_a_stranger_sees_none(client, visit):
    make_outcome(visit, "rahasia", follow_up="OPEN")
    client.force_login(make_officer(make_region("Kota Medan"), language="en"))

    assert texts(client.get(URL)) == []


def test_as_many_queries_for_one_row_as_for_three(client, officer, visit, batam):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    make_outcome(visit, follow_up="OPEN", responsible=make_organisation("A", batam))
    one = ask()
    make_outcome(make_visit(batam, make_malangs()[1]), follow_up="OPEN", responsible=make_organisation("B", batam))
    make_outcome(visit, follow_up="OPEN")

    assert ask() == one
    assert one <= 6


@pytest.mark.parametrize(
    "asked", [{"state": "evil"}, {"unit": "999999"}, {"whose": "x"}, {"q": "a\x00"}, {"unit_text": "Tidak ada"}]
)
def test_a_wrong_filter_is_explained(client, officer, visit, asked):
    response = client.get(URL, asked)

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_nobody_without_signing_in(client):
    assert client.get(URL).status_code == 302


def test_nothing_is_posted(client, officer):
    assert client.post(URL).status_code == 405
