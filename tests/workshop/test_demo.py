import datetime as dt
import html
import json
import re
from collections import Counter
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

from accounts.models import Membership, Role, User
from agreements.models import Agreement
from followups.models import Duty, Milestone, MilestoneEntry, RuleOverride, Snooze
from followups.planning import plan
from notices.models import Notice
from records.dates import Precision
from records.history import event_model
from regions.models import Manner, Official
from tests.demo import TODAY, demo  # noqa: F401 -- a fixture
from tests.sent import sent_by
from visits.models import Delegate, DelegateForm, FollowUp, Outcome, Visit, VisitKind, VisitSource, VisitStatus
from workshop.demo.accounts import ACCOUNTS, PASSWORD
from workshop.demo.articles import OUTLETS
from workshop.demo.fill import fill
from workshop.demo.texts import attach, quotations
from workshop.demo.work.duties import DUTIES
from workshop.demo.work.tasks import TASKS

MADE_UP = "Contoh rekaan untuk demo: bukan peristiwa nyata."


@pytest.fixture
def made_up(demo):  # noqa: F811
    return Visit.objects.filter(remarks__startswith=MADE_UP)


# The whole


def test_filling_twice_changes_nothing(demo):  # noqa: F811
    before = event_model(Visit).objects.count(), User.objects.count()

    assert fill(today=TODAY + dt.timedelta(days=30)) is False

    assert (event_model(Visit).objects.count(), User.objects.count()) == before


@pytest.mark.parametrize(("model", "every"), [(Visit, 3), (Agreement, 1)])
def test_what_is_saved_as_it_is_stays_as_it_is(demo, model, every):  # noqa: F811
    """In its form, by the system administrator. No row of any table has a new event."""
    client = Client()
    client.force_login(User.objects.get(email="sistem@simpul.example"))
    told = [table for table in apps.get_models() if getattr(table, "pgh_tracked_model", None)]
    before = {table: table.objects.count() for table in told}

    answers = {}
    for pk in model.objects.order_by("pk").values_list("pk", flat=True)[::every]:
        url = reverse(f"{model._meta.app_label}:edit", args=[pk])
        answers[pk] = client.post(url, sent_by(client.get(url))).status_code

    assert set(answers.values()) == {302}, answers
    assert {table: table.objects.count() for table in told} == before


