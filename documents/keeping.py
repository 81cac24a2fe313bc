"""Files and rows come and go together; what a crash leaves behind is swept up a day later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, TypeVar

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models, transaction
from django.utils import timezone

from documents.models import Attachment
from documents.uploads import Paper
from records.above import hold_above
from records.models import Trashed
from records.rows import along
from records.stored import may_delete_files
from records.trash import files_in_trash, throw

A = TypeVar("A", bound=Attachment)
BATCH = 500


def keep(attachment: A, paper: Paper) -> A:
    """Store the file and the row, a new one: of a row the file stays, and so does the text that was read from it.

    When the row cannot be saved, the file goes too. Should a transaction around this fail later, its files stay behind
    as orphans until `clear_orphans` comes.
    """
    attachment.filename = paper.name
    attachment.content_type = paper.content_type
    attachment.size = paper.size
    attachment.checksum = paper.checksum
    try:
        with transaction.atomic():
            attachment.file.save(paper.name, paper.content, save=False)
            if paper.thumbnail:
                attachment.file.storage.save(attachment.thumbnail_name, paper.thumbnail)
            attachment.save()
    except BaseException:
        _delete_files(attachment.file.storage, attachment.file.name, attachment.thumbnail_name)
        raise
    return attachment


def discard(attachment: Attachment) -> Trashed | None:
    """Put it in the trash; its files stay where they are until that is emptied. Of three editions of a paper of which
    the middle one goes, the last follows the first."""
    rows = type(attachment)._base_manager
    with transaction.atomic():
        hold_above(attachment)
        earlier, later = (rows.filter(**{link: attachment.pk}).first() for link in ("replaced_by", "replaces"))
        thrown = throw(attachment, region=attachment.owner_id, within=attachment.parent)
        if earlier and later:
            rows.filter(pk=later.pk).update(replaces=earlier)
        return thrown


def clear_orphans(before: dt.datetime) -> int:
    """Delete stored files older than `before` that no row names, nor the trash; how many there were.

    Reads the folder of each kind of attachment and asks for 500 names at a time. A file is named from the transaction
    that stores it: one that nothing names after a day is never named again, so it is asked for once. While a backup is
    under way nothing is deleted.
    """
    return sum(_clear_folder(model, before) for model in apps.get_models() if _has_a_folder(model))


def _has_a_folder(model: type[models.Model]) -> bool:
    """Of files in the field `file`, named as the model."""
    fields = (f for f in model._meta.concrete_fields if isinstance(f, models.FileField))
    return issubclass(model, Attachment) or any(f.upload_to == model._meta.model_name for f in fields)


def _clear_folder(model: type[models.Model], before: dt.datetime) -> int:
    cleared = 0
    for batch in _batches(f"{model._meta.model_name}"):
        wanted = {name for path in batch for name in (path, path.removesuffix(".webp"))}
        with may_delete_files() as granted:
            kept = _kept(model, wanted)
            for path in batch if granted else ():
                if path not in kept and path.removesuffix(".webp") not in kept and _older(path, before):
                    default_storage.delete(path)
                    cleared += 1
    return cleared


def _kept(model: type[models.Model], names: set[str]) -> set[str]:
    """Those that a row names, or the trash, at one moment: what is moved from one to the other is seen in either."""
    with along():
        rows = model._base_manager.filter(file__in=names).values_list("file", flat=True)
        return set(rows.union(files_in_trash(names)))


def _batches(folder: str) -> Iterator[list[str]]:
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    for start in range(0, len(names), BATCH):
        yield [f"{folder}/{name}" for name in names[start : start + BATCH]]


def _older(path: str, before: dt.datetime) -> bool:
    try:
        return default_storage.get_modified_time(path) < before
    except FileNotFoundError:  # deleted in between
        return False


def a_day_ago() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=1)


def _delete_files(storage: Storage, *names: Any) -> None:
    for name in names:
        if name:
            storage.delete(name)
