"""The place for which numbers are asked: one region, or a province with its regencies and cities.

In an address `place=21` is the region alone, `place=21-all` the province with what lies in it. The dashboard counts for
a place; the lists behind its numbers take the same parameter, and show it as a chip that can be removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.once import once
from regions.models import Region

WHOLE = "-all"


@dataclass(frozen=True)
class Place:
    """`ids` are the regions that it stands for."""

    region: Region
    is_whole: bool
    ids: tuple[int, ...]

    def __str__(self) -> str:
        if self.is_whole:
            return _("%(province)s with its regencies and cities") % {"province": self.region.name}
        return self.region.name

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"{self.region.pk}{WHOLE if self.is_whole else ''}"


@once
def place_of(key: str) -> Place | None:
    """The place of an address; None for what names none. One query."""
    named = re.fullmatch(rf"(\d{{1,18}})({WHOLE})?", key, re.ASCII)
    if named is None:
        return None
    below = ArraySubquery(Region.objects.order_by("pk").filter(parent=OuterRef("pk")).values("pk"))
    region: Any = Region.objects.filter(pk=int(named[1])).annotate(below=below).first()
    if region is None:
        return None
    is_whole = bool(named[2])
    return Place(region, is_whole, (region.pk, *region.below) if is_whole else (region.pk,))


class PlaceField(forms.CharField):
    """Cleaned, it is a `Place`, or None."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        place = place_of(text) if text else None
        if text and place is None:
            raise ValidationError(_("There is no such place."), code="unknown")
        return place


class PlaceFilter(django_filters.Filter):
    """Hidden in the panel of a list."""

    field_class = PlaceField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Looked at from"), widget=forms.HiddenInput, **kwargs)
