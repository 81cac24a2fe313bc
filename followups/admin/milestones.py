"""Milestones and recurring duties in Django admin, and what was promised of them.

What has to leave a trace in a milestone's log (completing, moving, giving to others …) is done on its own page, where a
reason is asked for; here stand the facts of the record.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import members_of
from accounts.models import User
from agreements.admin import AgreementPaperForm, Ruled
from documents.admin import PaperPage
from followups.admin.rules import Kept, agreements
from followups.doing import let_go
from followups.models import (
    Assignee,
    BulkDeed,
    Duty,
    Milestone,
    MilestoneAttachment,
    MilestoneEntry,
    MilestoneNote,
    MilestonePaperText,
    Origin,
    Part,
    Reminder,
    Snooze,
)
from followups.recurring import let_occurrences_follow
from pages.admin import ReadOnly, ReadOnlyRows, RecordAdmin, Rows
from pages.scopes import OwnPapers, OwnRows, ScopedRows, regions_of


class PartRows(Rows):
    model = Part
    classes = []
    fields = ["position", "region", "unit", "done_on", "done_by", "note"]
    readonly_fields = ["done_on", "done_by", "note"]


class OfMembers(ScopedRows):
    """Rows of people: an administrator of a region reads and changes those of its members."""

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(user__in=members_of(user))

    def told_by(self, events: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
        return events.filter(user_id__in=members_of(user))


class AssigneeRows(OfMembers, ReadOnlyRows):
    """It is given and taken back on its own page: that is told to them, and stands in its log."""

    model = Assignee
    classes = []
    fields = readonly_fields = ("user", "given_by", "given_at")
    fk_name = "milestone"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "given_by")


class EntryRows(ReadOnlyRows):
    model = MilestoneEntry
    verbose_name_plural = gettext_lazy("log: it is written on the page of the milestone")
    fields = readonly_fields = ("at", "deed", "text", "old_due", "new_due", "region", "by")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("region", "by")


class SnoozeRows(OfMembers, ReadOnlyRows):
    model = Snooze
    fields = readonly_fields = ("user", "until")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("user")


class PaperRows(OwnRows, Rows):
    model = MilestoneAttachment
    form = AgreementPaperForm
    show_change_link = True
    fk_name = "milestone"
    fields = ["upload", "kind", "title", "access", "owner"]


class NoteRows(OwnRows, Rows):
    model = MilestoneNote
    side = "region"
    own_keys = ("region",)
    fields = ["region", "text"]


class Named(Ruled):
    """A list of rows that are named by their milestone."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(_milestones())


