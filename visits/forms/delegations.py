"""Who came and who received them: delegations, and their members in the three forms in which sources name people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.lookups import LookupField
from pages.sheets.fields import NarrowSelect, WholeNumberField
from pages.sheets.rows import RowForm, Rows, rows_of
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS
from regions.models import Organisation, Region
from visits.models import Delegate, DelegateForm, DelegateRole, Delegation, Side
from visits.snapshots import part_from_former, take_snapshot

HOST_SIDE = [Side.HOST]
GUEST_SIDES = [Side.GUEST, Side.THIRD]
# Said of a row that another side may have confirmed.
CONFIRMED = gettext_lazy(
    "When this is saved, what another side confirmed of it goes too. "
    "Then all of it stays in the trash for 30 days and can be restored."
)


class MemberForm(RowForm):
    """A member: a named person, an office without a name, or a group. What the source does not say stays empty."""

    noun = gettext_lazy("Member %(number)s")
    parts = "visits/_row_member.html"
    advanced = ("organisation", "certainty", "quote")

    form = forms.ChoiceField(
        choices=DelegateForm.choices,
        initial=DelegateForm.NAMED,
        widget=forms.RadioSelect,
        label=gettext_lazy("How does the source name them?"),
    )
    official = LookupField(
        OFFICIALS,
        required=False,
        label=gettext_lazy("Official"),
        help_text=gettext_lazy("From the register: fills in name and office as they were on the day."),
    )
    organisation = LookupField(ORGANISATIONS, required=False, label=gettext_lazy("Organisation"))
    count = WholeNumberField(required=False, label=gettext_lazy("Number of people"))

    class Meta:
        model = Delegate
        fields = (
            "form", "role", "official", "name", "capacity", "manner", "count_comparator", "count",
            "on_behalf_of", "organisation", "certainty", "quote",
        )  # fmt: skip
        widgets = {"quote": forms.Textarea({"rows": 2}), "count_comparator": NarrowSelect}
        help_texts = {"name": "", "capacity": ""}
        labels = {"count_comparator": gettext_lazy("How exact?")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        form, count = cleaned.get("form"), cleaned.get("count")
        if form == DelegateForm.NAMED and not cleaned.get("name") and not cleaned.get("official"):
            message = _("Give the name of the person, or choose “Role only” or “Group” above.")
            self._ask("name", message, unless="official")
        if form in (DelegateForm.ROLE_ONLY, DelegateForm.GROUP) and not cleaned.get("capacity"):
            self._ask("capacity", _("Name the office or the group as the source calls it."))
        if count is not None and form != DelegateForm.GROUP:
            self._ask("count", _("Only a group has a number of people: choose “Group” above, or clear the number."))
        elif count is not None and count < 1:
            self._ask("count", _("A group has at least 1 person. Leave the number empty if it is not known."))
        return cleaned

    @property
    def is_saved_last(self) -> bool:
        return bool(self.instance.role == DelegateRole.LEADER)

    def prepare(self) -> bool:
        """Take the office of the day."""
        record: Delegate = self.instance
        part_from_former(self)
        take_snapshot(record, record.delegation)
        return False

    def _ask(self, name: str, message: str, unless: str = "") -> None:
        if name not in self.errors and unless not in self.errors:
            self.add_error(name, message)


class MemberRows(Rows):
    def clean(self) -> None:
        """One head: the second one is told."""
        heads = [row for row in self.ordered if row.is_live and row["role"].value() == DelegateRole.LEADER]
        for row in heads[1:]:
            row.add_error("role", _("A delegation has one head. Make one of them deputy or member."))


MEMBER_ROWS = rows_of(MemberForm, MemberRows)


class DelegationForm(RowForm):
    """A delegation of guests, or a third party, with its members."""

    noun = gettext_lazy("Delegation %(number)s")
    parts = "visits/_row_delegation.html"
    goes_along = CONFIRMED
    advanced: ClassVar[tuple[str, ...]] = ("side", "on_behalf_of", "on_behalf_of_region")

    side = forms.ChoiceField(
        choices=[(side.value, side.label) for side in GUEST_SIDES],
        initial=Side.GUEST,
        required=False,
        label=gettext_lazy("Side"),
    )
    region = LookupField(REGIONS, required=False, label=gettext_lazy("Region"))
    organisation = LookupField(ORGANISATIONS, required=False, label=gettext_lazy("Organisation"))
    on_behalf_of_region = LookupField(REGIONS, required=False, label=gettext_lazy("On behalf of the region"))
    headcount = WholeNumberField(required=False, min_value=1, label=gettext_lazy("Number of people"))

    class Meta:
        model = Delegation
        fields: tuple[str, ...] = (
            "region", "organisation", "headcount_comparator", "headcount", "topics",
            "side", "on_behalf_of", "on_behalf_of_region",
        )  # fmt: skip
        widgets = {"topics": forms.Textarea({"rows": 2}), "headcount_comparator": NarrowSelect}
        labels = {"headcount_comparator": gettext_lazy("How exact?")}

    def make_nested(self) -> list[Rows]:
        stored = list(self.instance.delegates.all()) if self.instance.pk else []
        self.members = MEMBER_ROWS(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-delegates",
            filling=self.filling,
            instances=stored,
            blank=0 if stored else 1,
            above=self.row_title,
        )
        return [self.members]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["side"] = cleaned.get("side") or Side.GUEST
        region, organisation = cleaned.get("region"), cleaned.get("organisation")
        if not region and not organisation and not {"region", "organisation"} & set(self.errors):
            self.ask_whose()
        if region and organisation and not belongs(organisation, region):
            self.add_error("organisation", says_where_it_belongs(organisation, region))
        elif organisation and not region:
            cleaned["region"] = organisation.region
        return cleaned

    def ask_whose(self) -> None:
        self.add_error("region", _("Say whose delegation it is: choose a region or an organisation."))

    def parents_of_nested(self, parents: Mapping[str, Model]) -> dict[str, Model]:
        return {"delegation": self.instance}


class HostForm(DelegationForm):
    """Who received the guests. Without region and organisation of its own it is the delegation of the visit's host."""

    noun = gettext_lazy("Receiving side %(number)s")
    parts = "visits/_row_host.html"
    advanced = ("region", "organisation", "on_behalf_of", "on_behalf_of_region", "headcount", "topics")
    judged_elsewhere = ("region",)  # whose delegation it is: `prepare` gives it the region and organisation of the host

    side = None  # type: ignore[assignment]  # no question here: takes the field of the base class away

    class Meta(DelegationForm.Meta):
        fields = (
            "region", "organisation", "headcount_comparator", "headcount", "topics",
            "on_behalf_of", "on_behalf_of_region",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self._is_of_host():
            self.initial = {**self.initial, "region": None, "organisation": None}

    def clean(self) -> dict[str, Any]:
        self.instance.side = Side.HOST
        return super().clean()

    def ask_whose(self) -> None:
        pass

    def prepare(self) -> bool:
        """Follow the host, also when it was corrected and nothing in this row was touched."""
        visit = self.instance.visit
        if any(str(self[name].value() or "") or self[name].value().text for name in ("region", "organisation")):
            return False
        if self._is_of_host():
            return False
        self.instance.region, self.instance.organisation = visit.host_region, visit.host_organisation
        return True

    def _is_of_host(self) -> bool:
        own, visit = self.instance, self.instance.visit
        return (own.region_id, own.organisation_id) == (visit.host_region_id, visit.host_organisation_id)


def belongs(organisation: Organisation, region: Region) -> bool:
    """Is the organisation of this region, of one above or below it, or seated there? Guards against a wrong Malang."""
    own = [place for place in (organisation.region, organisation.seat) if place is not None]
    return not own or any(place == region or place in region.lineage() or region in place.lineage() for place in own)


def says_where_it_belongs(organisation: Organisation, region: Region) -> str:
    message = _(
        "%(organisation)s belongs to %(own)s, not to %(region)s. Choose the right one, or leave the region empty."
    )
    return message % {
        "organisation": organisation.name,
        "own": organisation.region or organisation.seat,
        "region": region,
    }


DELEGATION_ROWS = rows_of(DelegationForm)
HOST_ROWS = rows_of(HostForm)
