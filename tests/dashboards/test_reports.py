import datetime as dt
import io
import sys
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest
import typst
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from agreements.models import Category
from dashboards.contents import is_valid
from dashboards.models import AskedFile
from dashboards.reports.asking import Period, periods
from dashboards.reports.book import book as write_book
from dashboards.reports.counted import Scope, states_by_category
from dashboards.reports.document import Cell, Head, Report, Table, day_cell, percent_cell
from dashboards.tasks import make_files
from records.dates import Certainty
from tests.factories import (
    make_agenda_item,
    make_agreement,
    make_indicator,
    make_malangs,
    make_measurement,
    make_milestone,
    make_note,
    make_officer,
    make_official,
    make_organisation,
    make_outcome,
    make_position,
    make_programme,
    make_region,
    make_statement,
    make_viewer,
    make_visit,
    settle,
)

SEMESTER = "/reports/semester"
LONG = "Pemberdayaan" * 15
NOON = dt.datetime(2026, 6, 20, 5, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _in_june(time_machine):
    time_machine.move_to(NOON, tick=True)


@pytest.fixture
def batam(db):
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang(db):
    return make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="id")
    client.force_login(user)
    return user


def pages(response):
    """The text of each page, words that were broken at the end of a line put together again."""
    assert response.status_code == 200, response.status_code
    assert response.headers["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(response.content) as made:
        return [plain(page.get_textpage().get_text_range()) for page in made]


def plain(text):
    return " ".join(text.replace("\u200b", "").replace("\ufffe", "").replace("\x02", "").split())


def overflow(content):
    """Pages with ink beyond the margins: 25 mm at the left, 18 at the right, a millimetre forgiven."""
    found = []
    with pypdfium2.PdfDocument(content) as made:
        for number, page in enumerate(made, start=1):
            width, height = page.get_size()
            picture = page.render(scale=1, grayscale=True).to_pil()
            left, right = int((25 - 1) / 25.4 * 72), int(width - (18 - 1) / 25.4 * 72) + 1
            top, bottom = int(17 / 25.4 * 72), int(height - 6 / 25.4 * 72)
            edges = [(0, 0, left, height), (right, 0, width, height), (0, 0, width, top), (0, bottom, width, height)]
            if any(picture.crop(tuple(map(int, edge))).getextrema()[0] < 200 for edge in edges):
                found.append(number)
    return found


# The semester report


def a_semester(batam, malang, officer):
    """Two signed in the half year (one a renewal), one ended, one long in force, a visit each way, follow-ups."""
    old = make_agreement(batam, malang, signed=dt.date(2023, 2, 1), term_months=36, title="Perjanjian lama")
    make_agreement(
        batam,
        malang,
        signed=dt.date(2026, 2, 1),
        term_months=12,
        title="Perjanjian baru",
        nature="RENEWAL",
        predecessor=old,
    )
    make_agreement(
        batam, malang, signed=dt.date(2026, 3, 5), term_months=24, title="Perjanjian Maret", category="KSDD_S"
    )
    make_agreement(batam, malang, signed=dt.date(2024, 1, 1), open_ended=True, title="Tanpa akhir", category="KSDD_W")
    make_agreement(malang, make_region("Kota Medan"), signed=dt.date(2026, 3, 6), title="Rahasia Medan")
    make_visit(batam, malang, on=dt.date(2026, 4, 2), title="Tamu dari Malang")
    make_visit(malang, batam, on=dt.date(2026, 5, 2), title="Ke Malang")
    make_visit(batam, malang, on=dt.date(2025, 5, 2), title="Tahun lalu")
    make_milestone("Kirim peta dasar", batam, due=dt.date(2026, 5, 1))
    make_milestone("Sudah dikirim", batam, due=dt.date(2026, 5, 1), status="DONE", done_on=dt.date(2026, 5, 3))
    settle()


def test_the_semester_report_tells_the_half_year(client, officer, batam, malang):
    a_semester(batam, malang, officer)

    told = " ".join(pages(client.get(f"{SEMESTER}.pdf?region={batam.pk}&period=2026-1")))

    for words in [
        "Kota Batam", "1 Januari 2026 – 30 Juni 2026", "20 Juni 2026", "Perjanjian Maret", "Tamu dari Malang",
        "Ke Malang", "Kirim peta dasar", "Sudah dikirim", "Tanpa akhir", officer.name,
    ]:  # fmt: skip
        assert words in told, words
    assert "Rahasia Medan" not in told
    assert "Tahun lalu" not in told


def test_every_number_with_an_address_is_what_the_list_behind_it_counts(client, officer, batam, malang):
    a_semester(batam, malang, officer)

    report = client.get(f"{SEMESTER}/print/?region={batam.pk}&period=2026-1").context["report"]

    linked = [
        cell
        for table in report.tables
        for row in table.cells
        for cell in row
        if isinstance(cell.value, int) and cell.url
    ]
    assert len(linked) > 15
    for cell in linked:
        assert client.get(cell.url).context["total"].number == cell.value, cell.url
    summary = {row[0].value: row[1].value for row in report.tables[0].cells}
    assert list(summary.values())[:6] == [2, 1, 1, 0, 1, 1]
    assert list(summary.values())[6] == 1
    assert list(summary.values())[8] >= 1


@pytest.mark.parametrize("kind", ["print", "xlsx"])
def test_the_report_needs_no_more_than_fifteen_queries_and_one_for_its_trace(client, officer, batam, malang, kind):
    a_semester(batam, malang, officer)
    address = f"{SEMESTER}/print/" if kind == "print" else f"{SEMESTER}.{kind}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200

    asked = [query["sql"] for query in queries if not query["sql"].startswith("INSERT INTO")]
    assert len(asked) <= (14 if kind == "print" else 15), asked  # a file is counted first; names of parties: one more


def test_the_state_is_that_of_the_end_of_the_half_year(client, officer, batam, malang):
    make_agreement(batam, malang, signed=dt.date(2024, 1, 1), term_months=18, title="Berakhir Juni 2025")

    states = {}
    for period in ["2024-1", "2026-1"]:
        report = client.get(f"{SEMESTER}/print/?region={batam.pk}&period={period}").context["report"]
        states[period] = report.tables[-1].cells[0][5].value

    with translation.override("id"):
        assert states == {"2024-1": "Berlaku", "2026-1": "Berakhir"}


def test_a_target_is_missed_from_its_day_on_and_not_before(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2025, 1, 1), open_ended=True)
    make_indicator(make_programme(agreement), target=100, target_on=dt.date(2026, 3, 31))

    told = {}
    for period in ["2025-2", "2026-1"]:
        report = client.get(f"{SEMESTER}/print/?region={batam.pk}&period={period}").context["report"]
        (table,) = [table for table in report.tables if table.head[1].text == "Indikator"]
        told[period] = table.cells[0][-1].value

    with translation.override("id"):
        assert told == {"2025-2": gettext("Not measured yet"), "2026-1": gettext("Target missed")}


