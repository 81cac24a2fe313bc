"""Agreements in Django admin, with everything that hangs on them; processes, their steps and editions.

What the rules of the way forbid is told as an error of the form, never as a failure: see `Ruled`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements import moving
from agreements.drafts.filling import check_template
from agreements.drafts.templates import back_to_house, replace_template
from agreements.editing import delete_agreement
from agreements.editions import Unwalkable, new_edition, problems_of, publish, renumber
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementCitation,
    AgreementKind,
    AgreementNote,
    AgreementPaperText,
    AgreementSector,
    AgreementSource,
    AgreementState,
    AgreementVisit,
    DraftTemplate,
    Evaluation,
    Indicator,
    Measurement,
    Party,
    Process,
    ProcessStep,
    Programme,
    ProgrammeUnit,
    ScopePoint,
    Signatory,
    Signing,
    StepActor,
    StepEntry,
    StepPaper,
)
from agreements.moving import Grounds, Refused
from agreements.rules import RULES, why_refused
from documents.forms import PapersField
from documents.keeping import discard
from pages.admin import ReadOnlyRows, RecordAdmin, RecordForm, Rows, Sheets
from records.models import Record
from visits.admin import PaperForm


class RuledForm(RecordForm):
    """A form that can be shown again with what the database refused."""

    refused = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused)
        return cleaned


class PartForm(RuledForm):
    """A part of an agreement has no version of its own: changing it is changing the agreement."""

    def whole_of(self, row: Any) -> Record | None:
        agreement: Agreement = row.agreement
        return agreement


class Ruled(RecordAdmin):
    """Saves, and where a rule of the database forbids it shows the form again with the words of the rule."""

    form: Any = RuledForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"refused": getattr(request, "refused", "")})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, DataError) as refusal:
            told = why_refused(refusal)
        except Refused as refusal:
            told = str(refusal)
        request.refused = told  # type: ignore[attr-defined]  # read by get_form
        return super().changeform_view(request, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What may not be deleted stands among what is protected; the page then offers no button."""
        found, counts, perms, protected = super().get_deleted_objects(objs, request)
        return found, counts, perms, [*protected, *self.kept_from_deleting(objs)]

    def kept_from_deleting(self, objs: Any) -> list[str]:
        return []


# Processes


