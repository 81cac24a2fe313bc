"""The deeds by which an agreement moves: each writes the append-only log, and the database moves the agreement by it.

Every deed takes the `version` that was read and raises `Stale` when somebody changed the agreement since; it raises
`Refused` when a rule of the way forbids it. Called without a version (`None`) only by loaders and the demo.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import (
    Agreement,
    AgreementAttachment,
    Closing,
    Deed,
    Process,
    ProcessStep,
    StepEntry,
)
from agreements.rules import broken_rule, why_refused
from agreements.ways import Way


class Refused(Exception):
    """A rule of the way forbids the deed; `str()` says which, and what to do."""

    def __init__(self, message: str, rule: str = "", gates: list[ProcessStep] | None = None) -> None:
        self.rule = rule
        self.gates = gates or []
        super().__init__(message)


@dataclass(frozen=True)
class CouncilTest:
    """Two answers that decide whether the council must approve."""

    burdens_public: bool
    outside_budget: bool
    note: str = ""

    @property
    def asks_for_approval(self) -> bool:
        return self.burdens_public or self.outside_budget


@dataclass(frozen=True)
class Grounds:
    """Why and by what: day (of the region; not in the future), reason, and the paper, attached or by its number."""

    on: dt.date
    reason: str = ""
    evidence: str = ""
    attachment: AgreementAttachment | None = None


def start(agreement: Agreement, *, by: User | None, on: dt.date | None = None, step: ProcessStep | None = None) -> None:
    """Put a new agreement on the way of its category, at its first step or at `step`. Nothing where there is no way."""
    process = Process.objects.current_for(agreement.category)
    if process is None or agreement.process_id is not None:
        return
    first = step or next((s for s in process.steps.all() if s.applies_to(agreement.kind)), None)
    if first is not None:
        _write(agreement, Deed.STARTED, first, Grounds(on or agreement.today()), by, version=None)


def move(agreement: Agreement, to: ProcessStep, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    """Move forward to a later step. The step where it stood is done (a gate: with its evidence)."""
    try:
        with transaction.atomic():
            _claim(agreement, version)
            here = Way(agreement).here
            if here is not None and here.settled is None:
                _write(agreement, Deed.PASSED, here.step, grounds, by)
                grounds = Grounds(grounds.on, grounds.reason)
            _write(agreement, Deed.MOVED, to, grounds, by)
    except Refused:
        agreement.refresh_from_db()  # the first of the two entries was undone
        raise


def send_back(agreement: Agreement, to: ProcessStep, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    """Go back to an earlier step, with a reason; what was settled from there on is open again."""
    _write(agreement, Deed.RETURNED, to, grounds, by, version=version)


def pass_step(
    agreement: Agreement,
    step: ProcessStep,
    grounds: Grounds,
    *,
    by: User | None,
    version: int | None,
    onward: ProcessStep | None = None,
) -> None:
    """Record that a step is done: also one that lies ahead or was never recorded. Moves on where `onward` says so."""
    _settle(agreement, Deed.PASSED, step, grounds, by, version, onward)


def skip(
    agreement: Agreement,
    step: ProcessStep,
    grounds: Grounds,
    *,
    by: User | None,
    version: int | None,
    answers: CouncilTest | None = None,
    onward: ProcessStep | None = None,
) -> None:
    """Skip a conditional step with a reason. The council's approval: only after its test was answered with no twice.

    `answers` are kept on the agreement together with the skipping, or not at all.
    """
    _settle(agreement, Deed.SKIPPED, step, grounds, by, version, onward, answers)


def waive(
    agreement: Agreement,
    step: ProcessStep,
    grounds: Grounds,
    *,
    by: User,
    version: int | None,
    onward: ProcessStep | None = None,
) -> None:
    """Let a gate pass without its evidence, with a reason. Raises PermissionDenied unless `by` manages the region."""
    if not agreement.may_be_waived_by(by):
        raise PermissionDenied(_("Only a manager of the region that keeps the record may waive a gate."))
    _settle(agreement, Deed.WAIVED, step, grounds, by, version, onward)


def hold(agreement: Agreement, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    _write(agreement, Deed.HELD, None, grounds, by, version=version)


def resume(agreement: Agreement, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    _write(agreement, Deed.RESUMED, None, grounds, by, version=version)


def close(agreement: Agreement, closing: Closing, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    """Close for good: rejected or withdrawn before signing; completed, terminated or revoked after it."""
    _write(agreement, Deed.CLOSED, None, grounds, by, version=version, closing=closing)


def reopen(agreement: Agreement, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    _write(agreement, Deed.REOPENED, None, grounds, by, version=version)


def transfer(agreement: Agreement, process: Process, grounds: Grounds, *, by: User | None, version: int | None) -> None:
    """Follow another process: a newer edition, or that of another category, which the agreement then takes.

    It stands at the step of the same code, else (signed) at the signing, else at the first step. A signed agreement
    needs the gates of the new process settled first: `waive` and `pass_step` accept steps of a process to come.
    """
    target = lands_at(agreement, process)
    if target is None:
        raise Refused(_("The process has no step for this kind of agreement."))
    deed = Deed.TRANSFERRED if agreement.process_id is not None else Deed.STARTED
    try:
        with transaction.atomic():
            _claim(agreement, version)
            if agreement.category != process.category:
                agreement.category = process.category
                agreement.save(update_fields=["category"])
            _write(agreement, deed, target, grounds, by)
    except Refused:
        agreement.refresh_from_db()
        raise


def lands_at(agreement: Agreement, process: Process) -> ProcessStep | None:
    """The step of a process at which the agreement would stand in it."""
    steps = [step for step in process.steps.all() if step.applies_to(agreement.kind)]
    code = agreement.step.code if agreement.step else ""
    same = next((step for step in steps if step.code == code), None)
    signing = next((step for step in steps if step.signs), None)
    return same or (signing if agreement.is_signed else None) or next(iter(steps), None)


def follow_category(agreement: Agreement, was: str, *, by: User | None) -> None:
    """After it was saved, and its category `was` another before: on the way of the new one, where that has one."""
    process = Process.objects.current_for(agreement.category)
    if process is None or agreement.category == was:
        return
    if agreement.process is not None and agreement.process.category != agreement.category:
        with translation.override(settings.LANGUAGE_CODE):  # it stays in the log, whoever reads it
            grounds = Grounds(agreement.today(), reason=_("The category was changed."))
        transfer(agreement, process, grounds, by=by, version=None)
    elif not agreement.closed_as:
        start(agreement, by=by)


def follow_signing(agreement: Agreement, *, by: User | None) -> None:
    """After a signing was recorded: where the stage stands before the signing step, it follows there."""
    agreement.refresh_from_db()
    way = Way(agreement)
    if agreement.is_signed and way.signing and (way.position or 0) < way.signing.position and not agreement.closed_as:
        on = min(agreement.signed_on or agreement.today(), agreement.today())
        _write(agreement, Deed.MOVED, way.signing, Grounds(on), by)


def _settle(
    agreement: Agreement,
    deed: Deed,
    step: ProcessStep,
    grounds: Grounds,
    by: User | None,
    version: int | None,
    onward: ProcessStep | None,
    answers: CouncilTest | None = None,
) -> None:
    """Settle a step and move on, or neither."""
    try:
        with transaction.atomic():
            _claim(agreement, version)
            if answers is not None:
                agreement.burdens_public, agreement.outside_budget = answers.burdens_public, answers.outside_budget
                agreement.council_note = answers.note or agreement.council_note
                agreement.save(update_fields=["burdens_public", "outside_budget", "council_note"])
            _write(agreement, deed, step, grounds, by)
            if onward is not None:
                move(agreement, onward, Grounds(grounds.on), by=by, version=None)
    except Refused:
        agreement.refresh_from_db()  # what was written before the refusal was undone
        raise


def _claim(agreement: Agreement, version: int | None) -> None:
    if version is not None:
        Agreement(pk=agreement.pk).claim(version)  # a copy: what was read stays as it was when the deed is refused


def _write(
    agreement: Agreement,
    deed: Deed,
    step: ProcessStep | None,
    grounds: Grounds,
    by: User | None,
    *,
    version: int | None = None,
    closing: str = "",
) -> None:
    """One entry, in a transaction. The agreement is read again afterwards, because the database moved it."""
    if grounds.on > agreement.today():
        raise Refused(_("The day lies in the future. Record it when it has happened."))
    entry = StepEntry(
        agreement=agreement,
        deed=deed,
        step=step,
        happened_on=grounds.on,
        closed_as=closing,
        reason=grounds.reason.strip(),
        evidence=grounds.evidence.strip(),
        attachment=grounds.attachment,
        by=by,
    )
    try:
        with transaction.atomic():
            _claim(agreement, version)
            entry.save()
    except IntegrityError as refusal:
        rule = broken_rule(refusal)
        gates = Way(agreement).open_gates(step) if rule == "agreement_gates_are_settled" else []
        named = f" ({', '.join(gate.name for gate in gates)})" if gates else ""
        raise Refused(why_refused(refusal) + named, rule, gates) from refusal
    agreement.refresh_from_db()
