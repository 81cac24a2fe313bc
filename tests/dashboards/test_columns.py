import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from agreements.columns import TABLE as OF_AGREEMENTS
from followups.columns import TABLE as OF_FOLLOW_UPS
from tests.factories import (
    make_agreement,
    make_malangs,
    make_milestone,
    make_officer,
    make_region,
    make_series,
    make_visit,
)
from visits.columns import TABLE as OF_VISITS

pytestmark = pytest.mark.django_db
LISTS = {"/visits/": OF_VISITS, "/agreements/": OF_AGREEMENTS, "/follow-ups/?state=all": OF_FOLLOW_UPS}


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def register(batam):
    """One record of each list, with something in every column."""
    malang = make_malangs()[0]
    visit = make_visit(batam, malang, series=make_series(owner=batam), phase=2, owner=batam)
    agreement = make_agreement(batam, malang, signed="2025-06-16", owner=batam)
    agreement.parties.filter(region=batam).update(number="12/KSB/2025")
    make_milestone("Kirim draf", batam, visit=visit, owner=batam, requested_by="M Sanusi", priority="HIGH")


def heads(response):
    page = response.content.decode()
    table = page[page.index("<thead>") : page.index("</thead>")]
    return [
        " ".join(re.sub(r"<span aria-hidden.*?</span>|<svg.*?</svg>|<[^>]+>", "", head, flags=re.DOTALL).split())
        for head in re.findall(r"<th .*?</th>", table, re.DOTALL)
    ]


def cells(response):
    """The labels of the cells of the first row: what phones show."""
    page = response.content.decode()
    row = page[page.index("<tbody>") :]
    return re.findall(r'data-label="([^"]+)"', row[: row.index("</tr>")])


def asked(address, columns):
    return f"{address}{'&' if '?' in address else '?'}columns={columns}"


def test_without_a_choice_the_list_looks_as_always(client, officer, register):
    assert heads(client.get("/visits/")) == ["Date", "Visit", "Host", "Direction", "Status", "Open follow-ups"]
    assert heads(client.get("/agreements/")) == ["Agreement", "Kind", "Stage", "State", "Effective end", "Signed on"]
    assert heads(client.get("/follow-ups/")) == ["Choose", "Follow-up", "Due", "State", "Responsible", "Kind"]


@pytest.mark.parametrize("address", LISTS)
def test_every_column_on_offer_has_a_head_and_a_cell_of_the_same_name(client, officer, register, address):
    table = LISTS[address]
    title = len(heads(client.get(asked(address, "title"))))
    for column in table.columns:
        response = client.get(asked(address, column.name))

        assert heads(response)[title - 1 :] != []
        assert len(heads(response)) == title + 1, column.name
        assert str(column.label) in heads(response), column.name
        assert str(column.label) in cells(response), column.name


@pytest.mark.parametrize("address", LISTS)
def test_all_columns_at_once_cost_no_more_queries(client, officer, register, address):
    def ask(columns):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(asked(address, columns))
        assert response.status_code == 200
        return len(queries)

    assert ask(",".join(column.name for column in LISTS[address].columns)) == ask("title")


def test_what_more_columns_show(client, officer, register):
    visits = client.get("/visits/?columns=programme,owner,guests").content.decode()
    agreements = client.get("/agreements/?columns=numbers,owner,days").content.decode()
    follow_ups = client.get("/follow-ups/?columns=requested,priority,origin,owner").content.decode()

    assert "Bimtek Smart City" in visits
    assert ">Kota Batam</td>" in visits
    assert "12/KSB/2025" in agreements
    assert "M Sanusi" in follow_ups
    assert ">High</td>" in follow_ups


def test_the_title_always_stays(client, officer, register):
    assert heads(client.get("/visits/?columns=title")) == ["Visit"]
    assert heads(client.get("/visits/?columns=status&columns=date")) == ["Date", "Visit", "Status"]


@pytest.mark.parametrize("nonsense", ["", "zzz", "%00", "<script>", "date'--", "x" * 3000])
def test_nonsense_is_no_choice(client, officer, register, nonsense):
    response = client.get(f"/visits/?columns={nonsense}")

    assert heads(response) == ["Date", "Visit", "Host", "Direction", "Status", "Open follow-ups"]
    assert "columns=" not in response.content.decode().partition('id="visit-list"')[2].partition("list-status")[0]


def test_the_choice_stands_in_the_address_in_one_word_and_goes_along(client, officer, register):
    response = client.get("/visits/?columns=title&columns=status&columns=date&q=", HTTP_HX_REQUEST="true")

    assert response["HX-Push-Url"] == "/visits/?columns=date%2Cstatus"
    page = response.content.decode()
    assert 'href="?columns=date%2Cstatus&amp;sort=date"' in page
    assert '<input type="hidden" name="columns" value="date,status">' in page


def test_the_usual_columns_leave_the_address_as_it_was(client, officer, register):
    usual = ",".join(column.name for column in OF_VISITS.columns if column.usual)

    response = client.get(f"/visits/?columns={usual}&q=malang", HTTP_HX_REQUEST="true")

    assert response["HX-Push-Url"] == "/visits/?q=malang"


def test_the_menu_ticks_what_is_shown_and_takes_the_filters_along(client, officer, register):
    page = client.get("/visits/?columns=date&kind=&status=COMPLETED&page=1").content.decode()
    menu = page[page.index('id="list-columns"') :]
    menu = menu[: menu.index("</form>")]

    assert re.findall(r'value="(\w+)" checked', menu) == ["date"]
    assert '<input type="hidden" name="status" value="COMPLETED">' in menu
    assert 'name="page"' not in menu


def test_a_choice_reads_the_same_however_it_is_written():
    one, _shown = OF_VISITS.tidied(QueryDict("columns=status,date&q=x"))
    other, _shown = OF_VISITS.tidied(QueryDict("q=x&columns=date&columns=status&columns=zzz"))

    assert dict(one.items()) == dict(other.items()) == {"q": "x", "columns": "date,status"}


def test_columns_do_not_widen_what_is_done_in_bulk(client, officer, register):
    page = client.get("/follow-ups/?columns=due&view=all").content.decode()
    bar = page[page.index('class="bulk-bar"') :]

    assert 'name="view"' not in bar[: bar.index("</select>")]
    assert 'name="columns"' not in bar[: bar.index("</select>")]
