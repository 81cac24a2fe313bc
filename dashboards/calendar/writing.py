"""Events as RFC 5545 has them, with the `icalendar` package, one at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

import icalendar

from dashboards.calendar.events import Event

END = b"END:VCALENDAR\r\n"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff]")  # what no value may hold
DAY = dt.timedelta(days=1)


def calendar_file(events: Iterable[Event]) -> bytes:
    """A whole calendar without a name: what is added to one’s own."""
    return b"".join(written(events))


def written(events: Iterable[Event], *, name: str = "", about: str = "", url: str = "") -> Iterator[bytes]:
    """Piece by piece, so that no more than one event is held at a time."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Simpul//Simpul//ID")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", icalendar.vText(one_line(name)))  # of X- names the package escapes nothing itself
        calendar.add("description", text(about))
        calendar.add("x-wr-caldesc", icalendar.vText(text(about)))
        calendar.add("refresh-interval", dt.timedelta(hours=4), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT4H")
        calendar.add("url", url)
    yield calendar.to_ical().removesuffix(END)
    for event in events:
        yield _event(event).to_ical()
    yield END


def text(words: str) -> str:
    """Without control characters; lines end with a single line feed."""
    return CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(words: str) -> str:
    return " ".join(text(words).split())


def _event(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", event.changed_at)
    made.add("last-modified", event.changed_at)
    made.add("sequence", event.sequence)
    made.add("dtstart", event.first)
    if isinstance(event.last, dt.datetime):
        made.add("dtend", event.last)
    elif event.last is not None:
        made.add("dtend", event.last + DAY)  # the first day on which it is over
    made.add("summary", one_line(event.title))
    made.add("status", event.status)
    made.add("transp", "OPAQUE" if event.is_busy else "TRANSPARENT")
    made.add("url", event.url)
    for name, value in (("description", text(event.about)), ("location", one_line(event.place))):
        if value:
            made.add(name, value)
    made.add("categories", [event.kind])
    return made
