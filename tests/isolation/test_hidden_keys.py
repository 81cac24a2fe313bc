"""A key may lead to a row that the second layer hides: whatever a page says of it must do without, and never fails.

Every key of a shared record that may be empty is led to a record of others, or to a restricted paper of the other side;
people watch what they do not see any more, and are given what lies in regions of others.
"""

import pytest

from agreements.models import Agreement, Measurement
from dashboards.models import DefaultView, Feed, SavedView
from followups.models import Duty, Milestone
from tests import factories as make
from tests.isolation.world import (
    BATAM,
    FOREIGN,
    MALANG,
    PROBES,
    address,
    addresses,
    everything,
    make_world,
)
from visits.models import Visit

LED = {"other side": {BATAM, FOREIGN}, "unit user": {BATAM, MALANG, FOREIGN}}
HTMX = {"HX-Request": "true", "HX-Target": "list"}


@pytest.fixture
def world(db):
    return make_world()


def the(model, ids):
    return model.objects.get(pk=ids[model._meta.model_name]["pk"])


def lead_astray(world):
    """What of the shared records was led to others."""
    ours, theirs = (the(Visit, ids) for ids in (world.ids, world.foreign))
    deal, foreign = (the(Agreement, ids) for ids in (world.ids, world.foreign))
    milestone, other = (Milestone.objects.get(pk=ids["followups"]["pk"]) for ids in (world.ids, world.foreign))
    duty = Duty.objects.get(pk=world.foreign["duty"]["pk"])
    programme = foreign.programmes.get()
    kept = deal.attachments.filter(access="RESTRICTED", title__contains=BATAM).get()
    Visit.objects.filter(pk=ours.pk).update(replies_to=theirs, mentioned_in=theirs)
    make.make_signing(foreign)
    Agreement.objects.filter(pk=deal.pk).update(parent=foreign, predecessor=foreign, nature="RENEWAL")
    make.make_signing(deal, ceremony=theirs)
    deal.visit_links.create(visit=theirs, outcome=theirs.outcomes.first())
    deal.visit_links.create(visit=ours, outcome=theirs.outcomes.first())
    Measurement.objects.filter(indicator__programme__agreement=deal).update(attachment=kept)
    deal.evaluations.update(attachment=kept, programme=programme)
    Milestone.objects.filter(pk=milestone.pk).update(
        visit=theirs, agreement=foreign, programme=programme, indicator=programme.indicators.get(), duty=duty
    )
    Duty.objects.filter(pk=world.ids["duty"]["pk"]).update(agreement=foreign, programme=programme)
    return theirs, foreign, other


def let_watch(world, who, records):
    """They watch what they do not see, open lists with a view that was taken back, and have a feed of it."""
    user = world.people[who]
    for record in records:
        make.make_watch(user, record)
    view = SavedView.objects.get(pk=world.foreign["view"]["pk"])
    make.make_watch(user, view)
    DefaultView.objects.create(user=user, of=view.of, view=view)
    Feed.objects.create(user=user, view=view)


def crawl(world, who, ids, forbidden):
    browser, wrong = world.browser(who), {}
    for name, parameters in addresses():
        for headers in ({},) if parameters else ({}, HTMX):
            response = browser.get(address(name, parameters, ids), headers=headers)
            text = everything(response)
            found = {token for token in forbidden if token in text}
            if (response.status_code >= 500 and name not in PROBES) or found:
                wrong[name, bool(headers)] = response.status_code, found
    return wrong


@pytest.mark.parametrize("who", LED)
def test_no_page_fails_where_a_key_leads_to_what_is_not_seen(world, who):
    let_watch(world, who, lead_astray(world))
    milestone = Milestone.objects.get(pk=world.ids["followups"]["pk"])
    make.make_assignee(milestone, world.people[who])

    assert crawl(world, who, world.ids, LED[who]) == {}
    for record in (the(Visit, world.ids), the(Agreement, world.ids), milestone):
        assert world.browser(who).get(record.get_absolute_url()).status_code == 200


def test_no_page_fails_for_somebody_who_was_only_given_a_follow_up(world):
    """Pages of the record behind it are as unknown as before, and the lists stand."""
    who = "stranger"
    agreement = the(Agreement, world.foreign)
    end = make.make_milestone("", kind="EXPIRY", agreement=agreement, origin="DATA", derived_key="end")
    given = Milestone.objects.get(pk=world.foreign["followups"]["pk"])
    for milestone in (
        given,
        end,
        make.make_milestone("Ukur", agreement=agreement, programme=agreement.programmes.get()),
    ):
        make.make_assignee(milestone, world.people[who])
        make.make_reminder(milestone, world.people[who])
        make.make_watch(world.people[who], milestone)
    titles = {"ZQFOREIGN milestone", "ZQFOREIGN comment"}  # what was given to them is theirs to read
    browser, wrong = world.browser(who), {}
    for name, parameters in addresses():
        for headers in ({},) if parameters else ({}, HTMX):
            response = browser.get(address(name, parameters, world.foreign), headers=headers)
            text = everything(response)
            for title in titles:
                text = text.replace(title, "")
            if (response.status_code >= 500 and name not in PROBES) or (
                not name.startswith(("followups:", "notices:", "dashboards:feed", "dashboards:event"))
                and FOREIGN in text
            ):
                wrong[name, bool(headers)] = response.status_code

    assert wrong == {}
    assert browser.get(given.get_absolute_url()).status_code == 200
    failed = []
    for milestone in (end, given):
        ids = world.foreign | {"followups": world.foreign["followups"] | {"pk": milestone.pk}}
        for name, parameters in addresses():
            if name.startswith("followups:") and "pk" in parameters:
                for said in (
                    {},
                    {"version": milestone.version, "text": "Sudah", "reason": "Sudah", "due_on": "2027-01-31"},
                ):
                    status = browser.post(address(name, parameters, ids), said).status_code
                    failed += [(name, status)] if status >= 500 else []
    assert failed == []
