"""The pages for the printer, as they are read on a phone."""

import datetime as dt

import pytest
from django.conf import settings

from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("kind", ["visits", "agreements"])
def test_on_a_phone_the_cells_of_a_row_stand_below_each_other(client, page, live_server, kind):
    batam, malang = make.make_region(), make.make_malangs()[0]
    visit = make.make_visit(batam, malang)
    make.make_delegate(visit.delegations.get(), capacity="Bupati Malang")
    make.make_agenda_item(visit, "Lokakarya", on=dt.date(2025, 6, 16))
    make.make_outcome(visit)
    records = {"visits": visit, "agreements": make.make_agreement(batam, malang, signed=dt.date(2025, 6, 16))}
    client.force_login(make.make_officer(batam, language="en"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(f"{live_server.url}/{kind}/{records[kind].pk}/print/")

    widths = page.locator("td:not(.no):visible").evaluate_all("cells => cells.map(cell => cell.clientWidth)")
    assert min(widths) > 250
    assert page.evaluate("document.documentElement.scrollWidth") == 390
