"""What deeds in bulk ask for: the day, the reason, the people; and the number that was seen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.bulk import Terms
from followups.doing import LONGEST_SNOOZE
from followups.lookups import PeopleLookup
from followups.models import MilestoneDeed
from pages.lookups import LookupField
from pages.sheets.fields import DayField
from regions.lookups import ORGANISATIONS

REASON_HINT = gettext_lazy("It stays in the log of each, for every side to read.")


class BulkForm(forms.Form):
    """`number` rows were `seen`; whether these are still the same is asked when the rows are held."""

    heading: ClassVar[Any]
    button: ClassVar[Any]
    danger: ClassVar[bool] = False

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial.setdefault("submission", uuid.uuid4())

    @property
    def terms(self) -> Terms:
        cleaned = self.cleaned_data
        return Terms(on=cleaned.get("on"), reason=cleaned.get("reason", ""), evidence=cleaned.get("evidence", ""))


class AcceptForm(BulkForm):
    heading = gettext_lazy("Accept suggestions")
    button = gettext_lazy("Accept them")


class CompleteForm(BulkForm):
    heading = gettext_lazy("Mark as done")
    button = gettext_lazy("Mark them as done")

    on = DayField(label=gettext_lazy("Done on"))
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"), required=False, max_length=300,
        help_text=gettext_lazy("Number or name of the paper, an address, or in words."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=5_000, widget=forms.Textarea({"rows": 2}),
        help_text=REASON_HINT,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", self.user.today())

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > self.user.today():
            raise forms.ValidationError(_("The day lies in the future. Record it when it has happened."))
        return day


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"), max_length=5_000, widget=forms.Textarea({"rows": 2}), help_text=REASON_HINT,
        error_messages={"required": gettext_lazy("Give the reason: it stays in the log.")},
    )  # fmt: skip


class RescheduleForm(BulkForm):
    heading = gettext_lazy("Move to another day")
    button = gettext_lazy("Move them")

    on = DayField(label=gettext_lazy("New due day"))
    reason = _reason()


class CancelForm(BulkForm):
    heading = gettext_lazy("Cancel follow-ups")
    button = gettext_lazy("Cancel them")
    danger = True

    reason = _reason()


class SnoozeForm(BulkForm):
    heading = gettext_lazy("Snooze for me")
    button = gettext_lazy("Snooze them")

    on = DayField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("You are reminded on that day, and not before. What is due stays on the pages."),
    )

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if not self.user.today() < day <= self.user.today() + LONGEST_SNOOZE:
            raise forms.ValidationError(_("Choose a later day, at most one year ahead."))
        return day


class ReassignForm(BulkForm):
    heading = gettext_lazy("Give to others")
    button = gettext_lazy("Give them")

    unit = LookupField(
        ORGANISATIONS, label=gettext_lazy("Responsible unit"), required=False, create=False,
        help_text=gettext_lazy("It takes the place of all sides that are responsible now. Empty: they stay."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=5_000, widget=forms.Textarea({"rows": 2}),
        help_text=REASON_HINT,
    )  # fmt: skip

    field_order = ["unit", "person", "second", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lookup = PeopleLookup(self.user)
        hint = _("They take the place of the people to whom it is given now. Empty: these stay.")
        self.fields["person"] = LookupField(lookup, label=_("Person"), required=False, create=False, help_text=hint)
        self.fields["second"] = LookupField(lookup, label=_("Second person"), required=False, create=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in ("unit", "person", "second")):
            self.add_error("unit", _("Choose a unit, a person, or both."))
        return cleaned

    @property
    def terms(self) -> Terms:
        cleaned = self.cleaned_data
        people = {one.pk: one for one in (cleaned["person"], cleaned["second"]) if one is not None}
        return Terms(reason=cleaned["reason"], unit=cleaned["unit"], people=tuple(people.values()))


FORMS: dict[str, type[BulkForm]] = {
    MilestoneDeed.COMPLETED: CompleteForm,
    MilestoneDeed.RESCHEDULED: RescheduleForm,
    MilestoneDeed.REASSIGNED: ReassignForm,
    MilestoneDeed.SNOOZED: SnoozeForm,
    MilestoneDeed.ACCEPTED: AcceptForm,
    MilestoneDeed.CANCELLED: CancelForm,
}
