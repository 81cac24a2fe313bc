"""Every page of the demo in a real browser: no serious fault, in both themes and languages, and nothing wider than a phone.

A test for each page, on one demo for all. Two long tests that fill it themselves would come last in a run of several
processes (`--dist loadfile` begins with the files that have most tests), and one process would work on alone.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from agreements.models import Agreement
from regions.models import Official, Organisation, Region
from sides.models import Correction, Handover
from visits.models import Visit, VisitSeries

HOST = "127.0.0.1"
BY_RECORD = {  # addresses by what they are about
    "nothing": (
        "home", "dashboards:dashboard", "accounts:preferences", "dashboards:search?q=malang", "dashboards:finder",
        "dashboards:files", "dashboards:file-ask?what=visits&kind=xlsx", "dashboards:reports",
        "/reports/semester/", "/reports/semester/print/", "/reports/evaluation/print/", "dashboards:calendar", "dashboards:agenda", "dashboards:agenda?undated=on", "dashboards:feeds",
        "ledger:trash", "ledger:mine", "ledger:traces", "dashboards:views", "dashboards:view-new?of=visits&query=status%3DCOMPLETED", "dashboards:watches",
        "agreements:list?columns=parties,numbers,days,active,owner", "followups:list?columns=priority,agreement,visit",
        "visits:list", "visits:list?q=zzzz", "visits:quick", "visits:new", "visits:series-list",
        "visits:series-new",
        "followups:list", "followups:list?state=all&q=zzzz", "followups:mine", "followups:inbox", "followups:bulk-list",
        "agreements:list", "agreements:board", "agreements:new", "agreements:adviser", "agreements:draft-templates",
        "regions:list", "regions:organisation-list", "regions:official-list", "regions:new",
        "sides:list", "sides:list?state=WITHDRAWN", "accounts:members", "accounts:members?q=zzzz",
        "/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/accounts/2fa/webauthn/",
        "/accounts/sessions/", "/accounts/reauthenticate/", "/nowhere/",
    ),
    "visit": (
        "visits:detail", "visits:edit", "visits:print", "visits:history", "visits:attachments", "visits:notes",
        "visits:delete",
    ),
    "series": ("visits:series-detail", "visits:series-edit"),
    "agreement": (
        "agreements:detail", "agreements:print", "agreements:history", "agreements:timeline", "agreements:edit",
        "agreements:delete", "agreements:way", "agreements:move", "agreements:hold", "agreements:close",
        "agreements:attachments", "agreements:notes", "agreements:draft", "agreements:programmes",
        "agreements:programme-new", "agreements:evaluation-new",
    ),
    "programme": ("agreements:programme",),
    "agreement abroad": ("agreements:detail",),
    "region": ("regions:detail", "regions:edit", "regions:figure-new"),
    "region abroad": ("regions:detail",),
    "unit": ("regions:organisation-detail",),
    "official": ("regions:official-detail",),
    "two": ("dashboards:relation", "dashboards:relation?what=open"),
    "region and unit": ("dashboards:relation-organisation",),
    "correction": ("sides:correction",),
    "correction answered": ("sides:correction",),
    "handover": ("sides:handover",),
    "what we keep": ("sides:offer",),
    "what others keep": ("sides:propose",),
}  # fmt: skip
PAGES = [(record, address) for record, addresses in BY_RECORD.items() for address in addresses]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Written for all the tests, that only read it: what they ask for must not empty the database after each of them."""
    with django_db_blocker.unblock():
        call_command("load_regions", verbosity=0)
        call_command("demo", verbosity=0)
        yield
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def site(demo):
    """Where the demo is served; `live_server` empties the database after each test."""
    server = LiveServer(HOST)
    with override_settings(ALLOWED_HOSTS=[HOST]):
        yield server.url
    server.stop()


@pytest.fixture(scope="module")
def records(demo):
    """The arguments of the addresses: of each kind the record that shows as much as possible."""
    visit = Visit.objects.get(
        delegations__delegates__name__contains="Sanusi", delegations__side="GUEST", starts_on="2025-06-16"
    )
    batam = Region.objects.get(code="21.71")
    agreement = Agreement.objects.filter(owner=batam, evaluations__isnull=False, attachments__isnull=False).first()
    return {
        "nothing": [],
        "visit": [visit.pk],
        "series": [VisitSeries.objects.first().pk],
        "agreement": [agreement.pk],
        "programme": [agreement.pk, agreement.programmes.first().pk],
        "agreement abroad": [Agreement.objects.get(title__contains="Batam-Xiangyang").pk],
        "region": [batam.pk],
        "region abroad": [Region.objects.get(name_id__contains="Xiangyang").pk],
        "unit": [Organisation.objects.filter(region=batam).first().pk],
        "official": [Official.objects.get(name="Amsakar Achmad").pk],
        "two": [batam.pk, Region.objects.get(code="35.07").pk],
        "region and unit": [batam.pk, Organisation.objects.filter(kind="CONSULATE").first().pk],
        "correction": [Correction.objects.filter(state="OPEN", visit__owner=batam).first().pk],
        "correction answered": [Correction.objects.filter(state="DECLINED").first().pk],
        "handover": [Handover.objects.first().pk],
        "what we keep": ["visit", Visit.objects.filter(owner=batam, region_ids__len__gt=1).first().pk],
        "what others keep": [
            "visit", Visit.objects.exclude(owner=batam).filter(region_ids__contains=[batam.pk]).first().pk,
        ],
    }  # fmt: skip


@pytest.fixture(scope="module", params=[("light", "id"), ("dark", "en")], ids="-".join)
def window(request, browser, demo, site):
    """Of a manager of Batam, who may open all that an officer may; and what the browser complains about."""
    theme, language = request.param
    client = Client()
    client.force_login(User.objects.get(email="pimpinan@batam.example"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(color_scheme=theme)
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site},
        ]
    )
    page, complaints = context.new_page(), []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    context.close()


@pytest.mark.parametrize(("record", "address"), PAGES, ids=lambda word: word)
def test_every_page_is_accessible_and_fits_a_phone(window, site, records, record, address):
    page, complaints = window
    complaints.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(site + path_of(address, records[record]))
    found = faults(page)
    page.set_viewport_size({"width": 390, "height": 844})
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert found == []
    assert too_wide <= 0
    if address == "/nowhere/":
        assert answer.status == 404
    else:
        assert (answer.status, complaints) == (200, [])


def path_of(address, args):
    name, mark, query = address.partition("?")
    return address if name.startswith("/") else reverse(name, args=args) + mark + query


def faults(page):
    """What axe calls serious or critical: (rule, the first places)."""
    violations = Axe().run(page).response["violations"]
    serious = [fault for fault in violations if fault["impact"] in {"serious", "critical"}]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in serious]
