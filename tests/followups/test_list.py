import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followups.filters import SORTS, STATES
from followups.models import Milestone
from tests.factories import (
    make_agreement,
    make_assignee,
    make_milestone,
    make_officer,
    make_organisation,
    make_outcome,
    make_region,
    make_superuser,
    make_unit_user,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db
URL = "/follow-ups/"
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


def day(days):
    return TODAY + dt.timedelta(days=days)


def headings(response):
    return [row["heading"] for row in response.context["page"].object_list]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def all_states(batam):
    """One of each state, kept by Batam."""
    for title, kw in {
        "terlambat": {"status": "BLOCKED", "due": day(-3)},
        "hari ini": {"due": day(0)},
        "sepekan": {"due": day(7)},
        "sebulan": {"status": "IN_PROGRESS", "due": day(30)},
        "triwulan": {"due": day(90)},
        "nanti": {"due": day(91)},
        "tanpa tenggat": {},
        "usulan": {"status": "SUGGESTED"},
        "selesai": {"status": "DONE", "done_on": day(-1)},
        "batal": {"status": "CANCELLED"},
    }.items():
        make_milestone(title, batam, owner=batam, **kw)


def test_what_is_open_stands_in_the_order_in_which_it_is_due(client, officer, all_states):
    response = client.get(URL)

    assert headings(response) == [
        "terlambat", "hari ini", "sepekan", "sebulan", "triwulan", "nanti", "tanpa tenggat",
    ]  # fmt: skip
    assert [row["overdue"] for row in response.context["page"].object_list] == [True] + [False] * 6
    assert "3 days overdue" in text(response)
    assert "7 follow-ups" in text(response)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("overdue", ["terlambat"]),
        ("7", ["hari ini", "sepekan"]),
        ("30", ["hari ini", "sepekan", "sebulan"]),
        ("90", ["hari ini", "sepekan", "sebulan", "triwulan"]),
        ("undated", ["tanpa tenggat"]),
        ("suggested", ["usulan"]),
        ("done", ["selesai"]),
        ("cancelled", ["batal"]),
    ],
)
def test_the_state_filters(client, officer, all_states, state, expected):
    assert headings(client.get(URL, {"state": state})) == expected


def test_all_are_all(client, officer, all_states):
    assert len(headings(client.get(URL, {"state": "all"}))) == 10
    assert {state for state, _label in STATES} >= {"all", "overdue"}


def test_the_other_filters(client, officer, batam, malang):
    unit, agreement = make_organisation("Bappeda", batam), make_agreement(batam, malang)
    visit = make_visit(batam, malang)
    wanted = make_milestone(
        "Kirim data cabai", unit, owner=batam, kind="DELIVERABLE", priority="URGENT", agreement=agreement, visit=visit,
        due=day(5), requested_by="Bupati Malang",
    )  # fmt: skip
    make_assignee(wanted, officer)
    other = make_milestone("Undang wali kota", owner=batam, due=day(20), origin="DUTY")

    def found(**asked):
        return headings(client.get(URL, asked))

    for asked in [
        {"q": "CABAI"}, {"q": "bupati"}, {"kind": "DELIVERABLE"}, {"priority": "URGENT"}, {"unit": unit.pk},
        {"agreement": agreement.pk}, {"visit": visit.pk}, {"person": officer.pk}, {"region": malang.pk},
        {"origin": "PERSON"}, {"until": day(5).isoformat()},
    ]:  # fmt: skip
        assert found(**asked) == [wanted.title], asked
    assert found(since=day(6).isoformat()) == [other.title]


def test_whose_it_is(client, officer, batam, malang):
    ours, theirs = make_organisation("Dinas A", batam), make_organisation("Dinas B", malang)
    visit = make_visit(batam, malang)
    make_milestone("unit kami", ours, visit=visit, due=day(1))
    make_milestone("unit mereka", theirs, visit=visit, due=day(2))
    make_milestone("keduanya", ours, theirs, visit=visit, due=day(3))
    make_milestone("belum ada", visit=visit, due=day(4))
    given = make_milestone("diberikan ke rekan", batam, visit=visit, due=day(5))
    make_assignee(given, make_officer(batam))
    to_me = make_milestone("diberikan ke saya", theirs, visit=visit, due=day(6))
    make_assignee(to_me, officer)
    confirmed = make_milestone("bagian kami selesai", ours, theirs, visit=visit, due=day(7))
    confirmed.parts.filter(unit=ours).update(done_on=day(-1))

    def found(whose):
        return headings(client.get(URL, {"whose": whose}))

    assert found("ours") == ["unit kami", "keduanya", "belum ada", "diberikan ke rekan", "diberikan ke saya"]
    assert found("mine") == ["unit kami", "keduanya", "belum ada", "diberikan ke saya"]
    assert found("theirs") == ["unit mereka", "keduanya", "diberikan ke saya", "bagian kami selesai"]
    client.force_login(make_officer(malang))
    assert found("ours") == ["unit mereka", "keduanya", "diberikan ke saya", "bagian kami selesai"]
    client.force_login(make_unit_user(ours))
    assert found("mine") == ["unit kami", "keduanya"]
    assert found("ours") == ["unit kami", "keduanya"]


