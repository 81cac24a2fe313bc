"""manage.py release_letters: a restored register takes the place of the lost one and sends again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notices.models import Delivery, DeliveryState
from records.holding import is_unfinished
from records.models import Deed, Trace
from records.tracing import trace


class Command(BaseCommand):
    help = (
        "End the hold of a restored register. Letters that were due between the backup and now may have been sent by"
        " the lost one: say whether they go out (again, with the same Message-ID) or are let be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--send", action="store_true", help="Letters that were due meanwhile go out.")
        choice.add_argument("--let-be", action="store_true", help="They do not go out any more.")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_unfinished():
            raise CommandError("The restore did not come to its end: use nothing of it, restore into a new database.")
        last = Trace.objects.filter(deed__in=[Deed.BACKUP_RESTORED, Deed.RELEASED]).order_by("-pk").first()
        if last is None or last.deed == Deed.RELEASED:
            self.stdout.write("Nothing is held.")
            return
        since = parse_datetime(last.what) or last.at
        waiting = Delivery.objects.filter(
            state=DeliveryState.PENDING, notice__send_at__lte=timezone.now(), notice__send_at__gte=since
        )
        if (n := waiting.count()) and not (options["send"] or options["let_be"]):
            raise CommandError(f"{n} letters were due since {last.what} and may have been sent: --send or --let-be?")
        if options["let_be"]:
            Delivery.objects.filter(pk__in=waiting.values("pk")).update(state=DeliveryState.EXPIRED)
        trace(Deed.RELEASED, what=last.what, due=n, sent=bool(options["send"]))
        self.stdout.write("Released: letters go out from here.")
