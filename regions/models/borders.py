"""Which regions lie beside each other, as far as it was recorded."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from regions.models.reference import ReferenceQuerySet
from regions.models.regions import Region


@tracked
class Border(models.Model):
    """Two regions that border each other, on land or at sea. None are loaded: no source was read that lists them."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="borders", verbose_name=_("region"))
    neighbour = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("borders on"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("border")
        verbose_name_plural = _("borders")
        constraints = [
            models.UniqueConstraint(
                Least("region", "neighbour"),
                Greatest("region", "neighbour"),
                name="border_is_recorded_once",
                violation_error_message=_("This border is recorded already."),
            ),
            models.CheckConstraint(
                condition=~Q(region=F("neighbour")),
                name="border_is_between_two",
                violation_error_message=_("A region does not border on itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} – {self.neighbour}"


def border_on_each_other(one: Region, other: Region) -> bool | None:
    """True if a border is recorded; None if nothing is recorded of one of them: then nobody knows. One query."""
    pair = {one.pk, other.pk}
    found = Border.objects.filter(Q(region__in=pair) | Q(neighbour__in=pair)).values_list("region", "neighbour")
    ends = [{first, second} for first, second in found]
    if pair in ends:
        return True
    return False if all(any(pk in two for two in ends) for pk in pair) else None
