import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.dashboards.sums import OF_THE_DASHBOARD
from tests.factories import (
    make_agenda_item,
    make_delegate,
    make_delegation,
    make_kind,
    make_malangs,
    make_officer,
    make_organisation,
    make_outcome,
    make_region,
    make_sector,
    make_series,
    make_superuser,
    make_unit_user,
    make_visit,
)
from visits.filters import SORTS, VisitFilter
from visits.models import Direction

pytestmark = pytest.mark.django_db
URL = "/visits/"


def headings(response):
    return [row["heading"] for row in response.context["page"].object_list]


def pks(response):
    return [row["pk"] for row in response.context["page"].object_list]


def test_the_list_shows_the_visits_of_my_regions(client, officer, batam):
    visit = make_visit(batam, kinds=[make_kind()])
    make_visit(make_region("Kota Medan"))

    response = client.get(URL)

    assert pks(response) == [visit.pk]
    assert "1 visit" in response.content.decode()
    assert "16 June 2025" in response.content.decode()
    assert "Working visit" in response.content.decode()
    assert "Incoming" in response.content.decode()


def test_anonymous_is_sent_to_sign_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={URL}"


def test_a_stranger_sees_an_empty_list(client, batam):
    make_visit(batam)
    client.force_login(make_officer(make_region("Kota Medan"), language="en"))

    response = client.get(URL)

    assert "No visits yet" in response.content.decode()


def test_an_agency_user_sees_the_visits_of_its_unit(client, batam):
    unit = make_organisation("Bappeda", batam)
    visit = make_visit(batam)
    make_delegation(visit, organisation=unit, side="HOST")
    make_visit(batam)
    client.force_login(make_unit_user(unit))

    assert pks(client.get(URL)) == [visit.pk]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_list_only_answers_questions(client, officer, method):
    assert getattr(client, method)(URL).status_code == 405


def test_the_list_needs_as_many_queries_for_one_row_as_for_three(client, officer, batam):
    def ask():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(URL)
        return len(queries)

    def add():
        visit = make_visit(
            batam,
            kinds=[make_kind(), make_kind("STUDI_TIRU", "Studi tiru", "Replication study")],
            sectors=[make_sector()],
        )
        make_outcome(visit, follow_up="OPEN")

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 8


FILTERS = {
    "q": lambda visit: {"q": "cabai"},
    "period": lambda visit: {"period": "last-year"},
    "since": lambda visit: {"since": "2025-06-16"},
    "until": lambda visit: {"until": "2025-06-16"},
    "region": lambda visit: {"region": make_malangs()[0].pk},
    "direction": lambda visit: {"direction": "INCOMING"},
    "kind": lambda visit: {"kind": make_kind().pk},
    "sector": lambda visit: {"sector": make_sector().pk},
    "status": lambda visit: {"status": "REPORTED"},
    "stage": lambda visit: {"stage": "past"},
    "standing": lambda visit: {"standing": "all"},
    "open": lambda visit: {"open": "1"},
    "undated": lambda visit: {"undated": "1"},
    "programme": lambda visit: {"programme": visit.series_id},
}
OTHERS = {
    "q": {},
    "period": {"on": dt.date(2024, 1, 5)},
    "since": {"on": dt.date(2024, 1, 5)},
    "until": {"on": dt.date(2026, 1, 5)},
    "region": {},
    "direction": {"setting": "VIRTUAL"},
    "kind": {},
    "sector": {},
    "status": {"status": "CANCELLED"},
    "stage": {"status": "SCHEDULED", "on": dt.date(2027, 3, 1)},
    "open": {},
    "undated": {},
    "programme": {},
}


