"""What stands below a milestone: its sides, its people, its log, papers, notes and snoozes; and one deed on many."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rights import Right
from documents.models import Attachment, Note, PaperText
from followups.models.kinds import MilestoneDeed
from records.history import tracked
from records.models import touch_parent
from regions.models import Organisation, Region


class OfMilestoneQuerySet(models.QuerySet[Any]):
    """Rows of tables below the milestone: who sees it sees them."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self
        milestones = self.model._meta.get_field("milestone").related_model.objects
        return self.filter(models.Exists(milestones.visible_to(user).filter(pk=models.OuterRef("milestone"))))


@tracked
class Part(models.Model):
    """A side of a milestone: the region, or a unit of it, that must do it; each side confirms its own part."""

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="parts", verbose_name=_("milestone"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible region")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("responsible unit")
    )
    done_on = models.DateField(_("confirmed on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("confirmed by"),
    )  # fmt: skip
    note = models.CharField(_("remark on the confirmation"), max_length=300, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("given by"),
    )  # fmt: skip
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = OfMilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsible side")
        verbose_name_plural = _("responsible sides")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(unit__isnull=False),
                name="part_is_of_a_region_or_a_unit",
                violation_error_message=_("Choose the responsible region or unit."),
            ),
            models.UniqueConstraint(
                fields=["milestone", "region", "unit"], name="part_is_unique", nulls_distinct=False,
                violation_error_message=_("This side is responsible already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["unit", "milestone"], name="part_of_unit", condition=Q(unit__isnull=False)),
            models.Index(fields=["given_at"], name="part_given_lately", condition=Q(done_on__isnull=True)),
        ]
        triggers = [
            touch_parent("followups_milestone", "milestone_id"),
            pgtrigger.Trigger(
                name="region_of_unit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.unit_id IS NOT NULL THEN
                        NEW.region_id = COALESCE(
                            (SELECT region_id FROM regions_organisation WHERE id = NEW.unit_id), NEW.region_id);
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The unit with its region, or the region."""
        from visits.models.visits import party  # noqa: PLC0415 -- a word of visits

        return party(str(self.unit or ""), str(self.region or ""))

    def may_be_confirmed_by(self, user: Any) -> bool:
        """Own side: officers of the region, members of the unit, people to whom it is given; and the keeper."""
        return bool(
            self.milestone.may_be_kept_by(user)
            or user.may(Right.WORK, self.region_id, self.unit_id)
            or (user.pk in self.milestone.user_ids and self.region_id in user.region_ids)
        )


@tracked
class Assignee(models.Model):
    """A user to whom the milestone is given."""

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="given_to", verbose_name=_("milestone"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="given_milestones", verbose_name=_("person")
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("given by"),
    )  # fmt: skip
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    objects = OfMilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a milestone")
        verbose_name_plural = _("people of a milestone")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "user"], name="milestone_is_given_once",
                violation_error_message=_("It is given to this person already."),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["given_at"], name="assignee_given_lately")]
        triggers = [touch_parent("followups_milestone", "milestone_id")]

    def __str__(self) -> str:
        return str(self.user)


@tracked
class MilestoneEntry(models.Model):
    """One entry of the log of a milestone: a deed with its reason, or a comment. Written once; both sides read it."""

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="log", verbose_name=_("milestone"))
    deed = models.CharField(_("what happened"), max_length=20, choices=MilestoneDeed)
    text = models.TextField(_("reason or comment"), blank=True, max_length=10_000)
    old_due = models.DateField(_("was due"), null=True, blank=True)
    new_due = models.DateField(_("is due"), null=True, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("on the side of")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = OfMilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a milestone")
        verbose_name_plural = _("entries of a milestone")
        ordering = ["pk"]
        indexes = [models.Index(fields=["at"], name="comment_lately", condition=Q(deed="COMMENTED"))]

    def __str__(self) -> str:
        return str(self.get_deed_display())


@tracked
class MilestoneAttachment(Attachment):
    """A paper that shows that it was done."""

    of = "milestone"

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="attachments", verbose_name=_("milestone"))

    class Meta(Attachment.Meta):
        abstract = False


class MilestonePaperText(PaperText):
    """The text of a paper of a follow-up."""

    paper = models.OneToOneField(MilestoneAttachment, models.CASCADE, related_name="reading", primary_key=True)

    class Meta(PaperText.Meta):
        abstract = False


@tracked
class MilestoneNote(Note):
    """An internal note of one side; the other side never sees it."""

    of = "milestone"

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="notes", verbose_name=_("milestone"))

    class Meta(Note.Meta):
        abstract = False


class Snooze(models.Model):
    """A person does not want to be reminded of this until a day; on that day they are. What is due stays visible."""

    milestone = models.ForeignKey("Milestone", models.CASCADE, related_name="snoozes", verbose_name=_("milestone"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="snoozes", verbose_name=_("person"))
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")
        constraints = [models.UniqueConstraint(fields=["milestone", "user"], name="snooze_is_unique")]
        indexes = [models.Index(fields=["until"], name="snooze_ends")]

    def __str__(self) -> str:
        return f"{self.user}: {self.until}"


class BulkDeed(models.Model):
    """One deed on many milestones at once, with what is needed to undo it.

    `rows` are [key, version after the deed, {field: value before}, …]; undoing leaves out what was changed since.
    """

    deed = models.CharField(_("what happened"), max_length=20, choices=MilestoneDeed)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    rows = models.JSONField(_("rows"), default=list)
    undone_at = models.DateTimeField(_("undone"), null=True)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("deed in bulk")
        verbose_name_plural = _("deeds in bulk")

    def __str__(self) -> str:
        return f"{self.get_deed_display()} ({len(self.rows)})"
