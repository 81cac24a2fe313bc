"""Whatever writes, the history says who or what it was: a person, their page and request; or the name of a task.

That every path leaves an event is in tests/test_history.py; here, that no event of any path is nobody's.
"""

import json
import re

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import invitations
from accounts.models import Membership, User
from agreements.models import StepEntry
from config.celery import app as celery
from followups.models import Milestone
from records.history import event_model
from records.middleware import HistoryMiddleware
from records.tasks import ScopedTask
from records.work import job
from tests import factories as make
from tests.isolation.world import PROBES, address, addresses, make_world
from tests.ledger.conftest import signed_in
from tests.sent import sent_by
from tests.sides.pages import forms_on
from tests.test_history import DELETES, ROWS, UPDATES
from tests.test_history import make as make_row

WORDS = {"text", "words", "reason", "remarks", "purpose", "note", "answer", "findings", "title", "name"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def event_tables():
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "pgh_tracked_model", None) and model._meta.managed
    )


def events():
    """(table, what its context says) of every event."""
    named = (f"SELECT '{table}' AS name, pgh_context_id FROM {table}" for table in event_tables())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, metadata FROM ({' UNION ALL '.join(named)}) e LEFT JOIN pghistory_context c ON c.id = pgh_context_id"
        )
        return [(table, json.loads(said) if said else {}) for table, said in cursor.fetchall()]


def on_request(user, deed):
    """As if the deed were a page that this user sent a form to."""
    request = RequestFactory().post("/any/page/")
    request.user = user
    HistoryMiddleware(lambda _request: deed() or HttpResponse())(request)


def every_way(model, around):
    """Makes, changes and deletes a row in each of the ways that there are; what the events of it and of all else say."""
    told, labels, known = [], set(), len(events())
    for number, delete in enumerate(DELETES):
        with transaction.atomic():
            around(lambda number=number, delete=delete: one_way(model, delete, UPDATES if not number else ()))
            found = events()
            told += [said for _table, said in found if said]
            assert len(found) - known == sum(bool(said) for _table, said in found), "each has a context"
            labels |= set(
                event_model(model).objects.filter(pgh_context__isnull=False).values_list("pgh_label", flat=True)
            )
            transaction.set_rollback(True)
    assert {"insert", "update", "delete"} <= labels
    return told


def one_way(model, delete, changes):
    row, field, value = make_row(model)
    before = getattr(row, field)
    for turn, change in enumerate(changes[:1] if model is StepEntry else changes):  # its writer is forgotten once
        change(row, field, before if turn % 2 else value)
    delete(row)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def as_task(deed):
    with job("followups.tasks.plan"):
        deed()


@pytest.mark.django_db
@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_no_way_to_write_is_nobodys(model):
    """The person of a request; a task has no person, and its name instead."""
    user = make.make_user()

    by_person = every_way(model, lambda deed: on_request(user, deed))
    by_task = every_way(model, as_task)

    assert {(said["user"], said["url"]) for said in by_person} == {(user.pk, "/any/page/")}
    assert {said["job"] for said in by_task} == {"followups.tasks.plan"}


def test_every_task_says_its_name():
    celery.loader.import_default_modules()
    ours = [task for name, task in celery.tasks.items() if not name.startswith("celery.")]
    assert len(ours) > 10
    assert [task.name for task in ours if not isinstance(task, ScopedTask)] == []


@pytest.mark.django_db
def test_looking_writes_nothing_and_every_form_that_is_sent_names_who_sent_it():
    """All forms on all pages that a manager finds, as they stand, or with a few words where some were missing."""
    world = make_world()
    browser, user, planted = world.browser("manager"), world.people["manager"], len(events())
    browser.raise_request_exception = True
    pages = []
    for url in everywhere(world):
        pages.append((url, browser.get(url)))
        if pages[-1][1].streaming:
            list(pages.pop()[1].streaming_content)
    assert len(events()) == planted
    for url, page in pages:
        for to, fields in forms_of(url, page):
            more = {name: "Diisi" for name, values in fields.items() if values == [""] and name in WORDS}
            with transaction.atomic():
                browser.post(to, fields | more)
    written = [(table, said) for table, said in events() if said]
    assert len(written) == len(events()) - planted
    nobodys = {(table, said["url"]) for table, said in written if said["user"] != user.pk or not said["request_id"]}
    assert nobodys == set()
    assert len({table for table, _said in written}) > 15


def everywhere(world):
    return [address(name, parameters, world.ids) for name, parameters in addresses() if name not in PROBES]


def forms_of(url, page):
    """[(where to, fields)] of the forms on a page that change something."""
    if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
        return []
    found = [(to if to.startswith("/") else url, data) for to, method, data in forms_on(page) if method == "post"]
    return [(to, data) for to, data in found if "/logout/" not in to]


@pytest.mark.django_db(transaction=True)
def test_what_the_database_adds_at_the_end_of_a_transaction_is_its_person_s_too():
    """An outcome that needs a follow-up makes one; the end of an agreement makes a date to watch."""
    batam = make.make_region("Kota Batam", code="21.71")
    user = make.make_officer(batam, language="en")
    agreement = make.make_agreement(batam, make.make_malangs()[0], signed="2026-01-05")
    client, url = signed_in(user), f"/agreements/{agreement.pk}/edit/"

    answer = client.post(url, sent_by(client.get(url)) | {"valid_until": "2031-01-05"})

    assert answer.status_code == 302
    derived = event_model(Milestone).objects.filter(agreement_id=agreement.pk, due_on="2031-01-05")
    assert {event.pgh_context.metadata["user"] for event in derived} == {user.pk}


@pytest.mark.django_db
def test_who_comes_in_by_a_letter_is_somebody_too():
    """Nobody is signed in yet: who joins, and who sets a new password, did it themselves."""
    batam = make.make_region("Kota Batam")
    invitation = make.make_invitation(batam, email="baru@batam.example", invited_by=make.make_member(batam, "ADMIN"))
    said = {"name": "Budi Baru", "password": "angin laut di pelabuhan"}
    assert Client().post(f"/join/{invitation.pk}/{invitations.key_of(invitation)}/", said).status_code == 302
    joined = User.objects.get(email="baru@batam.example")
    assert actors(User, joined.pk) == actors(Membership, joined.memberships.get().pk) == {joined.pk}

    user, guest = make.make_user(email="lupa@batam.example"), Client()
    guest.post(reverse("account_reset_password"), {"email": user.email})
    letter = next(one for one in mail.outbox if one.to == [user.email])
    form = guest.get(re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1], follow=True)
    guest.post(form.redirect_chain[-1][0], {"password1": "jalan ke laut lepas", "password2": "jalan ke laut lepas"})
    assert actors(User, user.pk, "password") == {user.pk}


def actors(model, pk, *labels):
    found = event_model(model).objects.filter(pgh_obj_id=pk, pgh_context__isnull=False)
    found = found.filter(pgh_label__in=labels) if labels else found
    return {event.pgh_context.metadata["user"] for event in found.select_related("pgh_context")}
