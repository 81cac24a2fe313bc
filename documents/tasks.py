"""Housekeeping of stored files."""

from documents.arriving import clear_uploads
from documents.keeping import a_day_ago, clear_orphans
from records import rows
from records.tasks import task


@task(acts_for=rows.EVERYBODY)
def clear_orphan_files() -> None:
    """Files that a crash or a deleted record left without a row; a day gives every upload under way time to end."""
    clear_orphans(before=a_day_ago())
    clear_uploads(before=a_day_ago())
