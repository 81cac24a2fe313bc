"""What may be kept: every upload is looked into before it is stored, and a refusal says what to do about it.

The name never decides alone: its ending, the first bytes and the structure must agree.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from documents.accepted import AS_ANY, PICTURES, PROGRAMS, TYPES, fix_for, recognise, save_again_as
from documents.archives import check_office
from documents.pictures import make_anew

LONGEST_NAME = 150


@dataclass(frozen=True)
class Paper:
    """An upload that was found good: what to store, and what is known about it.

    `checksum` is the SHA-256 of `content` (64 hex digits); `thumbnail` is a small WebP of a picture, else None.
    """

    name: str
    content: File[bytes]
    content_type: str
    size: int
    checksum: str
    thumbnail: ContentFile[bytes] | None = None


def look_into(upload: File[bytes]) -> Paper:
    """The paper in an upload. Raises ValidationError with one sentence that names the file, the fault and the way out.

    Costs a second or two for the largest picture; nothing else is unpacked.
    """
    name = clean_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower()
    _check_size(name, upload.size)
    _check_ending(name, ending)
    _check_beginning(name, ending, upload)
    content_type = TYPES[ending]
    if content_type in PICTURES:
        return _picture(name, upload, content_type)
    if ending in PROGRAMS:
        check_office(name, upload, ending)
    else:
        _check_pdf(name, upload)
    return Paper(name, upload, content_type, upload.size, _checksum(upload))


def clean_name(name: str) -> str:
    """The last part of a name without control and direction characters, at most 150 characters, its ending kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    spaced = "".join(" " if unicodedata.category(c).startswith("Z") else c for c in name)
    seen = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    stem, dot, ending = " ".join(seen.split()).strip(". ").rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    return (stem[: LONGEST_NAME - len(ending) - 1].rstrip(". ") or _("file")) + dot + ending


def _check_size(name: str, size: int) -> None:
    most = settings.MAX_UPLOAD_MB
    if not size:
        raise ValidationError(
            _("“%(name)s” is empty (0 bytes). Save it again in the program that made it, and try again."),
            "empty",
            {"name": name},
        )
    if size > most * 1024 * 1024:
        raise ValidationError(
            _("“%(name)s” has %(size)s, and at most %(most)s MB are kept. Make it smaller or split it, and try again."),
            "too_large",
            {"name": name, "size": filesizeformat(size), "most": most},
        )


def _check_ending(name: str, ending: str) -> None:
    if not ending:
        raise ValidationError(
            _("“%(name)s” has no ending such as .pdf. %(fix)s"), "ending", {"name": name, "fix": AS_ANY}
        )
    if ending not in TYPES:
        raise ValidationError(
            _("“%(name)s”: files that end in %(ending)s are not kept. %(fix)s"),
            "ending",
            {"name": name, "ending": ending, "fix": fix_for(ending)},
        )


def _check_beginning(name: str, ending: str, file: File[bytes]) -> None:
    file.seek(0)
    found, kind = recognise(file.read(1024))
    if kind == (".zip" if ending in PROGRAMS else ending.replace("jpeg", "jpg")):
        return
    if kind in TYPES:
        fix = _("Give it a name that ends in %(kind)s, and try again.") % {"kind": kind}
    else:
        fix = fix_for(kind) if kind else save_again_as(ending)
    raise ValidationError(
        _("“%(name)s” is %(found)s with a name that ends in %(ending)s. %(fix)s"),
        "mismatch",
        {"name": name, "found": found, "ending": ending, "fix": fix},
    )


def _check_pdf(name: str, file: File[bytes]) -> None:
    """A PDF that was cut off lacks the mark of its end."""
    file.seek(max(file.size - 2048, 0))
    if b"%%EOF" not in file.read():
        raise ValidationError(
            _("“%(name)s” is cut off: its end is missing. Save the PDF or download it again, and try again."),
            "truncated",
            {"name": name},
        )


def _picture(name: str, file: File[bytes], content_type: str) -> Paper:
    data, small = make_anew(name, file, PICTURES[content_type])
    content = ContentFile(data, name=name)
    return Paper(name, content, content_type, len(data), _checksum(content), ContentFile(small))


def _checksum(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():  # from the start, wherever the file stands
        digest.update(chunk)
    return digest.hexdigest()
