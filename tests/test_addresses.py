"""Every address, tried by everybody: a new one that is not in the table below fails here until somebody has thought about it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.isolation.world import address, addresses, everything, make_world


def codes(anonymous, stranger, viewer, officer, **others):
    """Who gets what on GET, as `tests.isolation.world` makes them.

    A stranger is an officer of a region that has no part in it; viewer, officer, manager and administrator are of the
    region that keeps the record; the other side is an officer of the region that takes part. Unless said otherwise,
    the other side, an agency user whose unit takes part, and a province that supervises get what a viewer gets.
    """
    return {
        "anonymous": anonymous,
        "stranger": stranger,
        "viewer": viewer,
        "officer": officer,
        "unit user": viewer,
        "manager": officer,
        "other side": viewer,
        "administrator": officer,
        "supervisor": viewer,
        "deactivated": anonymous,
    } | {who.replace("_", " "): code for who, code in others.items()}


def codes_for(name):
    found = TABLE[name]
    return found if isinstance(found, dict) else codes(*found)


EVERYONE = (200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200)
OFFICERS = codes(302, 200, 403, 200, other_side=200, supervisor=200)
OWN_OFFICERS = (302, 403, 403, 200)
MANAGERS = codes(302, 403, 403, 403, manager=200, administrator=200)
SHARED = (302, 404, 200, 200)
KEPT = (302, 404, 403, 200)
KEPT_BY_BOTH = codes(302, 404, 403, 200, other_side=200)
WORKED_BY_UNIT = codes(302, 404, 403, 200, unit_user=200)
WORKED_BY_ALL = codes(302, 404, 403, 200, unit_user=200, other_side=200)
OWN_NOTES = codes(302, 404, 403, 200, unit_user=404, other_side=404, supervisor=404)
POST_ONLY = (405, 405, 405, 405)
OWN_SIDE = (302, 404, 404, 200)
OWN_VIEW = codes(302, 404, 403, 403, manager=200, administrator=200, other_side=404, supervisor=404)

TABLE = {
    "healthz": EVERYONE,
    "readyz": EVERYONE,
    "styleguide": (404, 404, 404, 404),  # debug only
    "set_language": (302, 302, 302, 302),  # without a choice it goes back
    "theme": (405, 405, 405, 405),
    "home": SIGNED_IN,
    "dashboards:search": SIGNED_IN,
    "dashboards:dashboard": SIGNED_IN,
    "dashboards:relation": SIGNED_IN,
    "dashboards:relation-organisation": SIGNED_IN,
    "dashboards:finder": SIGNED_IN,
    "dashboards:calendar": SIGNED_IN,
    "dashboards:agenda": SIGNED_IN,
    "dashboards:event": SHARED,
    "dashboards:feeds": SIGNED_IN,
    "dashboards:feed-renew": POST_ONLY,
    "dashboards:feed-delete": POST_ONLY,
    "dashboards:feed": EVERYONE,  # whoever knows the address; what is planted is of somebody who sees nothing
    "dashboards:views": SIGNED_IN,
    "dashboards:view-new": (302, 404, 404, 404),  # without a list
    "dashboards:view": codes(302, 404, 302, 302, other_side=404, supervisor=404),
    "dashboards:view-edit": OWN_VIEW,
    "dashboards:view-update": POST_ONLY,
    "dashboards:view-default": POST_ONLY,
    "dashboards:view-delete": OWN_VIEW,
    "dashboards:watches": SIGNED_IN,
    "dashboards:watches-seen": POST_ONLY,
    "dashboards:watch-open": (302, 404, 404, 404),  # of somebody else
    "dashboards:watch": POST_ONLY,
    "dashboards:files": SIGNED_IN,
    "dashboards:file-ask": (302, 404, 404, 404),  # without a list
    "dashboards:file": (302, 404, 404, 404),  # of somebody else
    "dashboards:file-cancel": POST_ONLY,
    "dashboards:file-download": (302, 404, 404, 404),
    "dashboards:reports": SIGNED_IN,
    "dashboards:report": SIGNED_IN,
    "dashboards:report-print": SIGNED_IN,
    "dashboards:report-pdf": SIGNED_IN,
    "dashboards:report-xlsx": SIGNED_IN,
    "dashboards:visit-report": SHARED,
    "dashboards:agreement-sheet": SHARED,
    "accounts:preferences": SIGNED_IN,
    "accounts:sessions-end": POST_ONLY,
    "accounts:session-end": POST_ONLY,
    "accounts:members": codes(302, 404, 404, 404, manager=200, administrator=200),
    "accounts:invite": codes(302, 404, 404, 404, manager=403, administrator=302),  # the password is asked for again
    "accounts:member-edit": codes(302, 404, 404, 404, manager=403, administrator=302),
    "accounts:member-end": codes(302, 404, 404, 404, manager=403, administrator=302),
    "accounts:invitation-resend": POST_ONLY,
    "accounts:invitation-withdraw": POST_ONLY,
    "accounts:join": codes(404, 404, 404, 404),  # whoever holds the secret of the link
    "security_txt": EVERYONE,
    "robots_txt": EVERYONE,
    "regions:list": SIGNED_IN,
    "regions:lookup": SIGNED_IN,
    "regions:new": OFFICERS,
    "regions:detail": SIGNED_IN,
    "regions:edit": OWN_OFFICERS,
    "regions:history": SIGNED_IN,
    "regions:figure-new": OWN_OFFICERS,
    "regions:figure-edit": OWN_OFFICERS,
    "regions:figure-delete": OWN_OFFICERS,
    "regions:trait-new": OWN_OFFICERS,
    "regions:trait-edit": OWN_OFFICERS,
    "regions:trait-delete": OWN_OFFICERS,
    "regions:organisation-list": SIGNED_IN,
    "regions:organisation-lookup": SIGNED_IN,
    "regions:organisation-new": OFFICERS,
    "regions:organisation-detail": SIGNED_IN,
    "regions:organisation-edit": OWN_OFFICERS,
    "regions:organisation-history": SIGNED_IN,
    "regions:official-list": SIGNED_IN,
    "regions:official-lookup": SIGNED_IN,
    "regions:official-new": OFFICERS,
    "regions:official-detail": SIGNED_IN,
    "regions:official-edit": OWN_OFFICERS,
    "regions:official-history": SIGNED_IN,
    "regions:position-new": OWN_OFFICERS,
    "regions:position-edit": OWN_OFFICERS,
    "regions:position-delete": OWN_OFFICERS,
    "regions:venue-lookup": SIGNED_IN,
    "regions:venue-new": OFFICERS,
    "regions:venue-edit": OWN_OFFICERS,
    "visits:list": SIGNED_IN,
    "visits:csv": SIGNED_IN,
    "visits:xlsx": SIGNED_IN,
    "visits:outcome-list": (301, 301, 301, 301),  # it stands elsewhere now
    "visits:outcome-csv": (301, 301, 301, 301),
    "visits:outcome-xlsx": (301, 301, 301, 301),
    "visits:quick": OFFICERS,
    "visits:new": OFFICERS,
    "visits:duplicates": OFFICERS,
    "visits:lookup": SIGNED_IN,
    "visits:partner-lookup": SIGNED_IN,
    "visits:partner-new": OFFICERS,
    "visits:series-lookup": SIGNED_IN,
    "visits:detail": SHARED,
    "visits:print": SHARED,
    "visits:history": SHARED,
    "visits:edit": KEPT,
    "visits:delete": KEPT,
    "visits:attachments": SHARED,
    "visits:attachment": SHARED,
    "visits:attachment-thumbnail": (302, 404, 404, 404),  # the planted paper is no picture
    "visits:attachment-edit": KEPT,
    "visits:attachment-edition": KEPT,
    "visits:attachment-delete": KEPT,
    "visits:notes": SHARED,
    "visits:note-edit": OWN_NOTES,
    "visits:note-delete": OWN_NOTES,
    "visits:series-list": SIGNED_IN,
    "visits:series-new": OFFICERS,
    "visits:series-detail": SHARED,
    "visits:series-edit": KEPT,
    "agreements:list": SIGNED_IN,
    "agreements:csv": SIGNED_IN,
    "agreements:xlsx": SIGNED_IN,
    "agreements:board": SIGNED_IN,
    "agreements:detail": SHARED,
    "agreements:print": SHARED,
    "agreements:history": SHARED,
    "agreements:timeline": SHARED,
    "agreements:new": OFFICERS,
    "agreements:adviser": OFFICERS,
    "agreements:category-hint": OFFICERS,
    "agreements:lookup": SIGNED_IN,
    "agreements:outcome-lookup": SIGNED_IN,
    "agreements:edit": KEPT,
    "agreements:delete": KEPT,
    "agreements:renewal": KEPT,
    "agreements:amendment": KEPT,
    "agreements:addendum": KEPT,
    "agreements:replacement": KEPT,
    "agreements:termination": KEPT,
    "agreements:way": SHARED,
    "agreements:move": KEPT,
    "agreements:send-back": KEPT,
    "agreements:transfer": KEPT,
    "agreements:hold": KEPT,
    "agreements:resume": KEPT,
    "agreements:close": KEPT,
    "agreements:reopen": KEPT,
    "agreements:step-done": KEPT,
    "agreements:step-skip": KEPT,
    "agreements:step-waive": codes(302, 404, 403, 403, manager=200, administrator=200),
    "agreements:attachments": SHARED,
    "agreements:attachment": SHARED,
    "agreements:attachment-thumbnail": (302, 404, 404, 404),  # the planted paper is no picture
    "agreements:attachment-edit": KEPT,
    "agreements:attachment-edition": KEPT,
    "agreements:attachment-delete": KEPT,
    "agreements:notes": SHARED,
    "agreements:note-edit": OWN_NOTES,
    "agreements:note-delete": OWN_NOTES,
    "agreements:draft": SHARED,
    "agreements:draft-file": SHARED,
    "agreements:draft-templates": MANAGERS,
    "agreements:draft-template": MANAGERS,
    "agreements:draft-template-file": MANAGERS,
    "agreements:draft-template-back": (405, 405, 405, 405),
    "agreements:programmes": SHARED,
    "agreements:programme-new": KEPT,
    "agreements:programme": SHARED,
    "agreements:programme-edit": KEPT,
    "agreements:programme-delete": KEPT,
    "agreements:measurement-new": KEPT_BY_BOTH,
    "agreements:measurement-edit": KEPT,
    "agreements:measurement-delete": KEPT,
    "agreements:evaluation-new": KEPT_BY_BOTH,
    "agreements:evaluation-edit": KEPT,
    "agreements:evaluation-delete": KEPT,
    "ledger:trash": SIGNED_IN,
    "ledger:trashed": codes(302, 404, 200, 200, unit_user=404, other_side=404, supervisor=404),
    "ledger:restore": POST_ONLY,
    "ledger:remove": codes(302, 404, 403, 403, administrator=200, unit_user=404, other_side=404, supervisor=404),
    "ledger:traces": MANAGERS,
    "ledger:traces-csv": MANAGERS,
    "ledger:traces-xlsx": MANAGERS,
    "ledger:mine": SIGNED_IN,
    "ledger:seals": (302, 404, 404, 404),  # for the system administrator
    "ledger:probe": (503, 503, 503, 503),  # nothing was sealed in a test
    "notices:list": SIGNED_IN,
    "notices:csv": SIGNED_IN,
    "notices:xlsx": SIGNED_IN,
    "notices:health": (302, 404, 404, 404),  # for the system administrator
    "notices:detail": (302, 404, 404, 404),  # of somebody else
    "notices:again": (405, 405, 405, 405),
    "notices:let-be": (405, 405, 405, 405),
    "notices:preferences": SIGNED_IN,
    "notices:unsubscribe": EVERYONE,  # whoever has the letter
    "notices:probe": (503, 503, 503, 503),  # nothing beats in a test
    "followups:list": SIGNED_IN,
    "followups:csv": SIGNED_IN,
    "followups:xlsx": SIGNED_IN,
    "followups:mine": SIGNED_IN,
    "followups:people-lookup": SIGNED_IN,
    "followups:at-once": POST_ONLY,
    "followups:bulk": (302, 302, 302, 302),  # without a choice it leads back to the list
    "followups:bulk-list": SIGNED_IN,
    "followups:bulk-undo": POST_ONLY,
    "followups:inbox": SIGNED_IN,
    "followups:inbox-read-all": POST_ONLY,
    "followups:inbox-open": (302, 404, 404, 404),  # of somebody else
    "followups:inbox-mark": POST_ONLY,
    "followups:new": OFFICERS,
    "followups:about": (302, 302, 302, 302),  # a part for other pages; without htmx it leads to the list
    "followups:programme-lookup": SIGNED_IN,
    "followups:detail": SHARED,
    "followups:history": SHARED,
    "followups:comments": WORKED_BY_ALL,
    "followups:edit": KEPT,
    "followups:reassign": KEPT_BY_BOTH,
    "followups:accept": WORKED_BY_UNIT,
    "followups:decline": KEPT,
    "followups:begin": WORKED_BY_ALL,
    "followups:block": WORKED_BY_ALL,
    "followups:done": WORKED_BY_UNIT,
    "followups:complete": KEPT,
    "followups:reopen": KEPT,
    "followups:reschedule": KEPT,
    "followups:snooze": SHARED,
    "followups:wake": SHARED,
    "followups:cancel": KEPT,
    "followups:part-done": WORKED_BY_UNIT,
    "followups:attachments": SHARED,
    "followups:attachment": SHARED,
    "followups:attachment-thumbnail": (302, 404, 404, 404),  # the planted paper is no picture
    "followups:attachment-edit": KEPT,
    "followups:attachment-edition": KEPT,
    "followups:attachment-delete": KEPT,
    "followups:notes": SHARED,
    "followups:note-edit": OWN_NOTES,
    "followups:note-delete": OWN_NOTES,
    "followups:duty-new": OFFICERS,
    "followups:reminders": KEPT,
    "followups:rules": KEPT,
    "followups:duty": SHARED,
    "followups:duty-history": SHARED,
    "followups:duty-edit": KEPT,
    "followups:duty-end": KEPT,
    "followups:duty-resume": (405, 405, 405, 405),
    "sides:list": SIGNED_IN,
    "sides:propose": codes(302, 404, 403, 403, other_side=200),
    "sides:correction": SHARED,
    "sides:correction-answer": POST_ONLY,
    "sides:correction-withdraw": POST_ONLY,
    "sides:confirm": POST_ONLY,
    "sides:offer": codes(302, 404, 403, 403, manager=200, administrator=200),
    "sides:handover": SHARED,
    "sides:handover-answer": POST_ONLY,
    "sides:handover-withdraw": POST_ONLY,
    "documents:uploads": (405, 405, 405, 405),
    "documents:upload": (302, 404, 404, 404),  # of somebody else
}


LEADING_BACK = {"set_language", "followups:bulk", "followups:about"}  # everybody is led on


@pytest.fixture
def world(db):
    return make_world()


def test_every_address_stands_in_the_table():
    names = {name for name, _ in addresses()}

    assert names - TABLE.keys() == set(), "think about who may open these, and add them to TABLE"
    assert TABLE.keys() - names == set(), "these addresses are gone"


def test_anonymous_visitors_are_sent_to_sign_in_and_come_back(world):
    for name, parameters in addresses():
        if codes_for(name)["anonymous"] == 302 and name not in LEADING_BACK:
            url = address(name, parameters, world.ids)
            response = Client().get(url)
            assert response["Location"].startswith(reverse("account_login")), name
            assert "next=" in response["Location"], name


def test_changing_is_refused_to_those_who_may_not(world):
    stranger, viewer = world.browser("stranger"), world.browser("viewer")
    for name, parameters in addresses():
        expected = codes_for(name)
        url = address(name, parameters, world.ids)
        if expected["stranger"] == 404 and name != "styleguide":
            assert stranger.post(url, {"title": "x"}).status_code in (404, 405), name
        if expected["viewer"] == 403:
            assert viewer.post(url, {"title": "x"}).status_code in (403, 405), name


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_has_one_heading_and_its_language(world, language):
    officer = world.browser("officer")
    officer.cookies["django_language"] = language
    for name, parameters in addresses():
        response = officer.get(address(name, parameters, world.ids))
        page = everything(response)
        if response["Content-Type"].startswith("text/html") and "<html" in page:
            assert page.count("<h1") == 1, name
            assert f'<html lang="{language}"' in page, name


def test_no_address_breaks_on_hostile_questions(world):
    officer = world.browser("officer")
    hostile = [
        "\x00",
        "'\"><script>alert(1)</script>",
        "x" * 10_000,
        "-1",
        "9" * 30,
        "😀",
        "2025-13-45",
        "a&b|c!:*(\\%",
    ]
    keys = [
        "q",
        "text",
        "page",
        "after",
        "sort",
        "region",
        "region_text",
        "kind",
        "sector",
        "status",
        "since",
        "until",
        "level",
    ]
    for name, parameters in addresses():
        if name in ("healthz", "readyz", "notices:probe", "ledger:probe"):
            continue  # they read nothing, and may say 503 for good reasons
        url = address(name, parameters, world.ids)
        for value in hostile:
            response = officer.get(url, dict.fromkeys(keys, value))
            assert response.status_code < 500, (name, value)
            assert "<script>alert(1)" not in everything(response), (name, value)


@pytest.mark.parametrize("role", ["VIEWER", "OFFICER", "UNIT_USER", "REVIEWER", "LEGAL", "MANAGER"])
def test_the_administration_is_for_administrators(db, role):
    member = Client()
    member.force_login(make.make_member(make.make_region(), role))
    for url in (
        "admin:index",
        "admin:visits_visit_changelist",
        "admin:accounts_user_changelist",
        "admin:visits_visit_add",
    ):
        assert member.get(reverse(url)).status_code in (302, 403), url
