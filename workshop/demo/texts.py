"""The full texts of the articles, which are not ours to hand out: they are read from files that the operator has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from agreements.models import Agreement, AgreementSource
from visits.models import Visit, VisitSource
from workshop.demo.articles import OUTLETS


@dataclass(frozen=True)
class Attached:
    """One file that was recognised: how many sources got its text, and their quotations that it does not contain."""

    file: Path
    sources: int
    misquoted: list[str]


@transaction.atomic
def attach(folder: Path) -> list[Attached]:
    """Give the articles' sources the texts in the folder's .txt files; a source that has a text keeps it.

    No file needs a certain name: a text belongs to a source if it contains every passage that is cited from that
    source.
    """
    from_outlets = {"outlet__in": OUTLETS, "kind": "NEWS", "full_text": ""}
    waiting: list[VisitSource | AgreementSource] = [
        *VisitSource.objects.filter(**from_outlets).select_related("visit"),
        *AgreementSource.objects.filter(**from_outlets).select_related("agreement"),
    ]
    found = []
    for file in sorted(folder.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        sources = [source for source in waiting if _is_of(source, text)]
        for source in sources:
            source.full_text = text
            source.save(update_fields=["full_text"])
        if sources:
            quoted = [quote for source in sources for quote in _quotations_of(source)]
            misquoted = [quote for quote in dict.fromkeys(quoted) if not _contains(text, quote)]
            found.append(Attached(file, len(sources), misquoted))
    return found


def quotations(visit: Visit) -> list[str]:
    """Everything that the record gives in the words of a source."""
    said = visit.statements.filter(verbatim=True).values_list("text", flat=True)
    cited = visit.citations.values_list("quote", flat=True)
    parts = [visit.agenda, visit.outcomes]
    carried = [quote for part in parts for quote in part.values_list("quote", flat=True)]
    people = [q for d in visit.delegations.all() for q in d.delegates.values_list("quote", flat=True)]
    stated = [visit.date_as_stated, visit.venue_as_stated]
    return [quote for quote in [*said, *cited, *carried, *people, *stated] if quote]


def quotations_in(agreement: Agreement) -> list[str]:
    """The same of an agreement."""
    parts: list[Any] = [agreement.citations, agreement.scope, agreement.parties, agreement.programmes]
    carried = [quote for part in parts for quote in part.values_list("quote", flat=True)]
    stated = [part for row in agreement.signings.values_list("date_as_stated", "place_as_stated") for part in row]
    return [quote for quote in [*carried, *stated, agreement.validity_as_stated] if quote]


def _quotations_of(source: VisitSource | AgreementSource) -> list[str]:
    return quotations(source.visit) if isinstance(source, VisitSource) else quotations_in(source.agreement)


def _is_of(source: VisitSource | AgreementSource, text: str) -> bool:
    cited = [quote for quote in source.citations.values_list("quote", flat=True) if quote]
    return bool(cited) and all(_contains(text, quote) for quote in cited)


def _contains(text: str, quote: str) -> bool:
    """Word for word; only where a line breaks does not matter."""
    return _one_line(quote) in _one_line(text)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
