"""`bin/manage load_visit_kinds`: the kinds of visit, into the database; what is there stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand

from visits import reference


class Command(BaseCommand):
    help = "Adds the kinds of visit that are missing. Safe to run at any time: kinds that are there are never changed."

    def handle(self, **options: Any) -> None:
        added = reference.load()
        self.stdout.write(f"{len(added)} kinds of visit added." if added else "All kinds of visit are there already.")
