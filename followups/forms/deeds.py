"""The forms of the deeds: each asks what one deed needs, says beforehand what forbids it, and does it."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.forms import ACCESS_HINT, FILES_HINT, PapersField
from documents.models import Access, DocumentKind
from documents.papers import file_papers, sides_of, unit_of
from followups import doing
from followups.forms.due import DueForm, initial_due
from followups.models import Milestone, MilestoneDeed, MilestoneEntry, MilestoneStatus, Part
from pages.drafts import Restorable
from pages.sheets.fields import DayField

NOT_FROM_THE_PAGE = gettext_lazy("Open this form from the page of the follow-up.")
A_WEEK = dt.timedelta(days=7)


class DeedForm(Restorable, forms.Form):
    """One deed on one milestone. `heading` asks, `button` does, `folded` fields are shown on demand.

    `forbidden` is what stands against it now, or ''; `may` says whether the user may do it at all.
    """

    deeds: ClassVar[tuple[str, ...]]  # what it writes into the log
    heading: ClassVar[Any]
    button: ClassVar[Any]
    danger: ClassVar[bool] = False
    big: ClassVar[bool] = False
    reason: ClassVar[str] = "required"  # or "optional", or "none"
    folded: ClassVar[tuple[str, ...]] = ()
    dated: ClassVar[bool] = False

    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": NOT_FROM_THE_PAGE})
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea({"rows": 2}),
        max_length=10_000,
        help_text=gettext_lazy("It stays in the log, for every side to read."),
        error_messages={"required": gettext_lazy("Give the reason: it stays in the log.")},
    )

    def __init__(self, *args: Any, milestone: Milestone, user: Any, part: Part | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone, self.user, self.part = milestone, user, part
        self.kept: list[Any] = []  # papers that came with it
        self.initial = {"version": milestone.version, **self.initial}
        if "seen" not in self.initial:
            self.initial["seen"] = milestone.log.order_by("pk").values_list("pk", flat=True).last() or 0
        self.fields["words"].widget.attrs.pop("maxlength", None)
        if self.reason == "none":
            del self.fields["words"]
        elif self.reason == "optional":
            self.fields["words"].required = False
            self.fields["words"].label = _("Remark")

    def may(self) -> bool:
        return self.milestone.may_be_kept_by(self.user)

    @cached_property
    def forbidden(self) -> str:
        if self.milestone.status == MilestoneStatus.SUGGESTED:
            return _("It is only suggested. Accept it first.")
        return "" if self.milestone.is_open else _("It is closed. Reopen it first.")

    @property
    def says(self) -> str:
        """One line above the form."""
        return ""

    @property
    def was_overtaken(self) -> bool:
        """Was the milestone changed after the page was shown? Asked before anything is judged."""
        version = self.cleaned_data.get("version")
        return version is not None and version != self.milestone.version

    def clean(self) -> dict[str, Any] | None:
        if self.forbidden:
            self.add_error(None, self.forbidden)
        return super().clean()

    def keep_papers(self) -> list[Any]:
        """Files what was uploaded, also when the rest of the form is wrong: nobody sends a scan twice."""
        return []

    def act(self) -> None:
        """Do it. Raises Stale, Refused and PermissionDenied like the deed."""
        raise NotImplementedError

    def did(self, entry: MilestoneEntry) -> bool:
        """Is this entry one of this deed, by the user?"""
        return entry.deed in self.deeds and entry.by_id == self.user.pk

    def wrote(self, entry: MilestoneEntry) -> bool:
        """Is this entry what the form wrote when it was sent before, word for word?"""
        return self.did(entry) and entry.text == "\n".join(filter(None, self.said))

    @property
    def said(self) -> tuple[str, ...]:
        """What the entry holds of what was typed, line by line."""
        return (self.text.strip(),)

    @property
    def ends_with_button(self) -> bool:
        """The big button comes before what is folded; what was refused is corrected first, then sent."""
        return self.is_bound or not self.big

    @property
    def folded_fields(self) -> list[Any]:
        return [self[name] for name in self.folded if name in self.fields]

    @property
    def folded_open(self) -> bool:
        """What was typed and cannot be done any more is there to be copied."""
        overtaken = self.is_bound and bool(self.forbidden)
        return overtaken or any(field.errors for field in self.folded_fields)

    @property
    def text(self) -> str:
        return str(self.cleaned_data.get("words", ""))

    @property
    def _how(self) -> dict[str, Any]:
        return {"by": self.user, "version": self.cleaned_data["version"]}


# Suggestions


class AcceptForm(DeedForm):
    deeds = (MilestoneDeed.ACCEPTED,)
    heading = gettext_lazy("Accept this suggestion")
    button = pgettext_lazy("a suggestion", "Accept")
    reason = "none"

    def may(self) -> bool:
        return doing.may_accept(self.milestone, self.user, list(self.milestone.parts.all()))

    @cached_property
    def forbidden(self) -> str:
        suggested = self.milestone.status == MilestoneStatus.SUGGESTED
        return "" if suggested else _("It is no suggestion any more.")

    def act(self) -> None:
        doing.accept(self.milestone, **self._how)


class DeclineForm(AcceptForm):
    deeds = (MilestoneDeed.DECLINED,)
    heading = gettext_lazy("Decline this suggestion")
    button = pgettext_lazy("a suggestion", "Decline")
    reason = "required"
    danger = True

    def may(self) -> bool:
        return doing.may_decline(self.milestone, self.user, list(self.milestone.parts.all()))

    def act(self) -> None:
        doing.decline(self.milestone, self.text, **self._how)


class ReasonForm(forms.Form):
    """Why, asked in the line itself. The deed says whether there must be one."""

    reason = forms.CharField(max_length=10_000, required=False)


# How far it has come


class WorkForm(DeedForm):
    """A deed of all who take part."""

    def may(self) -> bool:
        return self.milestone.may_be_worked_on_by(self.user)


class BeginForm(WorkForm):
    deeds = (MilestoneDeed.STARTED,)
    heading = gettext_lazy("Begin")
    button = gettext_lazy("Begin")
    reason = "optional"

    @cached_property
    def forbidden(self) -> str:
        if self.milestone.status == MilestoneStatus.IN_PROGRESS:
            return _("It is in progress already.")
        return super().forbidden

    def act(self) -> None:
        doing.begin(self.milestone, self.text, **self._how)


class BlockForm(WorkForm):
    deeds = (MilestoneDeed.BLOCKED,)
    heading = gettext_lazy("Mark as blocked")
    button = gettext_lazy("Mark as blocked")

    def act(self) -> None:
        doing.block(self.milestone, self.text, **self._how)


class SettleForm(WorkForm):
    """Done: on which day, shown by what."""

    deeds: ClassVar[tuple[str, ...]] = (MilestoneDeed.COMPLETED, MilestoneDeed.CONFIRMED)
    reason = "optional"
    big = True
    folded = ("on", "evidence", "uploads", "access", "words")
    good_papers: Any = ()  # of several uploads, when others are refused

    on = DayField(required=False, label=gettext_lazy("Done on"), help_text=gettext_lazy("Empty: today."))
    evidence = forms.CharField(
        required=False,
        max_length=doing.MOST_EVIDENCE,
        label=gettext_lazy("Evidence"),
        help_text=gettext_lazy("Number or name of the paper, an address, or in words."),
    )
    uploads = PapersField(required=False, label=gettext_lazy("Papers that show it"), help_text=FILES_HINT)
    access = forms.ChoiceField(
        choices=Access.choices,
        required=False,
        initial=Access.INTERNAL,
        label=gettext_lazy("Access to these papers"),
        help_text=ACCESS_HINT,
    )
    field_order = ["on", "evidence", "uploads", "access", "words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].accept_pieces_of(self.user)  # type: ignore[attr-defined]  # a PapersField
        self.fields["evidence"].widget.attrs.pop("maxlength", None)
        self.initial.setdefault("on", self.user.today())

    @property
    def said(self) -> tuple[str, ...]:
        return *super().said, (self.cleaned_data.get("evidence") or "").strip()

    def wrote(self, entry: MilestoneEntry) -> bool:
        """The day stands with the parts that the user confirmed; where there is no part, with the follow-up."""
        confirmed = self.confirmable.filter(done_by=self.user).values_list("done_on", flat=True)
        days = set(confirmed) if self.parts else {self.milestone.done_on}
        return super().wrote(entry) and self.cleaned_data.get("on") in days

    @property
    def confirmable(self) -> QuerySet[Part]:
        """The parts that it may confirm."""
        return self.milestone.parts.all()

    def add_error(self, field: str | None, error: Any) -> None:
        """The good papers are kept also when others were refused."""
        self.good_papers = getattr(error, "papers", self.good_papers)
        super().add_error(field, error)

    def keep_papers(self) -> list[Any]:
        """Papers of the own side. What all may read is named as the evidence, unless the user named something."""
        papers, sides = self.cleaned_data.get("uploads", self.good_papers), sides_of(self.user, self.milestone)
        if not papers or not sides:
            return []
        side, access = sides[0], self.cleaned_data.get("access") or Access.INTERNAL
        about = {"kind": DocumentKind.EVIDENCE, "access": access, "owner_id": side}
        unit = unit_of(self.user, self.milestone, side)
        filed = file_papers(self.milestone, papers, by=self.user, unit_id=unit, **about)
        self.kept = [*filed.kept, *(twin for _paper, twin in filed.known)]
        if not self.cleaned_data.get("evidence"):
            names = "; ".join(str(paper) for paper in self.kept if paper.access != Access.RESTRICTED)
            self.cleaned_data["evidence"] = names[: doing.MOST_EVIDENCE]
        return self.kept

    @cached_property
    def parts(self) -> list[Part]:
        parts = list(self.milestone.parts.select_related("region", "unit__region"))
        for part in parts:
            part.milestone = self.milestone
        return parts

    def may(self) -> bool:
        return super().may() and doing.may_complete(self.milestone, self.user, self.parts)

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"] or self.user.today()
        if day > self.user.today():
            raise forms.ValidationError(_("The day lies in the future. Record it when it has happened."))
        return day


class CompleteForm(SettleForm):
    heading = gettext_lazy("Complete for all sides")
    button = gettext_lazy("Done for all sides")

    @property
    def says(self) -> str:
        names = ", ".join(part.name for part in self.parts if part.done_on is None)
        return _("This confirms the part of: %(names)s.") % {"names": names} if names else ""

    def act(self) -> None:
        said = self.cleaned_data
        doing.complete(self.milestone, said["on"], said["evidence"], self.text, **self._how)


class ConfirmForm(SettleForm):
    """One part: that of the address."""

    deeds = (MilestoneDeed.CONFIRMED,)
    heading = gettext_lazy("Confirm this part")
    button = gettext_lazy("Confirm as done")

    def may(self) -> bool:
        return self._part.may_be_confirmed_by(self.user)

    @cached_property
    def forbidden(self) -> str:
        return _("This part is confirmed already.") if self._part.done_on else super().forbidden

    @property
    def says(self) -> str:
        return self._part.name

    def act(self) -> None:
        said = self.cleaned_data
        doing.confirm(self._part, said["on"], self.text, evidence=said["evidence"], **self._how)

    def did(self, entry: MilestoneEntry) -> bool:
        return super().did(entry) and entry.region_id == self._part.region_id

    @property
    def confirmable(self) -> QuerySet[Part]:
        return super().confirmable.filter(pk=self._part.pk)

    @property
    def _part(self) -> Part:
        assert self.part is not None  # noqa: S101 -- the address names it
        return self.part


class DoneForm(SettleForm):
    """What a single “Done” means for this user: their own part where others have theirs, else the whole."""

    heading = gettext_lazy("Is it done?")
    button = pgettext_lazy("follow-up", "Done")

    @cached_property
    def own(self) -> list[Part]:
        """Open parts of the user's own side, where another side has still to confirm its own."""
        pending = [part for part in self.parts if part.done_on is None]
        own = [part for part in pending if doing.is_of_side(part, self.user)]
        return own if len(own) < len(pending) else []

    def may(self) -> bool:
        """Also who has confirmed: a letter is followed twice, and then it says so."""
        return bool(self.own) or super().may() or self.has_confirmed

    @property
    def has_confirmed(self) -> bool:
        return any(part.done_on is not None and doing.is_of_side(part, self.user) for part in self.parts)

    @cached_property
    def forbidden(self) -> str:
        if self.milestone.is_open and not self.own and not super().may():
            return _("Your part is confirmed already. The other side has still to confirm its own.")
        return super().forbidden

    @property
    def says(self) -> str:
        if not self.own:
            others = [p.name for p in self.parts if p.done_on is None and not doing.is_of_side(p, self.user)]
            return _("You confirm it for: %(names)s.") % {"names": ", ".join(others)} if others else ""
        rest = [part.name for part in self.parts if part.done_on is None and part not in self.own]
        words = {"own": ", ".join(part.name for part in self.own), "rest": ", ".join(rest)}
        return _("You confirm the part of %(own)s. Then %(rest)s has still to confirm.") % words

    @transaction.atomic
    def act(self) -> None:
        said, how = self.cleaned_data, self._how
        if not self.own:
            doing.complete(self.milestone, said["on"], said["evidence"], self.text, **how)
        for part in self.own:
            doing.confirm(part, said["on"], self.text, evidence=said["evidence"], **how)
            how["version"] = None  # held by this transaction


