"""The form of a recurring duty, and of its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.lookups import AgreementLookup
from agreements.models import Agreement, Programme
from followups.lookups import ProgrammeLookup
from followups.models import Duty, MilestoneKind, Recurrence
from followups.models.kinds import MONTHS_OF
from followups.recurring import next_period
from pages.lookups import LookupField
from pages.sheets import sheet
from pages.sheets.fields import DayField, WholeNumberField
from pages.sheets.filled import FilledForm, Filling
from pages.sheets.sheet import Beginning
from pages.templatetags.pages import Problem
from records.dates import Certainty
from records.keys import by_key
from regions.lookups import ORGANISATIONS, REGIONS
from regions.models import Region
from visits.forms.delegations import belongs, says_where_it_belongs
from visits.forms.visit import offer_owners

KINDS = [
    (kind.value, kind.label)
    for kind in (
        MilestoneKind.MONEV, MilestoneKind.REPORT_SEMESTER, MilestoneKind.REPORT_ANNUAL, MilestoneKind.REVIEW,
        MilestoneKind.PAYMENT, MilestoneKind.DELIVERABLE, MilestoneKind.FOLLOW_UP,
    )
]  # fmt: skip


class DutyForm(FilledForm):
    """`first_on` of a stored duty is its next day: what is past stays as it was."""

    advanced = ("certainty", "as_stated")

    every_months = WholeNumberField(
        required=False, min_value=1, max_value=120, label=gettext_lazy("Every so many months"),
        help_text=gettext_lazy("Only if you chose “Custom”."),
    )  # fmt: skip
    first_on = DayField(
        required=False, label=gettext_lazy("First due"), help_text=gettext_lazy("Empty: the end of the next period.")
    )
    until = DayField(
        required=False, label=gettext_lazy("Until"), help_text=gettext_lazy("Empty: until further notice.")
    )
    region = LookupField(REGIONS, required=False, create=False, label=gettext_lazy("Responsible region"))
    unit = LookupField(ORGANISATIONS, required=False, label=gettext_lazy("Responsible unit"))

    class Meta:
        model = Duty
        fields = (
            "kind", "title", "recurrence", "every_months", "first_on", "until", "region", "unit", "agreement",
            "programme", "owner", "certainty", "as_stated",
        )  # fmt: skip
        widgets = {"title": forms.Textarea({"rows": 2}), "recurrence": forms.RadioSelect}
        help_texts = {"title": gettext_lazy("Empty: the kind says it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, duty = self.filling.user, self.instance
        self.fields["kind"].choices = KINDS  # type: ignore[attr-defined]  # a choice
        self.fields["agreement"] = LookupField(AgreementLookup(user), required=False, label=_("Agreement"))
        self.fields["programme"] = LookupField(ProgrammeLookup(user), required=False, label=_("Programme"))
        offer_owners(self, user)
        if duty.pk is not None:
            self.fields["first_on"].label = _("Next due")
            self.initial["first_on"] = self.next_due
        if duty.recurrence != Recurrence.CUSTOM:
            self.initial["every_months"] = None

    @property
    def next_due(self) -> dt.date | None:
        """The occurrence ahead, or the first day of one that has not begun."""
        today = self.filling.user.today()
        ahead = self.instance.occurrences.filter(due_on__gt=today).exclude(status="CANCELLED").order_by("due_on")
        found: dt.date | None = ahead.values_list("due_on", flat=True).first()
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._read_interval(cleaned)
        self._read_belonging(cleaned)
        if not {"first_on", "recurrence", "every_months"} & set(self.errors):
            self._read_first(cleaned)
        first, until = cleaned.get("first_on"), cleaned.get("until")
        if first and until and until < first:
            self.add_error("until", _("The end lies before the start. Swap the two dates or correct one."))
        return cleaned

    def _read_interval(self, cleaned: dict[str, Any]) -> None:
        recurrence = cleaned.get("recurrence", "")
        if recurrence in MONTHS_OF:
            cleaned["every_months"] = MONTHS_OF[recurrence]
            self.errors.pop("every_months", None)
        elif recurrence and not cleaned.get("every_months") and "every_months" not in self.errors:
            self.add_error("every_months", _("Say after how many months it recurs."))
        if {"recurrence", "every_months"} & set(self.changed_data) and "certainty" not in self.changed_data:
            certainty = cleaned.get("certainty")
            cleaned["certainty"] = Certainty.STATED if certainty == Certainty.DEFAULT else certainty

    def _read_belonging(self, cleaned: dict[str, Any]) -> None:
        region, unit = cleaned.get("region"), cleaned.get("unit")
        if region and unit and not belongs(unit, region):
            self.add_error("unit", says_where_it_belongs(unit, region))
        agreement, programme = cleaned.get("agreement"), cleaned.get("programme")
        if programme and agreement and programme.agreement_id != agreement.pk:
            self.add_error("programme", _("This programme belongs to another agreement. Choose one of its own."))
        elif programme:
            cleaned["agreement"] = programme.agreement

    def _read_first(self, cleaned: dict[str, Any]) -> None:
        """Another next day, or another interval, begins the counting anew; else it goes on from where it began."""
        duty, today = self.instance, self.filling.user.today()
        first = cleaned.get("first_on")
        if duty.pk is None:
            cleaned["first_on"] = first or next_period(cleaned["every_months"], today, cleaned.get("agreement"))
            return
        known = self.next_due
        if first == known and cleaned["every_months"] == self._stored_months:
            cleaned["first_on"] = self._stored_first
        elif first is None:
            cleaned["first_on"] = next_period(cleaned["every_months"], today, cleaned.get("agreement"))
        elif first <= today:
            self.add_error("first_on", _("Choose a day that lies ahead: what is past stays as it was."))

    @property
    def _stored_first(self) -> dt.date:
        return Duty._base_manager.values_list("first_on", flat=True).get(pk=self.instance.pk)

    @property
    def _stored_months(self) -> int:
        return Duty._base_manager.values_list("every_months", flat=True).get(pk=self.instance.pk)


class DutySheet(sheet.Sheet):
    """A form without rows: for its drafts, its conflicts, and that it is saved once."""

    form_class = DutyForm
    filling_class = Filling
    lists_of = {}
    form: DutyForm

    @classmethod
    def begin(cls, filling: Any) -> Beginning:
        home = filling.user.home_region
        return Beginning(Duty(owner=home), {}, {"owner": home.pk if home else None})

    @classmethod
    def children(cls, record: Duty) -> dict[str, list[Any]]:
        return {}

    def check(self) -> Iterator[Problem]:
        if self.form.instance.owner_id is None:
            yield "", _("Choose the region that keeps it.")


def duty_for(user: Any, asked: QueryDict) -> Beginning:
    """What `?agreement=` and `?programme=` carry over, as far as it is seen."""
    begun = DutySheet.begin(Filling(user))
    duty = begun.record
    duty.programme = by_key(Programme.objects.visible_to(user).select_related("agreement"), asked.get("programme", ""))
    agreement = by_key(Agreement.objects.visible_to(user).for_names(), asked.get("agreement", ""))
    duty.agreement = duty.programme.agreement if duty.programme else agreement
    if duty.agreement and user.may_write_for(duty.agreement.owner_id):
        duty.owner = duty.agreement.owner
    elif duty.agreement:
        own = [pk for pk in duty.agreement.region_ids if pk in user.writing_region_ids]
        duty.owner = Region.objects.get(pk=own[0]) if own else duty.owner
    begun.initial["owner"] = duty.owner_id
    return begun


class EndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("What is due later falls away. What was missed until then stays."),
        error_messages={"required": gettext_lazy("Choose the day.")},
    )
