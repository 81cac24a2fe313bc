import contextlib
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Func, TextField

from agreements.models import Agreement, ScopePoint
from agreements.models.agreements import COMPUTED
from records.history import event_model
from visits.models import Outcome, Visit
from workshop.benchmarks import BENCHMARKS, agreements, visits
from workshop.benchmarks.agreements import Agreements
from workshop.benchmarks.dashboards import Dashboards, Told
from workshop.benchmarks.frame import LARGE, SMALL, Ratio, Times, table
from workshop.benchmarks.reminders import Reminders
from workshop.benchmarks.visits import Visits

LINE = re.compile(r"(?P<name>.+): ratio (?P<ratio>\d+\.\d\d) \((?P<sense>limit|at least) (?P<limit>[\d.]+)\)")
TAKEN = {("page", SMALL): Times([0.010, 0.012]), ("page", LARGE): Times([0.030, 0.025])}


class Watching:
    """A benchmark, which also notes what it measures on.

    `of` is the record that everything hangs on, `part` a table whose `key` names it, `day` a day of it, `derived` what
    triggers keep of it.
    """

    def __init__(self):
        self.seen = []

    def measures(self):
        found = self.kept_by_triggers()
        self.of.objects.update(version=7)  # lets the triggers derive everything anew
        tracked = [table for table in self.tables if table.__name__ != "AgreementPaperText"]
        self.seen.append(
            {
                "database": connection.settings_dict["NAME"],
                "rows": [table.objects.count() for table in self.tables],
                "tracked": [table.objects.count() for table in tracked],
                "told": [event_model(table).objects.filter(pgh_label="insert").count() for table in tracked],
                "orphans": self.part.objects.exclude(**{f"{self.key}__in": self.of.objects.all()}).count(),
                "as derived": found == self.kept_by_triggers(),
                "days": self.of.objects.values(self.day).distinct().count(),
            }
        )
        return super().measures()

    def kept_by_triggers(self):
        """What triggers keep of every record; of the words which, not where."""
        words = Func("words", function="strip", output_field=TextField())
        found = self.of.objects.annotate(found_by=words).order_by("pk")
        return list(found.values_list("pk", "found_by", *self.derived))


class WatchedVisits(Watching, Visits):
    tables, of, part, key, day = visits.TABLES, Visit, Outcome, "visit", "starts_on"
    derived = ("region_ids", "organisation_ids")


class WatchedAgreements(Watching, Agreements):
    tables, of, part, key, day = agreements.TABLES, Agreement, ScopePoint, "agreement", "stage_since"
    derived = tuple(name for name in COMPUTED if name != "words")


@pytest.fixture(scope="module", params=[WatchedVisits, WatchedAgreements], ids=["visits", "agreements"])
def ran(request, django_db_setup, django_db_blocker):
    """One run on a handful of rows: what it printed, how it ended, what the benchmark saw."""
    said, watched = StringIO(), request.param()
    name = watched.name
    kept, BENCHMARKS[name] = BENCHMARKS[name], lambda: watched
    try:
        with django_db_blocker.unblock():
            code = 0
            try:
                call_command("bench", name, small=True, stdout=said, stderr=StringIO())
            except SystemExit as ended:
                code = ended.code
            with connection.cursor() as cursor:
                cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE '%%\\_bench\\_%%'")
                left = cursor.fetchall()
    finally:
        BENCHMARKS[name] = kept
    return {"lines": said.getvalue().splitlines(), "code": code, "seen": watched.seen, "left": left, "of": watched}


def test_a_ratio_a_line_with_its_limit(ran):
    found = [LINE.fullmatch(line) for line in ran["lines"]]

    assert all(found)
    assert [line["name"] for line in found] == [ratio.name for ratio in ran["of"].ratios]
    assert [float(line["limit"]) for line in found] == [ratio.limit for ratio in ran["of"].ratios]


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

    assert (min(small["rows"]) > 0, small["rows"][ran["of"].tables.index(ran["of"].of)]) == (
        True,
        ran["of"].sizes_to_try[0],
    )
    assert large["rows"] == [10 * rows for rows in small["rows"]]
    assert (large["told"], large["orphans"]) == (large["tracked"], 0)
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


def test_reminders_are_planned_and_sent_in_small(django_db_setup, django_db_blocker):
    """Its data are not a multiple: what is due stays as it is, so it is not among those above."""
    said = StringIO()
    with django_db_blocker.unblock(), contextlib.suppress(SystemExit):
        call_command("bench", "reminders", small=True, stdout=said, stderr=StringIO())

    found = [LINE.fullmatch(line) for line in said.getvalue().splitlines()]
    assert [line["name"] for line in found] == [ratio.name for ratio in Reminders.ratios]


def test_dashboards_are_measured_in_small(django_db_setup, django_db_blocker):
    """Its larger data lies in other regions than the smaller: so it is not among those above either."""
    said, told = StringIO(), StringIO()
    with django_db_blocker.unblock(), contextlib.suppress(SystemExit):
        call_command("bench", "dashboards", small=True, stdout=said, stderr=told)

    lines = said.getvalue().splitlines()
    assert [line.partition(": ratio ")[0] for line in lines] == [ratio.name for ratio in Dashboards.ratios], (
        told.getvalue()
    )
    limited = [ratio.name for ratio in Dashboards.ratios if not isinstance(ratio, Told)]
    assert [found["name"] for found in map(LINE.fullmatch, lines) if found] == limited
