"""Files that come in pieces over a slow line: what has arrived stays, and sending goes on from there.

The pieces of one file are written one behind the other. Only its own user may send, look or throw away; a file that
nobody finished is swept up a day after its last piece.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from documents.accepted import TYPES, fix_for
from documents.models import Upload
from documents.uploads import clean_name

PIECE = 1024 * 1024  # bytes at most in one piece
MOST_OPEN = 40  # files of one user under way: the photos of a long day, at most 1 GB
FOLDER = "arriving"  # of the storage


class WrongPlace(Exception):
    """The piece does not follow what has arrived; `arrived` is where to go on."""

    def __init__(self, arrived: int) -> None:
        self.arrived = arrived
        super().__init__(f"{arrived} bytes have arrived.")


def begin(user: Any, *, name: str, size: int, marker: str) -> Upload:
    """The upload of this file: a new one, or one that was broken off. Raises ValidationError for what is no paper."""
    name, marker = clean_name(name), marker.replace("\0", "")[:300]
    _check(name, size)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)  # one at a time for each user
        known = Upload.objects.filter(user=user, marker=marker).first()
        if known and known.size == size:
            return known
        if known:
            discard([known])
        if Upload.objects.filter(user=user).count() >= MOST_OPEN:
            raise ValidationError(
                _("%(n)s files are under way already. Keep or remove some of them first.") % {"n": MOST_OPEN}, "many"
            )
        return Upload.objects.create(user=user, name=name, size=size, marker=marker)


def receive(user: Any, key: uuid.UUID, *, at: int, piece: bytes, checksum: str = "") -> Upload:
    """Add a piece. Raises Upload.DoesNotExist, WrongPlace, or ValidationError for a piece that is damaged or too much.

    `checksum` is the SHA-256 of the piece (64 hex digits), where the browser can make one.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=key, user=user)
        if at != upload.arrived:
            raise WrongPlace(upload.arrived)
        if checksum and checksum != hashlib.sha256(piece).hexdigest():
            raise ValidationError(_("A piece arrived damaged. It is sent again."), "damaged")
        if not piece or len(piece) > PIECE or at + len(piece) > upload.size:
            raise ValidationError(_("The file is not what was announced. Choose it again."), "size")
        _write(upload, at, piece)
        upload.arrived += len(piece)
        upload.save(update_fields=["arrived", "touched_at"])
    return upload


def whole(user: Any, keys: Iterable[str]) -> list[Upload]:
    """The user's own uploads of these keys that have arrived wholly, in the order of the keys."""
    asked = [key for key in keys if _is_key(key)]
    found = {str(upload.key): upload for upload in Upload.objects.filter(user=user, pk__in=asked) if upload.is_whole}
    return [found[key] for key in dict.fromkeys(asked) if key in found]


def are_gone(user: Any, keys: Iterable[str]) -> bool:
    """Is one of these keys that of no upload of the user, or none any more?"""
    asked = {key for key in keys if _is_key(key)}
    return Upload.objects.filter(user=user, pk__in=asked).count() < len(asked)


class Arrived(File):  # type: ignore[type-arg]  # it takes no parameter at run time
    """A file that came in pieces. It is closed when nobody holds it any more, as Django does with what a form sends."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(path_of(upload).open("rb"), name=upload.name)

    def __del__(self) -> None:
        if getattr(self, "file", None):
            self.close()


def discard(uploads: Iterable[Upload]) -> None:
    """Forget them, and their files once the transaction is through."""
    for upload in uploads:
        path = path_of(upload)
        upload.delete()
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True), robust=True)  # type: ignore[misc]


def clear_uploads(before: dt.datetime) -> int:
    """Forget uploads without a piece since then, and files that no upload names; how many there were."""
    left = list(Upload.objects.filter(touched_at__lt=before))
    discard(left)
    folder = Path(default_storage.path(FOLDER))
    old = [path for path in folder.glob("*") if path.stat().st_mtime < before.timestamp()] if folder.exists() else []
    known = Upload.objects.filter(pk__in=[path.name for path in old if _is_key(path.name)])
    named = {str(key) for key in known.values_list("pk", flat=True)}
    lost = [path for path in old if path.name not in named]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(left) + len(lost)


def path_of(upload: Upload) -> Path:
    return Path(default_storage.path(f"{FOLDER}/{upload.key}"))


def _check(name: str, size: int) -> None:
    ending = Path(name).suffix.lower()
    if ending not in TYPES:
        words = {"name": name, "ending": ending, "fix": fix_for(ending)}
        raise ValidationError(_("“%(name)s”: files that end in %(ending)s are not kept. %(fix)s"), "ending", words)
    if not 0 < size <= settings.MAX_UPLOAD_MB * 1024 * 1024:
        words = {"name": name, "most": settings.MAX_UPLOAD_MB}
        raise ValidationError(
            _("“%(name)s” is empty or has more than %(most)s MB. Make it smaller or split it, and try again."),
            "too_large",
            words,
        )


def _write(upload: Upload, at: int, piece: bytes) -> None:
    """At its place: what a crash wrote without remembering it is written over."""
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(at)
        file.write(piece)
        file.truncate()


def _is_key(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
