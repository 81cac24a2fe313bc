"""The rules with which an installation begins, and days as people write and read them."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import translation

from followups import reference
from followups.data.rules import RULES
from followups.models import Audience, Basis, MilestoneKind, ReminderRule
from followups.rules import days_of, in_words, kinds_in_words, written


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("-30, -7, 0", [-30, -7, 0]),
        ("0,-7;-30", [-30, -7, 0]),
        ("−30, ‑7, – 1, 0", [-30, -7, -1, 0]),
        ("H-30, H-7, h, H+7", [-30, -7, 0, 7]),
        ("H - 7 , 7, +14, 7", [-7, 7, 14]),
        ("", []),
        (" , ", []),
    ],
)
def test_days_are_read_as_people_write_them(text, days):
    assert days_of(text) == days


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("30, sebelum", "“sebelum” is no day. Write numbers with commas, days before with a minus: -30, -7, 0."),
        ("1.5", "“1.5” is no day. Write numbers with commas, days before with a minus: -30, -7, 0."),
        ("H7", "“H7” is no day. Write numbers with commas, days before with a minus: -30, -7, 0."),
        ("-2000", "-2000 is too far: at most 1100 days before or after."),
        (",".join(map(str, range(60))), "At most 40 days."),
    ],
)
def test_what_is_no_day_is_told_in_words(text, told):
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        days_of(text)

    assert refusal.value.messages == [told]


def test_what_was_written_is_read_again():
    assert days_of(written([-180, -7, 0, 30])) == [-180, -7, 0, 30]


@pytest.mark.parametrize(
    ("days", "every", "told"),
    [
        ([-30, -7, 0], None, "30 and 7 days before, on the day"),
        ([-1], None, "1 day before"),
        ([0], 7, "on the day, then every 7 days"),
        ([1, 14], 1, "1 and 14 days after, then every day"),
        ([-180, -90, -60, 30], None, "180, 90 and 60 days before, 30 days after"),
        ([], None, ""),
    ],
)
def test_days_are_told_in_words(days, every, told):
    with translation.override("en"):
        assert in_words(days, every) == told


def test_no_kind_is_every_kind():
    with translation.override("en"):
        assert kinds_in_words([]) == "every kind"
        assert kinds_in_words(["EXPIRY", "MONEV"]) == "Expiry, M&E"
        assert (
            kinds_in_words(["EXPIRY", "MONEV", "STEP", "REVIEW", "TARGET"]) == "Expiry, M&E, Deadline of a step, 2 more"
        )


# The rules of the release


@pytest.mark.django_db
def test_the_rules_are_loaded_once():
    first, second = io.StringIO(), io.StringIO()

    call_command("load_rules", stdout=first)
    call_command("load_rules", stdout=second)

    assert first.getvalue() == f"{len(RULES)} rules added.\n"
    assert second.getvalue() == "All rules are there already.\n"
    expiry = ReminderRule.objects.get(code="expiry")
    assert (expiry.kinds, expiry.days, expiry.audience) == (["EXPIRY"], [-180, -90, -60, -30, -7, 0], "RESPONSIBLE")
    assert (expiry.every_days, expiry.basis, expiry.channels) == (None, "DUE", ["EMAIL", "WEBHOOK"])
    escalation = ReminderRule.objects.get(code="overdue-manager")
    assert (escalation.at_once, escalation.escalates, escalation.audience) == (True, True, "MANAGER")


@pytest.mark.django_db
def test_what_an_administrator_has_made_of_them_stays():
    reference.load()
    ReminderRule.objects.filter(code="expiry").update(days=[-10], name_id="Punya kami")
    ReminderRule.objects.filter(code="step").update(is_active=False)
    ReminderRule.objects.get(code="silence").delete()

    assert reference.load() == []

    expiry = ReminderRule.objects.get(code="expiry")
    assert (expiry.days, expiry.name_id) == ([-10], "Punya kami")
    assert not ReminderRule.objects.get(code="step").is_active
    assert not ReminderRule.objects.filter(code="silence").exists()


def test_every_kind_is_told_to_who_is_responsible_with_and_without_a_day():
    for basis in Basis:
        told = [
            kind
            for rule in RULES
            if rule.basis == basis and rule.audience == Audience.RESPONSIBLE
            for kind in rule.kinds
        ]
        assert sorted(told) == sorted(MilestoneKind), basis


def test_nobody_is_told_twice_of_one_day_by_two_rules():
    for audience in Audience:
        for basis in Basis:
            days = [
                (kind, day)
                for rule in RULES
                if (rule.audience, rule.basis) == (audience, basis)
                for kind in rule.kinds
                for day in rule.days
            ]
            assert len(days) == len(set(days)), (audience, basis)


def test_the_rules_are_named_in_both_languages():
    assert all(rule.name_id and rule.name_en and rule.name_id != rule.name_en for rule in RULES)
    assert len({rule.code for rule in RULES}) == len(RULES)
