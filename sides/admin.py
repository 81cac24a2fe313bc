"""What the sides said about each other's records in Django admin: read and exported; it goes with its record only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pages.admin import ReadOnly, RecordAdmin
from pages.scopes import regions_of
from sides.models import Confirmation, Correction, Handover


class SaidOfRecords(ReadOnly, RecordAdmin):
    """The administrator of a region reads what concerns the records that the region keeps."""

    region_adds = region_deletes = False
    list_select_related: ClassVar[Any] = ()

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: models.QuerySet[Any] = rows.kept_by(regions_of(user))  # type: ignore[attr-defined]  # a SharedQuerySet
        return found

    def get_queryset(self, request: HttpRequest) -> Any:
        found: Any = super().get_queryset(request)
        return found.for_names().select_related(*self.list_select_related)  # Django adds them to a bare queryset only

    @admin.display(description=_("record"))
    def record(self, row: Any) -> str:
        return str(row.record)


@admin.register(Correction)
class CorrectionAdmin(SaidOfRecords):
    list_display = ["__str__", "record", "region", "by", "state", "created_at", "answered_at"]
    list_filter = ["state", "about"]
    list_select_related = ["region", "by"]
    search_fields = ["text", "answer", "row_name"]
    date_hierarchy = "created_at"
    exclude = ["changes", "submission"]


@admin.register(Confirmation)
class ConfirmationAdmin(SaidOfRecords):
    list_display = ["__str__", "region", "by", "on"]
    list_select_related = ["region", "by"]
    search_fields = ["by__email", "by__name"]
    date_hierarchy = "on"


@admin.register(Handover)
class HandoverAdmin(SaidOfRecords):
    list_display = ["__str__", "record", "offered_by", "state", "created_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["from_region", "to_region", "offered_by"]
    search_fields = ["text", "answer"]
    date_hierarchy = "created_at"
