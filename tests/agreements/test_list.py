import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import moving
from agreements.filters import SORTS
from tests.factories import (
    make_agreement,
    make_officer,
    make_organisation,
    make_process,
    make_region,
    make_sector,
    make_unit_user,
    make_viewer,
)

pytestmark = pytest.mark.django_db
URL = "/agreements/"


def pks(response):
    return [row["pk"] for row in response.context["page"].object_list]


def text(response):
    return " ".join(response.content.decode().split())


def test_the_list_shows_the_agreements_of_my_regions(client, officer, batam, malang):
    agreement = make_agreement(
        batam, malang, signed=dt.date(2025, 6, 16), kind="PKS", category="KSDD_S", term_months=240
    )
    make_agreement(make_region("Kota Medan"), make_region("Kabupaten Soppeng"))

    response = client.get(URL)
    page = text(response)

    assert pks(response) == [agreement.pk]
    for words in [
        "1 agreement", "Kerja sama e-government", "Kota Batam – Malang Regency", "Cooperation agreement",
        "Voluntary inter-regional", "16 June 2025", "15 June 2045",
    ]:  # fmt: skip
        assert words in page, words


def test_anonymous_is_sent_to_sign_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={URL}"


def test_a_stranger_sees_an_empty_list(client, batam, malang):
    make_agreement(batam, malang)
    client.force_login(make_officer(make_region("Kota Medan"), language="en"))

    assert "No agreements yet" in text(client.get(URL))


def test_an_agency_user_sees_the_agreements_of_its_unit(client, batam, malang):
    unit = make_organisation("Bappeda", batam)
    agreement = make_agreement(unit, malang)
    make_agreement(batam, malang)
    client.force_login(make_unit_user(unit))

    assert pks(client.get(URL)) == [agreement.pk]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_list_only_answers_questions(client, officer, method):
    assert getattr(client, method)(URL).status_code == 405


def test_the_list_needs_as_many_queries_for_one_row_as_for_three(client, officer, batam, malang):
    make_process("KSDD_S")

    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    def add():
        agreement = make_agreement(batam, malang, signed=dt.date(2025, 6, 16), category="KSDD_S", term_months=12)
        agreement.sector_links.create(sector=make_sector())
        moving.start(agreement, by=officer)
        make_agreement(batam, malang, nature="RENEWAL", predecessor=agreement, signed=dt.date(2025, 7, 16))

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 8


def test_a_stage_that_takes_too_long_is_marked(client, officer, batam, malang, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)
    process = make_process("KSDD_S", "preparation/30 signed*")
    agreement = make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=officer, on=dt.date(2026, 10, 1))

    page = text(client.get(URL))

    assert process.steps.first().name in page
    assert "22 days over" in page


def test_what_is_closed_stands_at_no_stage(client, officer, batam, malang):
    make_process("KSDD_S")
    agreement = make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=officer)
    moving.close(
        agreement, "REJECTED", moving.Grounds(agreement.today(), reason="Tidak jadi"), by=officer, version=None
    )

    row = client.get(URL).context["page"].object_list[0]

    assert (row["stage"], row["state"], row["days"]) == ("", "REJECTED", None)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"open_ended": True}, "without an end"),
        ({}, ""),
        ({"term_months": 12}, "31 January 2026"),
        ({"valid_until": dt.date(2030, 12, 31), "validity_precision": "YEAR"}, "2030"),
        ({"valid_until": dt.date(2030, 5, 31), "validity_precision": "MONTH"}, "May 2030"),
    ],
)
def test_the_end_is_said_as_precisely_as_it_is_known(client, officer, batam, malang, fields, shown):
    make_agreement(batam, malang, signed=dt.date(2025, 2, 1), **fields)

    assert client.get(URL).context["page"].object_list[0]["ends"] == shown


