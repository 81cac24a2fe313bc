"""That a side has looked at a row of its own and found it right."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Measurement, Party
from records.history import tracked
from records.models import Record
from regions.models import Region
from sides.models.base import SharedQuerySet, one_of
from visits.models import Delegation, Visit

CONFIRMED = ("delegation", "party", "measurement")


@tracked
class Confirmation(Record):
    """A side says that a delegation, party or measurement of its own is right, on a day.

    `print` is the fingerprint of what was confirmed (`sides.prints`): as soon as the row, or a member or signatory in
    it, says something else, the confirmation has lapsed and is shown so. Confirming anew writes it anew.
    """

    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="confirmations", verbose_name=_("visit")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="confirmations", verbose_name=_("agreement")
    )
    delegation = models.ForeignKey(
        Delegation, models.CASCADE, null=True, blank=True, related_name="confirmations", verbose_name=_("delegation")
    )
    party = models.ForeignKey(
        Party, models.CASCADE, null=True, blank=True, related_name="confirmations", verbose_name=_("party")
    )
    measurement = models.ForeignKey(
        Measurement, models.CASCADE, null=True, blank=True, related_name="confirmations", verbose_name=_("measurement")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="confirmations", verbose_name=_("confirmed by the side of")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="confirmations", verbose_name=_("by")
    )
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("confirmed"), default=timezone.now, editable=False)
    print = models.CharField(_("fingerprint of what was confirmed"), max_length=32, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-at", "-pk"]
        constraints = [
            one_of(("visit", "agreement"), "confirmation_is_of_one_record"),
            one_of(CONFIRMED, "confirmation_is_of_one_row"),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(delegation__isnull=False),
                name="confirmation_of_a_visit_is_of_a_delegation",
            ),
            models.CheckConstraint(
                condition=Q(agreement__isnull=True) | Q(delegation__isnull=True),
                name="confirmation_of_a_delegation_is_of_a_visit",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name, "region"], condition=Q(**{f"{name}__isnull": False}), name=f"{name}_confirmed_once"
                )
                for name in CONFIRMED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}, {self.on}"
