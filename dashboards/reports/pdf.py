"""A report as PDF, made with typst: tagged for screen readers (PDF/UA-1), with title and language."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import typst
from django.utils import timezone

from dashboards.reports.document import Report

TEMPLATES = Path(__file__).parent / "templates"


def pdf(report: Report) -> bytes:
    """The data goes in as one string of JSON: no name and no text of anybody is ever read as markup."""
    made = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(report.told())},
        pdf_standards="ua-1",
        timestamp=int(timezone.now().timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no file.")
    return made


@cache
def _fonts() -> typst.Fonts:
    """Looked for once: those that typst brings along, and for other scripts those of the machine."""
    return typst.Fonts()