@admin.register(Milestone)
class MilestoneAdmin(Kept):
    own_keys = ("owner",)
    list_display = ["__str__", "kind", "status", "priority", "due_on", "owner", "origin"]
    list_filter = ["status", "kind", "origin", "priority", "internal", ("owner", admin.RelatedOnlyFieldListFilter)]
    not_exported = ("closed_by_data",)
    search_fields = ["words"]
    search_help_text = gettext_lazy("Any words of what must happen, of the remarks or of who asked for it.")
    date_hierarchy = "due_on"
    ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
    inlines = [PartRows, AssigneeRows, EntryRows, SnoozeRows, PaperRows, NoteRows]
    follows = ["origin", "outcome", "step", "indicator", "duty", "derived_key"]
    readonly_fields = [*follows, "status", "done_on", "created_by", "created_at", "deeds"]
    dated = ["due_on", "due_precision", "due_as_stated"]
    fieldsets = [
        (None, {"fields": ["title", ("kind", "priority"), "note", ("owner", "internal"), "requested_by"]}),
        (
            gettext_lazy("When"),
            {
                "fields": [
                    ("due_on", "due_precision"),
                    ("due_as_stated", "since"),
                    ("status", "done_on"),
                    "evidence",
                    "deeds",
                ]
            },
        ),
        (
            gettext_lazy("From where"),
            {"fields": ["visit", "agreement", "programme", ("origin", "duty", "outcome"), ("step", "indicator")]},
        ),
        (gettext_lazy("Record"), {"fields": ["derived_key", ("created_by", "created_at")]}),
    ]

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        seen: models.QuerySet[Milestone] = found.in_place(regions_of(user))
        return seen

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(owner__in=regions_of(user))

    def chosen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        chosen: models.QuerySet[Milestone] = found.visible_to(user)
        return chosen

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        found: Any = super().get_queryset(request)
        named: models.QuerySet[Milestone] = found.for_names().select_related("owner")
        return named

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        found: Any = queryset
        return (found.matching(search_term) if search_term.strip() else found), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Moving a milestone asks for a reason, on its own page; what follows the data follows it here too."""
        moved = self.dated if obj is not None else []
        followed = (
            ["agreement", "since", "kind"] if obj is not None and obj.origin in (Origin.DATA, Origin.DUTY) else []
        )
        return [*self.readonly_fields, *moved, *followed]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        let_go([form.instance.pk], by=cast("User", request.user))

    @admin.display(description=gettext_lazy("to complete or move it"))
    def deeds(self, milestone: Milestone) -> SafeString | str:
        if not milestone.pk:
            return "–"
        told = _("Completing, moving, giving to others and comments stand on its own page.")
        return format_html('<a href="{}">{}</a>', milestone.get_absolute_url(), told)

    def kept_from_deleting(self, objs: Any) -> list[str]:
        reminded = set(Reminder.objects.filter(milestone__in=objs).values_list("milestone", flat=True).distinct())
        again = _("it comes from a visit, an agreement or a duty, and would come again. Cancel it on its own page.")
        proof = _("people were reminded of it, and the proof of that is kept. Cancel it on its own page.")
        kept = [f"{one}: {again}" for one in objs if one.origin != Origin.PERSON]
        return kept + [f"{one}: {proof}" for one in objs if one.origin == Origin.PERSON and one.pk in reminded]


class OccurrenceRows(ReadOnlyRows):
    model = Milestone
    fk_name = "duty"
    verbose_name_plural = gettext_lazy("occurrences")
    fields = readonly_fields = ("due_on", "status", "done_on", "evidence")
    show_change_link = True

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        found: Any = rows
        seen: models.QuerySet[Milestone] = found.visible_to(user)
        return seen

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).order_by("-due_on")


@admin.register(Duty)
class DutyAdmin(Kept):
    own_keys = ("owner",)
    list_display = ["__str__", "kind", "recurrence", "first_on", "until", "ended_on", "owner"]
    list_filter = ["kind", "recurrence", "certainty", ("owner", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["title", "agreement__title", "as_stated"]
    inlines = [OccurrenceRows]
    readonly_fields = ["ended_on", "derived_key", "created_by", "created_at", "ending"]
    fields = [
        "title", "kind", ("recurrence", "every_months"), ("certainty", "as_stated"), ("first_on", "until"),
        ("ended_on", "ending"), ("agreement", "programme"), "owner", ("region", "unit"), "derived_key",
        ("created_by", "created_at"),
    ]  # fmt: skip

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        mine = regions_of(user)
        return rows.filter(models.Q(owner__in=mine) | models.Q(region__in=mine) | models.Q(unit__region__in=mine))

    def kept_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        return rows.filter(owner__in=regions_of(user))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(agreements())

    def save_model(self, request: HttpRequest, obj: Duty, form: Any, change: bool) -> None:
        """What lies ahead follows, as on its own page."""
        before = Duty._base_manager.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        if before is not None:
            user: Any = request.user
            let_occurrences_follow(before, obj, user)

    @admin.display(description=gettext_lazy("to end it"))
    def ending(self, duty: Duty) -> SafeString | str:
        if not duty.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', duty.get_absolute_url(), _("A duty is ended on its own page."))

    def kept_from_deleting(self, objs: Any) -> list[str]:
        told = _("it has occurrences, and these are kept. End it on its own page.")
        return [f"{duty}: {told}" for duty in objs if duty.occurrences.exists()]


class TextRows(ReadOnlyRows):
    model = MilestonePaperText
    fields = readonly_fields = ("text", "attempts", "asked_at", "read_at", "failure")


@admin.register(MilestoneAttachment)
class MilestoneAttachmentAdmin(PaperPage, Named):
    of = "milestone"
    form = AgreementPaperForm
    inlines = [TextRows]


@admin.register(MilestoneNote)
class MilestoneNoteAdmin(OwnPapers, Named):
    of = "milestone"
    side = "region"
    own_keys = ("region",)
    list_display = ["__str__", "region", "milestone", "by", "at"]
    list_select_related = ["region", "by"]
    search_fields = ["text"]
    date_hierarchy = "at"
    fields = ["milestone", "region", "text", "by", "at"]
    readonly_fields = ["by", "at"]


# What was promised and done: read only


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, RecordAdmin):
    """An administrator of a region reads what was promised to its members."""

    list_display = ["milestone", "recipient", "why", "rule", "offset", "due_on", "told_on", "sent_with", "read_at"]
    list_filter = ["why", "topic", "at_once", ("rule", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["recipient", "rule", "notice"]
    search_fields = ["recipient__email", "recipient__name"]
    date_hierarchy = "told_on"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(_milestones())

    def seen_by(self, rows: models.QuerySet[Any], user: Any) -> models.QuerySet[Any] | None:
        mine = Milestone.objects.order_by().in_place(regions_of(user))
        return rows.filter(recipient__in=members_of(user), milestone__in=mine.values("pk"))

    @admin.display(description=gettext_lazy("letter"))
    def sent_with(self, reminder: Reminder) -> SafeString | str:
        if reminder.notice is None:
            return "–"
        url = reverse("notices:detail", args=[reminder.notice_id])
        return format_html('<a href="{}">{}</a>', url, reminder.notice)


@admin.register(BulkDeed)
class BulkDeedAdmin(ReadOnly, RecordAdmin):
    list_display = ["__str__", "by", "at", "undone_at"]
    list_filter = ["deed"]
    list_select_related = ["by"]
    search_fields = ["by__email", "by__name"]
    date_hierarchy = "at"


def _milestones() -> models.Prefetch[Any, Any, Any]:
    return models.Prefetch("milestone", Milestone.objects.for_names())
