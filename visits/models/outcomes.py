"""What came of the visit: information, interest, invitations, pledges, decisions, papers; and what must follow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.dates import Certainty
from records.history import tracked
from records.models import touch_parent
from regions.models import COMPARATOR_SIGNS, Comparator, Organisation, Sector
from visits.models.visits import Visit, party


class OutcomeKind(models.TextChoices):
    INFORMATION = "INFORMATION", _("Information exchange")
    LEARNING = "LEARNING", _("Learning")
    INTEREST = "INTEREST", _("Interest")
    INVITATION = "INVITATION", _("Invitation")
    PLEDGE = "PLEDGE", _("Pledge")
    DECISION = "DECISION", _("Decision")
    DOCUMENT = "DOCUMENT", _("Signed document")
    RECOMMENDATION = "RECOMMENDATION", _("Recommendation")
    NONE = "NONE", pgettext_lazy("outcome", "None")


class OutcomeDirection(models.TextChoices):
    """Who owes it to whom, in terms that both sides read alike; pages say “from us” or “from partner” to the reader."""

    GUEST_TO_HOST = "GUEST_TO_HOST", _("From the guests to the host")
    HOST_TO_GUEST = "HOST_TO_GUEST", _("From the host to the guests")
    MUTUAL = "MUTUAL", _("Mutual")


class Nature(models.TextChoices):
    BINDING = "BINDING", _("Binding")
    SIGNED_SOFT = "SIGNED_SOFT", _("Written, non-binding")
    VERBAL = "VERBAL", _("Verbal")
    PRESS = "PRESS", _("Press-reported")


class FollowUp(models.TextChoices):
    NOT_NEEDED = "NOT_NEEDED", _("No follow-up needed")
    SUGGESTED = "SUGGESTED", _("Suggested")
    OPEN = "OPEN", _("Open")
    IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("follow-up", "In progress")
    BLOCKED = "BLOCKED", _("Blocked")
    DONE = "DONE", pgettext_lazy("follow-up", "Done")
    CANCELLED = "CANCELLED", pgettext_lazy("follow-up", "Cancelled")


OPEN_FOLLOW_UPS = (FollowUp.OPEN, FollowUp.IN_PROGRESS, FollowUp.BLOCKED)


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, user: Any) -> Self:
        if user.is_authenticated and user.sees_all:
            return self
        return self.filter(Exists(Visit.objects.visible_to(user).filter(pk=OuterRef("visit"))))

    def open(self) -> Self:
        """What was promised or asked and is not done; suggestions do not count until somebody accepts them."""
        return self.filter(follow_up__in=OPEN_FOLLOW_UPS)

    def overdue(self, on: dt.date) -> Self:
        return self.open().filter(due_on__lt=on)


@tracked
class Outcome(models.Model):
    """One result with direction, nature and quantity as stated, and who must do what about it."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="outcomes", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=15, choices=OutcomeKind, default=OutcomeKind.INFORMATION)
    text = models.TextField(_("in words"))
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("sector")
    )
    direction = models.CharField(_("direction"), max_length=15, choices=OutcomeDirection, blank=True)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature, blank=True)
    given_by = models.CharField(_("given by"), max_length=200, blank=True)
    given_to = models.CharField(_("given to"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=3, null=True, blank=True)
    comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, default=Comparator.EXACT)
    unit = models.CharField(pgettext_lazy("of measure", "unit"), max_length=60, blank=True)
    follow_up = models.CharField(_("follow-up"), max_length=12, choices=FollowUp, default=FollowUp.NOT_NEEDED)
    responsible = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="outcomes", verbose_name=_("responsible unit")
    )
    requested_by = models.CharField(_("requested by"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_as_stated = models.CharField(_("due in the words of the source"), max_length=200, blank=True)
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                name="outcome_quantity_has_a_unit",
                violation_error_message=_("Say what is counted: “companies”, “tonnes”, “IDR”."),
            )
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="outcome_due", condition=Q(follow_up__in=OPEN_FOLLOW_UPS)),
            models.Index(
                fields=["responsible", "due_on", "id"],
                include=["visit"],
                name="outcome_owed",
                condition=Q(follow_up__in=OPEN_FOLLOW_UPS),
            ),  # read by owed_by
            models.Index(
                fields=["visit"], name="outcome_open", condition=Q(follow_up__in=["OPEN", "IN_PROGRESS", "BLOCKED"])
            ),  # read by Visit.with_open_outcomes
        ]
        triggers = [touch_parent("visits_visit", "visit_id")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def owner(self) -> str:
        """The responsible unit with its region: every region has a cooperation division."""
        unit = self.responsible
        return party(unit.name, unit.region.name if unit.region else "") if unit else ""

    @property
    def is_open(self) -> bool:
        return self.follow_up in OPEN_FOLLOW_UPS

    @property
    def quantity_text(self) -> str:
        if self.quantity is None:
            return ""
        amount = number_format(Decimal(f"{self.quantity.normalize():f}"), force_grouping=True)
        return f"{COMPARATOR_SIGNS[self.comparator]}{amount} {self.unit}"
