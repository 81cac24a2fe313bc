"""`bin/manage load_calendar`: the Indonesian working days, into the database; what was changed by hand stays."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notices import calendar


class Command(BaseCommand):
    help = "Adds the days of the calendar of working days, three years ahead. Safe to run at any time."

    def handle(self, **options: Any) -> None:
        changed = calendar.load(timezone.localdate().year)
        self.stdout.write(f"{changed} days added or corrected." if changed else "All days are there already.")
