"""Work on visits in the background."""

from documents.reading import read_waiting
from records import rows
from records.tasks import task
from visits.models import VisitPaperText


@task(acts_for=rows.EVERYBODY)
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(VisitPaperText, words="visits_words")
