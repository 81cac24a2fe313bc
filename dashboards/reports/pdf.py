"""A report as PDF, made with typst: tagged for screen readers (PDF/UA-1), with title and language."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.reports.document import Report

TEMPLATES = Path(__file__).parent / "templates"
BOX = "□"
SIGNS = ("So", "Sk", "Mn", "Me", "Cf")  # emoji, and what only changes or joins them
ROUNDS = 3  # where a letter becomes a box, the marks that stood on it may be left alone, and have no glyph of their own
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


def pdf(report: Report) -> bytes:
    """What no font can show is a box, and the report says so: PDF/UA-1 refuses a text without a glyph."""
    told = report.told()
    footer = told["footer"]
    lacking: set[str] = set()
    for _round in range(ROUNDS):
        try:
            return _drawn(told)
        except typst.TypstError as refusal:
            found = _named(refusal) - lacking
            if not found:
                break
            lacking |= found
            told = _boxed(told | _remark(footer, lacking), lacking)
    return _drawn(told, standard=None)


def _remark(footer: str, lacking: set[str]) -> dict[str, str]:
    """On the foot of every page where a name may be lacking; once, at the end, where it is signs and emoji alone."""
    lack = _("Some characters cannot be shown by the fonts of this server.")
    if all(unicodedata.category(one) in SIGNS for one in lacking):
        return {"footer": footer, "remark": lack}
    return {"footer": f"{footer} · {lack}", "remark": ""}


def _drawn(told: dict[str, Any], standard: Any = "ua-1") -> bytes:
    """The data goes in as one string of JSON: no name and no text of anybody is ever read as markup."""
    made = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(told)},
        pdf_standards=standard or [],
        timestamp=int(timezone.now().timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no file.")
    return made


def _named(refusal: typst.TypstError) -> set[str]:
    """The characters that typst says it cannot show; of ASCII it can show all."""
    texts = (ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in LACKING.findall(refusal.diagnostic))
    return {character for text in texts for character in text if not character.isascii()}


def _boxed(told: dict[str, Any], lacking: set[str]) -> dict[str, Any]:
    """Boxes for letters; marks upon letters and what only joins them go without a trace."""
    boxes = {ord(one): "" if unicodedata.category(one) in ("Mn", "Me", "Cf") else BOX for one in lacking}
    boxed: dict[str, Any] = json.loads(json.dumps(told, ensure_ascii=False).translate(boxes))
    return boxed


@cache
def _fonts() -> typst.Fonts:
    """Looked for once: those that typst brings along, and for other scripts those of the machine."""
    return typst.Fonts()
