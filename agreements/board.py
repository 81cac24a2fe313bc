"""The board: open agreements in columns, by the steps of one category or by the parts of all processes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, OuterRef, Prefetch, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agreements.checklists import checklist_of
from agreements.lists import rows
from agreements.models import (
    Agreement,
    AgreementAttachment,
    AgreementQuerySet,
    Category,
    Deed,
    ProcessStep,
    StepEntry,
    StepPaper,
    StepPhase,
)
from agreements.ways import Way
from documents.papers import Filing
from pages.paging import Count, Row

SHOWN = 20  # cards of a column
COUNTED = 99  # of each step; beyond it the head says “99+”

FOR_MOVES = ("burdens_public", "outside_budget", "version")


@dataclass(frozen=True)
class Move:
    """One entry of a card's menu; with `why_not` it cannot be chosen and says why."""

    label: str
    url: str
    icon: str
    why_not: str = ""


@dataclass
class Card:
    """An agreement on the board: its row as in lists, who must act, what is missing, and what may be done with it."""

    row: Row
    actor: str = ""
    missing: int = 0
    moves: list[Move] = field(default_factory=list)


@dataclass
class Column:
    """Its head, the list of all that stand there, and the first cards: the longest at their step on top."""

    title: str
    url: str
    count: Count
    pks: list[int]
    hint: str = ""
    cards: list[Card] = field(default_factory=list)


