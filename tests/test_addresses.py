"""Every address, tried by everybody: a new one that is not in the table below fails here until somebody has thought about it."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dashboards.models import Feed
from followups.models import Milestone
from notices.letters import UNSUBSCRIBE
from tests import factories as make

CANARY, SECRET = "CANARYQX7", "SECRETQX9"  # what a stranger may ask for, and what stands beside it

# Who gets what on GET: anonymous, stranger (an officer of a region that has no part in it), reader (a viewer of the
# host), officer (of the region that keeps the record).
EVERYONE = (200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200)
OFFICERS = (302, 200, 403, 200)
OWN_OFFICERS = (302, 403, 403, 200)
SHARED = (302, 404, 200, 200)
KEPT = (302, 404, 403, 200)
POST_ONLY = (405, 405, 405, 405)
OWN_SIDE = (302, 404, 404, 200)

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
    "dashboards:view": (302, 404, 302, 302),  # shared with the region; it leads to the list
    "dashboards:view-edit": (302, 404, 403, 403),  # of a colleague
    "dashboards:view-update": POST_ONLY,
    "dashboards:view-default": POST_ONLY,
    "dashboards:view-delete": (302, 404, 403, 403),
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
    "visits:note-edit": KEPT,
    "visits:note-delete": KEPT,
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
    "agreements:step-waive": (302, 404, 403, 403),  # for managers
    "agreements:attachments": SHARED,
    "agreements:attachment": SHARED,
    "agreements:attachment-thumbnail": (302, 404, 404, 404),  # the planted paper is no picture
    "agreements:attachment-edit": KEPT,
    "agreements:attachment-edition": KEPT,
    "agreements:attachment-delete": KEPT,
    "agreements:notes": SHARED,
    "agreements:note-edit": KEPT,
    "agreements:note-delete": KEPT,
    "agreements:draft": SHARED,
    "agreements:draft-file": SHARED,
    "agreements:draft-templates": (302, 403, 403, 403),  # for managers
    "agreements:draft-template": (302, 403, 403, 403),
    "agreements:draft-template-file": (302, 403, 403, 403),
    "agreements:draft-template-back": (405, 405, 405, 405),
    "agreements:programmes": SHARED,
    "agreements:programme-new": KEPT,
    "agreements:programme": SHARED,
    "agreements:programme-edit": KEPT,
    "agreements:programme-delete": KEPT,
    "agreements:measurement-new": KEPT,
    "agreements:measurement-edit": KEPT,
    "agreements:measurement-delete": KEPT,
    "agreements:evaluation-new": KEPT,
    "agreements:evaluation-edit": KEPT,
    "agreements:evaluation-delete": KEPT,
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
    "followups:comments": KEPT,
    "followups:edit": KEPT,
    "followups:reassign": KEPT,
    "followups:accept": KEPT,
    "followups:decline": KEPT,
    "followups:begin": KEPT,
    "followups:block": KEPT,
    "followups:done": KEPT,
    "followups:complete": KEPT,
    "followups:reopen": KEPT,
    "followups:reschedule": KEPT,
    "followups:snooze": SHARED,
    "followups:wake": SHARED,
    "followups:cancel": KEPT,
    "followups:part-done": KEPT,
    "followups:attachments": SHARED,
    "followups:attachment": SHARED,
    "followups:attachment-thumbnail": (302, 404, 404, 404),  # the planted paper is no picture
    "followups:attachment-edit": KEPT,
    "followups:attachment-edition": KEPT,
    "followups:attachment-delete": KEPT,
    "followups:notes": SHARED,
    "followups:note-edit": KEPT,
    "followups:note-delete": KEPT,
    "followups:duty-new": OFFICERS,
    "followups:reminders": KEPT,
    "followups:rules": KEPT,
    "followups:duty": SHARED,
    "followups:duty-history": SHARED,
    "followups:duty-edit": KEPT,
    "followups:duty-end": KEPT,
    "followups:duty-resume": (405, 405, 405, 405),
    "documents:uploads": (405, 405, 405, 405),
    "documents:upload": (302, 404, 404, 404),  # of somebody else
}


def addresses(patterns=None, prefix=""):
    """(name, parameter names) of every address of ours; the admin and allauth have tables of their own below."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin" or str(pattern.pattern) == "accounts/":
                continue
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name, tuple(pattern.pattern.converters)


