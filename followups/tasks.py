"""Work on follow-ups in the background: a tick without arguments, that may run any number of times."""

from documents.reading import read_waiting
from followups import planning
from followups.models import MilestonePaperText
from notices.heartbeats import beat
from records import rows
from records.tasks import task


@task(acts_for=rows.EVERYBODY)
def plan() -> None:
    """Milestones that follow the data, brought up to the day; then what has come due is promised."""
    planning.derive_hourly()
    planning.plan()
    beat("planner")


@task(acts_for=rows.EVERYBODY)
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(MilestonePaperText, words="visits_words")
