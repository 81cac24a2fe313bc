"""Work on follow-ups in the background: a tick without arguments, that may run any number of times."""

from celery import shared_task

from documents.reading import read_waiting
from followups import planning
from followups.models import MilestonePaperText
from notices.heartbeats import beat


@shared_task
def plan() -> None:
    """Milestones that follow the data, brought up to the day; then what has come due is promised."""
    planning.derive_hourly()
    planning.plan()
    beat("planner")


@shared_task
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(MilestonePaperText, words="visits_words")
