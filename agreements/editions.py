"""Editions of a process: may this one be walked? Publish it; begin the next one as its copy."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.models import AgreementKind, Process, ProcessStep, StepPaper

OF_ONE_EDITION = ("id", "version", "edition", "published_on", "retired_on")
COPIED_PROCESS = [f.attname for f in Process._meta.concrete_fields if f.name not in OF_ONE_EDITION]
COPIED = [f.attname for f in ProcessStep._meta.concrete_fields if f.name not in ("id", "process")]
COPIED_PAPER = [f.attname for f in StepPaper._meta.concrete_fields if f.name not in ("id", "step")]


class Unwalkable(Exception):
    """The edition cannot be published; `problems` says why, in sentences."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def problems_of(process: Process) -> list[str]:
    """Why an agreement could not be walked through this edition, in sentences; empty when it can. Two queries."""
    steps = list(process.steps.order_by("position").prefetch_related("papers"))
    if not steps:
        return [_("It has no step yet.")]
    return [*_problems_of_order(steps), *(p for step in steps for p in _problems_of_step(step)), *_of_kinds(steps)]


@transaction.atomic
def publish(process: Process, *, on: dt.date) -> None:
    """From now on new agreements of the category begin in it, and it never changes. Raises Unwalkable."""
    locked = Process.objects.select_for_update().get(pk=process.pk)
    found = problems_of(locked)
    if locked.is_locked:
        found = [_("It is published already.")]
    if found:
        raise Unwalkable(found)
    locked.published_on = process.published_on = on
    locked.save(update_fields=["published_on"])


@transaction.atomic
def new_edition(process: Process) -> Process:
    """A copy with all steps and papers, open for changes; agreements under way keep the edition in which they are."""
    newest = Process.objects.filter(category=process.category).aggregate(newest=Max("edition"))["newest"] or 0
    made = Process.objects.create(edition=newest + 1, **{name: getattr(process, name) for name in COPIED_PROCESS})
    old = list(process.steps.order_by("position").prefetch_related("papers"))
    new = ProcessStep.objects.bulk_create(
        ProcessStep(process=made, **{name: getattr(step, name) for name in COPIED}) for step in old
    )
    StepPaper.objects.bulk_create(
        StepPaper(step=copy, **{name: getattr(paper, name) for name in COPIED_PAPER})
        for step, copy in zip(old, new, strict=True)
        for paper in step.papers.all()
    )
    return made


def renumber(process: Process, order: list[ProcessStep]) -> None:
    """Give the steps the positions 1, 2, 3 … in this order."""
    for position, step in enumerate(order, start=1):
        step.position = position
    ProcessStep.objects.bulk_update(order, ["position"])


def _problems_of_order(steps: list[ProcessStep]) -> Iterator[str]:
    positions = [step.position for step in steps]
    if positions != list(range(1, len(steps) + 1)):
        yield _("The positions have a gap: they must run 1, 2, 3 … without one.")
    twice = [code for code, n in Counter(step.code for step in steps).items() if n > 1]
    if twice:
        yield _("These codes stand twice: %(codes)s.") % {"codes": ", ".join(twice)}


def _problems_of_step(step: ProcessStep) -> Iterator[str]:
    named = {"step": step.name}
    if step.actor_id is None:
        yield _("“%(step)s”: say who acts.") % named
    if step.is_gate and not any(paper.required for paper in step.papers.all()):
        yield _("“%(step)s” is a gate but requires no paper by which it is passed.") % named
    if step.conditional and not step.test and not step.guidance_id.strip():
        yield _("“%(step)s” may be skipped: choose its test, or say in the guidance when.") % named
    if step.test and not step.conditional:
        yield _("“%(step)s” has a test for skipping, but may not be skipped.") % named
    if step.signs and (step.is_gate or step.conditional):
        yield _("“%(step)s”: the signing is neither a gate nor skipped.") % named


def _of_kinds(steps: list[ProcessStep]) -> Iterator[str]:
    """What is wrong for agreements of some kinds: each kind has a way of its own through the steps."""
    ways = {kind: [step for step in steps if step.applies_to(kind)] for kind in AgreementKind}
    yield from _told(_("There is no step for: %(kinds)s."), [kind for kind, way in ways.items() if not way])
    taken = {kind: way for kind, way in ways.items() if way}
    yield from _told(
        _("Nothing is signed on the way of: %(kinds)s."),
        [kind for kind, way in taken.items() if not any(step.signs for step in way)],
    )
    yield from _told(
        _("More than one step signs on the way of: %(kinds)s."),
        [kind for kind, way in taken.items() if sum(step.signs for step in way) > 1],
    )
    yield from _told(
        _("The first step is a gate on the way of: %(kinds)s."),
        [kind for kind, way in taken.items() if way[0].is_gate],
    )
    yield from _told(
        _("Nothing comes after the signing on the way of: %(kinds)s."),
        [kind for kind, way in taken.items() if way[-1].signs],
    )


def _told(words: str, kinds: list[AgreementKind]) -> Iterator[str]:
    if kinds:
        yield words % {"kinds": ", ".join(str(kind.label) for kind in kinds)}
