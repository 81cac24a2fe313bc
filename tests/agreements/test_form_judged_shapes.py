"""The shapes by which step 2 is judged, typed as a browser without JavaScript sends them, and read back whole."""

import datetime as dt

import pytest

from agreements import moving
from agreements.lookups import AgreementLookup
from agreements.models import Agreement, Process
from tests import factories as make
from tests.sent import problems_on, sent_by
from visits.lookups import VisitLookup

pytestmark = pytest.mark.django_db
NEW = "/agreements/new/"
ABROAD = "exploration council! verification! full-powers! signed* carrying-out"


def pressed(client, data, target):
    answer = client.post(NEW, data | {"add": target})
    assert answer.status_code == 200
    return sent_by(answer)


def made(client, data, title):
    answer = client.post(NEW, data | {"title": title})
    assert problems_on(answer) == []
    return Agreement.objects.get(title=title)


def under(agreement, user, field="parent"):
    return {field: str(agreement.pk), f"{field}_text": AgreementLookup(user).option(agreement).label}


def at(visit, user):
    """The ceremony of the first signing."""
    field = "signings-0-ceremony"
    return {field: str(visit.pk), f"{field}_text": VisitLookup(user).option(visit).label}


def state(agreement, on):
    return Agreement.objects.with_state(on=on).get(pk=agreement.pk).state


def test_signed_in_two_cities_over_a_video_link_lapsed_and_renewed_for_longer(client, batam, officer):
    """Signed on 12 November 2019 in both cities, three years; lapsed in November 2022; renewed in January for five."""
    make.make_process()
    malang = make.make_malangs()[1]
    tourism, ict = make.make_sector(), make.make_sector("ict", "Kominfo", "ICT", group="NON_BASIC")
    data = sent_by(client.get(NEW)) | {"category": "KSDD_S", "parties-1-region_text": "35.73"}
    data |= {"term": "3", "sectors": [str(tourism.pk)]}
    for party, (name, office, city) in enumerate(
        [("A", "Wali Kota Batam", "21.71"), ("B", "Wali Kota Malang", "35.73")]
    ):
        data = pressed(client, data, "signings")
        data = pressed(client, data, f"parties-{party}-signatories")
        data |= {
            f"parties-{party}-signatories-0-name": name,
            f"parties-{party}-signatories-0-capacity": office,
            f"signings-{party}-party": f"row-{party}",
            f"signings-{party}-day": "2019-11-12",
            f"signings-{party}-place_text": city,
            f"signings-{party}-mode": "HYBRID",
            f"signings-{party}-by_video_link": "on",
        }

    first = made(client, data, "Kesepakatan 2019")
    data = sent_by(client.get(NEW)) | {"category": "KSDD_S", "parties-1-region_text": "35.73", "nature": "RENEWAL"}
    data = pressed(client, data | under(first, officer, "predecessor"), "signings")
    data |= {"term": "5", "sectors": [str(tourism.pk), str(ict.pk)], "signings-0-day": "2023-01-16"}
    second = made(client, data, "Kesepakatan 2023")

    signings = [(s.party.region, s.place, s.period, s.mode, s.by_video_link) for s in first.signings.all()]
    assert signings == [
        (batam, batam, "12 November 2019", "HYBRID", True),
        (malang, malang, "12 November 2019", "HYBRID", True),
    ]
    assert (first.is_signed, first.signed_on, first.runs_until) == (True, dt.date(2019, 11, 12), dt.date(2022, 11, 11))
    assert (first.step.code, second.step.code) == ("signed", "signed")
    days = [dt.date(2022, 11, 11), dt.date(2022, 11, 12), dt.date(2023, 1, 15), dt.date(2023, 1, 16)]
    assert [state(first, day) for day in days] == ["EXPIRING", "EXPIRED", "EXPIRED", "RENEWED"]
    assert (first.term_months, second.term_months, second.predecessor) == (36, 60, first)
    assert ({s.code for s in first.sectors.all()}, {s.code for s in second.sectors.all()}) == (
        {"tourism"}, {"tourism", "ict"},
    )  # fmt: skip