def test_who_does_not_see_a_region_cannot_report_on_it(client, officer, batam, malang):
    for kind in [".pdf", ".xlsx", "/print/"]:
        assert client.get(f"{SEMESTER}{kind}?region={malang.pk}&period=2026-1").status_code == 422
    assert client.get("/reports/nonsense.pdf").status_code == 404
    assert client.post(f"{SEMESTER}.pdf").status_code == 405
    assert Client().get(f"{SEMESTER}.pdf").status_code == 302


@pytest.mark.parametrize(
    "wrong", ["period=0000-9", "period=%00", "region=99999999999999999999", "signs=x", "language=xx"]
)
def test_nonsense_in_the_address_is_told_on_the_form(client, officer, wrong):
    assert client.get(f"{SEMESTER}.pdf?{wrong}").status_code == 422


def test_without_any_word_it_is_of_the_own_region_and_the_running_half_year(client, officer, batam):
    told = client.get(f"{SEMESTER}/print/").context["report"]

    assert told.subject == f"Kota Batam, {gettext('Half-year %(half)s of %(year)s') % {'half': 'I', 'year': '2026'}}"
    assert [code for code, _label in periods(dt.date(2026, 6, 30))][:3] == ["2026-1", "2026", "2025-2"]
    assert (Period("2026-2").first, Period("2026-2").last) == (dt.date(2026, 7, 1), dt.date(2026, 12, 31))


