"""Made-up recurring duties and how each went so far.

`history` tells of the occurrences behind us, the oldest first: by how many days each was early (negative) or late;
None: it was missed, and is still open; “-” it was waived.
"""

from __future__ import annotations

from dataclasses import dataclass

from workshop.demo.work.tasks import Side
from workshop.demo.year.calendar import BATAM, MALANG

WAIVED = "-"


@dataclass(frozen=True)
class Recurring:
    """`next_in`: the coming occurrence is due in so many days; of those before it `history` tells."""

    what: str
    owner: str
    recurrence: str
    months: int
    next_in: int
    history: tuple[int | str | None, ...]
    sides: tuple[Side, ...]
    kind: str
    agreement: str = ""
    evidence: str = ""


DUTIES = [
    Recurring("Rapat evaluasi pasokan cabai.", BATAM, "QUARTERLY", 3, 26, (0, 6, None, -2),
              (Side(BATAM, "food"), Side(MALANG, "food")), "REVIEW", "food", "Notulen rapat triwulanan"),
    Recurring("Rekonsiliasi tonase sampah lintas batas.", MALANG, "MONTHLY", 1, 11, (-1, 0, 4, WAIVED, -1),
              (Side(MALANG, "environment"), Side("35.73", "environment")), "DELIVERABLE", "waste-pks",
              "Berita acara rekonsiliasi"),
    Recurring("Survei kepuasan mitra atas layanan perizinan.", BATAM, "SEMESTER", 6, 18, (-3, 9, 0),
              (Side(BATAM, "licensing"),), "REVIEW", "", "Laporan survei"),
    Recurring("Laporan tahunan pelaksanaan kerja sama.", MALANG, "ANNUAL", 12, 8, (-5, 12),
              (Side(MALANG, "planning"),), "REPORT_ANNUAL", "", "Laporan tahunan"),
]  # fmt: skip
