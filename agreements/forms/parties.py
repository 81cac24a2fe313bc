"""Between whom it is, who signs for them, and where and when they signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.base import ALL_PARTIES, ChoosesParties, Filling, PartyField, role_of
from agreements.models import Party, PartyRole, Signatory, Signing, SigningMode
from pages.lookups import LookupField
from pages.sheets.period import PeriodForm
from pages.sheets.rows import RowForm, Rows, rows_of
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS
from regions.models import Manner
from visits.forms.delegations import CONFIRMED, belongs, says_where_it_belongs
from visits.snapshots import part_from_former, position_held


class SignatoryForm(RowForm):
    """Who signs for a party: from the register, or as the source writes it; of an office alone the name stays empty."""

    noun = gettext_lazy("Signatory %(number)s")
    parts = "agreements/_row_signatory.html"
    advanced = ("on_behalf_of", "power", "certainty")
    filling: Filling
    party_key = ""  # of the party in whose row this one lies

    official = LookupField(
        OFFICIALS,
        required=False,
        label=gettext_lazy("Official"),
        help_text=gettext_lazy("From the register: fills in name and office as they were on the day of the signing."),
    )

    class Meta:
        model = Signatory
        fields = ("official", "name", "capacity", "manner", "on_behalf_of", "power", "certainty")
        help_texts = {"name": "", "capacity": ""}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        who = ("official", "name", "capacity")
        if not any(cleaned.get(name) for name in who) and not set(who) & set(self.errors):
            self.add_error("name", _("Give the name or the office of the signatory."))
        return cleaned

    def prepare(self) -> bool:
        """Take the office of the day."""
        part_from_former(self)
        return self._take_snapshot(self.instance)

    def _take_snapshot(self, record: Signatory) -> bool:
        """Whatever was typed stays; without a day nothing is guessed: see `visits.snapshots.position_held`."""
        official, party = record.official, record.party
        if official is None or record.name:
            return False
        record.name = str(official)
        day = self.filling.signed_on(self.party_key)
        position = position_held(official, day, party.organisation_id, party.region_id)
        if position and not record.capacity:
            record.capacity = position.title
            record.manner = position.manner if record.manner == Manner.DEFINITIVE else record.manner
        return True


SIGNATORY_ROWS = rows_of(SignatoryForm)


class PartyForm(RowForm):
    noun = gettext_lazy("Party %(number)s")
    parts = "agreements/_row_party.html"
    goes_along = CONFIRMED
    advanced = ("on_behalf_of", "on_behalf_of_region", "liaison", "certainty", "quote")

    region = LookupField(REGIONS, required=False, label=gettext_lazy("Region"))
    organisation = LookupField(
        ORGANISATIONS,
        required=False,
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Empty: the government of the region itself."),
    )
    on_behalf_of_region = LookupField(REGIONS, required=False, label=gettext_lazy("On behalf of the region"))
    unit = LookupField(
        ORGANISATIONS,
        required=False,
        label=gettext_lazy("Responsible unit"),
        help_text=gettext_lazy("Who carries it out on this side."),
    )

    class Meta:
        model = Party
        fields = (
            "role", "region", "organisation", "number", "unit", "on_behalf_of", "on_behalf_of_region", "liaison",
            "certainty", "quote",
        )  # fmt: skip
        widgets = {"liaison": forms.Textarea({"rows": 2}), "quote": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and not kwargs.get("instance"):
            number = str(self.prefix).rpartition("-")[2]
            self.initial["role"] = role_of(int(number)) if number.isdecimal() else PartyRole.NTH

    def make_nested(self) -> list[Rows]:
        stored = list(self.instance.signatories.all()) if self.instance.pk else []
        self.signatories = SIGNATORY_ROWS(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-signatories",
            filling=self.filling,
            instances=stored,
            above=self.row_title,
        )
        return [self.signatories]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        region, organisation = cleaned.get("region"), cleaned.get("organisation")
        if not region and not organisation and not {"region", "organisation"} & set(self.errors):
            self.add_error("region", _("Say who the party is: choose a region or an organisation."))
        if region and organisation and not belongs(organisation, region):
            self.add_error("organisation", says_where_it_belongs(organisation, region))
        elif organisation and not region:
            cleaned["region"] = organisation.region
        return cleaned

    def parents_of_nested(self, parents: Mapping[str, Model]) -> dict[str, Model]:
        for row in self.signatories.forms:
            row.party_key = self.chosen_as  # type: ignore[attr-defined]  # these rows are SignatoryForms
        return {"party": self.instance}


class PartyRows(Rows):
    def clean(self) -> None:
        """A party takes part once."""
        seen: set[tuple[Any, Any]] = set()
        for row in self.ordered:
            if not row.is_live or not hasattr(row, "cleaned_data"):
                continue
            who = (row.said("region"), row.said("organisation"))
            if who != (None, None) and who in seen:
                row.add_error("region", _("This party is in the agreement already. Remove one of the two rows."))
            seen.add(who)


PARTY_ROWS = rows_of(PartyForm, PartyRows)


class SigningForm(PeriodForm, ChoosesParties):
    """A signing by all parties at once, or by one of them at its own place and day."""

    noun = gettext_lazy("Signing %(number)s")
    parts = "agreements/_row_signing.html"
    advanced = ("place_as_stated", "note")
    party_fields = ("party",)

    party = PartyField(empty=ALL_PARTIES, label=gettext_lazy("Signed by"))
    place = LookupField(REGIONS, required=False, label=gettext_lazy("Place"))

    class Meta:
        model = Signing
        fields = (
            "precision", "weekday", "date_as_stated", "date_certainty", "place", "place_as_stated", "mode",
            "by_video_link", "ceremony", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [("", _("Not stated")), *SigningMode.choices]  # type: ignore[attr-defined]
        self.fields["ceremony"] = LookupField(
            self.filling.visits,
            required=False,
            label=_("Ceremony"),
            help_text=_("The visit or meeting at which it was signed. Several instruments may share one."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first = self.instance.starts_on
        if first and first > self.filling.user.today():
            name = next((name for name in ("day", "first", "month", "year") if cleaned.get(name)), None)
            message = _("A signing lies in the past or is today. Leave it out until it is signed, or correct the date.")
            self.add_error(name, message)
        return cleaned


class SigningRows(Rows):
    def clean(self) -> None:
        """Signed by all at once, or one by one: a party signs once. Rows that nobody touched count with the others."""
        live = [row for row in self.ordered if row.is_live and "party" not in row.errors]
        seen = set()
        alone = [(row, key) for row in live if (key := row["party"].value())]
        for row, key in alone:
            if key in seen:
                row.add_error("party", _("This party signed already: see the row above."))
            seen.add(key)
        for_all = [row for row in live if not row["party"].value()]
        for row in for_all[1:]:
            row.add_error("party", _("All parties signed already: see the row above. Choose the one that signed here."))
        if for_all and alone:
            message = _("Another row says that one party signed alone. Choose the party that signed here.")
            for_all[0].add_error("party", message)


SIGNING_ROWS = rows_of(SigningForm, SigningRows)