# What every PDF keeps


def test_pages_are_numbered_and_heads_of_tables_repeat(client, officer, batam, malang):
    for number in range(70):
        make_agreement(batam, malang, signed=dt.date(2026, 1, 5), title=f"Perjanjian nomor {number}")

    told = pages(client.get(f"{SEMESTER}.pdf?language=id"))

    assert len(told) > 4
    words = gettext("Page {page} of {pages}")
    assert [words.format(page=n, pages=len(told)) in page for n, page in enumerate(told, start=1)] == [True] * len(told)
    head = plain(f"{gettext('No.')} {gettext('Agreement and parties')}")
    assert [head in page for page in told if "Perjanjian nomor" in page].count(False) == 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_speaks_the_language_that_is_asked_for(client, officer, batam, malang, language):
    a_semester(batam, malang, officer)

    answer = client.get(f"{SEMESTER}.pdf?language={language}")

    told = " ".join(pages(answer))
    with translation.override(language):
        words = [gettext(text) for text in ("Region", "Effective end", "Visits received", "In force")]
        day = date_format(dt.date(2026, 2, 1))
    for word in [*words, day]:
        assert plain(word) in told, word
    assert f"/Lang({language})".encode() in answer.content.replace(b" ", b"")
    assert b"pdfuaid" in answer.content
    with pypdfium2.PdfDocument(answer.content) as made:
        assert made.get_metadata_value("Title").endswith("2026")


def test_nothing_is_cut_however_long_the_names_are(client, officer, batam, malang):
    malang.name_id = f"Kabupaten {LONG}"
    malang.save()
    agreement = make_agreement(batam, malang, signed=dt.date(2026, 3, 5), title=LONG, about=f"{LONG} " * 60)
    agreement.parties.update(number="415.4/" * 16)
    indicator = make_indicator(make_programme(agreement, LONG), LONG, unit="orang" * 10)
    make_measurement(indicator, 12345678901234567, on=dt.date(2026, 3, 6))
    agreement.evaluations.create(
        evaluated_on=dt.date(2026, 4, 1), rating=4, findings=LONG * 5, obstacles=f"{LONG} " * 90
    )
    visit = make_visit(batam, malang, on=dt.date(2026, 4, 2), title=LONG, purpose=LONG * 3, minutes=f"{LONG} " * 300)
    make_outcome(visit, LONG * 2, follow_up="OPEN", due_as_stated=LONG[:90], requested_by=LONG[:90])
    make_statement(visit, LONG * 4)
    settle()

    for address in [
        f"{SEMESTER}.pdf", "/reports/evaluation.pdf", f"/reports/visits/{visit.pk}.pdf",
        f"/reports/agreements/{agreement.pk}.pdf",
    ]:  # fmt: skip
        answer = client.get(address)
        assert overflow(answer.content) == [], address
        assert LONG in "".join(pages(answer)).replace(" ", "").replace("-", ""), address