class StepForm(RuledForm):
    """`place` is the position as a number that may lie between two others; saving counts anew from 1."""

    place = forms.DecimalField(
        label=pgettext_lazy("order of rows", "Position"),
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy("2.5 puts it between the second and the third; empty: last. They are counted anew."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these kinds"),
        choices=AgreementKind.choices,
        required=False,
        help_text=gettext_lazy("Empty: for every kind of agreement."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["place"] = self.instance.position

    def whole_of(self, row: Any) -> Record | None:
        process: Process = row.process
        return process

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        twin = ProcessStep.objects.filter(process=self.instance.process_id, code=code).exclude(pk=self.instance.pk)
        if self.instance.process_id and twin.exists():
            raise ValidationError(_("Two steps have the same code."))
        return code


STEP_FIELDS: list[Any] = [
    ("place", "code", "phase"),
    ("name_id", "name_en"),
    ("actor", "with_actor", "days_allowed"),
    ("is_gate", "conditional", "test", "signs"),
    "kinds",
    ("needs_confirmation", "basis"),
    ("guidance_id", "guidance_en"),
]


class StepSheets(Sheets):
    """Papers of a step are edited behind its link “Change”."""

    model = ProcessStep
    form = StepForm
    show_change_link = True
    ordering = ["position"]
    fields = STEP_FIELDS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and obj.is_locked:
            return [(None, {"fields": [("position", *STEP_FIELDS[0][1:]), *STEP_FIELDS[1:]]})]
        return super().get_fieldsets(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.is_locked) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.is_locked) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or not obj.is_locked) and super().has_delete_permission(request, obj)


@admin.register(Process)
class ProcessAdmin(Ruled):
    list_display = ["__str__", "category", "edition", "published_on", "retired_on"]
    list_filter = ["category", ("published_on", admin.EmptyFieldListFilter)]
    search_fields = ["name_id", "name_en"]
    readonly_fields = ["published_on", "walkable"]
    inlines = [StepSheets]
    actions = [*RecordAdmin.actions, "publish_selected", "begin_edition"]
    fields = [
        ("category", "edition"),
        ("name_id", "name_en"),
        "basis",
        ("ending_soon_days", "silent_after_months"),
        ("published_on", "retired_on"),
        "walkable",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        locked = ["category", "edition"] if obj is not None and obj.is_locked else []
        return [*self.readonly_fields, *locked]

    @admin.display(description=gettext_lazy("can it be walked?"))
    def walkable(self, process: Process) -> SafeString | str:
        if not process.pk:
            return "–"
        found = problems_of(process)
        if not found:
            return _("Yes: every kind of agreement gets from the first step to the last.")
        return format_html("{}", " ".join(found))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New steps get a free position first; then all are counted anew in the order that was typed."""
        if formset.model is not ProcessStep:
            super().save_formset(request, form, formset, change)
            return
        process = form.instance
        for number, row in enumerate(formset.extra_forms, start=1):
            row.instance.position = 10_000 + number
        super().save_formset(request, form, formset, change)
        if not process.is_locked:
            renumber(process, _in_typed_order(process, formset))

    def kept_from_deleting(self, objs: Any) -> list[str]:
        return [f"{process}: {RULES['process_is_not_published']}" for process in objs if process.is_locked]

    @admin.action(description=gettext_lazy("Publish the selected editions"))
    def publish_selected(self, request: HttpRequest, queryset: models.QuerySet[Process]) -> None:
        for process in queryset:
            try:
                publish(process, on=timezone.localdate())
                self.message_user(request, _("%(process)s is published.") % {"process": process}, messages.SUCCESS)
            except Unwalkable as refusal:
                told = _("%(process)s is not published. %(problems)s")
                words = {"process": process, "problems": " ".join(refusal.problems)}
                self.message_user(request, told % words, messages.ERROR)

    @admin.action(description=gettext_lazy("Make a new edition of the selected one"))
    def begin_edition(self, request: HttpRequest, queryset: models.QuerySet[Process]) -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, _("Choose one process."), messages.ERROR)
            return None
        made = new_edition(queryset.get())
        self.message_user(request, _("Edition %(n)s is made. Change it, then publish it.") % {"n": made.edition})
        return redirect("admin:agreements_process_change", made.pk)


def _in_typed_order(process: Process, formset: Any) -> list[ProcessStep]:
    """All steps by the place that was typed; one without is last, the earlier of two equals stays first."""
    places = {
        row.instance.pk: row.cleaned_data.get("place")
        for row in formset.forms
        if row.instance.pk and row not in formset.deleted_forms
    }
    last = Decimal(1_000_000)
    steps = list(process.steps.order_by("position"))
    return sorted(steps, key=lambda step: (last if (place := places.get(step.pk)) is None else place, step.position))


class StepPaperRows(Rows):
    model = StepPaper
    classes = []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_delete_permission(request, obj)


@admin.register(ProcessStep)
class ProcessStepAdmin(Ruled):
    form = StepForm
    list_display = ["__str__", "process", "position", "phase", "actor", "days_allowed", "is_gate", "needs_confirmation"]
    list_filter = ["process__category", "phase", "is_gate", "needs_confirmation"]
    list_select_related = ["process", "actor"]
    search_fields = ["code", "name_id", "name_en"]
    ordering = ["process", "position"]
    inlines = [StepPaperRows]
    fields = ["process", *STEP_FIELDS]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A step of a published edition is only read: the error would come on every save."""
        if not _is_published(obj):
            return ["process"] if obj else []
        return ["process", *(f.name for f in ProcessStep._meta.concrete_fields if f.editable and f.name != "id")]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if _is_published(obj):
            return [(None, {"fields": ["process", ("position", *STEP_FIELDS[0][1:]), *STEP_FIELDS[1:]]})]
        return super().get_fieldsets(request, obj)

    def store(self, obj: Any, form: Any) -> None:
        """At the place that was typed, with the others counted anew."""
        if _is_published(obj):
            return  # nothing of it can be typed
        process, place = obj.process, form.cleaned_data.get("place")
        if obj.pk is None:
            obj.position = 10_000
        obj.save()
        others = [step for step in process.steps.order_by("position") if step.pk != obj.pk]
        before = [step for step in others if place is None or step.position < place]
        renumber(process, [*before, obj, *others[len(before) :]])

    def kept_from_deleting(self, objs: Any) -> list[str]:
        return [f"{step}: {RULES['process_is_not_published']}" for step in objs if _is_published(step)]


def _is_published(step: ProcessStep | None) -> bool:
    return step is not None and step.process_id is not None and step.process.is_locked


@admin.register(StepActor)
class StepActorAdmin(Ruled):
    list_display = ["name_id", "name_en", "code", "position"]
    search_fields = ["code", "name_id", "name_en"]


# The agreement


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
    model = AgreementVisit


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
    model = Programme
    show_change_link = True
    fields = ["position", "name", "sector", "starts_on", "ends_on"]


class AgreementPaperForm(PaperForm, RuledForm):
    """As on the product's own pages."""


class PaperRows(Rows):
    model = AgreementAttachment
    show_change_link = True
    form = AgreementPaperForm
    fk_name = "agreement"
    fields = ["upload", "kind", "title", "access", "owner"]


class NoteRows(Rows):
    model = AgreementNote
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
        process = Process.objects.current_for(agreement.category)
        if process is not None and agreement.process is None and not agreement.closed_as:
            moving.start(agreement, by=by)
        elif process is not None and agreement.process and agreement.process.category != agreement.category:
            grounds = Grounds(agreement.today(), reason=_("The category was changed."))
            moving.transfer(agreement, process, grounds, by=by, version=None)
        moving.follow_signing(agreement, by=by)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_agreement(obj, by=request.user, version=obj.version)  # type: ignore[arg-type]  # signed in here

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Agreement]) -> None:
        for agreement in queryset.order_by("-pk"):
            self.delete_model(request, agreement)