def test_a_signing_without_a_date_says_so(client, officer, batam, malang):
    agreement = make_agreement(batam, malang)
    agreement.signings.create(precision="UNKNOWN")
    monthly = make_agreement(batam, malang)
    monthly.signings.create(precision="MONTH", starts_on=dt.date(2024, 2, 1), ends_on=dt.date(2024, 2, 29))

    found = {row["pk"]: row["signed"] for row in client.get(URL).context["page"].object_list}

    assert found == {agreement.pk: "Date unknown", monthly.pk: "February 2024"}


@pytest.mark.parametrize("sort", [sort for sort, _label in SORTS])
def test_every_order_orders_and_turns_round(client, officer, batam, malang, sort, time_machine):
    make_process("KSDD_S")
    made = []
    for year in (2020, 2023):
        time_machine.move_to(dt.datetime(year, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)
        one = make_agreement(batam, malang, category="KSDD_S", valid_until=dt.date(year + 5, 1, 1))
        moving.start(one, by=officer, on=dt.date(year, 5, 1))
        one.signings.create(precision="DAY", starts_on=dt.date(year, 6, 1), ends_on=dt.date(year, 6, 1))
        made.append(one.pk)

    client.force_login(officer)
    assert pks(client.get(URL, {"sort": sort})) == (made[::-1] if sort.startswith("-") else made)


def test_the_order_by_end_follows_the_amendments(client, officer, batam, malang):
    amended = make_agreement(batam, malang, signed=dt.date(2020, 1, 1), valid_until=dt.date(2025, 1, 1))
    other = make_agreement(batam, malang, signed=dt.date(2020, 1, 1), valid_until=dt.date(2026, 1, 1))
    change = make_agreement(
        batam,
        malang,
        nature="AMENDMENT",
        predecessor=amended,
        signed=dt.date(2024, 1, 1),
        valid_until=dt.date(2029, 1, 1),
    )

    ends = [(row["pk"], row["ends"]) for row in client.get(URL, {"sort": "ends"}).context["page"].object_list]

    assert ends == [(other.pk, "1 January 2026"), (amended.pk, "1 January 2029"), (change.pk, "1 January 2029")]
    before = client.get(URL, {"sort": "ends", "on": "2023-06-01"}).context["page"].object_list
    assert [row["pk"] for row in before][:2] == [amended.pk, other.pk]


@pytest.mark.parametrize("sort", ["ends", "-ends", "signed", "-signed"])
def test_agreements_without_the_date_stand_last_in_both_orders(client, officer, batam, malang, sort):
    unknown = make_agreement(batam, malang)
    make_agreement(batam, malang, signed=dt.date(2025, 1, 1), term_months=12)

    assert pks(client.get(URL, {"sort": sort}))[-1] == unknown.pk


@pytest.mark.parametrize("sort", ["-active", "ends", "-ends"])
def test_pages_follow_one_another_without_loss(client, officer, batam, malang, monkeypatch, sort):
    monkeypatch.setattr("pages.paging.ListPaginator.__init__.__defaults__", (2, 3))
    made = [make_agreement(batam, malang, signed=dt.date(2025, 1, day), term_months=day).pk for day in range(1, 7)]
    found, page = [], client.get(URL, {"sort": sort}).context["page"]
    while True:
        found += [row["pk"] for row in page.object_list]
        if not page.has_next():
            break
        page = client.get(URL, {"sort": sort, "page": page.next_page_number()}).context["page"]

    assert found == (made if sort == "ends" else made[::-1])


def test_htmx_gets_the_list_alone_and_its_address(client, officer, batam, malang):
    make_agreement(batam, malang)

    response = client.get(URL, {"state": "", "sort": "ends"}, headers={"HX-Request": "true"})

    assert response.headers["HX-Push-Url"] == "/agreements/?sort=ends"
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in response.content.decode()
    assert re.search(r'id="list-status" hx-swap-oob="innerHTML">\s*1 agreement', response.content.decode())


def test_readers_are_not_offered_to_make_one(client, batam, officer):
    assert reverse("agreements:new") in text(client.get(URL))
    client.force_login(make_viewer(batam))
    assert f'href="{reverse("agreements:new")}"' not in text(client.get(URL))
