"""The writers of a drill (`settings.NOTICE_WRITERS`): those of follow-ups, but for the letters that are planted bad."""

from __future__ import annotations

import os
import signal

from followups import letters
from notices.letters import Letter
from notices.models import Notice

UNWRITABLE, DEADLY = "unwritable", "deadly"  # how the addresses of planted recipients begin


def digest(notice: Notice, channel: str) -> Letter | None:
    _harm(notice)
    return letters.digest(notice, channel)


def at_once(notice: Notice, channel: str) -> Letter | None:
    _harm(notice)
    return letters.at_once(notice, channel)


def _harm(notice: Notice) -> None:
    address = notice.recipient.email
    if address.startswith(UNWRITABLE):
        raise ZeroDivisionError("the letter cannot be written")
    if address.startswith(DEADLY):
        os.kill(os.getpid(), signal.SIGKILL)
