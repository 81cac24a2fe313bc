"""`manage.py load_regions`: countries, Indonesia's regions and the sectors, brought up to the files of the release."""

from typing import Any

from django.core.management.base import BaseCommand

from regions.reference import load


class Command(BaseCommand):
    help = "Load or refresh countries, Indonesian regions with their official figures, and sectors. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load()
        for why, names in report.left.items():
            if names:
                self.stdout.write(f"{why}: {_some(names)}")
        if report.did_nothing:
            self.stdout.write("The reference data is up to date: nothing changed.")
            return
        for kind, count in report.added.items():
            if count:
                self.stdout.write(f"{kind}: {count} added")
        for kind, names in report.changed.items():
            if names:
                self.stdout.write(f"{kind}: {len(names)} changed: {_some(names)}")


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:20])}{' …' if len(names) > 20 else ''}"
