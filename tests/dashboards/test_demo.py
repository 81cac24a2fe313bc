import datetime as dt
import json
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Membership, Role, User
from dashboards.demo.accounts import ACCOUNTS, PASSWORD
from dashboards.demo.articles import OUTLETS
from dashboards.demo.fill import fill
from dashboards.demo.texts import attach, quotations
from records.dates import Precision
from records.history import event_model
from regions.models import Manner, Official
from tests.demo import TODAY, demo  # noqa: F401 -- a fixture
from visits.models import Delegate, DelegateForm, FollowUp, Outcome, Visit, VisitKind, VisitSource, VisitStatus

MADE_UP = "Contoh rekaan untuk demo: bukan peristiwa nyata."


@pytest.fixture
def made_up(demo):  # noqa: F811
    return Visit.objects.filter(remarks__startswith=MADE_UP)


# The whole


def test_filling_twice_changes_nothing(demo):  # noqa: F811
    before = event_model(Visit).objects.count(), User.objects.count()

    assert fill(today=TODAY + dt.timedelta(days=30)) is False

    assert (event_model(Visit).objects.count(), User.objects.count()) == before


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
