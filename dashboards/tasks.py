"""What Celery is asked to do for dashboards: a tick without arguments."""

from __future__ import annotations

from celery import shared_task

from dashboards.files import clear_old
from dashboards.making import make_waiting


@shared_task(soft_time_limit=540, time_limit=600)
def make_files() -> None:
    """Files that were asked for, one after the other; those of last week are deleted."""
    make_waiting()
    clear_old()
