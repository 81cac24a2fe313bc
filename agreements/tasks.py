"""Work on agreements in the background."""

from agreements.models import AgreementPaperText
from documents.reading import read_waiting
from records import rows
from records.tasks import task


@task(acts_for=rows.EVERYBODY)
def read_papers() -> None:
    """The text of papers that were added since the last time."""
    read_waiting(AgreementPaperText, words="visits_words")
