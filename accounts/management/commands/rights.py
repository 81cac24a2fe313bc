"""`bin/manage rights`: the table of `accounts.rights` as docs/rights.md, shown, written or checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.rights import RULES, Actor, Place, Right

WHERE = Path(settings.BASE_DIR) / "docs" / "rights.md"
SHORT = {
    Actor.SUPERVISOR: "Supervisor", Actor.VIEWER: "Viewer", Actor.REVIEWER: "Reviewer", Actor.LEGAL: "Legal",
    Actor.OFFICER: "Officer", Actor.MANAGER: "Manager", Actor.ADMIN: "Administrator", Actor.UNIT_VIEWER: "Unit viewer",
    Actor.UNIT_USER: "Unit user", Actor.SYSTEM: "System",
}  # fmt: skip
HEAD = """\
# Who may do what

Written by `bin/manage rights --write` from `accounts/rights.py`, the one place where a role decides; do not edit it by
hand. `tests/accounts/test_rights.py` compares the two, `tests/accounts/test_rights_tried.py` tries every line as every
column on the real pages.

| column | a membership |
|---|---|
| Supervisor | of a province, marked as supervising: what it may in the regencies and cities below |
| Viewer, Reviewer, Legal, Officer, Manager | of a region, in that role |
| Administrator | of a region, as its administrator: an officer and manager too, who lets people in |
| Unit viewer, Unit user | of one unit of a region (OPD) |
| System | none: the system administrator of the installation (`is_superuser`) |

A right holds for the region or unit of the membership and for no other. Of a record that two regions share, the one
that keeps it (`owner`) changes the facts; each side keeps its own papers, notes, confirmations and measurements. A
person with several memberships has the rights of all of them, each in its place. A deactivated user has none.
Everybody keeps what is their own: preferences, sessions, saved views, watches, feeds, snoozes. Whoever sees a list may
export it. What depends on the state of one record (is it closed? is the gate passed?) is a rule of that record.

Reference data (regions, organisations, officials, venues) is read by everybody who is signed in; that of a region for
which nobody acts here is kept by officers of any region.
"""
TAIL = """
## In Django admin

A region's administrator comes in as well (`ENTER_ADMIN`); `is_staff` has no meaning. They list the members of their
regions and units, change those who act for nobody else, and change memberships of their regions only; they neither set
passwords nor addresses, nor make anybody system administrator, nor let a province supervise. They keep the reference
data and Word templates of their regions, the records that their regions keep, and what is shared with them; shared
records of others they read. Keys offer reference data of all regions, and else what they see. Everything of the
installation (`KEEP_INSTALLATION`), and letters, watches, feeds and files of people, are for the system administrator.
"""


class Command(BaseCommand):
    help = "Shows who may do what. --write: into docs/rights.md. --check: fails when that differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *, write: bool, check: bool, **options: Any) -> None:
        text = as_markdown()
        if write:
            WHERE.write_text(text, encoding="utf-8")
        elif check:
            if not WHERE.exists() or WHERE.read_text(encoding="utf-8") != text:
                raise CommandError("docs/rights.md is not what the code says: run `bin/manage rights --write`.")
        else:
            self.stdout.write(text)


def as_markdown() -> str:
    with translation.override("en"):
        return HEAD + "".join(_table(place) for place in Place) + TAIL


def _table(place: Place) -> str:
    rights = [right for right in Right if RULES[right].on == place]
    lines = [
        f"\n## On {place.label}\n",
        f"| deed | {' | '.join(SHORT[actor] for actor in Actor)} | also | right |",
        f"|---|{':-:|' * len(Actor)}---|---|",
        *(_line(right) for right in rights),
    ]
    return "\n".join(lines) + "\n"


def _line(right: Right) -> str:
    rule = RULES[right]
    marks = " | ".join("yes" if actor in rule.actors else "–" for actor in Actor)
    return f"| {right.label} | {marks} | {rule.also} | `{right.name}` |"
