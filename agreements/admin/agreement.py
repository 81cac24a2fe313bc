"""The agreement in Django admin, with everything that hangs on it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements import moving
from agreements.admin.ruled import AgreementPaperForm, Ruled
from agreements.editing import delete_agreement
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementCitation,
    AgreementNote,
    AgreementSector,
    AgreementSource,
    AgreementState,
    AgreementVisit,
    Party,
    Programme,
    ScopePoint,
    Signing,
    StepEntry,
)
from pages.admin import ReadOnlyRows, Rows, Sheets
from pages.scopes import OwnRows, regions_of
from records.models import Trashed
from visits.models import Visit


class OfThisAgreement:
    """Keys to other parts are chosen among those of this agreement."""

    own: tuple[str, ...] = ()

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        fields: list[str] = super().get_autocomplete_fields(request)  # type: ignore[misc]  # of Django admin
        return [name for name in fields if name not in self.own]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        if db_field.name in self.own and request and request.resolver_match:
            agreement = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = db_field.related_model._default_manager.filter(agreement=agreement)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # of Django admin


class PartyRows(Rows):
    """The signatories are edited behind the link “Change” of a row."""

    model = Party
    show_change_link = True
    classes = []
    fields = ["position", "role", "region", "organisation", "number", "unit"]


class SigningSheets(OfThisAgreement, Sheets):
    model = Signing
    own = ("party",)
    fields = [
        ("position", "party"),
        ("precision", "starts_on", "ends_on"),
        ("weekday", "date_as_stated", "date_certainty"),
        ("place", "place_as_stated"),
        ("mode", "by_video_link", "ceremony"),
        "note",
    ]


class ScopeSheets(OfThisAgreement, Sheets):
    model = ScopePoint
    own = ("giver", "receiver")
    fields = [
        ("position", "heading", "sector"),
        "text",
        ("direction", "giver", "receiver"),
        ("certainty", "quote"),
    ]


class SectorRows(Rows):
    model = AgreementSector


class VisitRows(Rows):
    """Without visits in which the reader has no part."""

    model = AgreementVisit

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(visit__in=Visit.objects.order_by().visible_to(user).values("pk"))

    def told_by(self, events: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
        return events.filter(visit_id__in=Visit.objects.order_by().visible_to(user).values("pk"))


class SourceSheets(Sheets):
    model = AgreementSource
    fields = [
        ("position", "kind", "outlet"),
        "title",
        ("author", "editor"),
        ("published_on", "published_as_stated"),
        "url",
        "full_text",
    ]


class CitationRows(OfThisAgreement, Rows):
    model = AgreementCitation
    own = ("source",)


class ProgrammeRows(Rows):
    """One is thrown away on its own page: the tick of a row would pass by the trash, also of what others measured."""

    model = Programme
    can_delete = False
    show_change_link = True
    fields = ["position", "name", "sector", "starts_on", "ends_on"]


class PaperRows(OwnRows, Rows):
    model = AgreementAttachment
    show_change_link = True
    form = AgreementPaperForm
    fk_name = "agreement"
    fields = ["upload", "kind", "title", "access", "owner"]


class NoteRows(OwnRows, Rows):
    model = AgreementNote
    side = "region"
    own_keys = ("region",)
    fields = ["region", "text"]


class LogRows(ReadOnlyRows):
    model = StepEntry
    verbose_name_plural = gettext_lazy("log of the way: it is written by moving the agreement on its page")
    fields = readonly_fields = (
        "deed", "step", "happened_on", "closed_as", "reason", "evidence", "attachment", "by", "at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[StepEntry]:
        return super().get_queryset(request).select_related("step", "by", "attachment")


@admin.register(Agreement)
class AgreementAdmin(Ruled):
    own_keys = ("owner",)
    list_display = ["__str__", "category", "kind", "stage", "state", "signed_on", "owner"]
    list_filter = ["category", "kind", "nature", "closed_as", "is_signed", ("owner", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["words"]
    search_help_text = gettext_lazy("Any words of the agreement or of its parts.")
    date_hierarchy = "signed_on"
    ordering = [models.F("last_active_on").desc(nulls_last=True), "-pk"]
    readonly_fields = [
        "process", "step", "stage_since", "closed_as", "closed_on", "is_signed", "signed_on", "runs_from", "runs_until",
        "created_by", "created_at", "moves",
    ]  # fmt: skip
    inlines = [
        PartyRows,
        SigningSheets,
        ScopeSheets,
        SectorRows,
        VisitRows,
        ProgrammeRows,
        SourceSheets,
        CitationRows,
        PaperRows,
        NoteRows,
        LogRows,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    ("category", "category_certainty"),
                    ("kind", "kind_certainty"),
                    ("nature", "predecessor", "parent"),
                    ("owner", "initiator"),
                ]
            },
        ),
        (
            gettext_lazy("Stage"),
            {"fields": [("process", "step", "stage_since"), ("closed_as", "closed_on"), "moves"]},
        ),
        (
            gettext_lazy("Validity"),
            {
                "fields": [
                    ("valid_from", "valid_until", "validity_precision"),
                    ("term_months", "open_ended", "notice_days"),
                    ("validity_as_stated", "validity_certainty"),
                    ("is_signed", "signed_on", "runs_from", "runs_until"),
                ]
            },
        ),
        (gettext_lazy("What it says"), {"fields": ["about", "objectives", "benefits", "funding", "remarks"]}),
        (gettext_lazy("Council test"), {"fields": [("burdens_public", "outside_budget"), "council_note"]}),
        (pgettext_lazy("section", "Record"), {"fields": [("created_by", "created_at")]}),
    ]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        seen: models.QuerySet[Agreement] = found.in_place(regions_of(user))
        return seen

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(owner__in=regions_of(user))

    def chosen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        chosen: models.QuerySet[Agreement] = found.visible_to(user)
        return chosen

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Agreement]:
        found: Any = super().get_queryset(request)
        named: models.QuerySet[Agreement] = found.for_names().with_state()
        return named.select_related("owner", "step", "process", "predecessor", "parent")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        found: Any = queryset
        return (found.matching(search_term) if search_term.strip() else found), False

    @admin.display(description=gettext_lazy("stage"), ordering="step__position")
    def stage(self, agreement: Agreement) -> str:
        return str(agreement.step or "–")

    @admin.display(description=pgettext_lazy("of an agreement", "state"))
    def state(self, agreement: Agreement) -> str:
        return str(AgreementState(agreement.state).label)  # type: ignore[attr-defined]  # annotated by with_state

    @admin.display(description=gettext_lazy("to move it"))
    def moves(self, agreement: Agreement) -> SafeString | str:
        if not agreement.pk:
            return "–"
        url = reverse("agreements:way", args=[agreement.pk])
        return format_html('<a href="{}">{}</a>', url, _("Stages and moves stand on its own page."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The stage follows a new record, another category and a signing, as after the form of the product."""
        super().save_related(request, form, formsets, change)
        agreement: Agreement = form.instance
        by: Any = request.user  # signed in here
        agreement.refresh_from_db()
        moving.follow_category(agreement, form.initial.get("category", ""), by=by)
        moving.follow_signing(agreement, by=by)

    def throw_away(self, request: HttpRequest, obj: Any) -> Trashed | None:
        return delete_agreement(obj, by=request.user, version=obj.version)  # type: ignore[arg-type]  # signed in here

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Agreement]) -> None:
        super().delete_queryset(request, queryset.order_by("-pk"))
