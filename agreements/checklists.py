"""Which papers the steps of an agreement ask for, which of them are there, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, Func, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from agreements.models import (
    SETTLING,
    Agreement,
    AgreementAttachment,
    AgreementQuerySet,
    Deed,
    ProcessStep,
    StepEntry,
    StepPaper,
)
from agreements.states import likely
from agreements.ways import Stop, Way
from documents.papers import Filing
from regions.models import localised


@dataclass(frozen=True)
class Line:
    """One paper that a step asks for, with the papers of the agreement that answer it."""

    agreement: Agreement
    asked: StepPaper
    step: ProcessStep
    found: list[Filing]
    is_due: bool
    is_let_go: bool = False  # the step was skipped or waived

    @property
    def is_missing(self) -> bool:
        return self.is_due and self.asked.required and not self.found and not self.is_let_go

    @property
    def tone(self) -> str:
        return "good" if self.found else "warn" if self.is_missing else ""

    @property
    def note(self) -> str:
        return localised(self.asked.note_id, self.asked.note_en)

    @property
    def upload_url(self) -> str:
        """The form for papers with this kind and step chosen."""
        chosen = urlencode({"kind": str(self.asked.kind), "step": str(self.step.pk)})
        return f"{reverse('agreements:attachments', args=[self.agreement.pk])}?{chosen}"


@dataclass(frozen=True)
class StepPapers:
    """The lines of one step; `is_due`: the agreement stands here or further on."""

    stop: Stop
    lines: list[Line]
    is_due: bool

    @property
    def missing(self) -> list[Line]:
        return [line for line in self.lines if line.is_missing]


@dataclass(frozen=True)
class Checklist:
    """The steps that ask for papers: those up to where the agreement stands, and those to come."""

    due: list[StepPapers]
    later: list[StepPapers]

    def __bool__(self) -> bool:
        return bool(self.due or self.later)

    @property
    def missing(self) -> list[Line]:
        return [line for step in self.due for line in step.missing]

    @property
    def is_complete(self) -> bool:
        """Papers are required so far, and all of them are there: of none nothing can be complete."""
        required = [line for step in self.due for line in step.lines if line.asked.required and not line.is_let_go]
        return bool(required) and not self.missing


def checklist_of(way: Way, filings: Iterable[Filing]) -> Checklist:
    """From the way and the papers as the reader may see them (`documents.papers.papers_of`); no query of its own.

    A paper answers a line when it is of its kind and belongs to the step, in whatever edition of the process, or to
    none. A step that was skipped or waived asks for nothing.
    """
    filed = list(filings)
    steps = [_of_step(way.agreement, stop, filed) for stop in way.stops if stop.step.papers.all()]
    return Checklist([step for step in steps if step.is_due], [step for step in steps if not step.is_due])


def _of_step(agreement: Agreement, stop: Stop, filings: list[Filing]) -> StepPapers:
    reached = stop.stands or stop.behind
    let_go = stop.settled is not None and stop.settled.deed in {Deed.SKIPPED, Deed.WAIVED}
    lines = [
        Line(agreement, asked, stop.step, [f for f in filings if _answers(f.paper, asked, stop.step)], reached, let_go)
        for asked in stop.step.papers.all()
    ]
    return StepPapers(stop, lines, reached)


def _answers(paper: AgreementAttachment, asked: StepPaper, step: ProcessStep) -> bool:
    return paper.kind == asked.kind and (paper.step is None or paper.step.code == step.code)


def lacking_papers(agreements: AgreementQuerySet, user: Any) -> AgreementQuerySet:
    """Those whose steps, up to where they stand, require a paper that the reader does not find there. For lists.

    The rule of `checklist_of`, in SQL.
    """
    papers: QuerySet[Any] = AgreementAttachment.objects.visible_to(user)
    there = papers.filter(
        Q(step__isnull=True) | Q(step__code=OuterRef("step__code")),
        agreement=OuterRef(OuterRef("pk")),
        kind=OuterRef("kind"),
    )
    kind = Func(OuterRef("kind"), template="ARRAY[%(expressions)s]::varchar[]", output_field=ArrayField(CharField()))
    asked = StepPaper.objects.filter(
        Q(step__kinds=[]) | Q(step__kinds__contains=kind),
        required=True,
        step__process=OuterRef("process"),
        step__position__lte=OuterRef("step__position"),
    )
    return agreements.filter(likely(Exists(asked.filter(~Exists(there), ~Exists(_let_go())))))


def _let_go() -> QuerySet[StepEntry]:
    """The last word on the step is that it was skipped or waived, and nobody went back behind it."""
    later = StepEntry.objects.filter(
        Q(deed__in=SETTLING, step__code=OuterRef("step__code"))
        | Q(deed=Deed.RETURNED, step__position__lte=OuterRef("step__position")),
        agreement=OuterRef("agreement"),
        pk__gt=OuterRef("pk"),
    )
    let_go = StepEntry.objects.filter(
        agreement=OuterRef(OuterRef("pk")), step__code=OuterRef("step__code"), deed__in=[Deed.SKIPPED, Deed.WAIVED]
    )
    return let_go.filter(~Exists(later))
