"""The send log in words: rows for the page and the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from notices.models import Channel, DeliveryState, NoticeKind
from pages.exports import Column
from pages.paging import Order, Row
from pages.templatetags.pages import badge

TONES = {
    "PENDING": ("quiet", "clock"),
    "CLAIMED": ("info", "loader"),
    "SENDING": ("info", "send"),
    "SENT": ("good", "check"),
    "DEAD": ("bad", "x"),
    "UNKNOWN": ("warn", "circle-question-mark"),
    "CANCELLED": ("quiet", "minus"),
    "EXPIRED": ("quiet", "minus"),
}
NEWEST = Order("pk", descending=True, read=int, known=True)


def state_badge(state: str) -> SafeString:
    return badge(DeliveryState(state).label, *TONES[state])


def rows(values: Iterable[Row], user: Any) -> Iterator[Row]:
    """What `for_list()` gave. What a letter says, also its subject, is for its recipient and the administrator."""
    for value in values:
        own = user.sees_all or value["notice__recipient_id"] == user.pk
        yield {
            "pk": value["pk"],
            "url": reverse("notices:detail", args=[value["notice_id"]]),
            "on": value["notice__on"],
            "recipient": value["notice__recipient__name"] or value["notice__recipient__email"],
            "kind": NoticeKind(value["notice__kind"]).label,
            "channel": Channel(value["channel"]).label,
            "state": DeliveryState(value["state"]).label,
            "state_badge": state_badge(value["state"]),
            "failed": value["state"] in ("DEAD", "UNKNOWN"),
            "waits_until": value["next_try_at"] if value["state"] == "PENDING" else None,
            "sent_at": value["sent_at"],
            "attempts": value["attempts"],
            "subject": value["subject"] if own else "",
            "error": value["error"],
            "reply": value["reply"],
            "address": value["address"],
            "message_id": value["message_id"],
        }


COLUMNS = [
    Column(_("Day"), itemgetter("on"), _("The local day of the recipient for which it was written."), 14),
    Column(_("Recipient"), itemgetter("recipient"), _("To whom."), 30),
    Column(_("Kind"), itemgetter("kind"), _("The daily digest, or what could not wait."), 16),
    Column(_("Way"), itemgetter("channel"), _("E-mail or messenger gateway."), 18),
    Column(_("State"), itemgetter("state"), _("How far it has come."), 18),
    Column(_("Sent"), itemgetter("sent_at"), _("When the other side accepted it, in your time zone."), 20),
    Column(_("Tries"), itemgetter("attempts"), _("How often it was tried."), 8),
    Column(_("Sent to"), itemgetter("address"), _("The address to which it was sent."), 30),
    Column(_("Subject"), itemgetter("subject"), _("Of your own letters only, unless you see all."), 40),
    Column(_("Answer of the other side"), itemgetter("reply"), _("What the mail server or gateway said."), 30),
    Column(_("Why it failed"), itemgetter("error"), _("Empty when nothing went wrong."), 40),
    Column(_("Message-ID"), itemgetter("message_id"), _("The same on every copy of the letter."), 50),
]
