"""One question to everything: regions, organisations, officials, agreements, follow-ups, visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agreements.lists import rows as rows_of_agreements
from agreements.models import Agreement
from followups.models import Milestone
from pages.lookups import Lookup
from pages.paging import Count, Row, count_of
from regions.lookups import OFFICIALS, ORGANISATIONS, REGIONS
from regions.models import Region
from visits.lists import rows
from visits.models import Visit

SHOWN = 6  # of each kind
LONGEST = 200  # characters that are searched


@dataclass(frozen=True)
class Hit:
    name: str
    url: str
    code: str
    about: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `guessed`: nothing holds the words, these are names a typing error away."""

    title: str
    icon: str
    hits: list[Hit]
    more_url: str = ""
    guessed: bool = False


def cleaned(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def region_by_code(text: str) -> Region | None:
    """The region whose official code was typed (“35.07”); country codes of two letters are words as well."""
    has_digit = any(character.isdecimal() for character in text)
    return Region.objects.filter(code__iexact=text).first() if has_digit and len(text) <= 20 else None


def groups(text: str) -> list[Group]:
    """Regions, organisations and officials, the best hits first. At most nine queries."""
    found = [
        _group(_("Regions"), "map", REGIONS, text, "regions:list"),
        _group(_("Organisations"), "landmark", ORGANISATIONS, text, "regions:organisation-list"),
        _group(_("Officials"), "users", OFFICIALS, text, "regions:official-list"),
    ]
    exact = [group for group in found if group.hits and not group.guessed]
    return exact or [group for group in found if group.hits]


def agreements(text: str, user: Any) -> tuple[list[Row], Count]:
    """The most active agreements that hold the words, or whose papers do; counted as their list counts."""
    found = Agreement.objects.visible_to(user).saying(text, user)
    return list(rows_of_agreements(found.newest_first()[:SHOWN].for_list(), user)), count_of(found)


def milestones(text: str, user: Any) -> tuple[list[Row], Count]:
    """Follow-ups that hold the words, what is due first on top, in any state; counted as their list counts."""
    found = Milestone.objects.visible_to(user).matching(text)
    return found.overdue_first()[:SHOWN].told_to(user), count_of(found)


def visits(text: str, user: Any) -> tuple[list[Row], Count]:
    """The newest visits that hold the words, and how many there are; counted as the list of visits counts."""
    found = Visit.objects.visible_to(user).evidenced().matching(text)
    return list(rows(found.newest_first()[:SHOWN].for_list(), user)), count_of(found)


def _group(title: str, icon: str, lookup: Lookup[Any], text: str, list_url: str) -> Group:
    found = list(lookup.search(text)[: SHOWN + 1])
    guessed = not found
    if guessed:
        found = list(lookup.alike(text)[:SHOWN])
    more_url = f"{reverse(list_url)}?{urlencode({'q': text})}" if len(found) > SHOWN else ""
    return Group(title, icon, [_hit(lookup, record) for record in found[:SHOWN]], more_url, guessed)


def _hit(lookup: Lookup[Any], record: Any) -> Hit:
    option = lookup.option(record)
    about = " · ".join(part for part in (option.level, option.context) if part)
    return Hit(option.name, record.get_absolute_url(), option.code, about)
