"""`bin/manage bench dashboards`: what is counted and found, with 1 000 and with 100 000 agreements.

Beside each 1 000 agreements stand 2 000 visits and 10 000 milestones. The smaller data belongs to twenty cities. The
larger is a hundred copies of it, spread over five hundred cities and regencies on other days: as in the country, where
more data means more regions, and each has its own few hundred agreements. One region so has four times as much in the
larger data, a province fourteen times, the country a hundred times.

A dashboard is taken twice: counted anew, as the first time and after every change, and again while nothing has changed
(that of the country: within the ten minutes for which its answer is kept). What is kept is no count: both are told.
Counted anew, a region keeps the limit by itself; a province, whose own records are so many more, by what is kept.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pghistory
import pgtrigger
import xlsxwriter
from django.db import connection, transaction
from django.db.models import Model
from django.urls import reverse

from accounts.models import Membership, User
from accounts.rights import Role
from agreements import reference as reference_of_agreements
from agreements.models import ENDLESS, UNKNOWN_SINCE, Agreement
from dashboards.contents import write_file
from dashboards.models import AskedFile, Feed
from followups.models import Milestone, Part
from regions import reference as reference_of_regions
from regions.models import Region, RegionTrait
from visits import reference as reference_of_visits
from visits.models import Visit
from workshop.benchmarks import agreements as of_agreements
from workshop.benchmarks import visits as of_visits
from workshop.benchmarks.frame import LARGE, SMALL, Benchmark, Measure, Page, Ratio, Taken
from workshop.benchmarks.places import CHIEF, OFFICER, REGIONS, make_places, triggers
from workshop.benchmarks.scratch import multiply, pour, sql
from workshop.benchmarks.urls import FLOOR

PLACES = 500
T = TypeVar("T")
GOVERNOR = "governor@bench.example"
PROVINCE, SEMESTER = "dashboard of a province, counted anew", "semester report"
VISITS, MILESTONES = 2, 10  # of each, for one agreement
SHIFT = "((copy * 37) % 100)"
TABLES: list[type[Model]] = [*of_visits.TABLES, *(t for t in of_agreements.TABLES if t is not Visit), Milestone, Part]


def _flat(name: str) -> Ratio:
    return Ratio(f"{name}, large / small", (name, LARGE), (name, SMALL), 2)


PAGES = (
    "home", "dashboard of a region", "dashboard of a region, again", "dashboard, filtered",
    "dashboard of a province, again", "dashboard of the country, again", "search, rare word",
    "search, word in every record", "search, typing error", "relationship page", "partner finder", "calendar",
    "agenda", "feed of a person", "reports",
)  # fmt: skip


@dataclass(frozen=True)
class Told(Ratio):
    """What has no limit of its own, but must be known beside one that has."""

    limit: float = 0

    def holds(self, taken: Taken) -> bool:
        return True

    def line(self, taken: Taken) -> str:
        return f"{self.name}: ratio {self.of(taken):.2f}"


@dataclass(frozen=True)
class Queries(Ratio):
    """The most queries of a page, of all that are measured here."""

    def of(self, taken: Taken) -> float:
        return max(taken[name, LARGE].queries for name in (*PAGES, PROVINCE, SEMESTER))


@dataclass(frozen=True)
class Grown(Ratio):
    """The most memory that this process had after the file of all rows, by that before."""

    def of(self, taken: Taken) -> float:
        return Dashboards.memory[1] / Dashboards.memory[0]


class Dashboards(Benchmark):
    name = "dashboards"
    sizes = (1_000, 100_000)
    sizes_to_try = (40, 400)
    ratios = [
        *(_flat(name) for name in PAGES),
        Ratio(
            "dashboard of a region, again / signed-in hello",
            ("dashboard of a region, again", LARGE),
            ("hello", LARGE),
            6,
        ),
        Told(
            "dashboard of a region, counted anew / signed-in hello", ("dashboard of a region", LARGE), ("hello", LARGE)
        ),
        *(Told(f"{name}, large / small", (name, LARGE), (name, SMALL)) for name in (PROVINCE, SEMESTER)),
        Queries("most queries of a page", ("home", LARGE), ("home", LARGE), 15),
        Ratio("XLSX of all agreements / XlsxWriter, rows per second", ("bare XLSX", LARGE), ("XLSX", LARGE), 0.8, True),
        Grown("most memory after the XLSX of all agreements / before it", ("XLSX", LARGE), ("XLSX", LARGE), 1.5),
    ]
    memory: tuple[int, int] = (1, 1)

    def prepare(self) -> None:
        reference_of_regions.load()
        reference_of_visits.load()
        reference_of_agreements.load()
        make_places(PLACES)
        of_agreements.make_ways()
        province = Region.objects.get(pk=_place(0)).parent
        governor = User.objects.create_user(GOVERNOR, name="Governor")
        Membership.objects.create(user=governor, region=province, role=Role.MANAGER, supervises=True)
        pour_traits()

    def fill(self, size: int) -> None:
        officer = User.objects.get(email=OFFICER)
        of_agreements.plan(size)
        quiet = triggers(TABLES, {*of_visits.DERIVING, *of_agreements.QUIET})
        with transaction.atomic(), pghistory.context(user=officer.pk, url="/"), pgtrigger.ignore(*quiet):
            of_visits.pour_visits(VISITS * size)
            of_visits.pour_people(VISITS * size)
            of_visits.pour_substance(VISITS * size)
            of_agreements.pour_agreements()
            of_agreements.pour_parties()
            of_agreements.pour_contents()
            of_agreements.pour_log_and_papers()
            of_agreements.pour_programmes()
        Visit.objects.update(version=1)  # digests
        with pgtrigger.ignore(*triggers(TABLES, ("keep_a_tree", "tell_predecessor"))):  # what is renewed comes later
            Agreement.objects.update(version=1)
        pour_milestones(MILESTONES * size - Milestone.objects.count())

    def grow(self, times: int) -> None:
        moved = {f"{kind}_id" for kind in ("region", "host_region", "owner", "place", "on_behalf_of_region")}
        bodies = {f"{kind}_id" for kind in ("organisation", "host_organisation", "responsible", "unit")}
        make_moves(times)
        earlier = (
            "starts_on", "ends_on", "happened_on", "closed_on", "stage_since", "measured_on", "evaluated_on",
            "target_on", "signed_on", "runs_from", "last_active_on", "valid_from", "valid_until", "due_on", "done_on",
        )  # fmt: skip
        endless, unknown = f"DATE '{ENDLESS}'", f"DATE '{UNKNOWN_SINCE}'"
        multiply(
            times,
            TABLES,
            **{column: f"({column} - {SHIFT})" for column in earlier},
            **{column: f"bench_moved('region', {column}, copy)" for column in moved},
            **{column: f"bench_moved('body', {column}, copy)" for column in bodies},
            official_id="bench_moved('head', official_id, copy)",
            region_ids="ARRAY(SELECT bench_moved('region', id, copy) FROM unnest(region_ids) AS id)",
            organisation_ids="ARRAY(SELECT bench_moved('body', id, copy) FROM unnest(organisation_ids) AS id)",
            submission="gen_random_uuid()",
            derived_key="derived_key || '/' || copy",
            created_at=f"(created_at - make_interval(days => {SHIFT}))",
            runs_until=f"CASE WHEN open_ended THEN {endless} ELSE COALESCE(valid_until - {SHIFT},"
            f" agreements_last_day(runs_from - {SHIFT}, term_months)) END",
            counts_from=f"CASE WHEN counts_from > {unknown} THEN counts_from - {SHIFT} ELSE counts_from END",
            activity=f"ARRAY(SELECT day - {SHIFT} FROM unnest(activity) AS day)",  # noqa: S608 -- a number of ours
        )
        sql("SELECT dashboards_note(array_agg(id)) FROM regions_region")  # no trigger did

    def measures(self) -> list[Measure]:
        officer, governor, chief = (User.objects.get(email=email) for email in (OFFICER, GOVERNOR, CHIEF))
        home, partner = _place(0), _place(1)
        search, dashboard = reverse("dashboards:search"), reverse("dashboards:dashboard")
        feed, _made = Feed.objects.get_or_create(user=officer)
        since = dt.date.today() - dt.timedelta(days=365)  # noqa: DTZ011 -- only about a year
        pages = {
            "hello": (FLOOR, officer),
            "home": (reverse("home"), officer),
            "dashboard of a region": (f"{dashboard}?anew=1", officer),
            "dashboard of a region, again": (dashboard, officer),
            "dashboard, filtered": (f"{dashboard}?since={since}&category=KSDD_S", officer),
            PROVINCE: (f"{dashboard}?anew=1", governor),
            "dashboard of a province, again": (dashboard, governor),
            "dashboard of the country, again": (dashboard, chief),
            "search, rare word": (f"{search}?q=cabai", officer),
            "search, word in every record": (f"{search}?q=kerja", officer),
            "search, typing error": (f"{search}?q=sopeng", officer),
            "relationship page": (reverse("dashboards:relation", args=[home, partner]), officer),
            "partner finder": (reverse("dashboards:finder"), officer),
            "calendar": (reverse("dashboards:calendar"), officer),
            "agenda": (reverse("dashboards:agenda"), officer),
            "feed of a person": (reverse("dashboards:feed", args=[feed.secret]), officer),
            "reports": (reverse("dashboards:reports"), officer),
            SEMESTER: (reverse("dashboards:report-print", args=["semester"]), officer),
        }
        return [
            *(Measure(name, Page(path, user)) for name, (path, user) in pages.items()),
            Measure("XLSX", lambda: self._xlsx(chief), slow=True),
            Measure("bare XLSX", _bare_xlsx(chief), slow=True),
        ]

    def _xlsx(self, chief: User) -> None:
        """All of them, as the file that is made in the background."""
        before = _most_memory()
        asked = AskedFile(user=chief, what="agreements", kind="xlsx", language="id")
        with tempfile.TemporaryFile() as file, transaction.atomic():
            write_file(asked, file, Untold())
        Dashboards.memory = (before, _most_memory())


class Untold:
    """Nobody watches the progress."""

    total: int | None = None

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        return iter(rows)


def make_moves(times: int) -> None:
    """`bench_moved(kind, key, copy)`: where a copy takes place: twenty places further than the copy before it."""
    sql("CREATE TABLE bench_move (kind text, key bigint, copy bigint, moved bigint, PRIMARY KEY (kind, key, copy))")
    for kind, columns in [
        ("region", ["region_id"]),
        ("body", ["government_id", "council_id"]),
        ("head", ["official_id"]),
    ]:
        for column in columns:
            sql(
                f"INSERT INTO bench_move SELECT %s, a.{column}, copy, b.{column} FROM bench_place a "  # noqa: S608
                f"CROSS JOIN generate_series(1, {times}) AS copy JOIN bench_place b "
                f"ON b.n = (a.n + {REGIONS} * (copy %% {PLACES // REGIONS})) %% {PLACES} WHERE a.n < {REGIONS}",
                kind,
            )
    sql("""
        CREATE FUNCTION bench_moved(the_kind text, the_key bigint, the_copy bigint) RETURNS bigint AS $$
            SELECT COALESCE((SELECT moved FROM bench_move
                WHERE kind = the_kind AND key = the_key AND copy = the_copy), the_key)
        $$ LANGUAGE sql STABLE""")
    sql("ANALYZE bench_move")


def pour_traits() -> None:
    """Each place offers two sectors and wants two others."""
    numbered = "(SELECT id, row_number() OVER (ORDER BY position) AS n, count(*) OVER () AS of FROM regions_sector) s"
    for kind, step in [("OFFER", 0), ("OFFER", 5), ("WANT", 1), ("WANT", 8)]:
        pour(
            RegionTrait,
            f"bench_place p JOIN {numbered} ON s.n = 1 + (p.n * 7 + {step}) % s.of",
            region_id="p.region_id",
            kind=f"'{kind}'",
            sector_id="s.id",
            text="'pelatihan dan pertukaran pengalaman ' || p.n % 9",
            source="'Contoh'",
        )


def pour_milestones(number: int) -> None:
    """Beside those that follow the data: of agreements, some done, some overdue, each of one unit."""
    agreements = "(SELECT count(*) FROM bench_plan)"
    pour(
        Milestone,
        f"generate_series(1, {number}) AS k JOIN bench_plan ON i = 1 + k % {agreements}",
        agreement_id="i",
        kind="'DELIVERABLE'",
        title="'Kirim bahan tindak lanjut nomor ' || k",
        owner_id="home",
        since="current_date - 200",
        due_on="current_date - 150 + (k * 7919) % 400",
        status="CASE WHEN k % 3 = 0 THEN 'OPEN' ELSE 'DONE' END",
        done_on="CASE WHEN k % 3 <> 0 THEN current_date - k % 150 END",
        opened_at="now() - interval '200 days'",
        submission="gen_random_uuid()",
    )
    places = "followups_milestone m JOIN bench_place p ON p.region_id = m.owner_id"
    pour(
        Part,
        f"{places} WHERE m.kind = 'DELIVERABLE'",
        milestone_id="m.id",
        region_id="p.region_id",
        unit_id="CASE WHEN m.id % 4 = 0 THEN p.council_id ELSE p.government_id END",
    )


def _place(number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT region_id FROM bench_place WHERE n = %s", [number])
        region: int = cursor.fetchone()[0]
    return region


def _bare_xlsx(chief: User) -> Callable[[], object]:
    """As many cells by XlsxWriter alone, from memory."""
    rows = Agreement.objects.count()

    def write() -> None:
        with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for row in range(rows):
                for column in range(20):
                    sheet.write_string(row, column, "Kerja sama pelayanan publik")

    return write


def _most_memory() -> int:
    """Kibibytes that this process had at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
