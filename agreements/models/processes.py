"""Processes as data: per category an ordered list of steps with actor, days allowed, papers and gates.

A published edition never changes (the database refuses it): agreements under way keep the edition in which they began,
new ones take the latest. Changing a process means making a new edition, editing it, and publishing it.
"""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.kinds import AgreementKind, Category
from documents.models import DocumentKind
from records.history import tracked
from records.models import Record
from regions.models import Bilingual, ReferenceQuerySet, localised


@tracked
class StepActor(Bilingual):
    """Who acts in a step: head of the region, coordination team, council, ministry … Edited by an administrator."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("actor of a step")
        verbose_name_plural = _("actors of steps")
        ordering = ["position", "name_id"]


class ProcessQuerySet(ReferenceQuerySet):
    def current(self) -> Self:
        """The edition of each category in which a new agreement begins."""
        published = self.filter(published_on__isnull=False, retired_on__isnull=True)
        return published.order_by("category", "-edition").distinct("category")

    def current_for(self, category: str) -> Process | None:
        process: Process | None = self.current().filter(category=category).first()
        return process


@tracked
class Process(Record, Bilingual):
    """One edition of the way of one category. Locked once `published_on` is set; `retired_on` keeps new ones out."""

    category = models.CharField(_("category"), max_length=15, choices=Category)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    basis = models.CharField(_("legal or factual basis"), max_length=300, blank=True)
    ending_soon_days = models.PositiveSmallIntegerField(
        _("days before the end that count as “ending soon”"), default=90
    )
    silent_after_months = models.PositiveSmallIntegerField(
        _("months without activity that make it dormant"), default=12
    )
    report_months = models.PositiveSmallIntegerField(
        _("a report every so many months"),
        null=True,
        blank=True,
        default=6,
        help_text=_("While an agreement is in force. Empty: no periodic reports. To be confirmed with an officer."),
    )
    evaluation_months = models.PositiveSmallIntegerField(
        _("an evaluation every so many months"),
        null=True,
        blank=True,
        default=12,
        help_text=_("While an agreement is in force. Empty: no periodic evaluation. To be confirmed with an officer."),
    )
    published_on = models.DateField(_("published on"), null=True, blank=True, editable=False)
    retired_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["category", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "edition"],
                name="process_edition_is_unique",
                violation_error_message=_("There is this edition of the process already."),
            ),
            models.CheckConstraint(
                condition=~Q(category=Category.UNDETERMINED),
                name="process_is_of_a_category",
                violation_error_message=_("An undetermined category has no process: choose another."),
            ),
            models.CheckConstraint(
                condition=(Q(report_months__isnull=True) | Q(report_months__range=(1, 120)))
                & (Q(evaluation_months__isnull=True) | Q(evaluation_months__range=(1, 120))),
                name="process_periods_are_months",
                violation_error_message=_("The interval is between 1 and 120 months."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition})"

    @property
    def is_locked(self) -> bool:
        return self.published_on is not None


class StepPhase(models.TextChoices):
    """Which part of the way: the columns of a board over several categories."""

    EXPLORATION = "EXPLORATION", _("Exploration")
    PREPARATION = "PREPARATION", _("Preparation")
    APPROVAL = "APPROVAL", _("Approval")
    SIGNING = "SIGNING", pgettext_lazy("phase of a process", "Signing")
    IMPLEMENTATION = "IMPLEMENTATION", _("Implementation")
    REPORTING = "REPORTING", _("Reporting")


class StepTest(models.TextChoices):
    """What must be answered “no” before a conditional step may be skipped."""

    NONE = "", pgettext_lazy("test of a step", "None")
    COUNCIL = "COUNCIL", _("Council test: burdens the public or region, or is outside the running budget")


@tracked
class ProcessStep(Bilingual):
    """One step. `position` runs from 1 without gaps; `kinds` empty means that agreements of every kind take it.

    A gate is passed with its evidence or waived by a manager with a reason; a conditional step may be skipped with a
    reason; in a step that `signs` the instrument is signed, so all gates before it bind the signing.
    """

    process = models.ForeignKey(Process, models.CASCADE, related_name="steps", verbose_name=_("process"))
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"))
    code = models.SlugField(_("code"), max_length=30)
    phase = models.CharField(pgettext_lazy("of a process", "phase"), max_length=15, choices=StepPhase)
    actor = models.ForeignKey(
        StepActor, models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("who acts")
    )
    with_actor = models.ForeignKey(
        StepActor, models.PROTECT, null=True, blank=True, related_name="steps_beside", verbose_name=_("together with")
    )
    days_allowed = models.PositiveSmallIntegerField(_("days allowed"), null=True, blank=True)
    conditional = models.BooleanField(_("may be skipped with a reason"), default=False)
    test = models.CharField(_("test before it may be skipped"), max_length=10, choices=StepTest, blank=True)
    is_gate = models.BooleanField(_("gate"), default=False, help_text=_("Nothing passes without evidence or a waiver."))
    signs = models.BooleanField(_("here it is signed"), default=False)
    kinds = ArrayField(
        models.CharField(max_length=15, choices=AgreementKind),
        verbose_name=_("only for these kinds"),
        default=list,
        blank=True,
        help_text=_("Empty: for every kind of agreement."),
    )
    needs_confirmation = models.BooleanField(
        _("to be confirmed with an officer"), default=False, help_text=_("A default that no regulation was read for.")
    )
    basis = models.CharField(_("legal or factual basis"), max_length=300, blank=True)
    guidance_id = models.TextField(_("guidance in Indonesian"), blank=True)
    guidance_en = models.TextField(_("guidance in English"), blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a process")
        verbose_name_plural = _("steps of a process")
        ordering = ["process", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "position"],
                name="process_step_position_is_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Two steps have the same position."),
            ),
            models.UniqueConstraint(
                fields=["process", "code"],
                name="process_step_code_is_unique",
                violation_error_message=_("Two steps have the same code."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("p", "bigint")],
                func="""
                    p = CASE WHEN TG_OP = 'DELETE' THEN OLD.process_id ELSE NEW.process_id END;
                    IF EXISTS (SELECT 1 FROM agreements_process WHERE id = p AND published_on IS NOT NULL) THEN
                        RAISE EXCEPTION 'published' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'process_is_not_published';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            )
        ]

    @property
    def guidance(self) -> str:
        return localised(self.guidance_id, self.guidance_en)

    def applies_to(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@tracked
class StepPaper(models.Model):
    """A paper that a step asks for; the checklist of an agreement is made of these."""

    step = models.ForeignKey(ProcessStep, models.CASCADE, related_name="papers", verbose_name=_("step"))
    kind = models.CharField(_("kind of paper"), max_length=20, choices=DocumentKind)
    required = models.BooleanField(_("required"), default=True)
    note_id = models.CharField(_("note in Indonesian"), max_length=200, blank=True)
    note_en = models.CharField(_("note in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("paper of a step")
        verbose_name_plural = _("papers of a step")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "kind"],
                name="step_paper_is_unique",
                violation_error_message=_("The step asks for this kind of paper already."),
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("s", "bigint")],
                func="""
                    s = CASE WHEN TG_OP = 'DELETE' THEN OLD.step_id ELSE NEW.step_id END;
                    IF EXISTS (SELECT 1 FROM agreements_process p JOIN agreements_processstep x ON x.process_id = p.id
                               WHERE x.id = s AND p.published_on IS NOT NULL) THEN
                        RAISE EXCEPTION 'published' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'process_is_not_published';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