@pytest.fixture
def planted(db):
    """A visit of Malang to Batam, full of canaries, and the ids by which its addresses are made."""
    batam, malang = make.make_region("Kota Batam", code="21.71"), make.make_region("Kabupaten Malang", code="35.07")
    series = make.make_series(f"{CANARY} {SECRET} programme", owner=batam)
    visit = make.make_visit(
        batam,
        malang,
        title=f"{CANARY} {SECRET} title",
        purpose=f"{CANARY} {SECRET}",
        minutes=f"{CANARY} {SECRET}",
        series=series,
    )
    make.make_delegate(visit.delegations.first(), name=f"{CANARY} {SECRET} guest")
    make.make_outcome(visit, f"{CANARY} {SECRET} outcome", follow_up="OPEN")
    make.make_statement(visit, f"{CANARY} {SECRET} said")
    make.make_source(visit, title=f"{CANARY} {SECRET} source")
    agency = make.make_organisation("Bappeda", batam)
    position = make.make_position(make.make_official(), agency)
    paper, note = (
        make.make_attachment(visit, name=f"{CANARY} {SECRET}.pdf"),
        make.make_note(visit, batam, text=f"{CANARY} {SECRET} note"),
    )
    agreement = make.make_agreement(batam, malang, title=f"{CANARY} {SECRET} agreement")
    ids = {
        "agreements": {"pk": agreement.pk, "region_pk": batam.pk, "drafted": "kb", **under_agreement(agreement)},
        "followups": under_follow_up(visit, note),
        "inbox": {"pk": make.make_reminder(Milestone.objects.get(title__contains="outcome")).pk},
        "duty": {"pk": make.make_duty(agreement, title=f"{CANARY} {SECRET} duty").pk},
        "rules": {"pk": agreement.pk},
        "relation": {"ours": batam.pk, "theirs": malang.pk, "organisation": agency.pk},
        **under_views(visit),
        "event": {"what": "visit", "pk": visit.pk},
        "feed": under_feed(),
        "file": {"pk": make.make_asked_file(filename=f"{CANARY} {SECRET}.xlsx").pk},
        "report": {"code": "semester"},
        "visit": {"pk": visit.pk},
        "agreement": {"pk": agreement.pk},
        "upload": {"key": "00000000-0000-4000-8000-000000000000"},
        "notices": under_notices(malang),
        "visits": {"pk": visit.pk, "paper_pk": paper.pk, "note_pk": note.pk},
        "series": {"pk": series.pk},
        "figure": {"region_pk": batam.pk, "pk": make.make_figure(batam).pk},
        "trait": {"region_pk": batam.pk, "pk": make.make_trait(batam).pk},
        "organisation": {"pk": agency.pk},
        "official": {"pk": position.official_id},
        "position": {"official_pk": position.official_id, "pk": position.pk},
        "venue": {"pk": make.make_venue(region=batam).pk},
        "regions": {"pk": batam.pk},
    }
    return {"batam": batam, "malang": malang, "ids": ids}


def under_agreement(agreement):
    """What hangs on the planted agreement, full of canaries."""
    process = make.make_process("KSDD_S", "preparation council!? signed* carrying-out")
    programme = agreement.programmes.create(name=f"{CANARY} {SECRET} programme")
    indicator = programme.indicators.create(name=f"{CANARY} {SECRET} indicator", unit="orang")
    measured = indicator.measurements.create(value=7, measured_on="2025-06-01", region=agreement.owner)
    judged = agreement.evaluations.create(evaluated_on="2025-06-30", rating=4, region=agreement.owner)
    note = agreement.notes.create(region=agreement.owner, text=f"{CANARY} {SECRET} note")
    return {
        "paper_pk": make.make_agreement_paper(agreement, name=f"{CANARY} {SECRET}.pdf").pk,
        "note_pk": note.pk,
        "programme_pk": programme.pk,
        "indicator_pk": indicator.pk,
        "measurement_pk": measured.pk,
        "evaluation_pk": judged.pk,
        "step_pk": process.steps.get(code="council").pk,
    }


def under_notices(region):
    """A letter to somebody of that region, full of canaries."""
    user = make.make_officer(region)
    words = {"subject": f"{CANARY} {SECRET} letter", "body": f"{CANARY} {SECRET} letter", "state": "DEAD"}
    delivery = make.make_delivery(make.make_notice(user), error=f"{CANARY} {SECRET}", **words)
    token = UNSUBSCRIBE.sign_object([user.pk, "EMAIL", ["TASKS"]])
    return {"pk": delivery.notice_id, "delivery_pk": delivery.pk, "token": token}


def under_views(visit):
    """A view that a manager shares with the region, and what the manager watches."""
    manager = make.make_manager(visit.owner)
    view = make.make_saved_view(manager, name=f"{CANARY} {SECRET} view", region=visit.owner)
    return {"view": {"pk": view.pk}, "watch": {"what": "visit", "pk": make.make_watch(manager, visit).pk}}


def under_feed():
    feed = Feed.objects.create(user=make.make_user())
    return {"pk": feed.pk, "secret": feed.secret}


