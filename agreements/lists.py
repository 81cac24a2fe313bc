"""Rows of agreements in words: for the list, the board, the small lists of other pages, and the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import F, QuerySet, TextChoices
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from agreements.models import ENDLESS, MAIN_ROLES, AgreementKind, AgreementNature, AgreementState, Category
from pages.exports import ADDRESS, Column
from pages.paging import Order, Row
from pages.templatetags.pages import badge
from records.dates import Precision, period_text
from visits.lists import instant
from visits.models.visits import party

S = TypeVar("S", bound="QuerySet[Any]")

STATE_TONES = {
    "PIPELINE": ("info", "pencil-line"),
    "ACTIVE": ("good", "circle-check"),
    "EXPIRING": ("warn", "hourglass"),
    "EXPIRED": ("bad", "calendar-x"),
    "RENEWED": ("good", "refresh-cw"),
    "DORMANT": ("warn", "moon"),
    "COMPLETED": ("quiet", "check-check"),
    "TERMINATED": ("quiet", "circle-stop"),
    "REVOKED": ("bad", "ban"),
    "REJECTED": ("bad", "x"),
    "WITHDRAWN": ("quiet", "undo-2"),
    "ON_HOLD": ("warn", "pause"),
}

_SORTED_BY: dict[str, dict[str, Any]] = {
    "active": {"field": "last_active_on", "read": dt.date.fromisoformat},
    "signed": {"field": "signed_on", "read": dt.date.fromisoformat},
    "stage": {"field": "stage_since", "read": dt.date.fromisoformat},
    "logged": {"field": "created_at", "read": instant, "known": True},
}


@dataclass(frozen=True)
class ByEnd(Order):
    """By the effective end on a day, which follows the amendments of an agreement."""

    day: dt.date | None = None

    def on(self, queryset: S) -> S:
        with_state: Any = queryset
        ended: S = with_state.with_state(self.day).annotate(**{self.field: F("reach")})
        return ended


def order_of(sort: str, on: dt.date | None) -> Order:
    """The order that a page names: “-signed”, “ends” … By the effective end it depends on the day."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == "ends":
        return ByEnd("ends_sorted", descending, dt.date.fromisoformat, day=on)
    return Order(**_SORTED_BY[name], descending=descending)


def rows(values: Iterable[Row], user: Any) -> Iterator[Row]:
    """What `for_list()` gave, as the user reads it. Labels are worked out once each, not once a row."""
    address = reverse("agreements:detail", args=[0]).replace("/0/", "/%s/")
    language = get_language()
    english = (language or "").startswith("en")
    today: dt.date = user.today()
    states = {state: (label, state_badge(state)) for state, label in _labels(AgreementState)}
    kinds, categories, natures = (dict(_labels(of)) for of in (AgreementKind, Category, AgreementNature))

    def name(name_id: str | None, name_en: str | None) -> str:
        return (name_en if english and name_en else name_id) or ""

    for value in values:
        parties = [(role, party(name(o, oe), name(r, re))) for role, r, re, o, oe, *_more in value["parties_named"]]
        between = " – ".join([named for role, named in parties if role in MAIN_ROLES]) or _("Parties unknown")
        kind, title, reach = kinds[value["kind"]], value["title"], value["reach"]
        step_id, step_en, since, allowed, day = _standing(value, today)
        days = (day - since).days if since and not value["closed_as"] else None
        over = max(0, days - allowed) if days is not None and allowed is not None else 0
        signed = _signed(language, value["is_signed"], *(value["signing"] or (None,) * 4))
        precision = (value["signing"] or [None])[0]
        value |= {
            "url": address % value["pk"],
            "heading": title or f"{kind}: {between}",
            "between": between,
            "below": between if title else "",
            "category_label": categories[value["category"]],
            "kind_label": kind,
            "nature_label": natures[value["nature"]] if value["nature"] != AgreementNature.NEW else "",
            "stage": "" if value["closed_as"] else name(step_id, step_en),
            "since": since,
            "step__days_allowed": allowed,
            "days": days,
            "over": over,
            "over_badge": over_badge(over) if over else "",
            "state_label": states[value["state"]][0],
            "state_badge": states[value["state"]][1],
            "ends": _end(language, reach, value["known_end"]),
            "ends_exactly": reach if value["known_end"] == Precision.DAY and reach != ENDLESS else None,
            "signed": signed,
            "signed_exactly": value["signed_on"] if precision == Precision.DAY else None,
            **_start(language, value, signed, precision),
            "numbers": "; ".join([number for *_names, number, _region in value["parties_named"] if number]),
            "owner": name(value.get("owner__name_id"), value.get("owner__name_en")),
            "parent_url": address % value["parent_id"] if value.get("parent_id") else None,
        }
        yield value


def _standing(value: Row, today: dt.date) -> tuple[str | None, str | None, dt.date | None, int | None, dt.date]:
    """The step by its two names, since when, the days allowed, and the day of which this is told. A past day leaves
    out a closing that was later."""
    if "stood" not in value:
        since = value["stage_since"]
        return value["step__name_id"], value["step__name_en"], since, value["step__days_allowed"], today
    day: dt.date = value["day"]
    if value["closed_on"] and value["closed_on"] > day:
        value["closed_as"] = ""
    step_id, step_en, since, allowed = value["stood"] or (None, None, None, None)
    return step_id, step_en, dt.date.fromisoformat(since) if since else None, allowed, day


def _start(language: str | None, value: Row, signed: str, precision: str | None) -> Row:
    """From when it is in force: in words, and as a day where that is known. Of rows that were asked for `OF_START`."""
    stated, first = value.get("valid_from"), value.get("runs_from")
    known = value["validity_precision"] if stated else precision
    words = _end(language, stated, known) if stated else signed if first else ""
    return {"starts": words, "starts_exactly": first if known == Precision.DAY else None}


