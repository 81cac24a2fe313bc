"""manage.py seal_history: the next link of the chain over the history, and its head by mail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import seals


class Command(BaseCommand):
    help = "Seal the history up to now, and send the head of the chain to SEAL_MAIL_TO."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = seals.seal()
        except (TimeoutError, RuntimeError) as error:
            raise CommandError(str(error)) from error
        seals.mail_head(made)
        self.stdout.write(f"{made.number} {made.head}")