def test_what_no_font_can_show_is_a_box_and_stops_no_report(client, officer, batam, malang, monkeypatch):
    bare = typst.Fonts(include_system_fonts=False)  # as on a machine without any font
    monkeypatch.setattr(sys.modules["dashboards.reports.pdf"], "_fonts", lambda: bare)
    foreign = "襄阳市 인천 🎉 👨\u200d👩 กี้"
    agreement = make_agreement(batam, malang, signed=dt.date(2026, 3, 5), title=f"Mitra {foreign} baru")
    visit = make_visit(batam, malang, on=dt.date(2026, 4, 2), purpose=f"Bertemu {foreign} lagi")
    settle()

    answers = {
        "Bertemu □□□ □□ □": client.get(f"/reports/visits/{visit.pk}.pdf?language=en"),
        "Mitra □□□ □□ □": client.get(f"/reports/agreements/{agreement.pk}.pdf?language=en"),
        "□□□ □□ □": client.get(f"{SEMESTER}.pdf?language=en"),
    }

    for words, answer in answers.items():
        told = " ".join(pages(answer))
        assert words in told, words
        assert " · Some characters cannot be shown by the fonts of this server." in told, words
        assert b"pdfuaid" in answer.content, words


def test_a_missing_emoji_is_told_once_at_the_end(client, officer, batam, monkeypatch):
    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(sys.modules["dashboards.reports.pdf"], "_fonts", lambda: bare)
    visit = make_visit(batam, on=dt.date(2026, 4, 2), purpose="Bertemu 🎉", minutes="Rapat berjalan lancar. " * 400)

    told = pages(client.get(f"/reports/visits/{visit.pk}.pdf?language=en"))

    remark = "Some characters cannot be shown by the fonts of this server."
    assert len(told) > 1
    assert [page.count(remark) for page in told] == [0] * (len(told) - 1) + [1]


def test_a_report_without_foreign_characters_says_nothing_of_fonts(client, officer, batam):
    visit = make_visit(batam, on=dt.date(2026, 4, 2), purpose="Bertemu")

    told = " ".join(pages(client.get(f"/reports/visits/{visit.pk}.pdf?language=en")))

    assert "fonts of this server" not in told


def test_texts_are_never_read_as_markup(client, officer, batam):
    evil = '#read("/etc/passwd") *tebal* $x$ \\ <label> @siapa [x] // " = Judul'
    visit = make_visit(batam, title=evil, purpose=f"{evil}\x07", minutes=evil)

    told = " ".join(pages(client.get(f"/reports/visits/{visit.pk}.pdf")))

    assert told.count(plain(evil)) >= 3


def test_the_signature_block_names_who_was_chosen_and_leaves_lines_for_the_rest(client, officer, batam):
    body = make_organisation("Pemerintah Kota Batam", batam, kind="PEMDA_KOTA")
    position = make_position(make_official("Amsakar Achmad"), body, title="Wali Kota Batam", title_code="MAYOR")

    signed = pages(client.get(f"{SEMESTER}.pdf?signs={position.pk}&place=Batam"))[-1]
    blank = pages(client.get(f"{SEMESTER}.pdf?place="))[-1]

    assert (
        signed.index("Batam, ....")
        < signed.index("Wali Kota Batam")
        < signed.index("Amsakar Achmad")
        < signed.index("NIP ....")
    )
    assert "place=&" in client.get(f"{SEMESTER}/print/?place=").context["query"] + "&"
    assert "Amsakar" not in blank
    assert "NIP ...." in blank
    assert pages(client.get(f"{SEMESTER}.pdf"))[0].startswith("Pemerintah Kota Batam")


def test_nobody_signs_for_another_region(client, officer, malang):
    stranger = make_position(make_official("M Sanusi"), make_organisation("Pemkab Malang", malang))

    assert client.get(f"{SEMESTER}.pdf?signs={stranger.pk}").status_code == 422


# The workbook


