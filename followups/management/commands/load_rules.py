"""`bin/manage load_rules`: the rules of reminding, into the database; what is there stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand

from followups import reference


class Command(BaseCommand):
    help = "Adds the rules of reminding that were never there. Safe to run at any time."

    def handle(self, **options: Any) -> None:
        added = reference.load()
        self.stdout.write(f"{len(added)} rules added." if added else "All rules are there already.")
