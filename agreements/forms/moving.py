"""The forms of the moves: each asks what one deed needs, says beforehand what forbids it, and does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import moving
from agreements.models import (
    CLOSED_SIGNED,
    CLOSED_UNSIGNED,
    AgreementAttachment,
    Closing,
    Deed,
    Process,
    ProcessStep,
    StepEntry,
    StepTest,
)
from agreements.models.log import STANDING
from agreements.moving import CouncilTest, Grounds, Refused
from agreements.rules import RULES
from agreements.ways import Stop, Way
from documents.forms import FILES_HINT, PapersField
from documents.models import DocumentKind
from documents.papers import file_papers
from pages.drafts import Restorable
from pages.filtering import QuickSelect
from pages.sheets.fields import DayField

LONGEST_BEFORE = 10  # years from a deed to the earliest day that the record knows otherwise
NOT_FROM_THE_PAGE = gettext_lazy("Open this form from the page of the agreement.")
TOO_EARLY = gettext_lazy(
    "Check the year: %(year)s lies more than %(n)s years before %(day)s, the earliest day that the record knows. If it "
    "is right, first enter in the form of the agreement when it was signed or from when it is valid."
)


class DeedForm(Restorable, forms.Form):
    """One deed on one agreement. `heading` asks, `button` does; `forbidden` is the rule against it, or ''."""

    deed: ClassVar[str]
    heading: ClassVar[Any]
    button: ClassVar[Any]
    danger: ClassVar[bool] = False
    needs_reason: ClassVar[bool] = True
    paper_names: ClassVar[tuple[str, ...]] = ()  # fields about a paper: they are drawn together

    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NOT_FROM_THE_PAGE})
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    on = DayField(required=False, label=gettext_lazy("Date"), help_text=gettext_lazy("Empty: today."))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("It stays in the log, for every side to read."),
        error_messages={"required": gettext_lazy("Give the reason: it stays in the log.")},
    )

    field_order = ["on", "reason"]

    def __init__(self, *args: Any, way: Way, user: Any, step: ProcessStep | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way, self.user, self.step, self.agreement = way, user, step, way.agreement
        self.blocking: list[ProcessStep] = []  # open gates that are in the way
        self.kept: AgreementAttachment | None = None  # the paper that came with it
        self.needs_signing = False
        known = {"version": self.agreement.version, "seen": way.log[-1].pk if way.log else 0}
        self.initial = {**known, "on": self.agreement.today(), **self.initial}
        if not self.needs_reason:
            self.fields["reason"].required = False
            self.fields["reason"].label = _("Remark")

    @property
    def target_key(self) -> str:
        """The key of the step that the entry names, as it was sent."""
        return str(self.step.pk) if self.step else ""

    @property
    def was_overtaken(self) -> bool:
        """Was the agreement changed after the page was shown? Asked before anything is judged."""
        version = self.cleaned_data.get("version")
        return version is not None and version != self.agreement.version

    @cached_property
    def forbidden(self) -> str:
        return self.way.why_not(self.deed, self.step)

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"] or self.agreement.today()
        if day > self.agreement.today():
            raise forms.ValidationError(_("The day lies in the future. Record it when it has happened."))
        return day

    def clean(self) -> dict[str, Any] | None:
        if self.forbidden:
            self.add_error(None, self.forbidden)
        if on := self.cleaned_data.get("on"):
            self._check_day(on)
        return super().clean()

    def _check_day(self, on: dt.date) -> None:
        """No move before the last one; and a past that is told afterwards lies not ages before all that is known."""
        came, earliest = self.way.arrival, self.way.earliest
        if self.moves and came is not None and on < came.happened_on:
            told = {"day": date_format(came.happened_on, "j F Y"), "step": came.step}
            self.add_error("on", _("It came to “%(step)s” on %(day)s: it cannot move before that day.") % told)
        elif on.year < earliest.year - LONGEST_BEFORE:
            day = date_format(earliest, "j F Y")
            self.add_error("on", TOO_EARLY % {"year": on.year, "day": day, "n": LONGEST_BEFORE})

    @property
    def moves(self) -> bool:
        """Does it bring the agreement to another step?"""
        return self.deed in STANDING or bool(self.cleaned_data.get("onward"))

    @property
    def grounds(self) -> Grounds:
        return Grounds(self.cleaned_data["on"], self.cleaned_data["reason"])

    def keep_upload(self) -> AgreementAttachment | None:
        """Files what was uploaded, also when the rest of the form is wrong: nobody sends a scan twice."""
        return None

    def act(self) -> None:
        """Do it. Raises Stale and Refused like the deed."""
        raise NotImplementedError

    def refuse(self, refusal: Refused) -> None:
        self.blocking = refusal.gates
        self.needs_signing = refusal.rule == "agreement_is_signed_before_it_is_carried_out"
        self.add_error(None, str(refusal))

    def wrote(self, entry: StepEntry) -> bool:
        """Is this entry what the form wrote when it was sent before, word for word?"""
        same = (entry.deed, str(entry.step_id or "")) == (self.deed, self.target_key)
        return same and self.said(entry)

    def said(self, entry: StepEntry) -> bool:
        """Did the user say the same then?"""
        return entry.by_id == self.user.pk and entry.reason == (self.cleaned_data.get("reason") or "").strip()

    @property
    def _how(self) -> dict[str, Any]:
        return {"by": self.user, "version": self.cleaned_data["version"]}


class EvidenceForm(DeedForm):
    """With a paper: attached now, chosen of those that are here, or named by its number."""

    needs_reason = False
    paper_names = ("upload", "kind", "attachment", "evidence")

    upload = PapersField(several=False, required=False, label=gettext_lazy("New paper"), help_text=FILES_HINT)
    kind = forms.ChoiceField(
        choices=DocumentKind.choices, required=False, widget=QuickSelect, label=gettext_lazy("Kind of the new paper")
    )
    attachment = forms.ModelChoiceField(
        AgreementAttachment.objects.none(),
        required=False,
        label=gettext_lazy("Or a paper that is here already"),
        empty_label=gettext_lazy("none"),
    )
    evidence = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Or its number or name"),
        help_text=gettext_lazy("If it is not attached here."),
    )

    field_order = ["on", "upload", "kind", "attachment", "evidence", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].accept_pieces_of(self.user)  # type: ignore[attr-defined]  # a PapersField
        papers: Any = self.agreement.attachments.visible_to(self.user)  # the checker sees the abstract table
        self.fields["attachment"].queryset = papers.filter(replaced_by__isnull=True)  # type: ignore[attr-defined]  # a choice of rows
        asked = list(self.paper_of.papers.all()) if self.paper_of else []
        self.initial.setdefault("kind", asked[0].kind if asked else DocumentKind.OTHER)

    @property
    def paper_of(self) -> ProcessStep | None:
        """The step to which the paper belongs."""
        return self.step

    @property
    def must_have_paper(self) -> bool:
        return self.paper_of is not None and self.paper_of.is_gate

    @property
    def paper_fields(self) -> list[Any]:
        return [self[name] for name in self.paper_names]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        given = any(cleaned.get(name) for name in ("upload", "attachment", "evidence")) or "upload" in self.errors
        if self.must_have_paper and not given and not self.forbidden:
            self.add_error("upload", str(RULES["gate_is_passed_with_evidence"]))
        return cleaned

    def keep_upload(self) -> AgreementAttachment | None:
        papers = self.cleaned_data.get("upload")
        if not papers:
            return None
        about = {"kind": self.cleaned_data.get("kind") or DocumentKind.OTHER, "owner_id": self.agreement.owner_id}
        own = self.paper_of if self.paper_of and self.paper_of.process_id == self.agreement.process_id else None
        filed = file_papers(self.agreement, papers, by=self.user, step=own, **about)
        self.kept = filed.kept[0] if filed.kept else filed.known[0][1]
        self.cleaned_data["attachment"] = self.kept
        self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        self.data["attachment"] = str(self.kept.pk)  # type: ignore[index]
        return self.kept

    @property
    def grounds(self) -> Grounds:
        cleaned = self.cleaned_data
        return Grounds(cleaned["on"], cleaned["reason"], cleaned["evidence"], cleaned["attachment"])


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
            return str(RULES["step_is_on_the_way"])
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

    def wrote(self, entry: StepEntry) -> bool:
        deeds = (Deed.TRANSFERRED, Deed.STARTED)
        same = entry.step is not None and str(entry.step.process_id) == self.data.get("process")
        return entry.deed in deeds and same and self.said(entry)

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

    def wrote(self, entry: StepEntry) -> bool:
        return super().wrote(entry) and entry.closed_as == self.data.get("closing")

    def act(self) -> None:
        moving.close(self.agreement, self.cleaned_data["closing"], self.grounds, **self._how)


class ReopenForm(DeedForm):
    deed = Deed.REOPENED
    heading = gettext_lazy("Reopen")
    button = gettext_lazy("Reopen")

    def act(self) -> None:
        moving.reopen(self.agreement, self.grounds, **self._how)
