"""Who fills in the form of a visit, and what its rows must know of the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from regions import sheets
from visits.models.visits import PLANNED


@dataclass
class Filling(sheets.Filling):
    """`planned` visits get agenda items that are planned, not done."""

    planned: bool = False

    def read(self, record: Any, stored: Mapping[str, list[Any]], sent: QueryDict | None) -> None:
        status = sent.get("status") if sent is not None else record.status
        self.planned = status in PLANNED
