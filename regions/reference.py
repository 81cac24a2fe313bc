"""The reference data of the register and how it is loaded: countries, Indonesia's regions, sectors.

Sources
- Indonesia: `data/indonesia.csv`, facts of the ministry's decree Kepmendagri 300.2.2-2138/2025 (codes, names, area,
  population). Areas are those of the letter B-16.10/DIGD-BIG/IGD.04.04/12/2024 of the mapping agency, populations those
  of December 2024. The areas of 12.20 and 12.21 are left out: the transcriptions give both the same figure.
  Codes and names as listed by the npm package idn-area-data (data under ODbL 1.0); where transcriptions of the decree
  differ in spelling, the fuller form is taken.
- English names: our own translation of the directions and generic terms.
- Countries: codes and zones of the tz database (package tzdata), names of CLDR (package Babel).
- Sectors: `data/sectors.csv`, the 32 affairs of UU 23/2014 and the themes that the register needs beside them.

Official fields (name, level, parent, time zone) always follow the source. All else on a record belongs to those who
edit it and is never touched. Figures are added once and then belong to them too. A region that left the file ends, and
lives again when it is back; what a person entered of its beginning or end is told, not changed: a law is known sooner
than a file of it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import pghistory
from babel import Locale
from django.db import transaction
from django.utils import timezone

from records.history import event_model
from regions.models import Level, Measure, Region, RegionFigure, Sector

DATA = Path(__file__).parent / "data"
DECREE = "Kepmendagri 300.2.2-2138/2025"
FIGURES = {
    # measure: column, unit, day of the figure, source
    Measure.AREA: ("area_km2", "km²", dt.date(2024, 12, 16), f"{DECREE} (BIG B-16.10/DIGD-BIG/IGD.04.04/12/2024)"),
    Measure.POPULATION: ("population", "jiwa", dt.date(2024, 12, 31), f"{DECREE} (Ditjen Dukcapil)"),
}
INDONESIAN_LEVELS = (Level.PROVINCE, Level.REGENCY, Level.CITY)
OFFICIAL_FIELDS = ("name_id", "name_en", "level", "parent_id", "time_zone")
# Countries of several zones whose first one in the tz database is not that of the capital.
CAPITAL_ZONES = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "FM": "Pacific/Pohnpei",
    "PS": "Asia/Hebron",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
LOADER = "load_regions"  # by what the history knows who wrote
M = TypeVar("M", Region, Sector)


@dataclass
class Report:
    """What the loading did, by kind of record."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)  # where the register and the files differ, as people say

    @property
    def did_nothing(self) -> bool:
        return not any(self.added.values()) and not any(self.changed.values())


@transaction.atomic
def load() -> Report:
    """Bring the reference data up to the files: a handful of statements, safe to run any number of times."""
    report = Report()
    with pghistory.context(url=LOADER):
        _upsert_regions("countries", list(_countries()), report)
        _upsert_regions("provinces", [r for r in _indonesia() if r.level == Level.PROVINCE], report)
        _upsert_regions("regencies and cities", [r for r in _indonesia() if r.level != Level.PROVINCE], report)
        _close_the_gone(report)
        _reopen_the_listed(report)
        _add_figures(report)
        _upsert_sectors(report)
    return report


@dataclass(frozen=True)
class _Row:
    code: str
    parent: str
    level: str
    name_id: str
    name_en: str
    time_zone: str