def test_the_workbook_holds_the_same_tables(client, officer, batam, malang):
    a_semester(batam, malang, officer)
    make_agreement(batam, malang, title="=cmd|' /C calc'!A0")

    report = client.get(f"{SEMESTER}/print/").context["report"]
    answer = client.get(f"{SEMESTER}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert "attachment" in answer.headers["Content-Disposition"]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    summary = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()][1:]
    assert summary == [[cell.value for cell in row] for row in report.tables[0].cells]
    annex = book.worksheets[-1]
    assert annex.max_row - 1 == len(report.tables[-1].rows)


def test_a_workbook_counts_with_its_days_and_numbers():
    rows = [
        [Cell("0,5", exact=Decimal("0.5")), percent_cell(62), day_cell(dt.date(2026, 6, 3)), Cell("Juni 2026")],
    ]
    table = Table("Angka", [Head("a"), Head("b"), Head("c"), Head("d")], rows)
    empty = Table("Kosong", [Head("a")], [], "Tidak ada yang dievaluasi.")
    out = io.BytesIO()

    write_book(Report("Laporan", "Kota Batam", [], [], "", [table, empty]), out)

    made = openpyxl.load_workbook(out)
    cells = made["Angka"][2]
    assert [cells[0].value, cells[1].value, cells[3].value] == [0.5, 0.62, "Juni 2026"]
    assert cells[1].number_format == "0%"
    assert (cells[2].is_date, cells[2].value.date()) == (True, dt.date(2026, 6, 3))
    assert made["Kosong"]["A2"].value == "Tidak ada yang dievaluasi."


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_head_of_the_sums_stays_whole_beside_every_category(officer, batam, malang, language):
    for category in Category:
        make_agreement(batam, malang, signed=dt.date(2025, 1, 5), category=category)

    with translation.override(language):
        table = states_by_category(Scope(officer, batam, dt.date(2026, 1, 1), dt.date(2026, 6, 30), NOON.date()))
        assert table.told()["head"][-1]["text"] == gettext("All")


# The evaluation report


def test_the_evaluation_report_has_a_part_for_each_agreement(client, officer, batam, malang):
    judged = make_agreement(batam, malang, signed=dt.date(2025, 1, 5), title="Pelayanan publik", category="KSDD_S")
    judged.evaluations.create(
        evaluated_on=dt.date(2026, 4, 1),
        rating=4,
        advice="EXTEND",
        findings="Berjalan baik",
        obstacles="Anggaran terbatas",
    )
    judged.evaluations.create(evaluated_on=dt.date(2026, 5, 1), rating=2, advice="IMPROVE", role="PARTNER")
    judged.evaluations.create(evaluated_on=dt.date(2025, 5, 1), rating=1, advice="STOP", findings="Tahun lalu")
    other = make_agreement(malang, make_region("Kota Medan"), title="Rahasia Medan")
    other.evaluations.create(evaluated_on=dt.date(2026, 4, 1), rating=1, findings="Rahasia")

    told = " ".join(pages(client.get("/reports/evaluation.pdf")))
    summary = client.get("/reports/evaluation/print/").context["report"].tables[0].cells

    for words in [
        "Pelayanan publik",
        "Berjalan baik",
        "Anggaran terbatas",
        "1 April 2026",
        gettext("%(n)s of 5") % {"n": 4},
    ]:
        assert words in told, words
    assert "Rahasia" not in told
    assert "Tahun lalu" not in told
    assert [cell.value for cell in summary[0][1:3]] == [2, "3,0"]
    assert "XLSX" in client.get("/reports/evaluation/print/").text


# One visit, one agreement


def test_notes_and_what_others_keep_are_not_in_the_sheets(client, officer, batam, malang):
    visit = make_visit(batam, malang, title="Kunjungan")
    make_note(visit, batam, text="Catatan rahasia")
    agreement = make_agreement(batam, malang, title="Perjanjian")
    agreement.notes.create(region=batam, text="Catatan rahasia")
    make_milestone("Urusan Medan", make_region("Kota Medan"))

    for address in [f"/reports/visits/{visit.pk}.pdf", f"/reports/agreements/{agreement.pk}.pdf"]:
        told = " ".join(pages(client.get(address)))
        assert "rahasia" not in told
        assert "Medan" not in told


def test_the_sheet_of_a_visit_tells_all_days_of_a_part_of_the_agenda(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    make_agenda_item(visit, "Lokakarya", on=dt.date(2026, 6, 16), until=dt.date(2026, 6, 18))

    told = " ".join(pages(client.get(f"/reports/visits/{visit.pk}.pdf")))

    assert "Lokakarya 16–18 Juni 2026" in told


def test_the_sheet_of_a_visit_says_what_is_not_certain(client, officer, batam, malang):
    visit = make_visit(batam, malang, date_certainty="INFERRED", standing="CLAIMED", end_time=dt.time(15, 45))
    make_outcome(visit, "Ekspor cabai", certainty="DISPUTED")
    told = " ".join(pages(client.get(f"/reports/visits/{visit.pk}.pdf")))

    with translation.override("id"):
        unsure = [str(label).lower() for label in (Certainty.INFERRED.label, Certainty.DISPUTED.label)]
        for words in ("15:45 (", *unsure, gettext("only mentioned")):
            assert words in told, words


def test_a_stranger_gets_no_sheet_and_a_viewer_does(client, batam, malang):
    visit, agreement = make_visit(batam, malang), make_agreement(batam, malang)
    addresses = [f"/reports/visits/{visit.pk}.pdf", f"/reports/agreements/{agreement.pk}.pdf"]

    client.force_login(make_officer(make_region("Kota Medan")))
    strangers = [client.get(address).status_code for address in addresses]
    client.force_login(make_viewer(malang))
    viewers = [client.get(address).status_code for address in addresses]

    assert (strangers, viewers) == ([404, 404], [200, 200])
    assert client.get("/reports/visits/99999999999999999999.pdf").status_code == 404


def test_the_sheet_tells_the_agreement(client, officer, batam, malang):
    parent = make_agreement(batam, malang, signed=dt.date(2024, 1, 5), term_months=60, title="Nota kesepahaman")
    agreement = make_agreement(
        batam,
        malang,
        signed=dt.date(2025, 6, 16),
        term_months=12,
        notice_days=30,
        title="Perjanjian peta",
        kind="PKS",
        parent=parent,
    )
    agreement.parties.filter(region=batam).update(number="17/KB/2025")
    indicator = make_indicator(make_programme(agreement, "Pelatihan operator"), "Operator terlatih", target=100)
    make_measurement(indicator, 20, on=dt.date(2025, 8, 1))
    make_measurement(indicator, 45, on=dt.date(2026, 2, 1))
    settle()

    told = " ".join(pages(client.get(f"/reports/agreements/{agreement.pk}.pdf")))

    for words in [
        "Perjanjian peta", "17/KB/2025", "16 Juni 2025", "15 Juni 2026", "Nota kesepahaman", "Pelatihan operator",
        "Operator terlatih", "45", "1 Februari 2026", "30 hari sebelum",
    ]:  # fmt: skip
        assert words in told, words


# In the background


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_a_long_report_is_made_in_the_background(client, monkeypatch, settings, tmp_path, time_machine, kind):
    time_machine.move_to(dt.datetime.now(dt.UTC))
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("dashboards.views.reports.LONG", 1)
    batam = make_region("Kota Batam", code="21.71")
    user = make_officer(batam, language="id")
    client.force_login(user)
    for title in ["Perjanjian A", "Perjanjian B"]:
        make_agreement(batam, title=title)

    asked = client.get(f"{SEMESTER}.{kind}?language=en")
    form = client.get(asked.url).context["form"]
    sent = {name: form[name].value() for name in ("what", "kind", "query", "language", "submission")}
    page = client.post("/files/ask/", sent)
    make_files()

    file = AskedFile.objects.get()
    assert page.url == f"/files/{file.pk}/"
    assert (file.state, file.what, file.kind, file.language) == ("READY", "semester", kind, "en"), file.error
    assert file.filename.startswith("half-year-report-")
    content = file.file.open().read()
    file.file.close()
    assert content.startswith(b"%PDF" if kind == "pdf" else b"PK")
    assert is_valid("semester", sent["query"], user)
    assert not is_valid("semester", "period=nonsense", user)
