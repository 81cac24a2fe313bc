"""The papers of an agreement as its page shows them: with the checklist of its steps, and the notes of the own side."""

from __future__ import annotations

from typing import Any

from agreements.checklists import checklist_of
from agreements.forms.papers import AgreementPapersForm
from agreements.models import Agreement
from agreements.ways import Way
from documents.views import notes_context, papers_context


def papers_and_notes(user: Any, agreement: Agreement, way: Way | None = None) -> dict[str, Any]:
    """For agreements/_checklist.html, agreements/_papers.html and documents/_notes.html.

    Three queries, and those of the way unless it is given.
    """
    way = way or Way(agreement)
    context = papers_context(user, agreement, AgreementPapersForm) | notes_context(user, agreement)
    checklist = checklist_of(way, [*context["photos"], *context["papers"]])
    return context | {"checklist": checklist, "may_add": context["papers_form"] is not None}