def rows_of_indonesia() -> list[dict[str, str]]:
    with (DATA / "indonesia.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _indonesia() -> Iterator[_Row]:
    for row in rows_of_indonesia():
        yield _Row(row["code"], row["parent"], row["level"], row["name_id"], row["name_en"], row["timezone"])


def _countries() -> Iterator[_Row]:
    """Every code of ISO 3166-1; uninhabited ones without a zone of their own get UTC."""
    tables = resources.files("tzdata").joinpath("zoneinfo")
    zones: dict[str, str] = {}
    for code, _coordinates, zone in _table(tables.joinpath("zone.tab").read_text("utf-8")):
        zones.setdefault(code, zone)
    indonesian, english = Locale("id").territories, Locale("en").territories
    for code, name in _table(tables.joinpath("iso3166.tab").read_text("utf-8")):
        zone = CAPITAL_ZONES.get(code) or zones.get(code, "UTC")
        yield _Row(code, "", Level.COUNTRY, indonesian.get(code, name), english.get(code, name), zone)


def _table(text: str) -> Iterator[Any]:
    columns = None
    for line in text.splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            columns = columns or min(len(cells), 3)
            yield cells[:columns]


def _upsert_regions(kind: str, rows: list[_Row], report: Report) -> None:
    ids = dict(Region.objects.filter(code__in={r.parent for r in rows} - {""}).values_list("code", "pk"))
    wanted = [
        Region(
            code=r.code,
            level=r.level,
            parent_id=ids[r.parent] if r.parent else None,
            name_id=r.name_id,
            name_en=r.name_en,
            time_zone=r.time_zone,
        )
        for r in rows
    ]
    present = {r.code: r for r in Region.objects.filter(code__in=[r.code for r in rows])}
    _save(Region, kind, wanted, present, OFFICIAL_FIELDS, report)


def _upsert_sectors(report: Report) -> None:
    with (DATA / "sectors.csv").open(encoding="utf-8", newline="") as file:
        wanted = [Sector(position=n, **row) for n, row in enumerate(csv.DictReader(file), start=1)]
    present = {s.code: s for s in Sector.objects.all()}
    _save(Sector, "sectors", wanted, present, ("name_id", "name_en", "group", "position"), report)


def _save(
    model: type[M], kind: str, wanted: Iterable[M], present: dict[Any, M], fields: Iterable[str], report: Report
) -> None:
    """Insert what is missing and update what differs: two statements; the database itself writes the history."""
    new: list[M] = []
    changed: list[M] = []
    for record in wanted:
        old = present.get(record.code)
        if old is None:
            new.append(record)
        elif any(getattr(old, name) != getattr(record, name) for name in fields):
            for name in fields:
                setattr(old, name, getattr(record, name))
            changed.append(old)
    manager = model._default_manager
    manager.bulk_create(new, batch_size=1000)
    if changed:
        manager.bulk_update(changed, list(fields), batch_size=500)
    report.added[kind] = len(new)
    report.changed[kind] = [f"{record.code} {record.name_id}" for record in changed]


def _close_the_gone(report: Report) -> None:
    """Indonesian regions that the decree no longer lists keep their records and end yesterday.

    One with a beginning was entered by a person: the files have none.
    """
    codes = [row["code"] for row in rows_of_indonesia()]
    unlisted = Region.objects.filter(level__in=INDONESIAN_LEVELS, code__isnull=False, valid_to__isnull=True)
    unlisted = unlisted.exclude(code__in=codes)
    gone, entered = unlisted.filter(valid_from__isnull=True), unlisted.filter(valid_from__isnull=False)
    report.left["not in the file, left open"] = _named(entered)
    report.changed["regions closed"] = _named(gone)
    gone.update(valid_to=timezone.localdate() - dt.timedelta(days=1))


def _reopen_the_listed(report: Report) -> None:
    """What the loader itself has ended, and what is listed again. An end that a person entered stays."""
    codes = [row["code"] for row in rows_of_indonesia()]
    ended = Region.objects.filter(code__in=codes, valid_to__isnull=False)
    ours = _ended_by_us(ended)
    report.left["listed in the file, but ended"] = _named(ended.exclude(pk__in=ours))
    report.changed["regions reopened"] = _named(ended.filter(pk__in=ours))
    Region.objects.filter(pk__in=ours).update(valid_to=None)


def _ended_by_us(ended: Any) -> set[int]:
    """Those whose end came from the loader, which ends what is gone the day before it runs. One query."""
    events = event_model(Region).objects.filter(pgh_obj_id__in=ended.values("pk")).order_by("-pgh_id")
    events = events.values_list("pgh_obj_id", "valid_to", "pgh_created_at", "pgh_context__metadata__url")
    first: dict[int, Any] = {}  # by region, newest first: the event that brought the end which stands
    settled = set()
    for event in events:
        pk, end = event[:2]
        if pk not in settled and first.get(pk, event)[1] == end:
            first[pk] = event
        else:
            settled.add(pk)
    day = dt.timedelta(days=1)
    return {pk for pk, (_pk, end, at, url) in first.items() if url == LOADER and timezone.localdate(at) == end + day}


def _named(regions: Iterable[Region]) -> list[str]:
    return [f"{region.code} {region.name_id}" for region in regions]


def _add_figures(report: Report) -> None:
    """One figure a region, measure and source, where there is none yet: a corrected value stays as it was corrected."""
    ids = dict(Region.objects.filter(level__in=INDONESIAN_LEVELS, code__isnull=False).values_list("code", "pk"))
    new: list[RegionFigure] = []
    for measure, (column, unit, as_of, source) in FIGURES.items():
        held = set(RegionFigure.objects.filter(measure=measure, source=source).values_list("region_id", flat=True))
        given = [(ids[r["code"]], Decimal(r[column])) for r in rows_of_indonesia() if r[column]]
        figure: dict[str, Any] = {"measure": measure, "unit": unit, "as_of": as_of, "source": source}
        new += [RegionFigure(region_id=pk, value=value, **figure) for pk, value in given if pk not in held]
    RegionFigure.objects.bulk_create(new, batch_size=1000)
    report.added["figures"] = len(new)
