"""Sent twice is saved once: every form of a new record carries an identity that the record keeps (`submission`)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.apps import apps
from django.contrib import messages
from django.db import DatabaseError, IntegrityError
from django.db.models import Model
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pages.requests import SignedIn
from records.rows import EVERYBODY, acting

DRAFTS_FORGOTTEN_WITHIN = 600  # seconds in which the browser learns that a draft was saved
R = TypeVar("R", bound=Model)


def submission_of(request: SignedIn) -> uuid.UUID:
    """The identity of the form that was sent, a new one when there is none that can be read."""
    try:
        return uuid.UUID(request.POST.get("submission", ""))
    except ValueError:
        return uuid.uuid4()


def saved_before(request: SignedIn, model: type[R]) -> R | None:
    """The record that this form was saved as before: a double click, or a way back after saving."""
    found: R | None = _objects(model).visible_to(request.user).filter(submission=submission_of(request)).first()
    return found


def is_same(request: SignedIn) -> bool:
    """Was exactly this sent before? Unknown counts as yes: two requests at once know nothing of each other."""
    sent = request.session.get("sent", {})
    unknown = sent.get("submission") != request.POST.get("submission")
    return bool(unknown or sent.get("content") == _content(request.POST))


def save_once(request: SignedIn, model: type[R], save: Callable[[uuid.UUID], R]) -> R:
    """The record that was saved, or the one that this form became while we were at it.

    An identity that belongs to a record of strangers is replaced: nothing is told about that record.
    """
    submission = submission_of(request)
    try:
        return save(submission)
    except IntegrityError:
        with acting(EVERYBODY):  # the database keeps it unique among all
            known = _objects(model).filter(submission=submission).exists()
        if not known:
            raise
        return saved_before(request, model) or save(uuid.uuid4())


def saved(request: SignedIn, record: Any, url: str = "") -> HttpResponse:
    """Say that it is saved, tell the browser that its draft can go, and remember what was sent for a second posting."""
    link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
    messages.success(request, format_html(_("Saved: {}"), link))
    remember(request, record.submission)
    answer = redirect(url or record.get_absolute_url())
    let_go(answer, request, record.submission)
    return answer


def remember(request: SignedIn, submission: uuid.UUID) -> None:
    """What was sent, for a second posting."""
    request.session["sent"] = {"submission": str(submission), "content": _content(request.POST)}


def let_go(answer: HttpResponse, request: SignedIn, submission: uuid.UUID) -> None:
    """Tell the browser that the draft of this form can go."""
    secure = request.is_secure()
    answer.set_cookie("saved", str(submission), max_age=DRAFTS_FORGOTTEN_WITHIN, samesite="Lax", secure=secure)


def why_refused(refusal: DatabaseError) -> str:
    """What the database found wrong with a row, in the words of the rule that it names."""
    name = getattr(getattr(refusal.__cause__, "diag", None), "constraint_name", None)
    rules = (rule for table in apps.get_models() for rule in table._meta.constraints if rule.name == name)
    rule = next(rules, None) if name else None
    told = str(rule.get_violation_error_message()) if rule else ""
    return told or _("The register could not keep this. Shorten very long texts or numbers, then save again.")


def _objects(model: type[Model]) -> Any:
    return model._default_manager


def _content(data: QueryDict) -> str:
    pairs = sorted((name, values) for name, values in data.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr(pairs).encode()).hexdigest()
