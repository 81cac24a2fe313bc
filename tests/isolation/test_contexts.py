"""For whom work acts: requests, streamed answers, tasks, pools; and the pages when the first layer has gone."""

import copy
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Q
from django.db.utils import load_backend
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse

from config.celery import app
from dashboards.making import make_waiting
from documents import models as papers
from records import rows
from records.settling import SECRET_COLUMNS
from tests import factories as make
from tests.isolation.world import (
    ASK,
    BATAM,
    FOREIGN,
    MALANG,
    SHARED,
    address,
    addresses,
    everything,
    make_world,
    text_of,
)
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def in_force(world):
    """Everything that was made is checked and settled, as the owner, before anybody acts for somebody else."""
    make.settle()


# The pages: the first layer is taken away


@pytest.fixture
def blind(monkeypatch):
    """Every `visible_to` of the register forgets to ask."""
    blinded = set()
    for model in apps.get_models():
        queryset = type(model._default_manager.all())
        if "visible_to" in queryset.__dict__ and queryset not in blinded:
            blinded.add(queryset)
            monkeypatch.setattr(queryset, "visible_to", lambda self, user: all_of(self))
    monkeypatch.setattr(papers, "readable_by", lambda user: Q())
    assert len(blinded) > 15


def all_of(found):
    """But for columns that the role of the web may not read: with these the page would break, and show nothing."""
    secret = SECRET_COLUMNS.get(found.model._meta.db_table)
    return found.defer(*secret) if secret else found.all()


def test_the_pages_show_nothing_foreign_when_the_first_layer_has_gone(world, in_force, blind):
    seen = ""
    for who, tokens in (("officer", {FOREIGN, MALANG}), ("other side", {FOREIGN, BATAM})):
        browser = world.browser(who)
        for ids in (world.ids, world.foreign):
            for name, parameters in addresses():
                path = where(name, parameters, ids)
                if path is None:
                    continue
                with transaction.atomic():
                    response = browser.get(path, {"q": ASK} if "search" in name or name.endswith("list") else {})
                    body = everything(response)
                    transaction.set_rollback(response.status_code >= 500)  # what one page broke, not for the next
                assert not {token for token in tokens if token in body}, (who, path)
                seen += body
    assert SHARED in seen
    assert BATAM in seen
    assert MALANG in seen


def where(name, parameters, ids):
    """The address of a page, None of what is no page of the register."""
    try:
        return address(name, parameters, ids)
    except (NoReverseMatch, KeyError):
        return None


# Where the context comes from


def test_a_request_acts_for_who_is_signed_in_and_nobody_afterwards(world, in_force):
    acted = []
    middleware = rows.RowsMiddleware(lambda request: acted.append(rows.current()) or HttpResponse())
    for who in ("officer", "stranger", "anonymous"):
        user = world.people[who] or AnonymousUser()
        middleware(SimpleNamespace(user=user))
        assert acted[-1] == rows.person(user)
    middleware(SimpleNamespace(user=make.make_superuser()))
    assert acted[-1] == rows.EVERYBODY
    assert rows.current() == rows.OWNER  # what a command or a test is


def test_a_streamed_answer_acts_for_its_reader_to_the_last_byte(world, in_force):
    def parts():
        yield str(rows.current() == rows.person(world.people["officer"]))
        yield str(Visit.objects.count())

    middleware = rows.RowsMiddleware(lambda _request: StreamingHttpResponse(parts()))
    response = middleware(SimpleNamespace(user=world.people["officer"]))
    assert rows.current() == rows.OWNER
    with rows.acting(rows.EVERYBODY):  # whatever the thread does in between
        assert b"".join(response.streaming_content) == b"True1"


def test_an_export_is_written_as_its_reader_though_the_first_layer_has_gone(world, in_force, blind):
    for kind in ("csv", "xlsx"):
        response = world.browser("officer").get(reverse(f"visits:{kind}"))
        assert response.status_code == 200
        body = everything(response)
        assert SHARED in body
        assert FOREIGN not in body


def test_a_rollback_does_not_bring_somebody_elses_context_back(world, in_force):
    officer, stranger = rows.person(world.people["officer"]), rows.person(world.people["stranger"])
    with rows.acting(officer):
        assert Visit.objects.count() == 1
    with transaction.atomic(), rows.acting(stranger):
        assert Visit.objects.count() == 0
        transaction.set_rollback(True)
    with rows.acting(stranger):
        assert Visit.objects.count() == 0
        with rows.acting(officer), transaction.atomic():
            assert Visit.objects.count() == 1
            transaction.set_rollback(True)
        assert Visit.objects.count() == 0


