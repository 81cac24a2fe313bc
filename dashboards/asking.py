"""The form by which a file of the background is asked for, and how files are told on pages."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dashboards.contents import is_valid, kinds_of, name_of
from dashboards.files import KEPT
from dashboards.models import LONGEST_QUERY, AskedFile, FileState
from pages.templatetags.pages import badge

KINDS = {"xlsx": _("XLSX, for Excel and LibreOffice"), "csv": _("CSV, plain text"), "pdf": _("PDF")}
TONES = {
    FileState.WAITING: ("quiet", "hourglass"),
    FileState.RUNNING: ("info", "loader"),
    FileState.READY: ("good", "circle-check"),
    FileState.FAILED: ("bad", "circle-alert"),
    FileState.CANCELLED: ("quiet", "x"),
}


class AskForm(forms.Form):
    """What, of which kind, in which language. `what` and `query` come from the list; they are checked as for a link."""

    what = forms.CharField(max_length=20, widget=forms.HiddenInput)
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput, strip=False)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of file"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: Any, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(kind, KINDS[kind]) for kind in kinds_of(what)]
        self.initial = {"language": get_language(), "submission": uuid.uuid4(), "what": what, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        what, query = cleaned.get("what", ""), cleaned.get("query", "")
        if not kinds_of(what) or "\x00" in query or not is_valid(what, query, self.user):
            raise forms.ValidationError(_("This list cannot be made with these filters. Mend them on the list."))
        return cleaned


def told(file: AskedFile, owner: Any, taken_at: dt.datetime | None) -> dict[str, Any]:
    """A file as pages show it; `taken_at` is when something was last taken from its owner (`accounts.giving`)."""
    is_outdated = file.state == FileState.READY and file.is_outdated(owner, taken_at)
    return {
        "file": file,
        "name": file.filename or name_of(file.what),
        "kind": file.kind.upper(),
        "state": state_badge(file.state),
        "done": number_format(file.done, force_grouping=True),
        "total": None if file.total is None else number_format(file.total, force_grouping=True),
        "deleted_on": file.ended_at + KEPT if file.ended_at else None,
        "is_ready": file.state == FileState.READY and not is_outdated,
        "again": _again(file) if is_outdated else "",
    }


def _again(file: AskedFile) -> str:
    """Where the same is asked for once more."""
    said = {"what": file.what, "kind": file.kind, "language": file.language, "query": file.query}
    return f"{reverse('dashboards:file-ask')}?{urlencode(said)}"


def state_badge(state: str) -> SafeString:
    return badge(FileState(state).label, *TONES[FileState(state)])
