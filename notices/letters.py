"""What a letter is, and how it becomes an e-mail: headers that every mail program understands, safe against any text.

A writer (`settings.NOTICE_WRITERS`, by kind of notice) says what stands in it: `(notice, channel) -> Letter | None`.
It runs in the language of the recipient and asks anew whether all of it is still true and may still be read by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string

from notices.models import Channel, Delivery, Notice

UNSUBSCRIBE = signing.Signer(salt="notices.unsubscribe")  # links in letters stay good for ever: no time in it
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


@dataclass(frozen=True)
class Letter:
    """What the frame (templates/notices/letter.txt and .html) is put around.

    `html` is the same as `text` for programs that show it: a SafeString (anything else is escaped) with inline styles
    only, no links but absolute ones. `unsubscribe_topics` are what the
    letter is about: the link in it switches these off, by the channel it came through.
    """

    subject: str
    text: str
    html: str = ""
    unsubscribe_topics: tuple[str, ...] = ()


Writer = Callable[[Notice, str], Letter | None]


class NotSendable(ValueError):
    """This letter cannot be sent to this address, ever; the message says why."""


def write(notice: Notice, channel: str) -> Letter | None:
    """The letter as its writer says it now; None when nothing is left to say."""
    writer: Writer = import_string(settings.NOTICE_WRITERS[notice.kind])
    with translation.override(notice.recipient.language):
        return writer(notice, channel)


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def unsubscribe_url(user_id: int, channel: str, topics: tuple[str, ...]) -> str:
    token = UNSUBSCRIBE.sign_object([user_id, channel, sorted(topics)], compress=False)
    return absolute(reverse("notices:unsubscribe", args=[token]))


def one_line(text: Any, longest: int) -> str:
    """The text without line ends and control characters, so that it cannot become a header of its own."""
    return " ".join(CONTROL.sub(" ", str(text)).split())[:longest]


def envelope(address: str) -> str:
    """The address as it may stand after RCPT TO. Raises NotSendable for what is none."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or CONTROL.search(address) or re.search(r"[\s<>,;:\"]", address):
        raise NotSendable("This is not an e-mail address.")
    try:
        local.encode("ascii")
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise NotSendable("The e-mail address cannot be written in ASCII letters.") from None


def compose(delivery: Delivery, letter: Letter, to: str) -> EmailMultiAlternatives:
    """The e-mail: one recipient, always the same Message-ID for the same delivery."""
    recipient = delivery.notice.recipient
    with translation.override(recipient.language):
        text, html = _framed(delivery, letter)
    message = EmailMultiAlternatives(
        subject=one_line(letter.subject, 250),
        body=text,
        to=[formataddr((one_line(recipient.name, 100), to))],
        headers=_headers(delivery, letter),
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message


def _framed(delivery: Delivery, letter: Letter) -> tuple[str, str]:
    topics = letter.unsubscribe_topics
    context = {
        "letter": letter,
        "language": translation.get_language(),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "recipient": delivery.notice.recipient,
        "preferences_url": absolute(reverse("notices:preferences")),
        "unsubscribe_url": unsubscribe_url(delivery.notice.recipient_id, Channel.EMAIL, topics) if topics else "",
    }
    text = render_to_string("notices/letter.txt", context)
    return text, render_to_string("notices/letter.html", context) if letter.html else ""


def _headers(delivery: Delivery, letter: Letter) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{one_line(delivery.message_id, 150)}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: holiday answers stay away
        "X-Auto-Response-Suppress": "All",
    }
    if letter.unsubscribe_topics:  # RFC 8058: the mail program's own button
        url = unsubscribe_url(delivery.notice.recipient_id, Channel.EMAIL, letter.unsubscribe_topics)
        headers |= {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
