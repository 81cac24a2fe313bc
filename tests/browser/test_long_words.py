"""Words without end (addresses, names that somebody glued together) break and widen no page, on a phone and on a desk; numbers do not
break."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from records.trash import throw
from regions.models import Region
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "https://cloud.example/" + "kerjasamaantardaerah" * 6
WORD = "Penyelenggaraan" * 5
TITLE = "Penyelenggaraan" * 13 + "Besar"  # 200 letters
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
OUTSIDE = """() => {
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range(), found = []
    while (words.nextNode()) {
        const box = words.currentNode.parentElement
        range.selectNodeContents(words.currentNode)
        if (range.getBoundingClientRect().right > innerWidth && box.checkVisibility() && !box.closest(
            ".crumbs, .list-menu, .tabs, .visually-hidden, thead")) found.push(words.currentNode.data.trim())
    }
    return found
}"""  # crumbs and the name of a view are cut with dots, tabs are pushed, heads of tables are not shown on a phone


@pytest.fixture
def addresses():
    """Pages of records whose texts have no place to break, for a manager who keeps them."""
    batam, malang = make.make_region("Kota Batam", code="21.71"), make.make_malangs()[0]
    visit = make.make_visit(batam, malang, title=TITLE, purpose=LONG, minutes=LONG, remarks=LONG)
    make.make_outcome(visit, LONG)
    make.make_agenda_item(visit, WORD, note=LONG)
    make.make_note(visit, batam, LONG)
    agreement = make.make_agreement(batam, malang, title=TITLE)
    agreement.notes.create(region=batam, text=LONG)
    task = make.make_milestone(TITLE, batam, agreement=agreement, note=LONG, due=timezone.localdate())
    unit = make.make_organisation(WORD, batam)
    make.make_position(make.make_official(WORD), unit, WORD)
    programme = make.make_programme(agreement, WORD)
    make.make_indicator(programme, WORD)
    region = make.make_region(WORD, code="21.72")
    changed = {"key": "title", "label": {"id": "Judul", "en": "Title"}, "taken": None}
    changed |= {when: {"id": words, "en": words} for when, words in (("before", TITLE), ("after", TITLE[::-1]))}
    changed |= {"old": {"title": [TITLE]}, "new": {"title": [TITLE[::-1]]}}
    correction = make.make_correction(visit, malang, LONG, changes=[changed])
    duty = make.make_duty(agreement, title=TITLE)
    with transaction.atomic():
        thrown = [
            throw(make.make_visit(batam, malang, title=TITLE)),
            throw(make.make_note(visit, batam, LONG), within=visit),
        ]
    parts = ("", "notes/", "edit/", "delete/", "history/", "attachments/", "print/")
    return [
        *(f"/{kind}/{record.pk}/{part}" for kind, record in (("visits", visit), ("agreements", agreement)) for part in parts),
        "/", "/follow-ups/mine/", f"/follow-ups/{task.pk}/", f"/regions/organisations/{unit.pk}/",
        f"/agreements/{agreement.pk}/programmes/", f"/agreements/{agreement.pk}/programmes/{programme.pk}/",
        f"/corrections/{correction.pk}/", f"/relations/{batam.pk}/{region.pk}/", f"/visits/?q={LONG}",
        f"/visits/?status={WORD}", "/visits/", "/agreements/", "/follow-ups/", "/corrections/", "/trash/",
        *(f"/agreements/{agreement.pk}/{part}/" for part in ("timeline", "move", "hold", "close", "draft", "renewal")),
        *(f"/follow-ups/duties/{duty.pk}/{part}" for part in ("", "edit/", "end/", "history/")),
        f"/follow-ups/agreements/{agreement.pk}/rules/", f"/follow-ups/{task.pk}/edit/", f"/follow-ups/{task.pk}/done/",
        *(f"/trash/{one.pk}/" for one in thrown),
    ]  # fmt: skip


def signed_in_at(user, client, page, live_server, size="phone"):
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.set_viewport_size(SIZES[size])


@pytest.mark.parametrize("size", SIZES)
def test_words_without_end_fit_the_page(addresses, client, page, live_server, size):
    manager = make.make_manager(Region.objects.get(code="21.71"))
    make.make_saved_view(manager, name=WORD, default=True)
    signed_in_at(manager, client, page, live_server, size)
    found = {}

    for address in addresses:
        answer = page.goto(live_server.url + address)
        found[address] = (
            answer.status,
            page.evaluate(OUTSIDE),
            page.evaluate("document.body.scrollWidth - innerWidth"),
        )

    assert {address: told for address, told in found.items() if told[1] or told[2] > 0} == {}
    assert {told[0] for told in found.values()} == {200, 422}


def test_a_number_beside_a_heading_stays_on_one_line(client, page, live_server):
    batam = make.make_region()
    for n in range(12):
        make.make_milestone(f"Urusan {n}", batam, due=timezone.localdate() + dt.timedelta(days=20))
    signed_in_at(make.make_officer(batam, language="id"), client, page, live_server)

    page.goto(f"{live_server.url}/")

    number = page.locator(".work-head .count", has_text="12")
    assert (
        number.evaluate("e => { const r = new Range(); r.selectNodeContents(e); return r.getClientRects().length }")
        == 1
    )
