"""The deeds around a correction: proposed, taken over wholly or in part, declined, withdrawn, closed as overtaken."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pghistory
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.rights import Right
from agreements.editing import change_agreement, wait_for_links
from agreements.models import Agreement, Measurement
from agreements.moving import Refused
from pages.sheets.filled import FilledForm
from pages.sheets.rows import Rows
from pages.sheets.sheet import Sheet
from pages.templatetags.pages import problems
from records.models import Stale
from regions.models import Region
from sides.claiming import claim
from sides.facts import KEPT_IN, Change, Fact, facts_of, filled, print_of
from sides.models import BY_HANDOVER, About, Correction, CorrectionState
from sides.rights import answers, sides_of
from sides.subjects import Subject, subject_of_correction
from sides.telling import tell
from visits.logging import change_visit
from visits.models import Side, Visit


class CannotTakeOver(Exception):
    """The record cannot take it over as it stands; the messages say why."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        super().__init__(" ".join(messages))


@transaction.atomic
def propose(
    subject: Subject, changes: list[Change], text: str, *, region: Region, by: Any, submission: uuid.UUID
) -> Correction:
    """Named after the row as it stands, in the register's own language. Raises IntegrityError when this submission was
    saved before."""
    with translation.override(KEPT_IN):
        name = subject.anew().row_name
    correction = Correction.objects.create(
        **subject.keys, about=subject.about, row_name=name, region=region, by=by, text=text,
        changes=changes, submission=submission,
    )  # fmt: skip
    tell(
        f"correction/{correction.pk}/new",
        by=by,
        right=Right.ANSWER_CORRECTIONS,
        regions=[answers(subject.record, subject.row)],
    )
    return correction


@dataclass(frozen=True)
class Compared:
    """A proposed change beside what stands now. `now` is None where the row is no longer there."""

    change: Change
    now: Fact | None

    @property
    def key(self) -> str:
        return str(self.change["key"])

    @property
    def is_done(self) -> bool:
        """It stands as proposed already."""
        return self.now is not None and self.now.print == print_of(self.change["new"])

    @property
    def is_moved(self) -> bool:
        """Somebody has changed it since, to something else than was proposed."""
        return self.now is not None and not self.is_done and self.now.print != print_of(self.change["old"])


def compared(correction: Correction, user: Any) -> list[Compared]:
    """What was proposed beside what stands now. Reads the labels of what the form points to."""
    subject = subject_of_correction(correction)
    now = facts_of(subject.anew().form(user)) if subject is not None and correction.changes else {}
    return [Compared(change, now.get(change["key"])) for change in correction.changes]


@transaction.atomic
def accept(
    correction: Correction, keys: Collection[str], shown: Mapping[str, str], answer: str, *, by: Any, version: int
) -> Correction:
    """Take over the chosen changes; `shown` are the fingerprints of what stood beside them when they were chosen.

    Raises Stale when somebody has answered, or changed one of the chosen facts, since; CannotTakeOver where the rules
    of the record forbid it. Without any proposed change it accepts the remark.
    """
    if correction.agreement_id:
        wait_for_links()
    claim(correction, version)
    chosen = []
    for one in compared(correction, by):
        if one.key in keys:
            if one.now is None or one.now.print != shown.get(one.key):
                raise Stale(correction)
            chosen.append(one.change)
        one.change["taken"] = one.key in keys
    if chosen:
        _take_over(correction, chosen, by)
    whole = all(change["taken"] for change in correction.changes)
    return _answer(correction, CorrectionState.ACCEPTED if whole else CorrectionState.PARTLY, answer, by)


@transaction.atomic
def decline(correction: Correction, answer: str, *, by: Any, version: int) -> Correction:
    claim(correction, version)
    return _answer(correction, CorrectionState.DECLINED, answer, by)


@transaction.atomic
def overtake(correction: Correction, answer: str, *, by: Any, version: int) -> Correction:
    """It stands as proposed already, or its row is no longer there. Raises Stale where neither is so (any more)."""
    claim(correction, version)
    found = compared(correction, by)
    if not correction.lost_its_row and not (found and all(one.is_done for one in found)):
        raise Stale(correction)
    return _answer(correction, CorrectionState.OVERTAKEN, answer, by)