def test_a_letter_of_intent_in_june_the_council_in_november_and_the_memorandum_open(client, batam, officer):
    process = make.make_process("KSDPL_SISTER", ABROAD)
    Process.objects.filter(pk=process.pk).update(published_on=None)
    process.steps.filter(code="full-powers").update(kinds=["SISTER_CITY"])
    process.steps.filter(code="council").update(kinds=["SISTER_CITY"])
    process.steps.filter(code="verification").update(kinds=["SISTER_CITY"])
    Process.objects.filter(pk=process.pk).update(published_on=dt.date(2024, 1, 1))
    xiangyang = make.make_place("Xiangyang")
    partner = {"parties-1-region": str(xiangyang.pk), "parties-1-region_text": xiangyang.label}
    data = pressed(client, sent_by(client.get(NEW)) | partner | {"category": "KSDPL_SISTER", "kind": "LOI"}, "signings")
    letter = made(client, data | {"signings-0-precision": "MONTH", "signings-0-month": "2025-06"}, "LoI")
    data = sent_by(client.get(NEW)) | partner | {"category": "KSDPL_SISTER", "kind": "SISTER_CITY"}

    memorandum = made(client, data | under(letter, officer), "MoU")
    council = process.steps.get(code="council")
    moving.pass_step(
        memorandum, council, moving.Grounds(dt.date(2025, 11, 20), evidence="12/DPRD/2025"), by=officer, version=None
    )
    signing = pressed(
        client, sent_by(client.get(NEW)) | partner | {"category": "KSDPL_SISTER", "kind": "SISTER_CITY"}, "signings"
    )
    refused = client.post(NEW, signing | {"signings-0-day": "2026-01-05"})

    memorandum.refresh_from_db()
    assert (letter.signings.get().period, letter.is_signed, letter.step.code) == ("June 2025", True, "signed")
    assert (memorandum.parent, memorandum.is_signed, memorandum.step.code) == (letter, False, "exploration")
    assert state(memorandum, dt.date(2025, 12, 1)) == "PIPELINE"
    assert [entry.evidence for entry in memorandum.log.filter(step=council)] == ["12/DPRD/2025"]
    assert "Verification, Full-powers" in problems_on(refused)[0]


def test_one_ceremony_signs_two_memoranda_and_two_agreements_of_agencies(client, batam, officer):
    regency, _city = make.make_malangs()
    province = regency.parent
    ceremony = make.make_visit(batam, regency, on=dt.date(2025, 8, 17))
    agencies = [
        (make.make_organisation(f"Dinas {n} Batam", batam), make.make_organisation(f"Dinas {n} Malang", regency))
        for n in (1, 2)
    ]

    def signed_there(title, parties, **more):
        data = pressed(client, sent_by(client.get(NEW)) | {"category": "KSDD_S"}, "signings")
        for place, party in enumerate(parties):
            field = "region" if party in (batam, regency, province) else "organisation"
            data |= {f"parties-{place}-region": "", f"parties-{place}-region_text": ""}
            data |= {f"parties-{place}-{field}": str(party.pk), f"parties-{place}-{field}_text": party.label}
        return made(client, data | at(ceremony, officer) | {"signings-0-day": "2025-08-17"} | more, title)

    memorandum = signed_there("KB kota-kabupaten", [batam, regency], kind="KB")
    pks = [signed_there(f"PKS {n}", pair, kind="PKS", **under(memorandum, officer)) for n, pair in enumerate(agencies)]
    of_province = signed_there("KB provinsi", [batam, province], kind="KB")

    assert set(ceremony.signings.values_list("agreement", flat=True)) == {a.pk for a in (memorandum, *pks, of_province)}
    assert [one.parent for one in (memorandum, *pks, of_province)] == [None, memorandum, memorandum, None]
    assert [party.name for party in pks[0].parties.all()] == [
        "Dinas 1 Batam, Kota Batam",
        "Dinas 1 Malang, Malang Regency",
    ]
    assert [party.region for party in of_province.parties.all()] == [batam, province]
    assert all(one.is_signed for one in (memorandum, *pks, of_province))


