"""Places where people meet or that they visit."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.history import tracked
from records.models import Record
from regions.models.reference import ReferenceQuerySet
from regions.models.regions import Region


class VenueKind(models.TextChoices):
    OFFICE = "OFFICE", pgettext_lazy("venue", "Office")
    MEETING_ROOM = "MEETING_ROOM", _("Meeting room")
    HALL = "HALL", _("Hall")
    SERVICE_MALL = "SERVICE_MALL", _("Public service mall")
    SEZ = "SEZ", _("Special economic zone")
    AIRPORT = "AIRPORT", _("Airport")
    PORT = "PORT", _("Port")
    HERITAGE = "HERITAGE", _("Heritage site")
    ROAD = "ROAD", _("Road")
    OTHER = "OTHER", _("Other")


@tracked
class Venue(Record):
    """A place where people meet or that they visit: a meeting room, a service mall, an economic zone."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=VenueKind, default=VenueKind.OTHER)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("lies in")
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                F("region"),
                F("parent"),
                name="venue_name_is_unique_in_its_region",
                nulls_distinct=False,
                violation_error_message=_("This venue exists already. Choose it from the list."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("pk")),
                name="venue_does_not_lie_in_itself",
                violation_error_message=_("A venue cannot lie in itself."),
            ),
        ]

    def clean(self) -> None:
        if self.pk and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A venue cannot lie in itself.")})

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """A venue is shown on the page of its region."""
        return self.region.get_absolute_url() if self.region else reverse("regions:venue-edit", args=[self.pk])

    @property
    def label(self) -> str:
        place = f", {self.region.name}" if self.region else ""
        return f"{self.name} — {self.get_kind_display()}{place}"
