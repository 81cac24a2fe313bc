"""`bin/manage drill`: breaks everything that can break while reminders come due, and counts; exits 1 if one is lost."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from workshop.drill.ground import QUICK_SETTINGS, QUICK_TICKS
from workshop.drill.judging import Judge
from workshop.drill.running import Drill, Size
from workshop.drill.web import running as web


class Command(BaseCommand):
    help = (
        "Starts PostgreSQL, a broker, an SMTP sink, two Celery workers and two beats of its own in a temporary folder, "
        "lets reminders come due, and kills, empties, restarts and disturbs what it can; then compares the letters "
        "that must have come with those that the sink accepted. Nothing of the configured database is touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reminders", type=int, default=10_000, help="letters that must come; default: 10000")
        parser.add_argument("--minutes", type=float, default=10, help="of faults, one every 6 seconds; default: 10")
        parser.add_argument("--seed", type=int, default=1, help="of everything that happens by chance")
        parser.add_argument(
            "--quick", action="store_true",
            help=f"shorter waits, for a drill of a minute or two: {QUICK_SETTINGS}, ticks {QUICK_TICKS}",
        )  # fmt: skip
        parser.add_argument("--loop", action="store_true", help="`remind_loop` runs beside workers and beats")
        parser.add_argument("--schema", type=Path, help="a dump of the migrated, empty database, to save the minute")
        parser.add_argument("--web", action="store_true", help="the other drill: web process, database, new version")
        parser.add_argument("--parts", nargs="+", choices=web.PARTS, default=web.PARTS, help="of --web; default: all")
        parser.add_argument("--rounds", type=int, default=60, help="of --web: how often it is killed; default: 60")
        parser.add_argument("--seconds", type=float, default=60, help="of --web: of each other part; default: 60")
        parser.add_argument("--rate", type=float, default=web.RATE, help="of --web: requests a second; default: 20")
        parser.add_argument("--visits", type=int, default=2_000, help="of --web: that are there; default: 2000")

    def handle(self, **options: Any) -> None:
        if options["web"]:
            self._web(**options)
            return
        size = Size(**{name: options[name] for name in ("reminders", "minutes", "seed", "quick", "loop", "schema")})
        drill = Drill(size, self.stderr.write)
        facts = drill.run()
        figures = Judge(facts).figures()
        faults = [
            event
            for event in facts.happened
            if event.kind in ("kill", "broker", "database", "mail", "beat", "clock", "people")
        ]
        letters = sum(len(wave.letters) for wave in facts.waves)
        self.stdout.write(f"{letters} letters, {len(faults)} faults and a day without service, seed {size.seed}")
        if size.quick:
            self.stdout.write(f"Shortened: {QUICK_SETTINGS}, ticks {QUICK_TICKS}")
        for figure in figures:
            self.stdout.write(figure.line())
        if not all(figure.holds for figure in figures):
            sys.exit(1)

    def _web(self, **options: Any) -> None:
        given = {name: options[name] for name in ("seed", "rounds", "seconds", "visits", "rate", "quick", "schema")}
        holds = True
        for figure in web.WebDrill(web.Size(parts=tuple(options["parts"]), **given), self.stderr.write).run():
            self.stdout.write(figure.line())
            holds = holds and figure.holds
        if not holds:
            sys.exit(1)
