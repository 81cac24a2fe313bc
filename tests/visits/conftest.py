"""Records that several tests of visits read."""

import datetime as dt

import pytest

from tests.factories import (
    make_agenda_item,
    make_attachment,
    make_citation,
    make_delegate,
    make_delegation,
    make_kind,
    make_malangs,
    make_note,
    make_officer,
    make_official,
    make_organisation,
    make_outcome,
    make_place,
    make_region,
    make_sector,
    make_series,
    make_source,
    make_statement,
    make_topic,
    make_venue,
    make_visit,
)


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


@pytest.fixture
def told(batam, malang):
    """A visit with something in every table that hangs on it."""
    series = make_series(owner=batam, phases_planned=4)
    visit = make_visit(
        batam,
        malang,
        kinds=[make_kind()],
        purpose="Mempelajari tata kelola",
        date_as_stated="Senin (16/6)",
        date_certainty="INFERRED",
        venue=make_venue("Kantor Wali Kota Batam", batam),
        minutes="Pertemuan dibuka.",
        remarks="Hujan deras.",
        series=series,
        phase=2,
        ordinal_claimed=3,
        ordinal_of="kunjungan ke Batam",
    )
    guests = visit.delegations.get()
    guests.headcount, guests.headcount_comparator, guests.topics = 65, "ABOUT", "Pertanian dan pariwisata"
    guests.on_behalf_of, guests.on_behalf_of_region = "Wali Kota Xiangyang", make_place("Xiangyang")
    guests.save()
    make_delegate(guests, "", form="GROUP", capacity="para kepala desa", count=20, count_comparator="AT_LEAST")
    make_delegate(guests, "", form="ROLE_ONLY", capacity="Ketua Komisi DPRD", position=1)
    make_delegate(
        guests,
        "M Sanusi",
        capacity="Bupati Malang",
        manner="PJ",
        role="LEADER",
        official=make_official("HM Sanusi"),
        position=2,
    )
    hosts = make_delegation(visit, region=batam, side="HOST")
    make_delegate(hosts, "Jefridin Hamid", capacity="Sekda", role="LEADER", on_behalf_of="Wali Kota Batam")
    make_agenda_item(visit, "Paparan sejarah", venue=visit.venue, led_by="Amsakar", state="DONE")
    make_agenda_item(visit, "Peninjauan Nongsa", kind="SITE_VISIT", state="PLANNED")
    make_topic(visit, make_sector(), note="paket wisata")
    make_topic(visit, make_sector("food", "Pangan", "Food"), emphasised=True)
    make_statement(visit, "Batam terbuka.", official=make_official())
    make_statement(
        visit, "Ia ingin industri tumbuh.", speaker="M Sanusi", verbatim=False, translation="He wants growth."
    )
    unit = make_organisation("Bappeda", malang)
    make_outcome(
        visit, "Mendalami e-government", kind="DECISION", direction="GUEST_TO_HOST", nature="VERBAL", follow_up="OPEN",
        responsible=unit, requested_by="M Sanusi", due_on=dt.date(2025, 7, 1), sector=make_sector(), given_by="Bupati", given_to="Bappeda",
    )  # fmt: skip
    make_outcome(
        visit,
        "Perusahaan siap",
        kind="PLEDGE",
        direction="HOST_TO_GUEST",
        quantity="100",
        comparator="AT_LEAST",
        unit="perusahaan",
    )
    source = make_source(
        visit,
        "batampos",
        title="Kunjungan Bupati",
        author="Arjuna",
        url="https://example.org/a",
        full_text="Isi <b>berita</b>.",
    )
    make_citation(visit, "Tahun 2025", source=source, certainty="INFERRED", quote="Senin (16/6)")
    make_citation(visit, "Tanpa sumber")
    make_visit(batam, malang, standing="CLAIMED", mentioned_in=visit, on=None, title="Kunjungan pertama")
    make_visit(malang, batam, replies_to=visit, title="Kunjungan balasan")
    make_visit(batam, False, series=series, phase=1, title="Tahap satu")
    make_attachment(visit, title="Notulen rapat")
    make_note(visit, batam, "Perhatikan cabai.")
    return visit
