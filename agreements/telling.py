"""One agreement as its reader sees it: who is “us”, who gives what, how long it holds, from which visits it came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.lists import end_in_words, state_badge
from agreements.models import (
    ENDLESS,
    NO_END_OF_THEIR_OWN,
    Agreement,
    AgreementState,
    AgreementVisit,
    Party,
    Relation,
    ScopeDirection,
    ScopePoint,
    Signatory,
    Signing,
)
from pages.paging import Row
from records.dates import Precision
from visits.lists import regions_of, rows
from visits.models import Visit


@dataclass(frozen=True)
class Side:
    """A party with those who sign for it."""

    party: Party
    signatories: list[Signatory] = field(default_factory=list)
    is_mine: bool = False


@dataclass(frozen=True)
class Signed:
    """One signing: by whom, and the ceremony as far as the reader may see it."""

    signing: Signing
    by: str
    ceremony: Row | None = None


@dataclass(frozen=True)
class Given:
    """A point of the scope in the reader's terms. `side`: OURS, THEIRS, MUTUAL, GIVEN (between others) or ""."""

    point: ScopePoint
    side: str
    direction: str
    between: str = ""


@dataclass(frozen=True)
class Linked:
    """A visit that belongs to the agreement; `link.outcome` is the one that it came from."""

    link: AgreementVisit
    visit: Row


class Telling:
    """Everything that the pages of one agreement show. One query more: the visits that the reader may see."""

    def __init__(self, agreement: Agreement, user: Any) -> None:
        agreement.unfold()
        self.agreement = agreement
        self.user = user
        self.today: dt.date = user.today()
        self.mine = frozenset(regions_of(user))

    @property
    def state(self) -> SafeString:
        """On the day of the region that keeps the record."""
        return state_badge(self.agreement.state)  # type: ignore[attr-defined]  # annotated by with_state

    @cached_property
    def sides(self) -> list[Side]:
        return [
            Side(party, list(party.signatories.all()), party.region_id in self.mine)
            for party in self.agreement.parties.all()
        ]

    @cached_property
    def parties(self) -> dict[int, Party]:
        return {party.pk: party for party in self.agreement.parties.all()}

    @cached_property
    def _visits(self) -> dict[int, Row]:
        """The visits that hang on the agreement, as far as the reader may see them."""
        wanted = {link.visit_id for link in self.agreement.visit_links.all()}
        wanted |= {signing.ceremony_id for signing in self.agreement.signings.all() if signing.ceremony_id}
        if not wanted:
            return {}
        found = Visit.objects.visible_to(self.user).filter(pk__in=wanted)
        return {row["pk"]: row for row in rows(found.for_list(), self.user)}

    @property
    def signings(self) -> list[Signed]:
        return [
            Signed(
                signing, str(self.parties.get(signing.party_id or 0, "")), self._visits.get(signing.ceremony_id or 0)
            )
            for signing in self.agreement.signings.all()
        ]

    @property
    def visits(self) -> list[tuple[str, list[Linked]]]:
        """By what they are to it: those from which it came first."""
        links = [link for link in self.agreement.visit_links.all() if link.visit_id in self._visits]
        return [
            (str(relation.label), told)
            for relation in Relation
            if (told := [Linked(link, self._visits[link.visit_id]) for link in links if link.relation == relation])
        ]

    # What it says

    @property
    def scope(self) -> list[Given]:
        return [self._given(point) for point in self.agreement.scope.all()]

    def _given(self, point: ScopePoint) -> Given:
        """“From us” and “From partner” for a reader on one side; for all others the names say who gives to whom."""
        if point.direction == ScopeDirection.MUTUAL:
            return Given(point, "MUTUAL", str(point.get_direction_display()))
        giver = self.parties.get(point.giver_id or 0)
        if giver is None:
            return Given(point, "", str(point.get_direction_display()) if point.direction else "")
        receiver = self.parties.get(point.receiver_id or 0)
        between = f"{giver} → {receiver or _('all others')}"
        if not self.is_on_one_side:
            return Given(point, "GIVEN", _("From %(name)s") % {"name": giver}, between if receiver else "")
        if giver.region_id in self.mine:
            return Given(point, "OURS", _("From us"), between)
        return Given(point, "THEIRS", _("From partner"), between)

    @property
    def is_on_one_side(self) -> bool:
        """A reader of no party, or of all (a supervising province), has no “us”."""
        ours = [side.is_mine for side in self.sides if side.party.is_main]
        return any(ours) and not all(ours)

    @property
    def sectors(self) -> list[Any]:
        return [link.sector for link in self.agreement.sector_links.all()]

    @property
    def sources(self) -> list[tuple[Any, list[Any]]]:
        """Each source with what is cited from it; at the end, under None, what is cited from no source."""
        citations = list(self.agreement.citations.all())
        told: list[tuple[Any, list[Any]]] = [
            (source, [c for c in citations if c.source_id == source.pk]) for source in self.agreement.sources.all()
        ]
        rest = [c for c in citations if c.source_id is None]
        return [*told, (None, rest)] if rest else told

    # How long it holds

    @property
    def reach(self) -> dt.date | None:
        """The effective end; 9999-12-31 without an end, None where it is not known."""
        reach: dt.date | None = self.agreement.reach  # type: ignore[attr-defined]  # annotated by with_state
        return reach

    @property
    def starts(self) -> str:
        """From when it is in force, as exactly as it is known: as stated, else by the signing with which it begins."""
        it = self.agreement
        if it.valid_from:
            return end_in_words(it.valid_from, it.validity_precision)
        begun = [one for one in it.signings.all() if one.starts_on and one.starts_on == it.signed_on]
        return min(begun, key=lambda one: one.precision != Precision.DAY).period if begun else ""

    @property
    def ends(self) -> str:
        return end_in_words(self.reach, self.agreement.known_end)  # type: ignore[attr-defined]  # by for_detail

    @property
    def ends_in_days(self) -> int | None:
        """From today; negative when it is over, None without a known end."""
        return (self.reach - self.today).days if self.reach and self.reach != ENDLESS else None

    @property
    def has_an_end(self) -> bool:
        """Does it end on a day that is known: signed, neither closed nor renewed, and no act on another."""
        it: Any = self.agreement  # annotated by with_state and for_detail
        own = it.is_signed and not it.is_closed and it.nature not in NO_END_OF_THEIR_OWN
        exact = self.ends_in_days is not None and it.known_end == Precision.DAY
        return bool(own and exact and it.renewed_from is None and it.state != AgreementState.TERMINATED)

    @property
    def is_moved(self) -> bool:
        """An amendment or addendum gave it another end than its own."""
        return self.reach != self.agreement.runs_until

    @property
    def notice_on(self) -> dt.date | None:
        """The last day on which notice can be given, where the day of the end is known."""
        it: Any = self.agreement  # annotated by for_detail
        if it.notice_days is None or self.reach is None or self.reach == ENDLESS or it.known_end != Precision.DAY:
            return None
        return self.reach - dt.timedelta(days=it.notice_days)

    @property
    def council(self) -> tuple[str, str, str]:
        """Words, tone and icon of what the council test came to."""
        return {
            "REQUIRED": (_("Approval required"), "warn", "landmark"),
            "NOT_REQUIRED": (_("Not required"), "good", "check"),
            "UNASSESSED": (_("Not assessed"), "quiet", "circle-question-mark"),
        }[self.agreement.council]
