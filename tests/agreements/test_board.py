import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements import moving, reference
from agreements.models import StepPhase
from tests.factories import (
    make_agreement,
    make_agreement_paper,
    make_officer,
    make_process,
    make_region,
    make_superuser,
    make_user,
    make_viewer,
)

pytestmark = pytest.mark.django_db
URL = "/agreements/board/"


@pytest.fixture(autouse=True)
def _in_2026(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def begun(officer, batam, malang):
    """Makes an agreement that stands at the first step since a day, or further on."""

    def begin(on=dt.date(2026, 10, 1), *, moves=0, owner=batam, **fields):
        agreement = make_agreement(owner, malang, **({"category": "KSDD_S"} | fields))
        moving.start(agreement, by=officer, on=on)
        for _ in range(moves):
            step = agreement.process.steps.get(position=agreement.step.position + 1)
            moving.move(agreement, step, moving.Grounds(on, evidence="12/2026"), by=officer, version=None)
        return agreement

    return begin


def columns(response):
    assert response.status_code == 200
    return {column.title: [card.row["pk"] for card in column.cards] for column in response.context["columns"]}


def cards(response):
    return {card.row["pk"]: card for column in response.context["columns"] for card in column.cards}


def text(response):
    return " ".join(response.content.decode().split())


def test_agreements_stand_in_the_columns_of_their_steps_the_longest_on_top(client, begun):
    make_process("KSDD_S", "preparation offer signed*")
    late = begun(dt.date(2026, 9, 1))
    new = begun(dt.date(2026, 11, 1))
    offered = begun(moves=1)

    found = columns(client.get(URL, {"category": "KSDD_S"}))

    assert found == {"Preparation": [late.pk, new.pk], "Offer": [offered.pk], "Signed": []}
    assert list(found) == ["Preparation", "Offer", "Signed"]


@pytest.mark.parametrize("sees_all", [False, True])
@pytest.mark.parametrize("asked", [{"category": "KSDD_S"}, {}, {"late": "off", "category": "KSDD_S"}])
def test_on_a_past_day_they_stand_where_they_stood_and_nothing_is_moved(client, begun, officer, sees_all, asked):
    make_process("KSDD_S", "preparation offer signed*")
    moved, closed = begun(dt.date(2026, 9, 1)), begun(dt.date(2026, 9, 2))
    offer = moving.Grounds(dt.date(2026, 11, 1))
    moving.move(moved, moved.process.steps.get(code="offer"), offer, by=officer, version=None)
    over = moving.Grounds(dt.date(2026, 11, 1), reason="x")
    moving.close(closed, "WITHDRAWN", over, by=officer, version=None)
    if sees_all:
        client.force_login(make_superuser(language="en"))

    answer = client.get(URL, asked | {"on": "2026-10-01"})

    found = [column for column in answer.context["columns"] if column.cards]
    assert [column.count.number for column in found] == [2]
    assert [[(card.row["pk"], card.row["stage"], card.moves) for card in column.cards] for column in found] == [
        [(moved.pk, "Preparation", []), (closed.pk, "Preparation", [])]
    ]
    listed = client.get(found[0].url).context["page"].object_list
    assert {row["pk"] for row in listed} == {moved.pk, closed.pk}


def test_all_categories_stand_by_the_parts_of_their_processes(client, begun, officer, batam, malang):
    reference.load()
    drafting = begun(kind="PKS")
    foreign = begun(category="KSDLL", moves=1)
    unknown = make_agreement(batam, malang, category="UNDETERMINED")

    found = columns(client.get(URL))

    assert list(found) == ["Not started", *(str(phase.label) for phase in StepPhase)]
    assert {name: pks for name, pks in found.items() if pks} == {
        "Not started": [unknown.pk],
        str(StepPhase(drafting.step.phase).label): [drafting.pk],
        str(StepPhase(foreign.step.phase).label): [foreign.pk],
    }


def test_steps_of_an_older_edition_stand_in_the_same_column(client, begun):
    old = make_process("KSDD_S", "preparation older signed*")
    first = begun(dt.date(2026, 1, 1))
    second = begun(dt.date(2026, 2, 1), moves=1)
    make_process("KSDD_S", "preparation newer signed*", edition=old.edition + 1)
    third = begun(dt.date(2026, 3, 1))

    assert columns(client.get(URL, {"category": "KSDD_S"})) == {
        "Preparation": [first.pk, third.pk],
        "Newer": [],
        "Signed": [],
        "Older": [second.pk],
    }


def test_what_is_closed_is_not_on_the_board(client, begun, officer):
    make_process("KSDD_S")
    agreement = begun()
    moving.close(agreement, "REJECTED", moving.Grounds(dt.date(2026, 11, 1), reason="x"), by=officer, version=None)

    assert not any(columns(client.get(URL, {"category": "KSDD_S"})).values())


def test_only_what_one_may_see_stands_there(client, begun):
    make_process("KSDD_S")
    begun(owner=make_region("Kota Medan"))

    assert not any(columns(client.get(URL, {"category": "KSDD_S"})).values())


def test_a_card_tells_days_missing_papers_and_who_acts(client, begun):
    reference.load()
    agreement = begun(dt.date(2026, 7, 1), kind="KB", moves=2)
    make_agreement_paper(agreement, kind="TOR", step=agreement.process.steps.get(code="PREPARATION"))

    response = client.get(URL, {"category": "KSDD_S"})
    card = cards(response)[agreement.pk]

    assert agreement.step.code == "OFFER"
    assert (card.row["days"], card.row["over"]) == (144, 144 - agreement.step.days_allowed)
    assert card.missing == 2
    assert "Counterpart" in card.actor
    page = text(response)
    assert f"144 days of {agreement.step.days_allowed}" in page
    assert "days over" in page
    assert "2 papers missing" in page


@pytest.mark.parametrize("sort", [{}, {"category": "KSDD_S"}])
def test_the_number_of_a_column_counts_its_list(client, begun, sort, batam, malang):
    reference.load()
    for moves in (0, 0, 2, 3):
        begun(moves=moves, kind="KB")
    make_agreement(batam, malang, category="KSDD_S")

    for column in client.get(URL, sort).context["columns"]:
        listed = client.get(column.url)
        assert listed.context["total"].number == column.count.number, column.title
        assert listed.status_code == 200


def test_a_column_shows_its_first_cards_and_counts_to_a_limit(client, begun, monkeypatch):
    monkeypatch.setattr("agreements.board.SHOWN", 1)
    monkeypatch.setattr("agreements.board.COUNTED", 2)
    make_process("KSDD_S")
    for month in (1, 2, 3):
        begun(dt.date(2026, month, 1))

    response = client.get(URL, {"category": "KSDD_S"})
    column = response.context["columns"][0]

    assert (str(column.count), len(column.cards)) == ("2+", 1)
    assert "All 2+" in text(response)


def test_filters_narrow_the_board_and_stay_in_the_links(client, begun):
    make_process("KSDD_S")
    wanted = begun(title="Sampah pesisir")
    begun(title="Lainnya")

    response = client.get(URL, {"category": "KSDD_S", "q": "pesisir"})

    assert columns(response)["Preparation"] == [wanted.pk]
    assert response.context["columns"][0].url == "/agreements/?category=KSDD_S&q=pesisir&step=preparation&sort=stage"
    assert [chip.label for chip in response.context["chips"]] == ["Text, also of papers"]


def moves(client, agreement, **asked):
    card = cards(client.get(URL, {"category": "KSDD_S"} | asked))[agreement.pk]
    return {move.label: move for move in card.moves}


def test_the_menu_holds_the_legal_moves(client, begun, officer):
    make_process("KSDD_S", "preparation council!? signed*")
    agreement = begun()

    found = moves(client, agreement)

    assert list(found) == ["Move to: Council", "Put on hold", "Close for good"]
    step = agreement.process.steps.get(code="council")
    url = found["Move to: Council"].url
    assert (
        url
        == f"{reverse('agreements:move', args=[agreement.pk])}?to={step.pk}&next=%2Fagreements%2Fboard%2F%3Fcategory%3DKSDD_S"
    )
    assert client.get(url).status_code == 200


def test_a_move_that_is_not_legal_says_why(client, begun, officer):
    make_process("KSDD_S", "preparation signed* carrying-out")
    agreement = begun(moves=1)

    move = moves(client, agreement)["Move to: Carrying-out"]

    assert move.why_not == "It is not signed yet. Record the signing first; the date may stay unknown."
    assert "It is not signed yet." in text(client.get(URL, {"category": "KSDD_S"}))


def test_at_a_gate_it_is_skipped_by_officers_and_waived_by_managers(client, begun, officer, batam):
    make_process("KSDD_S", "preparation council!? signed*")
    agreement = begun(moves=1)

    assert list(moves(client, agreement)) == [
        "Move to: Signed",
        "Skip this step",
        "Send back",
        "Put on hold",
        "Close for good",
    ]
    client.force_login(make_user(batam, "MANAGER", language="en"))
    found = moves(client, agreement)
    assert "Waive this gate" in found
    for label in ("Waive this gate", "Skip this step", "Send back", "Put on hold", "Close for good"):
        assert client.get(found[label].url).status_code == 200, label


def test_what_is_on_hold_can_be_resumed(client, begun, officer):
    make_process("KSDD_S")
    agreement = begun()
    moving.hold(agreement, moving.Grounds(dt.date(2026, 11, 1), reason="x"), by=officer, version=None)

    found = moves(client, agreement)

    assert "Resume" in found
    assert "Put on hold" not in found


@pytest.mark.parametrize("who", ["viewer", "partner"])
def test_those_who_may_not_write_get_no_menu(client, begun, batam, malang, who):
    make_process("KSDD_S")
    agreement = begun()
    client.force_login(make_viewer(batam) if who == "viewer" else make_officer(malang))

    assert cards(client.get(URL, {"category": "KSDD_S"}))[agreement.pk].moves == []


@pytest.mark.parametrize("asked", [{}, {"category": "KSDD_S"}])
def test_the_board_costs_the_same_for_one_card_as_for_three(client, begun, officer, asked, batam, malang):
    reference.load()

    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL, asked)
        return len(queries)

    def add():
        make_agreement_paper(begun(moves=2, kind="KB"), kind="OFFER")
        begun(category="KSDLL", moves=1)
        make_agreement(batam, malang)

    add()
    one = ask()
    add()
    add()

    assert ask() == one
    assert one <= 14


def test_htmx_gets_the_board_alone_and_its_address(client, begun):
    make_process("KSDD_S")
    begun()

    response = client.get(URL, {"category": "KSDD_S", "q": ""}, headers={"HX-Request": "true"})

    assert response.headers["HX-Push-Url"] == "/agreements/board/?category=KSDD_S"
    assert "HX-Request" in response.headers["Vary"]
    assert "<html" not in text(response)
    assert 'id="agreement-board"' in text(response)


def test_anonymous_is_sent_to_sign_in_and_the_board_only_answers_questions(client, batam):
    assert client.get(URL).status_code == 302
    client.force_login(make_officer(batam))
    assert client.post(URL).status_code == 405
