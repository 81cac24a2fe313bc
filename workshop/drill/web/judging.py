"""What came of it: the book against the database and the folder of files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.drill.judging import Figure
from workshop.drill.web.book import Book, Paper, Save

# Each visit of the drill with every part that carries the stamp of the save that wrote it.
VISITS = """
SELECT v.title, ARRAY[v.purpose, v.remarks, v.minutes],
    ARRAY(SELECT topics FROM visits_delegation WHERE visit_id = v.id AND side = 'GUEST' AND headcount = 7),
    ARRAY(SELECT m.name FROM visits_delegate m JOIN visits_delegation d ON d.id = m.delegation_id
        WHERE d.visit_id = v.id),
    ARRAY(SELECT title FROM visits_agendaitem WHERE visit_id = v.id),
    ARRAY(SELECT text FROM visits_statement WHERE visit_id = v.id),
    ARRAY(SELECT text FROM visits_outcome WHERE visit_id = v.id),
    ARRAY(SELECT title FROM followups_milestone WHERE visit_id = v.id)
FROM visits_visit v WHERE v.title LIKE 'drill-%%'"""
PAPERS = "SELECT filename, checksum, file, content_type LIKE 'image/%%' FROM visits_visitattachment"
UNNAMED = """SELECT array_agg(file) FROM (
    SELECT file FROM visits_visitattachment UNION ALL SELECT file FROM agreements_agreementattachment
    UNION ALL SELECT file FROM dashboards_askedfile WHERE file <> '') AS named"""
PARTS = (3, 2, 1, 2, 0, 1, 1)  # how many of each; 0: as many statements as were sent


@dataclass
class Found:
    """The database and the folder, read once."""

    visits: list[tuple[Any, ...]]
    papers: list[tuple[str, str, str, bool]]
    named: set[str]
    media: Path
    temporary: Path

    def files(self) -> dict[str, Path]:
        """All that is stored, by the name under which a row would know it."""
        return {str(path.relative_to(self.media)): path for path in self.media.rglob("*") if path.is_file()}


def is_whole(row: tuple[Any, ...], save: Save) -> bool:
    """Does the visit, in all its parts, stand as this save wanted it?"""
    wanted = (number or save.statements for number in PARTS)
    return all(list(part) == [save.stamp] * number for part, number in zip(row[1:], wanted, strict=True))


def allowed(saves: list[Save]) -> list[Save]:
    """The last one that was acknowledged, and those after it of which nobody knows."""
    last = max((n for n, save in enumerate(saves) if save.acknowledged), default=0)
    return saves[last:]


def saves(goal: str, book: Book, found: Found) -> Iterator[Figure]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for row in found.visits:
        rows.setdefault(row[0], []).append(row)
    acknowledged = sum(save.acknowledged for sent in book.saves.values() for save in sent)
    unknown = sum(not save.acknowledged for sent in book.saves.values() for save in sent)
    yield told(goal, "saves acknowledged, and without an answer", f"{acknowledged}, {unknown}", acknowledged > 0)
    lost = [m for m, sent in book.saves.items() if any(save.acknowledged for save in sent) and m not in rows]
    yield none(goal, "visits lost that were acknowledged", lost)
    yield none(goal, "visits there twice", [mark for mark, same in rows.items() if len(same) > 1])
    yield none(goal, "visits that nobody sent", [mark for mark in rows if mark not in book.saves])
    wrong = [
        f"{mark}: {row[1:]} for {[save.stamp for save in allowed(book.saves[mark])]}"
        for mark, same in rows.items()
        for row in same
        if mark in book.saves and not any(is_whole(row, save) for save in allowed(book.saves[mark]))
    ]
    yield none(goal, "half-saved forms, or an older state than was acknowledged", wrong)
    kept = sum(
        any(is_whole(row, save) for save in sent if not save.acknowledged)
        for mark, sent in book.saves.items()
        for row in rows.get(mark, [])
    )
    yield told(goal, "of those without an answer wholly there, the others not at all", str(kept))


def papers(goal: str, book: Book, found: Found) -> Iterator[Figure]:
    rows = [row for row in found.papers if row[0] in book.papers]
    times = Counter(row[0] for row in rows)
    sent = [paper for paper in book.papers.values() if paper.acknowledged]
    yield told(goal, "papers acknowledged, and without an answer", f"{len(sent)}, {len(book.papers) - len(sent)}")
    yield none(goal, "papers lost that were acknowledged", [paper.name for paper in sent if not times[paper.name]])
    yield none(goal, "papers there twice", [name for name, number in times.items() if number > 1])
    damaged = [row[0] for row in rows if not _is_as_sent(row, book.papers[row[0]], found.media)]
    yield none(goal, "papers of which the file is missing or not what was sent", damaged)


def files(goal: str, before: int, found: Found) -> Iterator[Figure]:
    """After the clean-up job; `before` were there without a row."""
    stored = found.files()
    yield none(goal, "rows without their file", sorted(found.named - stored.keys()))
    yield none(goal, f"files without a row after the clean-up, of {before} before it", orphans(found))
    left = [str(path.relative_to(found.temporary)) for path in found.temporary.rglob("*") if path.is_file()]
    yield none(goal, "temporary files left", left)


def orphans(found: Found) -> list[str]:
    return sorted(name for name in found.files() if name.removesuffix(".webp") not in found.named)


def answers(goal: str, book: Book) -> Iterator[Figure]:
    yield none(goal, "answers that nobody should have got", book.strange)
    yield none(goal, "exports that were said to be whole and are not", book.broken)


def told(goal: str, name: str, value: str, holds: bool = True) -> Figure:
    return Figure(goal, name, value, holds)


def none(goal: str, name: str, found: Iterable[str]) -> Figure:
    examples = tuple(found)
    return Figure(goal, name, str(len(examples)), not examples, examples)


def _is_as_sent(row: tuple[str, str, str, bool], paper: Paper, media: Path) -> bool:
    _name, checksum, file, picture = row
    path = media / file
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
        return False
    if picture:
        return path.with_name(f"{path.name}.webp").exists()
    return checksum == paper.checksum
