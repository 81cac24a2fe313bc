"""The rules with which an installation begins: who hears of what, how many days before and after.

Ends 180 to 0 days before, follow-ups 7 days and one before and weekly after, as the domain reference asks; the others
follow the same reasoning. What escalates goes to the managers at once. A kind stands in one rule for each audience, so
that nobody is told twice of the same day.
"""

from __future__ import annotations

from dataclasses import dataclass

from followups.models.kinds import REPORTS, STEPS, Audience, Basis, MilestoneKind

EXPIRY, NOTICE = MilestoneKind.EXPIRY, MilestoneKind.NOTICE_DEADLINE
DECISION = MilestoneKind.RENEWAL_DECISION
VISIT, SILENCE = MilestoneKind.RETURN_VISIT, MilestoneKind.SILENCE
WORK = tuple(k for k in MilestoneKind if k not in (EXPIRY, NOTICE, DECISION, VISIT, SILENCE, *STEPS, *REPORTS))
UNDATED = tuple(k for k in MilestoneKind if k != VISIT)  # whatever a person may enter without a day
ESCALATED = (*WORK, *STEPS, *REPORTS)


@dataclass(frozen=True)
class Rule:
    """A rule as it is first loaded; the fields are those of `ReminderRule`."""

    code: str
    name_id: str
    name_en: str
    kinds: tuple[MilestoneKind, ...]
    days: tuple[int, ...]
    every_days: int | None = None
    audience: Audience = Audience.RESPONSIBLE
    basis: Basis = Basis.DUE
    escalates: bool = False


RULES = (
    Rule("expiry", "Berakhirnya kerja sama", "End of an agreement", (EXPIRY,), (-180, -90, -60, -30, -7, 0)),
    Rule(
        "expiry-partner", "Berakhirnya kerja sama, kepada pihak lain", "End of an agreement, to the other side",
        (EXPIRY,), (-90, -30, 0), audience=Audience.PARTNER,
    ),
    Rule(
        "expiry-manager", "Berakhirnya kerja sama, kepada pimpinan", "End of an agreement, to managers",
        (EXPIRY,), (-90, -30, -7, 0), audience=Audience.MANAGER,
    ),
    Rule("notice-deadline", "Batas pemberitahuan", "Notice deadline", (NOTICE,), (-30, -7, 0)),
    Rule(
        "notice-deadline-manager", "Batas pemberitahuan, kepada pimpinan", "Notice deadline, to managers",
        (NOTICE,), (-7, 0), audience=Audience.MANAGER,
    ),
    Rule("renewal-decision", "Keputusan perpanjangan", "Renewal decision", (DECISION,), (-30, -7, 0), 14),
    Rule("step", "Batas waktu tahap", "Deadline of a step", STEPS, (-3, 0), 7),
    Rule("report", "Laporan dan evaluasi berkala", "Periodic reports and evaluations", REPORTS, (-30, -7, 0), 7),
    Rule("silence", "Kerja sama tanpa kegiatan", "Agreement gone silent", (SILENCE,), (0,), 30),
    Rule(
        "silence-manager", "Kerja sama tanpa kegiatan, kepada pimpinan", "Agreement gone silent, to managers",
        (SILENCE,), (30,), audience=Audience.MANAGER,
    ),
    Rule("return-visit", "Kunjungan balasan", "Return visit", (VISIT,), (-30, -7, -1, 0), 7),
    Rule(
        "return-visit-open", "Undangan kunjungan balasan tanpa tanggal", "Invitation for a return visit without a day",
        (VISIT,), (30, 90), 90, basis=Basis.SINCE,
    ),
    Rule("follow-up", "Tindak lanjut", "Follow-up", WORK, (-7, -1, 0), 7),
    Rule("undated", "Tanpa tenggat", "Without a due day", UNDATED, (30,), 30, basis=Basis.SINCE),
    Rule(
        "overdue-manager", "Terlambat, kepada pimpinan", "Overdue, to managers",
        ESCALATED, (7,), 14, audience=Audience.MANAGER, escalates=True,
    ),
)  # fmt: skip