def test_what_is_settled_stays_with_the_side_that_did_it(client, officer, batam, malang):
    visit = make_visit(batam, malang)
    milestone = make_milestone("sudah", batam, visit=visit, status="DONE", done_on=day(-1))
    milestone.parts.update(done_on=day(-1))

    assert headings(client.get(URL, {"whose": "ours", "state": "done"})) == ["sudah"]
    assert headings(client.get(URL, {"whose": "theirs", "state": "done"})) == []


@pytest.mark.parametrize("sort", [sort for sort, _label in SORTS])
def test_every_order_pages_through_all(client, officer, batam, monkeypatch, sort):
    for defaults in [(2, 10_000), (2, 2)]:  # numbered pages; pages by key
        monkeypatch.setattr("pages.paging.ListPaginator.__init__.__defaults__", defaults)
        Milestone.objects.all().delete()
        for number, (due, priority) in enumerate(
            [(1, "LOW"), (None, "URGENT"), (1, "HIGH"), (5, "URGENT"), (None, "NORMAL"), (-2, "NORMAL"), (5, "LOW")]
        ):
            make_milestone(f"nr {number}", owner=batam, due=due and day(due), priority=priority)
        expected = list(client.get(URL, {"sort": sort}).context["page"].paginator.queryset.values_list("pk", flat=True))
        seen, page = [], "1"
        for _step in range(10):
            response = client.get(URL, {"sort": sort, "page": page})
            found = response.context["page"]
            seen += [row["pk"] for row in found.object_list]
            if not found.has_next():
                break
            page = found.next_page_number()

        assert sorted(seen) == sorted(expected)
        assert len(seen) == 7


def test_the_most_urgent_first_and_of_these_what_is_due_first(client, officer, batam):
    make_milestone("biasa", owner=batam, due=day(1))
    make_milestone("mendesak nanti", owner=batam, due=day(5), priority="URGENT")
    make_milestone("mendesak tanpa tenggat", owner=batam, priority="URGENT")
    make_milestone("mendesak", owner=batam, due=day(2), priority="URGENT")

    assert headings(client.get(URL, {"sort": "priority"})) == [
        "mendesak", "mendesak nanti", "mendesak tanpa tenggat", "biasa",
    ]  # fmt: skip


def test_what_was_made_from_the_data_is_told_in_the_language_of_the_reader(client, officer, batam, malang):
    agreement = make_agreement(batam, malang, title="Kerja sama cabai")
    make_milestone("", batam, agreement=agreement, kind="EXPIRY", derived_key="EXPIRY:x", origin="DATA", due=day(60))

    assert headings(client.get(URL)) == ["Expiry — Kerja sama cabai"]
    response = client.get("/follow-ups/follow-ups.csv")
    assert "Expiry — Kerja sama cabai" in b"".join(response.streaming_content).decode()
    officer.language = "id"
    officer.save()
    client.cookies["django_language"] = "id"
    assert headings(client.get(URL)) == [str(Milestone.objects.get())]


def test_the_rows_say_what_the_records_say(client, officer, batam, malang):
    """The headings of bare values are those of the model, and so are the rights."""
    unit = make_organisation("Bappeda", batam)
    make_milestone("", batam, agreement=make_agreement(batam, malang), kind="EXPIRY", derived_key="E:1", due=day(1))
    make_milestone("Rapat", unit, owner=malang, due=day(2))
    make_outcome(make_visit(batam, malang), "Undangan balasan", kind="INVITATION", follow_up="OPEN", due_on=day(3))
    readers = [officer, make_viewer(batam), make_unit_user(unit), make_officer(malang), make_superuser()]

    for reader in readers:
        for row in Milestone.objects.visible_to(reader).for_names().told_to(reader):
            record = Milestone.objects.get(pk=row["pk"])
            assert row["heading"] == record.heading
            assert row["may_keep"] == record.may_be_kept_by(reader)
            assert row["may_work"] == record.may_be_worked_on_by(reader)


def test_a_month_is_told_as_a_month(client, officer, batam):
    make_milestone(owner=batam, due=dt.date(2026, 12, 31), due_precision="MONTH")
    make_milestone(owner=batam, due_as_stated="akhir tahun")

    page = text(client.get(URL))

    assert "December 2026" in page
    assert "31 December" not in page
    assert "akhir tahun" in page


