"""One visit as its reader sees it: who is “us”, who leads, what is owed by whom, which other visits belong to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pages.paging import Row
from pages.templatetags.pages import badge
from records.dates import Certainty
from visits.lists import direction_mark, regions_of, rows, status_badge
from visits.models import AgendaState, Delegate, Delegation, FollowUp, Outcome, OutcomeDirection, Side, Visit
from visits.models.outcomes import OPEN_FOLLOW_UPS

RANK = {"LEADER": 0, "DEPUTY": 1}
FOLLOW_UP_TONES = {
    "SUGGESTED": ("quiet", "lightbulb"),
    "OPEN": ("warn", "circle-dot"),
    "IN_PROGRESS": ("info", "loader"),
    "BLOCKED": ("bad", "octagon-alert"),
    "DONE": ("good", "check"),
    "CANCELLED": ("quiet", "x"),
}
AGENDA_TONES = {
    "PLANNED": ("info", "calendar"),
    "DONE": ("good", "check"),
    "CANCELLED": ("bad", "x"),
    "UNKNOWN": ("quiet", "circle-question-mark"),
}
UNSURE = {
    "INFERRED": ("warn", "circle-question-mark"),
    "DEFAULT": ("quiet", "circle-question-mark"),
    "DISPUTED": ("bad", "git-compare"),
}


@dataclass(frozen=True)
class Party:
    """A delegation with its members, the head first."""

    delegation: Delegation
    members: list[Delegate]

    @property
    def head(self) -> Delegate | None:
        return next((m for m in self.members if m.role == "LEADER"), None)


@dataclass(frozen=True)
class Told:
    """An outcome in the reader's terms."""

    outcome: Outcome
    direction: str
    follow_up: SafeString | str
    overdue: bool
    sees_follow_up: bool