def test_inside_a_transaction_who_acts_can_change_and_change_back(world, in_force):
    with rows.acting_for(world.people["officer"]), transaction.atomic():
        assert Visit.objects.count() == 1
        with rows.acting(rows.NOBODY):
            assert Visit.objects.count() == 0
        with rows.acting(rows.EVERYBODY):
            assert Visit.objects.count() == 2
        assert Visit.objects.count() == 1


def test_saying_who_acts_is_one_round_trip_and_no_query_of_the_page(
    world, in_force, django_assert_num_queries, monkeypatch
):
    said = []
    kind = type(connections["default"])
    stand = kind._stand_for
    monkeypatch.setattr(kind, "_stand_for", lambda self, acting: said.append(acting) or stand(self, acting))
    officer = rows.person(world.people["officer"])
    with rows.acting(officer), django_assert_num_queries(3):
        for _again in range(3):
            Visit.objects.count()
    assert said == [officer]


@pytest.mark.django_db(transaction=True)
def test_a_pool_hands_on_nothing_of_who_had_the_connection_before(world):
    wrapper = load_backend(connection.settings_dict["ENGINE"]).DatabaseWrapper(
        copy.deepcopy(connection.settings_dict)
        | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
        | {"OPTIONS": connection.settings_dict["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1, "timeout": 10}}},
        "default",
    )
    question = "SELECT pg_backend_pid(), current_setting('role'), current_setting('simpul.regions', true)"
    try:
        with rows.acting_for(world.people["officer"]):
            first = one(wrapper, question)
            assert one(wrapper, "SELECT count(*) FROM visits_visit") == (1,)
        wrapper.close()
        with wrapper.pool.connection() as raw:  # as the pool itself sees it
            assert raw.execute(question).fetchone() == (first[0], "simpul_web", "")
        with rows.acting(rows.NOBODY):
            assert one(wrapper, "SELECT count(*) FROM visits_visit") == (0,)
            assert one(wrapper, question) == (first[0], "simpul_web", "")
        wrapper.close()
        assert one(wrapper, "SELECT count(*) FROM visits_visit") == (2,)  # the owner, said anew
        wrapper.close()
    finally:
        wrapper.close_pool()
    assert first[1:] == ("simpul_web", rows.person(world.people["officer"]).keys[1])


def one(wrapper, sql):
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


# Tasks


def test_a_task_that_says_nothing_sees_nothing(world, in_force):
    @app.task
    def forgetful():
        return rows.current(), Visit.objects.count()

    @app.task(acts_for=rows.EVERYBODY)
    def for_all():
        return rows.current(), Visit.objects.count()

    assert forgetful() == (rows.NOBODY, 0)
    assert forgetful.apply().get() == (rows.NOBODY, 0)
    assert for_all() == for_all.apply().get() == (rows.EVERYBODY, 2)


WORKING_FOR_ALL = {
    "accounts.tasks.clear_expired_sessions", "accounts.tasks.send_invitations", "ledger.tasks.empty_trash",
    "ledger.tasks.keep_seals", "agreements.tasks.read_papers", "dashboards.tasks.make_files",
    "dashboards.tasks.tidy_notes",
    "documents.tasks.clear_orphan_files", "followups.tasks.plan", "followups.tasks.read_papers",
    "notices.tasks.deliver", "notices.tasks.keep_calendar", "visits.tasks.read_papers",
}  # fmt: skip


def test_the_tasks_that_work_for_all_are_these():
    """A new one is thought about before it is added here."""
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if ".tasks." in name and not name.startswith("celery.")}
    assert {name for name, task in ours.items() if task.acts_for != rows.NOBODY} == WORKING_FOR_ALL


def test_a_file_that_was_asked_for_is_made_as_its_owner_though_the_first_layer_has_gone(world, in_force, blind):
    file = make.make_asked_file(world.people["officer"], what="visits", kind="csv")
    with rows.acting(rows.EVERYBODY):
        make_waiting(5)
    file.refresh_from_db()
    with file.file.open() as stored:
        body = text_of(stored.read())
    assert SHARED in body
    assert FOREIGN not in body


# What is refused


def test_what_the_second_layer_refuses_is_a_403_and_any_other_error_stays_what_it_is(world, in_force):
    visit = Visit.objects.get(pk=world.foreign["visit"]["pk"])
    middleware = rows.RowsMiddleware(lambda _request: HttpResponse())
    with rows.acting_for(world.people["officer"]), pytest.raises(DatabaseError) as refused, transaction.atomic():
        visit.outcomes.create(text="Planted")
    with pytest.raises(PermissionDenied):
        middleware.process_exception(SimpleNamespace(path="/"), refused.value)
    assert middleware.process_exception(SimpleNamespace(path="/"), DatabaseError("another")) is None
