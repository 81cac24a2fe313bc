"""What the style guide shows of charts: one of each kind. Nothing here is used elsewhere."""

from __future__ import annotations

from dashboards.figures import Bar, Chart, Mark

HERE = "#charts"
BESIDE = "?example"  # the label leads elsewhere than the mark
PARTS = {
    "late": ("Overdue", "bad"),
    "soon": ("Due soon", "warn"),
    "open": ("Open", "info"),
    "undated": ("No day", "quiet"),
    "done": ("Done", "good"),
}


def _bar(label: str, value: int, *, place: str = "", here: bool = False) -> Bar:
    return Bar(label, (Mark(value, HERE if value else ""),), place=place, here=here)


def _stack(label: str, *values: int) -> Bar:
    marks = [Mark(value, HERE if value else "", part) for part, value in zip(PARTS, values, strict=True)]
    return Bar(label, tuple(marks), href=BESIDE)


EXAMPLES = (
    Chart(
        "example-bars", "Visits by partner", "bars",
        (_bar("Kabupaten Malang", 12), _bar("Kota Malang", 7), _bar("Xiangyang", 1), _bar("Kabupaten Soppeng", 0)),
        "visits",
    ),
    Chart(
        "example-limits", "Days in the stage against days allowed", "bars",
        (
            Bar("Preparation", (Mark(12, HERE, words="12 of 30 days"),), href=BESIDE, allowed=30),
            Bar("Discussion", (Mark(41, HERE, words="41 of 30 days"),), href=BESIDE, allowed=30),
        ),
        "days", note="Median of the agreements that are in the stage.",
    ),
    Chart(
        "example-stacks", "Follow-ups by unit", "bars",
        (
            _stack("Bagian Kerja Sama", 3, 2, 11, 1, 24), _stack("Dinas Pariwisata", 0, 1, 4, 0, 2),
            _stack("Dinas Komunikasi dan Informatika", 1, 0, 0, 3, 0),
        ),
        "follow-ups", PARTS,
    ),
    Chart(
        "example-columns", "Visits by month", "columns",
        tuple(
            Bar(month, (Mark(value, HERE if value else "", "in"), Mark(value // 2, HERE if value > 1 else "", "out")))
            for month, value in zip(
                ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
                (3, 0, 5, 8, 1, 13, 9, 4, 2, 7, 6, 0), strict=True,
            )
        ),
        "visits", {"in": ("To us", "info"), "out": ("From us", "accent")},
    ),
    Chart(
        "example-provinces", "Partners by province", "provinces",
        (
            _bar("Jawa Timur", 1240, place="35"), _bar("Kepulauan Riau", 310, place="21", here=True),
            _bar("Sulawesi Selatan", 640, place="73"), _bar("DKI Jakarta", 990, place="31"),
            _bar("Papua Selatan", 2, place="93"), _bar("Bali", 0, place="51"),
        ),
        "visits",
    ),
    Chart(
        "example-world", "Partners by country", "world",
        (
            _bar("Singapore", 41, place="SG"), _bar("China", 23, place="CN"), _bar("Malaysia", 30, place="MY"),
            _bar("Japan", 12, place="JP"), _bar("Netherlands", 4, place="NL"), _bar("Australia", 8, place="AU"),
            _bar("Serbia", 1, place="RS"), _bar("United States", 2, place="US"),
        ),
        "visits",
    ),
    Chart("example-nothing", "Visits by sector", "bars", (), "visits", nothing="No visit has a sector yet."),
)  # fmt: skip
