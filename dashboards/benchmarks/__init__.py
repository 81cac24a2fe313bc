"""Benchmarks: each measures two sizes of the same data in one run and compares ratios, since absolute times do not
hold.

`bin/manage bench NAME` runs one. To add one: a module here with a subclass of `frame.Benchmark`, and a line in
`BENCHMARKS`.
"""

from dashboards.benchmarks.agreements import Agreements
from dashboards.benchmarks.dashboards import Dashboards
from dashboards.benchmarks.frame import Benchmark
from dashboards.benchmarks.reminders import Reminders
from dashboards.benchmarks.visits import Visits

BENCHMARKS: dict[str, type[Benchmark]] = {
    benchmark.name: benchmark for benchmark in (Visits, Agreements, Reminders, Dashboards)
}
