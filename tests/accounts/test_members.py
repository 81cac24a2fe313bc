"""The page of members: managers read, administrators change others, strangers do not know it is there."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.members import may_change
from accounts.models import Invitation, Membership
from accounts.views import members
from tests.at_once import both
from tests.factories import PASSWORD, make_membership, make_organisation, make_region, make_superuser, make_user

pytestmark = pytest.mark.django_db
MEMBERS = "/members/"


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def officer(batam):
    return make_user(batam, role="OFFICER", name="Oki Petugas")


def as_member(client, region, role):
    user = make_user(region, role=role, language="en")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})  # good for a quarter of an hour
    return user


def membership(user):
    return Membership.objects.get(user=user)


def test_it_shows_members_of_the_region_and_its_units_and_nobody_else(client, batam, officer):
    unit = make_organisation("Dinas Pariwisata", batam)
    make_membership(make_user(name="Ujang Dinas"), unit=unit, role="UNIT_USER")
    make_user(make_region("Kota Malang"), name="Malik Malang")
    as_member(client, batam, "MANAGER")
    page = client.get(MEMBERS).content.decode()

    assert "Oki Petugas" in page
    assert "Ujang Dinas" in page
    assert "Malik Malang" not in page


@pytest.mark.parametrize(("role", "status"), [("ADMIN", 200), ("MANAGER", 200), ("OFFICER", 404), ("VIEWER", 404)])
def test_who_sees_it(client, batam, role, status):
    as_member(client, batam, role)

    assert client.get(MEMBERS).status_code == status


def test_an_administrator_changes_a_role(client, batam, officer):
    as_member(client, batam, "ADMIN")
    one = membership(officer)
    answer = client.post(reverse("accounts:member-edit", args=[one.pk]), {"role": "MANAGER", "version": one.version})

    assert answer.status_code == 302
    assert membership(officer).role == "MANAGER"


def test_what_somebody_else_changed_in_between_is_told(client, batam, officer):
    as_member(client, batam, "ADMIN")
    one = membership(officer)
    Membership.objects.filter(pk=one.pk).update(role="LEGAL")

    assert (
        client.post(
            reverse("accounts:member-edit", args=[one.pk]), {"role": "MANAGER", "version": one.version}
        ).status_code
        == 409
    )
    assert membership(officer).role == "LEGAL"


def test_an_administrator_ends_a_membership_and_the_person_sees_nothing_any_more(client, batam, officer):
    as_member(client, batam, "ADMIN")
    client.post(reverse("accounts:member-end", args=[membership(officer).pk]))

    assert not Membership.objects.filter(user=officer).exists()
    assert type(officer).objects.get(pk=officer.pk).region_ids == []


@pytest.mark.parametrize("name", ["accounts:member-edit", "accounts:member-end"])
@pytest.mark.parametrize(("role", "status"), [("MANAGER", 403), ("OFFICER", 404), ("VIEWER", 404)])
def test_others_change_nothing(client, batam, officer, name, role, status):
    as_member(client, batam, role)
    one = membership(officer)

    for answer in (
        client.get(reverse(name, args=[one.pk])),
        client.post(reverse(name, args=[one.pk]), {"role": "ADMIN", "version": one.version}),
    ):
        assert answer.status_code == status
    assert membership(officer).role == "OFFICER"


@pytest.mark.parametrize("name", ["accounts:member-edit", "accounts:member-end"])
def test_the_administrator_of_another_region_finds_nothing(client, officer, name):
    as_member(client, make_region("Kota Malang"), "ADMIN")

    assert client.post(reverse(name, args=[membership(officer).pk]), {"role": "ADMIN", "version": 1}).status_code == 404


@pytest.mark.parametrize("name", ["accounts:member-edit", "accounts:member-end"])
def test_nobody_changes_the_own_membership(client, batam, name):
    admin = as_member(client, batam, "ADMIN")

    assert client.post(reverse(name, args=[membership(admin).pk]), {"role": "VIEWER", "version": 1}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["accounts:member-edit", "accounts:member-end"])
def test_of_two_administrators_who_end_each_other_in_the_same_moment_one_stays(batam, monkeypatch, name):
    clients = [Client(), Client()]
    one, two = (membership(as_member(client, batam, "ADMIN")) for client in clients)
    asked, met, answers = set(), threading.Barrier(2, timeout=20), []

    def both_have_asked(user, member):
        found = may_change(user, member)
        if user.pk not in asked:
            asked.add(user.pk)
            met.wait()
        return found

    def end(client, other):
        sent = {"role": "VIEWER", "version": other.version}
        answers.append(client.post(reverse(name, args=[other.pk]), sent).status_code)

    monkeypatch.setattr(members, "may_change", both_have_asked)
    ended = both(lambda: end(clients[0], two), lambda: end(clients[1], one))

    assert ended == [None, None]
    assert sorted(answers) == [302, 404]
    assert Membership.objects.filter(region=batam, role="ADMIN").count() == 1


@pytest.mark.parametrize(("who", "status"), [("other", 404), ("MANAGER", 403), ("ADMIN", 302)])
@pytest.mark.parametrize("name", ["accounts:invitation-resend", "accounts:invitation-withdraw"])
def test_who_sends_again_and_withdraws(client, batam, who, status, name):
    one = Invitation.objects.create(
        email="baru@batam.go.id", region=batam, role="VIEWER", expires_at="2100-01-01T00:00Z"
    )
    as_member(client, make_region("Kota Malang") if who == "other" else batam, "ADMIN" if who == "other" else who)

    assert client.get(reverse(name, args=[one.pk])).status_code == 405
    assert client.post(reverse(name, args=[one.pk])).status_code == status
    one.refresh_from_db()
    assert (one.round > 1 or one.withdrawn_at is not None) == (status == 302)


def test_the_list_asks_as_often_for_three_as_for_one(client, batam):
    as_member(client, batam, "ADMIN")
    client.get(MEMBERS)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(MEMBERS)
        return len(queries)

    one = asked()
    for n in range(3):
        make_user(batam, role="VIEWER")
        Invitation.objects.create(
            email=f"baru{n}@batam.go.id", region=batam, role="VIEWER", expires_at="2100-01-01T00:00Z"
        )
    assert asked() == one


def test_it_is_searched_by_name_and_nonsense_is_no_error(client, batam, officer):
    as_member(client, batam, "MANAGER")

    assert "Oki Petugas" in client.get(MEMBERS, {"q": "oki"}).content.decode()
    assert "Oki Petugas" not in client.get(MEMBERS, {"q": "zzzz"}).content.decode()
    assert client.get(MEMBERS, {"q": "\0%_'", "page": "9" * 30}).status_code == 200


def test_where_nobody_is_a_member_yet_it_says_so_and_asks_to_invite(client):
    client.force_login(make_superuser(language="en"))

    page, searched = client.get(MEMBERS).content.decode(), client.get(MEMBERS, {"q": "siti"}).content.decode()

    assert "Nobody acts for a region yet" in page
    assert "No member fits what you typed." in searched
