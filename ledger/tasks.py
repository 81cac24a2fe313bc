"""Work of the night: the trash is emptied, the history sealed and looked through."""

from __future__ import annotations

import datetime as dt

import structlog
from django.utils import timezone

from ledger import seals
from records import rows
from records.models import Seal
from records.tasks import task
from records.trash import purge_due

log = structlog.get_logger(__name__)
A_DAY = dt.timedelta(hours=23)


@task(acts_for=rows.EVERYBODY)  # the trash of all sides
def empty_trash() -> None:
    """What has lain there for thirty days goes for good."""
    purge_due()


@task(acts_for=rows.OWNER, soft_time_limit=1800, time_limit=1860)  # nobody else may add a seal
def keep_seals() -> None:
    """Once a day, tried every hour: seal, send the head away, look through all that was sealed before."""
    last = Seal.objects.order_by("-number").values_list("at", flat=True).first()
    if last is not None and timezone.now() - last < A_DAY:
        return
    try:
        made = seals.seal()
    except TimeoutError:
        log.warning("not_sealed", why="a long transaction is under way")
        return
    seals.mail_head(made)
    breaks = seals.verify()
    seals.record(breaks)
    if breaks:
        log.error("history_forged", breaks=[str(found) for found in breaks])
