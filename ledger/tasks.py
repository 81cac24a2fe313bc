"""Work of the night: the trash is emptied, the history sealed and looked through."""

from __future__ import annotations

import structlog
from celery.exceptions import SoftTimeLimitExceeded

from ledger import seals
from ledger.standing import record, standing
from records import rows
from records.tasks import task
from records.trash import purge_due

log = structlog.get_logger(__name__)


@task(acts_for=rows.EVERYBODY)  # the trash of all sides
def empty_trash() -> None:
    """What has lain there for thirty days goes for good."""
    purge_due()


@task(acts_for=rows.OWNER, soft_time_limit=1800, time_limit=1860)  # nobody else may add a seal
def keep_seals() -> None:
    """Once a day, tried every hour: seal, keep the head beside, send it away, look through all that was sealed before.

    Each step by itself: what fails is tried again in the next hour and keeps none of the others from being done.
    """
    for step in (_seal, _write_beside, _mail, _verify):
        try:
            step()
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001 - also what a forged row makes of it
            log.error("seals_not_kept", step=step.__name__, error=" ".join(str(error).split())[:300])


def _seal() -> None:
    if standing().wants_seal:
        seals.seal()


def _write_beside() -> None:
    found = standing()
    if found.last is not None and not found.is_forged:
        seals.write_beside(found.last)


def _mail() -> None:
    found = standing()
    if found.last is not None and not found.is_forged and not found.mailed:
        seals.mail_head(found.last)


def _verify() -> None:
    if not standing().wants_verification:
        return
    breaks = seals.verify()
    record(breaks)
    if breaks:
        log.error("history_forged", breaks=[str(found) for found in breaks])
