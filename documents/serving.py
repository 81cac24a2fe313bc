"""Private files go out only from here, after a view has asked `visible_to`.

The browser is told the type from our own table, must not guess another, may not run anything in it, and keeps no copy.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import Storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from documents.accepted import SHOWN, TYPES
from documents.models import Access, Attachment
from records.models import Deed
from records.tracing import trace
from records.work import at_work

POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
A_DAY = 86_400  # seconds
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def serve(attachment: Attachment, *, shown: bool = False) -> HttpResponseBase:
    """The file under the name that its officer gave it: to be saved, or shown where that is harmless and asked for."""
    if attachment.access == Access.RESTRICTED:
        _trace(attachment)
    content_type = attachment.content_type if attachment.content_type in TYPES.values() else "application/octet-stream"
    inline = shown and content_type in SHOWN
    disposition = content_disposition_header(not inline, attachment.filename) or "inline"
    return _answer(attachment.file.storage, attachment.file.name, content_type, disposition)


def serve_stored(storage: Storage, path: str | None, filename: str, content_type: str) -> HttpResponseBase:
    """Any other stored file, to be saved under this name. The caller has asked who may have it."""
    return _answer(storage, path, content_type, content_disposition_header(True, filename) or "attachment")


def serve_thumbnail(attachment: Attachment) -> HttpResponseBase:
    """A small picture can be read too: of a restricted one that is traced, but once a day, for pages show it again and
    again."""
    if not attachment.is_picture:
        raise Http404
    if attachment.access == Access.RESTRICTED:
        key = f"looked-at:{at_work().user.pk}:{attachment._meta.label_lower}:{attachment.pk}"
        if cache.add(key, True, A_DAY):
            _trace(attachment)
    return _answer(attachment.file.storage, attachment.thumbnail_name, "image/webp", "inline")


def _trace(attachment: Attachment) -> None:
    """That a restricted paper was read, for the side that keeps it."""
    side = [] if attachment.owner_id is None else [attachment.owner_id]
    of = str(attachment.parent)[:200]
    trace(Deed.PAPER_READ, what=attachment, only=side, of=of, file=attachment.filename)


def _answer(storage: Storage, path: str | None, content_type: str, disposition: str) -> HttpResponseBase:
    """The bytes, or with X_ACCEL_PREFIX the order to nginx to send them (its location must repeat HEADERS)."""
    if not path or not storage.exists(path):
        raise Http404
    response: HttpResponseBase
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse(headers={"X-Accel-Redirect": settings.X_ACCEL_PREFIX + quote(path)})
    else:
        response = FileResponse(storage.open(path))
    for header, value in {**HEADERS, "Content-Type": content_type, "Content-Disposition": disposition}.items():
        response[header] = value
    return response
