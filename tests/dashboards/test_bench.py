import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Func, TextField

from dashboards.benchmarks import BENCHMARKS
from dashboards.benchmarks.frame import LARGE, SMALL, Ratio, Times, table
from dashboards.benchmarks.visits import TABLES, Visits
from records.history import event_model
from visits.models import Outcome, Visit

LINE = re.compile(r"(?P<name>.+): ratio (?P<ratio>\d+\.\d\d) \((?P<sense>limit|at least) (?P<limit>[\d.]+)\)")
TAKEN = {("page", SMALL): Times([0.010, 0.012]), ("page", LARGE): Times([0.030, 0.025])}


def derived():
    """What triggers keep of every visit; of the words which, not where."""
    words = Func("words", function="strip", output_field=TextField())
    return list(
        Visit.objects.annotate(found_by=words)
        .values_list("pk", "region_ids", "organisation_ids", "found_by")
        .order_by("pk")
    )


class Watched(Visits):
    """The benchmark of visits, which also notes what it measures on."""

    def __init__(self):
        self.seen = []

    def measures(self):
        found = derived()
        Visit.objects.update(version=7)  # lets the triggers derive everything anew
        self.seen.append(
            {
                "database": connection.settings_dict["NAME"],
                "rows": [table.objects.count() for table in TABLES],
                "told": [event_model(table).objects.filter(pgh_label="insert").count() for table in TABLES],
                "orphans": Outcome.objects.exclude(visit__in=Visit.objects.all()).count(),
                "as derived": found == derived(),
                "days": Visit.objects.values("starts_on").distinct().count(),
            }
        )
        return super().measures()


@pytest.fixture(scope="module")
def ran(django_db_setup, django_db_blocker):
    """One run on a handful of rows: what it printed, how it ended, what the benchmark saw."""
    said, watched = StringIO(), Watched()
    kept, BENCHMARKS["visits"] = BENCHMARKS["visits"], lambda: watched
    try:
        with django_db_blocker.unblock():
            code = 0
            try:
                call_command("bench", "visits", small=True, stdout=said, stderr=StringIO())
            except SystemExit as ended:
                code = ended.code
            with connection.cursor() as cursor:
                cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%%\\_bench\\_%%'")
                left = cursor.fetchall()
    finally:
        BENCHMARKS["visits"] = kept
    return {"lines": said.getvalue().splitlines(), "code": code, "seen": watched.seen, "left": left}


def test_a_ratio_a_line_with_its_limit(ran):
    found = [LINE.fullmatch(line) for line in ran["lines"]]

    assert all(found)
    assert [line["name"] for line in found] == [ratio.name for ratio in Visits.ratios]
    assert [float(line["limit"]) for line in found] == [ratio.limit for ratio in Visits.ratios]


def test_it_exits_with_1_exactly_if_a_ratio_is_over(ran):
    over = False
    for line in map(LINE.fullmatch, ran["lines"]):
        ratio, limit = float(line["ratio"]), float(line["limit"])
        if abs(ratio - limit) < 0.005:
            pytest.skip("a ratio fell on its limit, to the digit that is printed")
        over = over or (ratio < limit if line["sense"] == "at least" else ratio > limit)

    assert ran["code"] == int(over)


def test_the_larger_data_is_the_smaller_so_many_times(ran):
    small, large = ran["seen"]

    assert small["rows"][0] == 20
    assert large["rows"] == [10 * rows for rows in small["rows"]]
    assert (large["told"], large["orphans"]) == (large["rows"], 0)
    assert large["days"] > 2 * small["days"]


def test_what_triggers_derive_is_as_they_derive_it(ran):
    assert [seen["as derived"] for seen in ran["seen"]] == [True, True]


def test_it_works_in_databases_of_its_own_and_leaves_none(ran):
    own = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]

    assert [seen["database"] for seen in ran["seen"]] == [f"{own}_bench_small", f"{own}_bench_large"]
    assert ran["left"] == []


def test_a_ratio_is_that_of_the_least_times():
    ratio = Ratio("page, large / small", ("page", LARGE), ("page", SMALL), 2)

    assert ratio.line(TAKEN) == "page, large / small: ratio 2.50 (limit 2)"
    assert not ratio.holds(TAKEN)


def test_a_ratio_can_have_a_floor_instead():
    ratio = Ratio("speed", ("page", LARGE), ("page", SMALL), 2, at_least=True)

    assert ratio.line(TAKEN) == "speed: ratio 2.50 (at least 2)"
    assert ratio.holds(TAKEN)


def test_the_table_has_a_line_for_each_measure_and_size():
    lines = table({key: Times(times.wall, [0.001], 4) for key, times in TAKEN.items()}).splitlines()

    assert [line.split() for line in lines[1:]] == [
        ["page,", "small", "10.00", "11.00", "1.00", "4"],
        ["page,", "large", "25.00", "27.50", "1.00", "4"],
    ]
