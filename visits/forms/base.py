"""Who fills in the form of a visit, and what its rows must know of the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from regions import sheets
from visits.forms.visit import WhenForm
from visits.models.visits import PLANNED


@dataclass
class Filling(sheets.Filling):
    """`planned` visits get agenda items that are planned, not done."""

    planned: bool = False

    def read(self, record: Any, stored: Mapping[str, list[Any]], sent: QueryDict | None) -> None:
        if sent is None:
            status = record.status
        else:
            status = sent.get("status") or WhenForm(sent, filling=Filling(self.user)).leads_to
        self.planned = status in PLANNED
