"""Processes, their steps and editions in Django admin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.admin.ruled import Ruled, RuledForm
from agreements.editions import Unwalkable, new_edition, problems_of, publish, renumber
from agreements.models import (
    AgreementKind,
    Process,
    ProcessStep,
    StepActor,
    StepPaper,
)
from agreements.rules import RULES
from pages.admin import RecordAdmin, Rows, Sheets
from pages.scopes import ForAll
from pages.sheets.fields import QuantityField
from records.models import Record


class StepForm(RuledForm):
    """`place` is the position as a number that may lie between two others; saving counts anew from 1."""

    place = QuantityField(
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
class ProcessAdmin(ForAll, Ruled):
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
        ("report_months", "evaluation_months"),
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
class ProcessStepAdmin(ForAll, Ruled):
    form = StepForm
    list_display = ["__str__", "process", "position", "phase", "actor", "days_allowed", "is_gate", "needs_confirmation"]
    list_filter = ["process__category", "phase", "is_gate", "needs_confirmation"]
    list_select_related = ["process", "actor"]
    search_fields = ["code", "name_id", "name_en"]
    ordering = ["process", "position"]
    inlines = [StepPaperRows]
    fields = ["process", *STEP_FIELDS]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step of a published edition is only read: nothing of it could be saved."""
        return not _is_published(obj) and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["process"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if _is_published(obj):
            return [(None, {"fields": ["process", ("position", *STEP_FIELDS[0][1:]), *STEP_FIELDS[1:]]})]
        return super().get_fieldsets(request, obj)

    def store(self, obj: Any, form: Any) -> None:
        """At the place that was typed, with the others counted anew."""
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
class StepActorAdmin(ForAll, Ruled):
    list_display = ["name_id", "name_en", "code", "position"]
    search_fields = ["code", "name_id", "name_en"]
