"""manage.py backup DIR: the register as at one moment, with every file, while people go on working."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.copies import Refused, back_up
from records.models import Deed
from records.tracing import trace


class Command(BaseCommand):
    help = "Copy database and files into a new folder, with a manifest that `restore` proves them by (docs/backup.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--link", action="store_true", help="Link files instead of copying, on the same disk.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = back_up(options["folder"].absolute(), link=options["link"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(count for count, _digest in made.tables.values())
        trace(Deed.BACKED_UP, what=made.made_at, rows=rows, files=len(made.files), missing=len(made.missing))
        self.stdout.write(f"{rows} rows of {len(made.tables)} tables, {len(made.files)} files.")
        for name in made.missing:
            self.stderr.write(f"Not there, though a row names it: {name}")
        if made.missing:
            raise CommandError(f"The backup is made, but {len(made.missing)} files that rows name were lost before.")
