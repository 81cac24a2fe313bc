"""`bin/manage bench NAME`: measures two sizes of the same data and compares; exits 1 if a promise does not hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workshop.benchmarks import BENCHMARKS
from workshop.benchmarks.frame import run, table
from workshop.benchmarks.scratch import NotAllowed


class Command(BaseCommand):
    help = (
        "Generates two sizes of data in scratch databases beside the configured one, which is not touched, measures "
        "both in turn, prints a ratio a line and exits 1 if one is over its limit. Takes minutes and a few gigabytes, "
        "for that time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHMARKS))
        parser.add_argument(
            "--small", action="store_true", help="a handful of rows: shows that it runs, measures nothing"
        )

    def handle(self, **options: Any) -> None:
        benchmark = BENCHMARKS[options["name"]]()
        try:
            taken = run(benchmark, small=options["small"], say=self.stderr.write)
        except NotAllowed as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"\nMilliseconds:\n{table(taken)}\n")
        for ratio in benchmark.ratios:
            self.stdout.write(ratio.line(taken))
        if not all(ratio.holds(taken) for ratio in benchmark.ratios):
            sys.exit(1)
