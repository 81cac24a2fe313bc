"""A milestone in words: its state, priority and due day as badges, for lists, pages and letters alike."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from followups.models import OPEN, MilestoneKind, MilestoneStatus, Priority
from pages.templatetags.pages import badge
from visits.telling import FOLLOW_UP_TONES

PRIORITY_TONES = {
    "LOW": ("quiet", "arrow-down"),
    "NORMAL": ("quiet", "minus"),
    "HIGH": ("warn", "arrow-up"),
    "URGENT": ("bad", "flame"),
}
FORMATS = {"MONTH": "F Y", "YEAR": "Y"}


def is_overdue(status: str, due: dt.date | None, on: dt.date) -> bool:
    return bool(due and due < on and status in OPEN)


def state_badge(status: str, due: dt.date | None, on: dt.date) -> SafeString:
    """The state with its icon and tone; of what is open and late, by how many days."""
    late = (on - due).days if due and is_overdue(status, due, on) else 0
    return _state_badge(get_language(), status, late)


@lru_cache(maxsize=2_000)
def _state_badge(_language: str | None, status: str, late: int) -> SafeString:
    if not late:
        return badge(MilestoneStatus(status).label, *FOLLOW_UP_TONES[status])
    words = ngettext("%(n)s day overdue", "%(n)s days overdue", late) % {"n": number_format(late, force_grouping=True)}
    return badge(words, "bad", "alarm-clock")


def state_in_words(status: str, due: dt.date | None, on: dt.date) -> str:
    """For files: the state alone."""
    return _("Overdue") if is_overdue(status, due, on) else str(MilestoneStatus(status).label)


def priority_badge(priority: str) -> SafeString:
    return _priority_badge(get_language(), priority)


@lru_cache(maxsize=32)
def _priority_badge(_language: str | None, priority: str) -> SafeString:
    return badge(Priority(priority).label, *PRIORITY_TONES[priority])


def kind_label(kind: str) -> str:
    return str(MilestoneKind(kind).label)


def due_in_words(due: dt.date | None, precision: str = "DAY", as_stated: str = "") -> str:
    """The day, month or year; where none is known the words of the source, or nothing."""
    return _due(get_language(), due, precision) if due else as_stated


@lru_cache(maxsize=20_000)
def _due(_language: str | None, due: dt.date, precision: str) -> str:
    return date_format(due, FORMATS.get(precision, "j F Y"))
