import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_agenda_item,
    make_agreement,
    make_attachment,
    make_citation,
    make_delegate,
    make_delegation,
    make_note,
    make_officer,
    make_official,
    make_organisation,
    make_outcome,
    make_region,
    make_sector,
    make_signing,
    make_source,
    make_statement,
    make_topic,
    make_unit_user,
    make_venue,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db


def get(client, visit, name="detail", **kw):
    return client.get(reverse(f"visits:{name}", args=[visit.pk]), **kw)


def text(response):
    return " ".join(response.content.decode().split())


def test_everything_of_a_visit_is_told(client, officer, told):
    page = text(get(client, told))

    for words in [
        "Malang Regency → Kota Batam", "16 June 2025", "Inferred", "stated as “Senin (16/6)”", "Kantor Wali Kota Batam",
        "Mempelajari tata kelola", "Working visit", "Incoming", "Completed", "21.71", "35.07",
        "± 65 people", "on behalf of", "Wali Kota Xiangyang", "Xiangyang", "M Sanusi", "Pj. Bupati Malang", "Head of delegation",
        "Ketua Komisi DPRD", "name not stated", "para kepala desa", "≥ 20", "Pertanian dan pariwisata",
        "Jefridin Hamid", "on behalf of Wali Kota Batam",
        "Paparan sejarah", "led by Amsakar", "Done", "Peninjauan Nongsa", "Planned",
        "Food", "discussed in depth", "paket wisata", "Batam terbuka.", "Ia ingin industri tumbuh.", "He wants growth.",
        "Mendalami e-government", "Decision", "Verbal", "From partner", "Bappeda, Malang Regency", "due 1 July 2025", "requested by M Sanusi",
        "Overdue", "Perusahaan siap", "From us", "≥ 100 perusahaan", "Bupati → Bappeda",
        "batampos, Kunjungan Bupati", "Arjuna", "https://example.org/a", "Isi &lt;b&gt;berita&lt;/b&gt;.", "Tahun 2025", "Tanpa sumber",
        "Bimtek Smart City", "phase 2", "of 4", "number 3", "kunjungan ke Batam",
        "Kunjungan pertama", "Kunjungan balasan", "Tahap satu", "Pertemuan dibuka.", "Hujan deras.",
        "Notulen rapat", "Perhatikan cabai.", "Kept by Kota Batam",
    ]:  # fmt: skip
        assert words in page, words


def test_the_head_of_a_delegation_stands_first(client, officer, told):
    page = text(get(client, told))

    assert page.index("Pj. Bupati Malang") < page.index("para kepala desa") < page.index("Ketua Komisi DPRD")


def test_the_other_side_reads_the_directions_the_other_way_round(client, told, malang):
    client.force_login(make_officer(malang, language="en"))

    page = text(get(client, told))

    assert "Outgoing" in page
    assert page.index("Mendalami e-government") > page.index("From us")
    assert page.index("From us") < page.index("From partner")


def test_a_reader_of_neither_side_reads_who_owes_whom(client, told):
    client.force_login(make_unit_user(told.outcomes.get(kind="DECISION").responsible, language="en"))
    told.outcomes.get(kind="DECISION")

    assert get(client, told).status_code == 200


def test_a_unit_is_led_to_the_follow_ups_that_it_sees(client, told):
    given = told.outcomes.get(kind="DECISION")
    make_outcome(told, "Kirim data", follow_up="OPEN")
    client.force_login(make_unit_user(given.responsible, language="en"))

    there = get(client, told)

    page, others = text(there), [one for one in told.outcomes.exclude(pk=given.pk) if one.follow_up != "NOT_NEEDED"]
    link = reverse("followups:new") + "?outcome={}"
    assert link.format(given.pk) in page
    assert client.get(link.format(given.pk)).status_code == 302
    assert others
    for one in others:
        assert f'{link.format(one.pk)}"><span class="badge' not in page
        assert one.get_follow_up_display() in page


def test_what_is_missing_is_told_to_those_who_keep_the_record(client, officer, told, malang):
    page = text(get(client, told))
    assert "The date is inferred; no source states it in full." in page
    assert "Parts of the agenda are still marked as planned" in page
    assert "is overdue" in page

    client.force_login(make_officer(malang, language="en"))
    assert "Still missing" not in text(get(client, told))


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        (dt.time(9, 0), dt.time(15, 45), "16 June 2025, 09:00–15:45"),
        (dt.time(9, 0), None, "16 June 2025, 09:00 "),
        (None, dt.time(15, 45), "16 June 2025, until 15:45"),
    ],
)
def test_the_hours_are_told_as_far_as_they_are_known(client, officer, batam, malang, begins, ends, words):
    assert words in text(get(client, make_visit(batam, malang, start_time=begins, end_time=ends)))


def test_an_empty_visit_lists_its_gaps(client, officer, batam):
    page = text(get(client, make_visit(batam, False, on=None)))

    for gap in [
        "The exact date is not known.", "No kind of visit is chosen.", "The purpose is not written down.", "The venue is not known.",
        "No sector is chosen.", "No source is named.", "The guests are not known.", "Nobody is named as having received the guests.",
        "No outcome is recorded.", "There are no minutes.",
    ]:  # fmt: skip
        assert gap in page, gap


