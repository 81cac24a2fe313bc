"""Corrections and handovers in words: badges, and rows for the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pages.paging import Order, Row
from pages.templatetags.pages import badge
from sides.facts import in_language
from sides.models import About, CorrectionState, HandoverState
from sides.rights import may_answer

TONES = {
    "OPEN": ("warn", "hourglass"),
    "ACCEPTED": ("good", "circle-check"),
    "PARTLY": ("good", "circle-check"),
    "DECLINED": ("bad", "circle-x"),
    "WITHDRAWN": ("quiet", "undo-2"),
    "OVERTAKEN": ("quiet", "circle-slash"),
}
NEWEST = Order("pk", descending=True, read=int, known=True)


def correction_badge(state: str) -> SafeString:
    return badge(CorrectionState(state).label, *TONES[state])


def handover_badge(state: str) -> SafeString:
    return badge(HandoverState(state).label, *TONES[state])


def rows(found: Iterable[Any], user: Any) -> Iterator[Row]:
    """Read by `for_names()` with region and people."""
    for one in found:
        record = one.record
        labels = [in_language(change["label"]) for change in one.changes]
        yield {
            "pk": one.pk,
            "url": one.get_absolute_url(),
            "record": str(record),
            "record_url": record.get_absolute_url(),
            "kind": _("Visit") if one.visit_id else _("Agreement"),
            "about": one.row_name if one.about != About.RECORD else "",
            "facts": ", ".join(labels) or _("a remark"),
            "region": str(one.region),
            "keeper": str(record.owner),
            "by": str(one.by or ""),
            "at": one.created_at,
            "state_badge": correction_badge(one.state),
            "mine": one.is_open and may_answer(user, one),
            "answered_at": one.answered_at,
        }
