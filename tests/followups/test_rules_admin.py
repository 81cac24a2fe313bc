"""Rules of reminding in Django admin: days in a line, contradictions in words, and a preview that writes nothing."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from followups.models import Reminder, ReminderRule
from followups.planning import plan
from followups.rules import in_words
from records.history import event_model
from tests.factories import make_manager, make_milestone, make_officer, make_region, make_superuser
from tests.sent import sent_by

pytestmark = pytest.mark.django_db
LIST = "admin:followups_reminderrule_changelist"


@pytest.fixture
def boss(client):
    user = make_superuser(language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def tomorrow():
    return timezone.localdate() + dt.timedelta(days=1)


def make_rule(**kw):
    return ReminderRule.objects.create(
        **({"code": "aturan", "name_id": "Aturan", "name_en": "Rule", "days": [-7], "kinds": ["FOLLOW_UP"]} | kw)
    )


def change_page(rule):
    return reverse("admin:followups_reminderrule_change", args=[rule.pk])


def form_of(client, url):
    return sent_by(client.get(url), "reminderrule_form")


def test_days_are_written_in_a_line(client, boss):
    rule = make_rule()
    data = form_of(client, change_page(rule))
    assert data["days"] == ["-7"]

    answer = client.post(change_page(rule), data | {"days": "H-30, H-7, H"})

    assert answer.status_code == 302, answer.context["errors"]
    rule.refresh_from_db()
    assert rule.days == [-30, -7, 0]
    assert "30 and 7 days before, on the day" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"days": "seminggu"}, "“seminggu” is no day."),
        ({"days": ""}, "This field is required."),
        ({"basis": "SINCE", "days": "-7, 30"}, "there are no days before"),
        ({"audience": "PEOPLE"}, "Choose at least one person"),
        ({"every_days": "0"}, "It repeats after at least 1 day."),
        ({"every_days": "5000"}, "It repeats after at most 1100 days."),
    ],
)
def test_what_contradicts_itself_is_told_in_words(client, boss, typed, told):
    rule = make_rule()
    data = form_of(client, change_page(rule))

    answer = client.post(change_page(rule), data | typed)

    assert answer.status_code == 200
    assert told in answer.content.decode()
    rule.refresh_from_db()
    assert rule.days == [-7]


def test_people_belong_to_the_audience_of_certain_people(client, boss):
    rule = make_rule()
    data = form_of(client, change_page(rule)) | {"people": [boss.pk]}

    wrong = client.post(change_page(rule), data)
    right = client.post(change_page(rule), data | {"audience": "PEOPLE"})

    assert "then this is “Certain people”" in wrong.content.decode()
    assert right.status_code == 302
    assert list(rule.people.all()) == [boss]


def test_its_page_says_who_would_be_written_to_tomorrow(client, boss, tomorrow):
    region = make_region("Kota Batam")
    officer = make_officer(region, name="Rina", time_zone="Asia/Jayapura")
    make_milestone("Kirim draf", region, due=tomorrow + dt.timedelta(days=7))
    make_milestone("Lain hari", region, due=tomorrow + dt.timedelta(days=9))

    page = client.get(change_page(make_rule()))

    [line] = page.context["preview"].lines
    assert (line.person, line.milestone.title, line.promise.offset) == (officer, "Kirim draf", -7)
    shown = page.content.decode()
    assert "Rina" in shown
    assert "Asia/Jayapura" in shown
    assert "7 days before" in shown
    assert "Inbox, E-mail" in shown
    assert "Lain hari" not in shown


def test_a_preview_of_what_is_not_saved_writes_nothing(client, boss, tomorrow):
    region = make_region("Kota Batam")
    make_officer(region)
    manager = make_manager(region)
    make_milestone("Kirim draf", region, due=tomorrow + dt.timedelta(days=3))
    rule = make_rule()
    data = form_of(client, change_page(rule))
    before = (event_model(ReminderRule).objects.count(), rule.version)

    answer = client.post(
        change_page(rule), data | {"days": "-3", "audience": "MANAGER", "_preview": "1", "preview_on": f"{tomorrow}"}
    )

    assert answer.status_code == 200
    [line] = answer.context["preview"].lines
    assert (line.person, line.promise.offset) == (manager, -3)
    shown = answer.content.decode()
    assert "The rule is not saved yet." in shown
    assert "errornote" not in shown
    assert 'value="-3"' in shown, "what was typed is kept"
    rule.refresh_from_db()
    assert (rule.days, rule.audience) == ([-7], "RESPONSIBLE")
    assert (event_model(ReminderRule).objects.count(), rule.version) == before
    assert not Reminder.objects.exists()


def test_what_was_previewed_is_saved_from_the_same_page(client, boss, tomorrow):
    rule = make_rule()
    data = form_of(client, change_page(rule))
    previewed = client.post(change_page(rule), data | {"days": "-3", "_preview": "1", "preview_on": f"{tomorrow}"})

    saved = client.post(change_page(rule), sent_by(previewed, "reminderrule_form"))

    assert saved.status_code == 302, saved.context["errors"]
    rule.refresh_from_db()
    assert rule.days == [-3]


def test_a_new_rule_is_previewed_before_it_is_made(client, boss, tomorrow):
    region = make_region("Kota Batam")
    make_officer(region)
    make_milestone("Kirim draf", region, due=tomorrow)
    add = reverse("admin:followups_reminderrule_add")
    data = form_of(client, add) | {
        "code": "baru", "name_id": "Baru", "days": "0", "channels": ["EMAIL"], "_preview": "1", "preview_on": f"{tomorrow}",
    }  # fmt: skip

    answer = client.post(add, data)

    assert answer.context["preview"].total == 1
    assert not ReminderRule.objects.exists()


def test_a_wrong_form_has_errors_and_no_preview(client, boss):
    rule = make_rule()
    data = form_of(client, change_page(rule))

    answer = client.post(change_page(rule), data | {"days": "x", "_preview": "1"})

    assert answer.context.get("preview") is None
    assert "“x” is no day." in answer.content.decode()


def test_a_day_that_is_none_is_told(client, boss):
    rule = make_rule()
    page = reverse("admin:followups_reminderrule_preview")
    data = form_of(client, change_page(rule))

    assert client.post(change_page(rule), data | {"_preview": "1", "preview_on": "2027-13-45"}).status_code == 200
    for typed in ("2027-13-45", "x", "9999-12-31", "0001-01-01"):
        answer = client.get(page, {"on": typed})
        assert answer.status_code == 200
        assert answer.context["preview"] is None
        assert "errorlist" in answer.content.decode()


def test_the_day_before_is_not_told_again(client, boss, tomorrow):
    """Planning catches up; a preview of a later day leaves out what will have been told by then."""
    region = make_region("Kota Batam")
    make_officer(region)
    make_milestone("Kirim draf", region, due=tomorrow + dt.timedelta(days=2))
    rule = make_rule(days=[-2, 0])
    page = reverse("admin:followups_reminderrule_preview")

    def told(day):
        found = client.get(page, {"on": f"{tomorrow + dt.timedelta(days=day)}", "rule": rule.pk}).context["preview"]
        return [line.promise.offset for line in found.lines]

    assert [told(day) for day in range(4)] == [[-2], [], [0], []]


def test_a_preview_is_what_planning_then_does(client, boss, tomorrow):
    region = make_region("Kota Batam")
    make_officer(region, time_zone="Asia/Jakarta")
    make_manager(region, time_zone="Asia/Jakarta")
    for days in range(-20, 12):
        make_milestone(f"Tugas {days}", region, due=tomorrow + dt.timedelta(days=days))
    make_rule(days=[-7, 0], every_days=7)
    make_rule(code="b", days=[7], every_days=14, audience="MANAGER", at_once=True)
    at_nine = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    move_clock(at_nine - timezone.now())
    plan()
    before = set(Reminder.objects.values_list("pk", flat=True))
    shown = client.get(reverse("admin:followups_reminderrule_preview")).context["preview"]

    move_clock(at_nine + dt.timedelta(days=1) - timezone.now())
    plan()

    made = Reminder.objects.exclude(pk__in=before).values_list("milestone_id", "recipient_id", "rule_id", "offset")
    expected = [
        (one.promise.milestone_id, one.promise.recipient_id, one.promise.rule_id, one.promise.offset)
        for one in shown.lines
    ]
    assert shown.total == len(expected) > 3
    assert sorted(made) == sorted(expected)


def test_a_rule_that_has_written_is_switched_off_not_deleted(client, boss, tomorrow):
    region = make_region("Kota Batam")
    make_officer(region)
    make_milestone("Kirim draf", region, due=timezone.localdate())
    rule = make_rule(days=[0])
    plan()
    delete = reverse("admin:followups_reminderrule_delete", args=[rule.pk])

    shown = client.get(delete).content.decode()
    client.post(delete, {"post": "yes"})

    assert "it has written already" in shown
    assert ReminderRule.objects.filter(pk=rule.pk).exists()


def test_the_pages_speak_indonesian_too(client, boss):
    client.cookies["django_language"] = "id"
    rule = make_rule()

    for url in (change_page(rule), reverse(LIST), reverse("admin:followups_reminderrule_preview")):
        answer = client.get(url)
        assert answer.status_code == 200
        assert '<html lang="id"' in answer.content.decode()
    assert in_words(rule.days)


def test_the_preview_is_for_the_system_administrator(client):
    client.force_login(make_officer(make_region()))

    assert client.get(reverse("admin:followups_reminderrule_preview")).status_code == 302


def test_a_preview_costs_the_same_for_one_and_three(client, boss, tomorrow, django_assert_max_num_queries):
    region = make_region("Kota Batam")
    page = reverse("admin:followups_reminderrule_preview")
    make_rule()
    for number in range(3):
        make_officer(region)
        make_milestone(f"Tugas {number}", region, due=tomorrow + dt.timedelta(days=7))

    with django_assert_max_num_queries(14):
        assert client.get(page).context["preview"].total == 9


def move_clock(by):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', %s, false)", [f"{int(by.total_seconds())} seconds"])


@pytest.fixture(autouse=True)
def _clock_goes_on():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('simpul.moved_clock', '', false)")
