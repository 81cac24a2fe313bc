import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from followups.lists import COLUMNS as MILESTONE_COLUMNS
from tests.factories import make_kind, make_officer, make_organisation, make_outcome, make_region, make_visit
from visits.lists import COLUMNS

pytestmark = pytest.mark.django_db
EVIL = "=cmd|' /C calc'!A0"


def lines(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


def sheet(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


@pytest.mark.parametrize(
    "asked", [{}, {"sort": "host"}, {"sort": "date", "status": "COMPLETED"}, {"stage": "upcoming"}, {"standing": "all"}]
)
def test_the_file_holds_exactly_the_rows_of_the_list_on_all_its_pages(
    client, officer, batam, malang, monkeypatch, asked
):
    monkeypatch.setattr("pages.paging.ListPaginator.__init__.__defaults__", (2, 10_000))
    for number in range(5):
        make_visit(
            [batam, malang][number % 2],
            batam,
            title=f"Kunjungan {number}",
            status=["COMPLETED", "INVITED"][number % 2],
            on=None,
        )
    make_visit(batam, standing="CLAIMED", title="Hanya disebut")
    make_visit(make_region("Kota Medan"), title="Rahasia Medan")
    shown = []
    for page in (1, 2, 3):
        response = client.get("/visits/", {**asked, "page": page})
        if not response.context["page"].asked_for_another:
            shown += [row["heading"] for row in response.context["page"].object_list]

    assert [line["Title"] for line in lines(client.get("/visits/visits.csv", asked))] == shown
    assert [row[3] for row in sheet(client.get("/visits/visits.xlsx", asked))[1:]] == shown


def test_a_date_is_a_date_only_where_the_day_is_known(client, officer, batam, malang):
    make_visit(batam, malang, title="hari")
    make_visit(batam, malang, title="bulan", precision="MONTH", starts_on="2024-02-01", ends_on="2024-02-29")
    make_visit(batam, malang, title="entah", on=None, date_as_stated="Kamis lalu")

    found = {line["Title"]: line for line in lines(client.get("/visits/visits.csv"))}
    cells = {row[3]: row[0] for row in sheet(client.get("/visits/visits.xlsx"))[1:]}

    assert {title: line["Date"] for title, line in found.items()} == {
        "hari": "2025-06-16",
        "bulan": "February 2024",
        "entah": "Date unknown",
    }
    assert found["entah"]["Date in the words of the source"] == "Kamis lalu"
    assert cells["hari"].date().isoformat() == "2025-06-16"
    assert cells["bulan"] == "February 2024"


def test_no_typed_text_becomes_a_formula(client, officer, batam):
    guest = make_organisation(EVIL, batam)
    visit = make_visit(
        batam,
        False,
        title=EVIL,
        purpose=EVIL,
        date_as_stated=EVIL,
        kinds=[make_kind("x", EVIL, EVIL)],
        host_organisation=guest,
    )
    make_outcome(visit, EVIL, follow_up="OPEN", responsible=guest, requested_by=EVIL, due_as_stated=EVIL)

    for address in ["/visits/visits", "/follow-ups/follow-ups"]:
        for line in lines(client.get(f"{address}.csv")):
            assert not [value for value in line.values() if value.startswith(("=", "+", "-", "@"))]
        response = client.get(f"{address}.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
        assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_file_costs_the_same_queries_for_one_row_and_for_three(client, officer, batam):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            lines(client.get("/visits/visits.csv"))
        return len(queries)

    make_visit(batam)
    one = ask()
    make_visit(batam)
    make_visit(batam)

    assert ask() == one


def test_a_file_says_where_each_record_stands(client, officer, batam, malang, settings):
    settings.SITE_URL = "https://simpul.example"
    visit = make_visit(batam, malang)

    line = next(iter(lines(client.get("/visits/visits.csv"))))

    assert line["Address of the record"] == f"https://simpul.example/visits/{visit.pk}/"


@pytest.mark.parametrize("columns", [COLUMNS, MILESTONE_COLUMNS], ids=["visits", "follow-ups"])
def test_every_column_says_what_it_means(columns):
    assert [column.label for column in columns if not str(column.about)] == []
    assert len({str(column.label) for column in columns}) == len(columns)


@pytest.mark.parametrize(
    "address",
    [
        "/visits/visits.csv",
        "/visits/visits.xlsx",
        "/follow-ups/follow-ups.csv",
        "/follow-ups/follow-ups.xlsx",
    ],
)
class TestWhoMayHaveAFile:
    def test_nobody_without_signing_in(self, client, address):
        assert client.get(address).status_code == 302

    def test_a_stranger_gets_an_empty_one(self, client, batam, malang, address):
        make_outcome(make_visit(batam, malang, title="Rahasia"), follow_up="OPEN")
        client.force_login(make_officer(make_region("Kota Medan"), language="en"))

        response = client.get(address)
        body = b"".join(response.streaming_content)

        assert b"Rahasia" not in body
        if address.endswith("csv"):
            assert len(body.splitlines()) == 1

    def test_nothing_is_posted(self, client, officer, address):
        assert client.post(address).status_code == 405

    def test_a_wrong_filter_leads_back_to_the_list_that_explains_it(self, client, officer, address):
        response = client.get(address, {"q": "a" * 300}, follow=True)

        assert response.status_code == 422
        assert "at most 200 characters" in response.content.decode()
