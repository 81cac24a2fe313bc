"""What reports count and tell, held against the pages that tell of the same."""

import datetime as dt
import io
import re

import openpyxl
import pypdfium2
import pytest

from dashboards.reports import counted, document
from dashboards.reports.asking import OFFERED
from tests.factories import (
    make_agreement,
    make_malangs,
    make_milestone,
    make_officer,
    make_official,
    make_organisation,
    make_position,
    make_region,
    make_signing,
    make_superuser,
    make_unit_user,
    make_visit,
    settle,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 20, 5, 0, tzinfo=dt.UTC)
SEMESTER = "/reports/semester"


@pytest.fixture(autouse=True)
def _in_june(time_machine):
    time_machine.move_to(NOON, tick=True)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def report_of(client, period="2026-1"):
    return client.get(f"{SEMESTER}/print/", {"period": period}).context["report"]


def summary(client, period="2026-1"):
    return {line[0].text: line[1].value for line in report_of(client, period).tables[0].cells}


def words_of(client, period):
    """The sentences between the tables."""
    return [block.text for block in report_of(client, period).blocks if isinstance(block, document.Words)]


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# The evaluation report


def test_the_workbook_of_evaluations_is_one_table_that_says_which_agreement_was_judged(client, officer, batam, malang):
    for title, findings in (("Pelayanan publik", "Berjalan baik"), ("Kerja sama pangan", "Macet")):
        one = make_agreement(batam, malang, signed=dt.date(2025, 1, 5), title=title, category="KSDD_S")
        one.evaluations.create(evaluated_on=dt.date(2026, 4, 1), rating=4, findings=findings)

    book = openpyxl.load_workbook(io.BytesIO(client.get("/reports/evaluation.xlsx").content))

    head, *lines = rows_of(book["Evaluations"])
    found = [(line[head.index("Agreement")], line[head.index("Findings")]) for line in lines]
    assert found == [("Pelayanan publik", "Berjalan baik"), ("Kerja sama pangan", "Macet")]
    assert {"Parties", "Numbers", "State"} <= set(head)


# The half-year report


def test_the_report_of_a_past_half_year_leaves_out_what_was_begun_after_it(client, officer, batam, malang):
    make_agreement(batam, malang, signed=dt.date(2025, 3, 5), title="Ada waktu itu", category="KSDD_S")
    make_agreement(batam, malang, signed=dt.date(2026, 5, 5), title="Belum ada", category="KSDD_S")
    board = client.get("/dashboard/", {"on": "2025-12-31"}).context["board"]

    report = report_of(client, "2025-2")

    (states,) = (table for table in report.tables if table.sheet == "States")
    counted = states.cells[-1][-1]
    assert counted.value == sum(mark.value for bar in board.states.bars for mark in bar.marks) == 1
    assert client.get(counted.url).context["page"].paginator.count == 1
    assert [line[1].text.splitlines()[0] for line in report.tables[-1].cells] == ["Ada waktu itu"]


def test_a_region_receives_and_makes_the_visits_in_which_it_is_host_or_guest(client, officer, batam, malang):
    """Not those where it only stood by; and on its behalf means made by it. The page of the two says the same."""
    medan = make_region("Kota Medan", code="12.71")
    aside = make_visit(malang, medan, on=dt.date(2026, 3, 5))
    aside.delegations.create(region=batam, side="THIRD", position=3)
    sent = make_visit(malang, False, on=dt.date(2026, 3, 6))
    company = make_organisation("PT Batam Jaya", medan, kind="COMPANY")
    sent.delegations.create(organisation=company, on_behalf_of_region=batam, side="GUEST", position=1)

    relation = client.get(f"/relations/{batam.pk}/{malang.pk}/").context["relation"]
    page = client.get("/visits/", {"direction": "ASIDE"})
    told = summary(client)

    assert (relation.balance.came.number, relation.balance.went.number) == (0, 1)
    assert (told["Visits received"], told["Visits made"]) == (0, 1)
    assert [row["pk"] for row in page.context["page"].object_list] == [aside.pk]
    assert "Neither host nor guest" in page.text


def test_the_report_of_a_unit_says_that_it_is_not_of_the_whole_region(client, batam, malang):
    unit = make_organisation("Bappeda", batam)
    make_agreement(batam, malang, signed=dt.date(2026, 3, 5), title="Kerja sama pangan")
    client.force_login(make_unit_user(unit, language="en"))

    report = report_of(client)

    (words,) = (block.text for block in report.blocks if block.name == "words")
    assert report.tables[-1].rows == []
    assert words == "The agreements of the region that Bappeda sees, with their state on 20 June 2026."
    assert ("As far as seen by", "Bappeda") in report.facts
    assert ("As far as seen by", "Bappeda") in client.get("/reports/evaluation/print/").context["report"].facts


def test_the_system_administrator_may_report_on_a_region_that_keeps_visits_only(client, batam, malang):
    make_visit(batam, malang, on=dt.date(2026, 3, 5))
    client.force_login(make_superuser(language="en"))

    assert client.get(f"{SEMESTER}/print/", {"region": batam.pk}).status_code == 200
    assert client.get(f"{SEMESTER}/print/", {"region": malang.pk}).status_code == 422


def test_who_signs_is_offered_however_many_held_a_position_later(client, officer, batam):
    city = make_organisation("Pemerintah Kota Batam", batam, kind="PEMDA_KOTA")
    make_position(make_official("Ibu Wali"), city, "Wali Kota Batam", title_code="MAYOR", starts_on=dt.date(2020, 1, 1))
    for n in range(OFFERED):
        make_position(
            make_official(f"Kepala {n}"), city, f"Lurah {n}", title_code="OTHER", starts_on=dt.date(2024, 1, 1)
        )

    _nobody, (_key, first), *_others = client.get(f"{SEMESTER}/").context["form"].fields["signs"].choices

    assert "Ibu Wali" in first


