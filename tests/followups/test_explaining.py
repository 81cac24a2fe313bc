"""Who is reminded of a milestone, when and why, or why not: as data, on the page, on the command line."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from followups import planning, reference
from followups.explaining import Explanation
from followups.models import Reminder, ReminderRule, RuleOverride, Snooze, Why
from notices.models import CalendarDay, OptOut, Preference
from tests import factories
from tests.factories import (
    make_agreement,
    make_assignee,
    make_manager,
    make_membership,
    make_officer,
    make_organisation,
    make_part,
    make_region,
    make_unit_user,
    make_viewer,
)

pytestmark = pytest.mark.django_db
ZONE = "Asia/Jakarta"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


def make_milestone(*words, **kw):
    """What nobody gave to anybody: there is no word of that beside the reminders of rules."""
    return factories.make_milestone(*words, **({"origin": "DATA"} | kw))


def make_rule(**kw):
    return ReminderRule.objects.create(
        **(
            {"code": f"r{ReminderRule.objects.count()}", "name_id": "Aturan", "days": [-7, 0], "kinds": ["FOLLOW_UP"]}
            | kw
        )
    )


def of(milestone, person):
    return Explanation(milestone, person).of_person


def days_of(line):
    return [(one.on, one.offset) for one in line.coming]


# Why


def test_the_days_ahead_are_told_with_their_rule(batam, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule(every_days=100)

    line = of(milestone, officer)

    assert days_of(line) == [
        (in_days(23), -7), (in_days(30), 0), (in_days(130), 100), (in_days(230), 200), (in_days(330), 300),
    ]  # fmt: skip
    assert line.coming[0].reason == "Aturan: 7 days before"
    assert line.coming[0].ways == "Inbox, E-mail"
    assert line.remarks == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "DONE", "done_on": dt.date(2026, 1, 1)}, "It is closed (Done): nobody is reminded of it any more."),
        ({"status": "SUGGESTED"}, "It is a suggestion: reminders begin when somebody has accepted it."),
    ],
)
def test_what_is_closed_or_suggested_is_not_told(batam, officer, change, told):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30), **change)
    make_rule()

    explanation = Explanation(milestone, officer)

    assert explanation.stops == [told]
    assert explanation.of_person.coming == []


def test_the_next_day_is_told_also_where_the_forecast_ends_before_it(client, batam, officer):
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=in_days(800))
    make_rule(days=[-180, -30, 0])
    client.force_login(officer)

    line = Explanation(milestone, officer).of_person
    page = client.get(reverse("followups:reminders", args=[milestone.pk])).content.decode()
    part = client.get(reverse("followups:reminders", args=[milestone.pk]), headers={"HX-Request": "true"})

    assert (line.coming, line.beyond) == ([], in_days(620))
    day = date_format(in_days(620))
    assert f"the next is written on {day}" in page
    assert "have passed" not in page
    assert day in part.content.decode()


def test_a_snooze_beyond_the_forecast_is_the_next_day(batam, officer):
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=in_days(800))
    make_rule(days=[-400, 0])
    Snooze.objects.create(milestone=milestone, user=officer, until=in_days(500))

    assert Explanation(milestone, officer).of_person.beyond == in_days(500)


def test_what_was_wholly_told_has_no_next_day(batam, officer):
    milestone = make_milestone("Kirim draf", batam, owner=batam, due=in_days(-60))
    make_rule(days=[-30, 0])

    line = Explanation(milestone, officer).of_person

    assert (line.coming, line.beyond) == ([], None)


def test_letters_that_are_held_are_told(batam, officer, settings):
    settings.NOTICE_HOLD = True

    [told] = Explanation(make_milestone("Kirim draf", batam)).stops

    assert "held" in told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"is_active": False}, "The rule is switched off."),
        ({"basis": "SINCE", "days": [30]}, "The rule is for what has no due day."),
        ({"audience": "MANAGER"}, "The responsible region has neither a manager nor an administrator here."),
        ({"audience": "PARTNER"}, "No other region takes part, or none of them has an officer here."),
        ({"audience": "PEOPLE"}, "None of the chosen people may see it."),
    ],
)
def test_why_a_rule_does_not_write(batam, officer, rule, told):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule(**rule)

    explanation = Explanation(milestone)

    assert [line.silent for line in explanation.rules] == [told]
    assert explanation.without_rule == "No rule writes about it."
    assert explanation.people == []


def test_no_rule_for_this_kind_or_region(batam, malang, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule(kinds=["EXPIRY"])
    make_rule(region=malang)

    explanation = Explanation(milestone)

    assert explanation.rules == []
    assert explanation.without_rule == "No rule is about follow-ups of this kind."


def test_no_due_day_and_no_rule_for_that(batam, officer):
    milestone = make_milestone("Kirim draf", batam)
    make_rule()

    assert [line.silent for line in Explanation(milestone).rules] == [
        "The rule counts from the due day, and none is known."
    ]


def test_own_days_of_the_agreement_and_silence(batam, malang, officer):
    milestone = make_milestone("Kirim draf", batam, agreement=make_agreement(batam, malang), due=in_days(60))
    spoken, silent = make_rule(), make_rule()
    RuleOverride.objects.create(rule=spoken, agreement=milestone.agreement, days=[-30])
    RuleOverride.objects.create(rule=silent, agreement=milestone.agreement, days=[])

    explanation = Explanation(milestone, officer)

    assert [line.silent for line in explanation.rules] == ["", "The rule is silent for this agreement."]
    assert days_of(explanation.of_person) == [(in_days(30), -30)]


def test_nobody_works_for_the_unit(batam):
    unit = make_organisation("Bappeda", region=batam)
    viewer = make_membership(unit=unit, role="VIEWER").user
    milestone = make_milestone("Kirim draf", unit, due=in_days(30))
    make_rule()

    [line] = Explanation(milestone).rules
    assert line.silent == f"Nobody works for {milestone.parts.get().name} here."
    assert of(milestone, viewer).remarks[0].startswith("This person is neither an agency user of a responsible unit")

    member = make_unit_user(unit)
    assert [one.person for one in Explanation(milestone).people] == [member]


def test_a_side_that_has_confirmed_is_left_alone(batam, malang, officer):
    milestone = make_milestone("Kirim draf", batam, malang, due=in_days(30))
    milestone.parts.filter(region=batam).update(done_on=dt.date(2026, 1, 1))
    other = make_officer(malang)
    make_rule()

    explanation = Explanation(milestone, officer)

    assert [one.person for one in explanation.people if one.coming] == [other]
    assert explanation.of_person.remarks == ["The side of this person has confirmed its part."]


def test_what_is_given_to_certain_people_is_theirs_alone(batam, officer):
    other = make_officer(batam, name="Sari")
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_assignee(milestone, other, given_by=other)
    make_rule()

    line = of(milestone, officer)

    assert line.coming == []
    assert line.remarks == ["It is given to Sari, who alone are responsible."]


def test_who_may_not_see_it_and_who_has_no_part(batam, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule()

    stranger, viewer = make_officer(make_region("Kabupaten Soppeng")), make_viewer(batam)

    assert of(milestone, stranger).remarks == ["This person may not see the follow-up."]
    assert of(milestone, viewer).remarks[0].startswith("This person is neither an agency user of a responsible unit")
    officer.is_active = False
    officer.save()
    assert of(milestone, officer).remarks == ["The account of this person is switched off."]


def test_topics_that_are_switched_off(batam, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    Preference.objects.create(user=officer, gateway_address="+62811")
    OptOut.objects.create(user=officer, topic="TASKS", channel="EMAIL")
    OptOut.objects.create(user=officer, topic="ENDINGS", channel="WEBHOOK")
    make_rule()

    line = of(milestone, officer)

    assert line.remarks == ["Has switched off “Follow-ups” for: E-mail."]
    assert line.coming[0].channels == ["WEBHOOK"]


def test_a_snooze_puts_it_off(batam, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    Snooze.objects.create(milestone=milestone, user=officer, until=in_days(40))
    make_rule(every_days=14)

    line = of(milestone, officer)

    assert line.remarks[0].startswith("Snoozed until ")
    assert [(one.on, one.why, one.offset) for one in line.coming][:3] == [
        (in_days(40), Why.SNOOZED, 0), (in_days(40), Why.RULE, 0), (in_days(44), Why.RULE, 14),
    ]  # fmt: skip


def test_a_free_day_is_told_on_the_working_day_before(batam, officer):
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule(days=[0])
    make_calendar(30, {in_days(30): "Hari Raya", in_days(29): "Hari Minggu"})

    [one] = of(milestone, officer).coming

    assert (one.on, one.offset) == (in_days(28), 0)
    assert "is a free day (Hari Raya)" in one.moved


def test_what_is_told_is_not_told_again(batam, officer, today):
    milestone = make_milestone("Kirim draf", batam, due=today)
    make_rule(days=[0])
    make_calendar(5, {})
    [due] = of(milestone, officer).coming
    assert (due.is_due, due.on) == (True, officer.today())

    planning.plan()

    line = of(milestone, officer)
    assert line.coming == []
    assert [one.reason for one in line.told] == ["Aturan: on the day"]


# The forecast is what planning does


@pytest.mark.parametrize("seed", range(6))
def test_the_forecast_is_what_planning_does_day_by_day(batam, malang, seed):
    import random

    chance = random.Random(seed)
    for region in (batam, malang):
        make_officer(region, time_zone=ZONE)
        make_manager(region, time_zone=ZONE)
    make_calendar(200, {in_days(n): "libur" for n in range(-60, 200) if n % 7 in (2, 3) or chance.random() < 0.1})
    milestone = make_milestone(
        "Kirim draf", batam, malang, due=chance.choice([None, in_days(chance.randint(-40, 60))]), created_by=None,
        since=in_days(-chance.randint(0, 90)), agreement=make_agreement(batam, malang),
    )  # fmt: skip
    for basis in ("DUE", "SINCE", "DUE", "SINCE"):
        rule = make_rule(
            basis=basis, days=sorted(chance.sample(range(-20 if basis == "DUE" else 1, 60), 3)),
            every_days=chance.choice([None, 1, 5, 30]),
            audience=chance.choice(["RESPONSIBLE", "MANAGER", "KEEPER", "PARTNER"]),
        )  # fmt: skip
        if chance.random() < 0.4:
            RuleOverride.objects.create(rule=rule, agreement=milestone.agreement, days=chance.choice([[], [3, 9]]))
    for user in [one.person for one in Explanation(milestone).people][::2]:
        Snooze.objects.create(milestone=milestone, user=user, until=in_days(chance.randint(1, 50)))

    told, expected = set(), set()
    for n in range(91):
        day = in_days(n)
        fresh = {
            key(one) for one in planning.promises(day, milestone=milestone.pk) if one.why in (Why.RULE, Why.SNOOZED)
        }
        expected |= {(day, *one) for one in fresh - told}
        told |= fresh

    found = {
        (one.on, line.person.pk, str(one.why), one.rule.pk if one.rule else None, one.offset, one.due_on)
        for line in Explanation(milestone).people
        for one in line.coming
        if one.on <= in_days(90) and one.why in (Why.RULE, Why.SNOOZED)
    }
    assert found == expected


def key(promise):
    return promise.recipient_id, str(promise.why), promise.rule_id, promise.offset, promise.due_on


def make_calendar(days, free):
    CalendarDay.objects.all().delete()
    span = [in_days(n) for n in range(-120, days + 60)]
    CalendarDay.objects.bulk_create(CalendarDay(day=day, free_because=free.get(day, ""), send_on=day) for day in span)


# The page


def page_of(milestone):
    return reverse("followups:reminders", args=[milestone.pk])


def test_the_page_shows_it_to_who_keeps_the_milestone(client, officer, batam, malang):
    reference.load()
    milestone = make_milestone("Kirim draf", batam, malang, due=in_days(30))
    other = make_officer(malang, name="Tuti")

    page = client.get(page_of(milestone))

    shown = page.content.decode()
    assert page.status_code == 200
    assert "Tuti" in shown
    assert "Follow-up: 7 days before" in shown
    assert "The rule is for what has no due day." in shown
    for user, status in ((other, 403), (make_viewer(batam), 403), (make_officer(make_region("Kota Lain")), 404)):
        client.force_login(user)
        assert client.get(page_of(milestone)).status_code == status
    assert client.post(page_of(milestone)).status_code == 405
    client.logout()
    assert client.get(page_of(milestone)).status_code == 302


def test_the_page_of_the_milestone_fetches_a_short_form(client, officer, batam):
    reference.load()
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))

    part = client.get(page_of(milestone), HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part
    assert str(officer) in part
    assert page_of(milestone) in part


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_stands_in_both_languages(client, officer, batam, language):
    reference.load()
    client.cookies["django_language"] = language
    for milestone in (make_milestone(due=None, owner=batam), make_milestone(status="SUGGESTED", owner=batam)):
        assert client.get(page_of(milestone)).content.decode().count("<h1") == 1


def test_it_costs_the_same_for_one_and_three_people(client, officer, batam, django_assert_max_num_queries):
    reference.load()
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    for _number in range(3):
        make_officer(batam)
    planning.plan()

    with django_assert_max_num_queries(32):
        client.get(page_of(milestone))


# The command


def say(*words, **options):
    out = io.StringIO()
    call_command("reminders", explain=words[0], stdout=out, **options)
    return out.getvalue()


def test_the_command_says_who_when_by_which_way_and_why(batam):
    officer = make_officer(batam, name="Rina", time_zone="Asia/Jayapura")
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule()
    make_rule(is_active=False)

    said = say(str(milestone.pk))

    assert f"{milestone.pk}  Kirim draf" in said
    assert f"Rina <{officer.email}>, 07:00 Asia/Jayapura" in said
    assert f"    {in_days(23)}  Aturan: 7 days before · Inbox, E-mail" in said
    assert "Aturan (Who is responsible): The rule is switched off." in said
    assert "Tenggat" not in said
    assert say(f"/follow-ups/{milestone.pk}/") == said


def test_the_command_for_one_person_and_day(batam):
    rina, sari = make_officer(batam, name="Rina"), make_officer(make_region("Kota Lain"), name="Sari")
    milestone = make_milestone("Kirim draf", batam, due=in_days(30))
    make_rule()

    assert "Aturan: on the day" in say(str(milestone.pk), person=rina.email.upper(), on=in_days(30))
    assert "Nothing on" in say(str(milestone.pk), person=rina.email, on=in_days(29))
    said = say(str(milestone.pk), person=sari.email)
    assert "! This person may not see the follow-up." in said
    assert "Rina" not in said


def test_the_command_speaks_indonesian_and_refuses_nonsense(batam):
    milestone = make_milestone("Kirim draf", batam)

    assert milestone.title in say(str(milestone.pk), language="id")
    for wrong in ("0", "x", "99999999999999999999999"):
        with pytest.raises(CommandError):
            say(wrong)
    with pytest.raises(CommandError):
        say(str(milestone.pk), person="nobody@example.org")


def test_nothing_is_written_by_explaining(batam, officer, today):
    milestone = make_milestone("Kirim draf", batam, due=today)
    make_part(milestone, make_region("Kota Lain"))
    reference.load()

    say(str(milestone.pk))

    assert not Reminder.objects.exists()
