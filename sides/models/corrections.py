"""What the other side holds to be wrong in a record: proposed by it, then taken over or declined by the keeper."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from agreements.models import Agreement, Measurement, Party
from records.history import tracked
from records.models import Record
from regions.models import Region
from sides.models.base import About, SharedQuerySet, at_most_one_of, one_of
from visits.models import Delegation, Visit

LONGEST_TEXT = 10_000
BY_HANDOVER = "HANDOVER"  # the answer of one that a handover has settled


class CorrectionState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("correction", "Waiting for an answer")
    ACCEPTED = "ACCEPTED", pgettext_lazy("correction", "Accepted")
    PARTLY = "PARTLY", pgettext_lazy("correction", "Partly accepted")
    DECLINED = "DECLINED", pgettext_lazy("correction", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("correction", "Withdrawn")
    OVERTAKEN = "OVERTAKEN", pgettext_lazy("correction", "Overtaken")


class CorrectionQuerySet(SharedQuerySet):
    def open(self) -> Self:
        return self.filter(state=CorrectionState.OPEN)

    def waiting_for(self, user: Any) -> Self:
        """Open ones that the user answers: on records that their regions keep, and on figures that these measured."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self.open()
        ours = user.regions_for(Right.ANSWER_CORRECTIONS)
        own = Q(visit__owner=F("region")) | Q(agreement__owner=F("region"))  # of a measurement that is no longer there
        kept = self.open().filter(~own, measurement__region__isnull=True).kept_by(ours)
        return kept | self.open().filter(measurement__region__in=ours)

    def sent_by(self, user: Any) -> Self:
        """Proposed by the user, or by anybody for a side of theirs."""
        return self.filter(Q(by=user) | Q(region__in=user.regions_for(Right.PROPOSE_CORRECTIONS)))


@tracked
class Correction(Record):
    """Proposed by a person for a side that does not keep the record. Nothing of the record changes by it alone.

    `changes` is a list of {key, label, before, after, old, new, taken}: `before` and `after` in the words of each
    language as they were when it was proposed, `old` and `new` as a form sends them (see `sides.facts`). Without
    changes it is a remark.
    """

    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="corrections", verbose_name=_("visit")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="corrections", verbose_name=_("agreement")
    )
    about = models.CharField(_("about"), max_length=12, choices=About, default=About.RECORD)
    delegation = models.ForeignKey(
        Delegation, models.SET_NULL, null=True, blank=True, related_name="corrections", verbose_name=_("delegation")
    )
    party = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="corrections", verbose_name=_("party")
    )
    measurement = models.ForeignKey(
        Measurement, models.SET_NULL, null=True, blank=True, related_name="corrections", verbose_name=_("measurement")
    )
    row_name = models.CharField(_("name of the row"), max_length=500, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="corrections_proposed", verbose_name=_("proposed by the side of")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="corrections_proposed",
        verbose_name=_("proposed by"),
    )  # fmt: skip
    text = models.TextField(_("reason or remark"), validators=[MaxLengthValidator(LONGEST_TEXT)])
    changes = models.JSONField(_("proposed changes"), default=list, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    answer = models.TextField(_("answer"), blank=True, validators=[MaxLengthValidator(LONGEST_TEXT)])
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="corrections_answered",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    created_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-created_at", "-pk"]
        constraints = [
            one_of(("visit", "agreement"), "correction_is_of_one_record"),
            at_most_one_of(("delegation", "party", "measurement"), "correction_is_of_one_row"),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN, answered_at__isnull=True)
                | (~Q(state=CorrectionState.OPEN) & Q(answered_at__isnull=False)),
                name="correction_answered_has_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=CorrectionState.values), name="correction_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.DECLINED) | Q(answer__regex=r"\S"),
                name="correction_declined_says_why",
                violation_error_message=_("Say why it is declined."),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="correction_newest"),
            models.Index(fields=["visit"], name="correction_open_visit", condition=Q(state="OPEN")),
            models.Index(fields=["agreement"], name="correction_open_agreement", condition=Q(state="OPEN")),
        ]

    def __str__(self) -> str:
        return str(_("Correction %(number)s") % {"number": self.pk or ""}).strip()

    def get_absolute_url(self) -> str:
        return reverse("sides:correction", args=[self.pk])

    @property
    def record(self) -> Any:
        """The visit or agreement."""
        return self.visit or self.agreement

    @property
    def row(self) -> Any:
        """The row of the record that is meant; None for the record itself, and for a row that is no longer there."""
        return self.delegation or self.party or self.measurement

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.OPEN

    @property
    def answer_told(self) -> str:
        """The answer as it was written; that of a handover in the language of the reader."""
        if self.state == CorrectionState.OVERTAKEN and self.answer == BY_HANDOVER:
            return gettext("By a handover the side that proposed this keeps the record now, and changes it itself.")
        return self.answer

    @property
    def lost_its_row(self) -> bool:
        return self.about != About.RECORD and self.row is None
