"""The Indonesian working days: weekends, national holidays and joint leave (cuti bersama), as `holidays` knows them.

Later years hold estimates of religious feasts, and no joint leave yet: a newer package, or an administrator, corrects
them. What was changed by hand stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import holidays
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format

from notices.models import CalendarDay

FIRST_YEAR, YEARS_AHEAD = 2020, 3
SATURDAY = 5


def load(this_year: int) -> int:
    """Every day from 2020 to three years ahead; the number of days that were added or corrected. Safe at any time."""
    known = CalendarDay.objects.in_bulk()
    wanted = dict(_days(range(FIRST_YEAR, this_year + YEARS_AHEAD + 1)))
    added = [CalendarDay(day=day, free_because=why, send_on=day) for day, why in wanted.items() if day not in known]
    corrected = [d for d in known.values() if not d.by_hand and wanted.get(d.day, d.free_because) != d.free_because]
    for day in corrected:
        day.free_because = wanted[day.day]
    with transaction.atomic():
        CalendarDay.objects.bulk_create(added, ignore_conflicts=True, batch_size=1000)
        CalendarDay.objects.bulk_update(corrected, ["free_because"], batch_size=500)
    return len(added) + len(corrected)


def _days(years: Iterable[int]) -> Iterable[tuple[dt.date, str]]:
    """Each day with why it is free; empty for a working day."""
    free = holidays.country_holidays("ID", years=years, categories=("public", "government"), language="id")
    with translation.override("id"):
        for year in years:
            day = dt.date(year, 1, 1)
            while day.year == year:
                weekend = date_format(day, "l") if day.weekday() >= SATURDAY else ""
                yield day, str(free.get(day, weekend))[:200]
                day += dt.timedelta(days=1)
