"""Work on agreements in the background."""

from celery import shared_task

from agreements.models import AgreementPaperText
from documents.reading import read_waiting


@shared_task
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(AgreementPaperText, words="visits_words")
