"""`bin/manage bench visits`: lists, one visit, search and export with 2 000 and with 200 000 visits of 20 regions.

The smaller data is made row by row from numbers, with the product's own triggers for what they derive; the larger is
the smaller a hundred times over, on other days. So a page has the same to show in both, and only the tables behind it
differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, transaction
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from records.history import event_model
from regions import reference as reference_of_regions
from regions.models import Sector
from visits import reference as reference_of_visits
from visits.lists import MORE_FOR_FILES
from visits.models import (
    AgendaItem,
    Citation,
    Delegate,
    Delegation,
    Outcome,
    Statement,
    Topic,
    Visit,
    VisitKindLink,
    VisitSource,
)
from workshop.benchmarks.frame import LARGE, SMALL, Benchmark, Measure, Page, Ratio
from workshop.benchmarks.places import CHIEF, OFFICER, between, make_places, triggers
from workshop.benchmarks.scratch import multiply, pour
from workshop.benchmarks.urls import FLOOR

TABLES: list[type[Model]] = [
    Visit,
    VisitKindLink,
    Delegation,
    Delegate,
    AgendaItem,
    Topic,
    Statement,
    Outcome,
    VisitSource,
    Citation,
]
DERIVING = ("digest", "touch_parent", "touch_visit")  # triggers whose work is done at once, after filling
FIRST_DAY = dt.date(2023, 1, 2)


def _flat(name: str) -> Ratio:
    return Ratio(f"{name}, large / small", (name, LARGE), (name, SMALL), 2)


class Visits(Benchmark):
    name = "visits"
    sizes = (2_000, 200_000)
    sizes_to_try = (20, 200)
    ratios = [
        _flat("list"),
        _flat("list of all regions"),
        _flat("filtered list"),
        _flat("text filter"),
        _flat("text filter, word in every visit"),
        _flat("detail"),
        _flat("history of one visit"),
        _flat("home"),
        Ratio("list / signed-in hello", ("list", LARGE), ("hello", LARGE), 8),
        Ratio(
            "Django admin's list / our list",
            ("Django admin's list", LARGE),
            ("list of all regions", LARGE),
            5,
            at_least=True,
        ),
        Ratio("CSV / raw COPY, rows per second", ("raw COPY", LARGE), ("CSV", LARGE), 0.3, at_least=True),
    ]

    def prepare(self) -> None:
        """Twenty cities with their organisations and people, the officer of one of them, and somebody who sees all."""
        reference_of_regions.load()
        reference_of_visits.load()
        make_places()

    def fill(self, size: int) -> None:
        quiet = triggers(TABLES, DERIVING)
        officer = User.objects.get(email=OFFICER)
        with transaction.atomic(), pghistory.context(user=officer.pk, url="/visits/new/"), pgtrigger.ignore(*quiet):
            pour_visits(size)
            pour_people(size)
            pour_substance(size)
        Visit.objects.update(version=1)  # digests

    def grow(self, times: int) -> None:
        day = "(starts_on - (copy * 37) % 1000)"
        multiply(
            times,
            [*TABLES, *(event_model(table) for table in TABLES)],
            submission="gen_random_uuid()",
            starts_on=day,
            ends_on=day,
        )

    def measures(self) -> list[Measure]:
        officer, chief = User.objects.get(email=OFFICER), User.objects.get(email=CHIEF)
        visits, visible = reverse("visits:list"), Visit.objects.visible_to(officer)
        one = visible.filter(pk__lte=self.sizes[0]).order_by("pk")[0]  # it is in both sizes
        sector = Sector.objects.get(code="public-service")
        filters = f"since={FIRST_DAY + dt.timedelta(days=200)}&status=REPORTED&sector={sector.pk}"
        pages = {
            "hello": FLOOR,
            "list": visits,
            "filtered list": f"{visits}?{filters}",
            "text filter": f"{visits}?q=cabai",
            "text filter, word in every visit": f"{visits}?q=kunjungan",
            "detail": reverse("visits:detail", args=[one.pk]),
            "history of one visit": reverse("visits:history", args=[one.pk]),
            "home": reverse("home"),
        }
        return [
            *(Measure(name, Page(path, officer)) for name, path in pages.items()),
            Measure("list of all regions", Page(visits, chief)),
            Measure("Django admin's list", Page(reverse("admin:visits_visit_changelist"), chief), slow=True),
            Measure("CSV", Page(reverse("visits:csv"), officer), slow=True),
            Measure("raw COPY", _copy(visible.evidenced()), slow=True),
        ]


def pour_visits(size: int) -> None:
    """Visit i goes to city i mod 20, from each of the other nineteen in turn; every fiftieth has no date."""
    day = f"CASE WHEN i % 50 <> 0 THEN DATE '{FIRST_DAY}' + (i * 7919) % 1400 END"
    pour(
        Visit,
        between("i", size),
        id="i",
        owner_id="h.region_id",
        host_region_id="h.region_id",
        host_organisation_id="CASE WHEN i % 4 = 0 THEN h.council_id ELSE h.government_id END",
        starts_on=day,
        ends_on=day,
        precision="CASE WHEN i % 50 = 0 THEN 'UNKNOWN' ELSE 'DAY' END",
        status="CASE WHEN i % 7 = 0 THEN 'SCHEDULED' WHEN i % 11 = 0 THEN 'CANCELLED' ELSE 'REPORTED' END",
        purpose=(
            "'Kunjungan untuk mempelajari pelayanan publik, nomor ' || i || CASE WHEN i % 3 = 0 THEN ' dan pasokan "
            "cabai' ELSE ' serta penanaman modal' END"
        ),
        minutes="repeat('Kedua pihak membahas kerja sama dan tindak lanjutnya. ', 1 + i % 5)",
        submission="gen_random_uuid()",
        created_by_id=f"(SELECT id FROM accounts_user WHERE email = '{OFFICER}')",  # noqa: S608 - ours
    )
    kinds = "(SELECT id, row_number() OVER (ORDER BY position) AS n FROM visits_visitkind) k"
    pour(
        VisitKindLink,
        f"generate_series(1, {size}) AS i JOIN {kinds} ON k.n = 1 + i % 19 OR k.n = 1 + (i + 5) % 19",
        visit_id="i",
        kind_id="k.id",
    )


def pour_people(size: int) -> None:
    """The guests, in every fourth visit with their council, and the hosts; each led by somebody who is named."""
    parties = [
        ("GUEST", "g.region_id", "g.government_id", 1),
        ("GUEST", "g.region_id", "g.council_id", 4),
        ("HOST", "h.region_id", "h.government_id", 1),
    ]
    for side, region, organisation, every in parties:
        pour(
            Delegation,
            f"{between('i', size)} WHERE i % {every} = 0",
            visit_id="i",
            side=f"'{side}'",
            region_id=region,
            organisation_id=organisation,
            headcount="5 + i % 60",
        )
    party = (
        "visits_delegation d JOIN bench_place p ON p.region_id = d.region_id "
        "JOIN regions_official o ON o.id = p.official_id"
    )
    pour(
        Delegate,
        party,
        delegation_id="d.id",
        role="'LEADER'",
        official_id="o.id",
        name="o.name",
        capacity="'Wali Kota'",
        organisation_id="p.government_id",
    )
    pour(
        Delegate,
        party,
        delegation_id="d.id",
        form="'GROUP'",
        capacity="'para kepala dinas'",
        count="3 + d.id % 20",
    )
    pour(
        Delegate,
        f"{party} WHERE d.side = 'GUEST'",
        delegation_id="d.id",
        form="'ROLE_ONLY'",
        capacity="'Sekretaris Daerah'",
    )


def pour_substance(size: int) -> None:
    """Two topics (public service in every second visit), two outcomes, an agenda, a quotation and a source."""
    numbered = "(SELECT id, code, row_number() OVER (ORDER BY position) AS n FROM regions_sector) s"
    pour(
        Topic,
        f"generate_series(1, {size}) AS i JOIN {numbered} "
        "ON s.n = 1 + i % 32 OR (i % 2 = 0 AND s.code = 'public-service') OR (i % 2 = 1 AND s.code = 'smart-city')",
        visit_id="i",
        sector_id="s.id",
        note="'pokok ' || i % 10",
    )
    for kind, follow_up in [("PLEDGE", "OPEN"), ("LEARNING", "NOT_NEEDED")]:
        pour(
            Outcome,
            between("i", size),
            visit_id="i",
            kind=f"'{kind}'",
            text="'Bahan dan narahubung dipertukarkan, nomor ' || i",
            direction="'MUTUAL'",
            follow_up=f"CASE WHEN i % 3 = 0 THEN '{follow_up}' ELSE 'DONE' END",
            due_on=f"DATE '{FIRST_DAY}' + (i * 7919) % 1400 + 30",
            responsible_id="h.government_id",
        )
    series = f"generate_series(1, {size}) AS i"
    pour(AgendaItem, series, visit_id="i", title="'Paparan dan diskusi'", led_by="'Sekretaris Daerah'")
    pour(Statement, f"{series} WHERE i % 2 = 0", visit_id="i", speaker="'Wali Kota'", text="'Selamat datang.'")
    pour(VisitSource, series, visit_id="i", outlet="'Contoh Pos'", title="'Berita kunjungan ' || i")
    pour(Citation, f"{series} WHERE i % 2 = 0", visit_id="i", fact="'Tempat'", quote="'di kantor wali kota'")


def _copy(visits: Any) -> Callable[[], object]:
    """The rows of the CSV straight out of the database: what it asks for, by COPY and without Python."""

    def copy() -> None:
        statement, parameters = visits.newest_first().for_list(*MORE_FOR_FILES).query.sql_with_params()
        with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT WITH CSV", parameters) as pieces:
            for _piece in pieces:
                pass

    return copy
