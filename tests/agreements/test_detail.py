import datetime as dt

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agreements import moving, reference
from agreements.models import Agreement, Evaluation, Indicator, Measurement
from agreements.timeline import Kind
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_confirmation,
    make_correction,
    make_handover,
    make_officer,
    make_official,
    make_organisation,
    make_outcome,
    make_region,
    make_sector,
    make_superuser,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_2026(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def told(batam, malang, officer):
    """An agreement with something in every table that hangs on it."""
    reference.load()
    agreement = make_agreement(
        batam, malang, title="Kerja sama sampah", category="KSDD_S", kind="KB", term_months=36, notice_days=30,
        validity_as_stated="3 (tiga) tahun", validity_certainty="INFERRED", about="Pengelolaan sampah.",
        objectives="Kota bersih.", benefits="Sampah berkurang.", funding="APBD masing-masing.", remarks="Perlu dipantau.",
        burdens_public=False, outside_budget=False, council_note="Tidak membebani.", initiator="COUNTERPART",
        created_by=officer,
    )  # fmt: skip
    first, second = agreement.parties.all()
    unit = make_organisation("Dinas Lingkungan Hidup", batam)
    agreement.parties.filter(pk=first.pk).update(number="17/KB/2025", unit=unit, liaison="Jl. Engku Putri 1")
    agreement.parties.filter(pk=second.pk).update(
        number="35/KB/2025", on_behalf_of="Forum Daerah", quote="pihak kedua", certainty="INFERRED"
    )
    first.signatories.create(official=make_official("Amsakar Achmad"), capacity="Wali Kota Batam")
    second.signatories.create(
        name="M Sanusi", capacity="Bupati Malang", manner="PJ", on_behalf_of="Gubernur", power="12/SK"
    )
    sector = make_sector()
    agreement.sector_links.create(sector=sector)
    agreement.scope.create(text="Bertukar data", direction="MUTUAL", sector=sector, heading="Data", position=0)
    agreement.scope.create(text="Melatih petugas", direction="ONE_WAY", giver=first, receiver=second, position=1)
    agreement.scope.create(text="Mengirim kompos", direction="ONE_WAY", giver=second, quote="kompos", position=2)
    source = agreement.sources.create(outlet="batampos", title="Batam dan Malang")
    agreement.citations.create(source=source, about="SIGNING", fact="Ditandatangani Juni", quote="bulan Juni")
    visit = make_visit(batam, malang, title="Kunjungan penjajakan")
    outcome = make_outcome(visit, "Sepakat menyusun KB")
    agreement.visit_links.create(visit=visit, outcome=outcome, note="di aula")
    moving.start(agreement, by=officer, on=dt.date(2025, 1, 1))
    ceremony = make_visit(batam, malang, title="Penandatanganan di Batam")
    agreement.signings.create(
        precision="DAY", starts_on=dt.date(2025, 6, 16), ends_on=dt.date(2025, 6, 16), place=batam, mode="HYBRID",
        by_video_link=True, ceremony=ceremony, date_as_stated="Senin (16/6)", date_certainty="INFERRED", note="via Zoom",
    )  # fmt: skip
    programme = agreement.programmes.create(name="Bank sampah")
    indicator = Indicator.objects.create(programme=programme, name="Tonase", unit="ton")
    Measurement.objects.create(indicator=indicator, measured_on=dt.date(2026, 1, 31), value=12)
    Evaluation.objects.create(
        agreement=agreement, evaluated_on=dt.date(2026, 6, 30), rating=4, findings="Baik", advice="CONTINUE"
    )
    make_agreement_paper(agreement, title="Naskah KB")
    agreement.notes.create(region=batam, text="Ingatkan Malang.", by=officer)
    agreement.refresh_from_db()
    return agreement


def get(client, agreement, name="detail", **kw):
    return client.get(reverse(f"agreements:{name}", args=[agreement.pk]), **kw)


def text(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("months", "words"), [(1, "1 month"), (12, "1 year"), (18, "18 months"), (24, "2 years"), (None, "")]
)
def test_a_term_of_whole_years_is_told_in_years(months, words):
    with translation.override("en"):
        assert Agreement(term_months=months).term_in_words == words


def test_everything_of_an_agreement_is_told(client, told):
    page = text(get(client, told))

    for words in [
        "Kerja sama sampah", "Kota Batam – Malang Regency", "In force", "Memorandum of understanding", "Voluntary inter-regional",
        "16 June 2025", "over a video link", "Hybrid", "all parties", "via Zoom", "stated as “Senin (16/6)”", "Inferred",
        "Penandatanganan di Batam", "15 June 2028", "stated as “3 (tiga) tahun”", "3 years", "30 days before the end",
        "until 16 May 2028", "from 16 June 2025", "Counterpart", "Kept by Kota Batam",
        "First party", "Second party", "21.71", "35.07", "17/KB/2025", "35/KB/2025", "Dinas Lingkungan Hidup",
        "Jl. Engku Putri 1", "on behalf of Forum Daerah", "pihak kedua", "Amsakar Achmad", "Wali Kota Batam", "M Sanusi",
        "Pj. Bupati Malang", "on behalf of Gubernur", "12/SK",
        "Data", "Bertukar data", "Mutual", "Melatih petugas", "From us", "Mengirim kompos", "From partner", "Tourism",
        "Pengelolaan sampah.", "Kota bersih.", "Sampah berkurang.", "APBD masing-masing.", "Perlu dipantau.", "Tidak membebani.",
        "Not required", "batampos, Batam dan Malang", "Ditandatangani Juni", "Kunjungan penjajakan", "Sepakat menyusun KB",
        "It came from this visit", "di aula", "Naskah KB", "Ingatkan Malang.",
    ]:  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize("page", ["detail", "print"])
def test_a_start_is_told_as_exactly_as_it_is_known(client, officer, batam, malang, page):
    by_signing = make_agreement(batam, malang, term_months=12)
    by_signing.signings.create(precision="MONTH", starts_on=dt.date(2024, 2, 1), ends_on=dt.date(2024, 2, 29))
    stated = make_agreement(batam, malang, valid_from=dt.date(2023, 1, 1), validity_precision="YEAR")

    by_signing, stated = text(get(client, by_signing, page)), text(get(client, stated, page))

    assert ("February 2024" in by_signing, "1 February 2024" in by_signing) == (True, False)
    assert ("2023" in stated, "1 January 2023" in stated) == (True, False)


def test_of_an_end_in_some_month_no_last_day_for_notice_is_made_up(client, officer, batam, malang):
    bounds = {"valid_from": dt.date(2025, 1, 1), "valid_until": dt.date(2029, 12, 31), "notice_days": 30}
    exact = make_agreement(batam, malang, **bounds)
    vague = make_agreement(batam, malang, **bounds, validity_precision="YEAR")

    assert "until 1 December 2029" in text(get(client, exact))
    assert "until 1 December 2029" not in text(get(client, vague))


def test_the_other_side_reads_the_directions_the_other_way_round(client, told, malang):
    client.force_login(make_officer(malang, language="en"))

    page = text(get(client, told))

    assert (
        page.index("Melatih petugas")
        < page.index("From partner")
        < page.index("Mengirim kompos")
        < page.index("From us")
    )


def test_a_reader_of_no_side_reads_the_names(client, told):
    client.force_login(make_superuser(language="en"))

    page = text(get(client, told))

    assert "From us" not in page
    assert "Kota Batam → Malang Regency" in page
    assert "From Malang Regency" in page


def test_visits_that_the_reader_may_not_see_are_not_named(client, officer, batam, malang):
    agreement = make_agreement(batam, malang)
    hidden = make_visit(malang, make_region("Kabupaten Soppeng"), title="Kunjungan rahasia")
    agreement.visit_links.create(visit=hidden, outcome=make_outcome(hidden, "Hasil rahasia"), note="catatan rahasia")
    agreement.signings.create(precision="UNKNOWN", ceremony=hidden)

    for name in ("detail", "print", "timeline"):
        assert "rahasia" not in text(get(client, agreement, name)), name
    client.force_login(make_officer(malang))
    assert "Kunjungan rahasia" in text(get(client, agreement))


def test_what_is_missing_is_told_to_those_who_keep_the_record(client, told, malang):
    page = text(get(client, told))

    for gap in [
        "The date of the signing is inferred; no source states it in full.",
        "Malang Regency: no responsible unit is named.",
    ]:
        assert gap in page, gap
    assert "Complete:" in page
    client.force_login(make_officer(malang, language="en"))
    assert "Still missing" not in text(get(client, told))


def test_a_paper_that_a_step_asks_for_is_a_gap_until_it_is_there(client, officer, batam, malang):
    reference.load()
    agreement = make_agreement(batam, malang, category="KSDD_S", kind="PKS")
    moving.start(agreement, by=officer)
    gap = "Paper missing: Terms of reference (Preparation)."

    assert gap in text(get(client, agreement))
    make_agreement_paper(agreement, kind="TOR")
    assert gap not in text(get(client, agreement))


def test_an_empty_agreement_lists_its_gaps(client, officer, batam):
    agreement = make_agreement(batam, title="")
    page = text(get(client, agreement))

    for gap in [
        "The category is not determined.", "Fewer than two parties are named.", "How long it is valid is not known.",
        "No point of the scope is written down.", "No sector is chosen.", "The objectives are not written down.",
        "How it is funded is not written down.", "No source is named.", "Complete: 0 of 9",
    ]:  # fmt: skip
        assert gap in page, gap
    for gap in ["The exact day of the signing", "No work programme", "the number of its original"]:
        assert gap not in page, gap


def test_a_signed_agreement_without_date_number_or_signatory_says_so(client, officer, batam, malang):
    agreement = make_agreement(batam, malang)
    agreement.signings.create(precision="UNKNOWN")

    page = text(get(client, agreement))

    for gap in [
        "Kota Batam: the number of its original is missing.", "Malang Regency: nobody is named as having signed.",
        "The exact day of the signing is not known.", "The place of the signing is not known.",
        "The notice period is not known.", "No work programme is planned under it.",
    ]:  # fmt: skip
        assert gap in page, gap


def test_the_end_that_an_amendment_moved_is_told(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, signed=dt.date(2024, 1, 1), term_months=12)
    make_agreement(
        batam,
        malang,
        nature="AMENDMENT",
        predecessor=agreement,
        signed=dt.date(2024, 6, 1),
        valid_until=dt.date(2027, 1, 5),
    )

    page = text(get(client, agreement))

    assert "5 January 2027" in page
    assert "moved by an amendment or addendum" in page


def test_the_page_costs_the_same_however_much_hangs_on_the_agreement(client, told, officer, batam, malang):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            get(client, told)
        return len(queries)

    make_agreement(batam, malang, parent=told)
    few = ask()
    for number in range(2):
        other = make_region(f"Kota {number}")
        party = told.parties.create(region=other, role="NTH", unit=make_organisation(region=other))
        party.signatories.create(official=make_official())
        told.scope.create(text="Lagi", direction="ONE_WAY", giver=party, sector=make_sector(f"s{number}"))
        told.sector_links.create(sector=make_sector(f"s{number}"))
        visit = make_visit(batam, other)
        told.visit_links.create(visit=visit, outcome=make_outcome(visit))
        told.citations.create(source=told.sources.create(outlet="x"), fact="y")
        told.signings.create(precision="UNKNOWN", party=party, ceremony=visit, place=other)
        make_agreement_paper(told)
        told.notes.create(region=batam, text=f"Catatan {number}", by=officer)
        told.programmes.create(name=f"Program {number}")
        make_agreement(batam, other, nature="ADDENDUM", predecessor=told)
        make_agreement(batam, other, parent=told)

    assert ask() == few
    assert few <= 14


def test_only_those_who_keep_the_record_are_offered_to_edit_it(client, told, batam, malang):
    url = reverse("agreements:edit", args=[told.pk])
    assert f'href="{url}"' in text(get(client, told))
    for reader in [make_viewer(batam), make_officer(malang)]:
        client.force_login(reader)
        assert f'href="{url}"' not in text(get(client, told))


@pytest.mark.parametrize("name", ["detail", "print", "history", "timeline"])
class TestWhoMayRead:
    def test_a_reader(self, client, told, batam, name):
        client.force_login(make_viewer(batam))
        assert get(client, told, name).status_code == 200

    def test_a_stranger(self, client, told, name):
        client.force_login(make_officer(make_region("Kota Medan")))
        assert get(client, told, name).status_code == 404

    def test_anonymous(self, client, told, name):
        client.logout()
        assert get(client, told, name).status_code == 302

    def test_only_asks(self, client, told, name):
        assert client.post(reverse(f"agreements:{name}", args=[told.pk])).status_code == 405

    def test_no_such_agreement(self, client, officer, name):
        assert client.get(reverse(f"agreements:{name}", args=[999_999])).status_code == 404


# Print


def test_the_sheet_holds_the_record_and_no_notes(client, told):
    page = text(get(client, told, "print"))

    for words in [
        "Agreement sheet", "Kota Batam", "17/KB/2025", "M Sanusi, Pj. Bupati Malang", "16 June 2025", "15 June 2028", "In force",
        "Bertukar data", "Kota Batam → Malang Regency", "Started", "Kunjungan penjajakan", "batampos",
    ]:  # fmt: skip
        assert words in page, words
    assert "Ingatkan Malang." not in page


# History


def test_the_history_tells_who_changed_what(client, told, officer):
    told.title = "Nama baru"
    told.save()

    page = text(get(client, told, "history"))

    for words in ("Nama baru", "Bank sampah", "Tonase", "Baik"):
        assert words in page, words
    part = text(get(client, told, "history", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "Changed: agreement" in part


# Timeline


def events(client, agreement, **asked):
    response = client.get(reverse("agreements:timeline", args=[agreement.pk]), asked)
    return [(event.kind, event.title) for event in response.context["events"]]


def test_the_timeline_tells_everything_newest_first(client, told):
    response = get(client, told, "timeline")
    found = response.context["events"]

    assert {event.kind for event in found} == set(Kind.values) - {"ACT"}
    days = [event.day for event in found]
    assert days == sorted(days, reverse=True)
    page = text(response)
    for words in [
        "Kunjungan penjajakan",
        "Tonase: 12 ton",
        "Started: Mapping of affairs",
        "Signed by all parties",
        "4 / 5",
        "Naskah KB",
        "Ingatkan Malang.",
    ]:
        assert words in page, words


def test_acts_on_it_stand_in_the_timeline(client, told, batam, malang):
    make_agreement(batam, malang, title="Adendum 1", nature="ADDENDUM", predecessor=told, signed=dt.date(2026, 1, 1))
    make_agreement(batam, malang, title="PKS bank sampah", kind="PKS", parent=told)

    assert events(client, told, kind="ACT") == [("ACT", "PKS bank sampah"), ("ACT", "Adendum 1")]
    assert "Made under it · In preparation" in text(get(client, told, "timeline"))


@pytest.mark.parametrize("kind", Kind.values)
def test_the_timeline_is_narrowed_to_one_kind(client, told, kind):
    assert {found for found, _title in events(client, told, kind=kind)} <= {kind}
    assert get(client, told, "timeline", headers={"HX-Request": "true"}).status_code == 200


def test_a_kind_that_does_not_exist_narrows_nothing(client, told):
    assert events(client, told, kind="\x00x") == events(client, told)


def test_the_other_side_does_not_read_our_notes_or_restricted_papers(client, told, batam, malang):
    make_agreement_paper(told, owner=batam, title="Telaahan rahasia", access="RESTRICTED")
    client.force_login(make_officer(malang, language="en"))

    page = text(get(client, told, "timeline"))

    assert "Ingatkan Malang." not in page
    assert "rahasia" not in page
    assert "Naskah KB" in page


@pytest.mark.parametrize("kind", ["", *Kind.values])
def test_the_timeline_costs_the_same_for_one_event_as_for_three(client, told, officer, batam, malang, kind):
    url = reverse("agreements:timeline", args=[told.pk])

    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(url, {"kind": kind})
        return len(queries)

    make_agreement(batam, malang, nature="ADDENDUM", predecessor=told)
    few = ask()
    for _ in range(2):
        make_agreement(batam, malang, nature="ADDENDUM", predecessor=told)
        make_agreement_paper(told, by=officer)
        told.notes.create(region=batam, text="x", by=officer)
        told.visit_links.create(visit=make_visit(batam, malang))
        told.scope.create(text="Lagi")
    assert ask() == few


@pytest.mark.parametrize("name", ["timeline", "history"])
def test_a_page_that_tells_of_every_table_takes_fifteen_queries(
    client, told, officer, batam, malang, django_assert_max_num_queries, name
):
    with pghistory.context(user=officer.pk):
        bintan = make_region("Kabupaten Bintan")
        party = told.parties.create(region=bintan, role="NTH", unit=make_organisation(region=bintan))
        party.signatories.create(official=make_official())
        told.scope.create(text="Lagi", direction="ONE_WAY", giver=party, sector=make_sector("s1"))
        visit = make_visit(batam, bintan)
        told.visit_links.create(visit=visit, outcome=make_outcome(visit))
        told.citations.create(source=told.sources.create(outlet="x"), fact="y")
        told.signings.create(precision="UNKNOWN", party=party, ceremony=visit, place=bintan)
        told.parent = make_agreement(batam, bintan, title="")
        told.save()
        make_agreement_paper(told, by=officer)
        make_agreement(batam, bintan, nature="ADDENDUM", predecessor=told)
        make_agreement(batam, bintan, parent=told)
        make_correction(told, malang)
        make_confirmation(told.parties.get(region=malang))
        make_handover(told, malang)

    with django_assert_max_num_queries(15):
        page = text(get(client, told, name))

    assert "Bintan" in page
