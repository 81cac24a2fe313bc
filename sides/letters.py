"""What the letters about the other side say (`settings.NOTICE_WRITERS`).

Asked when their sending starts: what has been answered, withdrawn or is no longer for this person to see is not told.
They speak of facts of the shared record only; notes and papers are not in them.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.letters import Letter, link
from notices.models import Notice
from records import rows
from sides.facts import in_language
from sides.models import Correction, CorrectionState, Handover, HandoverState
from sides.rights import answers, may_answer, may_take_over
from sides.telling import TOPIC

MOST = 30  # changes that a letter tells
SUBJECTS = {
    CorrectionState.ACCEPTED: gettext_lazy("Accepted: your correction of %(record)s"),
    CorrectionState.PARTLY: gettext_lazy("Partly accepted: your correction of %(record)s"),
    CorrectionState.DECLINED: gettext_lazy("Declined: your correction of %(record)s"),
    CorrectionState.OVERTAKEN: gettext_lazy("Overtaken: your correction of %(record)s"),
}


def letter(notice: Notice, channel: str) -> Letter | None:
    """None when nothing is left to say."""
    kind, _slash, rest = notice.occasion.partition("/")
    key, _slash, what = rest.partition("/")
    if not key.isdecimal():
        return None
    with rows.acting_for(notice.recipient):
        writer = _correction if kind == "correction" else _handover
        return writer(notice.recipient, int(key), new=what == "new")


def _correction(user: Any, pk: int, *, new: bool) -> Letter | None:
    found = Correction.objects.visible_to(user).for_names().select_related("region", "by", "answered_by", "measurement")
    correction = found.filter(pk=pk).first()
    if correction is None or correction.is_open != new or correction.state == CorrectionState.WITHDRAWN:
        return None
    if new and not may_answer(user, correction.record, correction.measurement):
        return None
    words = {"record": str(correction.record), "region": str(correction.region)}
    if new:
        subject = _("%(region)s proposes a correction: %(record)s") % words
        opening = _opening(correction) % {**words, "who": correction.by or _("Somebody")}
    else:
        subject = str(SUBJECTS[CorrectionState(correction.state)]) % words
        opening = _("%(who)s has answered your correction of “%(record)s”: %(state)s.") % {
            **words,
            "who": correction.answered_by or _("Somebody"),
            "state": correction.get_state_display(),
        }
    parts = [opening, _changes(correction, new=new), _("Reason or remark: %(text)s") % {"text": correction.text}]
    if correction.answer:
        parts.append(_("Answer: %(text)s") % {"text": correction.answer})
    return _letter(subject, parts, link("sides:correction", pk))


def _opening(correction: Correction) -> str:
    if answers(correction.record, correction.measurement) == correction.record.owner_id:
        return _("%(who)s (%(region)s) proposes a correction of “%(record)s”, which your region keeps.")
    return _("%(who)s (%(region)s) proposes a correction of a measurement by your region in “%(record)s”.")


def _changes(correction: Correction, *, new: bool) -> str:
    lines = []
    for change in correction.changes[:MOST]:
        line = f"- {in_language(change['label'])}: {_short(change['before'])} → {_short(change['after'])}"
        if not new:
            line += f" ({_('taken over') if change['taken'] else _('not taken over')})"
        lines.append(line)
    return "\n".join(lines)


def _short(words: dict[str, str]) -> str:
    text = " ".join(in_language(words).split())
    return (text[:200] + "…" if len(text) > 200 else text) or "–"


def _handover(user: Any, pk: int, *, new: bool) -> Letter | None:
    found = Handover.objects.visible_to(user).for_names().select_related("from_region", "to_region", "answered_by")
    handover = found.filter(pk=pk).first()
    if handover is None or handover.is_open != new or handover.state == HandoverState.WITHDRAWN:
        return None
    if new and not may_take_over(user, handover):
        return None
    words = {
        "record": str(handover.record),
        "from": str(handover.from_region),
        "to": str(handover.to_region),
        "state": handover.get_state_display(),
    }
    if new:
        subject = _("%(from)s offers you a record: %(record)s") % words
        opening = _("%(from)s offers to hand the record “%(record)s” over to %(to)s.") % words
    else:
        subject = _("Handover of %(record)s: %(state)s") % words
        opening = _("%(to)s has answered the offer to keep the record “%(record)s”: %(state)s.") % words
    parts = [opening, _("Reason: %(text)s") % {"text": handover.text}]
    if handover.answer:
        parts.append(_("Answer: %(text)s") % {"text": handover.answer})
    return _letter(subject, parts, link("sides:handover", pk))


def _letter(subject: str, parts: list[str], url: str) -> Letter:
    return Letter(subject, "\n\n".join(part for part in [*parts, url] if part), unsubscribe_topics=(TOPIC,))
