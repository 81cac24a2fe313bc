"""The reference rows of agreements: who acts, and the first edition of the way of every category."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agreements.data import abroad, actors, domestic
from agreements.data.templates import Step, Template
from agreements.models import Process, ProcessStep, StepActor, StepPaper

TEMPLATES: tuple[Template, ...] = (*domestic.TEMPLATES, *abroad.TEMPLATES)


@transaction.atomic
def load() -> list[Process]:
    """Add and publish the processes of categories that have none, and return them; safe to run any number of times.

    A category that has a process in any edition is never touched: the tables belong to the administrator, the release
    only begins them.
    """
    known = _actors()
    present = set(Process.objects.values_list("category", flat=True))
    missing = [template for template in TEMPLATES if template.category not in present]
    made = Process.objects.bulk_create(
        Process(category=t.category, name_id=t.name_id, name_en=t.name_en, basis=t.basis) for t in missing
    )
    pairs = [
        (step, _step(process, n, step, known))
        for process, template in zip(made, missing, strict=True)
        for n, step in enumerate(template.steps, start=1)
    ]
    ProcessStep.objects.bulk_create(row for _step, row in pairs)
    StepPaper.objects.bulk_create(
        StepPaper(step=row, kind=paper.kind, required=paper.required, note_id=paper.note_id, note_en=paper.note_en)
        for step, row in pairs
        for paper in step.papers
    )
    Process.objects.filter(pk__in=[process.pk for process in made]).update(published_on=timezone.localdate())
    return made


def _actors() -> dict[str, StepActor]:
    known = {actor.code: actor for actor in StepActor.objects.all()}
    missing = [
        StepActor(code=actor.code, name_id=actor.name_id, name_en=actor.name_en, position=n)
        for n, actor in enumerate(actors.ACTORS, start=1)
        if actor.code not in known
    ]
    return known | {actor.code: actor for actor in StepActor.objects.bulk_create(missing)}


def _step(process: Process, position: int, step: Step, known: dict[str, StepActor]) -> ProcessStep:
    return ProcessStep(
        process=process,
        position=position,
        code=step.code,
        name_id=step.name_id,
        name_en=step.name_en,
        phase=step.phase,
        actor=known.get(step.actor),
        with_actor=known.get(step.with_actor),
        days_allowed=step.days,
        conditional=step.conditional,
        test=step.test,
        is_gate=step.gate,
        signs=step.signs,
        kinds=[str(kind) for kind in step.kinds],
        needs_confirmation=step.unsure,
        basis=step.basis,
        guidance_id=step.guidance_id,
        guidance_en=step.guidance_en,
    )
