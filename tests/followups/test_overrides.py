"""The days of reminders of one agreement: other ones, or none."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from followups import reference
from followups.models import ReminderRule, RuleOverride
from followups.previewing import preview
from tests.factories import make_agreement, make_milestone, make_officer, make_region, make_viewer
from tests.followups.test_deriving import settle
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(batam, malang):
    """Ends in two years, so its end is an open milestone."""
    made = make_agreement(batam, malang, signed=timezone.localdate(), term_months=24, title="Kerja sama pangan")
    settle()
    return made


@pytest.fixture
def rules():
    return {rule.code: rule for rule in reference.load()}


def page_of(agreement):
    return reverse("followups:rules", args=[agreement.pk])


def form_of(client, agreement):
    return sent_by(client.get(page_of(agreement)), "rules-form")


def test_every_rule_stands_there_with_its_days_what_is_open_first(client, officer, agreement, rules):
    page = client.get(page_of(agreement))

    form = page.context["form"]
    assert {one.own.rule.code for one in form.about_open} >= {"expiry", "expiry-partner", "expiry-manager"}
    assert {one.own.rule.code for one in form.forms} == set(rules)
    shown = page.content.decode()
    assert "180, 90, 60, 30 and 7 days before, on the day" in shown
    assert "Kerja sama pangan" in shown


def test_rules_of_other_regions_and_those_out_of_use_are_left_out(client, officer, agreement, rules, malang):
    ReminderRule.objects.filter(code="step").update(is_active=False)
    ReminderRule.objects.filter(code="report").update(region=malang)
    ReminderRule.objects.filter(code="silence").update(region=agreement.owner)

    shown = {one.own.rule.code for one in client.get(page_of(agreement)).context["form"].forms}

    assert set(rules) - shown == {"step", "report"}


def test_an_agreement_has_days_of_its_own(client, officer, agreement, rules):
    rule = rules["expiry"]
    data = form_of(client, agreement)

    answer = client.post(page_of(agreement), data | {f"rule-{rule.pk}-days": "H-365, -200"}, follow=True)

    assert answer.status_code == 200
    override = RuleOverride.objects.get()
    assert (override.rule, override.agreement, override.days) == (rule, agreement, [-365, -200])
    assert "1 rule was changed." in answer.content.decode()
    assert 'value="-365, -200"' in answer.content.decode()


def test_planning_follows_them(client, officer, agreement, rules):
    end = agreement.milestones.get(kind="EXPIRY").due_on
    RuleOverride.objects.create(rule=rules["expiry"], agreement=agreement, days=[-200])
    RuleOverride.objects.create(rule=rules["expiry-manager"], agreement=agreement, days=[])

    def told(days):
        return {line.rule.code for line in preview(end - dt.timedelta(days=days)).lines}

    before = [told(days) for days in range(195, 206)]
    assert before.count({"expiry"}) == 1, "on the day, or on the working day before"
    assert all("expiry" not in told(days) for days in range(176, 186))


def test_a_rule_is_silent_and_speaks_again(client, officer, agreement, rules):
    name = f"rule-{rules['expiry'].pk}"

    client.post(page_of(agreement), form_of(client, agreement) | {f"{name}-silent": "on"})
    assert RuleOverride.objects.get().days == []
    again = form_of(client, agreement)
    assert again[f"{name}-silent"] == ["on"]
    again.pop(f"{name}-silent")
    client.post(page_of(agreement), again)

    assert not RuleOverride.objects.exists()


def test_saving_what_stands_changes_nothing(client, officer, agreement, rules):
    RuleOverride.objects.create(rule=rules["expiry"], agreement=agreement, days=[-10])

    answer = client.post(page_of(agreement), form_of(client, agreement), follow=True)

    assert "Nothing was changed." in answer.content.decode()
    assert RuleOverride.objects.get().version == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"days": "besok"}, "“besok” is no day."),
        ({"days": "-7", "silent": "on"}, "Either other days or silence"),
        ({"days": "-9999"}, "-9999 is too far"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client, officer, agreement, rules, typed, told):
    wrong, right = rules["expiry"].pk, rules["silence"].pk
    data = form_of(client, agreement) | {f"rule-{right}-days": "5"}
    data |= {f"rule-{wrong}-{name}": value for name, value in typed.items()}

    answer = client.post(page_of(agreement), data)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown
    assert 'value="5"' in shown
    assert not RuleOverride.objects.exists()


def test_two_officers_do_not_overwrite_each_other(client, officer, agreement, rules):
    rule = rules["expiry"]
    data = form_of(client, agreement) | {f"rule-{rule.pk}-days": "-100"}
    RuleOverride.objects.create(rule=rule, agreement=agreement, days=[-50])

    stale = client.post(page_of(agreement), data)

    shown = stale.content.decode()
    assert stale.status_code == 409
    assert "it is now “50 days before”" in shown
    assert 'value="-100"' in shown
    assert RuleOverride.objects.get().days == [-50]
    again = client.post(page_of(agreement), sent_by(stale, "rules-form"))
    assert again.status_code == 302
    assert RuleOverride.objects.get().days == [-100]


def test_a_rule_that_somebody_else_has_silenced_is_not_brought_back_unseen(client, officer, agreement, rules):
    override = RuleOverride.objects.create(rule=rules["expiry"], agreement=agreement, days=[-50])
    data = form_of(client, agreement) | {f"rule-{rules['expiry'].pk}-days": "-100"}
    override.delete()

    assert client.post(page_of(agreement), data).status_code == 409
    assert not RuleOverride.objects.exists()


def test_only_the_keeper_sets_them(client, agreement, rules, batam, malang):
    answers = []
    for user in (make_officer(make_region("Kabupaten Soppeng")), make_officer(malang), make_viewer(batam)):
        client.force_login(user)
        answers.append((client.get(page_of(agreement)).status_code, client.post(page_of(agreement)).status_code))

    assert answers == [(404, 404), (403, 403), (403, 403)]


def test_the_wrong_method_and_nobody_signed_in(client, officer, agreement):
    assert client.put(page_of(agreement)).status_code == 405
    client.logout()
    assert client.get(page_of(agreement)).status_code == 302


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_stands_in_both_languages_also_without_rules(client, officer, agreement, language):
    client.cookies["django_language"] = language

    assert client.get(page_of(agreement)).status_code == 200
    reference.load()
    assert client.get(page_of(agreement)).content.decode().count("<h1") == 1


def test_it_costs_the_same_for_one_and_three(client, officer, agreement, rules, django_assert_max_num_queries):
    for number in range(3):
        make_milestone(f"Tugas {number}", agreement=agreement)
        RuleOverride.objects.create(rule=list(rules.values())[number], agreement=agreement, days=[0])

    with django_assert_max_num_queries(14):
        client.get(page_of(agreement))
