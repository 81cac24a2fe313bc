"""`bin/manage bench agreements`: list, board, one agreement and export with 1 000 and with 100 000 agreements.

As with visits, the smaller data is made row by row from numbers, with the product's own functions for what they
derive; the larger is the smaller a hundred times over, each copy some days earlier. All days are counted back from the
day of the run, because what is in force, ending or silent depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, transaction
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from agreements import reference as reference_of_agreements
from agreements.lists import MORE_FOR_FILES
from agreements.models import (
    ENDLESS,
    UNKNOWN_SINCE,
    Agreement,
    AgreementAttachment,
    AgreementCitation,
    AgreementPaperText,
    AgreementSector,
    AgreementSource,
    AgreementVisit,
    Evaluation,
    Indicator,
    Measurement,
    Party,
    Process,
    Programme,
    ProgrammeUnit,
    ScopePoint,
    Signatory,
    Signing,
    StepEntry,
)
from records.history import event_model
from regions import reference as reference_of_regions
from regions.models import Region, Sector
from visits import reference as reference_of_visits
from visits.models import Visit
from workshop.benchmarks.frame import LARGE, SMALL, Benchmark, Measure, Page, Ratio
from workshop.benchmarks.places import CHIEF, OFFICER, between, make_places, triggers
from workshop.benchmarks.scratch import multiply, pour, sql
from workshop.benchmarks.urls import FLOOR

TRACKED: list[type[Model]] = [
    Visit,
    Agreement,
    Party,
    Signatory,
    Signing,
    ScopePoint,
    AgreementSector,
    AgreementVisit,
    AgreementSource,
    AgreementCitation,
    AgreementAttachment,
    StepEntry,
    Programme,
    ProgrammeUnit,
    Indicator,
    Measurement,
    Evaluation,
]
TABLES: list[type[Model]] = [*TRACKED, AgreementPaperText]
# Triggers whose work is done at once after filling, and those that refuse what the log has not moved.
QUIET = (
    "digest",
    "touch_parent",
    "touch_agreement",
    "refresh_agreement",
    "follow_log",
    "keep_a_tree",
    "keep_gates",
    "tell_predecessor",
    "keep_the_rules",
    "move_the_agreement",
)
SHIFT = "(copy * 37) % 100"


def _flat(name: str) -> Ratio:
    return Ratio(f"{name}, large / small", (name, LARGE), (name, SMALL), 2)


class Agreements(Benchmark):
    name = "agreements"
    sizes = (1_000, 100_000)
    sizes_to_try = (100, 1_000)
    ratios = [
        _flat("list"),
        _flat("list of all regions"),
        _flat("in force"),
        _flat("ending soon"),
        _flat("dormant"),
        _flat("dormant, all regions"),
        _flat("ending within 90 days"),
        _flat("by party and sector"),
        _flat("missing papers"),
        _flat("text filter"),
        _flat("text filter, word in every agreement"),
        _flat("board"),
        _flat("board of one category, all regions"),
        _flat("detail"),
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
        reference_of_regions.load()
        reference_of_visits.load()
        reference_of_agreements.load()
        make_places()
        make_ways()

    def fill(self, size: int) -> None:
        officer = User.objects.get(email=OFFICER)
        quiet = triggers(TABLES, QUIET)
        plan(size)
        with transaction.atomic(), pghistory.context(user=officer.pk, url="/agreements/new/"), pgtrigger.ignore(*quiet):
            pour_agreements()
            pour_parties()
            pour_visits()
            pour_contents()
            pour_log_and_papers()
            pour_programmes()
        Visit.objects.update(version=1)  # digests
        with pgtrigger.ignore(*triggers(TABLES, ("keep_a_tree", "tell_predecessor"))):  # what is renewed comes later
            Agreement.objects.update(version=1)

    def grow(self, times: int) -> None:
        earlier = (
            "starts_on", "ends_on", "happened_on", "closed_on", "stage_since", "measured_on", "evaluated_on",
            "target_on", "signed_on", "runs_from", "last_active_on", "valid_from", "valid_until",
        )  # fmt: skip
        endless, unknown = f"DATE '{ENDLESS}'", f"DATE '{UNKNOWN_SINCE}'"
        multiply(
            times,
            [*TABLES, *(event_model(table) for table in TRACKED)],
            **{column: f"({column} - {SHIFT})" for column in earlier},
            submission="gen_random_uuid()",
            created_at=f"(created_at - make_interval(days => {SHIFT}))",
            runs_until=f"CASE WHEN open_ended THEN {endless} ELSE COALESCE(valid_until - {SHIFT},"
            f" agreements_last_day(runs_from - {SHIFT}, term_months)) END",
            counts_from=f"CASE WHEN counts_from > {unknown} THEN counts_from - {SHIFT} ELSE counts_from END",
            activity=f"ARRAY(SELECT day - {SHIFT} FROM unnest(activity) AS day)",  # noqa: S608 -- a number of ours
        )

    def measures(self) -> list[Measure]:
        officer, chief = User.objects.get(email=OFFICER), User.objects.get(email=CHIEF)
        listed, visible = reverse("agreements:list"), Agreement.objects.visible_to(officer)
        one = visible.filter(pk__lte=self.sizes[0], programmes__isnull=False, is_signed=True).order_by("pk")[0]
        party, sector = Region.objects.get(pk=_second_place()), Sector.objects.get(code="public-service")
        board = reverse("agreements:board")
        pages = {
            "hello": FLOOR,
            "list": listed,
            "in force": f"{listed}?state=ACTIVE",
            "ending soon": f"{listed}?state=EXPIRING",
            "dormant": f"{listed}?state=DORMANT",
            "ending within 90 days": f"{listed}?ending=90",
            "by party and sector": f"{listed}?region={party.pk}&sector={sector.pk}",
            "missing papers": f"{listed}?lacking=1",
            "text filter": f"{listed}?q=cabai",
            "text filter, word in every agreement": f"{listed}?q=kerja",
            "board": board,
            "detail": reverse("agreements:detail", args=[one.pk]),
        }
        of_all = {
            "list of all regions": listed,
            "dormant, all regions": f"{listed}?state=DORMANT",
            "board of one category, all regions": f"{board}?category=KSDD_S",
        }
        return [
            *(Measure(name, Page(path, officer)) for name, path in pages.items()),
            *(Measure(name, Page(path, chief)) for name, path in of_all.items()),
            Measure("Django admin's list", Page(reverse("admin:agreements_agreement_changelist"), chief), slow=True),
            Measure("CSV", Page(reverse("agreements:csv"), officer), slow=True),
            Measure("raw COPY", _copy(visible), slow=True),
        ]


def make_ways() -> None:
    """`bench_way`: the steps that a memorandum and a cooperation agreement of each category take, numbered from 0."""
    columns = "category text, kind text, signed boolean, n int, size int, process_id bigint, step_id bigint"
    sql(f"CREATE TABLE bench_way ({columns})")
    for process in Process.objects.all():
        for kind in ("KB", "PKS"):
            steps = [step for step in process.steps.order_by("position") if step.applies_to(kind)]
            signs = next(step.position for step in steps if step.signs)
            for signed in (False, True):
                found = [step for step in steps if (step.position >= signs) == signed]
                for n, step in enumerate(found):
                    row = (process.category, kind, signed, n, len(found), process.pk, step.pk)
                    sql("INSERT INTO bench_way VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)


def plan(size: int) -> None:
    """`bench_plan`: what agreement i is.

    Of twenty, fourteen are signed; 1 was renewed by 11, each fifth is a cooperation agreement under the one four
    before it. Some have no process, no end, no known day; some are closed, some on hold.
    """
    first = "(i - CASE WHEN i % 5 = 0 THEN 4 WHEN i % 20 = 11 THEN 10 ELSE 0 END)"  # of its family: all at one home
    sql(f"""
        CREATE TABLE bench_plan AS
        SELECT p.*, w.process_id, w.step_id, current_date - p.days AS day, p.signed AND p.i % 40 = 2 AS undated
        FROM (
            SELECT i, h.region_id AS home, h.government_id AS home_body, h.official_id AS home_head,
                g.region_id AS away, g.government_id AS away_body, g.official_id AS away_head,
                i % 10 < 7 AS signed, CASE WHEN i % 5 = 0 THEN 'PKS' ELSE 'KB' END AS kind,
                CASE WHEN i % 19 = 0 THEN 'UNDETERMINED' ELSE (ARRAY['KSDD_S', 'KSDD_W', 'KSDD_S', 'SINERGI', 'KSDPK'])
                    [1 + i % 5] END AS category,
                CASE WHEN i % 20 = 11 THEN i * 7919 % 300 WHEN i % 20 = 1 THEN 1100 + i * 7919 % 300
                    WHEN i % 10 < 7 THEN i * 7919 % 1400 ELSE i * 7919 % 400 END AS days,
                CASE WHEN i % 5 = 0 THEN i - 4 END AS parent, CASE WHEN i % 20 = 11 THEN i - 10 END AS predecessor
            FROM {between(f"({first} + {first} / 20)", size)}
        ) p LEFT JOIN bench_way w ON w.category = p.category AND w.kind = p.kind AND w.signed = p.signed
            AND w.n = p.i % w.size
        ORDER BY i
    """)  # noqa: S608 -- numbers of ours


def pour_agreements() -> None:
    closed = "i % 23 = 0"
    pour(
        Agreement,
        "bench_plan",
        id="i",
        title="CASE WHEN i % 2 = 0 THEN 'Kerja sama pelayanan publik nomor ' || i ELSE '' END",
        about="'Kerja sama pelayanan publik' || CASE WHEN i % 3 = 0 THEN ' dan pasokan cabai' ELSE ' serta wisata' END",
        objectives="repeat('Meningkatkan pelayanan kepada warga kedua daerah. ', 1 + i % 4)",
        category="category",
        kind="kind",
        nature="CASE WHEN predecessor IS NULL THEN 'NEW' ELSE 'RENEWAL' END",
        owner_id="home",
        parent_id="parent",
        predecessor_id="predecessor",
        process_id="process_id",
        step_id="step_id",
        stage_since="CASE WHEN step_id IS NOT NULL THEN day END",
        closed_as=f"CASE WHEN NOT {closed} THEN '' WHEN signed THEN 'COMPLETED' ELSE 'REJECTED' END",
        closed_on=f"CASE WHEN {closed} THEN day END",
        is_signed="signed",
        valid_until="CASE WHEN i % 7 = 1 THEN day + 900 END",
        term_months="CASE WHEN i % 7 <> 1 AND i % 17 <> 0 AND i % 11 <> 0 THEN (ARRAY[36, 12, 24, 60])[1 + i % 4] END",
        open_ended="i % 17 = 0 AND i % 7 <> 1",
        submission="gen_random_uuid()",
        created_at="day - 100 + TIME '05:00'",
        created_by_id=f"(SELECT id FROM accounts_user WHERE email = '{OFFICER}')",  # noqa: S608 - ours
    )


def pour_parties() -> None:
    for role, position, side in [("FIRST", 0, "home"), ("SECOND", 1, "away")]:
        pour(
            Party,
            "bench_plan ORDER BY i",
            id=f"2 * i - {1 - position}",
            agreement_id="i",
            role=f"'{role}'",
            region_id=side,
            organisation_id=f"{side}_body",
            number=f"CASE WHEN signed THEN i || '/{role}/KS/' || extract(year FROM day) ELSE '' END",
            position=str(position),
        )
        pour(
            Signatory,
            "bench_plan",
            party_id=f"2 * i - {1 - position}",
            official_id=f"{side}_head",
            name="'Contoh Nama'",
            capacity="'Wali Kota'",
        )
    when = {"starts_on": "CASE WHEN NOT undated THEN day END", "ends_on": "CASE WHEN NOT undated THEN day END"}
    pour(
        Signing,
        "bench_plan WHERE signed",
        agreement_id="i",
        precision="CASE WHEN undated THEN 'UNKNOWN' ELSE 'DAY' END",
        place_id="home",
        mode="'CEREMONIAL'",
        **when,
    )


def pour_visits() -> None:
    """One for every third agreement."""
    pour(
        Visit,
        "bench_plan WHERE i % 3 = 0",
        id="i",
        owner_id="home",
        host_region_id="home",
        starts_on="day - 60",
        ends_on="day - 60",
        status="'REPORTED'",
        purpose="'Penjajakan kerja sama'",
        submission="gen_random_uuid()",
    )


def pour_contents() -> None:
    numbered = "(SELECT id, code, row_number() OVER (ORDER BY position) AS n FROM regions_sector) s"
    pour(
        AgreementSector,
        f"bench_plan JOIN {numbered} ON s.n = 1 + i % 32 OR (i % 2 = 0 AND s.code = 'public-service')",
        agreement_id="i",
        sector_id="s.id",
    )
    pour(
        ScopePoint,
        f"bench_plan JOIN {numbered} ON s.n IN (1 + i % 32, 1 + (i + 9) % 32, 1 + (i + 17) % 32)",
        agreement_id="i",
        heading="'Ruang lingkup ' || s.n",
        text="'Pertukaran pengalaman dan pelatihan bagi aparatur kedua daerah'",
        sector_id="s.id",
        direction="'MUTUAL'",
        position="s.n",
    )
    pour(AgreementVisit, "bench_plan WHERE i % 3 = 0", agreement_id="i", visit_id="i")
    pour(AgreementSource, "bench_plan", agreement_id="i", outlet="'Contoh Pos'", title="'Berita kerja sama ' || i")
    pour(AgreementCitation, "bench_plan", agreement_id="i", fact="'Pihak'", quote="'kedua daerah sepakat'")


def pour_log_and_papers() -> None:
    started = "bench_plan WHERE step_id IS NOT NULL"
    first = (
        "(SELECT w.step_id FROM bench_way w WHERE w.process_id = bench_plan.process_id AND w.kind = bench_plan.kind "
    )
    first += "AND NOT w.signed AND w.n = 0)"
    by = f"(SELECT id FROM accounts_user WHERE email = '{OFFICER}')"  # noqa: S608 - ours
    pour(StepEntry, started, agreement_id="i", deed="'STARTED'", step_id=first, happened_on="day - 100", by_id=by)
    pour(StepEntry, started, agreement_id="i", deed="'MOVED'", step_id="step_id", happened_on="day", by_id=by)
    pour(
        StepEntry,
        "bench_plan WHERE i % 37 = 0",
        agreement_id="i",
        deed="'HELD'",
        reason="'Anggaran'",
        happened_on="day",
    )
    pour(
        StepEntry,
        "bench_plan WHERE i % 23 = 0",
        agreement_id="i",
        deed="'CLOSED'",
        closed_as="CASE WHEN signed THEN 'COMPLETED' ELSE 'REJECTED' END",
        reason="'Selesai'",
        happened_on="day",
    )
    pour(
        AgreementAttachment,
        "bench_plan JOIN (VALUES ('TOR', 1), ('SIGNED', 2)) AS paper(kind, n) ON paper.n = 1 OR signed ORDER BY i, n",
        agreement_id="i",
        kind="paper.kind",
        file="'agreementattachment/' || i || paper.kind",
        filename="'naskah.pdf'",
        content_type="'application/pdf'",
        size="20000",
        checksum="md5(i || paper.kind)",
        owner_id="home",
        step_id="step_id",
    )
    pour(
        AgreementPaperText,
        "agreements_agreementattachment a",
        paper_id="a.id",
        text="'Naskah kerja sama tentang pelayanan publik'",
        words="visits_words('Naskah kerja sama tentang pelayanan publik')",
        read_at="now()",
    )


def pour_programmes() -> None:
    """Of every third that is signed: a programme with two units, two indicators, three values each, and a judgement."""
    under = "bench_plan WHERE signed AND i % 3 = 0"
    pour(
        Programme,
        under,
        id="i",
        agreement_id="i",
        name="'Program kerja ' || i",
        starts_on="day",
        submission="gen_random_uuid()",
    )
    for side in ("home", "away"):
        pour(ProgrammeUnit, under, programme_id="i", organisation_id=f"{side}_body")
    for number, unit in enumerate(["orang", "kegiatan"]):
        pour(
            Indicator,
            under,
            id=f"2 * i - {number}",
            programme_id="i",
            name="'Peserta pelatihan'",
            unit=f"'{unit}'",
            baseline="0",
            target="100",
            target_on="day + 700",
        )
    pour(
        Measurement,
        "agreements_indicator t JOIN bench_plan p ON p.i = t.programme_id CROSS JOIN generate_series(1, 3) AS k",
        indicator_id="t.id",
        measured_on="least(p.day + 90 * k, current_date)",
        value="20 * k",
    )
    pour(
        Evaluation,
        under,
        agreement_id="i",
        evaluated_on="least(day + 180, current_date)",
        rating="4",
        advice="'CONTINUE'",
    )


def _second_place() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT region_id FROM bench_place WHERE n = 1")
        region: int = cursor.fetchone()[0]
    return region


def _copy(agreements: Any) -> Callable[[], object]:
    """The rows of the CSV straight out of the database: what it asks for, by COPY and without Python."""

    def copy() -> None:
        statement, parameters = agreements.newest_first().for_list(None, *MORE_FOR_FILES).query.sql_with_params()
        with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT WITH CSV", parameters) as pieces:
            for _piece in pieces:
                pass

    return copy
