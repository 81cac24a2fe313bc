"""What the letters say, and that they say only what is still true when they leave."""

import pytest
from django.utils import translation

from followups import letters
from followups.models import ReminderRule, RuleOverride
from followups.planning import plan
from notices import calendar
from notices.models import Notice
from tests.factories import make_agreement, make_manager, make_member, make_officer, make_region
from tests.followups.test_planning import MONDAY, at, in_days, make_rule, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    ReminderRule.objects.all().delete()
    calendar.load(2026)
    at(MONDAY)


def planned(person, write):
    """The letter that waits for the person, as it would leave now."""
    with translation.override("en"):
        return write(Notice.objects.get(recipient=person), "EMAIL")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rule, agreement: None, True),
        (lambda rule, agreement: RuleOverride.objects.create(rule=rule, agreement=agreement, days=[]), False),
        (lambda rule, agreement: RuleOverride.objects.create(rule=rule, agreement=agreement, days=[-60]), False),
        (lambda rule, agreement: RuleOverride.objects.create(rule=rule, agreement=agreement, days=[-60, -7]), True),
        (lambda rule, agreement: ReminderRule.objects.update(days=[-1]), False),
        (lambda rule, agreement: ReminderRule.objects.update(days=[-21], every_days=7), True),
        (lambda rule, agreement: ReminderRule.objects.update(kinds=["EXPIRY"]), False),
        (lambda rule, agreement: ReminderRule.objects.update(region=make_region("Kota Medan")), False),
    ],
    ids=["nothing", "silenced", "other days", "more days", "the rule's days", "repeated", "its kinds", "its region"],
)
def test_what_a_rule_no_longer_says_is_not_told_by_a_letter_that_was_planned(batam, change, told):
    officer, agreement, rule = make_officer(batam), make_agreement(batam), make_rule()
    make_task(batam, due=in_days(5), agreement=agreement)
    plan()
    assert planned(officer, letters.digest)

    change(rule, agreement)

    assert bool(planned(officer, letters.digest)) == told


def test_a_rule_with_a_letter_of_its_own_does_not_say_that_it_was_given_to_you(batam):
    manager = make_manager(batam, language="en")
    make_rule(at_once=True, audience="MANAGER", days=[-7])
    make_task(batam, due=in_days(5))
    plan()

    letter = planned(manager, letters.at_once)

    assert letter.subject == "1 follow-up coming up: Kirim data"
    assert "This is to be done, as of today." in letter.text


def test_who_hears_of_what_others_left_undone_is_not_told_that_they_lead_the_region(batam):
    admin = make_member(batam, "ADMIN", language="en")
    make_officer(batam)
    make_rule(at_once=True, escalates=True, audience="MANAGER", days=[7])
    make_task(batam, due=in_days(-7))
    plan()

    letter = planned(admin, letters.at_once)

    assert letter.subject == "Overdue: Kirim data"
    assert "This is overdue." in letter.text
    assert "you lead it" not in letter.text
