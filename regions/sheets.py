"""Rows that name a sector: one list of choices, by group, read once for all rows of a sheet."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from pages.sheets import filled
from pages.sheets.rows import RowForm
from regions.models import Sector, SectorGroup


class Filling(filled.Filling):
    @cached_property
    def sectors(self) -> list[tuple[Any, Any]]:
        """Choices of all sectors by group."""
        groups: dict[str, list[tuple[int, str]]] = {}
        for sector in Sector.objects.all():
            groups.setdefault(sector.group, []).append((sector.pk, sector.name))
        labels = dict(SectorGroup.choices)
        return [("", _("Choose a sector")), *((labels[group], rows) for group, rows in groups.items())]


class SectorRow(RowForm):
    """A row with a field `sector`."""

    filling: Filling

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = self.filling.sectors  # type: ignore[attr-defined]  # a ModelChoiceField
