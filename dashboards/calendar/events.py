"""Visits, follow-ups and ends as events of a calendar program: plain values, in the language that is active.

Milestones and ends are events of a whole day, not tasks (VTODO): Google, Outlook and Apple leave tasks out of a
calendar that one subscribes to. They do not make their day busy.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, DateTimeField, F, Func, IntegerField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dashboards.calendar.items import Items, Placed
from dashboards.calendar.kinds import What, Wish
from dashboards.calendar.telling import SOURCES, STRUCK, Key, rows_of, time_of, title_of_end, title_of_visit
from pages.paging import Row
from records.dates import Precision

NAME_OF_KIND = {"visit": What.VISIT, "follow-up": What.FOLLOW_UP, "agreement": What.END}
KIND_NAMES = {what: name for name, what in NAME_OF_KIND.items()}
TENTATIVE = {"INVITED", "PROPOSED"}
LONGEST = 1_000  # characters of a description
ALWAYS = (dt.date(1900, 1, 1), dt.date(2199, 12, 31))

# When the words or days of a record changed last: also those of its guests, and of the milestone of an end.
CHANGED = {
    What.VISIT: """GREATEST((SELECT max(pgh_created_at) FROM visits_visitevent WHERE pgh_obj_id = %(expressions)s),
        (SELECT max(pgh_created_at) FROM visits_delegationevent WHERE visit_id = %(expressions)s))""",
    What.FOLLOW_UP: "(SELECT max(pgh_created_at) FROM followups_milestoneevent WHERE pgh_obj_id = %(expressions)s)",
    What.END: """GREATEST(
        (SELECT max(pgh_created_at) FROM agreements_agreementevent WHERE pgh_obj_id = %(expressions)s),
        (SELECT max(e.pgh_created_at) FROM followups_milestone m JOIN followups_milestoneevent e ON e.pgh_obj_id = m.id
            WHERE m.derived_key = 'EXPIRY:' || %(expressions)s))""",
}
# An amendment moves an end without touching the record; the milestone of the end is moved with it and counts that.
MOVES = "COALESCE((SELECT version FROM followups_milestone WHERE derived_key = 'EXPIRY:' || %(expressions)s), 0)"


def _changed(what: What) -> Coalesce:
    return Coalesce(Func(F("pk"), template=CHANGED[what], output_field=DateTimeField()), F("created_at"))


MORE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "VISIT": (
        {
            "changed_at": _changed(What.VISIT),
            "zone": Coalesce(
                "venue__region__time_zone", "host_region__time_zone", "host_organisation__region__time_zone",
                "owner__time_zone", output_field=CharField(),
            ),
        },
        ("version", "start_time", "end_time", "purpose", "venue__name", "venue_as_stated", "changed_at", "zone"),
    ),
    "FOLLOW_UP": ({"changed_at": _changed(What.FOLLOW_UP)}, ("changed_at",)),
    "END": (
        {
            "changed_at": _changed(What.END),
            "moves": Func(F("pk"), template=MOVES, output_field=IntegerField()),
        },
        ("version", "changed_at", "moves"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """`first` and `last` are days (the last one included) or, of a visit with its hours, instants; `last` may then be
    missing: nobody said when it ends. `status` is that of RFC 5545."""

    uid: str
    sequence: int
    changed_at: dt.datetime
    title: str
    first: dt.date | dt.datetime
    last: dt.date | dt.datetime | None
    url: str
    status: str = "CONFIRMED"
    about: str = ""
    place: str = ""
    kind: str = ""
    is_busy: bool = False


def events_of(days: dict[Key, tuple[dt.date, dt.date]], user: Any) -> list[Event]:
    """The events of these records, whose first and last day are known. At most three queries."""
    rows = rows_of(days, user, **MORE)
    tellers = {What.VISIT: _visit, What.FOLLOW_UP: _follow_up, What.END: _end}
    return [tellers[key[0]](rows[key], *days[key]) for key in days if key in rows]


def event_of(what: What, pk: int, user: Any) -> Event | None:
    """The event of one record, if the user may see it and its day is known."""
    one = SOURCES[what][0].filter(pk=pk)
    found = Items(Wish(user, (what,), records=one), ALWAYS[0], ALWAYS[1]).nearest(1)
    return next(iter(events_of(days_of(found), user)), None)


def days_of(found: Iterable[Placed]) -> dict[Key, tuple[dt.date, dt.date]]:
    return {(item.what, item.pk): (item.first, item.last) for item in found if item.first and item.last}


def _visit(row: Row, first: dt.date, last: dt.date) -> Event:
    title, off = title_of_visit(row), row["status"] in STRUCK
    begins, until = _hours(row, first, last)
    venue = row["venue__name"] or row["venue_as_stated"]
    return Event(
        **_common(What.VISIT, row, row["version"]),
        title=f"{row['status_label']}: {title}" if off else title,
        first=begins or first,
        last=until if begins else last,
        status="CANCELLED" if off else "TENTATIVE" if row["status"] in TENTATIVE else "CONFIRMED",
        place=", ".join(part for part in (venue, row["host"]) if part),
        about=_lines(
            (_("Guests"), row["guests_named"]),
            (_("Host"), row["host"]),
            (_("Kinds"), row["kinds"]),
            (_("Status"), row["status_label"]),
            (_("Time"), "" if begins else time_of(row)),
            (_("Purpose"), row["purpose"]),
        ),
        kind=_("Visit"),
        is_busy=bool(begins) and not off,
    )


def _follow_up(row: Row, first: dt.date, last: dt.date) -> Event:
    done, cancelled = row["status"] == "DONE", row["status"] == "CANCELLED"
    marked = row["state_label"] if done or cancelled else ""
    return Event(
        **_common(What.FOLLOW_UP, row, row["version"]),
        title=f"{marked}: {row['heading']}" if marked else row["heading"],
        first=first,
        last=last,
        status="CANCELLED" if cancelled else "TENTATIVE" if row["status"] == "SUGGESTED" else "CONFIRMED",
        about=_lines(
            (_("Kind"), row["kind_label"]),
            (_("Responsible"), row["who"]),
            (_("Agreement"), row["agreement"]),
            (_("Visit"), row["visit"]),
        ),
        kind=_("Follow-up"),
    )


def _end(row: Row, first: dt.date, last: dt.date) -> Event:
    return Event(
        **_common(What.END, row, row["version"] + row["moves"]),
        title=title_of_end(row),
        first=first,
        last=last,
        about=_lines(
            (_("Parties"), row["between"]), (_("Category"), row["category_label"]), (_("Kind"), row["kind_label"])
        ),
        kind=_("End of an agreement"),
    )


def _common(what: What, row: Row, sequence: int) -> dict[str, Any]:
    return {
        "uid": f"{KIND_NAMES[what]}-{row['pk']}@{settings.MESSAGE_ID_HOST}",
        "sequence": sequence,
        "changed_at": row["changed_at"],
        "url": f"{settings.SITE_URL}{row['url']}",
    }


def _hours(row: Row, first: dt.date, last: dt.date) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The instants of a visit of one day that says when it begins, from the clock where it takes place. An end that
    does not lie after the beginning is none."""
    if first != last or row["start_time"] is None or row["precision"] != Precision.DAY:
        return None, None
    try:
        zone = zoneinfo.ZoneInfo(row["zone"])
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None, None
    begins, until = (
        dt.datetime.combine(first, time, zone).astimezone(dt.UTC) if time else None
        for time in (row["start_time"], row["end_time"])
    )
    return begins, until if begins and until and until > begins else None


def _lines(*told: tuple[str, str]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in told if value)[:LONGEST]
