"""`bin/manage load_processes`: the processes of the categories, into the database; what is there stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand

from agreements import reference


class Command(BaseCommand):
    help = "Adds and publishes the processes of categories that have none. Safe to run at any time."

    def handle(self, **options: Any) -> None:
        added = reference.load()
        self.stdout.write(f"{len(added)} processes added." if added else "All processes are there already.")