def under_follow_up(visit, note):
    """A milestone of the planted visit with all that hangs on it, full of canaries."""
    milestone = make.make_milestone(f"{CANARY} {SECRET} milestone", visit.owner, visit=visit)
    written = milestone.notes.create(region=visit.owner, text=note.text)
    milestone.log.create(deed="COMMENTED", text=f"{CANARY} {SECRET} comment")
    paper = make.make_milestone_paper(milestone, name=f"{CANARY} {SECRET}.pdf")
    part = milestone.parts.get()
    return {"pk": milestone.pk, "part_pk": part.pk, "paper_pk": paper.pk, "note_pk": written.pk, "deed": "done"}


def address(name, parameters, ids):
    """The address with the planted ids: those of the record in its name (`figure-edit`), else those of its app."""
    app, _, rest = name.rpartition(":")
    chosen = ids.get(rest.split("-")[0]) or ids.get(app) or {}
    return reverse(name, kwargs={p: chosen[p] for p in parameters if p != "kind"})


def everybody(planted):
    """A browser of each: anonymous, stranger, reader, officer."""
    users = [
        None,
        make.make_officer(make.make_region("Kabupaten Soppeng", code="73.12")),
        make.make_viewer(planted["batam"]),
        make.make_officer(planted["batam"]),
    ]
    for user in users:
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        yield client


def test_every_address_stands_in_the_table():
    names = {name for name, _ in addresses()}

    assert names - TABLE.keys() == set(), "think about who may open these, and add them to TABLE"
    assert TABLE.keys() - names == set(), "these addresses are gone"


def test_everybody_gets_what_the_table_says(planted):
    clients = list(everybody(planted))

    found = {
        name: tuple(status(client, address(name, parameters, planted["ids"])) for client in clients)
        for name, parameters in addresses()
    }

    assert {name: codes for name, codes in found.items() if codes != TABLE[name]} == {}


def test_anonymous_visitors_are_sent_to_sign_in_and_come_back(planted):
    for name, parameters in addresses():
        if TABLE[name][0] == 302 and name != "set_language":
            url = address(name, parameters, planted["ids"])
            response = Client().get(url)
            assert response["Location"].startswith(reverse("account_login")), name
            assert "next=" in response["Location"], name


def test_a_stranger_sees_nothing_of_it_anywhere(planted):
    _, stranger, reader, _ = everybody(planted)
    seen_by_reader = 0
    for name, parameters in addresses():
        url = address(name, parameters, planted["ids"])
        for query in ({}, {"q": CANARY}, {"text": CANARY}):
            assert SECRET not in everything(stranger.get(url, query)), (name, query)
            seen_by_reader += SECRET in everything(reader.get(url, query))
    assert seen_by_reader > 5, "the canary is planted where it shows"


def test_changing_is_refused_to_those_who_may_not(planted):
    _, stranger, reader, _ = everybody(planted)
    for name, parameters in addresses():
        _, stranger_gets, reader_gets, _ = TABLE[name]
        url = address(name, parameters, planted["ids"])
        if stranger_gets == 404 and name != "styleguide":
            assert stranger.post(url, {"title": "x"}).status_code in (404, 405), name
        if reader_gets == 403:
            assert reader.post(url, {"title": "x"}).status_code in (403, 405), name


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_has_one_heading_and_its_language(planted, language):
    *_, officer = everybody(planted)
    officer.cookies["django_language"] = language
    for name, parameters in addresses():
        response = officer.get(address(name, parameters, planted["ids"]))
        page = everything(response)
        if response["Content-Type"].startswith("text/html") and "<html" in page:
            assert page.count("<h1") == 1, name
            assert f'<html lang="{language}"' in page, name


def test_no_address_breaks_on_hostile_questions(planted):
    *_, officer = everybody(planted)
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
        if name in ("healthz", "readyz", "notices:probe"):
            continue  # they read nothing, and may say 503 for good reasons
        url = address(name, parameters, planted["ids"])
        for value in hostile:
            response = officer.get(url, dict.fromkeys(keys, value))
            assert response.status_code < 500, (name, value)
            assert "<script>alert(1)" not in everything(response), (name, value)


@pytest.mark.parametrize("role", ["VIEWER", "OFFICER", "UNIT_USER", "REVIEWER", "LEGAL", "MANAGER", "ADMIN"])
def test_the_administration_is_for_system_administrators(planted, role):
    member = Client()
    member.force_login(make.make_member(planted["batam"], role))
    for url in (
        "admin:index",
        "admin:visits_visit_changelist",
        "admin:accounts_user_changelist",
        "admin:visits_visit_add",
    ):
        assert member.get(reverse(url)).status_code in (302, 403), url


def status(client, url):
    response = client.get(url)
    everything(response)  # a file that is served stays open until it is read
    return response.status_code


def everything(response):
    """Headers and body as text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join(f"{k}: {v}" for k, v in response.items()) + body.decode(errors="replace")
