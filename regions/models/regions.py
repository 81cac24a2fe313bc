"""The tree of regions: countries, provinces, regencies and cities."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from records.models import Record
from regions.models.reference import Bilingual, ReferenceQuerySet, by_name


class Level(models.TextChoices):
    COUNTRY = "COUNTRY", _("Country")
    PROVINCE = "PROVINCE", _("Province")
    REGENCY = "REGENCY", _("Regency")
    CITY = "CITY", _("City")
    DISTRICT = "DISTRICT", _("District")
    VILLAGE = "VILLAGE", _("Village")
    FOREIGN_PROVINCE = "FOREIGN_PROVINCE", _("Foreign province/state")
    FOREIGN_CITY = "FOREIGN_CITY", _("Foreign city")
    FOREIGN_OTHER = "FOREIGN_OTHER", _("Other foreign region")


class RegionQuerySet(ReferenceQuerySet):
    def existing(self, on: dt.date) -> Self:
        """Regions that exist on the day; one that was split or renamed keeps its old visits under its old code."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )

    def abroad(self) -> Self:
        return self.filter(level__startswith="FOREIGN")

    def for_list(self) -> Self:
        return self.select_related("parent__parent").order_by(by_name(), by_name("parent__"), "pk")


INDONESIAN_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@tracked
class Region(Record, Bilingual):
    """A country, province, regency or city; `code` is its identity (Kemendagri `21.71`, ISO 3166 abroad).

    Codes and names of Indonesian regions: Kepmendagri 300.2.2-2138/2025. A city abroad that an officer adds has no
    official code: none is made up, `code` stays NULL.
    """

    code = models.CharField(_("code"), max_length=20, unique=True, null=True, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in")
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Asia/Jakarta")
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)
    about = models.TextField(_("about the region"), blank=True)
    website = models.URLField(_("website"), blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.UniqueConstraint(
                Lower("name_id"),
                "level",
                "parent",
                name="region_name_is_unique_in_its_parent",
                violation_error_message=_("This place exists already. Choose it from the list."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="region_ends_after_it_starts",
                violation_error_message=_("The region cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
                name="region_coordinates_are_on_earth",
                violation_error_message=_("Give both coordinates in degrees (−90 to 90, −180 to 180), or neither."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("regions:detail", args=[self.pk])

    @property
    def is_abroad(self) -> bool:
        return self.level.startswith("FOREIGN") or (self.level == Level.COUNTRY and self.code != "ID")

    @property
    def label(self) -> str:
        """What tells it from its namesakes: “Kabupaten Malang — Regency, 35.07, Jawa Timur”."""
        parts = [self.get_level_display(), self.code or ""]
        parts += [p.name for p in self.lineage() if p.level != Level.COUNTRY or self.is_abroad]
        return f"{self.name} — {', '.join(part for part in parts if part)}"

    @property
    def zone_label(self) -> str:
        """“WIB (Asia/Jakarta)” in Indonesia, the bare name of the zone elsewhere."""
        short = INDONESIAN_ZONES.get(self.time_zone)
        return f"{short} ({self.time_zone})" if short else self.time_zone

    def lineage(self) -> list[Region]:
        """Parents, nearest first (at most three deep; `for_list()` has loaded two)."""
        above: list[Region] = []
        region = self.parent
        while region is not None and len(above) < 5:
            above.append(region)
            region = region.parent
        return above
