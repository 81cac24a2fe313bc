"""`bin/manage reminders --explain MILESTONE`: who will be written to, when, by which way and why, or why not."""

from __future__ import annotations

import datetime as dt
import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from followups.explaining import Coming, Explanation, PersonLine, Told
from followups.models import Milestone
from followups.previewing import ways_in_words


class Command(BaseCommand):
    help = "Says who will be reminded of a milestone, when, by which way and why, or why not. Nothing is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--explain", metavar="MILESTONE", required=True, help="its number, or the address of its page"
        )
        parser.add_argument("--person", metavar="EMAIL", help="only this person")
        parser.add_argument("--on", metavar="DAY", type=_day, help="only this day, as 2027-03-31")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *, explain: str, person: str | None, on: dt.date | None, language: str, **options: Any) -> None:
        with translation.override(language):
            who = _person(person) if person else None
            explanation = Explanation(_milestone(explain), who)
            self._tell_milestone(explanation)
            for line in [found] if (found := explanation.of_person) else explanation.people:
                self._tell_person(line, on)
            if not explanation.people:
                self.stdout.write(_("Nobody was or will be written to."))
            self._tell_silent(explanation)

    def _tell_milestone(self, explanation: Explanation) -> None:
        m = explanation.milestone
        self.stdout.write(f"{m.pk}  {m.heading}")
        due = date_format(m.due_on) if m.due_on else _("no due day, open since %(day)s") % {"day": date_format(m.since)}
        self.stdout.write(f"    {m.get_kind_display()} · {m.get_status_display()} · {due}")
        for told in [*explanation.stops, *([explanation.without_rule] if m.is_open else [])]:
            if told:
                self.stdout.write(f"    {told}")

    def _tell_person(self, line: PersonLine, on: dt.date | None) -> None:
        self.stdout.write(f"\n{line.person} <{line.person.email}>, {line.digest_at:%H:%M} {line.zone}")
        for remark in line.remarks:
            self.stdout.write(f"    ! {remark}")
        for told in line.told:
            if on in (None, told.on):
                self.stdout.write(f"    {told.on}  {_told(told)}")
        coming = [one for one in line.coming if on in (None, one.on)]
        for one in coming:
            self.stdout.write(f"    {one.on}  {_coming(one)}")
        if not coming and on:
            later = next((one.on for one in line.coming if one.on > on), line.beyond)
            days = {"day": date_format(on), "next": date_format(later) if later else _("none")}
            self.stdout.write("    " + _("Nothing on %(day)s; the next: %(next)s.") % days)
        elif line.beyond:
            told_later = _("Nothing within these 12 months; the next is written on %(day)s.")
            self.stdout.write("    " + told_later % {"day": date_format(line.beyond)})
        elif not coming:
            self.stdout.write("    " + _("Nothing more will be written."))

    def _tell_silent(self, explanation: Explanation) -> None:
        silent = [line for line in explanation.rules if line.silent]
        if silent:
            self.stdout.write("\n" + _("Rules that do not write:"))
        for line in silent:
            self.stdout.write(f"    {line.rule} ({line.rule.get_audience_display()}): {line.silent}")


def _told(told: Told) -> str:
    ways = [_("Inbox"), *(f"{one.get_channel_display()}: {one.get_state_display()}" for one in told.deliveries)]
    return f"✓ {told.reason} · {', '.join(ways)}"


def _coming(one: Coming) -> str:
    notes = [
        ways_in_words(one.channels),
        *([_("a letter of its own")] if one.at_once else []),
        *([_("due now: with the next planning")] if one.is_due else []),
        *([one.moved] if one.moved else []),
    ]
    return f"{one.reason} · {' · '.join(notes)}"


def _milestone(text: str) -> Milestone:
    found = re.search(r"(\d{1,18})/?\D*$", text)
    milestone = Milestone.objects.for_names().select_related("owner").filter(pk=found[1]).first() if found else None
    if milestone is None:
        raise CommandError(f"There is no milestone {text}.")
    return milestone


def _person(email: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError(f"Nobody has the e-mail address {email}.")
    return person


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
