"""manage.py verify_history: is every line of the history as it was sealed?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import seals
from ledger.standing import record
from records.models import Seal


class Command(BaseCommand):
    help = "Compute every seal anew. Ends with an error and the table and keys where the history was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="The head from a letter: this very seal must be in the chain.")

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = seals.verify(head=options["head"].strip().lower())
        record(breaks)
        if breaks:
            raise CommandError("\n".join(["The history does not match its seals:", *map(str, breaks)]))
        last = Seal.objects.order_by("-number").first()
        self.stdout.write(f"All is as it was sealed; the last seal is {last}." if last else "Nothing was sealed yet.")
