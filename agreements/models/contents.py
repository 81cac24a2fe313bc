"""What the agreement is about: its points, sectors, and the visits and outcomes that it came from or led to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.agreements import Agreement
from agreements.models.kinds import ScopeDirection
from agreements.models.parties import Party, touch_agreement
from records.dates import Certainty
from records.history import tracked
from regions.models import Sector
from visits.models import Outcome, Visit


@tracked
class ScopePoint(models.Model):
    """One point of the scope, and who gives to whom."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="scope", verbose_name=_("agreement"))
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("in words"))
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="scope_points", verbose_name=_("sector")
    )
    direction = models.CharField(_("direction"), max_length=8, choices=ScopeDirection, blank=True)
    giver = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="gives", verbose_name=_("given by")
    )
    receiver = models.ForeignKey(
        Party,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="receives",
        verbose_name=_("given to"),
        help_text=_("Empty: to all other parties."),
    )
    certainty = models.CharField(_("how sure?"), max_length=10, choices=Certainty, default=Certainty.STATED)
    quote = models.TextField(_("words of the source"), blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("point of the scope")
        verbose_name_plural = _("points of the scope")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=ScopeDirection.ONE_WAY) | Q(giver__isnull=True, receiver__isnull=True),
                name="scope_point_is_given_one_way",
                violation_error_message=_("Only a point that goes one way has a giver and a receiver."),
            ),
            models.CheckConstraint(
                condition=Q(giver__isnull=True) | Q(receiver__isnull=True) | ~Q(giver=models.F("receiver")),
                name="scope_point_is_given_to_another",
                violation_error_message=_("A party cannot give to itself: choose another receiver."),
            ),
        ]
        triggers = [touch_agreement()]

    def __str__(self) -> str:
        return self.heading or self.text[:80]


@tracked
class AgreementSector(models.Model):
    """One sector of one agreement."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="sector_links")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="agreement_links", verbose_name=_("sector"))

    class Meta:
        verbose_name = _("sector of the agreement")
        verbose_name_plural = _("sectors of the agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "sector"],
                name="agreement_has_a_sector_once",
                violation_error_message=_("This sector is chosen already."),
            )
        ]
        triggers = [touch_agreement()]

    def __str__(self) -> str:
        return str(self.sector)


class Relation(models.TextChoices):
    """What a visit is to an agreement."""

    ORIGIN = "ORIGIN", _("It came from this visit")
    TALKS = "TALKS", _("It was discussed there")
    SIGNING = "SIGNING", _("It was signed there")
    FOLLOW_UP = "FOLLOW_UP", _("It was carried out or monitored there")


@tracked
class AgreementVisit(models.Model):
    """A visit, and possibly one outcome of it, from which the agreement came or at which it was dealt with."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="visit_links", verbose_name=_("agreement"))
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="agreement_links", verbose_name=_("visit"))
    outcome = models.ForeignKey(
        Outcome,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreement_links",
        verbose_name=_("outcome"),
    )
    relation = models.CharField(_("relation"), max_length=10, choices=Relation, default=Relation.ORIGIN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    class Meta:
        verbose_name = _("link to a visit")
        verbose_name_plural = _("links to visits")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "visit", "outcome", "relation"],
                name="agreement_visit_is_linked_once",
                nulls_distinct=False,
                violation_error_message=_("This visit is linked already in the same way."),
            )
        ]
        triggers = [touch_agreement()]

    def __str__(self) -> str:
        return str(self.visit)
