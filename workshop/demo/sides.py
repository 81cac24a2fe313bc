"""What Batam and Malang say about each other's records: corrections, confirmations, an offer. All made up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.utils import timezone

from accounts.models import User
from agreements.models import Agreement
from regions.models import Region
from sides.facts import differences, filled
from sides.models import Confirmation, Correction, CorrectionState, Handover
from sides.prints import print_of
from sides.subjects import Subject
from visits.models import Visit

BATAM, MALANG = "21.71", "35.07"
OFFICERS = {BATAM: "petugas@batam.example", MALANG: "petugas@malang.example"}
MANAGERS = {BATAM: "pimpinan@batam.example", MALANG: "pimpinan@malang.example"}


def log(people: dict[str, User]) -> None:
    """After everything else of the demo: on what the two regions have in common by then."""
    regions = {code: Region.objects.get(code=code) for code in (BATAM, MALANG)}
    visits = _shared(Visit, regions)
    agreements = _shared(Agreement, regions)
    for number, visit in enumerate(visits[:3]):
        _on_visit(number, visit, regions, people)
    for agreement in agreements[:1]:
        _on_agreement(agreement, regions, people)


def _shared(model: Any, regions: dict[str, Region]) -> list[Any]:
    """Kept by one of the two while the other takes part; the latest first."""
    both = [region.pk for region in regions.values()]
    return list(model.objects.filter(region_ids__contains=both, owner__in=both).select_related("owner").order_by("-pk"))


def _on_visit(number: int, visit: Visit, regions: dict[str, Region], people: dict[str, User]) -> None:
    keeper, other = (BATAM, MALANG) if visit.owner.code == BATAM else (MALANG, BATAM)
    officer = people[OFFICERS[other]]
    own = visit.delegations.filter(region=regions[other]).first()
    if number == 0 and own is not None:
        _propose(Subject(visit, own), regions[other], officer, "Menurut daftar hadir kami.", headcount="18")
    elif number == 1:
        made = _propose(
            Subject(visit), regions[other], officer, "Judul resmi pada surat kami berbeda.", title="Kunjungan balasan"
        )
        _decline(made, people[OFFICERS[keeper]], "Judul mengikuti undangan kami; maksud dan isinya sama.")
    if own is not None and number in (1, 2):
        with pghistory.context(user=officer.pk, url="bin/manage demo"):
            Confirmation.objects.create(
                visit=visit, delegation=own, region=regions[other], by=officer, on=officer.today(), print=print_of(own)
            )


def _on_agreement(agreement: Agreement, regions: dict[str, Region], people: dict[str, User]) -> None:
    """A remark that no field can say, and the offer to keep the record from now on."""
    keeper, other = (BATAM, MALANG) if agreement.owner.code == BATAM else (MALANG, BATAM)
    _propose(
        Subject(agreement), regions[other], people[OFFICERS[other]],
        "Narahubung di pihak kami sudah berganti; suratnya menyusul pekan ini.",
    )  # fmt: skip
    manager = people[MANAGERS[keeper]]
    with pghistory.context(user=manager.pk, url="bin/manage demo"):
        Handover.objects.create(
            agreement=agreement, from_region=regions[keeper], to_region=regions[other], offered_by=manager,
            text="Pelaksanaannya sekarang sepenuhnya di daerah Anda.",
        )  # fmt: skip


def _propose(subject: Subject, region: Region, by: User, text: str, **typed: str) -> Correction:
    """As the page does, without a letter: nobody reads the mail of the demo."""
    data = filled(subject.form(by), [])
    for name, value in typed.items():
        data[name] = value
    form = subject.form(by, data)
    if not form.is_valid():
        raise ValueError(form.errors.as_text())
    changes = differences(subject.anew(), subject, by, form)
    with pghistory.context(user=by.pk, url="bin/manage demo"):
        return Correction.objects.create(
            **subject.keys, about=subject.about, row_name=subject.row_name, region=region, by=by, text=text,
            changes=changes, created_at=timezone.now() - dt.timedelta(days=2),
        )  # fmt: skip


def _decline(correction: Correction, by: User, answer: str) -> None:
    for change in correction.changes:
        change["taken"] = False
    correction.state, correction.answer = CorrectionState.DECLINED, answer
    correction.answered_by, correction.answered_at = by, timezone.now()
    with pghistory.context(user=by.pk, url="bin/manage demo"):
        correction.save()
