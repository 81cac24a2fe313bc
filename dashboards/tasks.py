"""What Celery is asked to do for dashboards: a tick without arguments."""

from __future__ import annotations

from dashboards.files import clear_old
from dashboards.keeping import tidy
from dashboards.making import make_waiting
from records import rows
from records.tasks import task


@task(acts_for=rows.EVERYBODY, soft_time_limit=540, time_limit=600)
def make_files() -> None:
    """Files that were asked for, one after the other; those of last week are deleted."""
    make_waiting()
    clear_old()


@task(acts_for=rows.OWNER)  # no other role touches these notes
def tidy_notes() -> None:
    """What was noted of changes, by which kept answers are known to hold, is made short."""
    tidy()
