"""Which reminders come due, for whom, and in which letter: case by case (test_promises.py compares with a specification)."""

import datetime as dt
import threading

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from followups.management.commands import remind_loop
from followups.models import Assignee, Milestone, MilestoneEntry, Part, Reminder, ReminderRule, RuleOverride, Snooze
from followups.planning import Planned, plan, preview, promises
from notices import calendar
from notices.models import Delivery, Heartbeat, Notice, OptOut, Preference
from tests.factories import (
    make_agreement,
    make_manager,
    make_member,
    make_membership,
    make_officer,
    make_organisation,
    make_region,
    make_unit_user,
)

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)  # 08:00 in Jakarta
TODAY = MONDAY.date()


def at(moment):
    """From here on it is this moment, for planning and sending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', (%s::timestamptz - now())::text, true)", [moment])


@pytest.fixture(autouse=True)
def _monday():
    ReminderRule.objects.all().delete()
    calendar.load(2026)
    at(MONDAY)


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def officer(batam):
    return make_officer(batam)


def make_rule(**kw):
    fields = {"code": f"r{ReminderRule.objects.count()}", "name_id": "r", "kinds": ["FOLLOW_UP"], "days": [-7, -1, 0]}
    return ReminderRule.objects.create(**fields | kw)


def make_task(region, *, due=None, given_by=None, part=True, **kw):
    """One that nobody is told of as new: made by the machine, long ago."""
    old = MONDAY - dt.timedelta(days=200)
    fields = {
        "title": "Kirim data",
        "owner": region,
        "due_on": due,
        "since": old.date(),
        "opened_at": old,
        "origin": "PERSON",
    }
    task = Milestone.objects.create(**fields | kw)
    if part:
        Part.objects.create(milestone=task, region=region, given_at=old, given_by=given_by)
    return task


def in_days(n):
    return TODAY + dt.timedelta(days=n)


def offsets():
    return list(Reminder.objects.order_by("pk").values_list("offset", flat=True))


def test_a_follow_up_is_told_once_in_the_digest_of_the_day(batam, officer):
    make_rule()
    task = make_task(batam, due=in_days(5))
    assert plan() == Planned(reminders=1, notices=1, deliveries=1)
    assert plan() == Planned()
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.notice.kind, delivery.notice.recipient) == ("EMAIL", "DIGEST", officer)
    assert delivery.next_try_at == delivery.notice.send_at == dt.datetime(2026, 11, 23, 0, tzinfo=dt.UTC)
    assert Reminder.objects.get().milestone == task


def test_a_week_without_service_is_caught_up_by_one_reminder(batam, officer):
    make_rule(every_days=7)
    make_task(batam, due=in_days(8))
    assert plan() == Planned()
    at(MONDAY + dt.timedelta(days=15))  # 1 day, the day itself and the week after have passed without anybody
    plan()
    assert offsets() == [7]


def test_what_is_too_long_ago_is_no_longer_told_but_stays_overdue(batam, officer):
    make_rule()
    task = make_task(batam, due=in_days(-31))
    assert plan() == Planned()
    assert task in Milestone.objects.overdue(TODAY)


def test_what_falls_on_a_free_day_is_told_on_the_working_day_before(batam, officer):
    make_rule(days=[0])
    make_task(batam, due=dt.date(2026, 11, 29))  # a Sunday
    at(MONDAY + dt.timedelta(days=3, hours=14))  # Thursday, 22:00
    assert plan() == Planned()
    at(MONDAY + dt.timedelta(days=4))
    plan()
    assert Notice.objects.get().on == dt.date(2026, 11, 27)


def test_what_comes_after_the_digest_has_gone_waits_for_the_next_working_day(batam, officer):
    make_rule()
    at(MONDAY + dt.timedelta(days=4))  # Friday
    make_task(batam, due=in_days(4))
    plan()
    Notice.objects.update(frozen_at=timezone.now())
    make_task(batam, due=in_days(5))
    plan()
    assert [n.on for n in Notice.objects.order_by("on")] == [dt.date(2026, 11, 27), dt.date(2026, 11, 30)]
    assert [n.reminders.count() for n in Notice.objects.order_by("on")] == [1, 1]


def test_a_moved_day_is_a_new_promise(batam, officer):
    make_rule(days=[0])
    task = make_task(batam, due=TODAY)
    plan()
    task.due_on = in_days(1)
    task.save()
    at(MONDAY + dt.timedelta(days=1))
    plan()
    assert list(Reminder.objects.order_by("pk").values_list("due_on", flat=True)) == [TODAY, in_days(1)]


def test_suggestions_and_what_is_done_remind_nobody(batam, officer):
    make_rule()
    make_task(batam, due=TODAY, status="SUGGESTED")
    make_task(batam, due=TODAY, status="DONE", done_on=TODAY)
    assert plan() == Planned()


def test_the_unit_is_told_and_its_region_only_where_nobody_is_in_the_unit(batam, officer):
    make_rule()
    unit, empty = make_organisation("Bappeda", batam), make_organisation("Dinas Kosong", batam)
    agency = make_unit_user(unit)
    for responsible in (unit, empty):
        task = make_task(batam, due=TODAY, part=False)
        Part.objects.create(milestone=task, unit=responsible, given_at=task.opened_at)
    plan()
    assert list(Reminder.objects.order_by("milestone").values_list("recipient", flat=True)) == [agency.pk, officer.pk]


def test_who_only_looks_on_in_the_unit_is_told_nothing_and_its_officers_are(batam, officer):
    make_rule(days=[0])
    unit = make_organisation("Bappeda", batam)
    make_membership(unit=unit, role="VIEWER")
    task = make_task(batam, due=TODAY, part=False)
    Part.objects.create(milestone=task, unit=unit, given_at=MONDAY)
    plan()
    assert set(Reminder.objects.values_list("why", "recipient")) == {("RULE", officer.pk), ("ASSIGNED", officer.pk)}


def test_beside_an_agency_user_neither_viewers_nor_officers_are_told(batam, officer):
    make_rule(days=[0])
    unit = make_organisation("Bappeda", batam)
    make_membership(unit=unit, role="VIEWER")
    agency, task = make_unit_user(unit), make_task(batam, due=TODAY, part=False)
    Part.objects.create(milestone=task, unit=unit, given_at=MONDAY)
    plan()
    assert set(Reminder.objects.values_list("why", "recipient")) == {("RULE", agency.pk), ("ASSIGNED", agency.pk)}


def test_what_is_given_to_somebody_is_told_at_once_in_one_letter(batam, officer):
    colleague = make_officer(batam)
    for n in range(3):
        task = make_task(batam, title=f"Tugas {n}", part=False)
        Assignee.objects.create(milestone=task, user=colleague, given_by=officer, given_at=MONDAY)
    plan()
    letter = Notice.objects.get()
    assert (letter.kind, letter.recipient, letter.send_at) == ("AT_ONCE", colleague, MONDAY)
    assert letter.reminders.filter(why="ASSIGNED").count() == 3
    assert plan() == Planned()


def test_nobody_is_told_of_what_they_gave_themselves(batam, officer):
    task = make_task(batam, part=False)
    Assignee.objects.create(milestone=task, user=officer, given_by=officer, given_at=MONDAY)
    Part.objects.create(milestone=make_task(batam, part=False), region=batam, given_by=officer, given_at=MONDAY)
    assert plan() == Planned()


def test_an_accepted_suggestion_is_told_to_who_is_responsible(batam, officer):
    task = make_task(batam, status="SUGGESTED")
    plan()
    assert Reminder.objects.count() == 0
    task.status = "OPEN"
    task.save()
    plan()
    assert Reminder.objects.get().why == "ASSIGNED"


def test_what_stays_undone_is_told_to_the_manager_in_a_letter_of_its_own(batam, officer):
    manager = make_manager(batam)
    make_rule(days=[7], audience="MANAGER", at_once=True, escalates=True)
    make_task(batam, due=in_days(-8))
    plan()
    reminder = Reminder.objects.get()
    assert (reminder.recipient, reminder.topic, reminder.notice.kind) == (manager, "ESCALATED", "AT_ONCE")


def test_where_there_is_no_manager_it_is_told_to_the_administrators(batam, officer):
    admin, gone = make_member(batam, "ADMIN"), make_manager(batam)
    rule = make_rule(days=[7], audience="MANAGER", at_once=True, escalates=True)
    task = make_task(batam, due=in_days(-8))
    assert {one.recipient_id for one in preview(rule, TODAY)} == {gone.pk}
    gone.is_active = False
    gone.save()
    plan()
    assert [(one.milestone, one.recipient) for one in Reminder.objects.all()] == [(task, admin)]


def test_the_other_side_of_an_agreement_is_told(batam, officer):
    malang = make_region("Kota Malang")
    theirs = make_officer(malang)
    agreement = make_agreement(batam, malang)
    make_rule(kinds=["EXPIRY"], days=[0], audience="PARTNER")
    make_task(batam, kind="EXPIRY", due=TODAY, agreement=agreement)
    make_task(batam, kind="EXPIRY", due=TODAY, agreement=agreement, internal=True)
    plan()
    assert Reminder.objects.get().recipient == theirs


def test_an_agreement_may_have_days_of_its_own_or_none(batam, officer):
    rule = make_rule(days=[-30])
    early, silent = make_agreement(batam), make_agreement(batam)
    RuleOverride.objects.create(rule=rule, agreement=early, days=[-60])
    RuleOverride.objects.create(rule=rule, agreement=silent, days=[])
    for agreement in (early, silent, None):
        make_task(batam, due=in_days(59), agreement=agreement)
    make_task(batam, due=in_days(29), agreement=silent)
    plan()
    assert [(r.milestone.agreement, r.offset) for r in Reminder.objects.all()] == [(early, -60)]


def test_without_a_due_day_rules_count_from_the_day_since_which_it_is_open(batam, officer):
    make_rule(basis="SINCE", days=[30, 90])
    make_task(batam, since=in_days(-31))
    make_task(batam, since=in_days(-31), due=in_days(100))
    plan()
    assert offsets() == [30]


def test_a_comment_is_told_to_the_others_in_the_digest(batam, officer):
    author = make_officer(batam)
    task = make_task(batam)
    MilestoneEntry.objects.create(milestone=task, deed="COMMENTED", text="Sudah dikirim?", by=author, at=MONDAY)
    plan()
    reminder = Reminder.objects.get()
    assert (reminder.recipient, reminder.why, reminder.notice.kind) == (officer, "COMMENT", "DIGEST")


def test_a_snooze_keeps_silent_until_its_day_and_reminds_then(batam, officer):
    make_rule()
    task = make_task(batam, due=in_days(1))
    Snooze.objects.create(milestone=task, user=officer, until=in_days(2))
    assert plan() == Planned()
    at(MONDAY + dt.timedelta(days=2))
    plan()
    assert sorted(Reminder.objects.values_list("why", flat=True)) == ["RULE", "SNOOZED"]
    assert Notice.objects.count() == 1


def test_a_topic_that_is_switched_off_comes_by_no_letter_but_stays_in_the_inbox(batam, officer):
    make_rule()
    OptOut.objects.create(user=officer, topic="TASKS", channel="EMAIL")
    make_task(batam, due=TODAY)
    assert plan() == Planned(reminders=1)
    assert Reminder.objects.in_inbox(officer).count() == 1


def test_the_gateway_is_used_by_who_has_an_address_there(batam, officer):
    make_rule()
    Preference.objects.create(user=officer, gateway_address="+62811")
    make_task(batam, due=TODAY)
    plan()
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"EMAIL", "WEBHOOK"}
    assert len(set(Delivery.objects.values_list("message_id", flat=True))) == 2


def test_a_digest_that_has_not_gone_moves_with_the_hour_and_the_zone_of_its_reader(batam, officer):
    make_rule()
    make_task(batam, due=in_days(7))
    plan()
    Preference.objects.create(user=officer, digest_at=dt.time(16))
    officer.time_zone = "Asia/Jayapura"
    officer.save()
    assert plan() == Planned()
    delivery = Delivery.objects.get()
    assert delivery.next_try_at == delivery.notice.send_at == dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)


def test_the_day_is_that_of_the_reader(batam):
    make_rule(days=[0])
    west, east = make_officer(batam, time_zone="Asia/Jakarta"), make_officer(batam, time_zone="Asia/Jayapura")
    make_task(batam, due=in_days(1))
    at(dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC))  # 22:30 in Jakarta, half past midnight in Jayapura
    plan()
    assert Reminder.objects.get().recipient == east
    at(dt.datetime(2026, 11, 23, 17, 1, tzinfo=dt.UTC))
    plan()
    assert {r.recipient for r in Reminder.objects.all()} == {west, east}


def test_a_preview_says_what_a_rule_would_do_and_writes_nothing(batam, officer):
    task = make_task(batam, due=in_days(2))
    unsaved = ReminderRule(code="new", name_id="new", kinds=["FOLLOW_UP"], days=[-1])
    assert preview(unsaved, TODAY) == []
    (promise,) = preview(unsaved, in_days(1))
    assert (promise.milestone_id, promise.recipient_id, promise.offset) == (task.pk, officer.pk, -1)
    assert Reminder.objects.count() == 0


def test_of_one_milestone_alone_can_be_asked(batam, officer):
    make_rule()
    one, _other = make_task(batam, due=TODAY), make_task(batam, due=TODAY)
    assert [p.milestone_id for p in promises(milestone=one.pk)] == [one.pk]
    plan()
    assert promises(milestone=one.pk) == []
    assert [p.milestone_id for p in promises(milestone=one.pk, fresh=False)] == [one.pk]


@pytest.mark.django_db(transaction=True)
def test_many_planners_at_once_promise_once(batam, officer):
    make_rule()
    for _ in range(20):
        make_task(batam, due=timezone.localdate())
    barrier = threading.Barrier(4)

    def run():
        barrier.wait()
        for _ in range(5):
            plan()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plan()
    assert Reminder.objects.count() == 20
    assert Delivery.objects.count() == Notice.objects.count() == 1


def test_the_loop_counts_as_planning_only_when_it_has_planned():
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION followups_responsible(bigint) RENAME TO followups_gone")
    with pytest.raises(ProgrammingError):
        remind_loop._plan()
    assert Heartbeat.objects.filter(name="loop").exists()
    assert not Heartbeat.objects.filter(name="planner").exists()
