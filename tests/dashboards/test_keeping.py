"""What is kept holds as long as nothing changed that it tells of, and belongs to one user alone."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from agreements.models import AgreementVisit, Process, ProcessStep
from dashboards import keeping
from dashboards.keeping import kept
from tests.dashboards.ground import NOW, make_world
from tests.factories import (
    make_agreement,
    make_assignee,
    make_delegate,
    make_delegation,
    make_indicator,
    make_measurement,
    make_milestone,
    make_officer,
    make_organisation,
    make_part,
    make_party,
    make_process,
    make_programme,
    make_province,
    make_region,
    make_sector,
    make_signing,
    make_superuser,
    make_topic,
    make_unit_user,
    make_venue,
    make_visit,
)

URL = "/dashboard/"
pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
COUNTED = re.compile(r"FROM \"(visits_visit|agreements_agreement|followups_milestone)\"")


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71", parent=make_province("Kepulauan Riau", "21"))


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang", code="35.07", parent=make_province())


def stamp(user, *places):
    return keeping._stamp(type(user).objects.get(pk=user.pk), [place.pk for place in places])


def noted(deed):
    """The keys for which the deed is noted; all happens in one transaction, which notes each key once."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dashboards_change")
        deed()
        cursor.execute("SELECT key FROM dashboards_change")
        return {key for (key,) in cursor}


@pytest.fixture
def unchanged(monkeypatch):
    """Nothing changes, as far as is known."""
    monkeypatch.setattr(keeping, "_stamp", lambda user, place_ids: "unchanged")


