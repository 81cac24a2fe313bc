"""Eight at the same record as fast as they can: no edit is lost, and who is asked to look again loses nothing either.

Each reads a number, types the next one and sends it. Where every save that was accepted saw what it replaced, the number
at the end is that of the accepted saves. LOST_UPDATES: how often each of the eight tries (the aim is 200).
"""

import datetime as dt
import html
import os
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.template import Template
from django.test import Client
from django.test import utils as of_django
from django.urls import reverse

from followups.models import Milestone
from records.history import event_model
from tests import factories as make
from tests.sent import sent_by

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS, EDITS = 8, int(os.environ.get("LOST_UPDATES", "3"))
FIRST = dt.date(2030, 1, 1)
COUNTED = re.compile(r"\d+ by \d+-\d+")


@pytest.fixture(autouse=True)
def _templates_as_in_service(monkeypatch):
    """Django's test client keeps every context, of all threads: nothing here reads them."""
    monkeypatch.setattr(Template, "_render", of_django._TestState.saved_data.template_render)


class Person:
    """Somebody with a browser of their own. `edit` gives the number that was accepted, None when asked to look again.

    Who is asked goes on from the page that asks, as the page offers; who is not, opens the form anew.
    """

    def __init__(self, user, records):
        self.client, self.records, self.sent = Client(), records, None
        self.client.force_login(user)

    def edit(self, mark):
        raise NotImplementedError

    @staticmethod
    def told(answer, typed, *, form, field):
        """409, with what was typed still in its field."""
        assert answer.status_code == 409, (answer.status_code, answer.content.decode()[:2000])
        assert sent_by(answer, form)[field] == [typed]
        return html.unescape(answer.content.decode())


class ByForm(Person):
    """In the form of the record; the number stands in a text beside who typed it."""

    form = "sheet-form"

    def __init__(self, user, records, url, field):
        super().__init__(user, records)
        self.url, self.field = reverse(url, args=[records[0].pk]), field

    def edit(self, mark):
        if self.sent is None:
            self.sent = self.fields_of(self.client.get(self.url))
            self.read = int(self.sent[self.field][0].split()[0])
        read, typed = self.read, f"{self.read + 1} by {mark}"
        answer = self.client.post(self.url, self.sent | {self.field: typed})
        if answer.status_code == 302:
            self.sent = None
            return read + 1
        page = self.told(answer, typed, form=self.form, field=self.field)
        theirs = {int(found.split()[0]) for found in COUNTED.findall(page) if found != typed}
        assert theirs
        assert max(theirs) > read, "what stands in the register is shown beside it"
        self.sent, self.read = self.fields_of(answer), max(theirs)
        return None

    def fields_of(self, page):
        return {name: value for name, value in sent_by(page, self.form).items() if "__" not in name}


class ByAdmin(ByForm):
    def __init__(self, user, records, field):
        name = records[0]._meta.model_name
        super().__init__(user, records, f"admin:{records[0]._meta.app_label}_{name}_change", field)
        self.form = f"{name}_form"


def number_of(day):
    return (day - FIRST).days // EDITORS


class Moving(Person):
    """The number is that of the days since the first one, by eights: so no two ever type the same day.

    The day is read after the page: never older than it.
    """

    url, form, words, day = "", "", "", ""

    def edit(self, mark):
        if self.sent is None:
            self.sent = sent_by(self.client.get(self.url), self.form)
        days = set(Milestone.objects.filter(pk__in=[one.pk for one in self.records]).values_list("due_on", flat=True))
        assert len(days) == 1, days  # all of them together, or none
        number = number_of(days.pop()) + 1
        to = FIRST + dt.timedelta(days=number * EDITORS + int(mark[0]))
        answer = self.client.post(self.url, self.sent | {self.day: to.isoformat(), self.words: mark})
        if answer.status_code == 302:
            self.sent = None
            return number
        self.told(answer, mark, form=self.form, field=self.words)
        self.sent = sent_by(answer, self.form)
        assert self.sent[self.day] == [to.isoformat()]
        return None


class ByDeed(Moving):
    """On the page that moves one follow-up to another day."""

    form, words, day = "deed-form", "words", "due_day"

    @property
    def url(self):
        return reverse("followups:reschedule", args=[self.records[0].pk])