@pytest.fixture
def _in_2026(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.mark.usefixtures("_in_2026")
@pytest.mark.parametrize("name", [n for n in FILTERS if n != "standing"])
def test_every_filter_filters(client, officer, batam, name):
    precise = {"on": None} if name == "undated" else {"on": dt.date(2025, 6, 16)}
    wanted = make_visit(
        batam, make_malangs()[0], purpose="Pasokan cabai", status="REPORTED", kinds=[make_kind()], sectors=[make_sector()],
        series=make_series(owner=batam), **precise,
    )  # fmt: skip
    make_outcome(wanted, follow_up="OPEN")
    other = make_visit(batam, make_region("Kabupaten Soppeng"), **OTHERS[name])

    assert set(pks(client.get(URL))) == {wanted.pk, other.pk}
    assert pks(client.get(URL, FILTERS[name](wanted))) == [wanted.pk]


def test_every_filter_is_tried():
    assert set(FILTERS) == set(VisitFilter.base_filters) - {"sort"} - OF_THE_DASHBOARD["visits"]


def test_visits_that_are_only_mentioned_are_left_out_unless_asked_for(client, officer, batam):
    evidenced = make_visit(batam, on=dt.date(2025, 1, 1))
    claimed = make_visit(batam, on=dt.date(2024, 1, 1), standing="CLAIMED", mentioned_in=evidenced)

    assert pks(client.get(URL)) == [evidenced.pk]
    assert pks(client.get(URL, {"standing": "all"})) == [evidenced.pk, claimed.pk]
    assert pks(client.get(URL, {"standing": "claimed"})) == [claimed.pk]


def test_text_finds_the_beginning_of_the_last_word_and_codes(client, officer, batam):
    malang, _city = make_malangs()
    visit = make_visit(batam, malang, purpose="Penjajakan perdagangan antarpulau")

    for text in [
        "perdag",
        "penjajakan antarp",
        "35.07",
        "35.0",
        "malang perdagangan",
        '"perdagangan antarpulau"',
        "PERDAGANGAN",
    ]:
        assert pks(client.get(URL, {"q": text})) == [visit.pk], text
    for text in ["xyz", "perdagangan -antarpulau", "33.27"]:
        assert pks(client.get(URL, {"q": text})) == [], text


@pytest.mark.parametrize("words", ["Sumpahmati", "Janjisuci", "Kepalagudang"])
def test_words_of_the_source_are_found_wherever_they_stand(client, officer, batam, malang, words):
    visit = make_visit(batam, malang)
    make_outcome(visit, quote="Sumpahmati katanya")
    make_agenda_item(visit, quote="Janjisuci katanya")
    make_delegate(visit.delegations.get(), quote="Kepalagudang katanya")

    assert pks(client.get(URL, {"q": words})) == [visit.pk]


@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "&",
        "|",
        "!",
        ":*",
        "<script>",
        "a & | ! b",
        "\\",
        "%",
        "(",
        "😀",
        "a" * 200,
        "' OR 1=1 --",
        "- -",
        "or",
    ],
)
def test_odd_characters_are_only_text(client, officer, batam, text):
    make_visit(batam)

    assert client.get(URL, {"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"since": "31/31"}, "This is not a date. Write it as day/month/year, for example 31/12/2025."),
        (
            {"since": "2025-02-02", "until": "2025-02-01"},
            "“Until” lies before “From”. Swap the two dates or clear one.",
        ),
        ({"region": "999999"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"region": "x" * 30}, "Select a valid choice. That choice is not one of the available choices."),
        ({"kind": "999999"}, "Select a valid choice. 999999 is not one of the available choices."),
        ({"sort": "evil"}, "Select a valid choice. evil is not one of the available choices."),
        ({"direction": "UP"}, "Select a valid choice. UP is not one of the available choices."),
        ({"programme": "999999"}, "Select a valid choice. That choice is not one of the available choices."),
        ({"q": "a\x00b"}, "Null characters are not allowed."),
        ({"q": "a" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_wrong_filter_is_explained_and_shows_no_visits(client, officer, batam, asked, message):
    make_visit(batam)

    response = client.get(URL, asked)

    assert response.status_code == 422
    assert message in response.content.decode().replace("&quot;", '"').replace("&#x27;", "'")
    assert "page" not in response.context


@pytest.mark.parametrize(
    "page",
    ["abc", "-1", "0", "99999999999999999999", "2~", "2~>", "2~>x~y", "9~>2024-01-01~99999999999999999999999", "½"],
)
def test_a_page_that_does_not_exist_shows_the_nearest(client, officer, batam, page):
    make_visit(batam)

    response = client.get(URL, {"page": page})

    assert response.status_code == 200


def test_the_nearest_page_says_so(client, officer, batam):
    make_visit(batam)

    assert "There is no such page" in client.get(URL, {"page": "7"}).content.decode()
    assert "There is no such page" not in client.get(URL, {"page": "1"}).content.decode()


@pytest.mark.parametrize("sort", [sort for sort, _label in SORTS])
def test_every_order_orders_and_turns_round(client, officer, batam, sort):
    medan = make_region("Kota Medan")
    first = make_visit(batam, status="INVITED", on=dt.date(2024, 1, 1))
    second = make_visit(medan, batam, status="COMPLETED", on=dt.date(2025, 1, 1))
    expected = [first.pk, second.pk] if not sort.startswith("-") else [second.pk, first.pk]

    assert pks(client.get(URL, {"sort": sort})) == expected


@pytest.mark.parametrize(
    ("language", "hosts"), [("en", ["Kota Batam", "Malang Regency"]), ("id", ["Kabupaten Malang", "Kota Batam"])]
)
def test_hosts_stand_in_the_order_of_the_names_that_are_read(client, batam, malang, language, hosts):
    client.force_login(make_officer(batam, language=language))
    make_visit(batam, malang)
    make_visit(malang, batam)

    rows = client.get(URL, {"sort": "host"}).context["page"].object_list

    assert [row["host"] for row in rows] == hosts


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_visits_without_a_date_stand_last_in_both_orders(client, officer, batam, sort):
    unknown = make_visit(batam, on=None)
    make_visit(batam)

    assert pks(client.get(URL, {"sort": sort}))[-1] == unknown.pk


def test_chips_name_the_filters_and_take_one_away(client, officer, batam):
    malang, _city = make_malangs()
    make_visit(batam, malang)

    response = client.get(URL, {"region": malang.pk, "status": "COMPLETED", "kind": "", "sort": "date", "page": "1"})
    chips = {chip.label: (chip.value, chip.remove_url) for chip in response.context["chips"]}

    assert chips == {
        "Region, host or guest": (malang.label, "?status=COMPLETED&sort=date"),
        "Status": ("Completed", f"?region={malang.pk}&sort=date"),
    }


def test_htmx_gets_the_list_alone_and_its_address(client, officer, batam):
    make_visit(batam)

    response = client.get(URL, {"status": "", "sort": "date"}, headers={"HX-Request": "true"})

    assert response.headers["HX-Push-Url"] == "/visits/?sort=date"
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in response.content.decode()
    assert 'id="visit-list"' in response.content.decode()
    assert re.search(r'id="list-status" hx-swap-oob="innerHTML">\s*1 visit', response.content.decode())


def test_pages_follow_one_another_without_loss(client, officer, batam, monkeypatch):
    monkeypatch.setattr("pages.paging.ListPaginator.__init__.__defaults__", (2, 10_000))
    made = [make_visit(batam, on=dt.date(2025, 1, day)).pk for day in range(1, 6)]

    first, second, third = (client.get(URL, {"page": n}) for n in (1, 2, 3))

    assert pks(first) + pks(second) + pks(third) == made[::-1]
    assert "1–2 of 5" in first.content.decode()


def test_direction_is_that_of_the_reader(client, batam):
    malang, _city = make_malangs()
    make_visit(batam, malang)
    client.force_login(make_officer(malang, language="en"))

    assert [row["direction"] for row in client.get(URL).context["page"].object_list] == ["OUTGOING"]


@pytest.mark.parametrize("reader", ["host", "guest", "both", "neither"])
def test_the_direction_filter_says_what_the_list_shows(client, batam, reader):
    malang, city = make_malangs()
    soppeng = make_region("Kabupaten Soppeng")
    for setting in ("AT_HOST", "THIRD_PLACE", "VIRTUAL", "UNKNOWN"):
        for host, guest, owner in [
            (batam, malang, batam),
            (malang, batam, batam),
            (soppeng, malang, malang),
            (city, batam, soppeng),
            (malang, False, malang),
        ]:
            make_visit(host, guest, owner=owner, setting=setting)
    make_visit(None, malang, host_region=None, host_organisation=make_organisation("Kominfo", batam), owner=malang)
    user = {
        "host": lambda: make_officer(batam),
        "guest": lambda: make_officer(malang),
        "both": lambda: make_officer(batam),
        "neither": make_superuser,
    }[reader]()
    if reader == "both":
        user.memberships.create(region=malang, role="VIEWER")
    client.force_login(user)
    shown = {row["pk"]: row["direction"] for row in client.get(URL).context["page"].object_list}

    for direction in Direction.values:
        expected = {pk for pk, of in shown.items() if of == direction}
        assert set(pks(client.get(URL, {"direction": direction}))) == expected
    assert len(set(shown.values())) == 5
