"""What to do first, while nothing is logged yet: on the home page of a register that was just set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.rights import Right


@dataclass(frozen=True)
class Step:
    label: str
    why: str
    href: str
    icon: str


def first_steps(user: Any) -> list[Step]:
    """What the user may do of it, in the order in which it is done. No query."""
    return [*(_of_the_installation() if user.sees_all else _of_a_region(user)), _reminded()]


def _of_the_installation() -> list[Step]:
    return [
        Step(
            _("Invite the administrator of a region"),
            _("They let their colleagues in by themselves; for the first one a role and a region are enough."),
            reverse("accounts:invite"), "user-round-plus",
        ),
        Step(
            _("See whether letters leave"),
            _("Invitations and reminders go by e-mail. This page says what is in their way, and what to do about it."),
            reverse("notices:health"), "send",
        ),
    ]  # fmt: skip


def _of_a_region(user: Any) -> list[Step]:
    steps = [
        (
            Right.KEEP_MEMBERS, _("Invite your colleagues"),
            _("Officers, managers, agencies: everybody with an account and a role of their own."),
            reverse("accounts:invite"), "user-round-plus",
        ),
        (
            Right.ADD_REFERENCE, _("Enter the agencies that take part"),
            _("Then visits can name them, and follow-ups can be given to them."),
            reverse("regions:organisation-new"), "landmark",
        ),
        (
            Right.KEEP_RECORDS, _("Enter the agreements that are in force"),
            _("With the day on which each ends, so that its renewal begins in time."),
            reverse("agreements:new"), "handshake",
        ),
        (
            Right.KEEP_RECORDS, _("Log the latest visit"),
            _("Who came, what was seen and said, and what is to follow."), reverse("visits:new"), "footprints",
        ),
    ]  # fmt: skip
    return [Step(*told) for right, *told in steps if user.may_somewhere(right)]


def _reminded() -> Step:
    return Step(
        _("Choose how you are reminded"), _("By e-mail or only in the inbox, and at which hour."),
        reverse("notices:preferences"), "bell",
    )  # fmt: skip
