"""Housekeeping of stored files."""

from celery import shared_task

from documents.keeping import a_day_ago, clear_orphans


@shared_task
def clear_orphan_files() -> None:
    """Files that a crash or a deleted visit left without a row; a day gives every upload under way time to end."""
    clear_orphans(before=a_day_ago())
