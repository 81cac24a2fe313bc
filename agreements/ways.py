"""The way of one agreement: its steps, how each was settled, where it stands, and what may be done next."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from agreements.models import Agreement, Deed, ProcessStep, StepEntry, StepTest
from agreements.models.log import SETTLING, STANDING
from agreements.rules import RULES


@dataclass
class Stop:
    """One step of the way. `settled` is the entry that passed, skipped or waived it and still holds."""

    step: ProcessStep
    stands: bool = False  # the agreement stands here
    behind: bool = False  # it stands further on
    settled: StepEntry | None = None
    since: dt.date | None = None
    entries: list[StepEntry] = field(default_factory=list)

    @property
    def state(self) -> str:
        """DONE, SKIPPED, WAIVED, HERE, UNRECORDED (behind, and nothing was written down) or AHEAD."""
        if self.stands:
            return "HERE"
        if self.settled is not None:
            return {"PASSED": "DONE"}.get(self.settled.deed, self.settled.deed)
        return "UNRECORDED" if self.behind else "AHEAD"

    @property
    def is_open_gate(self) -> bool:
        return self.step.is_gate and self.settled is None

    def days(self, on: dt.date) -> int | None:
        """Days that the agreement has stood here."""
        return (on - self.since).days if self.stands and self.since else None

    def days_over(self, on: dt.date) -> int:
        """By how many days the time allowed is exceeded; 0 when it is not, or none is set."""
        days = self.days(on)
        return max(0, days - self.step.days_allowed) if days is not None and self.step.days_allowed is not None else 0


class Way:
    """Read in two or three queries: the steps with actors and papers, and the log. Nothing is cached between reads."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    @cached_property
    def log(self) -> list[StepEntry]:
        """All entries, oldest first."""
        return list(self.agreement.log.select_related("step__process", "by", "attachment").order_by("pk"))

    @cached_property
    def steps(self) -> list[ProcessStep]:
        """The steps that an agreement of this kind takes."""
        process = self.agreement.process
        if process is None:
            return []
        steps = ProcessStep.objects.select_related("actor", "with_actor").order_by("position")
        prefetch_related_objects([process], Prefetch("steps", steps.prefetch_related("papers")))
        return [step for step in process.steps.all() if step.applies_to(self.agreement.kind)]

    @cached_property
    def stops(self) -> list[Stop]:
        here = self.position
        return [
            Stop(
                step,
                stands=step.pk == self.agreement.step_id,
                behind=here is not None and step.position < here,
                settled=self._settled(step),
                since=self.agreement.stage_since,
                entries=[entry for entry in self.log if entry.step and entry.step.code == step.code],
            )
            for step in self.steps
        ]

    @property
    def position(self) -> int | None:
        """Also where the agreement stands at a step that its kind does not take (any more)."""
        known = next((step.position for step in self.steps if step.pk == self.agreement.step_id), None)
        return known if known is not None or self.agreement.step is None else self.agreement.step.position

    @property
    def here(self) -> Stop | None:
        return next((stop for stop in self.stops if stop.stands), None)

    @property
    def next(self) -> Stop | None:
        here = self.position or 0
        return next((stop for stop in self.stops if stop.step.position > here), None)

    @property
    def signing(self) -> ProcessStep | None:
        """The step in which the instrument is signed."""
        return next((step for step in self.steps if step.signs), None)

    def open_gates(self, before: ProcessStep | None = None) -> list[ProcessStep]:
        """Gates that nobody has passed or waived, before a step; without one, before the signing.

        A step of another process is asked after in that process: what would be open there.
        """
        before = before or self.signing
        if before is None:
            return []
        steps = self._steps_with(before)
        return [
            step for step in steps if step.is_gate and step.position < before.position and self._settled(step) is None
        ]

    @property
    def ahead(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.step.position > (self.position or 0)]

    @property
    def earlier(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.behind]

    @property
    def arrival(self) -> StepEntry | None:
        """The last entry whose day says when it came to a step, so that no move can be earlier. A start, or another
        process, that was written on its own day says only when the record was made: its past is told afterwards.
        """
        own_day = (Deed.STARTED, Deed.TRANSFERRED)
        zone = zoneinfo.ZoneInfo(self.agreement.owner.time_zone)
        came = (entry for entry in reversed(self.log) if entry.deed in STANDING)
        return next((e for e in came if e.deed not in own_day or e.happened_on < e.at.astimezone(zone).date()), None)

    @property
    def earliest(self) -> dt.date:
        """The first day that the record knows of: of its term, signing and log, and of the visits that it came from."""
        agreement = self.agreement
        visits = agreement.visit_links.values_list("visit__starts_on", flat=True)
        days = [agreement.valid_from, agreement.signed_on, *visits, *(entry.happened_on for entry in self.log)]
        return min((day for day in days if day), default=agreement.today())

    @property
    def is_held(self) -> bool:
        last = next((entry for entry in reversed(self.log) if entry.deed in (Deed.HELD, Deed.RESUMED)), None)
        return last is not None and last.deed == Deed.HELD

    def why_not(self, deed: str, step: ProcessStep | None = None, *, settling_here: bool = False) -> str:
        """The rule against a deed, or '' when it is legal. The database asks the same again; see migration 0002.

        `settling_here`: the step at which the agreement stands is being passed, skipped or waived in the same move.
        """
        name = self._broken(deed, step, settling_here=settling_here)
        return str(RULES[name]) if name else ""

    def _broken(self, deed: str, step: ProcessStep | None, *, settling_here: bool) -> str:
        agreement = self.agreement
        if agreement.closed_as and deed != Deed.REOPENED:
            return "agreement_is_not_closed"
        if deed == Deed.REOPENED and not agreement.closed_as:
            return "agreement_is_closed"
        if deed in (Deed.STARTED, Deed.TRANSFERRED) and (rule := self._broken_by_process(deed, step)):
            return rule
        if step is not None and (rule := self._broken_by_place(deed, step)):
            return rule
        if step is not None and deed in STANDING and (rule := self._broken_by_gates(deed, step, settling_here)):
            return rule
        if step is not None and deed in SETTLING and (rule := self._broken_by_step(deed, step)):
            return rule
        if deed == Deed.HELD and self.is_held:
            return "agreement_is_held_once"
        if deed == Deed.RESUMED and not self.is_held:
            return "agreement_is_held"
        return ""

    def _broken_by_process(self, deed: str, step: ProcessStep | None) -> str:
        agreement = self.agreement
        if step is not None and step.process.category != agreement.category:
            return "agreement_process_fits_its_category"
        if step is not None and not step.process.is_locked:
            return "process_is_published"
        if deed == Deed.STARTED:
            return "agreement_starts_once" if agreement.process_id is not None else ""
        elsewhere = agreement.process_id is not None and (step is None or step.process_id != agreement.process_id)
        return "" if elsewhere or step is None else "agreement_moves_to_another_process"

    def _broken_by_place(self, deed: str, step: ProcessStep) -> str:
        stands = self.position
        if deed in (Deed.MOVED, Deed.RETURNED, Deed.SKIPPED) and step.process_id != self.agreement.process_id:
            return "step_is_on_the_way"
        if deed == Deed.MOVED and stands is not None and step.position <= stands:
            return "agreement_moves_forward"
        if deed == Deed.RETURNED and stands is not None and step.position >= stands:
            return "agreement_is_sent_back"
        return "" if step.applies_to(self.agreement.kind) else "step_is_on_the_way"

    def _broken_by_gates(self, deed: str, step: ProcessStep, settling_here: bool) -> str:
        agreement = self.agreement
        signing = next((one for one in self._steps_with(step) if one.signs), None)
        if deed != Deed.RETURNED:
            here = agreement.step_id if settling_here else None
            if any(gate.pk != here for gate in self.open_gates(step)):
                return "agreement_gates_are_settled"
            if signing and step.position > signing.position and not agreement.is_signed:
                return "agreement_is_signed_before_it_is_carried_out"
            if deed == Deed.STARTED and signing and agreement.is_signed and self.open_gates(signing):
                return "agreement_gates_are_settled"  # signed before it has a process: all before the signing are due
        if deed in (Deed.RETURNED, Deed.TRANSFERRED) and agreement.is_signed:
            return "agreement_signed_stays_signed" if signing and step.position < signing.position else ""
        return ""

    def _broken_by_step(self, deed: str, step: ProcessStep) -> str:
        if deed == Deed.SKIPPED and not step.conditional:
            return "step_may_be_skipped"
        if deed == Deed.SKIPPED and step.test == StepTest.COUNCIL and self.agreement.council != "NOT_REQUIRED":
            return "council_test_allows_skipping"
        return "only_a_gate_is_waived" if deed == Deed.WAIVED and not step.is_gate else ""

    def _steps_with(self, step: ProcessStep) -> list[ProcessStep]:
        """The steps of the process of this step that an agreement of the kind takes."""
        if step.process_id == self.agreement.process_id:
            return self.steps
        steps = ProcessStep.objects.filter(process=step.process_id).order_by("position")
        return [one for one in steps if one.applies_to(self.agreement.kind)]

    def _settled(self, step: ProcessStep) -> StepEntry | None:
        """The last entry that settles the step and was not undone by going back behind it.

        A gate that may not be skipped is not settled by having been skipped where it could be, in another edition.
        """
        settling = [d for d in SETTLING if d != Deed.SKIPPED or step.conditional or not step.is_gate]
        found: list[StepEntry] = []
        for entry in self.log:
            if entry.step is not None and entry.deed == Deed.RETURNED:
                found = [earlier for earlier in found if not self._reopens(entry.step, earlier.step, step)]
            elif entry.step is not None and entry.step.code == step.code and entry.deed in settling:
                found.append(entry)
        return found[-1] if found else None

    @staticmethod
    def _reopens(back_to: ProcessStep, settled: ProcessStep | None, step: ProcessStep) -> bool:
        same_edition = settled is not None and back_to.process_id == settled.process_id
        place = settled.position if same_edition and settled is not None else step.position
        return back_to.position <= place
