"""The log of an agreement's way: who moved it, when, why, with which paper. Written once, never changed."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreements import Agreement
from agreements.models.evidence import AgreementAttachment
from agreements.models.kinds import Closing
from agreements.models.processes import ProcessStep
from records.history import tracked


class Deed(models.TextChoices):
    """What an entry says. The first four change where the agreement stands, the next three settle a step."""

    STARTED = "STARTED", _("Started")
    MOVED = "MOVED", _("Moved forward")
    RETURNED = "RETURNED", _("Sent back")
    TRANSFERRED = "TRANSFERRED", _("Moved to another process")
    PASSED = "PASSED", _("Step done")
    SKIPPED = "SKIPPED", _("Step skipped")
    WAIVED = "WAIVED", _("Gate waived")
    HELD = "HELD", pgettext_lazy("entry of the log", "Put on hold")
    RESUMED = "RESUMED", _("Resumed")
    CLOSED = "CLOSED", pgettext_lazy("entry of the log", "Closed")
    REOPENED = "REOPENED", _("Reopened")


STANDING = (Deed.STARTED, Deed.MOVED, Deed.RETURNED, Deed.TRANSFERRED)
SETTLING = (Deed.PASSED, Deed.SKIPPED, Deed.WAIVED)
NEEDS_REASON = (Deed.RETURNED, Deed.TRANSFERRED, Deed.SKIPPED, Deed.WAIVED, Deed.HELD, Deed.CLOSED, Deed.REOPENED)


class StepEntryQuerySet(models.QuerySet["StepEntry"]):
    def visible_to(self, user: Any) -> Self:
        """Entries of visible agreements."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self
        return self.filter(Exists(Agreement.objects.visible_to(user).filter(pk=OuterRef("agreement"))))


@tracked
class StepEntry(models.Model):
    """One entry: actor, day, reason and paper. The database keeps the rules of the way (see migration 0002) and moves
    `Agreement.step`, `process`, `stage_since`, `closed_as` and `closed_on` by what is written here.

    `step` is where the agreement comes to stand (STARTED, MOVED, RETURNED, TRANSFERRED) or the step that is settled
    (PASSED, SKIPPED, WAIVED); `evidence` names the paper of a passed gate when it is not attached.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="log", verbose_name=_("agreement"))
    deed = models.CharField(_("what happened"), max_length=12, choices=Deed)
    step = models.ForeignKey(
        ProcessStep, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("step")
    )
    happened_on = models.DateField(_("on"))
    closed_as = models.CharField(_("closed as"), max_length=12, choices=Closing, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    evidence = models.CharField(
        _("number or name of the paper"), max_length=200, blank=True, help_text=_("If it is not attached here.")
    )
    attachment = models.ForeignKey(
        AgreementAttachment, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("paper")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = StepEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(deed__in=[*STANDING, *SETTLING], step__isnull=False))
                | Q(deed__in=[Deed.HELD, Deed.RESUMED, Deed.CLOSED, Deed.REOPENED], step__isnull=True),
                name="step_entry_has_its_step",
                violation_error_message=_("Choose the step."),
            ),
            models.CheckConstraint(
                condition=Q(deed=Deed.CLOSED) & ~Q(closed_as="") | ~Q(deed=Deed.CLOSED) & Q(closed_as=""),
                name="step_entry_says_how_it_was_closed",
                violation_error_message=_("Say how it was closed."),
            ),
            models.CheckConstraint(
                condition=~Q(deed__in=NEEDS_REASON) | Q(reason__regex=r"\S"),
                name="step_entry_has_a_reason",
                violation_error_message=_("Give the reason: it stays in the log."),
            ),
        ]
        indexes = [models.Index(fields=["agreement", "deed", "happened_on", "id"], name="step_entry_of_a_deed")]
        triggers = [
            pgtrigger.Trigger(
                name="keep_the_rules",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="PERFORM agreements_check_entry(NEW.agreement_id, NEW.deed, NEW.step_id, NEW.closed_as,"
                " NEW.evidence, NEW.attachment_id); RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="move_the_agreement",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.deed IN ('STARTED', 'MOVED', 'RETURNED', 'TRANSFERRED') THEN
                        UPDATE agreements_agreement SET step_id = NEW.step_id, stage_since = NEW.happened_on,
                            process_id = (SELECT process_id FROM agreements_processstep WHERE id = NEW.step_id)
                        WHERE id = NEW.agreement_id;
                    ELSIF NEW.deed = 'CLOSED' THEN
                        UPDATE agreements_agreement SET closed_as = NEW.closed_as, closed_on = NEW.happened_on
                        WHERE id = NEW.agreement_id;
                    ELSIF NEW.deed = 'REOPENED' THEN
                        UPDATE agreements_agreement SET closed_as = '', closed_on = NULL WHERE id = NEW.agreement_id;
                    ELSE
                        UPDATE agreements_agreement SET version = version + 1 WHERE id = NEW.agreement_id;
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="written_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'by_id' - 'attachment_id'
                            = to_jsonb(OLD) - 'by_id' - 'attachment_id'
                            AND (NEW.by_id IS NULL OR NEW.by_id = OLD.by_id)
                            AND (NEW.attachment_id IS NULL OR NEW.attachment_id = OLD.attachment_id) THEN
                        RETURN NEW;  -- a user or a paper was deleted
                    END IF;
                    IF TG_OP = 'DELETE' AND current_setting('simpul.deleting', true) = OLD.agreement_id::text THEN
                        RETURN OLD;  -- agreements.editing.delete_agreement
                    END IF;
                    RAISE EXCEPTION 'written once' USING ERRCODE = 'check_violation',
                        CONSTRAINT = 'step_entry_is_written_once';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.step}" if self.step_id else str(self.get_deed_display())
