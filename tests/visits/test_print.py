import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_agenda_item,
    make_delegate,
    make_note,
    make_outcome,
    make_topic,
    make_visit,
)
from tests.visits.test_detail import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(client, officer, told):
    make_note(told, told.host_region, "Rahasia dapur")
    return client.get(reverse("visits:print", args=[told.pk]))


def test_the_report_tells_the_visit_in_the_order_of_a_report(report):
    headings = re.findall(r"<h2>(.*?)</h2>", report.content.decode())

    assert headings == [
        "Particulars of the visit", "Delegations", "Agenda", "Course of the visit", "Outcomes and follow-ups", "Sources",
    ]  # fmt: skip


def test_the_report_holds_every_fact(report):
    page = text(report)

    for words in [
        "Kota Batam", "Visit report", "Monday, 16 June 2025", "Kantor Wali Kota Batam", "M Sanusi", "Pj. Bupati Malang", "± 65 people",
        "para kepala desa (≥ 20)", "Ketua Komisi DPRD", "Jefridin Hamid", "Paparan sejarah", "Planned", "Pertemuan dibuka.", "Batam terbuka.",
        "Mendalami e-government", "From the guests to the host", "Bappeda, Malang Regency", "due 1 July 2025", "≥ 100 perusahaan",
        "batampos, Kunjungan Bupati", "Drawn up by,", "Acknowledged by,",
    ]:  # fmt: skip
        assert words in page, words


def test_a_part_of_the_agenda_over_several_days_tells_its_last_day_too(client, officer, told):
    days = {"on": dt.date(2025, 6, 16), "until": dt.date(2025, 6, 18)}
    make_agenda_item(told, "Lokakarya", venue=told.venue, **days)

    report = text(client.get(reverse("visits:print", args=[told.pk])))

    assert "Kantor Wali Kota Batam, 16–18 June 2025" in report
    assert "16–18 June 2025" in text(client.get(told.get_absolute_url()))


@pytest.fixture
def unsure(batam, malang):
    """A visit of which nothing is plainly stated."""
    visit = make_visit(batam, malang, date_certainty="INFERRED", standing="CLAIMED", end_time=dt.time(15, 45))
    make_topic(visit, certainty="DEFAULT")
    make_agenda_item(visit, "Lokakarya", certainty="DISPUTED")
    make_outcome(visit, "Ekspor cabai", kind="PLEDGE", certainty="INFERRED")
    make_delegate(visit.delegations.get(), "Budi", certainty="DISPUTED")
    return visit


@pytest.mark.parametrize(
    "words",
    [
        "16 June 2025, until 15:45 (inferred)", "Tourism (system default)", "Lokakarya (sources disagree)",
        "Pledge</strong> (inferred)", "Budi (sources disagree)", "Completed (only mentioned)",
    ],
)  # fmt: skip
def test_what_people_sign_says_what_is_not_certain(client, officer, unsure, words):
    assert words in text(client.get(reverse("visits:print", args=[unsure.pk])))


def test_internal_notes_are_never_in_the_report(report):
    assert "Rahasia dapur" not in text(report)


def test_the_report_stands_alone_on_its_sheet(report):
    page = report.content.decode()

    assert page.count("<h1") == 1
    assert "sidebar" not in page
    assert "css/report.css" in page


def test_the_report_costs_few_queries(client, officer, told):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("visits:print", args=[told.pk]))

    assert len(queries) <= 6
