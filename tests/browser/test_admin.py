"""Django admin in a real browser: our strict policy breaks nothing in it, and its pages have no serious fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from tests.factories import (
    make_agenda_item,
    make_agreement,
    make_delegate,
    make_kind,
    make_malangs,
    make_official,
    make_region,
    make_superuser,
    make_user,
    make_visit,
)
from tests.sent import come_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit():
    regency, _city = make_malangs()
    visit = make_visit(make_region("Kota Batam"), regency, kinds=[make_kind()])
    make_delegate(visit.delegations.get(), official=make_official())
    make_agenda_item(visit)
    return visit


@pytest.fixture
def complaints(page, client, live_server):
    """Signed in as the system administrator; what the browser complains about."""
    come_in(client, make_superuser(language="en"))
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: "en",
    }
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    found = []
    page.on("console", lambda message: message.type in {"error", "warning"} and found.append((page.url, message.text)))
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    return found


OF_DJANGO = ".select2-search__field"  # Django's own choice of several: its field for typing has no label


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_pages_have_no_serious_fault(visit, complaints, page, live_server, theme):
    page.emulate_media(color_scheme=theme)
    paths = [
        reverse("admin:index"),
        reverse("admin:visits_visit_changelist"),
        *(reverse(f"admin:visits_visit_{name}", args=[visit.pk]) for name in ("change", "history", "delete")),
        reverse("admin:visits_delegation_change", args=[visit.delegations.get().pk]),
        reverse("admin:accounts_user_change", args=[make_user(make_region()).pk]),
        reverse("admin:accounts_user_add"),
        reverse("admin:followups_reminderrule_add"),
        reverse("admin:followups_reminderrule_preview"),
    ]

    faults, said = {}, []
    for path in paths:
        page.goto(live_server.url + path, wait_until="networkidle")
        said += complaints
        violations = Axe().run(page).response["violations"]
        faults[path] = [
            (v["id"], node["target"])
            for v in violations
            for node in v["nodes"]
            if v["impact"] in {"serious", "critical"} and node["target"] != [OF_DJANGO]
        ]
        complaints.clear()  # axe loads style sheets in a way that the policy stops

    assert {path: found for path, found in faults.items() if found} == {}
    assert said == []


def test_looking_up_adding_rows_and_dates_work_under_our_policy(visit, complaints, page, live_server):
    page.goto(live_server.url + reverse("admin:visits_visit_change", args=[visit.pk]))

    page.click("#select2-id_host_region-container")
    page.fill(".select2-search__field", "kota malang")
    page.click(".select2-results__option:has-text('35.73')")
    page.click("summary:has-text('Agenda')")
    page.click("text=Add another Agenda item")
    page.fill("#id_agenda-1-title", "Peninjauan")
    page.click(".field-starts_on .datetimeshortcuts a >> nth=1")
    page.click(".calendar-cancel a >> visible=true")
    page.click("input[name=_continue] >> nth=0")
    page.wait_for_selector(".messagelist .success")

    visit.refresh_from_db()
    assert visit.host_region.code == "35.73"
    assert [item.title for item in visit.agenda.all()] == ["Paparan sejarah Batam", "Peninjauan"]
    assert complaints == []


def test_a_word_without_end_pushes_no_column_out_of_a_list(complaints, page, live_server):
    make_agreement(title="Penyelenggaraan" * 20)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(live_server.url + reverse("admin:agreements_agreement_changelist"))

    name = page.locator("#result_list tbody th").first
    assert name.evaluate("e => e.getBoundingClientRect().width") < 400
    assert name.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
