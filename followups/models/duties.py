"""Recurring duties: each occurrence is a milestone of its own, with a status of its own."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Programme
from followups.models.kinds import MilestoneKind, Recurrence
from records.dates import Certainty
from records.history import tracked
from records.models import Record
from regions.models import Organisation, Region


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, user: Any) -> Self:
        """Duties of visible agreements, and those that the user's regions keep or must do."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self
        shared = models.Exists(Agreement.objects.visible_to(user).filter(pk=models.OuterRef("agreement")))
        mine = Q(owner__in=user.region_ids) | Q(region__in=user.region_ids) | Q(unit__in=user.organisation_ids)
        return self.filter(mine | Q(shared))


@tracked
class Duty(Record):
    """What must be done again and again: monitoring, evaluation, reports.

    The n-th occurrence is due `n * every_months` months after `first_on` (the last day of a shorter month). There is
    always one occurrence ahead; its parts and people are those of the one before. `certainty` says how sure the
    interval is: DEFAULT where nobody stated one.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=MilestoneKind, default=MilestoneKind.MONEV)
    title = models.TextField(_("what must happen"), blank=True, max_length=2000)
    recurrence = models.CharField(_("how often"), max_length=10, choices=Recurrence, default=Recurrence.SEMESTER)
    every_months = models.PositiveSmallIntegerField(_("every so many months"), default=6)
    certainty = models.CharField(
        _("how sure is the interval?"), max_length=10, choices=Certainty, default=Certainty.STATED
    )
    as_stated = models.CharField(
        _("interval in the words of the source"), max_length=200, blank=True, help_text=_("For example “berkala”.")
    )
    first_on = models.DateField(_("first due"))
    until = models.DateField(_("until"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("agreement")
    )
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="duties", verbose_name=_("programme")
    )
    owner = models.ForeignKey(Region, models.PROTECT, related_name="duties_kept", verbose_name=_("kept by"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible region")
    )
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("responsible unit")
    )
    derived_key = models.CharField(_("follows"), max_length=80, null=True, unique=True, editable=False)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)

    objects = DutyQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("recurring duty")
        verbose_name_plural = _("recurring duties")
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_months__range=(1, 120)),
                name="duty_recurs_in_months",
                violation_error_message=_("The interval is between 1 and 120 months."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("first_on")),
                name="duty_ends_after_it_starts",
                violation_error_message=_("The end lies before the start. Swap the two dates or correct one."),
            ),
            models.CheckConstraint(
                condition=Q(recurrence="CUSTOM")
                | Q(recurrence="MONTHLY", every_months=1)
                | Q(recurrence="QUARTERLY", every_months=3)
                | Q(recurrence="SEMESTER", every_months=6)
                | Q(recurrence="ANNUAL", every_months=12),
                name="duty_interval_fits",
                violation_error_message=_("The number of months does not fit the interval: choose “Custom”."),
            ),
        ]

    def __str__(self) -> str:
        from followups.models.milestones import heading_of  # noqa: PLC0415 -- milestones point to duties

        return self.title[:120] or heading_of(self.kind, str(self.agreement or ""))

    def get_absolute_url(self) -> str:
        return reverse("followups:duty", args=[self.pk])

    @property
    def is_going_on(self) -> bool:
        return self.ended_on is None
