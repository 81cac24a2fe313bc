"""What the letters about the other side say (`settings.NOTICE_WRITERS`).

Asked when their sending starts: what has been answered, withdrawn or is no longer for this person to see is not told.
They speak of facts of the shared record only; notes and papers are not in them.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.letters import Letter, absolute, link
from notices.models import Delivery, DeliveryState, Notice, OptOut
from records import rows
from records.models import Trashed
from sides.facts import in_language
from sides.models import RECORDS, Correction, CorrectionState, Handover, HandoverState
from sides.rights import answers, may_answer, may_take_over
from sides.telling import TOPIC
from sides.trashing import TOLD, gone, other_sides

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
        if OptOut.objects.filter(user=notice.recipient, topic=TOPIC, channel=channel).exists():
            return None
        if kind == "trash":
            return _thrown(notice, int(key))
        if kind in RECORDS:
            return _restored(notice, RECORDS[kind], int(key), int(what.rpartition("/")[2]), channel)
        writer = _correction if kind == "correction" else _handover
        return writer(notice.recipient, int(key), new=what == "new")


def _correction(user: Any, pk: int, *, new: bool) -> Letter | None:
    found = Correction.objects.visible_to(user).for_names().select_related("region", "by", "answered_by", "measurement")
    correction = found.filter(pk=pk).first()
    if correction is None or correction.is_open != new or correction.state == CorrectionState.WITHDRAWN:
        return None
    if new and not may_answer(user, correction):
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
        parts.append(_("Answer: %(text)s") % {"text": correction.answer_told})
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


def _thrown(notice: Notice, pk: int) -> Letter | None:
    """Without a link: the record has no page any more, and the trash is its keeper's."""
    with rows.acting(rows.EVERYBODY):  # what lies in it is not for the recipient to see; that the record does, is
        thrown = Trashed.objects.select_related("region").filter(pk=pk).first()
    spoken_for = notice.recipient.regions_for(TOLD)
    if thrown is None or thrown.region is None or not set(other_sides(thrown)) & set(spoken_for):
        return None
    until = thrown.until.astimezone(ZoneInfo(notice.time_zone))
    words = {"record": thrown.name, "region": str(thrown.region), "day": date_format(until)}
    parts = [
        _("%(region)s has deleted the record “%(record)s”, in which your region takes part.") % words,
        _(
            "It lies in the trash of %(region)s with everything in it, your notes and papers too. "
            "It can be restored there until %(day)s; after that it is gone for good."
        ) % words,
        _("If your region still needs it, tell %(region)s before that day.") % words,
    ]  # fmt: skip
    return _letter(_("%(region)s has deleted a record that you share: %(record)s") % words, parts, "")


def _restored(notice: Notice, model: Any, pk: int, trash: int, channel: str) -> Letter | None:
    """For who was told that it was gone: whoever takes it back at once alarms nobody."""
    gone_on = {"notice__recipient": notice.recipient, "notice__kind": notice.kind, "notice__occasion": gone(trash)}
    told = Delivery.objects.filter(**gone_on, channel=channel, state__in=(DeliveryState.SENT, DeliveryState.UNKNOWN))
    record = model.objects.visible_to(notice.recipient).for_names().filter(pk=pk).first()
    if record is None or not told.exists():
        return None
    words = {"record": str(record), "region": str(record.owner)}
    opening = _("%(region)s has restored the record “%(record)s” with everything in it.") % words
    subject = _("%(region)s has restored a record that you share: %(record)s") % words
    return _letter(subject, [opening], absolute(record.get_absolute_url()))


def _letter(subject: str, parts: list[str], url: str) -> Letter:
    return Letter(subject, "\n\n".join(part for part in [*parts, url] if part), unsubscribe_topics=(TOPIC,))