MOST = 15  # queries
SAME = 3  # pages of one address pattern that one person opens
ALONG = ("SET ", "SELECT set_config", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.mark.parametrize("who", ["petugas@batam", "pimpinan@batam", "opd@malang", "pengawas@kepri"])
def test_no_page_asks_more_than_fifteen_questions(demo, who):  # noqa: F811
    """Whatever is linked from what is linked from the home page, in the middle of a session."""
    client = Client()
    client.force_login(User.objects.get(email=f"{who}.example"))
    client.get("/")  # writes down its sign of life
    open_ones, seen, of_pattern, asked = ["/"], {"/"}, Counter(), {}
    while open_ones:
        path = open_ones.pop(0)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        if not answer.get("Content-Type", "").startswith("text/html"):
            answer.getvalue()
            continue
        asked[path] = sum(not query["sql"].startswith(ALONG) for query in queries)
        for link in re.findall(r'<a\b[^>]*?href="(/[^"#]*)', answer.content.decode()):
            address = html.unescape(link)
            pattern = pattern_of(address)
            if pattern and address not in seen and of_pattern[pattern] < SAME:
                seen.add(address)
                of_pattern[pattern] += 1
                open_ones.append(address)

    assert len(asked) > 60
    assert {path: number for path, number in asked.items() if number > MOST} == {}


def pattern_of(address):
    """Of pages; "" for the administration, files and what leads elsewhere."""
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return ""
    return "" if found.route.startswith("admin/") or re.search(r"\.\w+$", found.route) else found.route


@pytest.mark.django_db
def test_a_database_with_users_is_left_alone():
    User.objects.create_user("orang@kantor.example", name="Orang")

    with pytest.raises(CommandError, match=r"records of its own .1 users, 0 visits.*nothing was changed"):
        call_command("demo")

    assert (User.objects.count(), Visit.objects.count()) == (1, 0)


def test_every_row_points_to_rows_that_exist(demo):  # noqa: F811
    connection.check_constraints()


def test_the_history_names_the_officer_who_keeps_the_record(demo):  # noqa: F811
    by = {
        (visit.owner.code, event.pgh_context.metadata["user"] == visit.created_by_id)
        for event in event_model(Visit).objects.filter(pgh_label="insert").select_related("pgh_context")
        for visit in [Visit.objects.select_related("owner").get(pk=event.pgh_obj_id)]
    }

    assert by == {("21.71", True), ("35.07", True), ("35.73", True)}


# The accounts


@pytest.mark.parametrize("where", ["21.71", "35.07"])
def test_there_is_somebody_in_each_role_for_both_regions(demo, where):  # noqa: F811
    of_region = Membership.objects.filter(region__code=where).values_list("role", flat=True)
    of_units = Membership.objects.filter(unit__region__code=where).values_list("role", flat=True)

    assert sorted([*of_region, *of_units]) == sorted(Role.values)


def test_everybody_signs_in_with_the_one_password(demo):  # noqa: F811
    people = {account.email: User.objects.get(email=account.email) for account in ACCOUNTS}

    assert [email for email, user in people.items() if not user.check_password(PASSWORD)] == []
    for user in people.values():
        validate_password(PASSWORD, user)


def test_the_province_sees_batam_and_the_stranger_only_the_article_about_soppeng(demo):  # noqa: F811
    batam = Visit.objects.filter(owner__code="21.71")
    supervisor, stranger = (User.objects.get(email=e) for e in ("pengawas@kepri.example", "petugas@soppeng.example"))

    assert set(batam) <= set(Visit.objects.visible_to(supervisor))
    assert [v.date_as_stated for v in Visit.objects.visible_to(stranger)] == ["Kamis lalu"]


def test_the_accounts_are_printed_with_address_password_role_and_place(demo):  # noqa: F811
    plain, as_json = StringIO(), StringIO()

    call_command("demo", accounts=True, stdout=plain)
    call_command("demo", accounts=True, json=True, stdout=as_json)

    assert len(plain.getvalue().splitlines()) == len(ACCOUNTS)
    assert plain.getvalue().split()[:2] == ["petugas@batam.example", PASSWORD]
    assert json.loads(as_json.getvalue())[0]["region"] == "Kota Batam"


# The made-up year


def test_the_year_has_every_kind_status_and_way_to_know_a_date(made_up):
    assert {kind for visit in made_up for kind in visit.kinds.all()} == set(VisitKind.objects.all())
    assert {visit.status for visit in made_up} == set(VisitStatus.values)
    assert {visit.precision for visit in made_up} == {
        Precision.DAY,
        Precision.RANGE,
        Precision.MONTH,
        Precision.UNKNOWN,
    }


def test_the_year_reaches_from_a_year_ago_to_january(made_up):
    days = sorted(visit.starts_on for visit in made_up if visit.starts_on)

    assert len(made_up) >= 60
    assert days[0] < TODAY - dt.timedelta(days=350)
    assert days[-1] > dt.date(2027, 1, 1)
    assert {v.owner.code for v in made_up.select_related("owner")} == {"21.71", "35.07"}


def test_nothing_of_the_year_falls_on_a_weekend(made_up):
    known = made_up.filter(precision__in=["DAY", "RANGE"]).exclude(status="IN_PROGRESS")  # that one is there on any day
    days = [day for visit in known for day in (visit.starts_on, visit.ends_on)]

    assert [day for day in days if day.weekday() > 4] == []


def test_what_is_ahead_has_no_results_and_what_is_over_was_done(made_up):
    ahead = made_up.filter(starts_on__gt=TODAY)

    assert not Outcome.objects.filter(visit__in=ahead).exists()
    assert set(ahead.values_list("agenda__state", flat=True)) == {"PLANNED"}
    assert set(made_up.filter(status="REPORTED").values_list("agenda__state", flat=True)) == {"DONE"}


def test_some_promises_are_open_some_overdue_and_most_are_kept(made_up):
    promises = Outcome.objects.filter(visit__in=made_up, due_on__isnull=False)
    kept = promises.filter(follow_up=FollowUp.DONE).count()

    assert promises.overdue(TODAY).count() >= 3
    assert promises.open().filter(due_on__gte=TODAY).count() >= 3
    assert kept > promises.count() / 2


def test_people_come_in_all_forms_and_act_for_others_in_all_manners(made_up):
    people = Delegate.objects.filter(delegation__visit__in=made_up)

    assert set(people.values_list("form", flat=True)) == set(DelegateForm.values)
    assert set(people.values_list("manner", flat=True)) == set(Manner.values)
    assert people.filter(form="GROUP", count__isnull=False).exists()
    assert people.exclude(on_behalf_of="").exists()


def test_guests_come_from_abroad_too(made_up):
    abroad = {
        v.owner.code for v in made_up.filter(delegations__side="GUEST", delegations__region__level="FOREIGN_CITY")
    }

    assert abroad == {"21.71"}
    assert made_up.filter(host_region__level="FOREIGN_PROVINCE", owner__code="35.07").exists()


def test_nobody_from_the_articles_is_put_into_a_made_up_visit(made_up):
    real = Official.objects.filter(delegate_of__delegation__visit__sources__outlet__in=OUTLETS)
    names = set(real.values_list("name", flat=True))

    assert len(names) == 9
    assert not Delegate.objects.filter(delegation__visit__in=made_up, official__in=real).exists()
    assert [name for name in names for visit in made_up.matching(f'"{name}"')] == []


# The made-up work


@pytest.fixture
def tasks(demo):  # noqa: F811
    return Milestone.objects.filter(note=MADE_UP)


def user(email):
    return User.objects.get(email=email)


def test_all_tasks_and_duties_are_there(tasks):
    assert tasks.count() == len(TASKS)
    assert Duty.objects.filter(title__in=[duty.what for duty in DUTIES]).count() == len(DUTIES)


def test_tasks_are_in_every_state_and_due_at_every_time(tasks):
    assert set(tasks.values_list("status", flat=True)) == {
        *("SUGGESTED", "OPEN", "IN_PROGRESS", "BLOCKED", "DONE", "CANCELLED")
    }
    assert tasks.overdue(TODAY).count() >= 3
    assert tasks.due_within(7, TODAY).count() >= 5
    assert tasks.open().filter(due_on=None).count() == 2
    assert {t.priority for t in tasks} == {"LOW", "NORMAL", "HIGH", "URGENT"}


def test_no_task_is_due_on_a_weekend(tasks):
    assert [t.due_on for t in tasks if t.due_on and t.due_on.weekday() > 4] == []


def test_what_is_done_has_evidence_and_an_entry_on_its_day(tasks):
    done = tasks.filter(status="DONE")

    assert done.count() >= 4
    for task in done:
        entry = task.log.get(deed="COMPLETED")
        assert (entry.at.date(), bool(task.evidence)) == (task.done_on, True)
        assert {part.done_on for part in task.parts.all()} == {task.done_on}


def test_one_side_of_a_shared_task_has_confirmed_and_the_other_owes_it(tasks):
    shared = tasks.get(title__startswith="Menetapkan narahubung gudang cabai")

    assert [(p.region.code, bool(p.done_on)) for p in shared.parts.all()] == [("21.71", True), ("35.07", False)]
    assert shared in Milestone.objects.owed_by(user("petugas@malang.example"))
    assert shared not in Milestone.objects.for_side_of(user("pembaca@batam.example"))
    assert {e.by.email for e in shared.log.exclude(by=None)} == {"petugas@batam.example", "petugas@malang.example"}


def test_what_is_only_for_our_side_is_not_seen_by_others(tasks):
    internal = tasks.get(internal=True)

    assert internal.region_ids == [internal.owner_id]


def test_duties_were_met_met_late_missed_and_waived(demo):  # noqa: F811
    of_ours = Milestone.objects.filter(duty__title__in=[duty.what for duty in DUTIES])

    assert {o.occurrence(TODAY) for o in of_ours} >= {"MET", "LATE", "MISSED", "WAIVED", "DUE"}
    assert of_ours.filter(due_on__gt=TODAY).count() == len(DUTIES)
    assert of_ours.count() == sum(len(duty.history) + 1 for duty in DUTIES)


def test_promises_of_visits_were_kept_about_when_they_were_due(demo):  # noqa: F811
    kept = Milestone.objects.filter(origin="OUTCOME", status="DONE")

    assert kept.count() > 20
    assert {o.occurrence(TODAY) for o in kept} == {""}
    assert max(kept.values_list("done_on", flat=True)) < TODAY
    assert {(m.done_on - m.due_on).days for m in kept} <= set(range(-40, 4))


def test_nobody_is_flooded(demo):  # noqa: F811
    """Everything that is overdue, due within a month, or without a day."""
    soon = TODAY + dt.timedelta(days=30)
    owed = {
        who: Milestone.objects.owed_by(user(f"{who}.example")).open().exclude(due_on__gt=soon).count()
        for who in ("petugas@batam", "petugas@malang", "opd@batam", "opd@malang", "petugas@kotamalang")
    }

    assert {who: 3 <= n <= 45 for who, n in owed.items()} == dict.fromkeys(owed, True), owed
    assert 5 <= owed["opd@batam"] <= 12


def test_the_first_planning_writes_letters_that_can_be_read(demo):  # noqa: F811
    plan()

    letters = Notice.objects.values_list("recipient__email", "kind")
    assert {
        ("opd@batam.example", "AT_ONCE"),
        ("opd@malang.example", "DIGEST"),
        ("pimpinan@malang.example", "AT_ONCE"),
    } <= {*letters}
    assert 8 <= len(letters) <= 20
    assert max(n.reminders.count() for n in Notice.objects.all()) <= 40
    assert plan().reminders == 0


def test_a_snooze_and_rules_of_its_own_are_there_to_look_at(demo):  # noqa: F811
    assert Snooze.objects.get().until > TODAY
    assert {(o.rule.code, bool(o.days)) for o in RuleOverride.objects.all()} == {("expiry", True), ("silence", False)}


def test_every_entry_of_a_log_lies_behind_us(demo):  # noqa: F811
    assert not MilestoneEntry.objects.filter(by__isnull=False, at__date__gt=TODAY).exists()


# The texts of the articles


def test_a_text_is_given_to_the_sources_that_quote_it(demo, tmp_path):  # noqa: F811
    visit = Visit.objects.get(date_as_stated="Kamis lalu")
    text = "\n".join(quotations(visit))
    (tmp_path / "any name.txt").write_text(text, encoding="utf-8")
    (tmp_path / "other.txt").write_text("Berita lain sama sekali.", encoding="utf-8")

    [found] = attach(tmp_path)
    again = attach(tmp_path)

    assert (found.file.name, found.sources, found.misquoted, again) == ("any name.txt", 1, [], [])
    assert visit.sources.get().full_text == text
    VisitSource.objects.filter(visit=visit).update(full_text="")


def test_a_quotation_that_the_text_lacks_is_named(demo, tmp_path):  # noqa: F811
    visit = Visit.objects.get(date_as_stated="Kamis lalu")
    said = visit.statements.filter(verbatim=True).first().text
    (tmp_path / "a.txt").write_text("\n".join(q for q in quotations(visit) if q != said), encoding="utf-8")
    problems = StringIO()

    call_command("demo", articles=tmp_path, stdout=StringIO(), stderr=problems)

    assert problems.getvalue() == f"a.txt does not contain the words “{said}”.\n"
    VisitSource.objects.filter(visit=visit).update(full_text="")


def test_a_folder_that_is_none_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(CommandError, match=r"is not a folder\. Give --articles the folder that holds"):
        call_command("demo", articles=tmp_path / "nowhere")
