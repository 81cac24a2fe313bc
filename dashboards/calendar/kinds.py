"""What stands in a calendar, and whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from dashboards.models import ListCode


class What(models.IntegerChoices):
    """In the order in which a day tells them."""

    END = 0, _("Ends of agreements")
    VISIT = 1, _("Visits")
    FOLLOW_UP = 2, _("Follow-ups")


NAMES = {"visits": What.VISIT, "follow-ups": What.FOLLOW_UP, "ends": What.END}  # in addresses
ICONS = {What.VISIT: "footprints", What.END: "hourglass", What.FOLLOW_UP: "list-checks"}
OF_LISTS = {
    ListCode.VISITS: What.VISIT, ListCode.AGREEMENTS: What.END, ListCode.FOLLOW_UPS: What.FOLLOW_UP,
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Which items are asked for: of the kinds, of everybody, of the side or of the user alone, of a region.

    With `records` (of one kind, as a list found them) these alone are meant, whatever their state.
    """

    user: Any
    kinds: tuple[What, ...] = tuple(What)
    whose: str = ""  # "", ours, mine
    region_id: int | None = None
    records: Any = None
