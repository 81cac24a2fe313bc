"""The frame of every benchmark: two sizes taken in turn in one run, ratios with limits, a table of the times."""

from __future__ import annotations

import contextlib
import gc
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from workshop.benchmarks.scratch import Scratch, sql

SMALL, LARGE = "small", "large"
ROUNDS, SLOW_ROUNDS = 25, 5


def _nothing() -> None:
    """What most measures need before and after."""


@dataclass
class Measure:
    """Something that takes time. `slow`: taken in a few rounds only. What is done `before` and `after` is not timed."""

    name: str
    run: Callable[[], object]
    slow: bool = False
    before: Callable[[], object] = _nothing
    after: Callable[[], object] = _nothing


@dataclass(frozen=True)
class Ratio:
    """The least time of one measure by that of another, each in one of the two sizes, and what it may be."""

    name: str
    over: tuple[str, str]
    under: tuple[str, str]
    limit: float
    at_least: bool = False

    def of(self, taken: Taken) -> float:
        return min(taken[self.over].wall) / min(taken[self.under].wall)

    def holds(self, taken: Taken) -> bool:
        ratio = self.of(taken)
        return ratio >= self.limit if self.at_least else ratio <= self.limit

    def line(self, taken: Taken) -> str:
        return f"{self.name}: ratio {self.of(taken):.2f} ({'at least' if self.at_least else 'limit'} {self.limit:g})"


@dataclass
class Times:
    """Seconds of each run: on the clock, and of this process alone; and the queries of one run."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: int = 0


Taken = dict[tuple[str, str], Times]  # by measure and size


class Benchmark:
    """What a benchmark says about itself. All happens in a scratch database that stands in for the configured one."""

    name: str
    sizes: tuple[int, int]
    sizes_to_try: tuple[int, int]  # --small: seconds instead of minutes; shows that it works, measures nothing
    ratios: list[Ratio]

    def prepare(self) -> None:
        """Reference data, in the empty database from which the others are copied."""

    def fill(self, size: int) -> None:
        """The smaller amount."""
        raise NotImplementedError

    def grow(self, times: int) -> None:
        """So many times that amount, beginning with it."""
        raise NotImplementedError

    def measures(self) -> list[Measure]:
        """Everything that is taken in either size; called once in each database."""
        raise NotImplementedError


def run(benchmark: Benchmark, *, small: bool, say: Callable[[str], None]) -> Taken:
    """Fill both sizes and take the times; `say` hears about progress. Leaves no database behind."""
    scratch = Scratch()
    try:
        sizes = _fill(benchmark, scratch, benchmark.sizes_to_try if small else benchmark.sizes, say)
        with _as_in_production():
            return _take(benchmark, scratch, 3 if small else ROUNDS, sizes, say)
    finally:
        scratch.drop_all()


def table(taken: Taken) -> str:
    """Milliseconds: the least and the median on the clock, the least of the processor, and the number of queries."""
    lines = [f"{'':<44}{'least':>10}{'median':>10}{'cpu':>10}{'queries':>9}"]
    for (name, size), times in taken.items():
        figures = [1000 * f for f in (min(times.wall), statistics.median(times.wall), min(times.cpu))]
        lines.append(f"{f'{name}, {size}':<44}" + "".join(f"{f:>10.2f}" for f in figures) + f"{times.queries:>9}")
    return "\n".join(lines)


class Page:
    """A page as it is served, through WSGI and all middleware, to one signed-in user; all but 200 is an error."""

    def __init__(self, path: str, user: Any) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self.environ = RequestFactory(HTTP_COOKIE=f"{name}={client.cookies[name].value}").get(path).environ
        self.handler = WSGIHandler()
        self.path = path

    def __call__(self) -> bytes:
        statuses: list[str] = []

        def start(status: str, _headers: Any, _error: Any = None, /) -> Callable[[bytes], object]:
            statuses.append(status)
            return statuses.__contains__  # the writer that WSGI asks for and Django does not use

        answer: Any = self.handler(dict(self.environ), start)
        body = b"".join(answer)
        answer.close()
        if not statuses[0].startswith("200"):
            raise RuntimeError(f"{self.path} answered {statuses[0]}")
        return body


def _fill(benchmark: Benchmark, scratch: Scratch, sizes: tuple[int, int], say: Callable[[str], None]) -> dict[str, int]:
    few, many = sizes
    begun = time.monotonic()
    scratch.create(SMALL)
    with scratch.use(SMALL):
        benchmark.prepare()
        benchmark.fill(few)
        sql("VACUUM ANALYZE")
    scratch.create(LARGE, like=SMALL)
    with scratch.use(LARGE):
        benchmark.grow(many // few)
        sql("VACUUM ANALYZE")
    say(f"Filled {few} (small) and {many} (large) in {time.monotonic() - begun:.0f} s.")
    return {SMALL: few, LARGE: many}


def _take(
    benchmark: Benchmark, scratch: Scratch, rounds: int, sizes: dict[str, int], say: Callable[[str], None]
) -> Taken:
    """A warm-up, in which queries are counted; then rounds in which every measure has its turn in each size."""
    measures: dict[str, list[Measure]] = {}
    taken: Taken = {}
    for size in sizes:
        with scratch.use(size):
            measures[size] = benchmark.measures()
            for measure in measures[size]:
                taken[measure.name, size] = Times(queries=_queries_of(measure))
    say(f"Measuring {sum(map(len, measures.values()))} things in {rounds} rounds.")
    for number in range(rounds):
        for size in sizes:
            with scratch.use(size):
                for measure in measures[size]:
                    if not measure.slow or number < SLOW_ROUNDS:
                        _time(measure, taken[measure.name, size])
    return taken


def _time(measure: Measure, times: Times) -> None:
    measure.before()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    measure.run()
    times.wall.append(time.perf_counter() - wall)
    times.cpu.append(time.process_time() - cpu)
    measure.after()


def _queries_of(measure: Measure) -> int:
    """Of the second run: the first one warms up."""
    asked: list[str] = []

    def note(execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        asked.append(statement)
        return execute(statement, *rest)

    for notes in (contextlib.nullcontext(), connection.execute_wrapper(note)):
        measure.before()
        with notes:
            measure.run()
        measure.after()
    return len(asked)


@contextlib.contextmanager
def _as_in_production() -> Iterator[None]:
    """Without debugging, without a line of log for every request, and with the floor beside the real pages."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    changed = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["*"],
        "SECURE_SSL_REDIRECT": False,
        "STORAGES": storages,
        "STATIC_ROOT": None,  # no file is served here
        "ROOT_URLCONF": "workshop.benchmarks.urls",
    }
    logging.disable(logging.WARNING)
    try:
        with override_settings(**changed):
            yield
    finally:
        logging.disable(logging.NOTSET)