class ReopenForm(WorkForm):
    deeds = (MilestoneDeed.REOPENED,)
    heading = gettext_lazy("Reopen")
    button = gettext_lazy("Reopen")

    def may(self) -> bool:
        parts = list(self.milestone.parts.all())
        return super().may() and doing.may_complete(self.milestone, self.user, parts, every=True)

    @cached_property
    def forbidden(self) -> str:
        if self.milestone.status not in doing.CLOSED:
            return _("It is open already.")
        if doing.closed_by_its_data(self.milestone):
            return _("It was closed because the data say so: it opens again when the agreement or duty is changed.")
        return ""

    def act(self) -> None:
        doing.reopen(self.milestone, self.text, **self._how)


class CancelForm(DeedForm):
    deeds = (MilestoneDeed.CANCELLED,)
    heading = gettext_lazy("Cancel this follow-up")
    button = gettext_lazy("Cancel the follow-up")
    danger = True

    @cached_property
    def forbidden(self) -> str:
        return _("It is closed. Reopen it first.") if self.milestone.status in doing.CLOSED else ""

    def act(self) -> None:
        doing.cancel(self.milestone, self.text, **self._how)


# When


class RescheduleForm(DueForm, DeedForm):
    deeds = (MilestoneDeed.RESCHEDULED,)
    heading = gettext_lazy("Move to another day")
    button = gettext_lazy("Move it")
    dated = True
    optional_by_default = True  # one of the three inputs is asked for: see components/_label.html

    due_as_stated = forms.CharField(
        required=False, max_length=200, label=gettext_lazy("Due in the words of the source")
    )
    field_order = ["due_precision", "due_day", "due_month", "due_year", "due_as_stated", "words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**initial_due(self.milestone), **self.initial}

    @cached_property
    def forbidden(self) -> str:
        if self.milestone.status in doing.CLOSED:
            return _("It is closed. Reopen it first.")
        return doing.why_not_movable(self.milestone)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        self.read_due(cleaned)
        known = any(name in self.errors for name in ("due_day", "due_month", "due_year", "due_precision"))
        if self.due_on is None and not known and not self.forbidden:
            self.add_error("due_day", _("Give the new day."))
        return cleaned

    def wrote(self, entry: MilestoneEntry) -> bool:
        said, now = self.cleaned_data, self.milestone
        same_words = now.due_as_stated == said.get("due_as_stated", "").strip()
        same_day = (entry.new_due, now.due_precision) == (self.due_on, said.get("due_precision"))
        return super().wrote(entry) and same_day and same_words

    def act(self) -> None:
        assert self.due_on is not None  # noqa: S101 -- judged in `clean`
        said = self.cleaned_data
        when = {"precision": said["due_precision"], "as_stated": said["due_as_stated"]}
        doing.reschedule(self.milestone, self.due_on, self.text, **when, **self._how)


class SnoozeForm(DeedForm):
    """For oneself only, so all who see it may; and nobody is in the way of anybody, so no version is compared."""

    deeds = (MilestoneDeed.SNOOZED,)
    heading = gettext_lazy("Remind me later")
    button = pgettext_lazy("reminder", "Snooze")
    reason = "none"

    until = DayField(
        label=gettext_lazy("Remind me on"),
        help_text=gettext_lazy("Until then you get no reminder of it; it stays due. Others are reminded as before."),
        error_messages={"required": gettext_lazy("Choose the day.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False
        self.initial.setdefault("until", self.user.today() + A_WEEK)

    was_overtaken = False

    def may(self) -> bool:
        return doing.sees(self.milestone, self.user)

    @cached_property
    def forbidden(self) -> str:
        return _("It is closed: nobody is reminded of it.") if self.milestone.status in doing.CLOSED else ""

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        today = self.user.today()
        if not today < until <= today + doing.LONGEST_SNOOZE:
            raise forms.ValidationError(_("Choose a later day, at most one year ahead."))
        return until

    def act(self) -> None:
        doing.snooze(self.milestone, self.cleaned_data["until"], by=self.user)


class WakeForm(SnoozeForm):
    heading = gettext_lazy("Remind me again")
    button = gettext_lazy("Remind me again")
    until = None  # type: ignore[assignment]  # taken away

    def act(self) -> None:
        doing.wake(self.milestone, by=self.user)


# The conversation


class CommentForm(WorkForm):
    deeds = (MilestoneDeed.COMMENTED,)
    heading = gettext_lazy("Write a comment")
    button = gettext_lazy("Send the comment")

    was_overtaken = False
    forbidden = ""

    def may(self) -> bool:
        return self.milestone.may_be_commented_by(self.user)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = False
        self.fields["words"].label = pgettext_lazy("follow-up", "Comment")
        self.fields["words"].help_text = _("Every side that takes part reads it.")
        self.fields["words"].error_messages["required"] = _("Write something first.")

    def act(self) -> None:
        doing.comment(self.milestone, self.text, by=self.user, seen=self.cleaned_data["seen"])


def require(form: DeedForm) -> None:
    """Raises PermissionDenied with a plain sentence."""
    if not form.may():
        raise PermissionDenied(_("This is for those who take part in it, on their own side, or who keep the record."))