def test_an_agreement_of_two_provinces_and_five_cities(client, batam, officer):
    provinces = [make.make_province("Kepulauan Riau", "21"), make.make_province("Riau", "14")]
    cities = [batam, *(make.make_region(f"Kota Uji {n}", parent=provinces[1]) for n in range(4))]
    data = sent_by(client.get(NEW))
    for _more in range(5):
        data = pressed(client, data, "parties")
    data = pressed(client, data, "signings") | {"signings-0-precision": "UNKNOWN"}
    for place, region in enumerate([*provinces, *cities]):
        data |= {f"parties-{place}-region": str(region.pk), f"parties-{place}-region_text": region.label}
        data |= {f"parties-{place}-number": f"{place}/KB/2025"}

    agreement = made(client, data, "Tujuh pihak")

    assert [(p.region, p.number, p.role) for p in agreement.parties.all()] == [
        (region, f"{place}/KB/2025", ("FIRST", "SECOND", "NTH")[min(place, 2)])
        for place, region in enumerate([*provinces, *cities])
    ]
    assert (agreement.is_signed, agreement.signed_on) == (True, None)


def test_both_signatories_act_for_another(client, batam, malang, officer):
    """One from the register, who acted on that day; the other as the source writes it."""
    city = make.make_organisation("Pemko Batam", batam, kind="PEMDA_KOTA")
    acting = make.make_official("Jefridin Hamid")
    make.make_position(
        acting, city, "Wali Kota Batam", manner="PLH", starts_on=dt.date(2025, 3, 1), ends_on=dt.date(2025, 3, 31)
    )
    make.make_position(acting, city, "Sekretaris Daerah Kota Batam", starts_on=dt.date(2017, 1, 1))
    data = sent_by(client.get(NEW)) | {"parties-1-region_text": "35.07"}
    for target in ("signings", "parties-0-signatories", "parties-1-signatories"):
        data = pressed(client, data, target)
    data |= {
        "signings-0-day": "2025-03-12",
        "parties-0-signatories-0-official_text": "Jefridin Hamid",
        "parties-0-signatories-0-capacity": "Wali Kota Batam",
        "parties-0-signatories-0-manner": "PLH",
        "parties-1-signatories-0-name": "Didik Gatot Subroto",
        "parties-1-signatories-0-capacity": "Bupati Malang",
        "parties-1-signatories-0-manner": "PJ",
        "parties-1-signatories-0-on_behalf_of": "Bupati Malang",
    }

    agreement = made(client, data, "Keduanya penjabat")

    assert [party.signatories.get().who for party in agreement.parties.all()] == [
        "Jefridin Hamid, Plh. Wali Kota Batam",
        "Didik Gatot Subroto, Pj. Bupati Malang",
    ]
    assert agreement.parties.first().signatories.get().official == acting
    assert agreement.parties.last().signatories.get().on_behalf_of == "Bupati Malang"


@pytest.mark.parametrize("nature", ["RENEWAL", "TERMINATION"])
def test_what_another_region_keeps_is_not_ended_by_a_record_of_ones_own(client, batam, officer, nature):
    malang = make.make_malangs()[1]
    theirs = make.make_agreement(malang, batam, title="Milik Malang", signed=dt.date(2024, 1, 1))
    data = pressed(client, sent_by(client.get(NEW)) | {"parties-1-region_text": "35.73"}, "signings")
    data |= under(theirs, officer, "predecessor") | {"nature": nature, "signings-0-day": "2025-01-16"}

    answer = client.post(NEW, data)

    assert problems_on(answer) == [
        "The earlier agreement: An agreement is renewed or changed only by officers of the region that keeps it."
    ]
    assert state(theirs, dt.date(2025, 2, 1)) != {"RENEWAL": "RENEWED", "TERMINATION": "TERMINATED"}[nature]


def test_who_writes_for_both_regions_acts_across_them(client, batam, officer):
    malang = make.make_malangs()[1]
    make.make_membership(officer, malang)
    theirs = make.make_agreement(malang, batam, title="Milik Malang", signed=dt.date(2024, 1, 1))
    data = sent_by(client.get(NEW)) | {"parties-1-region_text": "35.73", "nature": "RENEWAL", "owner": batam.pk}

    second = made(client, data | under(theirs, officer, "predecessor"), "Lanjutan")

    assert (second.owner, second.predecessor) == (batam, theirs)
