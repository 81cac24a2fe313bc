"""Visits that may be the one that is being logged: the same two sides within three days. A hint, never a bar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.dateparse import parse_date

from pages.paging import Row
from pages.sheets.fields import EARLIEST, LATEST, end_of_month
from records.dates import Precision
from records.keys import whole
from regions.models import Organisation
from visits.lists import rows
from visits.lookups import PARTNERS
from visits.models import Visit

NEAR = dt.timedelta(days=3)
LONGEST = dt.timedelta(days=366)  # no stated period but a year is longer: bounds the part of the index that is read
MOST = 5


class Sides(NamedTuple):
    host: Q
    guests: Q


def possible_duplicates(user: Any, typed: Mapping[str, str]) -> list[Row]:
    """Visible visits between the typed sides around the typed date, the newest first, at most MOST."""
    first, last = _period(typed)
    sides = _sides(user, typed) if first and last else None
    if first is None or last is None or sides is None:
        return []
    found = Visit.objects.visible_to(user).filter(sides.host, sides.guests)
    found = found.filter(starts_on__range=(first - NEAR - LONGEST, last + NEAR), ends_on__gte=first - NEAR)
    found = found.exclude(pk=_key(typed.get("visit", "")))
    return list(rows(found.newest_first().for_list()[:MOST], user))


def _period(typed: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """The bounds of the typed date. What cannot be read is no date yet."""
    match typed.get("precision", Precision.DAY):
        case Precision.DAY:
            return _day(typed.get("day", "")), _day(typed.get("day", ""))
        case Precision.RANGE:
            return _day(typed.get("first", "")), _day(typed.get("last", ""))
        case Precision.MONTH:
            first = _day(f"{typed.get('month', '')}-01")
            return first, first and end_of_month(first)
    return None, None


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None


def _sides(user: Any, typed: Mapping[str, str]) -> Sides | None:
    """From the quick log the partner and the own region, from the full form the host and any of the delegations."""
    if "partner" in typed:
        partner = PARTNERS.records().filter(pk=_key(typed["partner"])).first()
        own = _key(typed.get("owner", "")) or (user.home_region.pk if user.home_region else 0)
        body = partner.organisation.pk if partner and partner.organisation else 0
        place = partner.region.pk if partner and partner.region else 0
        host, guests = _taking_part([own], []), _taking_part([place], [body])
    else:
        host = _taking_part([_key(typed.get("host_region", ""))], [_key(typed.get("host_organisation", ""))])
        guests = _taking_part(_keys(typed, "region"), _keys(typed, "organisation"))
    return Sides(host, guests) if host and guests else None


def _taking_part(regions: Iterable[int], organisations: Iterable[int]) -> Q:
    """Visits in which any of these takes part; an organisation stands for its region too. Empty when there are none."""
    bodies = [pk for pk in organisations if pk]
    places = {pk for pk in regions if pk}
    if bodies and not places:
        of_bodies = Organisation.objects.filter(pk__in=bodies, region__isnull=False)
        places |= set(of_bodies.values_list("region_id", flat=True))
    condition = Q(region_ids__overlap=sorted(places)) if places else Q()
    return condition | Q(organisation_ids__overlap=bodies) if bodies else condition


def _keys(typed: Mapping[str, str], field: str) -> list[int]:
    return [_key(value) for name, value in typed.items() if re.fullmatch(rf"guests-\d+-{field}", name)]


def _key(text: str) -> int:
    return whole(text) or 0