class Board:
    """Nine queries, however many cards there are. On a `past` day they stand where the log of that day says, and
    nothing is moved."""

    def __init__(
        self, found: AgreementQuerySet, user: Any, *, category: str, day: Any, query: str, back: str, past: Any = None
    ) -> None:
        self.found = found.filter(closed_as="") if past is None else found.standing(past)
        self.step, self.since = ("step", "stage_since") if past is None else ("stands", "stands_since")
        self.past = past
        self.user = user
        self.category = category
        self.day = day
        self.query = query
        self.back = back

    @cached_property
    def columns(self) -> list[Column]:
        made = [*self._not_started(), *(self._by_step() if self.category else self._by_phase())]
        cards = self._cards([pk for column in made for pk in column.pks])
        for column in made:
            column.cards = [cards[pk] for pk in column.pks if pk in cards]
        return made

    # Who stands where

    @cached_property
    def _steps(self) -> list[ProcessStep]:
        """The steps of the processes on the board, newest edition first, each with its actors."""
        steps = ProcessStep.objects.filter(process__published_on__isnull=False).select_related("actor", "with_actor")
        if self.category:
            steps = steps.filter(process__category=self.category)
        return list(steps.order_by("-process__edition", "position"))

    @cached_property
    def _standing(self) -> dict[int, list[tuple[Any, int]]]:
        """By step: since when and which, the longest first, at most one more than is counted."""
        return self._of_every_region() if self.user.sees_all and self.past is None else self._of_some_regions()

    def _of_some_regions(self) -> dict[int, list[tuple[Any, int]]]:
        """All that the regions have is read once and numbered."""
        place = Window(RowNumber(), partition_by=F(self.step), order_by=[F(self.since).asc(), F("pk").asc()])
        steps = [step.pk for step in self._steps]
        found = self.found.filter(**{f"{self.step}__in": steps}).annotate(place=place)
        standing: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        for step, since, pk in found.filter(place__lte=COUNTED + 1).values_list(self.step, self.since, "pk"):
            standing[step].append((since, pk))
        return standing

    def _of_every_region(self) -> dict[int, list[tuple[Any, int]]]:
        """The first of each step through its index: to number all that there is would mean to read it all."""
        pair = Func(F("stage_since"), F("pk"), function="jsonb_build_array", output_field=JSONField())
        longest = self.found.filter(step=OuterRef("pk")).order_by("stage_since", "pk").values(pair=pair)
        steps = ProcessStep.objects.filter(pk__in=[step.pk for step in self._steps]).order_by()
        found = steps.values_list("pk", ArraySubquery(longest[: COUNTED + 1]))
        return {step: [(dt.date.fromisoformat(since), pk) for since, pk in pairs] for step, pairs in found}

    def _column(self, title: str, steps: Iterable[ProcessStep], hint: str = "", **chosen: str) -> Column:
        by_step = [self._standing.get(step.pk, []) for step in steps]
        number = sum(min(len(found), COUNTED) for found in by_step)
        more = any(len(found) > COUNTED for found in by_step)
        first = sorted(pair for found in by_step for pair in found)[:SHOWN]
        return Column(title, self._list(**chosen), Count(number, more), [pk for _since, pk in first], hint)

    def _by_step(self) -> list[Column]:
        """Steps of several editions are one column where their code is one; the newest edition gives name and order."""
        by_code: dict[str, list[ProcessStep]] = {}
        for step in self._steps:
            by_code.setdefault(step.code, []).append(step)
        newest = self._steps[0].process_id if self._steps else None
        return [
            self._column(steps[0].name, steps, actors(steps[0]), step=code)
            for code, steps in by_code.items()
            if steps[0].process_id == newest or any(self._standing.get(step.pk) for step in steps)
        ]

    def _by_phase(self) -> list[Column]:
        return [
            self._column(str(phase.label), [step for step in self._steps if step.phase == phase], phase=phase.value)
            for phase in StepPhase
        ]

    def _not_started(self) -> list[Column]:
        """Agreements on no way yet: their category has no process or is not determined."""
        found = self.found.filter(**{f"{self.step}__isnull": True})
        found = found.order_by(self.since, "pk")  # logged first; by the index of steps
        pks = list(found.values_list("pk", flat=True)[: COUNTED + 1])
        if not pks and self.category:
            return []
        count = Count(min(len(pks), COUNTED), len(pks) > COUNTED)
        return [Column(_("Not started"), self._list(phase="NONE"), count, pks[:SHOWN])]

    def _list(self, **chosen: str) -> str:
        more = urlencode(chosen | {"sort": "stage"})
        return f"{reverse('agreements:list')}?{self.query}{'&' if self.query else ''}{more}"

    # Cards

    def _cards(self, pks: list[int]) -> dict[int, Card]:
        found = Agreement.objects.filter(pk__in=pks).for_list(self.day, *FOR_MOVES)
        cards = {row["pk"]: Card(row) for row in rows(found, self.user)}
        if self.past is not None:
            return cards
        ways = self._ways([card.row for card in cards.values()])
        filings = self._filings(pks)
        for pk, card in cards.items():
            way = ways[pk]
            here = way.here
            card.actor = actors(here.step) if here else ""
            card.missing = len(checklist_of(way, filings[pk]).missing)
            card.moves = self._moves(way) if self.user.may_write_for(card.row["owner_id"]) else []
        return cards

    def _ways(self, shown: list[Row]) -> dict[int, Way]:
        """The way of each card, read together: steps with their papers, and the logs."""
        papers = Prefetch("papers", StepPaper.objects.all())
        of_process: dict[int, list[ProcessStep]] = defaultdict(list)
        processes = {row["process_id"] for row in shown}
        found = ProcessStep.objects.filter(process__in=processes - {None}).select_related("actor", "with_actor")
        for step in found.prefetch_related(papers).order_by("position"):
            of_process[step.process_id].append(step)
        steps = {step.pk: step for of_one in of_process.values() for step in of_one}
        logs: dict[int, list[StepEntry]] = defaultdict(list)
        for entry in self._log([row["pk"] for row in shown], steps):
            logs[entry.agreement_id].append(entry)
        ways = {}
        for row in shown:
            way = Way(_bare(row, steps.get(row["step_id"])))
            way.steps = [step for step in of_process.get(row["process_id"], []) if step.applies_to(row["kind"])]
            way.log = logs[row["pk"]]
            ways[row["pk"]] = way
        return ways

    def _log(self, pks: list[int], steps: dict[int, ProcessStep]) -> list[StepEntry]:
        """The entries with their steps: those at hand, and those of processes that were left behind."""
        log = list(StepEntry.objects.filter(agreement__in=pks).order_by("pk"))
        missing = {entry.step_id for entry in log if entry.step_id} - steps.keys()
        known = steps | (ProcessStep.objects.in_bulk(missing) if missing else {})
        for entry in log:
            entry.step = known.get(entry.step_id or 0)
        return log

    def _filings(self, pks: list[int]) -> dict[int, list[Filing]]:
        filings: dict[int, list[Filing]] = defaultdict(list)
        papers: Any = AgreementAttachment.objects.visible_to(self.user)
        found = papers.filter(agreement__in=pks, replaced_by__isnull=True).select_related("step")
        for paper in found.only("kind", "agreement", "step__code"):
            filings[paper.agreement_id].append(Filing(paper, [], mine=False))
        return filings

    def _moves(self, way: Way) -> list[Move]:
        """Forward to the next step, or the reason why not; the other deeds that the rules allow now."""
        here, ahead, pk = way.here, way.next, way.agreement.pk
        made = []
        if ahead is not None:
            why_not = way.why_not(Deed.MOVED, ahead.step, settling_here=True)
            label = _("Move to: %(step)s") % {"step": ahead.step.name}
            made.append(Move(label, self._to("move", pk, to=ahead.step.pk), "arrow-right", why_not))
        if here is not None and here.settled is None and not way.why_not(Deed.SKIPPED, here.step):
            made.append(Move(_("Skip this step"), self._to("step-skip", pk, here.step.pk), "redo"))
        if here is not None and here.is_open_gate and way.agreement.may_be_waived_by(self.user):
            made.append(Move(_("Waive this gate"), self._to("step-waive", pk, here.step.pk), "shield-off"))
        if any(not way.why_not(Deed.RETURNED, stop.step) for stop in way.earlier):
            made.append(Move(_("Send back"), self._to("send-back", pk), "undo-2"))
        if way.is_held:
            made.append(Move(_("Resume"), self._to("resume", pk), "play"))
        else:
            made.append(Move(_("Put on hold"), self._to("hold", pk), "pause"))
        made.append(Move(_("Close for good"), self._to("close", pk), "archive"))
        return made

    def _to(self, name: str, *args: int, **chosen: Any) -> str:
        first, *rest = _address(name, len(args))
        address = first + "".join(f"/{arg}/{part}" for arg, part in zip(args, rest, strict=True))
        return f"{address}?{urlencode(chosen | {'next': self.back})}"


