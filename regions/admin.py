"""Reference data in Django admin: regions with figures and traits, organisations, officials with positions."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pages.admin import RecordAdmin, RecordForm, Rows
from pages.scopes import ForAll, regions_of
from regions.models import (
    Border,
    Official,
    Organisation,
    Position,
    Region,
    RegionFigure,
    RegionTrait,
    Sector,
    Venue,
)
from regions.rights import require_move


class OfRegions(ForAll):
    """What an administrator keeps: the rows of their own regions. Every form may name all of them."""

    own_keys = ("region",)
    region = "region"

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(**{f"{self.region}__in": regions_of(user)})


class FigureRows(Rows):
    model = RegionFigure


class TraitRows(Rows):
    model = RegionTrait


class PositionRows(Rows):
    model = Position
    own_keys = ("organisation",)
    own_keys_may_be_empty = True
    classes = []
    fields = ["title", "title_code", "manner", "organisation", "starts_on", "ends_on"]


@admin.register(Region)
class RegionAdmin(OfRegions, RecordAdmin):
    """The list of regions follows the law: an administrator of one keeps what is told of it."""

    region = "pk"
    region_adds = region_deletes = False
    list_display = ["name_id", "code", "level", "parent", "time_zone"]
    list_filter = ["level", "time_zone"]
    search_fields = ["code", "name_id", "name_en"]
    ordering = ["name_id", "pk"]
    inlines = [FigureRows, TraitRows]
    fieldsets = [
        (None, {"fields": ["name_id", "name_en", "level", "code", "parent", "time_zone"]}),
        (_("Place"), {"fields": [("latitude", "longitude"), "website", "about"]}),
        (_("Split, renamed or merged"), {"fields": [("valid_from", "valid_to")]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        user: Any = request.user
        fixed = ["name_id", "name_en", "level", "code", "parent", "time_zone", "valid_from", "valid_to"]
        return super().get_readonly_fields(request, obj) if user.sees_all else fixed

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Region]:
        return super().get_queryset(request).select_related("parent__parent")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            zones = sorted(zoneinfo.available_timezones())
            return forms.ChoiceField(
                choices=[(z, z) for z in zones], label=capfirst(db_field.verbose_name), initial="Asia/Jakarta"
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(Sector)
class SectorAdmin(ForAll, RecordAdmin):
    list_display = ["name_id", "name_en", "code", "group", "position"]
    list_filter = ["group"]
    search_fields = ["code", "name_id", "name_en"]


class OrganisationForm(RecordForm):
    user: Any = None

    def clean_region(self) -> Region | None:
        region: Region | None = self.cleaned_data["region"]
        if self.instance.pk and "region" not in self.left_alone:
            require_move(self.user, self.instance, region)
        return region


@admin.register(Organisation)
class OrganisationAdmin(OfRegions, RecordAdmin):
    form = OrganisationForm
    list_display = ["name_id", "short_name", "kind", "region", "parent"]
    list_filter = ["kind"]
    search_fields = ["name_id", "name_en", "short_name", "region__name_id", "region__code"]
    ordering = ["name_id", "pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Organisation]:
        return super().get_queryset(request).select_related("region", "parent")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})


@admin.register(Official)
class OfficialAdmin(ForAll, RecordAdmin):
    """An official is of the regions in which they hold or held an office."""

    list_display = ["name", "title_before", "title_after", "held", "shown_publicly"]
    list_filter = ["shown_publicly"]
    search_fields = ["name", "positions__title"]
    ordering = ["name", "pk"]
    inlines = [PositionRows]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        held = Position.objects.filter(organisation__region__in=regions_of(user)).values("official")
        return rows.filter(pk__in=held)

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        """Whoever has held an office elsewhere too is changed by the administrator of the system."""
        elsewhere = Position.objects.exclude(organisation__region__in=regions_of(user)).values("official")
        return rows.filter(pk__in=self.seen_by(rows, user).values("pk")).exclude(pk__in=elsewhere)  # type: ignore[union-attr]

    def trash_of(self, obj: Any) -> dict[str, Any]:
        """That of a region in which they hold or held an office, the last first."""
        offices = obj.positions.filter(organisation__region__isnull=False).order_by(
            models.F("starts_on").desc(nulls_last=True), "-pk"
        )
        found = offices.values_list("organisation__region", flat=True).first()
        return {**super().trash_of(obj), "region": found}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Official]:
        return super().get_queryset(request).prefetch_related("positions")

    @admin.display(description=_("positions"))
    def held(self, official: Official) -> str:
        return ", ".join(str(position) for position in official.positions.all())


@admin.register(Position)
class PositionAdmin(OfRegions, RecordAdmin):
    region = "organisation__region"
    own_keys = ("organisation",)
    list_display = ["title", "official", "organisation", "title_code", "manner", "starts_on", "ends_on"]
    list_filter = ["title_code", "manner"]
    list_select_related = ["official", "organisation"]
    search_fields = ["title", "official__name", "organisation__name_id"]
    date_hierarchy = "starts_on"


@admin.register(Venue)
class VenueAdmin(OfRegions, RecordAdmin):
    list_display = ["name", "kind", "region", "parent"]
    list_filter = ["kind"]
    search_fields = ["name", "region__name_id"]
    ordering = ["name", "pk"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Venue]:
        return super().get_queryset(request).select_related("region", "parent")


@admin.register(RegionFigure)
class RegionFigureAdmin(OfRegions, RecordAdmin):
    list_display = ["region", "measure", "name", "value", "unit", "as_of", "source"]
    list_filter = ["measure"]
    list_select_related = ["region"]
    search_fields = ["region__name_id", "region__code", "name", "source"]
    date_hierarchy = "as_of"


@admin.register(RegionTrait)
class RegionTraitAdmin(OfRegions, RecordAdmin):
    list_display = ["region", "kind", "sector", "text", "as_of"]
    list_filter = ["kind", "sector"]
    list_select_related = ["region", "sector"]
    search_fields = ["region__name_id", "region__code", "text"]


@admin.register(Border)
class BorderAdmin(RecordAdmin):
    list_display = ["__str__", "source"]
    list_select_related = ["region", "neighbour"]
    search_fields = ["region__name_id", "region__code", "neighbour__name_id", "neighbour__code"]
    ordering = ["region__name_id", "pk"]
