"""The forms of the moves: each asks what one deed needs, says beforehand what forbids it, and does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import moving
from agreements.forms.deeds import DeedForm, EvidenceForm, told
from agreements.models import (
    CLOSED_SIGNED,
    CLOSED_UNSIGNED,
    Closing,
    Deed,
    Process,
    ProcessStep,
    StepEntry,
    StepTest,
)
from agreements.moving import CouncilTest, Refused
from agreements.rules import RULES
from agreements.ways import Stop

# Where it stands


class StepRadios(forms.RadioSelect):
    """`closed` names the steps that a rule forbids: they are shown with the rule and cannot be chosen."""

    closed: frozenset[int] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value).isdecimal() and int(str(value)) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class StepField(forms.ModelChoiceField):  # type: ignore[type-arg]  # it takes no parameter at run time
    """A step, drawn with the rule against it. What is posted by hand is judged by the rules, not by the choices."""

    widget = StepRadios

    def __init__(self, label: Any) -> None:
        unknown = gettext_lazy("Choose a step.")
        messages = {"required": unknown, "invalid_choice": unknown}
        super().__init__(ProcessStep.objects.all(), label=label, empty_label=None, error_messages=messages)

    def offer(self, stops: Iterable[Stop], why_not: Any) -> None:
        offered = [(stop.step, str(why_not(stop.step))) for stop in stops]
        line = '<span>{}<br><small class="muted">{}</small></span>'
        self.choices = [(step.pk, format_html(line, step.name, why) if why else step.name) for step, why in offered]
        self.widget.closed = frozenset(step.pk for step, why in offered if why)
        self.first_open = next((step.pk for step, why in offered if not why), None)


class MoveForm(EvidenceForm):
    deed = Deed.MOVED
    heading = gettext_lazy("Move forward")
    button = gettext_lazy("Move forward")

    to = StepField(gettext_lazy("To which step?"))
    field_order = ["to", *EvidenceForm.field_order]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, StepField)  # noqa: S101 -- for the type checker
        field.offer(self.way.ahead, self._why_not)
        self.initial.setdefault("to", field.first_open)

    @property
    def target_key(self) -> str:
        return str(self.data.get("to", ""))

    @property
    def paper_of(self) -> ProcessStep | None:
        """The step that is done by moving on, unless it was settled before."""
        here = self.way.here
        return here.step if here and here.settled is None else None

    @cached_property
    def forbidden(self) -> str:
        if self.agreement.process_id is None:
            return _("It is on no way yet. Give it a category that has a process, or choose “Move to another process”.")
        if not self.way.ahead and not self.agreement.closed_as:
            return _("This is the last step of the way.")
        return self.way.why_not(self.deed)

    def clean_to(self) -> ProcessStep:
        to: ProcessStep = self.cleaned_data["to"]
        if not self.forbidden and (why := self._why_not(to)):
            self.blocking = [gate for gate in self.way.open_gates(to) if gate != self.paper_of]
            self.needs_signing = why == str(RULES["agreement_is_signed_before_it_is_carried_out"])
            raise forms.ValidationError(why)
        return to

    def act(self) -> None:
        moving.move(self.agreement, self.cleaned_data["to"], self.grounds, **self._how)

    def _why_not(self, step: ProcessStep) -> str:
        return self.way.why_not(self.deed, step, settling_here=True)


class SendBackForm(DeedForm):
    deed = Deed.RETURNED
    heading = gettext_lazy("Send back")
    button = gettext_lazy("Send back")

    to = StepField(gettext_lazy("To which step?"))
    field_order = ["to", "on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, StepField)  # noqa: S101 -- for the type checker
        field.offer(self.way.earlier, lambda step: self.way.why_not(self.deed, step))
        legal = [stop.step.pk for stop in self.way.earlier if not self.way.why_not(self.deed, stop.step)]
        self.initial.setdefault("to", legal[-1] if legal else None)

    @property
    def target_key(self) -> str:
        return str(self.data.get("to", ""))

    @cached_property
    def forbidden(self) -> str:
        if not self.way.earlier and not self.agreement.closed_as:
            return _("There is no earlier step.")
        return self.way.why_not(self.deed)

    def clean_to(self) -> ProcessStep:
        to: ProcessStep = self.cleaned_data["to"]
        if not self.forbidden and (why := self.way.why_not(self.deed, to)):
            raise forms.ValidationError(why)
        return to

    def act(self) -> None:
        moving.send_back(self.agreement, self.cleaned_data["to"], self.grounds, **self._how)


class TransferForm(DeedForm):
    deed = Deed.TRANSFERRED
    heading = gettext_lazy("Move to another process")
    button = gettext_lazy("Move to this process")

    process = forms.ModelChoiceField(
        Process.objects.all(),
        label=gettext_lazy("Process"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=gettext_lazy("The agreement takes the category of the process."),
    )
    field_order = ["process", "on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Process.objects.current().exclude(pk=self.agreement.process_id)
        self.offered = {process.pk: process for process in others}
        self.fields["process"].choices = [  # type: ignore[attr-defined]  # a choice of rows
            (process.pk, _line_of(process)) for process in self.offered.values()
        ]
        same = [pk for pk, process in self.offered.items() if process.category == self.agreement.category]
        self.initial.setdefault("process", same[0] if same else None)

    @cached_property
    def forbidden(self) -> str:
        return self.way.why_not(self.deed)

    def clean_process(self) -> Process:
        process: Process = self.cleaned_data["process"]
        if process.pk == self.agreement.process_id:
            raise forms.ValidationError(str(RULES["agreement_moves_to_another_process"]))
        if process.pk not in self.offered:
            raise forms.ValidationError(str(RULES["process_is_published"]))
        return process

    def act(self) -> None:
        moving.transfer(self.agreement, self.cleaned_data["process"], self.grounds, **self._how)

    def is_deed_of(self, entry: StepEntry) -> bool:
        same = entry.step is not None and str(entry.step.process_id) == self.data.get("process")
        return entry.deed in (Deed.TRANSFERRED, Deed.STARTED) and same

    def refuse(self, refusal: Refused) -> None:
        super().refuse(refusal)
        process = self.cleaned_data["process"]
        target = moving.lands_at(self.agreement, process)
        if refusal.rule == "agreement_gates_are_settled" and target is not None:
            self.blocking = self.way.open_gates(target)


def _line_of(process: Process) -> str:
    words = {"name": process.name, "edition": process.edition}
    return _("%(name)s, edition %(edition)s") % words


# One step


class OnwardForm(DeedForm):
    """Settles a step, and moves on where that is wished."""

    onward = forms.ModelChoiceField(
        ProcessStep.objects.all(), required=False, label=gettext_lazy("And then?"), widget=forms.Select
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = self.way.here
        offered = [stop.step for stop in self.way.ahead if self._may_go_on_to(stop.step)]
        if here is None or self.step not in self.way.steps or not offered:
            del self.fields["onward"]
            return
        stay = _("Stay at: %(step)s") % {"step": here.step}
        on = [(step.pk, _("Move on to: %(step)s") % {"step": step}) for step in offered]
        self.fields["onward"].choices = [("", stay), *on]  # type: ignore[attr-defined]  # a choice of rows
        if self.step == here.step:
            self.initial.setdefault("onward", offered[0].pk)

    def clean_onward(self) -> ProcessStep | None:
        to: ProcessStep | None = self.cleaned_data["onward"]
        if to is not None and not self.forbidden and not self._may_go_on_to(to):
            raise forms.ValidationError(self.way.why_not(Deed.MOVED, to) or str(RULES["agreement_gates_are_settled"]))
        return to

    def _may_go_on_to(self, to: ProcessStep) -> bool:
        """Once this step is settled."""
        rule = self.way.why_not(Deed.MOVED, to)
        if rule == str(RULES["agreement_gates_are_settled"]):
            gates = [gate for gate in self.way.open_gates(to) if gate != self.step]
            unsigned = self.way.signing is not None and to.position > self.way.signing.position
            return not gates and (self.agreement.is_signed or not unsigned)
        return not rule

    def said(self, own: list[StepEntry]) -> bool:
        moved = {str(entry.step_id) for entry in own if entry.deed == Deed.MOVED}
        return super().said(own) and moved == {self.data.get("onward", "")} - {""}  # it stands there: no choice now

    @property
    def _how(self) -> dict[str, Any]:
        return super()._how | {"onward": self.cleaned_data.get("onward")}


class DoneForm(OnwardForm, EvidenceForm):
    deed = Deed.PASSED
    heading = gettext_lazy("Record as done")
    button = gettext_lazy("Record as done")
    field_order = [*EvidenceForm.field_order, "onward"]

    def act(self) -> None:
        moving.pass_step(self.agreement, self._step, self.grounds, **self._how)

    @property
    def _step(self) -> ProcessStep:
        assert self.step is not None  # noqa: S101 -- the address names it
        return self.step


class SkipForm(OnwardForm):
    deed = Deed.SKIPPED
    heading = gettext_lazy("Skip this step")
    button = gettext_lazy("Skip")

    YES_OR_NO: ClassVar[Any] = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))]
    burdens_public = forms.ChoiceField(
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        label=gettext_lazy("Does it burden the public or the region?"),
        error_messages={"required": gettext_lazy("Answer with yes or no.")},
    )
    outside_budget = forms.ChoiceField(
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        label=gettext_lazy("Is it outside the running budget?"),
        error_messages={"required": gettext_lazy("Answer with yes or no.")},
    )
    council_note = forms.CharField(
        required=False, widget=forms.Textarea({"rows": 2}), label=gettext_lazy("How the council test was judged")
    )
    questions: ClassVar[Any] = ("burdens_public", "outside_budget", "council_note")
    field_order = [*questions, "on", "reason", "onward"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.asks_council:
            for name in self.questions:
                del self.fields[name]
            return
        for name in ("burdens_public", "outside_budget"):
            known = getattr(self.agreement, name)
            self.initial.setdefault(name, None if known is None else "yes" if known else "no")
        self.initial.setdefault("council_note", self.agreement.council_note)

    @property
    def asks_council(self) -> bool:
        return self.step is not None and self.step.test == StepTest.COUNCIL

    @cached_property
    def forbidden(self) -> str:
        """The council test is answered in this very form, so that its rule is judged by the answers."""
        why = self.way.why_not(self.deed, self.step)
        return "" if self.asks_council and why == str(RULES["council_test_allows_skipping"]) else why

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.answers and self.answers.asks_for_approval:
            self.add_error(
                None,
                _(
                    "Then the council has to approve, and the step cannot be skipped. Record the approval with its "
                    "paper, or let a manager waive the gate with a reason."
                ),
            )
        return cleaned

    @property
    def answers(self) -> CouncilTest | None:
        burdens, outside = self.cleaned_data.get("burdens_public"), self.cleaned_data.get("outside_budget")
        if not burdens or not outside:
            return None
        return CouncilTest(burdens == "yes", outside == "yes", self.cleaned_data.get("council_note", ""))

    def said(self, own: list[StepEntry]) -> bool:
        note = self.cleaned_data.get("council_note", "").strip()
        return super().said(own) and note in ("", self.agreement.council_note)

    def act(self) -> None:
        assert self.step is not None  # noqa: S101 -- the address names it
        moving.skip(self.agreement, self.step, self.grounds, answers=self.answers, **self._how)


class WaiveForm(OnwardForm):
    deed = Deed.WAIVED
    heading = gettext_lazy("Waive this gate")
    button = gettext_lazy("Waive the gate")
    danger = True
    field_order = ["on", "reason", "onward"]

    def act(self) -> None:
        assert self.step is not None  # noqa: S101 -- the address names it
        moving.waive(self.agreement, self.step, self.grounds, **self._how)


# The whole agreement


class HoldForm(DeedForm):
    deed = Deed.HELD
    heading = gettext_lazy("Put on hold")
    button = gettext_lazy("Put on hold")

    def act(self) -> None:
        moving.hold(self.agreement, self.grounds, **self._how)


class ResumeForm(DeedForm):
    deed = Deed.RESUMED
    heading = gettext_lazy("Resume")
    button = gettext_lazy("Resume")
    needs_reason = False

    def _begun_after(self, on: dt.date) -> str:
        held = next((entry for entry in reversed(self.way.log) if entry.deed == Deed.HELD), None)
        if held is None or on >= held.happened_on:
            return ""
        return _("It was put on hold on %(day)s: it cannot go on before that day.") % {"day": told(held.happened_on)}

    def act(self) -> None:
        moving.resume(self.agreement, self.grounds, **self._how)


class CloseForm(DeedForm):
    deed = Deed.CLOSED
    heading = gettext_lazy("Close for good")
    button = gettext_lazy("Close")
    danger = True

    closing = forms.ChoiceField(widget=forms.RadioSelect, label=gettext_lazy("Closed as"), choices=Closing.choices)
    field_order = ["closing", "on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fitting = CLOSED_SIGNED if self.agreement.is_signed else CLOSED_UNSIGNED
        choices = [(one.value, one.label) for one in self.fitting]
        self.fields["closing"].widget.choices = choices

    def clean_closing(self) -> Closing:
        closing = Closing(self.cleaned_data["closing"])
        if closing not in self.fitting:
            rule = "agreement_is_closed_as_it_stands"
            constraint = next(c for c in self.agreement._meta.constraints if c.name == rule)
            raise forms.ValidationError(str(constraint.get_violation_error_message()))
        return closing

    def is_deed_of(self, entry: StepEntry) -> bool:
        return super().is_deed_of(entry) and entry.closed_as == self.data.get("closing")

    def _begun_after(self, on: dt.date) -> str:
        signed = self.agreement.signed_on if self.agreement.is_signed else None
        if signed is None or on >= signed:
            return ""
        return _("It was signed on %(day)s: it cannot end before that day.") % {"day": told(signed)}

    def act(self) -> None:
        moving.close(self.agreement, self.cleaned_data["closing"], self.grounds, **self._how)


class ReopenForm(DeedForm):
    deed = Deed.REOPENED
    heading = gettext_lazy("Reopen")
    button = gettext_lazy("Reopen")

    def _begun_after(self, on: dt.date) -> str:
        closed = self.agreement.closed_on
        if closed is None or on >= closed:
            return ""
        return _("It was closed on %(day)s: it cannot be reopened before that day.") % {"day": told(closed)}

    def act(self) -> None:
        moving.reopen(self.agreement, self.grounds, **self._how)
