"""A follow-up is whole for the person to whom it was given, also where they see neither its visit nor its agreement.

The second layer shows them no row of these, so whatever a page says of the record behind a key must do without it.
"""

import datetime as dt

import pytest

from agreements.models import Agreement
from followups import letters
from followups.models import Milestone
from tests import factories as make
from tests.isolation.world import (
    BATAM,
    FOREIGN,
    MALANG,
    NO_KEY,
    address,
    addresses,
    everything,
    make_world,
)

LISTS = [
    "home", "followups:list", "followups:csv", "followups:xlsx", "followups:mine", "followups:inbox",
    "dashboards:calendar", "dashboards:agenda", "dashboards:search", "dashboards:dashboard",
]  # fmt: skip


@pytest.fixture
def given(db):
    """The world, the person, and what was given to them: of a visit, of an agreement, an end, of a programme."""
    world = make_world()
    agreement = Agreement.objects.get(pk=world.ids["agreement"]["pk"])
    milestones = [
        Milestone.objects.get(pk=world.ids["followups"]["pk"]),
        make.make_milestone("Draf", agreement=agreement),
        the_end_of_another(),
        make.make_milestone("Ukur", agreement=agreement, programme=agreement.programmes.first()),
    ]
    for milestone in milestones:
        make.make_assignee(milestone, world.people["stranger"])
        make.make_reminder(milestone, world.people["stranger"])
    return world, milestones


def the_end_of_another():
    """A follow-up that the data made: it has no title of its own."""
    dates = {"signed": dt.date(2025, 1, 1), "valid_until": dt.date(2026, 11, 30)}
    agreement = make.make_agreement(
        make.make_region("Kota Jambi"), make.make_region("Kota Padang"), title=FOREIGN, **dates
    )
    make.settle()
    return Milestone.objects.get(kind="EXPIRY", agreement=agreement)


def test_its_pages_open_and_tell_nothing_of_the_record(given):
    world, milestones = given
    browser, wrong = world.browser("stranger"), {}
    for milestone in milestones:
        ids = world.ids | {"followups": world.ids["followups"] | {"pk": milestone.pk, "part_pk": NO_KEY}}
        for name, parameters in addresses():
            if (
                name.startswith("followups:")
                and "pk" in parameters
                and not name.startswith(("followups:duty", "followups:rules"))
            ):
                response = browser.get(address(name, parameters, ids))
                text = everything(response)
                if response.status_code >= 500 or any(token in text for token in (BATAM, MALANG, FOREIGN)):
                    wrong[name, milestone.pk] = response.status_code
        assert browser.get(milestone.get_absolute_url()).status_code == 200

    assert wrong == {}


def test_it_stands_in_every_list(given):
    world, milestones = given
    browser = world.browser("stranger")
    for name in LISTS:
        response = browser.get(address(name, (), world.ids), {"q": "Draf", "state": "all"} if "search" in name else {})
        text = everything(response)
        assert response.status_code == 200, name
        assert not any(token in text for token in (BATAM, MALANG, FOREIGN)), name
    assert milestones[1].title in everything(browser.get(address("followups:list", (), world.ids), {"state": "all"}))


def letter_to(person, milestones):
    """A digest about all of them, as text and in HTML."""
    notice = make.make_notice(person)
    for milestone in milestones:
        make.make_reminder(milestone, person, why="SNOOZED", notice=notice)
    letter = letters.digest(notice, "EMAIL")
    return f"{letter.subject}\n{letter.text}\n{letter.html}"


@pytest.mark.parametrize("only_the_end", [True, False])
def test_a_letter_names_the_agreement_only_to_who_sees_it(given, only_the_end):
    """Letters are written on behalf of everybody: nothing is hidden there by the second layer."""
    world, milestones = given
    chosen = [milestones[2]] if only_the_end else milestones
    told = letter_to(world.people["stranger"], chosen)

    assert all(milestone.get_absolute_url() in told for milestone in chosen)
    assert not any(token in told for token in (BATAM, MALANG, FOREIGN))
    assert FOREIGN in letter_to(make.make_officer(milestones[2].owner), [milestones[2]])
