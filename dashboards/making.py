"""Making files: one after the other, each with a sign of life twice a second and an ear for being cancelled."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dashboards import files
from dashboards.contents import CannotBeMade, name_of, write_file
from dashboards.models import AskedFile
from pages.exports import file_name
from records import rows

EVERY = 0.5  # seconds between two signs of life
ROUND = 60  # seconds after which a tick begins no further file: each has the whole time limit for itself, nearly

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Cancelled(Exception):
    """Nobody wants the file any more, or another maker has it."""


class Pulse(threading.Thread):
    """The sign of life of a maker, from a thread with a connection of its own, so that one long question of the
    database does not silence it. When the file is cancelled the question is broken off."""

    def __init__(self, file: AskedFile) -> None:
        super().__init__(daemon=True, name=f"file-{file.pk}")
        self.file = file
        self.done = 0
        self.total: int | None = None
        self.is_lost = False
        self._ended = threading.Event()
        connection.ensure_connection()
        self._reading: Any = connection.connection

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, each counted when the next is asked for."""
        for row in rows:
            if self.is_lost:
                raise Cancelled
            yield row
            self.done += 1

    def run(self) -> None:
        try:
            with rows.acting(rows.EVERYBODY):  # a thread begins as nobody
                self._beat_on()
        finally:
            connection.close()

    def _beat_on(self) -> None:
        while not self._ended.wait(EVERY):
            if not self._beat():
                self.is_lost = True
                with contextlib.suppress(psycopg.Error):  # a connection that is gone asks nothing any more
                    self._reading.cancel_safe(timeout=5)
                return

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _beat(self) -> bool:
        try:
            return files.beat(self.file, self.done, self.total)
        except DatabaseError as error:  # a restart: the next beat finds out whether the file is still ours
            log.warning("file_beat_missed", file=self.file.pk, error=str(error).strip())
            connection.close()
            return True


def make_waiting(seconds: float = ROUND) -> int:
    """Make what waits, for some time; how many files there were."""
    started, made = time.monotonic(), 0
    while time.monotonic() - started < seconds and (file := files.claim()):
        make(file)
        made += 1
    return made


def make(file: AskedFile) -> bool:
    """Make a claimed file, as its owner, in its language and their time zone. True when it was accepted.

    What goes wrong is told to the owner; only the end of the process (and of the database) is left to whoever comes
    after.
    """
    with translation.override(file.language), timezone.override(file.user.zone):
        try:
            return _made(file)
        except Cancelled:
            return False
        except CannotBeMade as error:
            return files.fail(file, str(error))
        except SoftTimeLimitExceeded:
            return files.fail(file, _("It took too long. Narrow the list by filters."))
        except DatabaseError as error:
            log.warning("file_not_made", file=file.pk, error=str(error).strip())
            connection.close_if_unusable_or_obsolete()
            return False  # silent from now on: begun anew after a minute, at most `ATTEMPTS` times
        except Exception:
            log.exception("file_not_made", file=file.pk)
            return files.fail(file, _("It could not be made because of an error, which stands in the log."))


def _made(file: AskedFile) -> bool:
    name = f"{files.FOLDER}/{file.pk}-{file.token}.{file.kind}"  # two makers never write the same
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    pulse = Pulse(file)
    pulse.start()
    accepted = False
    try:
        _write(file, path, pulse)
        pulse.stop()
        accepted = files.finish(file, name, file_name(name_of(file.what), file.kind), pulse.done)
        return accepted
    except DatabaseError:
        if pulse.is_lost:  # our own question, broken off
            raise Cancelled from None
        raise
    finally:
        pulse.stop()
        if not accepted:
            path.unlink(missing_ok=True)


def _write(file: AskedFile, path: Path, pulse: Pulse) -> None:
    """In one transaction, so that the rows come by a cursor and all of one moment."""
    with rows.acting_for(file.user), transaction.atomic(), path.open("wb") as out:
        write_file(file, out, pulse)
