"""That a record is kept by another side from now on."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rights import Right
from agreements.models import Agreement
from records.history import tracked
from records.models import Record
from regions.models import Region
from sides.models.base import SharedQuerySet, one_of
from visits.models import Visit


class HandoverState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("handover", "Offered")
    ACCEPTED = "ACCEPTED", pgettext_lazy("handover", "Taken over")
    DECLINED = "DECLINED", pgettext_lazy("handover", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("handover", "Withdrawn")


class HandoverQuerySet(SharedQuerySet):
    def open(self) -> Self:
        return self.filter(state=HandoverState.OPEN)

    def concerning(self, user: Any) -> Self:
        """Offered by or to a side of the user; all for the system administrator."""
        if user.sees_all:
            return self
        mine = user.own_region_ids
        return self.visible_to(user).filter(Q(from_region__in=mine) | Q(to_region__in=mine))

    def waiting_for(self, user: Any) -> Self:
        """Open ones that are offered to a side for which the user decides, and that still takes part."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        side = [F("to_region")]
        there = self.open().filter(Q(visit__region_ids__contains=side) | Q(agreement__region_ids__contains=side))
        return there if user.sees_all else there.filter(to_region__in=user.regions_for(Right.HAND_OVER))


@tracked
class Handover(Record):
    """The side that keeps a record offers it to another one that takes part; accepted, `owner` of the record moves.

    Internal notes and restricted papers stay with the side that wrote them.
    """

    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="handovers", verbose_name=_("visit")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="handovers", verbose_name=_("agreement")
    )
    from_region = models.ForeignKey(
        Region, models.PROTECT, related_name="handovers_offered", verbose_name=_("kept so far by")
    )
    to_region = models.ForeignKey(
        Region, models.PROTECT, related_name="handovers_received", verbose_name=_("offered to")
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="handovers_offered",
        verbose_name=_("offered by"),
    )  # fmt: skip
    text = models.TextField(_("reason"), validators=[MaxLengthValidator(2_000)])
    state = models.CharField(_("state"), max_length=10, choices=HandoverState, default=HandoverState.OPEN)
    answer = models.TextField(_("answer"), blank=True, validators=[MaxLengthValidator(2_000)])
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handovers_answered",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    created_at = models.DateTimeField(_("offered on"), default=timezone.now, editable=False)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of(("visit", "agreement"), "handover_is_of_one_record"),
            models.CheckConstraint(
                condition=~Q(to_region=F("from_region")),
                name="handover_changes_the_side",
                violation_error_message=_("This side keeps the record already."),
            ),
            models.CheckConstraint(
                condition=Q(state=HandoverState.OPEN, answered_at__isnull=True)
                | (~Q(state=HandoverState.OPEN) & Q(answered_at__isnull=False)),
                name="handover_answered_has_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=HandoverState.values), name="handover_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.DECLINED) | Q(answer__regex=r"\S"),
                name="handover_declined_says_why",
                violation_error_message=_("Say why it is declined."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[name],
                    condition=Q(state="OPEN", **{f"{name}__isnull": False}),
                    name=f"{name}_is_offered_once",
                    violation_error_message=_("This record is offered to a side already: withdraw that offer first."),
                )
                for name in ("visit", "agreement")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_region} → {self.to_region}"

    def get_absolute_url(self) -> str:
        return reverse("sides:handover", args=[self.pk])

    @property
    def record(self) -> Any:
        return self.visit or self.agreement

    @property
    def is_open(self) -> bool:
        return self.state == HandoverState.OPEN
