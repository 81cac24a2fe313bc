"""Files that are made in the background: asked for by a person, made by whoever comes by, kept for a week.

The row is the place in the queue. A maker takes it with `SKIP LOCKED` under a token of its own and gives a sign of life
twice a second (`dashboards.making`); who is silent for a minute is taken for dead, and another begins anew. What a
maker that was only slow brings in the end is not accepted: its token is no longer that of the row. All times are those
of the database, so clocks of hosts do not matter.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from dashboards.contents import name_of
from dashboards.models import UNFINISHED, AskedFile, FileState
from notices.letters import Letter, absolute
from notices.models import Notice
from records.keys import by_key
from records.rows import EVERYBODY, acting
from records.stored import delete_files, may_delete_files

FOLDER = "files"
AT_ONCE = 3  # unfinished files of one person
ATTEMPTS = 3
SILENT = dt.timedelta(seconds=60)  # without a sign of life: whoever made it is dead
KEPT = dt.timedelta(days=7)
WAITED = dt.timedelta(seconds=20)  # who waited longer has left the page and is told by letter
CLAIMING = 7_305_004  # claims are made one after the other, so that those at work can be counted


class TooMany(Exception):
    """The person has `AT_ONCE` unfinished files already."""


def ask(user: Any, what: str, kind: str, query: str, language: str, submission: uuid.UUID) -> AskedFile:
    """A place in the queue; sent twice, or asked twice while it is unfinished, it is one. Raises TooMany."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one question of a person at a time
        own = AskedFile.objects.filter(user=user)
        same = Q(what=what, kind=kind, query=query, language=language, state__in=UNFINISHED)
        known = own.filter(Q(submission=submission) | same).order_by("pk").first()
        if known:
            return known
        if own.filter(state__in=UNFINISHED).count() >= AT_ONCE:
            raise TooMany
        return own.create(
            user=user, what=what, kind=kind, query=query, language=language, submission=_unknown(submission)
        )


def _unknown(submission: uuid.UUID) -> uuid.UUID:
    """Another one where somebody else has sent this: nobody learns of the file of another by it."""
    with acting(EVERYBODY):  # the database keeps it unique among all
        return uuid.uuid4() if AskedFile.objects.filter(submission=submission).exists() else submission


def cancel(file: AskedFile) -> bool:
    """Nothing more is made of it; whoever makes it notices with its next sign of life. False: it was over already."""
    unfinished = AskedFile.objects.filter(pk=file.pk, state__in=UNFINISHED)
    return bool(unfinished.update(state=FileState.CANCELLED, ended_at=Now()))


def claim() -> AskedFile | None:
    """The file that has waited longest, ours from now on, unless `FILES_AT_ONCE` are being made already.

    What broke down `ATTEMPTS` times is given up, so that it does not kill one maker after the other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
        running = Q(state=FileState.RUNNING)
        dead = running & Q(beaten_at__lt=Now() - SILENT)
        if AskedFile.objects.filter(running).exclude(dead).count() >= settings.FILES_AT_ONCE:
            return None
        waiting = AskedFile.objects.filter(Q(state=FileState.WAITING) | dead).select_related("user")
        for file in waiting.select_for_update(of=("self",), skip_locked=True).order_by("asked_at", "pk")[:10]:
            file.token = uuid.uuid4()
            mine = AskedFile.objects.filter(pk=file.pk)
            taken = {"state": FileState.RUNNING, "token": file.token, "beaten_at": Now(), "done": 0, "total": None}
            mine.update(**taken, attempts=file.attempts + 1)
            if file.attempts < ATTEMPTS:
                return file
            with override(file.language):
                fail(file, _("It broke down several times. Narrow the list by filters, or tell the administrator."))
    return None


def beat(file: AskedFile, done: int, total: int | None) -> bool:
    """A sign of life. False: it was cancelled, or another maker has it."""
    return bool(_held(file).update(beaten_at=Now(), done=done, total=total))


def finish(file: AskedFile, path: str, filename: str, done: int) -> bool:
    """The file is there, and its owner is told. False: nobody wants it any more, or another maker has it."""
    size, owner = default_storage.size(path), file.user
    seen = {"region_ids": owner.region_ids, "unit_ids": owner.unit_ids}
    return _end(file, FileState.READY, file=path, filename=filename, size=size, done=done, total=done, **seen)


def fail(file: AskedFile, why: str) -> bool:
    return _end(file, FileState.FAILED, error=why[:300])


def _held(file: AskedFile) -> Any:
    return AskedFile.objects.filter(pk=file.pk, token=file.token, state=FileState.RUNNING)


def _end(asked: AskedFile, state: FileState, **facts: Any) -> bool:
    with transaction.atomic():
        ended = _held(asked).update(state=state, ended_at=Now(), **facts)
        if ended and AskedFile.objects.filter(pk=asked.pk, asked_at__lt=Now() - WAITED).exists():
            _tell(asked)
    return bool(ended)


# As planning does: the local day and zone are the recipient's, the Message-ID is the same for ever.
TELL = """
WITH told AS (
    INSERT INTO notices_notice (recipient_id, kind, occasion, "on", time_zone, send_at, created_at)
    SELECT user_id, 'FILE', %(occasion)s, today, zone, notices_now(), notices_now()
    FROM notices_addressees(%(zone)s) WHERE user_id = %(user)s
    ON CONFLICT ON CONSTRAINT notice_is_unique DO NOTHING
    RETURNING id, recipient_id, send_at
)
INSERT INTO notices_delivery (notice_id, channel, state, next_try_at, attempts, unknowns, message_id, address, subject,
    body, reply, error)
