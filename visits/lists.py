"""Rows of visits in words: for the list, the small lists of other pages, and the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db.models import Case, IntegerField, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pages.exports import ADDRESS, Column
from pages.paging import Order, Row
from pages.templatetags.pages import badge, icon
from records.dates import Certainty, Precision, period_text
from regions.models.reference import by_name
from visits.models import Direction, Standing, VisitStatus
from visits.models.visits import direction_of, party

TONES = {
    "INVITED": ("quiet", "mail"),
    "PROPOSED": ("quiet", "pencil-line"),
    "SCHEDULED": ("info", "calendar"),
    "IN_PROGRESS": ("accent", "loader"),
    "COMPLETED": ("good", "check"),
    "REPORTED": ("good", "check-check"),
    "POSTPONED": ("warn", "pause"),
    "CANCELLED": ("bad", "x"),
}
DIRECTION_ICONS = {
    "INCOMING": "arrow-down-left",
    "OUTGOING": "arrow-up-right",
    "THIRD_PLACE": "map-pin",
    "VIRTUAL": "monitor",
    "UNKNOWN": "circle-question-mark",
    "ASIDE": "users",
}


def instant(text: str) -> dt.datetime:
    read = dt.datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("An instant needs its zone.")
    return read


def host_named() -> Coalesce:
    """The name that is read, in the language in which it is read."""
    return Coalesce(by_name("host_organisation__"), by_name("host_region__"))


_SORTED_BY: dict[str, dict[str, Any]] = {
    "date": {"field": "starts_on", "read": dt.date.fromisoformat},
    "host": {"field": "host_sorted", "expression": host_named},
    "status": {
        "field": "status_sorted",
        "known": True,
        "read": int,
        "expression": Case(
            *(When(status=status, then=Value(rank)) for rank, status in enumerate(VisitStatus.values)),
            output_field=IntegerField(),
        ),
    },
    "logged": {"field": "created_at", "read": instant, "known": True},
}
ORDERS = {
    sign + name: Order(**options, descending=sign == "-") for name, options in _SORTED_BY.items() for sign in ("", "-")
}


def regions_of(user: Any) -> list[int]:
    """The regions as whose member the user reads: own and supervised ones; for an agency user that of the unit."""
    return user.region_ids or ([user.home_region.pk] if user.home_region else [])


def rows(values: Iterable[Row], user: Any, side: list[int] | None = None) -> Iterator[Row]:
    """What `for_list()` gave, as the user reads it, or as the regions of a side do whose list it is. Labels are worked
    out once each, not once a row."""
    mine = frozenset(regions_of(user) if side is None else side)
    address = reverse("visits:detail", args=[0]).replace("/0/", "/%s/")
    language = get_language()
    english = (language or "").startswith("en")
    statuses = {status: (label, status_badge(status)) for status, label in _labels(VisitStatus)}
    directions = {direction: (label, direction_mark(direction)) for direction, label in _labels(Direction)}
    standings, certainties = dict(_labels(Standing)), dict(_labels(Certainty))

    def name(name_id: str | None, name_en: str | None) -> str:
        return (name_en if english and name_en else name_id) or ""

    for value in values:
        guests = [party(name(o, oe), name(r, re)) for _id, r, re, o, oe in value["guests"]]
        named, title = ", ".join(guests), value["title"]
        organisation = name(value["host_organisation__name_id"], value["host_organisation__name_en"])
        kinds = ", ".join([name(*names) for names in value["kinds_named"]])
        came = [region for guest in value["guests"] for region in guest[0]]
        direction = direction_of(value["setting"], value["host_region_id"], came, mine, value["owner_id"])
        value |= {
            "url": address % value["pk"],
            "date": _when(language, value["precision"], value["starts_on"], value["ends_on"], value["weekday"]),
            "certainty": certainties[value["date_certainty"]],
            "inferred": value["date_certainty"] == Certainty.INFERRED,
            "heading": title or named or _("Guests unknown"),
            "guests_named": named,
            "host": party(organisation, name(value["host_region__name_id"], value["host_region__name_en"])),
            "kinds": kinds,
            "below": " · ".join([part for part in (named if title else "", kinds) if part]),
            "direction": direction,
            "direction_label": directions[direction][0],
            "direction_mark": directions[direction][1],
            "status_label": statuses[value["status"]][0],
            "status_badge": statuses[value["status"]][1],
            "standing_label": standings[value["standing"]],
            "owner": name(value.get("owner__name_id"), value.get("owner__name_en")),
            "claimed": value["standing"] == Standing.CLAIMED,
        }
        yield value


def _labels(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices.choices]


@lru_cache(maxsize=20_000)
def _when(
    _language: str | None, precision: str, first: dt.date | None, last: dt.date | None, weekday: int | None
) -> str:
    return period_text(precision, first, last, weekday)


def status_badge(status: str) -> SafeString:
    return _status_badge(get_language(), status)


@lru_cache(maxsize=64)
def _status_badge(_language: str | None, status: str) -> SafeString:
    return badge(VisitStatus(status).label, *TONES[status])


def direction_mark(direction: str) -> SafeString:
    return _direction_mark(get_language(), direction)


@lru_cache(maxsize=64)
def _direction_mark(_language: str | None, direction: str) -> SafeString:
    return format_html(
        '<span class="nowrap">{} {}</span>', icon(DIRECTION_ICONS[direction], 16), Direction(direction).label
    )


def exact_or_words(row: Row) -> dt.date | str | None:
    """The date where it is known to the day, else the words: a month is not its first day."""
    exact: dt.date | None = row["starts_on"] if row["precision"] == Precision.DAY else None
    return exact or str(row["date"])


MORE_FOR_FILES = ("date_as_stated", "purpose", "owner__name_id", "owner__name_en", "series__name", "phase")

COLUMNS = [
    Column(
        gettext_lazy("Date"),
        exact_or_words,
        gettext_lazy("The day; in words where only a range, month, year or weekday is known."),
        18,
    ),
    Column(
        gettext_lazy("Date in the words of the source"),
        itemgetter("date_as_stated"),
        gettext_lazy("Exactly as it was written."),
        18,
    ),
    Column(
        gettext_lazy("How sure is the date?"),
        itemgetter("certainty"),
        gettext_lazy("Whether a document or source states the date, or whether it was inferred."),
        18,
    ),
    Column(gettext_lazy("Title"), itemgetter("title"), gettext_lazy("Empty: guests and host are the title."), 30),
    Column(
        gettext_lazy("Guests"),
        itemgetter("guests_named"),
        gettext_lazy("The visiting delegations, in the order in which they were entered."),
        40,
    ),
    Column(
        gettext_lazy("Host"),
        itemgetter("host"),
        gettext_lazy("Who receives the guests: an organisation with its region, or a region."),
        40,
    ),
    Column(gettext_lazy("Kinds"), itemgetter("kinds"), gettext_lazy("All kinds of the visit."), 24),
    Column(
        gettext_lazy("Direction"),
        itemgetter("direction_label"),
        gettext_lazy("As your region sees it: what is incoming for the host is outgoing for the guests."),
        14,
    ),
    Column(
        gettext_lazy("Status"),
        itemgetter("status_label"),
        gettext_lazy("How far the visit has come."),
        14,
    ),
    Column(
        gettext_lazy("Evidence"),
        itemgetter("standing_label"),
        gettext_lazy("Whether the visit is evidenced or only mentioned by a later source."),
        14,
    ),
    Column(
        gettext_lazy("Open follow-ups"),
        itemgetter("open_outcomes"),
        gettext_lazy("Outcomes that are open, in progress or blocked."),
        10,
    ),
    Column(gettext_lazy("Purpose"), itemgetter("purpose"), gettext_lazy("Why the visit takes place."), 60),
    Column(
        gettext_lazy("Programme"),
        itemgetter("series__name"),
        gettext_lazy("The programme with phases to which the visit belongs."),
        24,
    ),
    Column(gettext_lazy("Phase"), itemgetter("phase"), gettext_lazy("The phase of the programme."), 8),
    Column(
        gettext_lazy("Kept by"),
        itemgetter("owner"),
        gettext_lazy("The region whose officers keep the record."),
        24,
    ),
    Column(
        gettext_lazy("Logged"),
        itemgetter("created_at"),
        gettext_lazy("When the visit was entered, in your time zone."),
        20,
    ),
    ADDRESS,
]