@pytest.mark.parametrize(("status", "missed"), [("CANCELLED", False), ("POSTPONED", False), ("SCHEDULED", True)])
def test_a_visit_that_did_not_take_place_misses_no_minutes(client, officer, batam, malang, status, missed):
    page = text(get(client, make_visit(batam, malang, status=status)))

    assert ("There are no minutes." in page, "No outcome is recorded. If" in page) == (missed, missed)


def test_the_page_costs_the_same_however_much_hangs_on_the_visit(client, officer, told):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            get(client, told)
        return len(queries)

    few = ask()
    for _ in range(2):
        guests = make_delegation(told, organisation=make_organisation(region=make_region(f"Kota {_}")))
        make_delegate(guests, "Seseorang", official=make_official(), organisation=guests.organisation)
        make_agenda_item(told, venue=make_venue(f"Aula {_}"))
        make_outcome(
            told,
            responsible=make_organisation(),
            sector=make_sector(f"s{_}", f"Sektor {_}", f"Sector {_}"),
            follow_up="OPEN",
        )
        make_statement(told, official=make_official())
        make_topic(told, make_sector(f"s{_}"))
        make_citation(told, source=make_source(told))
        make_attachment(told)
        make_note(told, officer.home_region)
        make_visit(told.host_region, mentioned_in=told, standing="CLAIMED")

    assert ask() == few
    assert few <= 12


def test_only_those_who_keep_the_record_are_offered_to_edit_it(client, officer, told, batam, malang):
    assert reverse("visits:edit", args=[told.pk]) in text(get(client, told))
    for reader in [make_viewer(batam), make_officer(malang)]:
        client.force_login(reader)
        assert reverse("visits:edit", args=[told.pk]) not in text(get(client, told))


@pytest.mark.parametrize("name", ["detail", "print", "history"])
class TestWhoMayRead:
    def test_a_reader(self, client, told, batam, name):
        client.force_login(make_viewer(batam))
        assert get(client, told, name).status_code == 200

    def test_a_stranger(self, client, told, name):
        client.force_login(make_officer(make_region("Kota Medan")))
        assert get(client, told, name).status_code == 404

    def test_nobody(self, client, told, name):
        response = get(client, told, name)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))

    def test_nothing_is_posted(self, client, officer, told, name):
        assert client.post(reverse(f"visits:{name}", args=[told.pk])).status_code == 405

    @pytest.mark.parametrize("pk", [0, 999_999, 10**30])
    def test_a_visit_that_does_not_exist(self, client, officer, name, pk):
        assert client.get(reverse(f"visits:{name}", args=[pk])).status_code == 404


def test_the_history_names_who_changed_what(client, officer, told):
    told.purpose = "Belajar tentang cabai"
    told.save()

    page = text(get(client, told, "history"))

    assert "<del>Mempelajari tata kelola</del>" in page
    assert "<ins>Belajar tentang cabai</ins>" in page


def test_what_was_saved_at_once_is_one_entry_and_begins_with_the_visit(client, officer, told):
    page = text(get(client, told, "history"))

    assert page.count('class="timeline-item"') == 1
    assert page.index("Added: visit") < page.index("Added: delegation") < page.index("Added: outcome")


def test_the_page_of_the_visit_fetches_the_last_changes(client, officer, told):
    part = text(get(client, told, "history", headers={"HX-Request": "true"}))

    assert "<html" not in part
    assert "outcome (2)" in part
    assert "Added: agenda item (2), attachment" in part
    assert reverse("visits:history", args=[told.pk]) in part


def test_the_history_keeps_the_notes_of_each_side_to_itself(client, told, malang):
    client.force_login(make_officer(malang, language="en"))

    assert "Perhatikan cabai." not in text(get(client, told, "history"))
    assert "Perhatikan cabai." not in text(get(client, told))


def test_a_visit_of_which_nothing_is_known_is_told_as_well(client, officer, batam):
    unit = make_organisation("Kominfo", batam)
    visit = make_visit(
        batam,
        False,
        host_region=None,
        host_organisation=unit,
        on=None,
        precision="WEEKDAY_ONLY",
        weekday=3,
        date_as_stated="Kamis lalu",
    )

    page = text(get(client, visit))

    assert "Guests unknown → Kominfo" in page
    assert "Thursday, date unknown" in page


def test_agreements_that_came_from_the_visit_are_named_to_those_who_may_see_them(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    came = make_agreement(batam, malang, title="Lahir dari kunjungan")
    came.visit_links.create(visit=visit)
    make_signing(make_agreement(batam, malang, title="Ditandatangani di sana"), ceremony=visit)
    hidden = make_agreement(malang, make_region("Kabupaten Soppeng"), title="Urusan mereka")
    hidden.visit_links.create(visit=visit)
    make_agreement(batam, malang, title="Tidak terkait")

    page = text(get(client, visit))

    assert "Lahir dari kunjungan" in page
    assert "Ditandatangani di sana" in page
    assert "Urusan mereka" not in page
    assert "Tidak terkait" not in page
