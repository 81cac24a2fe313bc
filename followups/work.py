"""What a person must do, in the order in which it presses: the heart of the officer's home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.rights import Right
from followups.lists import rows
from followups.models import OPEN, Milestone, MilestoneQuerySet, Part, Snooze
from pages.paging import COUNTED, Count, Row

WEEK, MONTH = 7, 30  # days
BESIDES = ("suggested", "others")  # not what the user must do
PRESSING = ("overdue", "today", "week")
SNOOZES = (1, 3, 7, 30)  # days that are offered


@dataclass(frozen=True)
class Shown:
    """Rows of each section at most: of what presses, and of the rest."""

    pressing: int
    rest: int


OWN_PAGE, AT_HOME = Shown(20, 20), Shown(6, 3)


@dataclass(frozen=True)
class Section:
    """A part of the page: its first rows, how many there are, and the list that shows all of them."""

    name: str
    title: str
    icon: str
    tone: str
    rows: list[Row]
    count: Count
    url: str

    @property
    def is_cut(self) -> bool:
        return self.count.more or self.count.number > len(self.rows)


class Work:
    """The follow-ups of one user. Three queries, however many there are.

    What the user snoozed stays where it is, with a word: it is still due.
    """

    def __init__(self, user: Any, shown: Shown) -> None:
        self.user = user
        self.shown = shown
        self.today: dt.date = user.today()
        self.visible: MilestoneQuerySet = Milestone.objects.visible_to(user)
        self.mine = self.visible.owed_by(user)

    @property
    def suggested(self) -> MilestoneQuerySet:
        """Those that the user may accept: kept by their regions, or these would have to do them."""
        found, user = self.visible.suggested(), self.user
        regions, units = user.regions_for(Right.ACCEPT), user.units_for(Right.ACCEPT)
        theirs = Part.objects.filter(Q(region__in=regions) | Q(unit__in=units), milestone=OuterRef("pk"))
        return found if user.sees_all else found.filter(Q(owner__in=user.writing_region_ids) | Exists(theirs))

    @property
    def others(self) -> MilestoneQuerySet:
        """What others owe us, and what the user does not owe as well."""
        found = self.visible.open().for_others(self.user)
        return found if self.user.sees_all else found.exclude(pk__in=self.mine.open().values("pk"))

    @cached_property
    def sections(self) -> list[Section]:
        today = self.today
        soon, month = today + dt.timedelta(days=WEEK), today + dt.timedelta(days=MONTH)
        day = dt.timedelta(days=1)
        due: Callable[..., MilestoneQuerySet] = self.mine.open().filter
        parts: list[tuple[str, str, str, str, MilestoneQuerySet, dict[str, str]]] = [
            ("overdue", _("Overdue"), "alarm-clock", "bad", self.mine.overdue(today), {"state": "overdue"}),
            ("today", _("Due today"), "calendar-check", "warn", due(due_on=today), _between(today, today)),
            (
                "week",
                _("In the next seven days"),
                "calendar-days",
                "",
                due(due_on__range=(today + day, soon)),
                _between(today + day, soon),
            ),
            (
                "month",
                _("In the next thirty days"),
                "calendar-range",
                "",
                due(due_on__range=(soon + day, month)),
                _between(soon + day, month),
            ),
            ("later", _("Later"), "calendar-clock", "", due(due_on__gt=month), _between(month + day, None)),
            ("undated", _("Without a due day"), "calendar-off", "", due(due_on__isnull=True), {"state": "undated"}),
        ]
        # of others and suggestions the list shows all that one sees
        parts += [
            ("suggested", _("Suggested"), "lightbulb", "", self.suggested, {"state": "suggested", "whose": ""}),
            ("others", _("What others owe"), "hourglass", "", self.others, {"whose": "theirs"}),
        ]
        found = self._found([part[4] for part in parts])
        cut = [self._cut(part[0]) for part in parts]
        told = self._rows([pk for keys, shown in zip(found, cut, strict=True) for pk in keys[:shown]])
        return [
            Section(
                name, title, icon, tone,
                [told[pk] for pk in keys[:shown] if pk in told],
                Count(min(len(keys), COUNTED), len(keys) > COUNTED),
                _list({"whose": "mine"} | chosen),
            )
            for (name, title, icon, tone, _found, chosen), keys, shown in zip(parts, found, cut, strict=True)
        ]  # fmt: skip

    def _cut(self, name: str) -> int:
        """What is far ahead is only counted."""
        return 0 if name == "later" else self.shown.pressing if name in PRESSING else self.shown.rest

    def section(self, name: str) -> Section:
        return next(section for section in self.sections if section.name == name)

    @property
    def must(self) -> list[Section]:
        """What the user must do, as far as there is something."""
        return [section for section in self.sections if section.rows and section.name not in BESIDES]

    @property
    def besides(self) -> list[Section]:
        return [section for section in self.sections if section.rows and section.name in BESIDES]

    @property
    def later(self) -> Section:
        """What is further ahead: a number and the list."""
        return self.section("later")

    @property
    def overdue(self) -> Count:
        return self.section("overdue").count

    @property
    def count(self) -> Count:
        """Of all that the user must do."""
        counts = [section.count for section in self.sections if section.name not in BESIDES]
        number = sum(count.number for count in counts)
        return Count(min(number, COUNTED), number > COUNTED or any(count.more for count in counts))

    @property
    def snoozes(self) -> list[tuple[int, dt.date]]:
        return [(days, self.today + dt.timedelta(days=days)) for days in SNOOZES]

    def _found(self, querysets: list[MilestoneQuerySet]) -> list[list[int]]:
        """The keys of each in their order, as far as they are counted, in one query."""
        arms = [
            found.overdue_first().annotate(arm=Value(number)).values_list("arm", "due_on", "pk")[: COUNTED + 1]
            for number, found in enumerate(querysets)
        ]
        keys: list[list[tuple[dt.date, int]]] = [[] for _arm in arms]
        for arm, due, pk in arms[0].union(*arms[1:], all=True):
            keys[arm].append((due or dt.date.max, pk))
        return [[pk for _due, pk in sorted(found)] for found in keys]

    def _rows(self, keys: list[int]) -> dict[int, Row]:
        """Rows in words, with what the user may do at once."""
        if not keys:
            return {}
        told = {row["pk"]: row for row in rows(Milestone.objects.filter(pk__in=keys).for_list(), self.user)}
        snoozed = dict(
            Snooze.objects.filter(user=self.user, milestone__in=keys, until__gt=self.today).values_list(
                "milestone", "until"
            )
        )
        for pk, row in told.items():
            row["snoozed_until"] = snoozed.get(pk)
            row["finish"] = finish_of(row, self.user)
            row["may_decline"] = may_decline(row, self.user)
        return told


def finish_of(row: Row, user: Any) -> str:
    """What “Done” means at once: ALL where the user may say it for everybody, PART where another side must confirm its
    own part as well, empty where the user may not."""
    if row["status"] not in OPEN:
        return ""
    waiting = [part for part in row["parts_named"] if part[6] is None]
    own = [part for part in waiting if _is_own(part, row, user)]
    if own and len(own) < len(waiting):
        return "PART"
    if row["may_keep"] or own or (not row["parts_named"] and user.pk in row["user_ids"]):
        return "ALL"
    return ""


def may_decline(row: Row, user: Any) -> bool:
    """As `doing.may_decline`."""
    return bool(row["may_keep"]) or any(user.may(Right.ASSIGN, part[0]) for part in row["parts_named"])


def own_parts(milestone: Milestone, user: Any) -> list[Part]:
    """The parts of the user's own side that wait for being confirmed, where another side must confirm as well."""
    waiting = list(milestone.parts.filter(done_on__isnull=True))
    (row,) = Milestone.objects.filter(pk=milestone.pk).for_list()
    keys = {(part[0], part[3]) for part in row["parts_named"] if _is_own(part, row, user)}
    own = [part for part in waiting if (part.region_id, part.unit_id) in keys]
    return own if len(own) < len(waiting) else []


def _is_own(part: list[Any], row: Row, user: Any) -> bool:
    """Own side: officers of the region, members of the unit, and those to whom it is given."""
    region, unit = part[0], part[3]
    given = user.pk in row["user_ids"] and region in user.region_ids
    return region in user.regions_for(Right.WORK) or unit in user.units_for(Right.WORK) or given


def _between(since: dt.date, until: dt.date | None) -> dict[str, str]:
    return {"since": since.isoformat()} | ({"until": until.isoformat()} if until else {})


def _list(chosen: dict[str, str]) -> str:
    kept = {name: value for name, value in chosen.items() if value}
    return f"{reverse('followups:list')}?{urlencode(kept)}"
