"""Work on visits in the background."""

from celery import shared_task

from documents.reading import read_waiting
from visits.models import VisitPaperText


@shared_task
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(VisitPaperText, words="visits_words")
