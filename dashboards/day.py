"""An officer's day: what comes, what is over and not reported, what must be done, what was logged last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import Agreement, AgreementQuerySet
from dashboards.beginning import Step, first_steps
from followups.work import AT_HOME, Work
from pages.paging import Count, Row, count_of, counts_of
from sides.models import Correction, Handover
from visits.lists import rows
from visits.models import Visit, VisitQuerySet
from visits.models.visits import party

SHOWN = 4  # rows of each list
ENDING = 90  # days


@dataclass(frozen=True)
class Tile:
    """A number and the list that it counts."""

    number: Count
    label: str
    href: str
    icon: str
    tone: str = ""


class Day:
    """The day of one user. A dozen queries, however many rows there are; an agency user sees the part of its unit."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.today = user.today()
        self.visits: VisitQuerySet = Visit.objects.visible_to(user).evidenced()
        self.work = Work(user, AT_HOME)
        self.agreements: AgreementQuerySet = Agreement.objects.visible_to(user)

    @property
    def places(self) -> list[str]:
        """The regions and units for which the user acts."""
        return [_place(membership) for membership in self.user.standing]

    @property
    def first_steps(self) -> list[Step]:
        """While the user sees no visit and no agreement. One query, only where there is no visit."""
        return [] if self.logged or self.agreements.exists() else first_steps(self.user)

    @property
    def tiles(self) -> list[Tile]:
        """Counted as the lists behind them count."""
        today = self.today
        overdue = self.work.overdue
        unreported = count_of(self.visits.unreported(today))
        return [
            Tile(count_of(self.visits.upcoming(today)), _("Upcoming visits"), _visits(stage="upcoming"), "calendar"),
            Tile(
                unreported,
                _("Over, not yet reported"),
                _visits(stage="unreported"),
                "file-clock",
                "warn" if unreported else "",
            ),
            Tile(self.work.count, _("My open follow-ups"), _follow_ups(whose="mine"), "list-checks"),
            Tile(
                overdue,
                _("My overdue follow-ups"),
                _follow_ups(whose="mine", state="overdue"),
                "alarm-clock",
                "bad" if overdue else "",
            ),
        ]

    @property
    def tiles_of_agreements(self) -> list[Tile]:
        """In one query. What other sides wait for is told only where they do."""
        late, ending, deciding, proposed, offered = counts_of(
            self._late,
            self.agreements.ending_within(ENDING, self.today),
            self.agreements.awaiting_a_decision(),
            Correction.objects.waiting_for(self.user),
            Handover.objects.waiting_for(self.user),
        )
        corrections = reverse("sides:list")
        sides = [
            Tile(proposed, _("Corrections to answer"), f"{corrections}?whose=waiting", "message-square-diff", "warn"),
            Tile(offered, _("Records offered to us"), f"{corrections}#handovers", "arrow-right-left", "warn"),
        ]
        words = _("Agreements ending within %(n)s days") % {"n": ENDING}
        return [
            Tile(
                late,
                _("Agreements over the time allowed"),
                _agreements(late="on"),
                "timer",
                "bad" if late else "",
            ),
            Tile(ending, words, _agreements(ending=str(ENDING)), "hourglass", "warn" if ending else ""),
            Tile(deciding, _("Agreements waiting for a decision"), _agreements(decision="on"), "landmark"),
            *(tile for tile in sides if tile.number),
        ]

    @property
    def forms(self) -> list[tuple[str, str]]:
        """Where a form stands that keeps drafts in the browser, and what it is; the first that fits counts."""
        return [
            (reverse("visits:quick"), _("Quick log")),
            (reverse("visits:new"), _("New visit")),
            (reverse("visits:list"), _("Visit")),
            (reverse("agreements:new"), _("New agreement")),
            (reverse("agreements:list"), _("Agreement")),
            (reverse("followups:new"), _("New follow-up")),
            (reverse("followups:duty-new"), _("New recurring duty")),
            (reverse("followups:list"), _("Follow-up")),
            (reverse("sides:list"), _("Correction")),
            (reverse("sides:handover", args=[0]).removesuffix("0/"), _("Handover")),  # they have no list of their own
            (reverse("regions:official-list"), _("Official")),
            (reverse("regions:organisation-list"), _("Organisation")),
            (reverse("regions:list"), _("Region")),
        ]

    @property
    def late(self) -> list[Row]:
        """Agreements longer at their step than allowed, the longest first."""
        found = self._late.order_by("stage_since", "pk")[:SHOWN]
        return list(rows_of_agreements(found.for_list(), self.user))

    @property
    def _late(self) -> AgreementQuerySet:
        return self.agreements.late(self.today)

    @property
    def upcoming(self) -> list[Row]:
        """The nearest first; those without a date at the end."""
        return self._visits(
            self.visits.upcoming(self.today).order_by(F("ends_on").asc(nulls_last=True), "starts_on", "pk")
        )

    @property
    def unreported(self) -> list[Row]:
        """The latest first: what is still in everybody's mind."""
        return self._visits(self.visits.unreported(self.today).newest_first())

    @cached_property
    def logged(self) -> list[Row]:
        return self._visits(self.visits.order_by("-created_at", "-pk"))

    def _visits(self, found: VisitQuerySet) -> list[Row]:
        return list(rows(found[:SHOWN].for_list(), self.user))


def _visits(**chosen: str) -> str:
    return f"{reverse('visits:list')}?{urlencode(chosen)}"


def _agreements(**chosen: str) -> str:
    return f"{reverse('agreements:list')}?{urlencode(chosen)}"


def _follow_ups(**chosen: str) -> str:
    return f"{reverse('followups:list')}?{urlencode(chosen)}"


def _place(membership: Any) -> str:
    unit = membership.unit
    if unit is None:
        return str(membership.region)
    return party(unit.name, unit.region.name if unit.region else "")