@transaction.atomic
def settle(correction: Correction, *, by: Any, version: int) -> Correction:
    """Nobody is left to answer it: whoever proposed it keeps the record now, and hears that it is theirs to change."""
    claim(correction, version)
    return _answer(correction, CorrectionState.OVERTAKEN, BY_HANDOVER, by)


@transaction.atomic
def withdraw(correction: Correction, *, by: Any, version: int) -> Correction:
    """By the side that proposed it: the other one needs no letter about it."""
    claim(correction, version)
    return _answer(correction, CorrectionState.WITHDRAWN, "", by)


def _answer(correction: Correction, state: CorrectionState, answer: str, by: Any) -> Correction:
    correction.state, correction.answer = state, answer
    correction.answered_by, correction.answered_at = by, timezone.now()
    correction.save()
    if state != CorrectionState.WITHDRAWN:
        tell(
            f"correction/{correction.pk}/answered",
            by=by,
            people=[correction.by],
            right=Right.PROPOSE_CORRECTIONS,
            regions=[] if _proposer_is_there(correction) else [correction.region_id],
        )
    return correction


def _proposer_is_there(correction: Correction) -> bool:
    """Do they still act for the side? Else the answer goes to all who may propose in its name."""
    return correction.by is not None and correction.region_id in sides_of(correction.by, correction.record)


def _take_over(correction: Correction, changes: list[Change], by: Any) -> None:
    """Through the form and the deed by which the owner saves the record; the history says who had proposed it."""
    found = subject_of_correction(correction)
    if found is None:
        raise Stale(correction)
    subject = found.anew()
    proposal = {"by": str(correction.by or ""), "region": str(correction.region)}
    with pghistory.context(proposal=proposal):
        if correction.about == About.RECORD:
            _save_record(subject, changes, by)
        else:
            _save_row(subject, changes, by)


def _save_record(subject: Subject, changes: list[Change], by: Any) -> None:
    form = subject.form(by)
    before = _host_of(subject.record)
    sheet: Any = _FactsAlone(form.filling, subject.anew().record, filled(form, changes), form_class=type(form))
    if not sheet.is_valid():
        raise CannotTakeOver([message for _field, message in sheet.problems])
    if isinstance(subject.record, Agreement):
        try:
            change_agreement(sheet, by=by, version=subject.record.version)
        except Refused as refusal:
            raise CannotTakeOver([str(refusal)]) from refusal
    else:
        _let_hosts_follow(change_visit(sheet, version=subject.record.version), before)


def _host_of(record: Any) -> tuple[int | None, int | None]:
    return (None, None) if isinstance(record, Agreement) else (record.host_region_id, record.host_organisation_id)


def _let_hosts_follow(visit: Visit, before: tuple[int | None, int | None]) -> None:
    """Who received the guests as the host still does: as `HostForm` when the owner corrects the host."""
    if _host_of(visit) == before:
        return
    region, organisation = before
    for row in visit.delegations.filter(side=Side.HOST, region=region, organisation=organisation):
        row.region, row.organisation = visit.host_region, visit.host_organisation
        row.save(update_fields=["region", "organisation"])


class _FactsAlone(Sheet):
    """The sheet of a record without its lists: what hangs on it stays as it is."""

    lists_of: ClassVar[Mapping[str, type[Rows]]] = {}

    def __init__(self, *args: Any, form_class: type[FilledForm]) -> None:
        self.form_class = form_class  # type: ignore[misc]  # of a sheet it is that of its class
        super().__init__(*args)

    @classmethod
    def children(cls, record: Any) -> dict[str, list[Any]]:
        return {}


def _save_row(subject: Subject, changes: list[Change], by: Any) -> None:
    form = subject.anew().form(by, filled(subject.form(by), changes))
    if not form.is_valid():
        raise CannotTakeOver([message for _field, message in problems(form)])
    held = form.instance if isinstance(subject.row, Measurement) else subject.record
    held.claim(held.version)
    form.save()


def nothing_chosen() -> str:
    return _("Choose at least one change to take over, or decline the correction with a reason.")
