"""For any milestones, rules, people, changes and outages: what is promised and told is what the specification says.

SIMPUL_EXAMPLES=5000 takes as many sequences as the goal asks for; a run of the suite takes fewer.
"""

import datetime as dt
import os

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followups import letters
from followups.models import Assignee, Milestone, Part, Reminder, ReminderRule, Snooze
from followups.planning import plan
from notices.models import CalendarDay, Notice
from tests.factories import make_member, make_region
from tests.followups.spec_of_reminders import Person, Rule, Task, World, involved, promised, still_true

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)  # a Monday; Nyepi is on 19 March, the great feast from the 20th
ZONES = ["Asia/Jakarta", "Asia/Jayapura", "Pacific/Kiritimati", "America/Los_Angeles"]
KINDS = ["FOLLOW_UP", "EXPIRY"]
ROLES = ["OFFICER", "OFFICER", "MANAGER", "ADMIN", "ADMIN"]  # of one region and the other in turn
FREE = {dt.date(2026, 3, day) for day in (7, 8, 14, 15, 19, 20, 21, 22, 23, 24, 28, 29)}

days = st.integers(-20, 60).map(lambda n: START.date() + dt.timedelta(days=n))
rule = st.builds(
    dict,
    kinds=st.sampled_from([KINDS[:1], KINDS[1:], KINDS]),
    basis=st.sampled_from(["DUE", "DUE", "SINCE"]),
    days=st.lists(st.integers(-35, 15), min_size=1, max_size=4, unique=True),
    every=st.sampled_from([None, None, 1, 7, 30, 45]),
    audience=st.sampled_from(["RESPONSIBLE", "RESPONSIBLE", "MANAGER", "KEEPER", "PARTNER"]),
)
task = st.builds(
    dict,
    kind=st.sampled_from(KINDS),
    due=st.none() | days,
    since=days,
    status=st.sampled_from(["OPEN", "OPEN", "OPEN", "BLOCKED", "SUGGESTED"]),
    sides=st.sets(st.integers(0, 1)),
    owner=st.integers(0, 1),
    people=st.sets(st.integers(0, 3), max_size=1),
)
step = st.one_of(
    st.tuples(st.just("plan"), st.just(0), st.just(0)),
    st.tuples(st.just("pass"), st.integers(1, 24 * 45), st.just(0)),  # hours: also weeks without service
    st.tuples(st.just("back"), st.integers(1, 5), st.just(0)),  # the clock is set back
    st.tuples(st.just("finish"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("reopen"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("move"), st.integers(0, 3), days),
    st.tuples(st.just("give"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("confirm"), st.integers(0, 3), st.integers(0, 1)),
    st.tuples(st.just("snooze"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("leave"), st.integers(0, 4), st.just(0)),
    st.tuples(st.just("travel"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("silence"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("send"), st.just(0), st.just(0)),
)


class Register:
    """The world twice: rows of the database, and the plain values of the specification beside them."""

    def __init__(self, tasks, rules):
        ReminderRule.objects.all().delete()
        CalendarDay.objects.all().delete()
        span = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(600))
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, free_because="libur" if day in FREE else "", send_on=day) for day in span
        )
        self.regions = [make_region("Kota Batam"), make_region("Kota Malang")]
        users = [make_member(self.regions[n % 2], role) for n, role in enumerate(ROLES)]
        people = []
        for n, (user, role) in enumerate(zip(users, ROLES, strict=True)):
            user.time_zone = zone = ZONES[n % len(ZONES)]
            user.save()
            people.append(Person(user.pk, zone, self.regions[n % 2].pk, role))
        self.users = users
        self.world = World(
            START, FREE, people, [self._task(**t) for t in tasks], [self._rule(n, **r) for n, r in enumerate(rules)]
        )
        self.promised, self.said = set(), set()

    def _task(self, kind, due, since, status, sides, owner, people):
        long_ago = START - dt.timedelta(days=300)
        made = Milestone.objects.create(
            title="x",
            kind=kind,
            due_on=due,
            since=since,
            status=status,
            owner=self.regions[owner],
            opened_at=long_ago,
            origin="DATA",
        )
        for n in sides:
            Part.objects.create(milestone=made, region=self.regions[n], given_at=long_ago)
        for n in people:
            Assignee.objects.create(milestone=made, user=self.users[n], given_at=long_ago)
        regions = {self.regions[n].pk: False for n in sides}
        return Task(
            made.pk, kind, self.regions[owner].pk, due, since, status, regions, [self.users[n].pk for n in people]
        )

    def _rule(self, n, kinds, basis, days, every, audience):
        made = ReminderRule.objects.create(
            code=f"r{n}", name_id="r", kinds=kinds, basis=basis, days=days, every_days=every, audience=audience
        )
        return Rule(made.pk, kinds, basis, days, every, audience)

    def set_clock(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('simpul.moved_clock', (%s::timestamptz - now())::text, true)", [self.world.now]
            )

    def kept(self):
        found = Reminder.objects.filter(why="RULE").values_list("milestone", "recipient", "rule", "offset", "due_on")
        return set(found)

    def plan(self):
        self.set_clock()
        plan()
        self.promised |= promised(self.world)
        assert self.kept() == self.promised
        assert plan().reminders == 0
        assert not Reminder.objects.filter(notice=None).exclude(channels=[]).exists()

    def send(self):
        """As a sender does: what has come is frozen, then asked what it says."""
        self.set_clock()
        due = Notice.objects.filter(frozen_at=None, send_at__lte=self.world.now, deliveries__channel="EMAIL")
        for notice in due.select_related("recipient"):
            Notice.objects.filter(pk=notice.pk).update(frozen_at=self.world.now)
            bound = set(
                notice.reminders.filter(why="RULE").values_list("milestone", "recipient", "rule", "offset", "due_on")
            )
            assert not bound & self.said  # never in two letters
            self.said |= bound
            if not self.world.person(notice.recipient_id).active:
                continue  # the sender itself leaves such a letter
            told = {line.pk for line in letters._lines(notice, "EMAIL")}
            woken = set(
                notice.reminders.filter(why="SNOOZED", milestone__status__in=["OPEN", "BLOCKED"]).values_list(
                    "milestone", flat=True
                )
            )
            assert {key[0] for key in bound if still_true(self.world, key)} <= told
            assert told <= {key[0] for key in bound if still_true(self.world, key)} | woken

    def do(self, what, which, how):
        world = self.world
        if what in ("plan", "send"):
            getattr(self, what)()
        elif what == "pass":
            world.now += dt.timedelta(hours=which)
        elif what == "back":
            world.now -= dt.timedelta(hours=which)
        elif what == "silence":
            rule = world.rules[which % len(world.rules)]
            rule.active = False
            ReminderRule.objects.filter(pk=rule.pk).update(is_active=False)
        elif what == "leave":
            world.people[which].active = False
            self.users[which].is_active = False
            self.users[which].save()
        elif what == "travel":
            world.people[which].zone = self.users[which].time_zone = ZONES[how]
            self.users[which].save()
        elif world.tasks:
            self.change(what, world.tasks[which % len(world.tasks)], how)

    def change(self, what, task, how):
        rows = Milestone.objects.filter(pk=task.pk)
        if what == "finish":
            task.status = "DONE"
            rows.update(status="DONE", done_on=self.world.now.date())
        elif what == "reopen":
            task.status = "OPEN"
            rows.update(status="OPEN", done_on=None)
        elif what == "move":
            task.due = how
            rows.update(due_on=how)
        elif what == "give":
            task.people = [self.users[how].pk]
            Assignee.objects.filter(milestone=task.pk).delete()
            Assignee.objects.create(milestone_id=task.pk, user=self.users[how], given_at=START - dt.timedelta(days=300))
        elif what == "confirm":
            region = self.regions[how].pk
            if region in task.sides:
                task.sides[region] = True
                Part.objects.filter(milestone=task.pk, region=region).update(done_on=self.world.now.date())
        elif what == "snooze":
            person = self.users[how].pk
            visible = self.world.person(person).region in involved(task) or person in task.people
            if visible:
                until = self.world.now.date() + dt.timedelta(days=5)
                task.snoozed[person] = until
                Snooze.objects.update_or_create(milestone_id=task.pk, user_id=person, defaults={"until": until})


@settings(
    max_examples=int(os.environ.get("SIMPUL_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    tasks=st.lists(task, min_size=1, max_size=3),
    rules=st.lists(rule, min_size=1, max_size=3),
    steps=st.lists(step, min_size=2, max_size=12),
)
def test_what_is_promised_is_what_the_specification_says(tasks, rules, steps):
    with transaction.atomic():
        register = Register(tasks, rules)
        register.plan()
        for what, which, how in steps:
            register.do(what, which, how)
        register.plan()
        register.send()
        transaction.set_rollback(True)
