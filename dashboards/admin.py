"""Views, watches, feeds and files of people in Django admin. The secret part of a feed's address is shown to nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from dashboards.models import AskedFile, DefaultView, Feed, SavedView, Watch
from pages.admin import ReadOnly, RecordAdmin, Rows
from pages.scopes import regions_of


class DefaultRows(ReadOnly, Rows):
    model = DefaultView
    fields = ["user", "of"]


@admin.register(SavedView)
class SavedViewAdmin(RecordAdmin):
    """An administrator of a region keeps what is shared with the region; what is private stays private."""

    list_display = ["name", "of", "owner", "region", "created_at"]
    list_filter = ["of", ("region", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "region"]
    search_fields = ["name", "owner__email", "owner__name"]
    inlines = [DefaultRows]
    own_keys = ("region",)
    region_adds = False
    fields = ["name", "of", "owner", "region", "query", "created_at"]
    readonly_fields = ["owner", "created_at"]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(region__in=regions_of(user))

    def trash_of(self, obj: Any) -> dict[str, Any]:
        """That of the region, or of the person whose it is."""
        person = None if obj.region_id else obj.owner
        return {"region": obj.region_id, "person": person, "right": "KEEP_SHARED_VIEWS"}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is not None else ["created_at"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        user: Any = request.user
        return self.inlines if user.sees_all else []


@admin.register(Watch)
class WatchAdmin(ReadOnly, RecordAdmin):
    list_display = ["user", "kind", "created_at", "seen_at"]
    list_select_related = ["user", "region", "view"]
    search_fields = ["user__email", "user__name"]
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """With the names of what is watched."""
        named = [
            models.Prefetch(name, Watch._meta.get_field(name).related_model.objects.for_names())  # type: ignore[union-attr]
            for name in ("visit", "agreement", "milestone")
        ]
        return super().get_queryset(request).prefetch_related(*named)

    @admin.display(description=SavedView._meta.get_field("of").verbose_name)
    def kind(self, watch: Watch) -> str:
        keys = (field for field in watch._meta.fields if field.many_to_one and field.name != "user")
        return next((str(field.verbose_name) for field in keys if getattr(watch, field.attname) is not None), "")


@admin.register(Feed)
class FeedAdmin(ReadOnly, RecordAdmin):
    list_display = ["user", "region", "view", "renewed_at", "used_at"]
    list_select_related = ["user", "region", "view"]
    search_fields = ["user__email", "user__name"]
    not_exported = ("secret",)
    fields = ["user", "region", "view", "renewed_at", "used_at"]
    readonly_fields = ["user", "region", "view", "renewed_at", "used_at"]


@admin.register(AskedFile)
class AskedFileAdmin(ReadOnly, RecordAdmin):
    list_display = ["__str__", "user", "state", "asked_at", "ended_at", "size", "error"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name", "filename"]
    date_hierarchy = "asked_at"
    not_exported = ("token", "submission", "region_ids", "unit_ids")
    exclude = ["file", "token", "submission"]
