"""The form of an agreement: what is typed is what is stored, once, and read back with nothing lost."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.lookups import AgreementLookup, OutcomeLookup
from agreements.models import (
    Agreement,
    AgreementCitation,
    AgreementSource,
    AgreementVisit,
    Party,
    ScopePoint,
    Signatory,
    Signing,
)
from records.history import event_model
from tests import factories as make
from tests.sent import buttons_on, problems_on, sent_by
from visits.lookups import VisitLookup
from visits.models import Outcome, Visit

pytestmark = pytest.mark.django_db
NEW = "/agreements/new/"


def edit(agreement):
    return f"/agreements/{agreement.pk}/edit/"


def pressed(client, url, data, **button):
    """Press a button of a row; what the page holds afterwards."""
    answer = client.post(url, data | button)
    assert answer.status_code == 200
    assert problems_on(answer) == []
    return sent_by(answer)


def chosen(field, record, user):
    """What the combobox sends for a record that is found by its words alone."""
    lookup = {Agreement: AgreementLookup, Visit: VisitLookup, Outcome: OutcomeLookup}[type(record)](user)
    return {field: str(record.pk), f"{field}_text": lookup.option(record).label}


def minimal(client, **more):
    """The empty form with its two parties."""
    return sent_by(client.get(NEW)) | {"category": "KSDD_S", "parties-1-region_text": "35.07"} | more


def test_an_agreement_needs_no_more_than_its_parties(client, batam, malang, officer):
    data = sent_by(client.get(NEW)) | {"parties-1-region_text": "35.07"}

    answer = client.post(NEW, data)

    assert problems_on(answer) == []
    agreement = Agreement.objects.get()
    assert answer.status_code == 302
    assert [(p.region, p.role) for p in agreement.parties.all()] == [(batam, "FIRST"), (malang, "SECOND")]
    assert (agreement.owner, agreement.created_by, agreement.category) == (batam, officer, "UNDETERMINED")
    assert (agreement.is_signed, agreement.process) == (False, None)


def test_what_was_saved_is_shown_again_field_by_field(client, batam, malang, officer):
    """Everything that the form can hold, in one agreement."""
    make.make_process()
    bappeda, visit = make.make_organisation("Bappeda", malang), make.make_visit(batam, malang)
    outcome = make.make_outcome(visit)
    sectors = [make.make_sector(), make.make_sector("food", "Pangan", "Food")]
    before = make.make_agreement(batam, malang, signed=dt.date(2019, 1, 2), title="Yang lama")
    parent = make.make_agreement(batam, malang, title="Payung")
    data = minimal(client)
    for target in (
        "parties-0-signatories",
        "parties-1-signatories",
        "signings",
        "scope",
        "visits",
        "sources",
        "citations",
    ):
        data = pressed(client, NEW, data, add=target)
    data = pressed(client, NEW, data, add="sources-0-citations")
    data |= {
        "title": "Kesepakatan Bersama", "kind": "KB", "kind_certainty": "OFFICIAL", "category_certainty": "INFERRED",
        "nature": "RENEWAL", "initiator": "COUNTERPART",
        **chosen("predecessor", before, officer), **chosen("parent", parent, officer), "term": "18", "term_unit": "months", "notice_days": "60",
        "valid_from": "2025-02-01", "validity_as_stated": "18 bulan", "validity_certainty": "OFFICIAL",
        "about": "Ringkasan", "objectives": "Tujuan", "benefits": "Manfaat", "funding": "APBD", "remarks": "Catatan",
        "burdens_public": "false", "outside_budget": "true", "council_note": "Dinilai TKKSD",
        "sectors": sorted((str(sector.pk) for sector in sectors), key=int),
        "parties-0-number": "12/KB/2025", "parties-1-number": "7/PKS/2025", "parties-1-unit_text": bappeda.label,
        "parties-1-on_behalf_of": "Bupati Malang", "parties-1-on_behalf_of_region_text": "35.07",
        "parties-1-liaison": "Jl. Merdeka 1", "parties-1-certainty": "OFFICIAL", "parties-1-quote": "Pihak Kedua",
        "parties-0-signatories-0-name": "Amsakar Achmad", "parties-0-signatories-0-capacity": "Wali Kota Batam",
        "parties-1-signatories-0-name": "M Sanusi", "parties-1-signatories-0-capacity": "Bupati Malang",
        "parties-1-signatories-0-on_behalf_of": "Pemkab", "parties-1-signatories-0-power": "Kuasa 1/2025",
        "signings-0-precision": "RANGE", "signings-0-first": "2025-01-13", "signings-0-last": "2025-01-14",
        "signings-0-date_as_stated": "pertengahan Januari", "signings-0-date_certainty": "INFERRED",
        "signings-0-place_text": "21.71", "signings-0-place_as_stated": "Ruang rapat", "signings-0-mode": "HYBRID",
        "signings-0-by_video_link": "on", **chosen("signings-0-ceremony", visit, officer), "signings-0-note": "Hujan",
        "scope-0-heading": "Digital", "scope-0-text": "Pendampingan teknis", "scope-0-sector": str(sectors[0].pk),
        "scope-0-direction": "ONE_WAY", "scope-0-giver": "row-1", "scope-0-receiver": "row-0",
        "scope-0-certainty": "OFFICIAL", "scope-0-quote": "Malang memberi",
        **chosen("visits-0-outcome", outcome, officer), "visits-0-relation": "TALKS", "visits-0-note": "Dibahas",
        "sources-0-outlet": "batampos", "sources-0-full_text": "Isi\r\nberita", "sources-0-citations-0-fact": "Ada",
        "sources-0-citations-0-about": "SCOPE", "citations-0-fact": "Tanpa sumber", "citations-0-about": "KIND",
    }  # fmt: skip

    answer = client.post(NEW, data)

    assert problems_on(answer) == []
    agreement = Agreement.objects.get(title="Kesepakatan Bersama")
    assert (agreement.term_months, agreement.burdens_public, agreement.outside_budget) == (18, False, True)
    assert (agreement.predecessor, agreement.parent, agreement.notice_days) == (before, parent, 60)
    assert agreement.step.code == "signed"
    point = agreement.scope.get()
    assert (point.giver.region, point.receiver.region) == (malang, batam)
    assert agreement.visit_links.get().visit == visit
    shown = sent_by(client.get(edit(agreement)))
    same = {
        name: value
        for name, value in data.items()
        if not name.endswith(("_text", "-key", "FORMS"))
        and name not in ("submission", "scope-0-giver", "scope-0-receiver")
    }
    same = {name: value if isinstance(value, list) else [value] for name, value in same.items()}
    found = {
        "visits-0-visit": visit, "parties-1-region": malang, "parties-1-on_behalf_of_region": malang,
        "parties-1-unit": bappeda, "signings-0-place": batam,
    }  # fmt: skip
    same |= {name: [str(record.pk)] for name, record in found.items()}
    shown["sectors"].sort(key=int)
    assert {name: shown.get(name) for name in same} == same
    assert shown["scope-0-giver"] == [str(agreement.parties.last().pk)]


def test_saving_without_a_change_changes_nothing(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang, signed=dt.date(2025, 6, 16), term_months=36)
    make.make_signing(make.make_agreement(batam, malang), party=None)
    Signatory.objects.create(party=agreement.parties.first(), name="Amsakar", capacity="Wali Kota")
    ScopePoint.objects.create(agreement=agreement, text="x", direction="ONE_WAY", giver=agreement.parties.first())
    counted = {model: event_model(model).objects.count() for model in (Party, Signatory, Signing, ScopePoint)}
    agreement.refresh_from_db()

    answer = client.post(edit(agreement), sent_by(client.get(edit(agreement))))

    assert problems_on(answer) == []
    assert {model: event_model(model).objects.count() for model in counted} == counted


def test_the_same_form_sent_twice_is_one_agreement(client, batam, malang, officer):
    data = minimal(client)

    first, second = client.post(NEW, data), client.post(NEW, data)

    assert first.headers["Location"] == second.headers["Location"]
    assert Agreement.objects.count() == 1


def test_typing_on_after_the_way_back_is_told_and_kept(client, batam, malang, officer):
    data = minimal(client)
    client.post(NEW, data)

    answer = client.post(NEW, data | {"title": "Lain"})

    assert answer.status_code == 409
    assert "This form was saved already" in answer.content.decode()
    assert sent_by(answer)["title"] == ["Lain"]
    assert Agreement.objects.count() == 1


def test_a_row_asks_for_a_party_that_is_only_typed_yet(client, batam, malang, officer):
    data = minimal(client)

    answer = client.post(NEW, data | {"add": "scope"}, headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert f'<option value="row-0">Party 1: {batam.name}</option>' in page
    assert '<option value="row-1">Party 2: 35.07</option>' in page


def test_a_party_that_was_removed_cannot_have_signed(client, batam, malang, officer):
    data = pressed(client, NEW, minimal(client), add="signings")
    data |= {"signings-0-party": "row-1", "signings-0-day": "2025-01-02", "parties-1-removed": "yes"}

    answer = client.post(NEW, data)

    assert problems_on(answer) == ["Signing 1: Signed by: This party was removed. Choose another one, or put it back."]


def test_removing_a_stored_party_frees_what_it_gave(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    second = agreement.parties.last()
    ScopePoint.objects.create(agreement=agreement, text="x", direction="ONE_WAY", giver=second)
    data = sent_by(client.get(edit(agreement))) | {"parties-1-removed": "yes"}

    refused = client.post(edit(agreement), data)
    data = sent_by(refused) | {"scope-0-giver": str(agreement.parties.first().pk)}
    answer = client.post(edit(agreement), data)

    assert refused.status_code == 422
    assert answer.status_code == 302
    assert agreement.scope.get().giver == agreement.parties.get()


def test_signings_one_by_one_stay_as_they_are(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    for day, party in enumerate(agreement.parties.all(), start=1):
        make.make_signing(agreement, dt.date(2024, 1, day), party=party)

    answer = client.post(edit(agreement), sent_by(client.get(edit(agreement))) | {"title": "Nama baru"})

    assert answer.status_code == 302
    assert {(one.party.region, one.starts_on.day) for one in agreement.signings.all()} == {(batam, 1), (malang, 2)}


def test_what_is_typed_is_held_against_rows_that_nobody_touched(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    first = agreement.parties.first()
    make.make_signing(agreement, party=first)
    data = pressed(client, edit(agreement), sent_by(client.get(edit(agreement))), add="parties")
    data = pressed(client, edit(agreement), data | {"parties-2-region_text": "35.07"}, add="signings")
    data |= {"signings-1-day": "2024-01-02", "signings-1-party": str(first.pk)}

    answer = client.post(edit(agreement), data)

    assert answer.status_code == 422
    assert problems_on(answer) == [
        "Party 3: Region: This party is in the agreement already. Remove one of the two rows.",
        "Signing 2: Signed by: This party signed already: see the row above.",
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"party": "row-0"}, {"party": "row-0"}], "Signing 2: Signed by: This party signed already: see the row above."),
        ([{}, {}], "Signing 2: Signed by: All parties signed already: see the row above. Choose the one that signed here."),
        ([{}, {"party": "row-1"}], "Signing 1: Signed by: Another row says that one party signed alone. Choose the party that signed here."),
        ([{"day": "2199-01-01"}], "Signing 1: Date: A signing lies in the past or is today. Leave it out until it is signed, or correct the date."),
        ([{"day": "31/31/2024"}], "Signing 1: Date: This is not a date. Write it like 22/11/2026."),
    ],
)  # fmt: skip
def test_signings_that_cannot_be_are_told(client, batam, malang, officer, rows, problem):
    data = minimal(client)
    for index, row in enumerate(rows):
        data = pressed(client, NEW, data, add="signings")
        data |= {f"signings-{index}-day": "2024-01-02", f"signings-{index}-place_as_stated": "Aula"}
        data |= {f"signings-{index}-{name}": value for name, value in row.items()}

    answer = client.post(NEW, data)

    assert problems_on(answer) == [problem]
    assert sent_by(answer)["signings-0-place_as_stated"] == ["Aula"]


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"valid_from": "2025-02-01", "valid_until": "2025-01-31"}, ["Valid until: The end lies before the start. Swap the two dates or correct one."]),
        ({"parties-1-region_text": "21.71"}, ["Party 2: Region: This party is in the agreement already. Remove one of the two rows."]),
        ({"parties-1-region_text": "malang"}, None),
        ({"parties-1-region_text": "", "parties-1-number": "7"}, ["Party 2: Region: Say who the party is: choose a region or an organisation."]),
        ({"open_ended": "on", "term": "5"}, ["Term: An agreement without an end has neither an end nor a term: clear one."]),
        ({"open_ended": "on", "valid_until": "2025-01-31"}, ["Valid until: An agreement without an end has neither an end nor a term: clear one."]),
        ({"term": "101"}, ["Term: A term is 100 years at most."]),
        ({"term": "-1"}, ["Term: Ensure this value is greater than or equal to 1."]),
        ({"term": "9" * 30}, ["Term: This number is too large."]),
        ({"notice_days": "40000"}, ["Notice period in days: Ensure this value is less than or equal to 32767."]),
        ({"title": "n" * 10_000}, ["Title: Ensure this value has at most 300 characters (it has 10000)."]),
        ({"about": "a\x00b"}, ["Summary: Null characters are not allowed."]),
        ({"category": "KSDD"}, ["Category: Select a valid choice. KSDD is not one of the available choices."]),
        ({"predecessor_text": "tidak ada"}, ["The earlier agreement: No agreement fits “tidak ada”. Try the name of a party or a word of the title."]),
        ({"sectors": "99999999999999999999"}, None),
        ({"parties-TOTAL_FORMS": ""}, None),
        ({"parties-TOTAL_FORMS": "9" * 30}, None),
        ({"parties-0-key": "'; drop table"}, []),
        ({"parties-0-order": "-5"}, []),
        ({"submission": "not-a-uuid"}, []),
        ({"version": "x", "base": "[1, 2"}, []),
    ],
)  # fmt: skip
def test_bad_input_is_told_kept_and_not_saved(client, batam, malang, officer, typed, problems):
    answer = client.post(NEW, minimal(client) | typed)

    if problems == []:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    told = problems_on(answer)
    assert told == problems if problems is not None else told
    assert Agreement.objects.count() == 0
    shown = sent_by(answer)
    for name, value in typed.items():
        if (
            name in shown
            and "\x00" not in value
            and not name.endswith("FORMS")
            and name not in ("sectors", "category", "parties-1-region_text")
        ):
            assert shown[name] == [value]


def test_without_parties_it_needs_a_title(client, batam, officer):
    data = sent_by(client.get(NEW)) | {"parties-0-removed": "yes"}

    refused, kept = client.post(NEW, data), client.post(NEW, data | {"title": "Rencana kerja sama"})

    assert problems_on(refused) == [
        "Say between whom it is: choose a region or an organisation. If nobody is known, give a title."
    ]
    assert kept.status_code == 302


def test_of_a_month_the_bounds_are_kept(client, batam, malang, officer):
    typed = {"validity_precision": "MONTH", "valid_from": "2025-02-14", "valid_until": "2028-02-03"}

    client.post(NEW, minimal(client, **typed))

    agreement = Agreement.objects.get()
    assert (agreement.valid_from, agreement.valid_until) == (dt.date(2025, 2, 1), dt.date(2028, 2, 29))


def test_an_outcome_of_another_visit_is_told(client, batam, malang, officer):
    visit, other = make.make_visit(batam, malang), make.make_visit(batam, malang)
    data = pressed(client, NEW, minimal(client), add="visits")
    data |= chosen("visits-0-visit", visit, officer) | chosen("visits-0-outcome", make.make_outcome(other), officer)

    answer = client.post(NEW, data)

    assert problems_on(answer) == [
        "Visit 1: Outcome: This outcome is of another visit. Choose one of this visit, or clear the visit."
    ]


# What it follows and what it stands under


def test_a_renewal_of_what_was_never_signed_is_refused(client, batam, malang, officer):
    draft = make.make_agreement(batam, malang, title="Rancangan")

    answer = client.post(NEW, minimal(client) | {"nature": "RENEWAL"} | chosen("predecessor", draft, officer))
    assert problems_on(answer) == [
        "The earlier agreement: “Rancangan” was never signed, so there is nothing to renew or change. Continue that one instead."
    ]


def test_an_act_on_an_earlier_agreement_is_not_new(client, batam, malang, officer):
    before = make.make_agreement(batam, malang, signed=dt.date(2020, 1, 1))

    answer = client.post(NEW, minimal(client) | chosen("predecessor", before, officer))

    assert problems_on(answer) == [
        "Nature: Say what it does with the earlier agreement: renew, amend, replace or end it."
    ]


@pytest.mark.parametrize("name", ["parent", "predecessor"])
def test_links_never_lead_in_a_circle(client, batam, malang, officer, name):
    first = make.make_agreement(batam, malang, title="Satu", signed=dt.date(2020, 1, 1))
    second = make.make_agreement(batam, malang, title="Dua", parent=first, signed=dt.date(2021, 1, 1))
    third = make.make_agreement(batam, malang, title="Tiga", parent=second, signed=dt.date(2022, 1, 1))
    data = sent_by(client.get(edit(first))) | {"nature": "RENEWAL"} | chosen(name, third, officer)

    answer = client.post(edit(first), data)

    label = {"parent": "Under the agreement", "predecessor": "The earlier agreement"}[name]
    assert problems_on(answer) == [
        f"{label}: “Tiga” itself follows this agreement or lies under it. Choose another one."
    ]


def test_a_circle_that_another_one_closes_meanwhile_is_told_in_words(client, batam, malang, officer, monkeypatch):
    """The form looked before the other one saved; the database looks while it saves."""
    first = make.make_agreement(batam, malang, title="Satu")
    second = make.make_agreement(batam, malang, title="Dua", parent=first)
    monkeypatch.setattr("agreements.forms.agreement.ancestry", lambda agreement: {agreement.pk})
    data = sent_by(client.get(edit(first))) | chosen("parent", second, officer)

    answer = client.post(edit(first), data)

    assert answer.status_code == 422
    assert problems_on(answer) == [
        "These links would lead in a circle: an agreement cannot come from itself. Choose another."
    ]


# Gates and stage


def test_it_is_not_signed_while_gates_are_open(client, batam, malang, officer):
    make.make_process(steps="exploration council! verification! full-powers! signed* carrying-out")
    data = pressed(client, NEW, minimal(client), add="signings") | {"signings-0-day": "2025-01-02"}

    answer = client.post(NEW, data)

    assert problems_on(answer) == [
        "It cannot be recorded as signed yet: these gates are open: Council, Verification, Full-powers. Remove the "
        "signing here and save; then pass each gate with its paper on the agreement's page, or let a manager waive it."
    ]
    assert Agreement.objects.count() == 0


def test_a_gate_that_opens_meanwhile_is_told_by_the_deed(client, batam, malang, officer, monkeypatch):
    make.make_process(steps="exploration council! signed*")
    monkeypatch.setattr("agreements.forms.sheet.Sheet.open_gates", lambda self: [])
    data = pressed(client, NEW, minimal(client), add="signings") | {"signings-0-day": "2025-01-02"}

    answer = client.post(NEW, data)

    assert answer.status_code == 422
    assert problems_on(answer)[0].startswith("A gate before this is still open.")
    assert (Agreement.objects.count(), sent_by(answer)["signings-0-day"]) == (0, ["2025-01-02"])


def test_the_stage_follows_the_signing(client, batam, malang, officer):
    make.make_process()
    client.post(NEW, minimal(client))
    agreement = Agreement.objects.get()
    before = agreement.step.code
    data = pressed(client, edit(agreement), sent_by(client.get(edit(agreement))), add="signings")

    client.post(edit(agreement), data | {"signings-0-precision": "UNKNOWN"})

    agreement.refresh_from_db()
    assert (before, agreement.step.code, agreement.is_signed) == ("preparation", "signed", True)


def test_another_category_leads_to_another_way(client, batam, malang, officer):
    make.make_process()
    make.make_process("SINERGI", "initiation signed*")
    client.post(NEW, minimal(client))
    agreement = Agreement.objects.get()

    client.post(edit(agreement), sent_by(client.get(edit(agreement))) | {"category": "SINERGI"})

    agreement.refresh_from_db()
    assert (agreement.process.category, agreement.step.code) == ("SINERGI", "initiation")
    assert agreement.log.last().reason == "Kategori diubah."  # in the language of the register, whoever changed it


# Who signs


@pytest.mark.parametrize(
    ("day", "shown"), [("2024-06-16", "Amsakar Achmad, Pj. Wali Kota Batam"), ("2026-01-05", "Amsakar Achmad, Wali Kota Batam")]
)  # fmt: skip
def test_the_office_is_that_of_the_day_of_signing(client, batam, malang, officer, day, shown):
    official, city = (
        make.make_official("Amsakar Achmad"),
        make.make_organisation("Pemko Batam", batam, kind="PEMDA_KOTA"),
    )
    make.make_position(
        official, city, "Wali Kota Batam", manner="PJ", starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2025, 2, 19)
    )
    make.make_position(official, city, "Wali Kota Batam", starts_on=dt.date(2025, 2, 20))
    data = pressed(client, NEW, minimal(client), add="signings")
    data = pressed(client, NEW, data, add="parties-0-signatories")
    data |= {"signings-0-day": day, "parties-0-signatories-0-official_text": official.name}

    answer = client.post(NEW, data)

    assert problems_on(answer) == []
    assert Signatory.objects.get().who == shown


def test_an_acting_office_does_not_pass_to_the_official_who_signs_instead(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    acting, mayor = make.make_official("Rudi Acting"), make.make_official("Amsakar Achmad")
    Signatory.objects.create(
        party=agreement.parties.first(), official=acting, name=str(acting), capacity="Wali Kota Batam", manner="PJ"
    )
    typed = {"parties-0-signatories-0-official": mayor.pk, "parties-0-signatories-0-official_text": mayor.label}

    answer = client.post(edit(agreement), sent_by(client.get(edit(agreement))) | typed)

    assert problems_on(answer) == []
    signatory = Signatory.objects.get()
    assert (signatory.name, signatory.capacity, signatory.manner) == ("Amsakar Achmad", "", "DEFINITIVE")


def test_a_signatory_without_name_or_office_is_told(client, batam, malang, officer):
    data = pressed(client, NEW, minimal(client), add="parties-0-signatories")

    answer = client.post(NEW, data | {"parties-0-signatories-0-power": "1/2025"})

    assert problems_on(answer) == ["Party 1, signatory 1: Name: Give the name or the office of the signatory."]


# Two officers, and those who may not


@pytest.fixture
def other(batam):
    client = Client()
    client.force_login(make.make_officer(batam, language="en", name="Budi"))
    return client


def test_a_stale_save_shows_both_versions_and_saves_nothing(client, batam, malang, officer, other):
    agreement = make.make_agreement(batam, malang)
    mine, theirs = sent_by(client.get(edit(agreement))), sent_by(other.get(edit(agreement)))
    other.post(edit(agreement), theirs | {"title": "Judul Budi", "parties-1-number": "7/2025"})

    answer = client.post(edit(agreement), mine | {"title": "Judul saya"})

    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    assert "Somebody else has saved this agreement in the meantime" in page
    assert "Saved by Budi" in page
    again = sent_by(answer)
    assert (again["title"], again["parties-1-number"]) == (["Judul saya"], ["7/2025"])
    client.post(edit(agreement), again | {"pick-title": "theirs"})
    agreement.refresh_from_db()
    assert (agreement.title, agreement.parties.last().number) == ("Judul Budi", "7/2025")


def test_a_new_party_that_signed_is_the_same_when_the_change_is_sent_twice(client, batam, malang, officer):
    agreement = make.make_agreement(batam, malang)
    data = pressed(client, edit(agreement), sent_by(client.get(edit(agreement))), add="parties")
    data = pressed(client, edit(agreement), data, add="signings")
    jambi = make.make_region("Kota Jambi", code="15.71")
    data |= {"parties-2-region_text": jambi.code, "signings-0-party": "row-2", "signings-0-day": "2025-01-02"}
    client.post(edit(agreement), data)

    again = client.post(edit(agreement), data)

    client.post(edit(agreement), sent_by(again)) if again.status_code == 409 else None
    assert (agreement.parties.count(), agreement.signings.count()) == (3, 1)
    assert agreement.signings.get().party.region == jambi


def at_once(*posts):
    """Post (browser, address, data) at the same moment; the answers."""
    answers, gate = [], threading.Barrier(len(posts))

    def post(browser, address, data):
        gate.wait()
        answers.append(browser.post(address, data))
        connection.close()

    threads = [threading.Thread(target=post, args=one) for one in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_is_asked(client, batam, malang, officer, other):
    agreement = make.make_agreement(batam, malang)
    address = edit(agreement)
    mine, theirs = sent_by(client.get(address)) | {"title": "A"}, sent_by(other.get(address)) | {"title": "B"}

    answers = at_once((client, address, mine), (other, address, theirs))

    assert sorted(answer.status_code for answer in answers) == [302, 409]


@pytest.mark.django_db(transaction=True)
def test_of_two_postings_of_one_form_at_once_one_agreement_comes(client, batam, malang, officer):
    make.make_process()
    data, twin = minimal(client), Client()
    twin.cookies = client.cookies

    answers = at_once((client, NEW, data), (twin, NEW, data))

    assert [problems_on(answer) for answer in answers] == [[], []]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Agreement.objects.count(), Agreement.objects.get().log.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_close_a_circle_at_once_are_not_both_right(client, batam, malang, officer, other):
    one, two = make.make_agreement(batam, malang, title="Satu"), make.make_agreement(batam, malang, title="Dua")
    under_two = sent_by(client.get(edit(one))) | chosen("parent", two, officer)
    under_one = sent_by(other.get(edit(two))) | chosen("parent", one, officer)

    answers = at_once((client, edit(one), under_two), (other, edit(two), under_one))

    assert sorted(answer.status_code for answer in answers) == [302, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert len(problems_on(refused)) == 1


def test_one_that_was_deleted_meanwhile_can_be_made_anew(client, batam, malang, officer, other):
    agreement = make.make_agreement(batam, malang)
    data = sent_by(client.get(edit(agreement)))
    other.post(f"/agreements/{agreement.pk}/delete/", {"version": agreement.version})

    answer = client.post(edit(agreement), data | {"title": "Tetap ada"})

    assert answer.status_code == 409
    assert "This record was put in the trash in the meantime" in answer.content.decode()
    client.post(NEW, sent_by(answer))
    assert Agreement.objects.get().title == "Tetap ada"


def test_an_administrator_of_all_says_who_keeps_it(client, batam, malang):
    client.force_login(make.make_superuser(language="en"))
    data = sent_by(client.get(NEW)) | {"parties-0-region_text": "21.71", "parties-1-region_text": "35.07"}

    asked = client.post(NEW, data)
    client.post(NEW, data | {"owner_text": "35.07"})

    assert problems_on(asked) == ["Kept by: This field is required."]
    assert Agreement.objects.get().owner == malang


def test_an_officer_of_two_regions_chooses_for_which(client, batam, malang, officer):
    make.make_membership(officer, malang)
    data = minimal(client)

    client.post(NEW, data | {"owner": str(malang.pk)})

    assert data["owner"] == [str(batam.pk)]
    assert Agreement.objects.get().owner == malang


@pytest.mark.parametrize("role", ["VIEWER", "LEGAL", "REVIEWER"])
def test_a_reader_may_neither_make_nor_change(client, batam, malang, role):
    agreement = make.make_agreement(batam, malang)
    client.force_login(make.make_member(batam, role))

    answers = [client.get(address) for address in (NEW, edit(agreement), f"/agreements/{agreement.pk}/delete/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_the_other_side_reads_but_does_not_change(client, batam, malang):
    agreement = make.make_agreement(batam, malang)
    client.force_login(make.make_officer(malang))

    assert client.post(edit(agreement), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(client, batam, malang, method):
    agreement = make.make_agreement(batam, malang)
    client.force_login(make.make_officer(make.make_region("Kota Jambi")))

    assert getattr(client, method)(edit(agreement)).status_code == 404
    assert getattr(client, method)(f"/agreements/{agreement.pk}/delete/").status_code == 404


def test_an_agreement_of_strangers_cannot_be_chosen(client, batam, malang, officer):
    hidden = make.make_agreement(
        make.make_region("Kota Jambi"), make.make_region("Kota Medan"), signed=dt.date(2020, 1, 1)
    )

    typed = {"nature": "RENEWAL", "predecessor": str(hidden.pk), "predecessor_text": f"#{hidden.pk}"}
    answer = client.post(NEW, minimal(client) | typed)

    assert problems_on(answer) == [
        f"The earlier agreement: No agreement fits “#{hidden.pk}”. Try the name of a party or a word of the title."
    ]


def test_a_form_in_another_encoding_is_refused_not_broken(client, officer):
    answer = client.post(NEW, b"title=caf\xe9&parties-TOTAL_FORMS=1", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422


def test_an_identity_of_strangers_is_replaced(client, batam, malang, officer):
    taken = make.make_agreement(make.make_region("Kota Jambi"), submission=uuid.uuid4())

    answer = client.post(NEW, minimal(client, submission=str(taken.submission)))

    assert answer.status_code == 302
    assert Agreement.objects.count() == 2


def test_every_button_of_a_row_works_without_javascript(client, batam, malang, officer):
    data = pressed(client, NEW, minimal(client), add="parties")
    data = pressed(client, NEW, data | {"parties-2-number": "3"}, up="parties-2")
    data = pressed(client, NEW, data, remove="parties-1")

    assert ("back", "parties-1") in buttons_on(client.post(NEW, data | {"restore": "1"}))
    client.post(NEW, pressed(client, NEW, data, back="parties-1") | {"parties-2-region_text": "35.73"})
    assert [party.region.code for party in Agreement.objects.get().parties.all()] == ["21.71", "35.73", "35.07"]


def test_the_page_costs_the_same_however_many_rows(client, batam, malang, officer, django_assert_max_num_queries):
    one, many = make.make_agreement(batam, malang), make.make_agreement(batam, malang)
    for n in range(6):
        party = make.make_party(many, make.make_organisation(f"Dinas {n}", malang), role="NTH")
        Signatory.objects.create(party=party, official=make.make_official(f"Pejabat {n}"), name="x")
        make.make_signing(many, party=party)
        ScopePoint.objects.create(agreement=many, text="x", direction="ONE_WAY", giver=party, sector=make.make_sector())
        AgreementVisit.objects.create(agreement=many, visit=make.make_visit(batam, malang))
    client.get(edit(one))
    with django_assert_max_num_queries(30) as few:
        client.get(edit(many))
    small = len(few.captured_queries)
    for n in range(6, 12):
        party = make.make_party(many, make.make_organisation(f"Dinas {n}", malang), role="NTH")
        ScopePoint.objects.create(agreement=many, text="x", direction="ONE_WAY", giver=party)

    with django_assert_max_num_queries(small):
        client.get(edit(many))


def test_the_page_of_an_agreement_with_all_that_it_may_have_costs_15_queries(
    client, batam, malang, officer, django_assert_max_num_queries
):
    before = make.make_agreement(batam, malang, signed=dt.date(2019, 1, 2), title="")
    parent, unit = make.make_agreement(batam, malang, title=""), make.make_organisation("Bappeda", malang)
    whole = make.make_agreement(batam, unit, title="", nature="RENEWAL", predecessor=before, parent=parent)
    whole.sectors.add(make.make_sector(), make.make_sector("food", "Pangan", "Food"))
    visit, official = make.make_visit(batam, malang), make.make_official("Sri Wahyuni")
    make.make_position(official, unit)
    for n in range(3):
        agency = make.make_organisation(f"Dinas {n}", malang)
        party = make.make_party(whole, agency, role="NTH", unit=unit, on_behalf_of_region=batam, position=n + 2)
        Signatory.objects.create(party=party, official=official)
        make.make_signing(whole, party=party, place=batam, ceremony=visit)
        ScopePoint.objects.create(agreement=whole, text="x", sector=make.make_sector())
        outcome = make.make_outcome(make.make_visit(batam, malang))
        AgreementVisit.objects.create(agreement=whole, visit=outcome.visit, outcome=outcome)
        source = AgreementSource.objects.create(agreement=whole, outlet="batampos")
        AgreementCitation.objects.create(agreement=whole, source=source, fact="Ada")
        AgreementCitation.objects.create(agreement=whole, fact="Tanpa sumber")
        make.make_programme(whole, f"Program {n}")

    with django_assert_max_num_queries(15):
        answer = client.get(edit(whole))

    shown = sent_by(answer)
    assert shown["parties-4-unit_text"] == [unit.label]
    assert shown["parties-4-signatories-0-official_text"] == [official.label]
    assert f"#{outcome.pk}" in shown["visits-2-outcome_text"][0]
    assert sorted(shown["sectors"]) == sorted(str(sector.pk) for sector in whole.sectors.all())


@pytest.fixture
def full_page(client, batam, malang, officer):
    """The form with a row in every list."""
    page = minimal(client)
    for target in (
        "parties-0-signatories",
        "signings",
        "scope",
        "visits",
        "sources",
        "citations",
        "sources-0-citations",
    ):
        page = pressed(client, NEW, page, add=target)
    return page | {"scope-0-text": "x", "signings-0-day": "2025-01-02", "signings-0-party": "row-0"}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_field_of_the_form_can_bring_the_server_down(client, full_page, data):
    names = data.draw(st.lists(st.sampled_from(sorted(full_page)), min_size=1, max_size=8, unique=True))
    nasty = st.sampled_from(
        [
            "",
            "0",
            "-1",
            "9" * 25,
            "\x00",
            "NaN",
            "1e999",
            "2025-02-30",
            "row-0",
            "row-99",
            "row-",
            "💧" * 50,
            "[]",
            "%s",
        ]
    )
    typed = {name: data.draw(nasty | st.text(max_size=40), label=name) for name in names}

    answer = client.post(NEW, full_page | typed)

    assert answer.status_code in (302, 409, 422)
