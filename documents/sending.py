"""The addresses to which a browser sends a file in pieces. They answer in JSON; `static/js/piece-upload.js` asks."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from documents.arriving import PIECE, WrongPlace, begin, discard, receive
from documents.models import Upload
from pages.requests import SignedIn
from records.keys import whole


@require_POST
@login_required
def uploads(request: SignedIn) -> HttpResponse:
    """Announce a file: `name`, `size`, `marker`. Answers where to send its pieces, and how much is there already."""
    size = request.POST.get("size", "")
    try:
        upload = begin(
            request.user,
            name=request.POST.get("name", ""),
            size=whole(size, 15) or 0,
            marker=request.POST.get("marker", ""),
        )
    except ValidationError as error:
        return _refused(error)
    return JsonResponse(_state(upload), status=201)


@require_http_methods(["GET", "POST", "DELETE"])
@login_required
def upload(request: SignedIn, key: uuid.UUID) -> HttpResponse:
    """GET: how much has arrived. POST ?at=: the next piece as the body. DELETE: throw it away."""
    known = get_object_or_404(Upload, pk=key, user=request.user)
    if request.method == "POST":
        return _received(request, key)
    if request.method == "DELETE":
        discard([known])
        return HttpResponse(status=204)
    return JsonResponse(_state(known))


def _received(request: SignedIn, key: uuid.UUID) -> HttpResponse:
    if request.content_type == "multipart/form-data":  # the check of the token has read it
        return JsonResponse({"why": "A piece is sent as it is, not as a form."}, status=415)
    at = request.GET.get("at", "")
    length = request.headers.get("Content-Length", "")
    if not at.isdecimal() or len(at) > 15 or not length.isdecimal() or int(length) > PIECE:
        return JsonResponse({"why": "A piece is too large or without its place."}, status=413)
    try:
        known = receive(
            request.user, key, at=int(at), piece=request.body, checksum=request.headers.get("X-Checksum", "")
        )
    except Upload.DoesNotExist:
        return JsonResponse({}, status=404)
    except WrongPlace as place:
        return JsonResponse({"arrived": place.arrived}, status=409)
    except ValidationError as error:
        return _refused(error)
    return JsonResponse(_state(known))


def _state(upload: Upload) -> dict[str, object]:
    return {"key": str(upload.key), "arrived": upload.arrived, "size": upload.size, "piece": PIECE}


def _refused(error: ValidationError) -> JsonResponse:
    return JsonResponse({"why": " ".join(error.messages), "code": error.code}, status=422)
