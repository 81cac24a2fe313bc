"""Items of a calendar in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import Agreement
from dashboards.calendar.kinds import ICONS, What
from followups.lists import rows as rows_of_follow_ups
from followups.models import Milestone
from pages.paging import Row
from visits.lists import rows as rows_of_visits
from visits.models import Visit

Key = tuple[What, int]
STRUCK = {"CANCELLED", "POSTPONED"}  # they do not take place on that day


@dataclass(frozen=True)
class Entry:
    """One item. `mark` is its state as a badge; `time` and `when` are empty where they are not known."""

    what: What
    pk: int
    title: str
    url: str
    mark: SafeString
    about: str
    icon: str
    time: str = ""
    when: str = ""
    state: str = ""  # done, late or off: nothing is to be expected any more
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def mark_icon(self) -> str:
        """In a month there is room for one icon: what is unusual about it, else its kind."""
        return {"done": "check", "late": "alarm-clock", "off": "x"}.get(self.state, self.icon)

    @property
    def spoken(self) -> str:
        """Its kind, and what the icon says."""
        words = {"done": _("done"), "late": _("overdue"), "off": _("does not take place")}.get(self.state)
        return f"{self.kind}, {words}" if words else self.kind

    @property
    def kind(self) -> str:
        return {What.VISIT: _("Visit"), What.END: _("End of an agreement"), What.FOLLOW_UP: _("Follow-up")}[self.what]


def rows_of(keys: Iterable[Key], user: Any, **more: tuple[Any, tuple[str, ...]]) -> dict[Key, Row]:
    """The rows of the lists of these records, in words. One query a kind. Whoever calls has asked whether the user may
    see them. `more` names annotations and further columns of a kind."""
    wanted: dict[What, list[int]] = {}
    for what, pk in dict.fromkeys(keys):
        wanted.setdefault(what, []).append(pk)
    found: dict[Key, Row] = {}
    for what, pks in wanted.items():
        annotations, columns = more.get(what.name, ({}, ()))
        records: Any = SOURCES[what][0].filter(pk__in=pks).annotate(**annotations)
        values = records.for_list(None, *columns) if what == What.END else records.for_list(*columns)
        found |= {(what, row["pk"]): row for row in SOURCES[what][1](values, user)}
    return found


def entries(keys: Iterable[Key], user: Any) -> dict[Key, Entry]:
    found = rows_of(keys, user, VISIT=({}, ("start_time", "end_time")))
    tellers = {What.VISIT: _visit, What.END: _end, What.FOLLOW_UP: _follow_up}
    return {key: tellers[key[0]](row) for key, row in found.items()}


SOURCES: dict[What, tuple[QuerySet[Any], Any]] = {
    What.VISIT: (Visit.objects.all(), rows_of_visits),
    What.END: (Agreement.objects.all(), rows_of_agreements),
    What.FOLLOW_UP: (Milestone.objects.all(), rows_of_follow_ups),
}


def title_of_visit(row: Row) -> str:
    """Its title, or who goes to whom."""
    return str(row["title"] or (f"{row['heading']} → {row['host']}" if row["host"] else row["heading"]))


def title_of_end(row: Row) -> str:
    return _("End: %(agreement)s") % {"agreement": row["heading"]}


def time_of(row: Row) -> str:
    """From when until when, on the clock of the host."""
    begins, until = row["start_time"], row["end_time"]
    if begins is None:
        return ""
    return f"{begins:%H:%M}–{until:%H:%M}" if until else f"{begins:%H:%M}"


def _visit(row: Row) -> Entry:
    return Entry(
        What.VISIT,
        row["pk"],
        title_of_visit(row),
        row["url"],
        row["status_badge"],
        " · ".join(part for part in (row["direction_label"], row["kinds"]) if part),
        ICONS[What.VISIT],
        time=time_of(row),
        when=row["date"],
        state="off" if row["status"] in STRUCK else "",
        first=row["starts_on"],
        last=row["ends_on"],
    )


def _end(row: Row) -> Entry:
    return Entry(
        What.END, row["pk"], title_of_end(row), row["url"], row["state_badge"], row["below"], ICONS[What.END],
        when=row["ends"],
    )  # fmt: skip


def _follow_up(row: Row) -> Entry:
    return Entry(
        What.FOLLOW_UP,
        row["pk"],
        row["heading"],
        row["url"],
        row["state_badge"],
        row["who"],
        ICONS[What.FOLLOW_UP],
        when=row["due"],
        state="done" if row["status"] == "DONE" else "late" if row["overdue"] else "",
    )
