"""Puts what was planned into the database of a drill, in bulk and with all triggers."""

from __future__ import annotations

import datetime as dt
import time

from django.db import transaction

from accounts.models import Membership, User
from followups.models import Assignee, Milestone, ReminderRule, Snooze
from notices.models import CalendarDay, Preference
from regions.models import Region
from workshop.drill.planting import RULES, START_HOUR, Calendar, Wave

CITIES = {"Asia/Jakarta": "Kota Bandung", "Asia/Makassar": "Kota Makassar", "Asia/Jayapura": "Kota Jayapura"}
CHIEF = "chief@drill.example"


class Sown:
    """What all waves stand on."""

    def __init__(self, calendar: Calendar) -> None:
        with transaction.atomic():
            self.chief = User.objects.create(email=CHIEF, name="Chief", password="!")  # noqa: S106 - none
            self.cities = {
                zone: Region.objects.create(name_id=name, level="CITY", code=f"99.{n:02}", time_zone=zone)
                for n, (zone, name) in enumerate(CITIES.items(), 1)
            }
            self.rules = {
                rule.kind: ReminderRule.objects.create(
                    code=rule.kind.lower(), name_id=rule.kind, kinds=[rule.kind], days=list(rule.days),
                    every_days=rule.every, at_once=rule.at_once,
                ).pk
                for rule in RULES
            }  # fmt: skip
            CalendarDay.objects.bulk_create(
                CalendarDay(day=day, free_because=why, by_hand=True, send_on=day) for day, why in calendar.rows()
            )

    def plant(self, wave: Wave) -> None:
        """In one transaction."""
        at = dt.datetime.combine(wave.day, START_HOUR, dt.UTC)
        with transaction.atomic():
            self._people(wave)
            milestones = Milestone.objects.bulk_create(
                Milestone(
                    kind=task.rule.kind, title=f"Antar laporan {task.mark} – “kota”", due_on=task.due,
                    status=task.status, done_on=wave.day if task.status == "DONE" else None,
                    since=wave.day - dt.timedelta(40), owner=self.cities["Asia/Jakarta"], created_by=self.chief,
                    opened_at=at, created_at=at,
                )
                for task in wave.tasks
            )  # fmt: skip
            for task, milestone in zip(wave.tasks, milestones, strict=True):
                task.pk = milestone.pk
            Assignee.objects.bulk_create(
                Assignee(
                    milestone_id=task.pk, user_id=person.pk, given_at=at,
                    given_by_id=self.chief.pk if task.given_by_chief else person.pk,
                )
                for task in wave.tasks
                for person in task.people
            )  # fmt: skip
            Snooze.objects.bulk_create(
                Snooze(milestone_id=task.pk, user_id=person.pk, until=wave.day + dt.timedelta(60))
                for task in wave.tasks
                if task.snoozed
                for person in task.people
            )
        wave.planted_at = time.time()

    def _people(self, wave: Wave) -> None:
        users = User.objects.bulk_create(
            User(
                email=person.email, name=f"Person {person.number}", language=person.language,
                time_zone="" if person.in_region else person.zone, password="!",  # noqa: S106 - none
            )
            for person in wave.people
        )  # fmt: skip
        for person, user in zip(wave.people, users, strict=True):
            person.pk = user.pk
        Membership.objects.bulk_create(
            Membership(user_id=person.pk, region=self.cities[person.zone], role="VIEWER")
            for person in wave.people
            if person.in_region
        )
        Preference.objects.bulk_create(
            Preference(user_id=person.pk, digest_at=person.digest_at)
            for person in wave.people
            if person.digest_at != dt.time(7)
        )