def _labels(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices.choices]


def state_badge(state: str) -> SafeString:
    """The state in words, with its icon and tone: the one table for every page."""
    return _state_badge(get_language(), state)


@lru_cache(maxsize=64)
def _state_badge(_language: str | None, state: str) -> SafeString:
    return badge(AgreementState(state).label, *STATE_TONES[state])


def over_badge(days: int) -> SafeString:
    """By how many days the time allowed for a step is exceeded."""
    return _over_badge(get_language(), days)


@lru_cache(maxsize=4_000)
def _over_badge(_language: str | None, days: int) -> SafeString:
    words = ngettext("%(n)s day over", "%(n)s days over", days) % {"n": number_format(days, force_grouping=True)}
    return badge(words, "bad", "timer")


def end_in_words(reach: dt.date | None, precision: str = Precision.DAY) -> str:
    """The effective end, or a start, as exactly as it is known; empty where it is not."""
    return _end(get_language(), reach, precision)


@lru_cache(maxsize=20_000)
def _end(_language: str | None, reach: dt.date | None, precision: str) -> str:
    if reach is None:
        return ""
    if reach == ENDLESS:
        return _("without an end")
    return date_format(reach, {"MONTH": "F Y", "YEAR": "Y"}.get(precision, "j F Y"))


@lru_cache(maxsize=20_000)
def _signed(
    _language: str | None,
    is_signed: bool,
    precision: str | None,
    first: str | None,
    last: str | None,
    weekday: int | None,
) -> str:
    if not is_signed or precision is None:
        return ""
    starts, ends = (dt.date.fromisoformat(day) if day else None for day in (first, last))
    return period_text(precision, starts, ends, weekday)


OF_START = ("valid_from", "validity_precision", "runs_from")
MORE_FOR_FILES = (
    "about",
    "notice_days",
    "validity_as_stated",
    *OF_START,
    "owner__name_id",
    "owner__name_en",
    "parent_id",
)

COLUMNS = [
    Column(
        gettext_lazy("Title"),
        itemgetter("title"),
        gettext_lazy("Empty: the kind and the parties are the title."),
        40,
    ),
    Column(
        gettext_lazy("Parties"),
        itemgetter("between"),
        gettext_lazy("Those who sign, in their order; facilitators and witnesses are left out."),
        50,
    ),
    Column(
        gettext_lazy("Category"),
        itemgetter("category_label"),
        gettext_lazy("The rules under which it falls."),
        26,
    ),
    Column(gettext_lazy("Kind"), itemgetter("kind_label"), gettext_lazy("What kind of paper it is."), 24),
    Column(
        gettext_lazy("Nature"),
        itemgetter("nature_label"),
        gettext_lazy("What it does to an earlier agreement; empty where it is new."),
        14,
    ),
    Column(gettext_lazy("Numbers"), itemgetter("numbers"), gettext_lazy("The numbers given by the parties."), 30),
    Column(
        gettext_lazy("Stage"),
        itemgetter("stage"),
        gettext_lazy(
            "The step of its process at which it stands on the day for which the list was asked; empty where it is "
            "closed."
        ),
        26,
    ),
    Column(
        gettext_lazy("At this stage since"),
        itemgetter("since"),
        gettext_lazy("The day on which it came to stand there."),
        16,
    ),
    Column(
        gettext_lazy("Days at the stage"),
        itemgetter("days"),
        gettext_lazy("Counted until the day for which the list was asked; empty where it is closed."),
        10,
    ),
    Column(
        gettext_lazy("Days allowed"),
        itemgetter("step__days_allowed"),
        gettext_lazy("How long the step may take, where the process says so."),
        10,
    ),
    Column(
        gettext_lazy("State"),
        itemgetter("state_label"),
        gettext_lazy("What it is on the day for which the list was asked."),
        16,
    ),
    Column(
        gettext_lazy("Signed on"),
        lambda row: row["signed_exactly"] or row["signed"],
        gettext_lazy("The day of the last signature; in words where only a month or year is known, or no date at all."),
        16,
    ),
    Column(
        gettext_lazy("In force from"),
        lambda row: row["starts_exactly"] or row["starts"],
        gettext_lazy("As stated, else the day of the signing."),
        16,
    ),
    Column(
        gettext_lazy("Effective end"),
        lambda row: row["ends_exactly"] or row["ends"],
        gettext_lazy("The last day, with the amendments signed by the day for which the list was asked."),
        16,
    ),
    Column(
        gettext_lazy("Validity in the words of the source"),
        itemgetter("validity_as_stated"),
        gettext_lazy("Exactly as it was written."),
        30,
    ),
    Column(
        gettext_lazy("Notice period in days"),
        itemgetter("notice_days"),
        gettext_lazy("Counted back from the effective end."),
        10,
    ),
    Column(gettext_lazy("Summary"), itemgetter("about"), gettext_lazy("What it is about."), 60),
    Column(
        gettext_lazy("Under"),
        lambda row: row["parent_url"] and f"{settings.SITE_URL}{row['parent_url']}",
        gettext_lazy("The address of the agreement under which it was made."),
        16,
    ),
    Column(
        gettext_lazy("Kept by"),
        itemgetter("owner"),
        gettext_lazy("The region whose officers keep the record."),
        24,
    ),
    Column(
        gettext_lazy("Last activity"),
        itemgetter("last_active_on"),
        gettext_lazy("The last day on which anything happened: a step, a signing, a visit, a measurement."),
        16,
    ),
    Column(
        gettext_lazy("Logged"),
        itemgetter("created_at"),
        gettext_lazy("When it was entered, in your time zone."),
        20,
    ),
    ADDRESS,
]
