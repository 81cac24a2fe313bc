"""Forms of the reference data: places abroad, profiles, organisations, officials with positions, venues."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pages.lookups import Lookup, LookupField, Option
from pages.sheets.fields import LatitudeField, LongitudeField, QuantityField
from pages.versions import VersionedForm
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS, VENUES
from regions.models import (
    Level,
    Manner,
    Measure,
    Official,
    Organisation,
    Position,
    PositionTitle,
    Region,
    RegionFigure,
    RegionTrait,
    Venue,
)
from regions.rights import require_move

# Words with which a title begins, after what says that somebody acts; the more special ones first.
TITLE_WORDS = [
    ("wakil gubernur", PositionTitle.VICE_GOVERNOR),
    ("gubernur", PositionTitle.GOVERNOR),
    ("wakil bupati", PositionTitle.VICE_REGENT),
    ("bupati", PositionTitle.REGENT),
    ("wakil wali kota", PositionTitle.VICE_MAYOR),
    ("wakil walikota", PositionTitle.VICE_MAYOR),
    ("wali kota", PositionTitle.MAYOR),
    ("walikota", PositionTitle.MAYOR),
    ("mayor jenderal", PositionTitle.OTHER),
    ("mayor", PositionTitle.MAYOR),
    ("sekda", PositionTitle.SECRETARY),
    ("sekretaris daerah", PositionTitle.SECRETARY),
    ("asisten pribadi", PositionTitle.OTHER),
    ("asisten", PositionTitle.ASSISTANT),
    ("kepala bp", PositionTitle.AUTHORITY_HEAD),
    ("kepala dinas", PositionTitle.AGENCY_HEAD),
    ("kepala badan", PositionTitle.AGENCY_HEAD),
    ("kepala bagian", PositionTitle.DIVISION_HEAD),
    ("kepala desa", PositionTitle.VILLAGE_HEAD),
    ("wakil ketua dprd", PositionTitle.COUNCIL_VICE_CHAIR),
    ("ketua komisi", PositionTitle.COMMISSION_CHAIR),
    ("ketua dprd", PositionTitle.COUNCIL_CHAIR),
    ("camat", PositionTitle.DISTRICT_HEAD),
    ("konsul jenderal", PositionTitle.CONSUL_GENERAL),
    ("duta besar", PositionTitle.AMBASSADOR),
    ("direktur", PositionTitle.DIRECTOR),
    ("rektor", PositionTitle.RECTOR),
]
ACTING = re.compile(r"(?:(?:pjs|pj|plt|plh)\b\.?\s*)?")


COORDINATES = {"latitude": LatitudeField, "longitude": LongitudeField}


def kind_of_title(title: str) -> str:
    """By how it begins: who is an aide of the mayor is not the mayor."""
    words = ACTING.sub("", title.strip().casefold(), count=1)
    return next((code for text, code in TITLE_WORDS if re.match(rf"{text}\b", words)), PositionTitle.OTHER)


def day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def address(label: Any, length: int = 200) -> forms.URLField:
    return forms.URLField(label=label, required=False, max_length=length, assume_scheme="https")


class CreateForm(VersionedForm):
    """A form that adds a record, and first shows those that are almost the same: `alike` are offered instead.

    Sending `anyway` adds it all the same; a record that is the same altogether is never added twice.
    """

    lookup: ClassVar[Lookup[Any]]
    name_field: ClassVar[str] = "name"
    same: ClassVar[float] = 0.7  # word similarity from which a new name is held against one that exists

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alike: list[Option] = []
        self.has_twin = False  # the same altogether: then there is no “anyway”

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.instance.pk and "anyway" not in self.data:
            near = self.lookup.alike(cleaned[self.name_field], self.namesakes()).filter(nearness__gte=self.same)
            self.alike = [self.lookup.option(record) for record in near[:5]]
            if self.alike:
                raise ValidationError(_("Nearly the same name exists already: use it, or add this one anyway."))
        return cleaned

    def namesakes(self) -> QuerySet[Any]:
        """The records that a new one could be confused with."""
        return self.lookup.records()


class PlaceForm(CreateForm):
    """A city, province or other place abroad, with its country; the province is added too where it is not there yet."""

    lookup = REGIONS
    name_field = "name_id"
    same = 0.5
    LEVELS = [(c.value, c.label) for c in (Level.FOREIGN_CITY, Level.FOREIGN_PROVINCE, Level.FOREIGN_OTHER)]

    level = forms.ChoiceField(label=_("Kind of place"), choices=LEVELS, initial=Level.FOREIGN_CITY)
    country = LookupField(
        REGIONS, label=_("Country"), params={"level": Level.COUNTRY}, create=False, placeholder=_("Name of the country")
    )
    province = forms.CharField(
        label=_("Province or state"),
        required=False,
        max_length=200,
        help_text=_("If it is known, for example “Hubei”. It is added too if the register does not have it yet."),
    )

    class Meta:
        model = Region
        fields = ["name_id", "name_en", "latitude", "longitude"]
        field_classes = COORDINATES
        labels = {"name_id": _("Name"), "name_en": _("Name in English, if it differs")}

    field_order = ["name_id", "name_en", "level", "country", "province", "latitude", "longitude"]

    def namesakes(self) -> QuerySet[Region]:
        country = self.cleaned_data["country"]
        return self.lookup.records().filter(Q(parent=country) | Q(parent__parent=country), level__startswith="FOREIGN")

    def clean_country(self) -> Region:
        country: Region = self.cleaned_data["country"]
        if country.code == "ID":
            raise ValidationError(_("All regions of Indonesia are in the register already: choose the region itself."))
        return country

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("level") == Level.FOREIGN_PROVINCE and self.cleaned_data.get("province"):
            self.add_error("province", _("A province does not lie in another one. Leave this empty."))
        if not self.errors and (twin := self._twin()):
            self.alike, self.has_twin = [REGIONS.option(twin)], True
            raise ValidationError(_("This place exists already: use it."))
        return super().clean()

    def _province(self) -> Region | None:
        name = self.cleaned_data["province"]
        named = Q(name_id__iexact=name) | Q(name_en__iexact=name)
        provinces = Region.objects.filter(parent=self.cleaned_data["country"], level=Level.FOREIGN_PROVINCE)
        return provinces.filter(named).first() if name else None

    def _twin(self) -> Region | None:
        parent = self._province() if self.cleaned_data["province"] else self.cleaned_data["country"]
        same = {"level": self.cleaned_data["level"], "name_id__iexact": self.cleaned_data["name_id"]}
        return REGIONS.records().filter(parent=parent, **same).first() if parent else None

    @transaction.atomic
    def save(self, commit: bool = True) -> Region:
        country: Region = self.cleaned_data["country"]
        self.instance.parent = country
        if name := self.cleaned_data["province"]:
            self.instance.parent = self._province() or Region.objects.create(
                name_id=name, level=Level.FOREIGN_PROVINCE, parent=country, time_zone=country.time_zone
            )
        self.instance.level = self.cleaned_data["level"]
        self.instance.time_zone = country.time_zone
        region: Region = super().save(commit)
        return region


class ProfileForm(VersionedForm):
    """What a region says of itself. Codes, names and time zone of Indonesia's regions are the ministry's, not ours."""

    website = address(_("Website"))

    class Meta:
        model = Region
        fields = ["about", "website", "latitude", "longitude"]
        field_classes = COORDINATES
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}


class PlaceProfileForm(VersionedForm):
    """A place abroad is wholly ours to describe."""

    website = address(_("Website"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(z, z) for z in sorted(available_timezones())])

    class Meta:
        model = Region
        fields = ["name_id", "name_en", "time_zone", "about", "website", "latitude", "longitude"]
        field_classes = COORDINATES
        widgets = {"about": forms.Textarea(attrs={"rows": 5})}


class OrganisationForm(CreateForm):
    lookup = ORGANISATIONS
    name_field = "name_id"

    region = LookupField(
        REGIONS, label=_("Region"), required=False, help_text=_("Empty for a ministry or a company that serves many.")
    )
    parent = LookupField(ORGANISATIONS, label=_("Part of"), required=False)
    seat = LookupField(
        REGIONS,
        label=_("Has its seat in"),
        required=False,
        help_text=_("If it lies elsewhere: a consulate serves one country and sits in a city of another."),
    )

    website = address(_("Website"))

    class Meta:
        model = Organisation
        fields = ["name_id", "name_en", "short_name", "kind", "region", "parent", "seat", "website"]
        labels = {"name_id": _("Name"), "name_en": _("Name in English")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_region(self) -> Region | None:
        region: Region | None = self.cleaned_data["region"]
        if self.instance.pk:
            require_move(self.user, self.instance, region)
        return region

    def namesakes(self) -> QuerySet[Organisation]:
        return self.lookup.records().filter(region=self.cleaned_data["region"])


class OfficialForm(VersionedForm):
    """The person alone; positions are edited one by one."""

    class Meta:
        model = Official
        fields = ["title_before", "name", "title_after", "shown_publicly"]


class OfficialCreateForm(CreateForm):
    """A person, with the position in which they are met (both its parts, or none)."""

    lookup = OFFICIALS
    same = 0.8

    position_title = forms.CharField(
        label=_("Position"), required=False, max_length=200, help_text=_("As written, for example “Wali Kota Batam”.")
    )
    organisation = LookupField(ORGANISATIONS, label=_("Organisation"), required=False)
    manner = forms.ChoiceField(label=_("Held as"), choices=Manner.choices, initial=Manner.DEFINITIVE)

    class Meta:
        model = Official
        fields = ["name", "title_before", "title_after"]

    def clean(self) -> dict[str, Any]:
        title, organisation = self.cleaned_data.get("position_title"), self.cleaned_data.get("organisation")
        if title and not organisation and "organisation" not in self.errors:
            self.add_error("organisation", _("Which organisation is the position in? Or leave both empty."))
        if organisation and not title:
            self.add_error("position_title", _("Which position is it? Or leave both empty."))
        return super().clean()

    @transaction.atomic
    def save(self, commit: bool = True) -> Official:
        official: Official = super().save(commit)
        if title := self.cleaned_data["position_title"]:
            Position.objects.create(
                official=official,
                organisation=self.cleaned_data["organisation"],
                title=title,
                title_code=kind_of_title(title),
                manner=self.cleaned_data["manner"],
            )
        return official


class PositionForm(VersionedForm):
    organisation = LookupField(ORGANISATIONS, label=_("Organisation"))

    class Meta:
        model = Position
        fields = ["title", "title_code", "organisation", "manner", "starts_on", "ends_on"]
        widgets = {"starts_on": day(), "ends_on": day()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.instance.pk and "title_code" not in self.changed_data:
            cleaned["title_code"] = kind_of_title(cleaned.get("title", ""))
        return cleaned


class VenueForm(CreateForm):
    lookup = VENUES

    region = LookupField(REGIONS, label=_("Region"), required=False)
    parent = LookupField(
        VENUES, label=_("Lies in"), required=False, help_text=_("For a room: the building."), create=False
    )

    class Meta:
        model = Venue
        fields = ["name", "kind", "region", "parent"]

    def namesakes(self) -> QuerySet[Venue]:
        return self.lookup.records().filter(region=self.cleaned_data["region"])


class FigureForm(VersionedForm):
    source_url = address(_("Address of the source"), 500)

    class Meta:
        model = RegionFigure
        fields = ["measure", "name", "comparator", "value", "unit", "as_of", "source", "source_url", "quote"]
        field_classes = {"value": QuantityField}
        widgets = {"as_of": day(), "quote": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("measure") == Measure.OTHER and not cleaned.get("name"):
            self.add_error("name", _("Say what is measured."))
        return cleaned


class TraitForm(VersionedForm):
    source_url = address(_("Address of the source"), 500)

    class Meta:
        model = RegionTrait
        fields = ["kind", "sector", "text", "as_of", "source", "source_url"]
        widgets = {"as_of": day()}