SELECT id, 'EMAIL', 'PENDING', send_at, 0, 0,
    notices_message_id(%(salt)s, recipient_id, 'FILE', %(occasion)s, 'EMAIL', %(host)s), '', '', '', '', ''
FROM told"""


def _tell(file: AskedFile) -> None:
    words = {"occasion": f"file/{file.pk}", "user": file.user_id, "zone": settings.TIME_ZONE}
    words |= {"salt": salted_hmac("notices.message_id", "").hexdigest(), "host": settings.MESSAGE_ID_HOST}
    with connection.cursor() as cursor:
        cursor.execute(TELL, words)


def letter(notice: Notice, channel: str) -> Letter | None:
    """The writer of the letter that a file is ready, or failed; None when it is gone by now."""
    pk = notice.occasion.removeprefix("file/")
    ended = AskedFile.objects.filter(user=notice.recipient_id, state__in=(FileState.READY, FileState.FAILED))
    file = by_key(ended, pk)
    if file is None:
        return None
    words = {"file": file.filename or name_of(file.what), "url": absolute(reverse("dashboards:file", args=[file.pk]))}
    if file.state == FileState.READY:
        subject = _("Your file is ready: %(file)s") % words
        text = _("%(file)s is ready. Fetch it within seven days:\n%(url)s") % words
    else:
        subject = _("Your file could not be made: %(file)s") % words
        text = _("%(file)s could not be made: %(why)s\n%(url)s") % {**words, "why": file.error}
    return Letter(subject=subject, text=text)


def clear_old() -> int:
    """Delete files a week after they ended, and what a maker that was killed left in the folder; how many there were.

    The row goes first: what a crash leaves then, or a backup that is under way, is found in the folder.
    """
    old = list(AskedFile.objects.filter(ended_at__lt=Now() - KEPT).order_by("ended_at")[:100])
    for file in old:
        AskedFile.objects.filter(pk=file.pk).delete()
        if file.file.name:
            delete_files([file.file.name])
    with may_delete_files() as granted:
        return len(old) + (_clear_folder() if granted else 0)


def _clear_folder() -> int:
    """Of a day ago and of no row. One look into a folder of some dozen names where there is nothing to do."""
    folder = Path(default_storage.path(FOLDER))
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).timestamp()
    old = [path for path in folder.glob("*") if _changed(path) < yesterday]
    kept = set(
        AskedFile.objects.filter(file__in=[f"{FOLDER}/{path.name}" for path in old]).values_list("file", flat=True)
    )
    gone = [path for path in old if f"{FOLDER}/{path.name}" not in kept] if old else []
    for path in gone:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(gone)


def _changed(path: Path) -> float:
    """When, in seconds; never, if it has just gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
