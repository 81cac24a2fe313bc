"""What the forms of all deeds share: the day, the reason, the paper that proves it, and whether it was sent before."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import (
    AgreementAttachment,
    ProcessStep,
    StepEntry,
)
from agreements.models.log import STANDING
from agreements.moving import Grounds, Refused
from agreements.rules import RULES
from agreements.ways import Way
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
            words = {"day": told(came.happened_on), "step": came.step}
            self.add_error("on", _("It came to “%(step)s” on %(day)s: it cannot move before that day.") % words)
        elif begun := self._begun_after(on):
            self.add_error("on", begun)
        elif on.year < earliest.year - LONGEST_BEFORE:
            day = told(earliest)
            self.add_error("on", TOO_EARLY % {"year": on.year, "day": day, "n": LONGEST_BEFORE})

    def _begun_after(self, on: dt.date) -> str:
        """What this deed ends began on a later day: why that cannot be; '' where it did not."""
        return ""

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

    def wrote(self, since: list[StepEntry]) -> bool:
        """Are these entries what the form wrote when it was sent before, word for word?"""
        own = [entry for entry in since if entry.by_id == self.user.pk]
        return any(self.is_of(entry) for entry in own) and self.said(own)

    def is_of(self, entry: StepEntry) -> bool:
        """Is it the entry of this deed?"""
        said = (entry.reason, entry.happened_on)
        told = ((self.cleaned_data.get("reason") or "").strip(), self.cleaned_data.get("on"))
        return self.is_deed_of(entry) and said == told

    def is_deed_of(self, entry: StepEntry) -> bool:
        return (entry.deed, str(entry.step_id or "")) == (self.deed, self.target_key)

    def said(self, own: list[StepEntry]) -> bool:
        """Did the user say the same then, in the entries beside it too?"""
        return True

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

    def said(self, own: list[StepEntry]) -> bool:
        papers = {(entry.evidence, entry.attachment_id) for entry in own} - {("", None)}
        paper = self.cleaned_data.get("attachment")
        told = ((self.cleaned_data.get("evidence") or "").strip(), paper.pk if paper else None)
        return super().said(own) and papers == {told} - {("", None)}

    @property
    def grounds(self) -> Grounds:
        cleaned = self.cleaned_data
        return Grounds(cleaned["on"], cleaned["reason"], cleaned["evidence"], cleaned["attachment"])


def told(day: dt.date) -> str:
    return date_format(day, "j F Y")
