"""The send log: who reads what, what is decided there, and what the page costs."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.models import Delivery, Notice
from tests.factories import (
    make_delivery,
    make_member,
    make_membership,
    make_notice,
    make_officer,
    make_organisation,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
)

pytestmark = pytest.mark.django_db
URL = "/notices/"


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


def letter(recipient, **kw):
    words = {"state": "DEAD", "error": "550 no such user", "subject": "Rahasia", "body": "Isi rahasia"}
    return make_delivery(make_notice(recipient), **words | kw)


def sign_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def shown(client, **asked):
    return [row["pk"] for row in client.get(URL, asked).context["page"].object_list]


def test_everybody_sees_their_own_a_manager_those_of_the_region_the_administrator_all(client, batam):
    officer, stranger = make_officer(batam), make_officer(make_region("Kota Medan"))
    agency = make_unit_user(make_organisation("Bappeda", batam))
    own, theirs, of_agency = letter(officer), letter(stranger), letter(agency)

    sign_in(client, officer)
    assert shown(client) == [own.pk]
    sign_in(client, make_member(batam, "MANAGER"))
    assert shown(client) == [of_agency.pk, own.pk]
    sign_in(client, make_superuser())
    assert shown(client) == [of_agency.pk, theirs.pk, own.pk]


def test_what_somebody_got_before_they_came_is_not_for_their_new_manager(client, batam):
    person = make_officer(make_region("Kota Jambi"))
    earlier = letter(person)
    Notice.objects.filter(pk=earlier.notice_id).update(created_at="2026-01-05T00:00Z")
    person.memberships.all().delete()
    make_membership(person, batam, role="VIEWER")
    later = letter(person)
    sign_in(client, make_member(batam, "MANAGER"))

    assert shown(client) == [later.pk]


def test_a_manager_reads_that_and_why_but_not_what(client, batam):
    delivery = letter(make_officer(batam))
    url = reverse("notices:detail", args=[delivery.notice_id])
    sign_in(client, make_member(batam, "MANAGER"))

    for page in (client.get(URL), client.get(url)):
        assert "550 no such user" in page.content.decode()
        assert "ahasia" not in page.content.decode()
    assert "ahasia" not in b"".join(client.get(f"{URL}notices.csv").streaming_content).decode()
    sign_in(client, make_superuser())
    assert "Isi rahasia" in client.get(url).content.decode()
    sign_in(client, delivery.notice.recipient)
    assert "Isi rahasia" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"state": "SENT"}, [1]),
        ({"channel": "WEBHOOK"}, [2]),
        ({"q": "SITI"}, [0]),
        ({"since": "2026-11-19"}, [2, 1]),
        ({"until": "2026-11-18"}, [0]),
        ({}, [2, 1, 0]),
    ],
)
def test_it_is_filtered_by_state_way_recipient_and_day(client, asked, expected):
    siti, budi = make_user(name="Siti"), make_user(name="Budi")
    made = [
        make_delivery(make_notice(siti, on="2026-11-18")),
        make_delivery(make_notice(budi, on="2026-11-19"), state="SENT", sent_at="2026-11-19T00:00Z"),
        make_delivery(make_notice(budi, on="2026-11-20"), channel="WEBHOOK"),
    ]
    sign_in(client, make_superuser())

    assert shown(client, **asked) == [made[n].pk for n in expected]


@pytest.mark.parametrize("asked", [{"state": "evil"}, {"since": "31-31"}, {"q": "a\x00"}])
def test_a_wrong_filter_is_explained(client, asked):
    sign_in(client, make_superuser())

    assert client.get(URL, asked).status_code == 422
    assert client.get(f"{URL}notices.csv", asked).status_code == 302


def test_as_many_queries_for_one_row_as_for_three(client, batam):
    sign_in(client, make_member(batam, "MANAGER"))

    def ask(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    first = letter(make_officer(batam))
    detail = reverse("notices:detail", args=[first.notice_id])
    first.tries.create(number=1, started_at=first.next_try_at)
    one, one_detail = ask(URL), ask(detail)
    letter(make_officer(batam))
    letter(make_officer(batam))
    more = make_delivery(first.notice, channel="WEBHOOK")
    for delivery in (first, more):
        delivery.tries.create(number=2, started_at=first.next_try_at)

    assert (ask(URL), ask(detail)) == (one, one_detail)
    assert one <= 6


@pytest.mark.parametrize("state", ["DEAD", "UNKNOWN", "SENT", "CANCELLED"])
def test_the_administrator_sends_again_with_the_same_name_and_new_tries(client, state):
    delivery = letter(make_user(), state=state, attempts=9, unknowns=2, sent_at="2026-11-19T00:00Z")
    boss = sign_in(client, make_superuser())

    answer = client.post(reverse("notices:again", args=[delivery.notice_id, delivery.pk]))

    again = Delivery.objects.get(pk=delivery.pk)
    assert answer.url == reverse("notices:detail", args=[delivery.notice_id])
    assert (again.state, again.attempts, again.unknowns, again.error) == ("PENDING", 0, 0, "")
    assert again.message_id == delivery.message_id
    assert [(t.result, t.worker) for t in again.tries.all()] == [("AGAIN", str(boss))]


def test_a_letter_on_its_way_is_not_sent_again(client):
    delivery = letter(make_user(), state="PENDING", attempts=3)
    sign_in(client, make_superuser())

    page = client.post(reverse("notices:again", args=[delivery.notice_id, delivery.pk]), follow=True)

    assert "Nothing was changed" in page.content.decode()
    assert Delivery.objects.get(pk=delivery.pk).attempts == 3


def test_a_failure_is_let_be_and_what_was_sent_cannot(client):
    dead, sent = letter(make_user()), letter(make_user(), state="SENT", sent_at="2026-11-19T00:00Z")
    sign_in(client, make_superuser())

    for delivery in (dead, sent):
        client.post(reverse("notices:let-be", args=[delivery.notice_id, delivery.pk]))

    assert [Delivery.objects.get(pk=delivery.pk).state for delivery in (dead, sent)] == ["EXPIRED", "SENT"]
    page = client.get(reverse("notices:detail", args=[dead.notice_id])).content.decode()
    assert page.count("Let be") == 2  # the letter, and who decided it
    assert "Nothing left to say" not in page


def test_the_hour_is_that_of_the_recipient(client):
    someone = make_user(time_zone="Asia/Jayapura")
    sent = dt.datetime(2026, 11, 2, 22, tzinfo=dt.UTC)
    notice = make_notice(someone, time_zone="Asia/Jayapura", send_at=sent)
    sign_in(client, make_superuser())

    page = client.get(reverse("notices:detail", args=[notice.pk])).content.decode()

    assert re.search(r"To be sent.*?3 November 2026[^<]*?\b0?7[:.]00.*?Asia/Jayapura", page, re.DOTALL)


def test_only_the_administrator_decides(client, batam):
    delivery = letter(make_officer(batam))
    url = reverse("notices:again", args=[delivery.notice_id, delivery.pk])

    for user, status in [
        (delivery.notice.recipient, 403),
        (make_member(batam, "MANAGER"), 403),
        (make_officer(make_region("Kota Medan")), 404),
    ]:
        sign_in(client, user)
        assert client.post(url).status_code == status
        assert client.get(url).status_code == 405
        assert "Send again" not in client.get(reverse("notices:detail", args=[delivery.notice_id])).content.decode()
    client.logout()
    assert client.post(url).status_code == 302
    assert Delivery.objects.get(pk=delivery.pk).state == "DEAD"


def test_a_delivery_of_another_notice_is_not_decided_through_this_one(client):
    one, other = letter(make_user()), letter(make_user())
    sign_in(client, make_superuser())

    assert client.post(reverse("notices:again", args=[one.notice_id, other.pk])).status_code == 404


def test_in_the_administration_many_refused_letters_go_out_again_at_once_and_no_others(client):
    refused = [letter(make_user(), state="DEAD", attempts=1) for _n in range(2)]
    sent = {"SENT": "2026-11-19T00:00Z"}
    others = [letter(make_user(), state=state, sent_at=sent.get(state)) for state in ("SENT", "UNKNOWN", "PENDING")]
    sign_in(client, make_superuser())
    chosen = {"_selected_action": [delivery.pk for delivery in (*refused, *others)]}

    again = client.post("/admin/notices/delivery/", {"action": "send_selected_again", **chosen}, follow=True)
    let = client.post("/admin/notices/delivery/", {"action": "let_selected_be", **chosen}, follow=True)
    rest = client.post("/admin/notices/delivery/", {"action": "let_selected_be", **chosen}, follow=True)

    states = [Delivery.objects.get(pk=delivery.pk).state for delivery in (*refused, *others)]
    assert states == ["PENDING", "PENDING", "SENT", "EXPIRED", "PENDING"]
    told = [str(message) for answer in (again, let, rest) for message in answer.context["messages"]]
    assert told == [
        "Decided for 2 letters.",
        "Decided for 1 letter.",
        "None of the selected failed: nothing was changed.",
    ]
