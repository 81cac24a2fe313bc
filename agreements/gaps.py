"""What is still missing in a record. Told to those who keep it; it never blocks anything outside the gates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.checklists import Checklist
from agreements.models import Agreement, AgreementNature, Category, StepTest
from agreements.telling import Side, Telling
from agreements.ways import Way
from records.dates import Certainty, Precision

Check = tuple[bool, str, str]  # is it there, what to say if not, where on the edit form or page


@dataclass(frozen=True)
class Gap:
    """One thing that is missing; `section` is the part of the form in which it is entered, or "" ."""

    text: str
    section: str = ""


@dataclass(frozen=True)
class Completeness:
    """What is missing, the weightier first, and how many things were looked at."""

    gaps: list[Gap]
    done: int
    of: int

    def __bool__(self) -> bool:
        return bool(self.gaps)


def completeness(telling: Telling, way: Way, checklist: Checklist | None) -> Completeness:
    """No query of its own; what is asked depends on how far the agreement has come."""
    checks = [
        *_of_identity(telling.agreement, way),
        *_of_parties(telling),
        *_of_signing(telling.agreement),
        *_of_validity(telling.agreement, telling),
        *_of_contents(telling.agreement),
        *_of_papers(checklist),
    ]
    gaps = [Gap(text, section) for there, text, section in checks if not there]
    return Completeness(gaps, len(checks) - len(gaps), len(checks))


def _of_identity(agreement: Agreement, way: Way) -> Iterator[Check]:
    yield agreement.category != Category.UNDETERMINED, _("The category is not determined."), "identity"
    if agreement.nature != AgreementNature.NEW:
        yield agreement.predecessor_id is not None, _("The agreement on which it acts is not named."), "identity"
    if any(stop.step.test == StepTest.COUNCIL for stop in way.stops):
        yield agreement.council != "UNASSESSED", _("The council test is not answered."), "council"


def _of_parties(telling: Telling) -> Iterator[Check]:
    main = [side for side in telling.sides if side.party.is_main]
    yield len(main) > 1, _("Fewer than two parties are named."), "parties"
    for side in main:
        yield from _of_party(side, is_signed=telling.agreement.is_signed)


def _of_party(side: Side, *, is_signed: bool) -> Iterator[Check]:
    name = {"name": side.party.name}
    if is_signed:
        yield bool(side.party.number), _("%(name)s: the number of its original is missing.") % name, "parties"
        yield bool(side.signatories), _("%(name)s: nobody is named as having signed.") % name, "parties"
    yield bool(side.party.unit_id), _("%(name)s: no responsible unit is named.") % name, "parties"


def _of_signing(agreement: Agreement) -> Iterator[Check]:
    if not agreement.is_signed:
        return
    signings = list(agreement.signings.all())
    dated = all(signing.precision == Precision.DAY for signing in signings)
    yield dated, _("The exact day of the signing is not known."), "signings"
    if dated:
        stated = all(signing.date_certainty != Certainty.INFERRED for signing in signings)
        yield stated, _("The date of the signing is inferred; no source states it in full."), "signings"
    yield all(signing.where for signing in signings), _("The place of the signing is not known."), "signings"


def _of_validity(agreement: Agreement, telling: Telling) -> Iterator[Check]:
    if agreement.nature == AgreementNature.TERMINATION:
        return
    yield telling.reach is not None, _("How long it is valid is not known."), "validity"
    if agreement.is_signed and not agreement.open_ended:
        yield agreement.notice_days is not None, _("The notice period is not known."), "validity"


def _of_contents(agreement: Any) -> Iterator[Check]:
    points = list(agreement.scope.all())
    yield bool(points), _("No point of the scope is written down."), "scope"
    if points:
        directed = all(point.direction for point in points)
        yield directed, _("Of some points of the scope it is not known who gives to whom."), "scope"
    yield bool(agreement.sector_ids), _("No sector is chosen."), "purpose"
    yield bool(agreement.objectives), _("The objectives are not written down."), "purpose"
    yield bool(agreement.funding), _("How it is funded is not written down."), "purpose"
    yield bool(agreement.sources.all()), _("No source is named."), "sources"
    if agreement.is_signed and agreement.nature in {AgreementNature.NEW, AgreementNature.RENEWAL}:
        yield agreement.has_programmes, _("No work programme is planned under it."), ""


def _of_papers(checklist: Checklist | None) -> Iterator[Check]:
    if checklist is None:
        return
    for asked in checklist.due:
        for line in asked.lines:
            if line.asked.required and not line.is_let_go:
                words = {"paper": line.asked.get_kind_display(), "step": line.step.name}
                yield bool(line.found), _("Paper missing: %(paper)s (%(step)s).") % words, ""
