"""Visits in Django admin, with everything that hangs on them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.admin import PaperForm, PaperPage
from pages.admin import ReadOnlyRows, RecordAdmin, RecordForm, Rows, Sheets
from pages.exports import Column
from pages.scopes import ForAll, OfRecord, OwnPapers, OwnRows, regions_of
from records.models import Record
from visits.lists import COLUMNS, MORE_FOR_FILES, rows
from visits.models import (
    AgendaItem,
    Citation,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitAttachment,
    VisitKind,
    VisitKindLink,
    VisitNote,
    VisitPaperText,
    VisitSeries,
    VisitSource,
)


class PartForm(RecordForm):
    """A part of a visit has no version of its own: changing it is changing the visit."""

    def whole_of(self, row: Any) -> Record | None:
        visit: Visit = row.visit
        return visit


class KindRows(Rows):
    model = VisitKindLink
    verbose_name_plural = _("kinds of the visit")


class TopicRows(Rows):
    model = Topic


class DelegationRows(Rows):
    """The members are edited behind the link “Change” of a row."""

    model = Delegation
    show_change_link = True
    classes = []
    fields = [
        "position",
        "side",
        "region",
        "organisation",
        "on_behalf_of",
        "headcount_comparator",
        "headcount",
    ]


class DelegateSheets(Sheets):
    model = Delegate
    classes = []
    fields = [
        ("position", "form", "role"),
        ("name", "official"),
        ("manner", "capacity", "organisation"),
        "on_behalf_of",
        ("count_comparator", "count"),
        ("certainty", "quote"),
    ]


class AgendaSheets(Sheets):
    model = AgendaItem
    fields = [
        ("position", "kind", "state"),
        "title",
        ("on", "until"),
        ("venue", "led_by"),
        "note",
        ("certainty", "quote"),
    ]


class StatementSheets(Sheets):
    model = Statement
    fields = [("position", "speaker", "official"), "text", ("verbatim", "translation")]


class OutcomeSheets(Sheets):
    model = Outcome
    show_change_link = True
    fields = [
        ("position", "kind", "nature", "direction"),
        "text",
        ("sector", "responsible"),
        ("given_by", "given_to", "requested_by"),
        ("comparator", "quantity", "unit"),
        ("follow_up", "due_on", "due_as_stated"),
        ("certainty", "quote"),
    ]


class SourceSheets(Sheets):
    model = VisitSource
    fields = [
        ("position", "kind", "outlet"),
        "title",
        ("author", "editor"),
        ("published_on", "published_as_stated"),
        "url",
        "full_text",
    ]


class CitationRows(Rows):
    model = Citation

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        """Only sources of this visit can be cited."""
        if db_field.name == "source" and request and request.resolver_match:
            visit = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = VisitSource.objects.filter(visit=visit)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PaperRows(OwnRows, Rows):
    model = VisitAttachment
    show_change_link = True
    form = PaperForm
    fk_name = "visit"
    fields = ["upload", "kind", "title", "access", "owner"]


class NoteRows(OwnRows, Rows):
    model = VisitNote
    side = "region"
    own_keys = ("region",)
    fields = ["region", "text"]


@admin.register(Visit)
class VisitAdmin(RecordAdmin):
    own_keys = ("owner",)
    list_display = ["__str__", "when", "status", "setting", "owner"]
    list_filter = ["status", "setting", "standing", "precision", ("owner", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["words"]
    search_help_text = _("Any words of the visit or of its parts.")
    date_hierarchy = "starts_on"
    ordering = [models.F("starts_on").desc(nulls_last=True), "-pk"]
    readonly_fields = ["created_by", "created_at"]
    inlines = [
        KindRows,
        DelegationRows,
        TopicRows,
        AgendaSheets,
        StatementSheets,
        OutcomeSheets,
        SourceSheets,
        CitationRows,
        PaperRows,
        NoteRows,
    ]
    fieldsets = [
        (None, {"fields": ["title", ("owner", "status"), ("setting", "standing"), "purpose"]}),
        (
            _("When"),
            {
                "fields": [
                    ("precision", "starts_on", "ends_on"),
                    ("weekday", "date_as_stated", "date_certainty"),
                    ("start_time", "end_time"),
                ]
            },
        ),
        (_("Where"), {"fields": [("host_region", "host_organisation"), ("venue", "venue_as_stated")]}),
        (
            _("In a row of visits"),
            {"fields": [("series", "phase"), ("replies_to", "mentioned_in"), ("ordinal_claimed", "ordinal_of")]},
        ),
        (_("What was written"), {"fields": ["minutes", "remarks", ("created_by", "created_at")]}),
    ]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        seen: models.QuerySet[Visit] = found.in_place(regions_of(user))
        return seen

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(owner__in=regions_of(user))

    def chosen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        chosen: models.QuerySet[Visit] = found.visible_to(user)
        return chosen

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Visit]:
        found: Any = super().get_queryset(request)
        named: models.QuerySet[Visit] = found.for_names()
        return named.select_related("owner", "host_region", "host_organisation")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        found: Any = queryset
        return (found.matching(search_term) if search_term.strip() else found), False

    @admin.display(description=_("date"), ordering="starts_on")
    def when(self, visit: Visit) -> str:
        return visit.period

    def export_columns(self) -> list[Column]:
        return COLUMNS

    def export_rows(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> Any:
        found: Any = queryset.select_related(None).prefetch_related(None)
        return rows(found.for_list(*MORE_FOR_FILES).iterator(chunk_size=1000), request.user)


@admin.register(VisitKind)
class VisitKindAdmin(ForAll, RecordAdmin):
    list_display = ["name_id", "name_en", "code", "position"]
    search_fields = ["code", "name_id", "name_en"]


@admin.register(VisitSeries)
class VisitSeriesAdmin(RecordAdmin):
    own_keys = ("owner",)
    list_display = ["name", "owner", "phases_planned"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__name_id"]
    ordering = ["name", "pk"]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(owner__in=regions_of(user))

    def chosen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        chosen: models.QuerySet[VisitSeries] = found.visible_to(user)
        return chosen


@admin.register(Delegation)
class DelegationAdmin(OfRecord, RecordAdmin):
    of = "visit"
    own_keys = ("visit",)
    form = PartForm
    list_display = ["__str__", "side", "visit", "people"]
    list_filter = ["side"]
    search_fields = ["region__name_id", "organisation__name_id", "on_behalf_of"]
    inlines = [DelegateSheets]
    fields = [
        "visit",
        ("position", "side"),
        ("region", "organisation"),
        ("on_behalf_of_region", "on_behalf_of"),
        ("headcount_comparator", "headcount"),
        "topics",
    ]

    @admin.display(description=Delegation._meta.get_field("headcount").verbose_name, ordering="headcount")
    def people(self, delegation: Delegation) -> str:
        return delegation.headcount_text

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Delegation]:
        return super().get_queryset(request).prefetch_related(_visits()).select_related("region", "organisation")


@admin.register(Outcome)
class OutcomeAdmin(OfRecord, RecordAdmin):
    of = "visit"
    own_keys = ("visit",)
    form = PartForm
    list_display = ["__str__", "kind", "follow_up", "due_on", "responsible", "visit"]
    list_filter = ["kind", "follow_up", "direction", "nature"]
    list_select_related = ["responsible"]
    search_fields = ["text", "given_by", "given_to", "requested_by"]
    date_hierarchy = "due_on"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Outcome]:
        return super().get_queryset(request).prefetch_related(_visits())


class TextRows(ReadOnlyRows):
    model = VisitPaperText
    fields = readonly_fields = ("text", "attempts", "asked_at", "read_at", "failure")


@admin.register(VisitAttachment)
class VisitAttachmentAdmin(PaperPage):
    of = "visit"
    inlines = [TextRows]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[VisitAttachment]:
        return super().get_queryset(request).prefetch_related(_visits())


@admin.register(VisitNote)
class VisitNoteAdmin(OwnPapers, RecordAdmin):
    of = "visit"
    side = "region"
    own_keys = ("region",)
    list_display = ["__str__", "region", "visit", "by", "at"]
    list_select_related = ["region", "by"]
    search_fields = ["text"]
    date_hierarchy = "at"
    fields = ["visit", "region", "text", "by", "at"]
    readonly_fields = ["by", "at"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[VisitNote]:
        return super().get_queryset(request).prefetch_related(_visits())


def _visits() -> models.Prefetch[Any, Any, Any]:
    """The visit of each row with what its name needs, in a few queries for the whole list."""
    return models.Prefetch("visit", Visit.objects.for_names())