# Parts with pages of their own


class SignatorySheets(Sheets):
    model = Signatory
    classes = []
    fields = [
        ("position", "official", "name"),
        ("manner", "capacity"),
        ("on_behalf_of", "power"),
        "certainty",
    ]


class OfAgreement(Ruled):
    """A list of parts, each with the name of its agreement."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(_agreements())


@admin.register(Party)
class PartyAdmin(OfAgreement):
    form = PartForm
    list_display = ["__str__", "role", "number", "agreement"]
    list_filter = ["role"]
    list_select_related = ["region", "organisation__region"]
    search_fields = ["region__name_id", "organisation__name_id", "number"]
    inlines = [SignatorySheets]
    fields = [
        "agreement",
        ("position", "role"),
        ("region", "organisation"),
        ("on_behalf_of_region", "on_behalf_of"),
        ("number", "unit"),
        "liaison",
        ("certainty", "quote"),
    ]


class TextRows(ReadOnlyRows):
    model = AgreementPaperText
    fields = ["text", "attempts", "asked_at", "read_at", "failure"]
    readonly_fields = ["text", "attempts", "asked_at", "read_at", "failure"]


@admin.register(AgreementAttachment)
class AgreementAttachmentAdmin(OfAgreement):
    form = AgreementPaperForm
    list_display = ["__str__", "kind", "access", "owner", "agreement", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["kind", "access"]
    list_select_related = ["owner", "uploaded_by"]
    search_fields = ["title", "filename", "checksum"]
    date_hierarchy = "uploaded_at"
    inlines = [TextRows]
    fields = [
        "agreement",
        "upload",
        "opened",
        ("kind", "access", "step"),
        "title",
        "owner",
        ("edition", "replaces"),
        ("uploaded_by", "uploaded_at"),
        ("size", "checksum"),
    ]
    readonly_fields = ["opened", "edition", "replaces", "uploaded_by", "uploaded_at", "size", "checksum"]

    @admin.display(description=gettext_lazy("open"))
    def opened(self, paper: AgreementAttachment) -> SafeString | str:
        return format_html('<a href="{}">{}</a>', paper.get_absolute_url(), paper.filename) if paper.pk else "–"

    def store(self, obj: Any, form: Any) -> None:
        form.store(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        discard(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[AgreementAttachment]) -> None:
        for paper in queryset:
            discard(paper)


@admin.register(AgreementNote)
class AgreementNoteAdmin(OfAgreement):
    list_display = ["__str__", "region", "agreement", "by", "at"]
    list_select_related = ["region", "by"]
    search_fields = ["text"]
    date_hierarchy = "at"
    fields = ["agreement", "region", "text", "by", "at"]
    readonly_fields = ["by", "at"]


class UnitRows(Rows):
    model = ProgrammeUnit


class IndicatorRows(Rows):
    """The measurements are edited behind the link “Change” of a row."""

    model = Indicator
    show_change_link = True
    classes = []
    fields = ["position", "name", "unit", "better", "baseline", "baseline_on", "target", "target_on"]


class EvaluationRows(Rows):
    model = Evaluation
    show_change_link = True
    fields = ["role", "evaluated_on", "rating", "advice"]
    fk_name = "programme"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it belongs to an agreement too: made on the page of that


@admin.register(Programme)
class ProgrammeAdmin(OfAgreement):
    list_display = ["__str__", "sector", "starts_on", "ends_on", "agreement"]
    list_select_related = ["sector"]
    list_filter = [("sector", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "about"]
    inlines = [UnitRows, IndicatorRows, EvaluationRows]


class MeasurementRows(Rows):
    model = Measurement
    classes = []
    fields = ["measured_on", "value", "note", "attachment", "region"]


class IndicatorForm(RuledForm):
    """An indicator is a part of its programme."""

    def whole_of(self, row: Any) -> Record | None:
        programme: Programme = row.programme
        return programme


@admin.register(Indicator)
class IndicatorAdmin(Ruled):
    form = IndicatorForm
    list_display = ["__str__", "unit", "baseline", "target", "target_on", "programme"]
    list_select_related = ["programme"]
    search_fields = ["name", "programme__name"]
    inlines = [MeasurementRows]


@admin.register(Evaluation)
class EvaluationAdmin(OfAgreement):
    list_display = ["__str__", "role", "rating", "advice", "agreement"]
    list_filter = ["role", "advice", "rating"]
    search_fields = ["findings", "obstacles"]
    date_hierarchy = "evaluated_on"
    readonly_fields = ["by", "at"]


class DraftTemplateForm(RuledForm):
    """A Word file is tried out before it is taken, as on the product's own page."""

    upload = PapersField(several=False, required=False, label=gettext_lazy("Word file"))

    def clean_upload(self) -> Any:
        papers = self.cleaned_data["upload"]
        if not papers and not self.instance.pk:
            raise ValidationError(_("Choose a file."))
        for paper in papers or []:
            if not paper.name.lower().endswith(".docx"):
                raise ValidationError(_("A template is a Word file (.docx)."))
            paper.content.seek(0)
            check_template(paper.content.read())
        return papers


@admin.register(DraftTemplate)
class DraftTemplateAdmin(Ruled):
    form = DraftTemplateForm
    list_display = ["__str__", "filename", "by", "at"]
    list_filter = ["kind"]
    list_select_related = ["region", "by"]
    search_fields = ["region__name_id"]
    fields = ["region", "kind", "upload", "filename", ("by", "at")]
    readonly_fields = ["filename", "by", "at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, *(["region", "kind"] if obj else [])]

    def store(self, obj: Any, form: Any) -> None:
        papers = form.cleaned_data.get("upload")
        if papers:
            replace_template(obj.region, obj.kind, papers[0], by=obj.by)
            obj.pk = DraftTemplate.objects.values_list("pk", flat=True).get(region=obj.region, kind=obj.kind)
        else:
            obj.save()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        back_to_house(obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[DraftTemplate]) -> None:
        for template in queryset:
            back_to_house(template)


def _agreements() -> models.Prefetch[Any, Any, Any]:
    """The agreement of each row with what its name needs, in a few queries for the whole list."""
    return models.Prefetch("agreement", Agreement.objects.for_names())
