"""Benchmarks: each measures two sizes of the same data in one run and compares ratios, since absolute times do not
hold.

`bin/manage bench NAME` runs one. To add one: a module here with a subclass of `frame.Benchmark`, and a line in
`BENCHMARKS`.
"""

from workshop.benchmarks.agreements import Agreements
from workshop.benchmarks.dashboards import Dashboards
from workshop.benchmarks.frame import Benchmark
from workshop.benchmarks.reminders import Reminders
from workshop.benchmarks.visits import Visits

BENCHMARKS: dict[str, type[Benchmark]] = {
    benchmark.name: benchmark for benchmark in (Visits, Agreements, Reminders, Dashboards)
}
