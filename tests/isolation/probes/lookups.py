"""QuerySets, lists and numbers, asked as a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from agreements.board import Board
from agreements.changes import changes_of
from agreements.checklists import lacking_papers
from agreements.models import Agreement, AgreementVisit, Category, Process, ProcessStep, StepEntry, StepPaper
from agreements.moving import start
from agreements.standing import with_open_renewal
from agreements.stepper import Stepper
from agreements.ways import Way
from dashboards.calendar.feeding import content_of
from dashboards.counting.visits import _walked
from dashboards.day import Day
from dashboards.finder import Finder
from dashboards.finding.jumps import straight_to
from dashboards.lists import found_in
from dashboards.models import Feed, SavedView
from dashboards.reports.counted import follow_ups
from dashboards.scope import Scope, scope_of
from dashboards.watching import _events, news_of
from followups.detail import Telling
from followups.explaining import Explanation
from followups.lookups import PeopleLookup
from followups.models import Milestone, Part, Reminder
from sides.models import Handover
from tests import factories as make
from tests.isolation.probes.base import acting, foreign, notices, ours
from tests.isolation.world import BATAM, FOREIGN, MALANG, World
from visits.models import Visit


@notices("dashboards/lists.py:found_in:1")
def list_of_all_visits(world: World) -> Any:
    with acting(world, "stranger") as user:
        return list(found_in("visits", "", user).records)


@notices("agreements/models/log.py:StepEntryQuerySet.visible_to:1")
def entries_of_a_foreign_way(world: World) -> Any:
    Agreement.objects.filter(pk=world.foreign["agreement"]["pk"]).update(category=Category.KSDD_S)
    start(foreign(world).agreement, by=None)
    with acting(world, "stranger") as user:
        return list(StepEntry.objects.visible_to(user))


@notices("followups/models/parts.py:OfMilestoneQuerySet.visible_to:1")
def parts_of_foreign_milestones(world: World) -> Any:
    with acting(world, "stranger") as user:
        return list(Part.objects.visible_to(user))


@notices("sides/models/handovers.py:HandoverQuerySet.concerning:1")
def offer_of_a_record_that_one_sees_no_longer(world: World) -> Any:
    offered = make.make_handover(foreign(world).visit, to=ours(world).host)
    with acting(world, "officer") as user:
        return list(Handover.objects.concerning(user).filter(pk=offered.pk))


@notices("followups/lookups.py:PeopleLookup.others:1")
def people_of_those_who_take_part_in_a_foreign_visit(world: World) -> Any:
    with acting(world, "stranger") as user:
        return PeopleLookup(user, {"visit": str(world.foreign["visit"]["pk"])}).others


@notices("followups/explaining.py:Explanation.why_not:1")
def somebody_who_does_not_see_it_is_told_of_as_if(world: World) -> Any:
    milestone = foreign(world).milestone
    with acting(world, "stranger") as user:
        return Explanation(milestone).why_not(user) != [_("This person may not see the follow-up.")]


@notices("followups/models/reminders.py:ReminderQuerySet.visible_to:1")
def own_reminder_of_what_one_sees_no_longer(world: World) -> Any:
    with acting(world, "stranger") as user:
        return list(Reminder.objects.visible_to(user).filter(milestone__title__contains=FOREIGN))


@notices("followups/models/reminders.py:ReminderQuerySet.in_inbox:1")
def reminders_of_others(world: World) -> Any:
    with acting(world, "stranger") as user:
        return list(Reminder.objects.in_inbox(user).filter(milestone__title__contains=FOREIGN))


@notices("dashboards/day.py:Day.__init__:2")
def agreements_of_the_day(world: World) -> Any:
    with acting(world, "stranger") as user:
        return list(Day(user).agreements)


# What hangs on a record of both sides


def given(title: str) -> Milestone:
    """Batam must do it, of a visit and an agreement in which it has no part; that which is “alone” of no own duty."""
    return Milestone.objects.select_related("visit", "agreement", "duty").get(title__endswith=title)


@notices("dashboards/reports/counted.py:follow_ups:1")
def follow_up_of_a_foreign_visit_in_a_report(world: World) -> Any:
    with acting(world, "stranger") as user:
        return FOREIGN in repr(follow_ups(user, visit=world.foreign["visit"]["pk"]))


@notices("followups/detail.py:Telling._seen:1")
def foreign_visit_from_which_a_task_comes(world: World) -> Any:
    with acting(world, "officer") as user:
        milestone = given("given")
        return list(Telling(milestone, user)._of_visit())


@notices("followups/detail.py:Telling._seen:2")
def foreign_agreement_from_which_a_task_comes(world: World) -> Any:
    with acting(world, "officer") as user:
        milestone = given("given alone")
        return [origin for origin in Telling(milestone, user)._of_agreement() if FOREIGN in origin.words]


@notices("followups/detail.py:Telling._seen:3")
def foreign_duty_from_which_a_task_comes(world: World) -> Any:
    with acting(world, "officer") as user:
        milestone = given("given alone")
        return Telling(milestone, user)._seen[2]


@notices("followups/detail.py:Telling.neighbours:1")
def internal_neighbour_of_the_other_side(world: World) -> Any:
    with acting(world, "officer") as user:
        milestone = given("given")
        return [other for other, _mark in Telling(milestone, user).neighbours if MALANG in other.title]


@notices("agreements/changes.py:changes_of:1")
def foreign_visit_in_the_changes_of_an_agreement(world: World) -> Any:
    """It is the only one that the agreement is tied to."""
    agreement, what = ours(world).agreement, str(AgreementVisit._meta.verbose_name)
    with acting(world, "officer") as user:
        return [change for change in changes_of(agreement, user) if what.lower() in change.what.lower()]


@notices("dashboards/watching.py:_of_agreements:1")
def foreign_visit_in_the_news_of_an_agreement(world: World) -> Any:
    agreement, strange = ours(world).agreement, foreign(world).visit
    with acting(world, "officer") as user:
        rows = [event for _key, found in _events("agreement", [agreement.pk], user) for event in found]
        return [row for row in rows if getattr(row, "visit_id", None) == strange.pk]


@notices("dashboards/watching.py:_of_records:1")
def foreign_visit_that_is_watched(world: World) -> Any:
    make.make_watch(world.people["stranger"], foreign(world).visit)
    with acting(world, "stranger") as user:
        return news_of(user)


@notices("dashboards/watching.py:_of_views:1")
def foreign_view_that_is_watched(world: World) -> Any:
    make.make_watch(world.people["stranger"], SavedView.objects.get(pk=world.foreign["view"]["pk"]))
    with acting(world, "stranger") as user:
        return news_of(user)


@notices("agreements/board.py:Board._filings:1")
def restricted_paper_of_the_other_side_counts_on_the_board(world: World) -> Any:
    agreement = ours(world).agreement
    hidden = agreement.attachments.get(title__contains=MALANG)
    with acting(world, "officer") as user:
        board = Board(Agreement.objects.all(), user, category="", day=user.today(), query="", back="")
        return [f for f in board._filings([agreement.pk])[agreement.pk] if f.paper.pk == hidden.pk]


def asks_for_a_study(world: World) -> Agreement:
    """The agreement of both sides stands at a step that requires a paper, which only Malang has, restricted."""
    agreement = ours(world).agreement
    Process.objects.update(published_on=None)
    step = ProcessStep.objects.get(code="preparation", process__category=Category.KSDD_S)
    StepPaper.objects.create(step=step, kind="FEASIBILITY", required=True)
    Process.objects.update(published_on=dt.date(2024, 1, 1))
    Agreement.objects.filter(pk=agreement.pk).update(category=Category.KSDD_S)
    agreement.refresh_from_db()
    if agreement.process_id is None:
        start(agreement, by=None)
    make.make_agreement_paper(agreement, ours(world).guest, name="kajian.pdf", kind="FEASIBILITY", access="RESTRICTED")
    agreement.refresh_from_db()
    return agreement


@notices("agreements/checklists.py:lacking_papers:1")
def restricted_paper_of_the_other_side_is_there(world: World) -> Any:
    agreement = asks_for_a_study(world)
    with acting(world, "officer") as user:
        return not lacking_papers(Agreement.objects.filter(pk=agreement.pk), user).exists()


@notices("agreements/stepper.py:Stepper._seen:1")
def restricted_paper_of_the_other_side_stands_in_the_log(world: World) -> Any:
    agreement = asks_for_a_study(world)
    hidden = agreement.attachments.get(title__contains=MALANG)
    with acting(world, "officer") as user:
        way = Way(agreement)
        way.log[0].attachment = hidden
        return hidden.pk in Stepper(way, user)._seen


@notices("agreements/standing.py:with_open_renewal:1")
def foreign_renewal_is_told(world: World) -> Any:
    with acting(world, "officer") as user:
        ended = Agreement.objects.filter(title__contains="ended")
        return with_open_renewal(ended, user, user.today(), None).exists()


@notices("visits/models/visits.py:VisitQuerySet.in_category:1")
def visit_of_a_foreign_agreement(world: World) -> Any:
    strange = foreign(world).agreement
    Agreement.objects.filter(pk=strange.pk).update(category=Category.KSDLL)
    with acting(world, "officer") as user:
        return Visit.objects.filter(pk=world.ids["visit"]["pk"]).in_category(Category.KSDLL, user).exists()


@notices("visits/models/visits.py:VisitQuerySet.led_to:1")
def visit_led_to_what_the_other_side_keeps_for_itself(world: World) -> Any:
    visit = make.make_visit(ours(world).host, ours(world).guest)
    make.make_milestone("x", visit.owner, owner=ours(world).guest, internal=True, visit=visit)
    with acting(world, "officer") as user:
        mine = Visit.objects.filter(pk=visit.pk)
        return mine.led_to("follow-up", user.today(), user).exists()


@notices("visits/models/visits.py:VisitQuerySet.led_to:2")
def visit_led_to_a_foreign_agreement(world: World) -> Any:
    with acting(world, "officer") as user:
        mine = Visit.objects.filter(pk=world.ids["visit"]["pk"])
        return mine.led_to("agreement", user.today(), user).exists()


# Numbers


def looked_at(user: Any, asked: str) -> Scope:
    scope = scope_of(user, QueryDict(asked))
    assert scope.form.is_valid()
    return scope


@notices("dashboards/counting/visits.py:_walked:1")
def follow_up_of_the_other_side_was_done_first(world: World) -> Any:
    with acting(world, "officer") as user:
        walked = _walked(looked_at(user, "since=2024-01-01"))
        return list(walked.filter(pk=world.ids["visit"]["pk"], done_on__isnull=False))


@notices("dashboards/counting/visits.py:_walked:2")
def foreign_agreement_was_signed_first(world: World) -> Any:
    make.make_signing(foreign(world).agreement, dt.date(2025, 8, 1))
    with acting(world, "officer") as user:
        walked = _walked(looked_at(user, "since=2024-01-01"))
        return list(walked.filter(pk=world.ids["visit"]["pk"], signed_on__isnull=False))


@notices("dashboards/scope.py:Scope._seen:1")
def dashboard_of_everything(world: World) -> Any:
    with acting(world, "stranger") as user:
        return looked_at(user, "place=all").visits().exists()


@notices("dashboards/finder.py:Finder._told:1", "dashboards/finder.py:Finder._told:2")
def what_others_have_with_each_other_is_counted(world: World) -> Any:
    """The finder looks for partners of any region."""
    jambi, padang, sector = foreign(world).host, foreign(world).guest, make.make_sector()
    make.make_trait(jambi, kind="OFFER", sector=sector)
    make.make_trait(padang, kind="WANT", sector=sector)
    with acting(world, "stranger") as user:
        return [match for match in Finder(jambi, user, {}).page("1") if match.visits or match.agreements]


@notices("dashboards/finding/jumps.py:_agreement:1")
def number_of_a_foreign_agreement(world: World) -> Any:
    foreign(world).agreement.parties.update(number="134/7/ZQ/2025")
    with acting(world, "stranger") as user:
        return straight_to("134/7/ZQ/2025", user)


@notices("dashboards/calendar/feeding.py:_wish:1")
def feed_of_a_view_that_is_shared_no_longer(world: World) -> Any:
    view = SavedView.objects.get(pk=world.foreign["view"]["pk"])
    feed = Feed.objects.create(user=world.people["stranger"], view=view)
    with acting(world, "stranger"):
        return view.name in content_of(feed).name


@notices("documents/finding.py:papers_saying:1")
def restricted_paper_of_the_other_side_is_found_by_its_words(world: World) -> Any:
    with acting(world, "other side") as user:
        return Visit.objects.filter(pk=world.ids["visit"]["pk"]).saying(BATAM, user).exists()