class InBulk(Moving):
    """Several follow-ups ticked in the list and moved to another day together."""

    form, words, day = "bulk-form", "reason", "on"

    @property
    def url(self):
        picks = [("pick", one.pk) for one in self.records]
        return f"{reverse('followups:bulk')}?{urlencode([('deed', 'RESCHEDULED'), *picks])}"


def run(people, name):
    """All of them at once; the numbers that were accepted, in order."""
    gate, began = threading.Barrier(EDITORS), time.monotonic()

    def work(number):
        try:
            gate.wait(60)
            return [people[number].edit(f"{number}-{edit}") for edit in range(EDITS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        tried = [found for answers in pool.map(work, range(EDITORS)) for found in answers]
    accepted = [found for found in tried if found is not None]
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{name}: {len(tried)} tried, {len(accepted)} accepted, {len(tried) - len(accepted)} told, {seconds:.0f} s\n"
    )
    assert len(tried) == EDITORS * EDITS
    assert len(accepted) == len(set(accepted)), f"{len(accepted) - len(set(accepted))} lost: {sorted(accepted)}"
    assert EDITS <= len(accepted) < len(tried), "they were at it at the same time"
    return sorted(accepted)


def kept(record, field):
    """What the history says stood in the field, one after the other."""
    events = event_model(type(record)).objects.filter(pgh_obj_id=record.pk).order_by("pgh_id")
    return list(dict.fromkeys(events.values_list(field, flat=True)))


def officers(count=EDITORS):
    batam = make.make_region("Kota Batam", code="21.71")
    return [make.make_officer(batam, language="en") for _ in range(count)], batam


def make_visit(batam):
    return make.make_visit(batam, make.make_malangs()[0], remarks="0"), "visits:edit", "remarks"


def make_agreement(batam):
    return make.make_agreement(batam, make.make_malangs()[0], remarks="0"), "agreements:edit", "remarks"


def make_milestone(batam):
    return make.make_milestone("Kirim draf", batam, owner=batam, due=FIRST, note="0"), "followups:edit", "note"


MAKERS = [make_visit, make_agreement, make_milestone]


def check(record, field, accepted):
    """Every accepted save stands on the one before it: none is lost, none is counted twice."""
    record.refresh_from_db()
    assert accepted == list(range(1, len(accepted) + 1))
    assert int(getattr(record, field).split()[0]) == len(accepted)
    assert [int(text.split()[0]) for text in kept(record, field)] == [0, *accepted]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__.removeprefix("make_"))
def test_by_the_form(maker):
    users, batam = officers()
    record, url, field = maker(batam)
    check(record, field, run([ByForm(user, [record], url, field) for user in users], f"form, {url}"))


def test_in_django_admin():
    users = [make.make_superuser(language="en") for _ in range(EDITORS)]
    record, _url, field = make_visit(make.make_region("Kota Batam", code="21.71"))
    check(record, field, run([ByAdmin(user, [record], field) for user in users], "admin, visit"))


def test_by_the_form_and_in_django_admin_together():
    users, batam = officers(EDITORS // 2)
    record, url, field = make_milestone(batam)
    people = [ByForm(user, [record], url, field) for user in users]
    people += [ByAdmin(make.make_superuser(language="en"), [record], field) for _ in users]
    check(record, field, run(people, f"form and admin, {url}"))


def moved(records, accepted):
    assert accepted == list(range(1, len(accepted) + 1))
    for record in records:
        record.refresh_from_db()
        assert number_of(record.due_on) == len(accepted)
        assert [number_of(day) for day in kept(record, "due_on")] == [0, *accepted]


def test_in_bulk():
    users, batam = officers()
    records = [make.make_milestone(f"nr {n}", batam, owner=batam, due=FIRST) for n in range(3)]
    moved(records, run([InBulk(user, records) for user in users], "bulk"))


def test_in_bulk_and_one_at_a_time_together():
    users, batam = officers()
    records = [make.make_milestone("sama", batam, owner=batam, due=FIRST)]
    ways = [InBulk, ByDeed] * (EDITORS // 2)
    moved(records, run([way(user, records) for way, user in zip(ways, users, strict=True)], "bulk and deed"))
