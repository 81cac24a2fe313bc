"""The visit's own fields: kinds, who keeps it, host, date, place, standing; purpose, minutes and remarks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from pages.lookups import LookupField
from pages.sheets.fields import WholeNumberField
from pages.sheets.period import WHEN, PeriodForm
from records.dates import Precision
from regions.lookups import ORGANISATIONS, REGIONS, VENUES
from regions.models import Region
from visits.forms.delegations import belongs, says_where_it_belongs
from visits.logging import status_on
from visits.lookups import SeriesLookup, VisitLookup
from visits.models import Setting, Standing, Visit, VisitKind, VisitSeries, VisitStatus

OVER = (VisitStatus.COMPLETED, VisitStatus.REPORTED)


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def smallest(label: Any, help_text: Any = "") -> WholeNumberField:
    """A count that the database keeps in two bytes."""
    return WholeNumberField(required=False, min_value=1, max_value=32767, label=label, help_text=help_text)


class WhenForm(PeriodForm):
    """When it was, and what that says about the status."""

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ("precision", "weekday", "date_as_stated", "date_certainty")

    @property
    def leads_to(self) -> VisitStatus | None:
        """The status that the date tells; None where it tells none, or is not right yet."""
        if set(self.errors) & set(WHEN):
            return None
        visit, cleaned = self.instance, self.cleaned_data
        words = cleaned.get("date_as_stated", "")
        return status_on(self.filling.user.today(), visit.starts_on, visit.ends_on, cleaned["precision"], words)


class VisitForm(WhenForm):
    """`status` may be left to the date; `new_series` names a programme that is started together with the visit."""

    advanced = ("title",)
    judged_elsewhere = ("series",)  # a phase has a programme: `_check_sequence`, for the programme may be a new one

    kinds = forms.ModelMultipleChoiceField(
        VisitKind.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Kinds of visit"),
    )
    host_region = LookupField(REGIONS, required=False, label=gettext_lazy("Host region"))
    host_organisation = LookupField(
        ORGANISATIONS,
        required=False,
        label=gettext_lazy("Host organisation"),
        help_text=gettext_lazy("Whoever receives the guests: the government, the council, an agency."),
    )
    venue = LookupField(VENUES, required=False, label=gettext_lazy("Venue"))
    start_time = TimeField(required=False, label=gettext_lazy("Begins at"))
    end_time = TimeField(required=False, label=gettext_lazy("Ends at"))
    phase = smallest(gettext_lazy("Phase"))
    ordinal_claimed = smallest(gettext_lazy("Claimed number"), gettext_lazy("“The third visit”: 3."))
    new_series = forms.CharField(required=False, max_length=250, label=gettext_lazy("Or start a new programme"))

    class Meta(WhenForm.Meta):
        fields = (
            "title", "kinds", "setting", "status", "standing", "owner", "host_region", "host_organisation",
            "precision", "weekday", "date_as_stated", "date_certainty", "start_time", "end_time", "venue",
            "venue_as_stated", "purpose", "minutes", "remarks", "series", "phase", "replies_to", "ordinal_claimed",
            "ordinal_of", "mentioned_in",
        )  # fmt: skip
        widgets = {
            "setting": forms.RadioSelect,
            "standing": forms.RadioSelect,
            "purpose": forms.Textarea({"rows": 3}),
            "minutes": forms.Textarea({"rows": 6}),
            "remarks": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, visits = self.filling.user, VisitLookup(self.filling.user)
        self.fields["series"] = LookupField(SeriesLookup(user), required=False, label=_("Programme"))
        self.fields["replies_to"] = LookupField(visits, required=False, label=_("Return visit for"))
        self.fields["mentioned_in"] = LookupField(visits, required=False, label=_("Only mentioned in"))
        offer_owners(self, user)
        if self.instance.pk is None:
            self._leave_status_to_the_date()

    @property
    def standing_open(self) -> bool:
        names = ("standing", "mentioned_in")
        return any(name in self.errors or self.is_filled(name) for name in names)

    def _leave_status_to_the_date(self) -> None:
        status = self.fields["status"]
        status.required = False
        status.choices = [("", _("Automatic: from the date")), *VisitStatus.choices]  # type: ignore[attr-defined]
        self.initial["status"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_host(cleaned)
        self._check_place_in_time(cleaned)
        self._check_sequence(cleaned)
        return cleaned

    def _check_host(self, cleaned: dict[str, Any]) -> None:
        region, organisation = cleaned.get("host_region"), cleaned.get("host_organisation")
        faulty = {"host_region", "host_organisation"} & set(self.errors)
        if cleaned.get("setting") != Setting.UNKNOWN and not faulty and not region and not organisation:
            self.add_error("host_region", _("Say who receives the visit: a host region or a host organisation."))
        if region and organisation and not belongs(organisation, region):
            self.add_error("host_organisation", says_where_it_belongs(organisation, region))
        elif organisation and not region:
            cleaned["host_region"] = organisation.region

    def _check_place_in_time(self, cleaned: dict[str, Any]) -> None:
        start, end = cleaned.get("start_time"), cleaned.get("end_time")
        if start and end and end < start and cleaned.get("precision") == Precision.DAY:
            self.add_error("end_time", _("It cannot end before it begins. Swap the two times or correct one."))
        today, first = self.filling.user.today(), self.instance.starts_on
        if not cleaned.get("status") and not set(self.errors) & {"status", *WHEN}:
            self._derive_status(cleaned)
        elif cleaned.get("status") in OVER and first and first > today:
            self.add_error(
                "status", _("The visit lies ahead, so it is not over. Choose “Scheduled”, or correct the date.")
            )

    def _derive_status(self, cleaned: dict[str, Any]) -> None:
        status = self.leads_to
        if status is None:
            self.add_error("status", _("Choose the status: the date does not tell whether the visit took place."))
        else:
            cleaned["status"] = status

    def _check_sequence(self, cleaned: dict[str, Any]) -> None:
        programme = cleaned.get("series") or cleaned.get("new_series")
        if cleaned.get("phase") and not programme and "series" not in self.errors:
            self.add_error(
                "series", _("A phase belongs to a programme: choose the programme, or leave the phase empty.")
            )
        if cleaned.get("series") and cleaned.get("new_series"):
            self.add_error("new_series", _("Choose a programme or start a new one: clear one of the two."))
        for name in ("replies_to", "mentioned_in"):
            if cleaned.get(name) and cleaned[name].pk == self.instance.pk:
                self.add_error(name, _("A visit cannot point to itself. Choose another one."))
        if cleaned.get("mentioned_in") and cleaned.get("standing") != Standing.CLAIMED:
            self.add_error("standing", _("If it is only mentioned in another visit, its standing is “Only mentioned”."))

    def save_series(self) -> None:
        """Start the programme that was named, kept by the region that keeps the visit."""
        name = self.cleaned_data.get("new_series", "").strip()
        if name:
            self.instance.series = VisitSeries.objects.create(name=name, owner=self.instance.owner)


def offer_owners(form: forms.BaseForm, user: User) -> None:
    """Ask for the keeping region only where there is a choice; an administrator of all regions finds it by typing."""
    label = _("Kept by")
    if user.sees_all:
        form.fields["owner"] = LookupField(REGIONS, label=label, create=False)
        return
    own = Region.objects.filter(pk__in=user.writing_region_ids)
    if len(user.writing_region_ids) == 1:
        form.fields.pop("owner", None)
    else:
        form.fields["owner"] = forms.ModelChoiceField(own, label=label, empty_label=None)
