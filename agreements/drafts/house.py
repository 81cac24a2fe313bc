"""The templates of the house: Word files made of the texts in `data/drafts/`.

A line is a paragraph: `#` a title, `=` centred, `##` the heading of an article, `@tanda_tangan` the signatures, all
else running text. The clauses are the least that a legal text of its kind has.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

TEXTS = Path(__file__).parent.parent / "data" / "drafts"
SIGNATURE = ("{{ p.sebutan }},", "", "", "", "{{ p.penandatangan }}", "{{ p.jabatan }}")


@cache
def house_template(kind: str) -> bytes:
    """The Word file for LOI, KB or PKS."""
    made = Document()
    _set_up(made)
    for line in (TEXTS / f"{kind.lower()}.txt").read_text("utf-8").splitlines():
        if line == "@tanda_tangan":
            _signatures(made)
        elif line:
            _paragraph(made, line)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _set_up(made: Any) -> None:
    """A4 with the margins and the letters of Indonesian official papers."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Bookman Old Style", Pt(12)
    style.paragraph_format.space_after = Pt(6)


def _paragraph(made: Any, line: str) -> None:
    mark, _space, text = line.partition(" ")
    paragraph = made.add_paragraph()
    if mark in {"#", "##", "="}:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(text)
        run.bold = mark != "="
        if mark == "#":
            run.font.size = Pt(14)
    else:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.add_run(line)


def _signatures(made: Any) -> None:
    """A column for each party, however many there are."""
    table = made.add_table(rows=1, cols=3)
    first, each, last = table.rows[0].cells
    first.text, last.text = "{%tc for p in pihak %}", "{%tc endfor %}"
    each.text = SIGNATURE[0]
    for text in SIGNATURE[1:]:
        each.add_paragraph(text)
    for paragraph in each.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
