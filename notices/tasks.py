"""Ticks: each looks for itself what there is to do, so losing one loses nothing and two at once do no harm."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from notices import calendar, sending
from notices.heartbeats import beat
from records import rows
from records.tasks import task

SECONDS = 40  # of sending in one tick: then the slowest letter still ends within the time limits of a task


@task(acts_for=rows.EVERYBODY)
def deliver() -> None:
    beat("beat")
    sending.deliver(seconds=SECONDS)


@task(acts_for=rows.EVERYBODY)
def keep_calendar() -> None:
    calendar.load(timezone.now().astimezone(dt.UTC).year)