class Telling:
    """Everything that the pages of one visit show, without further queries except `related`."""

    def __init__(self, visit: Visit, user: Any) -> None:
        visit.unfold()
        self.visit = visit
        self.user = user
        self.today: dt.date = user.today()
        self.mine = regions_of(user)

    @property
    def direction(self) -> SafeString:
        return direction_mark(self.visit.direction_for(self.mine))

    @property
    def status(self) -> SafeString:
        return status_badge(self.visit.status)

    @property
    def kinds(self) -> list[str]:
        return [link.kind.name for link in sorted(self.visit.kind_links.all(), key=lambda link: link.kind.position)]

    @property
    def side(self) -> str:
        """The reader's own side; '' for a reader of neither or of both (a supervising province)."""
        sides = {d.side for d in self.visit.delegations.all() if d.region_id in self.mine} & {Side.GUEST, Side.HOST}
        if self.visit.host_region_id in self.mine:
            sides.add(Side.HOST)
        return str(sides.pop()) if len(sides) == 1 else ""

    @property
    def guests(self) -> list[Party]:
        return self._parties(Side.GUEST)

    @property
    def hosts(self) -> list[Party]:
        return self._parties(Side.HOST)

    @property
    def others(self) -> list[Party]:
        return self._parties(Side.THIRD)

    def _parties(self, side: str) -> list[Party]:
        found = [d for d in self.visit.delegations.all() if d.side == side]
        return [Party(d, sorted(d.delegates.all(), key=lambda m: RANK.get(m.role, 2))) for d in found]

    @property
    def agenda(self) -> list[tuple[Any, SafeString]]:
        labels = dict(AgendaState.choices)
        return [(item, badge(labels[item.state], *AGENDA_TONES[item.state])) for item in self.visit.agenda.all()]

    @property
    def outcomes(self) -> list[Told]:
        """The sides of the visit see every follow-up; a unit those that it must do itself."""
        sees_all = self.user.sees_all or bool(set(self.visit.region_ids) & set(self.user.region_ids))
        return [
            Told(
                outcome,
                owed(outcome, self.side),
                follow_up_badge(outcome.follow_up, outcome.due_on, self.today),
                bool(outcome.is_open and outcome.due_on and outcome.due_on < self.today),
                sees_all or outcome.responsible_id in self.user.unit_ids,
            )
            for outcome in self.visit.outcomes.all()
        ]

    @property
    def sources(self) -> list[tuple[Any, list[Any]]]:
        """Each source with what is cited from it; at the end, under None, what is cited from no source."""
        citations = list(self.visit.citations.all())
        told: list[tuple[Any, list[Any]]] = [
            (source, [c for c in citations if c.source_id == source.pk]) for source in self.visit.sources.all()
        ]
        rest = [c for c in citations if c.source_id is None]
        return [*told, (None, rest)] if rest else told

    def agreements(self) -> list[Row]:
        """Agreements that came from the visit or were dealt with there, as far as the reader may see them. One query.

        They stand above this app; their model is reached through the key by which they know visits.
        """
        links: Any = Visit._meta.get_field("agreement_links").related_model
        signings: Any = Visit._meta.get_field("signings").related_model
        agreements: Any = links._meta.get_field("agreement").related_model
        linked = Q(pk__in=links.objects.filter(visit=self.visit.pk).values("agreement"))
        signed = Q(pk__in=signings.objects.filter(ceremony=self.visit.pk).values("agreement"))
        found = agreements.objects.visible_to(self.user).filter(linked | signed).newest_first()
        told: list[Row] = found.told_to(self.user)
        return told

    def related(self) -> dict[str, list[Row]]:
        """Other visits that belong to this one, as far as the reader may see them, by how they belong. One query."""
        visit = self.visit
        belong = Q(replies_to=visit.pk) | Q(mentioned_in=visit.pk)
        if wanted := [pk for pk in (visit.replies_to_id, visit.mentioned_in_id) if pk]:
            belong |= Q(pk__in=wanted)
        if visit.series_id:
            belong |= Q(series=visit.series_id)
        found = Visit.objects.visible_to(self.user).filter(belong).exclude(pk=visit.pk)
        found = found.order_by(F("phase").asc(nulls_last=True), F("starts_on").asc(nulls_last=True), "pk")[:100]
        told = list(rows(found.for_list("replies_to_id", "mentioned_in_id", "series_id", "phase"), self.user))
        return {
            "replies_to": [row for row in told if row["pk"] == visit.replies_to_id],
            "replies": [row for row in told if row["replies_to_id"] == visit.pk],
            "mentioned_in": [row for row in told if row["pk"] == visit.mentioned_in_id],
            "mentions": [row for row in told if row["mentioned_in_id"] == visit.pk],
            "series": [row for row in told if visit.series_id and row["series_id"] == visit.series_id],
        }


def owed(outcome: Outcome, side: str) -> str:
    """“From us”, “From partner” or “Mutual” for a reader of one side; who owes whom for everyone else."""
    if not outcome.direction or outcome.direction == OutcomeDirection.MUTUAL or not side:
        return str(outcome.get_direction_display()) if outcome.direction else ""
    giver = Side.GUEST if outcome.direction == OutcomeDirection.GUEST_TO_HOST else Side.HOST
    return _("From us") if giver == side else _("From partner")


def follow_up_badge(follow_up: str, due: dt.date | None, on: dt.date) -> SafeString | str:
    """Empty where nothing is to follow."""
    if follow_up == FollowUp.NOT_NEEDED:
        return ""
    if due and due < on and follow_up in OPEN_FOLLOW_UPS:
        return badge(_("Overdue"), "bad", "alarm-clock")
    return badge(FollowUp(follow_up).label, *FOLLOW_UP_TONES[follow_up])


def certainty_badge(certainty: str) -> SafeString | str:
    """Only what is not plainly stated is marked."""
    return badge(Certainty(certainty).label, *UNSURE[certainty]) if certainty in UNSURE else ""


def certainty_words(certainty: str) -> str:
    """The same on paper, to stand right behind what it is about: “ (inferred)”."""
    return f" ({str(Certainty(certainty).label).lower()})" if certainty in UNSURE else ""