def counts(client, url=URL):
    """Whether the page asked the records themselves."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return any(COUNTED.search(query["sql"]) and "reminder" not in query["sql"] for query in asked)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@committed
def test_a_second_look_counts_nothing_and_a_change_is_seen_at_once(batam, malang):
    officer = signed_in(make_officer(batam, language="en"))
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=dt.date(2026, 11, 1))
    first = officer.get(URL).content.decode()
    assert not counts(officer)
    assert "Follow-ups overdue on our side" in first

    def overdue():
        page = " ".join(officer.get(URL).content.decode().split())
        shown = re.search(
            r'<span class="stat-number">(\d+)</span> <span>(?:(?!</span>).)*Follow-ups overdue on our side', page
        )
        return shown and shown[1]

    assert overdue() == "1"
    make_milestone("Kirim lagi", batam, owner=batam, due=dt.date(2026, 11, 2))
    assert overdue() == "2"
    milestone.status = "DONE"
    milestone.done_on = dt.date(2026, 11, 20)
    milestone.save()
    assert overdue() == "1"


@committed
def test_what_is_counted_anew_and_what_is_narrowed_is_not_taken_from_before(batam):
    officer = signed_in(make_officer(batam))
    make_visit(batam, make_region("Kabupaten Malang", code="35.07"))
    for query in ("?anew=1", f"?place={batam.pk}&category=KSDD_S", f"?place={batam.pk}&on=2026-06-30"):
        assert counts(officer, URL + query)
        assert counts(officer, URL + query)


def make_scene(batam, malang):
    """One of each kind of record, and what hangs on it, between the two."""
    scene = {"visit": make_visit(batam, malang), "process": make_process()}
    scene["agreement"] = make_agreement(batam, malang, signed=dt.date(2025, 1, 1), term_months=24)
    scene["link"] = AgreementVisit.objects.create(agreement=scene["agreement"], visit=scene["visit"])
    scene["programme"] = make_programme(scene["agreement"])
    scene["indicator"] = make_indicator(scene["programme"], target=40)
    scene["measurement"] = make_measurement(scene["indicator"])
    scene["milestone"] = make_milestone("Kirim draf", batam, malang, owner=batam, due=dt.date(2026, 12, 1))
    scene["organisation"] = make_organisation("Bappeda", malang)
    scene["delegation"] = make_delegation(scene["visit"], malang, scene["organisation"])
    return scene


def change(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


DEEDS = {
    "a visit is made": lambda s, b, m: make_visit(m, b),
    "a visit moves": lambda s, b, m: change(s["visit"], starts_on=dt.date(2025, 1, 2), ends_on=dt.date(2025, 1, 2)),
    "a visit is deleted": lambda s, b, m: (
        s["link"].delete(),
        type(s["visit"]).objects.filter(pk=s["visit"].pk).delete(),
    ),
    "a visit leaves the region": lambda s, b, m: (
        type(s["visit"])
        .objects.filter(pk=s["visit"].pk)
        .update(host_region=make_region("Kota Surabaya", code="35.78"), owner=m)
    ),
    "a delegation comes": lambda s, b, m: make_delegation(s["visit"], organisation=s["organisation"]),
    "a delegate comes": lambda s, b, m: make_delegate(s["delegation"]),
    "a topic comes": lambda s, b, m: make_topic(s["visit"], make_sector()),
    "an agreement is made": lambda s, b, m: make_agreement(m, b),
    "a party comes": lambda s, b, m: make_party(s["agreement"], make_region("Kota Surabaya", code="35.78"), "THIRD"),
    "a signature comes": lambda s, b, m: make_signing(s["agreement"]),
    "an act of two others changes it": lambda s, b, m: make_agreement(
        m, nature="TERMINATION", predecessor=s["agreement"], signed=dt.date(2026, 1, 1), valid_from=dt.date(2026, 1, 1)
    ),
    "a link goes": lambda s, b, m: s["link"].delete(),
    "an indicator changes": lambda s, b, m: change(s["indicator"], target=80),
    "a measurement comes": lambda s, b, m: make_measurement(s["indicator"], 30, dt.date(2026, 1, 1)),
    "a measurement goes": lambda s, b, m: s["measurement"].delete(),
    "a follow-up is made": lambda s, b, m: make_milestone("Lagi", b, owner=m),
    "a follow-up of its agreement, for others": lambda s, b, m: make_milestone(
        "Lagi", m, owner=m, agreement=s["agreement"]
    ),
    "a follow-up is done": lambda s, b, m: change(s["milestone"], status="DONE", done_on=dt.date(2026, 11, 1)),
    "a part comes": lambda s, b, m: make_part(s["milestone"], s["organisation"]),
    "a part is confirmed": lambda s, b, m: change(s["milestone"].parts.first(), done_on=dt.date(2026, 11, 1)),
    "an organisation is renamed": lambda s, b, m: change(s["organisation"], name_id="Bapperida"),
    "a region is renamed": lambda s, b, m: change(m, name_id="Kab. Malang"),
    "a process allows more": lambda s, b, m: (
        ProcessStep.objects.filter(process__published_on=None).update(days_allowed=9)
        or Process.objects.filter(pk=s["process"].pk).update(silent_after_months=3)
    ),
    "a sector is new": lambda s, b, m: make_sector("health", "Kesehatan", "Health"),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_every_way_of_writing_is_noted_for_the_region(deed, batam, malang):
    scene = make_scene(batam, malang)
    assert noted(lambda: deed(scene, batam, malang)) & {batam.pk, keeping.REFERENCE}


def test_what_is_given_to_a_person_is_noted_for_them(batam, malang):
    officer, milestone = make_officer(batam), make_milestone("Kirim draf", malang, owner=malang)
    assert -officer.pk in noted(lambda: make_assignee(milestone, officer))


def test_what_others_do_among_themselves_is_noted_for_them_alone(batam, malang):
    make_visit(batam, malang)
    surabaya = make_region("Kota Surabaya", code="35.78")
    assert noted(lambda: make_visit(malang, surabaya)) == {malang.pk, surabaya.pk}
    assert noted(lambda: make_venue(region=malang)) == set()


def test_every_table_that_the_dashboard_reads_is_watched(batam):
    """Tables of records touch their record when they change; those are watched, and what all records are told with."""
    world = make_world(5)
    client = signed_in(world.users["manager"])
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{URL}?anew=1")
    asked = [query["sql"] for query in asked if COUNTED.search(query["sql"])]
    read = {table for sql in asked for table in re.findall(r"(?:FROM|JOIN) \"?([a-z]+_[a-z_]+)", sql)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid "
            "WHERE tgname LIKE 'dashboards\\_%' OR p.prosrc ~ "
            "'UPDATE (visits_visit|agreements_agreement|agreements_programme|followups_milestone) SET'"
        )
        watched = {table for (table,) in cursor}
    assert {"visits_visit", "agreements_agreement", "followups_milestone", "visits_topic"} <= read
    beside = {"followups_reminder", "notices_optout"}  # of the number beside “Inbox”
    assert {table for table in read - watched - beside if not table.endswith("event")} <= {
        "regions_sector", "pg_trigger",
    }  # fmt: skip


def test_nobody_is_told_what_was_kept_for_another(batam, malang, unchanged):
    one, other = make_officer(batam), make_officer(batam)
    assert kept("test", one, [batam.pk], "", lambda: "for one") == "for one"
    assert kept("test", other, [batam.pk], "", lambda: "for the other") == "for the other"
    assert kept("test", one, [batam.pk], "", lambda: "made again") == "for one"
    assert kept("test", one, [malang.pk], "", lambda: "elsewhere") == "elsewhere"
    assert kept("test", one, [batam.pk], "narrowed", lambda: "narrowed") == "narrowed"


def test_other_rights_are_another_answer(batam, unchanged):
    officer = make_officer(batam)
    kept("test", officer, [batam.pk], "", lambda: "as officer")
    Membership.objects.filter(user=officer).update(role="VIEWER")
    officer = type(officer).objects.get(pk=officer.pk)
    assert kept("test", officer, [batam.pk], "", lambda: "as viewer") == "as viewer"


def test_every_quarter_of_an_hour_begins_anew(batam, time_machine, unchanged):
    officer = make_officer(batam)
    kept("test", officer, [batam.pk], "", lambda: "before midnight")
    time_machine.move_to(NOW + dt.timedelta(minutes=15), tick=False)
    assert kept("test", officer, [batam.pk], "", lambda: "after it") == "after it"


def test_who_sees_everything_or_the_part_of_a_unit_is_always_told_anew(batam, unchanged):
    for user in (make_superuser(), make_unit_user(make_organisation("Bappeda", batam))):
        kept("test", user, [batam.pk], "", lambda: "before")
        assert kept("test", user, [batam.pk], "", lambda: "now") == "now"


@committed
def test_what_may_still_be_undone_is_not_kept(batam, malang):
    officer = make_officer(batam)
    with transaction.atomic():
        make_visit(batam, malang)
        assert stamp(officer, batam) is None
        kept("test", officer, [batam.pk], "", lambda: "with the visit")
        transaction.set_rollback(True)
    assert kept("test", officer, [batam.pk], "", lambda: "without it") == "without it"


@committed
def test_a_change_that_began_early_and_ended_late_is_seen(batam, malang):
    """The row of an earlier transaction appears below those of later ones."""
    officer, visit = make_officer(batam), make_visit(batam, malang)
    late = connection.copy()
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute("UPDATE visits_visit SET title = 'Late' WHERE id = %s", [visit.pk])
        make_visit(batam, malang)
        before = stamp(officer, batam)
        late.commit()
        assert stamp(officer, batam) != before
    finally:
        late.close()


@committed
def test_notes_are_made_short_and_no_stamp_returns(batam, malang):
    officer, visit = make_officer(batam), make_visit(batam, malang)
    for n in range(60):
        change(visit, title=f"Visit {n}")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dashboards_change SET at = at - INTERVAL '2 hours'")
        before = stamp(officer, batam)
        keeping.tidy()
        cursor.execute("SELECT count(*) FROM dashboards_change WHERE key = %s", [batam.pk])
        assert cursor.fetchone() == (1,)
    assert stamp(officer, batam) not in (before, None)
