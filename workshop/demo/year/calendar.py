"""When the made-up visits take place, counted in days from today, and between whom.

Regions go by code; whoever is not a region of Indonesia goes by a key of `cast.ABROAD` or `cast.OTHERS`.
"""

from __future__ import annotations

from dataclasses import dataclass

BATAM, MALANG = "21.71", "35.07"


@dataclass(frozen=True)
class Entry:
    """`head` says who leads the guests: agency, head (of the region), PJ, PLT or PLH (somebody acting as such),
    secretary, council, foreign or role (an office without a name). `behalf`: received by the secretary for the head.
    """

    day: int
    story: str
    host: str
    guest: str
    head: str = "agency"
    status: str = "REPORTED"
    days: int = 1
    precision: str = "DAY"
    behalf: bool = False
    council: bool = False
    crowd: tuple[str, int] | None = None
    replies_to: str = ""
    name: str = ""
    phase: int | None = None
    remark: str = ""


CALENDAR = [
    # What lies behind us
    Entry(-362, "mall", BATAM, "13.71", crowd=("EXACT", 18)),
    Entry(-357, "village", MALANG, "33.08", head="head", crowd=("ABOUT", 40)),
    Entry(-351, "data", BATAM, "35.78", crowd=("EXACT", 9)),
    Entry(-346, "council", BATAM, "14.71", head="council", crowd=("EXACT", 22)),
    Entry(-340, "dairy", MALANG, "35.05", crowd=("EXACT", 25)),
    Entry(-333, "investment", BATAM, "64.71", head="head", behalf=True, crowd=("ABOUT", 30)),
    Entry(-329, "online", MALANG, "33.08"),
    Entry(-322, "waste", "35.15", MALANG, crowd=("EXACT", 12)),
    Entry(-316, "command", "32.73", BATAM, crowd=("EXACT", 8)),
    Entry(-309, "trade", BATAM, "incheon", head="foreign", days=2, crowd=("AT_LEAST", 20), name="incheon"),
    Entry(-302, "tourism", MALANG, "51.03", crowd=("EXACT", 14)),
    Entry(-296, "training", MALANG, "35.79", head="role", days=2, phase=1, crowd=("EXACT", 45)),
    Entry(-291, "council", MALANG, "34.04", head="council", crowd=("EXACT", 17)),
    Entry(-285, "hospital", BATAM, "61.71", crowd=("EXACT", 11)),
    Entry(-278, "food", BATAM, "13.07", head="PJ", behalf=True, crowd=("ABOUT", 25)),
    Entry(-273, "courtesy", BATAM, "singapore", head="foreign", crowd=("EXACT", 6)),
    Entry(-266, "coffee", BATAM, MALANG, head="secretary", days=2, crowd=("EXACT", 10)),
    Entry(-260, "transport", "33.74", BATAM, crowd=("EXACT", 7)),
    Entry(
        -255,
        "village",
        MALANG,
        "53.71",
        status="CANCELLED",
        remark="Ditunda oleh tamu lalu dibatalkan: anggaran dialihkan.",
    ),
    Entry(-249, "review", BATAM, "21.72", crowd=("EXACT", 9)),
    Entry(-243, "disaster", "35.08", MALANG, crowd=("EXACT", 16)),
    Entry(-236, "labour", BATAM, "35.13", crowd=("EXACT", 13)),
    Entry(-231, "training", MALANG, "35.79", head="role", days=2, phase=2, crowd=("EXACT", 43)),
    Entry(-225, "budget", BATAM, "16.71", head="council", crowd=("EXACT", 15)),
    Entry(-219, "sister", MALANG, "toyama", head="foreign", days=2, crowd=("EXACT", 8), name="toyama"),
    Entry(-214, "spatial", BATAM, "18.71", crowd=("EXACT", 10)),
    Entry(-207, "culture", "14.71", BATAM, days=3, crowd=("EXACT", 24)),
    Entry(-201, "online", BATAM, "13.07"),
    Entry(-196, "children", MALANG, "35.14", crowd=("EXACT", 20)),
    Entry(-190, "council", BATAM, "35.78", head="PJ", behalf=True, council=True, crowd=("EXACT", 65)),
    Entry(-183, "investment", MALANG, "company", head="agency", crowd=("EXACT", 5)),
    Entry(-177, "youth", BATAM, "johor", head="foreign", crowd=("EXACT", 28)),
    Entry(-171, "village", MALANG, "52.71", head="PLT", crowd=("ABOUT", 30)),
    Entry(-165, "mall", BATAM, "19.71", crowd=("EXACT", 16)),
    Entry(-160, "trade", "danang", BATAM, head="secretary", days=3, crowd=("EXACT", 18), name="danang"),
    Entry(-154, "signing", MALANG, "35.79", head="head", council=True, crowd=("EXACT", 35), name="signing"),
    Entry(-148, "waste", BATAM, "12.71", crowd=("EXACT", 21)),
    Entry(-143, "data", MALANG, "35.73", crowd=("EXACT", 6)),
    Entry(-137, "authority", BATAM, "64.72", head="head", behalf=True, crowd=("AT_LEAST", 40)),
    Entry(-131, "training", MALANG, "35.79", head="role", days=2, phase=3, crowd=("EXACT", 41)),
    Entry(-126, "tourism", "35.10", MALANG, crowd=("EXACT", 12)),
    Entry(-120, "fair", BATAM, MALANG, head="secretary", days=3, crowd=("ABOUT", 60)),
    Entry(-113, "budget", MALANG, "33.71", head="council", crowd=("EXACT", 14)),
    Entry(-107, "archive", BATAM, "university", head="agency", crowd=("EXACT", 4)),
    Entry(-101, "courtesy", MALANG, "35.73", head="head", behalf=True, crowd=("EXACT", 9)),
    Entry(-96, "command", BATAM, "63.71", crowd=("EXACT", 12)),
    Entry(-90, "disaster", MALANG, "35.08", head="PLH", crowd=("EXACT", 19)),
    Entry(-84, "sister", BATAM, "danang", head="foreign", days=2, crowd=("EXACT", 11), replies_to="danang"),
    Entry(-78, "dairy", MALANG, "34.01", crowd=("EXACT", 27), status="COMPLETED"),
    Entry(-73, "labour", BATAM, "35.04", head="PLT", crowd=("EXACT", 15)),
    Entry(-67, "food", BATAM, MALANG, head="head", council=True, crowd=("ABOUT", 50), name="food-malang"),
    Entry(-61, "council", MALANG, "35.09", head="council", crowd=("EXACT", 23), status="COMPLETED"),
    Entry(-55, "hospital", "35.78", MALANG, crowd=("EXACT", 8)),
    Entry(-50, "village", MALANG, BATAM, head="agency", crowd=("EXACT", 10), replies_to="food-malang"),
    Entry(-44, "mall", BATAM, "33.72", crowd=("EXACT", 19), status="COMPLETED"),
    Entry(-38, "transport", BATAM, "52.71", status="POSTPONED", remark="Menunggu jadwal baru dari tamu."),
    Entry(-33, "dairy", MALANG, "university", crowd=("EXACT", 4)),
    Entry(-28, "online", BATAM, MALANG, status="COMPLETED"),
    Entry(-23, "culture", MALANG, "34.71", days=2, crowd=("ABOUT", 35), status="COMPLETED"),
    Entry(-18, "investment", BATAM, "36.71", head="PJ", behalf=True, crowd=("EXACT", 17), status="COMPLETED"),
    Entry(-12, "children", MALANG, "35.72", crowd=("EXACT", 13), status="COMPLETED"),
    Entry(-9, "budget", BATAM, "71.71", head="council", crowd=("EXACT", 18), status="COMPLETED"),
    Entry(-6, "spatial", MALANG, "35.25", status="SCHEDULED", remark="Belum diperbarui setelah harinya lewat."),
    Entry(-4, "waste", MALANG, "35.74", crowd=("EXACT", 11), status="COMPLETED"),
    # Today
    Entry(0, "authority", BATAM, "73.71", head="head", behalf=True, days=2, crowd=("ABOUT", 45), status="IN_PROGRESS"),
    # What is ahead
    Entry(3, "mall", BATAM, "18.71", crowd=("EXACT", 14), status="SCHEDULED"),
    Entry(5, "village", MALANG, "32.01", head="head", crowd=("ABOUT", 38), status="SCHEDULED"),
    Entry(9, "online", MALANG, BATAM, status="SCHEDULED"),
    Entry(11, "council", BATAM, "33.74", head="council", crowd=("EXACT", 20), status="SCHEDULED"),
    Entry(16, "review", MALANG, "35.79", crowd=("EXACT", 8), status="SCHEDULED"),
    Entry(18, "trade", BATAM, "johor", head="foreign", days=2, crowd=("AT_LEAST", 15), status="SCHEDULED"),
    Entry(24, "training", MALANG, "35.79", head="role", days=2, phase=4, status="SCHEDULED"),
    Entry(30, "signing", BATAM, MALANG, head="head", council=True, status="PROPOSED", precision="MONTH"),
    Entry(37, "tourism", MALANG, "singapore", head="foreign", status="PROPOSED"),
    Entry(44, "disaster", BATAM, "21.02", status="SCHEDULED"),
    Entry(58, "sister", "toyama", MALANG, head="secretary", status="INVITED", precision="UNKNOWN", replies_to="toyama"),
    Entry(64, "trade", "incheon", BATAM, head="secretary", status="INVITED", precision="MONTH", replies_to="incheon"),
]
