import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import moving
from agreements.lists import COLUMNS
from tests.factories import make_agreement, make_process, make_region

pytestmark = pytest.mark.django_db
EVIL = "=cmd|' /C calc'!A0"
CSV, XLSX = "/agreements/agreements.csv", "/agreements/agreements.xlsx"


def lines(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline="")))


def sheets(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]


@pytest.mark.parametrize("asked", [{}, {"sort": "ends"}, {"sort": "-ends", "kind": "PKS"}, {"state": "PIPELINE"}])
def test_the_file_holds_exactly_the_rows_of_the_list_on_all_its_pages(
    client, officer, batam, malang, monkeypatch, asked
):
    monkeypatch.setattr("pages.paging.ListPaginator.__init__.__defaults__", (2, 10_000))
    for number in range(5):
        make_agreement(
            batam, malang, title=f"Perjanjian {number}", kind=["PKS", "KB"][number % 2],
            valid_until=dt.date(2030, 1, 1 + number % 3),
        )  # fmt: skip
    make_agreement(make_region("Kota Medan"), make_region("Kabupaten Soppeng"), title="Rahasia Medan")
    shown = []
    for page in (1, 2, 3):
        response = client.get("/agreements/", {**asked, "page": page})
        if not response.context["page"].asked_for_another:
            shown += [row["heading"] for row in response.context["page"].object_list]

    assert shown
    assert [line["Title"] for line in lines(client.get(CSV, asked))] == shown
    assert [row[0] for row in sheets(client.get(XLSX, asked))[0][1:]] == shown


def test_what_is_told_of_each(client, officer, batam, malang):
    agreement = make_agreement(
        batam, malang, signed=dt.date(2025, 6, 16), term_months=12, notice_days=30, kind="PKS", category="KSDD_S"
    )
    agreement.parties.filter(region=batam).update(number="17/KB/2025")
    agreement.parties.filter(region=malang).update(number="35/KB/2025")

    (line,) = lines(client.get(CSV, {"on": "2026-01-01"}))

    assert {
        name: line[name] for name in ("Parties", "Category", "Kind", "Numbers", "State", "Notice period in days")
    } == {
        "Parties": "Kota Batam – Malang Regency",
        "Category": "Voluntary inter-regional",
        "Kind": "Cooperation agreement",
        "Numbers": "17/KB/2025; 35/KB/2025",
        "State": "In force",
        "Notice period in days": "30",
    }
    assert (line["Signed on"], line["In force from"], line["Effective end"]) == (
        "2025-06-16",
        "2025-06-16",
        "2026-06-15",
    )


def test_of_a_past_day_the_file_tells_where_it_stood_then(client, officer, batam, malang):
    make_process("KSDD_S", "preparation/30 drafting/10 signed*")
    agreement = make_agreement(batam, malang, category="KSDD_S")
    moving.start(agreement, by=officer, on=dt.date(2025, 1, 1))
    grounds = moving.Grounds(dt.date(2025, 6, 1))
    moving.move(agreement, agreement.process.steps.get(code="drafting"), grounds, by=officer, version=None)

    (line,) = lines(client.get(CSV, {"on": "2025-01-11"}))

    told = ("Stage", "At this stage since", "Days at the stage", "Days allowed")
    assert [line[name] for name in told] == ["Preparation", "2025-01-01", "10", "30"]


def test_a_date_is_a_date_only_where_the_day_is_known(client, officer, batam, malang):
    make_agreement(batam, malang, title="hari", signed=dt.date(2025, 1, 1), term_months=12)
    make_agreement(batam, malang, title="bulan").signings.create(
        precision="MONTH", starts_on=dt.date(2024, 2, 1), ends_on=dt.date(2024, 2, 29)
    )
    make_agreement(batam, malang, title="entah").signings.create(precision="UNKNOWN")
    make_agreement(batam, malang, title="tanpa", open_ended=True)
    make_agreement(batam, malang, title="tahun", valid_from=dt.date(2024, 1, 1), validity_precision="YEAR")

    told = ("Signed on", "In force from", "Effective end")
    found = {line["Title"]: tuple(line[name] for name in told) for line in lines(client.get(CSV))}

    assert found == {
        "hari": ("2025-01-01", "2025-01-01", "2025-12-31"),
        "bulan": ("February 2024", "February 2024", ""),
        "entah": ("Date unknown", "", ""),
        "tanpa": ("", "", "without an end"),
        "tahun": ("", "2024", ""),
    }


def test_no_text_becomes_a_formula(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, title=EVIL, about=EVIL, validity_as_stated=EVIL)
    agreement.parties.filter(region=batam).update(number=EVIL)

    (line,) = lines(client.get(CSV))
    row = sheets(client.get(XLSX))[0][1]

    for name in ("Title", "Summary", "Numbers", "Validity in the words of the source"):
        assert line[name] == f"'{EVIL}", name
        assert row[[str(column.label) for column in COLUMNS].index(name)] == EVIL, name


def test_a_sheet_says_what_the_columns_mean(client, officer):
    meanings = sheets(client.get(XLSX))[1]

    assert [row[0] for row in meanings[1:]] == [str(column.label) for column in COLUMNS]
    assert all(row[1] for row in meanings[1:])


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_file_costs_the_same_for_one_row_as_for_three(client, officer, batam, malang, url):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(url).streaming_content)
        return len(queries)

    make_agreement(batam, malang, signed=dt.date(2025, 1, 1))
    one = ask()
    make_agreement(batam, malang)
    make_agreement(batam, malang, signed=dt.date(2025, 1, 1), term_months=3)

    assert ask() == one <= 8


@pytest.mark.parametrize("url", [CSV, XLSX])
def test_a_wrong_filter_leads_to_the_list_that_explains_it(client, officer, url):
    response = client.get(url, {"state": "UP"})

    assert (response.status_code, response.url) == (302, "/agreements/?state=UP")
    assert client.post(url).status_code == 405
