"""Where the words stand: a few words of the record, of its sources or of a paper, around the first of them.

One query for all hits of a page. A paper is read here only if `papers` named it, that is if the user may read it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dashboards.finding.hits import Hit
from dashboards.finding.patterns import marked, pattern_of, says
from dashboards.finding.registers import Papers
from records.asking import Asked

AROUND = 240  # characters that are shown
BEFORE = 80  # of them before the first word
TEXT_READ = 200_000  # characters of a paper: as many as its search words cover
CANDIDATES = 12  # places that are looked at for each hit

# kind -> (where it stands, the table, the key of the record in it, what is read), the most telling first.
PLACES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "visits": (
        ("purpose", "visits_visit", "id", "purpose"),
        ("outcome", "visits_outcome", "visit_id", "text"),
        ("statement", "visits_statement", "visit_id", "concat_ws(': ', nullif(speaker, ''), text)"),
        ("minutes", "visits_visit", "id", "minutes"),
        ("agenda", "visits_agendaitem", "visit_id", "concat_ws(' ', title, note)"),
        ("remarks", "visits_visit", "id", "concat_ws(' ', remarks, venue_as_stated)"),
        ("people", "visits_delegate m JOIN visits_delegation d ON d.id = m.delegation_id", "d.visit_id",
         "concat_ws(' ', m.name, m.capacity)"),
        ("source", "visits_visitsource", "visit_id", "concat_ws(' ', title, full_text)"),
    ),
    "agreements": (
        ("summary", "agreements_agreement", "id", "about"),
        ("purpose", "agreements_agreement", "id", "concat_ws(' ', objectives, benefits)"),
        ("scope", "agreements_scopepoint", "agreement_id", "concat_ws(' ', heading, text)"),
        ("programme", "agreements_programme", "agreement_id", "concat_ws(' ', name, about)"),
        ("people", "agreements_signatory s JOIN agreements_party p ON p.id = s.party_id", "p.agreement_id",
         "concat_ws(' ', s.name, s.capacity)"),
        ("remarks", "agreements_agreement", "id", "concat_ws(' ', remarks, funding, council_note)"),
        ("source", "agreements_agreementsource", "agreement_id", "concat_ws(' ', title, full_text)"),
    ),
    "follow-ups": (
        ("remarks", "followups_milestone", "id", "concat_ws(' ', note, requested_by)"),
        ("evidence", "followups_milestone", "id", "evidence"),
    ),
}  # fmt: skip
PAPERS = {
    "visits": ("visits_visitattachment", "visits_visitpapertext", "visit_id"),
    "agreements": ("agreements_agreementattachment", "agreements_agreementpapertext", "agreement_id"),
    "follow-ups": ("followups_milestoneattachment", "followups_milestonepapertext", "milestone_id"),
}


def show_places(hits: list[Hit], question: Asked, papers: Papers) -> None:
    """Gives each hit whose name does not say all that was asked a snippet that says most of the rest."""
    wanted: dict[str, dict[int, Hit]] = defaultdict(dict)
    for hit in hits:
        if hit.unsaid and hit.kind in PLACES:
            wanted[hit.kind][hit.pk] = hit
    if not wanted:
        return
    best: dict[tuple[str, int], tuple[int, int]] = {}
    for kind, pk, order, where, title, inside, text in _places(wanted, question, papers):
        hit = wanted[kind][pk]
        said = sum(says(text, unit) for unit in hit.unsaid)
        if said and (-said, order) < best.get((kind, pk), (0, 0)):
            best[kind, pk] = (-said, order)
            hit.where = _in_words(where, title)
            hit.snippet = marked(_cut(text, inside=inside), question.units)


def _places(wanted: dict[str, dict[int, Hit]], question: Asked, papers: Papers) -> list[tuple[Any, ...]]:
    """Every name in the statement is ours; what was typed goes in as a parameter."""
    arms: list[str] = []
    params: list[Any] = []
    for kind, hits in wanted.items():
        missing = {unit: None for hit in hits.values() for unit in hit.unsaid}
        pattern = rf"\m(?:{'|'.join(pattern_of(unit) for unit in missing)})"
        for order, (where, table, key, text) in enumerate(PLACES[kind]):
            arms.append(
                f"(SELECT '{kind}', {key}, {order}, '{where}', '', {_around(text)} FROM {table}"  # noqa: S608 -- see above
                f" WHERE {key} = ANY(%s) AND {text} ~* %s LIMIT {CANDIDATES * len(hits)})"
            )
            params += [pattern, pattern, list(hits), pattern]
        if keys := [paper for record in hits for paper in papers[kind].get(record, ())]:
            table, texts, key = PAPERS[kind]
            text = f"left(t.text, {TEXT_READ})"
            arms.append(
                f"(SELECT '{kind}', a.{key}, 99, 'paper', coalesce(nullif(a.title, ''), a.filename), {_around(text)}"  # noqa: S608 -- see above
                f" FROM {table} a JOIN {texts} t ON t.paper_id = a.id"
                f" WHERE a.id = ANY(%s) AND {text} ~* %s LIMIT {CANDIDATES})"
            )
            params += [pattern, pattern, keys, pattern]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms), params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _around(text: str) -> str:
    """What stands around the first place that answers, and before it whether that begins inside of the text; it takes
    the pattern as a parameter twice."""
    start = f"regexp_instr({text}, %s, 1, 1, 0, 'i') - {BEFORE}"
    return f"{start} > 1, substr({text}, greatest(1, {start}), {AROUND + BEFORE})"


def _cut(text: str, *, inside: bool) -> str:
    """Without halves of words at its ends, on one line."""
    words = re.sub(r"\s+", " ", text).strip()
    if inside:
        words = "… " + words.partition(" ")[2]
    return words.rpartition(" ")[0] + " …" if len(text) >= AROUND + BEFORE else words


def _in_words(where: str, title: str) -> str:
    if where == "paper":
        return _("Paper “%(title)s”") % {"title": title}
    return {
        "purpose": _("Purpose"),
        "outcome": _("Outcome"),
        "statement": _("Statement"),
        "minutes": _("Minutes"),
        "agenda": _("Agenda"),
        "remarks": _("Remarks"),
        "people": _("People"),
        "source": _("Source"),
        "summary": _("Summary"),
        "scope": _("Scope"),
        "programme": _("Programme"),
        "evidence": _("Evidence"),
    }[where]
