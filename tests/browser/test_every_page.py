"""Every page of the demo in a real browser: no serious fault, in both themes and languages, and nothing wider than a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from agreements.models import Agreement
from regions.models import Official, Organisation, Region
from visits.models import Visit, VisitSeries

pytestmark = pytest.mark.django_db(transaction=True)
OF_AN_AGREEMENT = (
    "detail", "print", "history", "timeline", "edit", "delete", "way", "move", "hold", "close", "attachments", "notes",
    "draft", "programmes", "programme-new", "evaluation-new",
)  # fmt: skip


@pytest.fixture
def demo():
    call_command("load_regions", verbosity=0)
    call_command("demo", verbosity=0)


def pages():
    """The addresses of a manager of Batam, who may open all that an officer may, each with a record that shows as much as possible."""
    visit = Visit.objects.get(
        delegations__delegates__name__contains="Sanusi", delegations__side="GUEST", starts_on="2025-06-16"
    )
    batam, place = Region.objects.get(code="21.71"), Region.objects.get(name_id__contains="Xiangyang")
    unit, official = Organisation.objects.filter(region=batam).first(), Official.objects.get(name="Amsakar Achmad")
    agreement = Agreement.objects.filter(owner=batam, evaluations__isnull=False, attachments__isnull=False).first()
    programme = agreement.programmes.first()
    by_record = {
        visit.pk: ["detail", "edit", "print", "history", "attachments", "notes", "delete"],
        VisitSeries.objects.first().pk: ["series-detail", "series-edit"],
    }
    yield from (reverse("home"), reverse("accounts:preferences"), reverse("dashboards:search") + "?q=malang")
    yield from (
        reverse(f"visits:{name}") for name in ("list", "quick", "new", "outcome-list", "series-list", "series-new")
    )
    yield from (reverse(f"visits:{name}", args=[pk]) for pk, names in by_record.items() for name in names)
    yield from (reverse(f"agreements:{name}") for name in ("list", "board", "new", "adviser", "draft-templates"))
    yield from (reverse(f"agreements:{name}", args=[agreement.pk]) for name in OF_AN_AGREEMENT)
    yield reverse("agreements:programme", args=[agreement.pk, programme.pk])
    yield reverse("agreements:detail", args=[Agreement.objects.get(title__contains="Batam-Xiangyang").pk])
    yield from (reverse(f"regions:{name}") for name in ("list", "organisation-list", "official-list", "new"))
    yield from (reverse("regions:detail", args=[pk]) for pk in (batam.pk, place.pk))
    yield from (reverse("regions:edit", args=[batam.pk]), reverse("regions:figure-new", args=[batam.pk]))
    yield from (
        reverse("regions:organisation-detail", args=[unit.pk]),
        reverse("regions:official-detail", args=[official.pk]),
    )
    yield from ("/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/visits/?q=zzzz", "/nowhere/")


@pytest.mark.parametrize(("theme", "language"), [("light", "id"), ("dark", "en")])
def test_every_page_is_accessible_and_fits_a_phone(demo, client, page, live_server, theme, language):
    client.force_login(User.objects.get(email="pimpinan@batam.example"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        ]
    )
    page.emulate_media(color_scheme=theme)
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append((page.url, message.text)))
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))

    found = {}
    for path in pages():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_server.url + path)
        found[path] = faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[path] += [("too wide for a phone", too_wide)] if too_wide > 0 else []

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert [c for c in complaints if "/nowhere/" not in c[0]] == []


def faults(page):
    """What axe calls serious or critical: (rule, the first places)."""
    violations = Axe().run(page).response["violations"]
    serious = [fault for fault in violations if fault["impact"] in {"serious", "critical"}]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in serious]