def test_sides_and_people_are_named(client, officer, batam, malang):
    milestone = make_milestone(
        "Rapat",
        make_organisation("Bappeda", batam),
        make_organisation("Dishub", malang),
        visit=make_visit(batam, malang),
    )
    milestone.parts.filter(region=malang).update(done_on=day(-1))
    make_assignee(milestone, officer)

    page = text(client.get(URL))

    assert "Bappeda, Kota Batam; Dishub, Malang Regency" in page
    assert "confirmed: Dishub, Malang Regency" in page
    assert officer.name in page


def test_a_stranger_sees_none(client, batam):
    make_milestone("rahasia", owner=batam)
    client.force_login(make_officer(make_region("Kota Medan"), language="en"))

    response = client.get(URL, {"state": "all", "q": "rahasia"})

    assert headings(response) == []
    assert "No follow-ups yet" in text(response)


def test_the_other_side_sees_what_is_shared_and_not_what_is_internal(client, batam, malang):
    visit = make_visit(batam, malang)
    make_milestone("bersama", visit=visit)
    make_milestone("internal", visit=visit, internal=True)
    client.force_login(make_officer(malang))

    assert headings(client.get(URL)) == ["bersama"]


def test_as_many_queries_for_one_row_as_for_three(client, officer, batam, malang):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    def add():
        unit = make_organisation(None, batam)
        milestone = make_milestone("Rapat", unit, malang, agreement=make_agreement(batam, malang))
        make_assignee(milestone, make_officer(batam))
        make_outcome(make_visit(batam, malang), follow_up="OPEN", responsible=unit)

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 7


def test_htmx_gets_the_part_and_the_address(client, officer, all_states):
    response = client.get(URL, {"state": "overdue", "q": ""}, headers={"HX-Request": "true"})

    assert "<h1" not in text(response)
    assert response["HX-Push-Url"] == f"{URL}?state=overdue"
    assert 'id="milestone-list"' in text(response)


def test_chips_lead_to_the_list_without_them(client, officer, all_states):
    response = client.get(URL, {"state": "overdue", "priority": "NORMAL"})

    assert [chip.remove_url for chip in response.context["chips"]] == ["?priority=NORMAL", "?state=overdue"]


def test_the_file_holds_the_rows_of_the_list(client, officer, all_states):
    shown = headings(client.get(URL, {"sort": "-due"}))
    lines = b"".join(client.get("/follow-ups/follow-ups.csv", {"sort": "-due"}).streaming_content).decode()

    assert re.findall(r'^"([^"]*)"', lines.lstrip("\ufeff"), re.MULTILINE)[1:] == shown
    assert b"".join(client.get("/follow-ups/follow-ups.xlsx").streaming_content)[:2] == b"PK"
    assert client.get("/follow-ups/follow-ups.csv", {"state": "evil"}).url == f"{URL}?state=evil"


@pytest.mark.parametrize(
    "asked",
    [{"state": "evil"}, {"unit": "999999"}, {"whose": "x"}, {"q": "a\x00"}, {"unit_text": "Tidak ada"},
     {"since": "2026-02-02", "until": "2026-01-01"}, {"person": "999999"}, {"visit": "x"}],
)  # fmt: skip
def test_a_wrong_filter_is_explained(client, officer, asked):
    response = client.get(URL, asked)

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_nobody_outside_is_offered_as_a_person(client, officer, batam):
    colleague, stranger = make_officer(batam), make_officer(make_region("Kota Medan"))

    page = client.get(reverse("followups:people-lookup"), {"q": ""}).content.decode()

    assert colleague.email in page
    assert stranger.email not in page
    assert client.get(URL, {"person": stranger.pk}).status_code == 422


def test_where_the_list_stood_before_leads_here_with_its_question(client, officer, batam, malang):
    visit, unit = make_visit(batam, malang), make_organisation("Bappeda", batam)
    make_outcome(visit, "milik kami", follow_up="OPEN", responsible=unit, due_on=day(-1))

    response = client.get("/visits/follow-ups/", {"whose": "ours", "state": "overdue", "unit": unit.pk, "q": "milik"})

    assert response.status_code == 301
    assert headings(client.get(response.url)) == ["milik kami"]
    assert client.get("/visits/follow-ups/follow-ups.csv?state=all").url == "/follow-ups/follow-ups.csv?state=all"


def test_anonymous_is_sent_to_sign_in(client):
    assert client.get(URL).url == f"{reverse('account_login')}?next={URL}"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_list_only_answers_questions(client, officer, method):
    assert getattr(client, method)(URL).status_code == 405
