"""Work on follow-ups in the background: a tick without arguments, that may run any number of times."""

from celery import shared_task

from followups import planning
from notices.heartbeats import beat


@shared_task
def plan() -> None:
    """Milestones that follow the data, brought up to the day; then what has come due is promised."""
    planning.derive_hourly()
    planning.plan()
    beat("planner")
