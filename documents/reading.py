"""The queue of papers whose text is to be found. It waits in PostgreSQL; workers come and take one at a time.

A paper is taken in a transaction of its own that counts the attempt, so that one that kills its worker is not tried for
ever; while it is read, no lock is held.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import structlog
from django.contrib.postgres.search import SearchVectorField
from django.db import DatabaseError, transaction
from django.db.models import F, Func, Value
from django.utils import timezone

from documents.extracting import READABLE, SECONDS, Unreadable, text_of
from documents.models import PaperText

ATTEMPTS = 3
LEASE = dt.timedelta(seconds=2 * SECONDS)
PAUSE = dt.timedelta(minutes=10)  # before another attempt
ROUND = 40  # seconds after which a run takes no further paper; with the last one it stays below the limit of tasks

log = structlog.get_logger()


def read_waiting(texts: type[PaperText], *, words: str) -> int:
    """Find the text of papers that wait, for less than a minute; how many were dealt with.

    `words` is the SQL function that makes search words of a text: the one by which the records themselves are found.
    """
    _queue_new(texts)
    started, dealt = time.monotonic(), 0
    while time.monotonic() - started < ROUND and (taken := _take(texts)):
        _read(taken, words)
        dealt += 1
    return dealt


def _queue_new(texts: Any) -> None:
    """A place in the queue for every paper that can be read and has none."""
    papers = texts._meta.get_field("paper").related_model._base_manager
    new = papers.filter(reading__isnull=True, content_type__in=READABLE).values_list("pk", flat=True)[:1000]
    texts.objects.bulk_create([texts(paper_id=pk) for pk in new], ignore_conflicts=True)


def _take(texts: Any) -> Any:
    """The paper that has waited longest and that nobody else is reading, or None."""
    now = timezone.now()
    with transaction.atomic():
        waiting = texts.objects.filter(read_at__isnull=True, attempts__lt=ATTEMPTS, asked_at__lte=now)
        taken = waiting.select_for_update(skip_locked=True).order_by("asked_at").first()
        if taken:
            texts.objects.filter(pk=taken.pk).update(attempts=F("attempts") + 1, asked_at=now + LEASE)
    return taken


def _read(taken: Any, words: str) -> None:
    try:
        with taken.paper.file.open() as file:
            text = text_of(file, taken.paper.content_type)
        _keep(taken, text=text, words=_searched(text, words), read_at=timezone.now(), failure="" if text else "empty")
    except (Unreadable, OSError, DatabaseError) as error:
        why = str(error) if isinstance(error, Unreadable) else type(error).__name__
        log.warning("paper_not_read", paper=taken.pk, why=why)
        _keep(taken, failure=why[:200], asked_at=timezone.now() + PAUSE)


def _keep(taken: Any, **found: Any) -> None:
    """An update, so that a paper that was deleted in the meantime is no error."""
    with transaction.atomic():
        type(taken).objects.filter(pk=taken.pk).update(**found)


def _searched(text: str, words: str) -> Func:
    return Func(Value(text), function=words, output_field=SearchVectorField())