def test_a_report_says_that_it_does_not_hold_all(client, officer, batam, malang, monkeypatch):
    monkeypatch.setattr(counted, "MOST", 2)
    for n in range(3):
        make_agreement(batam, malang, signed=dt.date(2026, 3, 5), title=f"Kerja sama {n}")
    words = "Only the first 2 rows are told here: the list in the register holds all."

    page = client.get(f"{SEMESTER}/print/", {"period": "2026-1"})
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{SEMESTER}.xlsx", {"period": "2026-1"}).content))

    annex = page.context["report"].tables[-1]
    assert (len(annex.rows), annex.told()["more"]) == (2, words)
    assert words in page.text
    assert rows_of(book.worksheets[-1])[-1][0] == words


def test_the_page_says_where_the_rows_stand_that_it_leaves_out(client, officer, batam, malang, monkeypatch):
    monkeypatch.setattr("dashboards.views.reports.SHOWN", 1)
    for n in range(3):
        make_agreement(batam, malang, signed=dt.date(2026, 3, 5), title=f"Kerja sama {n}")

    told = {}
    for printed in (2, 3):
        monkeypatch.setattr(document, "PRINTED", printed)
        page = client.get(f"{SEMESTER}/print/", {"period": "2026-1"}).text
        told[printed] = set(re.findall("The first 1 of 3 rows; (.*?) the others", page))

    assert told == {2: {"the XLSX holds"}, 3: {"PDF and XLSX hold"}}


def in_calendar(client, month):
    """How many ends stand on days of the month, and how many beside them."""
    told = client.get("/calendar/", {"month": month, "what": "ends"}).context["month"]
    on_days = sum(day.count for week in told.weeks for day in week if not day.is_outside)
    return on_days, sum(group.count for group in told.apart)


def test_an_addendum_that_moves_an_end_is_not_a_second_agreement_that_ended(client, officer, batam, malang):
    of = make_agreement(batam, malang, signed=dt.date(2024, 1, 5), valid_until=dt.date(2025, 12, 31), title="Pokok")
    make_agreement(
        batam, malang, signed=dt.date(2025, 11, 5), valid_until=dt.date(2026, 5, 31), title="Perubahan",
        nature="ADDENDUM", predecessor=of,
    )  # fmt: skip
    settle()

    assert summary(client)["Agreements ended"] == 1
    assert in_calendar(client, "2026-05") == (1, 0)


def test_an_end_that_counts_from_a_month_is_told_as_no_day(client, officer, batam, malang):
    """Signed “in June 2025” for a year: of the end only the month is known, in the calendar as everywhere."""
    agreement = make_agreement(batam, malang, title="Setahun", category="KSDD_S", term_months=12)
    make_signing(agreement, None, precision="MONTH", starts_on=dt.date(2025, 6, 1), ends_on=dt.date(2025, 6, 30))
    settle()

    ends = report_of(client).tables[-1].cells[0][4]

    assert (ends.text, ends.exact) == ("May 2026", None)
    assert in_calendar(client, "2026-05") == (0, 1)
    (row,) = client.get("/agreements/").context["page"].object_list
    assert (row["ends"], row["ends_exactly"]) == ("May 2026", None)
    assert client.get(agreement.get_absolute_url()).context["telling"].ends == "May 2026"


@pytest.mark.parametrize(
    ("visited", "first", "second"),
    [
        ({"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 12, 31), "precision": "YEAR"}, 1, 1),
        ({"starts_on": dt.date(2025, 6, 29), "ends_on": dt.date(2025, 7, 2), "precision": "RANGE"}, 1, 1),
        ({"precision": "UNKNOWN", "ends_on": dt.date(2025, 8, 2)}, 1, 1),
        ({"on": dt.date(2025, 6, 30), "precision": "DAY"}, 0, 0),
    ],
)
def test_what_stands_in_the_reports_of_both_halves_is_told_in_each(
    client, officer, batam, malang, visited, first, second
):
    make_visit(batam, malang, **({"on": None} | visited))

    told = [words_of(client, period) for period in ("2025-1", "2025-2")]

    sentence = "1 of them may also have taken place outside the period, wholly or in part: see its date."
    assert [words.count(sentence) for words in told] == [first, second]


def test_a_signing_of_which_only_the_year_is_known_is_told_as_such(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, title="Tahun 2025", category="KSDD_S")
    make_signing(agreement, None, precision="YEAR", starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2025, 12, 31))

    told = [words_of(client, period) for period in ("2025-1", "2025")]

    sentence = "1 of them may have been signed after the period: see its date."
    assert [words.count(sentence) for words in told] == [1, 0]


# The sheet of one record


def test_a_follow_up_that_only_our_side_may_know_is_not_on_the_sheet_for_both(client, officer, batam, malang):
    visit, agreement = make_visit(batam, malang), make_agreement(batam, malang)
    for of in ({"visit": visit}, {"agreement": agreement}):
        make_milestone("Siasat kita", batam, internal=True, **of)
        make_milestone("Untuk berdua", batam, **of)

    for address in (f"/reports/visits/{visit.pk}.pdf", f"/reports/agreements/{agreement.pk}.pdf"):
        with pypdfium2.PdfDocument(client.get(address).content) as made:
            told = " ".join(page.get_textpage().get_text_range() for page in made)
        assert ("Siasat kita" in told, "Untuk berdua" in told) == (False, True), address