@cache
def _address(name: str, keys: int) -> list[str]:
    """What stands around the keys of an address: hundreds of them stand on a board."""
    return reverse(f"agreements:{name}", args=[0] * keys).split("/0/")


def actors(step: ProcessStep) -> str:
    """Who acts in a step, in words."""
    return " + ".join(str(actor) for actor in (step.actor, step.with_actor) if actor)


def tabs(category: str, address: str) -> list[dict[str, Any]]:
    """All processes by their parts, or one category by its steps."""
    categories = [(c.value, str(c.label)) for c in Category if c != Category.UNDETERMINED]
    return [
        {
            "label": label,
            "url": f"{address}?{urlencode({'category': value})}" if value else address,
            "here": value == category,
        }
        for value, label in [("", _("All, by part")), *categories]
    ]


def _bare(row: Row, step: ProcessStep | None) -> Agreement:
    """The agreement with what the rules of the way ask for; everything else of it is deferred."""
    names = ("owner_id", "process_id", "step_id", "kind", "category", "closed_as", "is_signed", "stage_since")
    known = {name: row[name] for name in (*names, *FOR_MOVES)} | {"id": row["pk"]}
    fields = [field.attname for field in Agreement._meta.concrete_fields if field.attname in known]
    agreement = Agreement.from_db(None, fields, [known[name] for name in fields])
    agreement.step = step
    return agreement
