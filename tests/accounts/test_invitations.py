"""Inviting by mail: a link that works once, for one address, for seven days."""

import re
import smtplib

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts import invitations
from accounts.models import Invitation, Membership, User
from accounts.tasks import send_invitations
from records.ledger import Trace
from records.models import Stale
from tests.at_once import both, waits
from tests.factories import PASSWORD, make_organisation, make_region, make_user

pytestmark = pytest.mark.django_db
NEW = "jalan panjang ke laut"


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def admin(batam):
    return make_user(batam, role="ADMIN", language="en", name="Siti Admin")


@pytest.fixture
def inside(client, admin):
    """The administrator, who has just signed in with the password."""
    client.cookies["django_language"] = "en"
    client.post("/accounts/login/", {"login": admin.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})  # good for a quarter of an hour
    return client


def stranger():
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def make_invitation(admin, region=None, email="baru@batam.go.id", role="OFFICER", **kw):
    return invitations.invite(Invitation(email=email, region=region, role=role, language="en", **kw), by=admin)


def link():
    return re.search(r"https?://[^/]+(/join/\S+)", mail.outbox[-1].body)[1]


def join(client, address, **said):
    return client.post(address, {"name": "Budi Baru", "password": NEW} | said)


def test_from_the_invitation_to_the_first_page(inside, batam, admin):
    answer = inside.post(
        "/members/invite/", {"email": "Baru@Batam.go.id", "region": batam.pk, "role": "OFFICER", "language": "en"}
    )
    assert answer.status_code == 302, answer.content
    send_invitations()

    letter = mail.outbox[-1]
    assert letter.to == ["baru@batam.go.id"]
    assert "Siti Admin invites you to act for Kota Batam as Cooperation officer" in " ".join(letter.body.split())
    guest = stranger()
    assert "baru@batam.go.id" in guest.get(link()).content.decode()
    assert join(guest, link()).status_code == 302
    assert guest.get("/visits/").status_code == 200
    user = User.objects.get(email="baru@batam.go.id")
    assert [(m.region, m.role) for m in user.memberships.all()] == [(batam, "OFFICER")]
    assert user.name == "Budi Baru"


def test_the_link_works_once(admin, batam):
    make_invitation(admin, batam)
    send_invitations()
    join(stranger(), link())

    again = join(stranger(), link(), password="another password 77")

    assert again.status_code == 404
    assert User.objects.get(email="baru@batam.go.id").check_password(NEW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("twice", ["the same invitation", "two invitations of one address"])
def test_of_two_who_join_in_the_same_moment_one_comes_in_and_the_other_is_told(admin, batam, monkeypatch, twice):
    make_invitation(admin, batam)
    if twice != "the same invitation":
        malang = make_region("Kota Malang")
        make_invitation(make_user(malang, role="ADMIN"), malang)
    send_invitations()
    links = [re.search(r"https?://[^/]+(/join/\S+)", letter.body)[1] for letter in mail.outbox]
    take, codes = invitations.take, []

    def slowly(*facts):
        waits()
        return take(*facts)

    monkeypatch.setattr(invitations, "take", slowly)
    ended = both(*(lambda to=to: codes.append(join(stranger(), to).status_code) for to in (links[0], links[-1])))

    assert ended == [None, None]
    assert sorted(codes) == [302, 404]
    assert User.objects.get(email="baru@batam.go.id").memberships.count() == 1


def test_the_link_runs_out_after_seven_days(admin, batam):
    with time_machine.travel("2026-11-22T01:00Z", tick=False) as clock:
        make_invitation(admin, batam)
        send_invitations()
        clock.shift(7 * 86_400 + 1)

        assert stranger().get(link()).status_code == 404


def test_sending_again_makes_the_older_link_void(admin, batam):
    invitation = make_invitation(admin, batam)
    send_invitations()
    old = link()
    invitations.send_again(invitation, by=admin)
    send_invitations()

    assert stranger().get(old).status_code == 404
    assert stranger().get(link()).status_code == 200


def test_a_withdrawn_one_is_void_and_its_letter_never_leaves(admin, batam):
    invitation = make_invitation(admin, batam)
    invitations.withdraw(invitation)
    send_invitations()

    assert mail.outbox == []
    assert stranger().get(f"/join/{invitation.pk}/{invitations.key_of(invitation)}/").status_code == 404
    with pytest.raises(Stale):
        invitations.send_again(invitation, by=admin)


def test_another_key_or_row_opens_nothing(admin, batam):
    mine, other = make_invitation(admin, batam), make_invitation(admin, batam, email="lain@batam.go.id")

    for pk, key in [
        (mine.pk, invitations.key_of(other)),
        (mine.pk, "x" * 64),
        (9_999, invitations.key_of(mine)),
        (mine.pk, "x"),
    ]:
        assert stranger().get(f"/join/{pk}/{key}/").status_code == 404


def test_the_database_holds_nothing_that_opens_the_door(admin, batam):
    invitation = make_invitation(admin, batam)
    send_invitations()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(i)::text || (SELECT coalesce(string_agg(to_jsonb(e)::text, ''), '') FROM accounts_invitationevent e) FROM accounts_invitation i"
        )
        assert invitations.key_of(invitation) not in cursor.fetchone()[0]


def test_who_has_an_account_accepts_signed_in_as_that_one(admin, batam):
    known = make_user(make_region("Kota Malang"), email="ada@malang.go.id", role="VIEWER", language="en")
    make_invitation(admin, batam, email="ADA@malang.go.id")
    send_invitations()
    address, guest = link(), stranger()

    assert "Sign in to accept" in guest.get(address).content.decode()
    assert join(guest, address).status_code == 403  # nobody sets a new password for them by it
    somebody = stranger()
    somebody.force_login(admin)
    assert somebody.post(address).status_code == 403
    guest.post("/accounts/login/", {"login": known.email, "password": PASSWORD})
    assert guest.post(address).status_code == 302
    assert set(known.memberships.values_list("region__name_id", "role")) == {
        ("Kota Malang", "VIEWER"),
        ("Kota Batam", "OFFICER"),
    }
    assert known.check_password(PASSWORD)


def test_who_is_invited_at_an_address_that_was_once_somebody_elses_comes_in(admin, batam):
    former = make_user(email="lama@batam.go.id")
    EmailAddress.objects.create(user=former, email="baru@batam.go.id", verified=True, primary=True)
    make_invitation(admin, batam)
    send_invitations()

    assert join(stranger(), link()).status_code == 302
    assert EmailAddress.objects.get(email="baru@batam.go.id").user == User.objects.get(email="baru@batam.go.id")


def test_an_account_that_was_deactivated_does_not_come_back_by_it(admin, batam):
    known = make_user(None, email="keluar@batam.go.id", is_active=False)
    make_invitation(admin, batam, email=known.email)
    send_invitations()

    assert stranger().get(link()).status_code == 404


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "This field is required."),
        ("pendek", "too short"),
        ("passwordpassword", "more than the name"),
        ("simpul-simpul-2026", "more than the name"),
        ("baru@batam.go.id", "too similar"),
        ("1qaz2wsx3edc", "too common"),
    ],
)
def test_a_weak_password_is_refused_and_nothing_typed_is_lost(admin, batam, password, why):
    make_invitation(admin, batam)
    send_invitations()
    answer = join(stranger(), link(), password=password)

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert "Budi Baru" in answer.content.decode()
    assert not User.objects.filter(email="baru@batam.go.id").exists()


@pytest.mark.parametrize(
    "password",
    [
        "kuda benar baterai staples",
        "🐎 こんにちは 世界 semuanya",
        "x7" + "panjang sekali " * 20,
        " depan dan belakang ",
    ],
)
def test_a_long_password_of_any_characters_is_taken_as_it_was_typed(admin, batam, password):
    make_invitation(admin, batam)
    send_invitations()

    assert join(stranger(), link(), password=password).status_code == 302
    assert User.objects.get(email="baru@batam.go.id").check_password(password)


@pytest.mark.parametrize("lost", ["membership", "account"])
def test_an_invitation_does_not_outlive_the_right_to_invite(admin, batam, lost):
    make_invitation(admin, batam, role="ADMIN")
    send_invitations()
    if lost == "membership":
        admin.memberships.all().delete()
    else:
        User.objects.filter(pk=admin.pk).update(is_active=False)

    assert join(stranger(), link()).status_code == 404
    assert not User.objects.filter(email="baru@batam.go.id").exists()


def test_who_sends_an_invitation_again_answers_for_it(inside, admin, batam):
    first = make_user(batam, role="ADMIN", name="Dulu Admin")
    invitation = make_invitation(first, batam)
    send_invitations()
    first.memberships.all().delete()

    assert inside.post(reverse("accounts:invitation-resend", args=[invitation.pk])).status_code == 302
    send_invitations()

    assert "Siti Admin invites you" in " ".join(mail.outbox[-1].body.split())
    assert join(stranger(), link()).status_code == 302
    asked = Trace.objects.filter(deed="INVITED").order_by("pk")
    assert list(asked.values_list("user", flat=True)) == [first.pk, admin.pk]


def test_one_that_was_sent_again_does_not_outlive_the_right_of_who_did_it(admin, batam):
    again = make_user(batam, role="ADMIN")
    invitation = make_invitation(admin, batam)
    invitations.send_again(invitation, by=again)
    send_invitations()
    again.memberships.all().delete()

    assert stranger().get(link()).status_code == 404


def test_a_link_raises_a_role_and_never_lowers_it(admin, batam):
    there = make_user(batam, role="ADMIN")
    invitations.take(make_invitation(admin, batam, email=there.email, role="VIEWER"), there)
    new = make_user(batam, role="VIEWER")
    invitations.take(make_invitation(admin, batam, email=new.email, role="MANAGER"), new)

    assert [user.memberships.get().role for user in (there, new)] == ["ADMIN", "MANAGER"]


# Letters


def test_what_could_not_be_sent_is_tried_again_with_the_same_link(admin, batam, monkeypatch):
    invitation = make_invitation(admin, batam)
    with time_machine.travel("2100-01-01T01:00Z", tick=False) as clock:
        Invitation.objects.update(expires_at="2100-01-08T01:00Z")
        monkeypatch.setattr(invitations.EmailMessage, "send", _broken(OSError("no route")))
        send_invitations()
        monkeypatch.undo()
        invitation.refresh_from_db()
        assert (invitation.sent_at, invitation.error, invitation.attempts) == (None, "no route", 1)
        send_invitations()
        assert mail.outbox == []  # not before its time
        clock.shift(121)
        send_invitations()
        send_invitations()

    invitation.refresh_from_db()
    assert (len(mail.outbox), invitation.error, invitation.next_try_at) == (1, "", None)
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<invitation.{invitation.pk}.1@")


def test_an_address_that_the_server_refuses_is_not_tried_again(admin, batam, monkeypatch):
    invitation = make_invitation(admin, batam)
    refused = smtplib.SMTPRecipientsRefused({"baru@batam.go.id": (550, b"no such user")})
    monkeypatch.setattr(invitations.EmailMessage, "send", _broken(refused))
    send_invitations()

    invitation.refresh_from_db()
    assert invitation.next_try_at is None
    assert "no such user" in invitation.error


def test_a_copy_that_was_restored_for_a_look_invites_nobody(admin, batam, settings):
    settings.NOTICE_HOLD = True
    make_invitation(admin, batam)
    send_invitations()

    assert mail.outbox == []


def _broken(error):
    def send(self, *args, **kwargs):
        raise error

    return send


# Who may


def test_only_an_administrator_of_the_place_invites(inside, batam):
    malang = make_region("Kota Malang")
    theirs = make_organisation("Dinas Pariwisata Malang", malang)
    said = {"email": "baru@batam.go.id", "role": "VIEWER", "language": "en"}

    for place in ({"region": malang.pk}, {"unit": theirs.pk}, {}):
        assert inside.post("/members/invite/", said | place).status_code == 422
    assert not Invitation.objects.exists()


def test_a_unit_gets_agency_users_and_viewers_only(inside, batam):
    unit = make_organisation("Dinas Pariwisata Batam", batam)
    said = {"email": "baru@batam.go.id", "unit": unit.pk, "language": "en"}

    assert inside.post("/members/invite/", said | {"role": "MANAGER"}).status_code == 422
    assert inside.post("/members/invite/", said | {"role": "UNIT_USER", "region": batam.pk}).status_code == 302
    assert Invitation.objects.get().unit == unit


@pytest.mark.parametrize(("role", "status"), [("MANAGER", 403), ("OFFICER", 404), ("VIEWER", 404)])
def test_others_do_not_invite(client, batam, role, status):
    client.force_login(make_user(batam, role=role))

    assert client.get("/members/invite/").status_code == status


def test_inviting_asks_for_the_password_again_when_signing_in_was_long_ago(client, admin):
    client.force_login(admin)

    assert client.get("/members/invite/").url.startswith(reverse("account_reauthenticate"))


def test_an_address_is_invited_once_for_a_place(inside, admin, batam):
    make_invitation(admin, batam)
    answer = inside.post(
        "/members/invite/", {"email": "baru@batam.go.id", "region": batam.pk, "role": "VIEWER", "language": "en"}
    )

    assert answer.status_code == 422
    assert "invited already" in answer.content.decode()
    with pytest.raises(IntegrityError):
        make_invitation(admin, batam, email="BARU@batam.go.id")


def test_whether_somebody_has_an_account_elsewhere_is_not_told(inside, batam):
    known = make_user(make_region("Kota Malang"), email="ada@malang.go.id")
    answers = [
        inside.post(
            "/members/invite/", {"email": email, "region": batam.pk, "role": "VIEWER", "language": "en"}, follow=True
        )
        for email in (known.email, "tidak@malang.go.id")
    ]

    told = [re.sub(r"(ada|tidak)@malang.go.id", "X", answer.content.decode()) for answer in answers]
    said = [set(re.findall(r"X is invited[^<]*", page)) for page in told]
    assert said == [{"X is invited: the letter leaves within a minute."}] * 2


def test_an_overlong_number_or_key_is_no_error(client):
    for address in (
        "/join/99999999999999999999999/x/",
        "/join/1/" + "x" * 500 + "/",
        "/members/99999999999999999999999/edit/",
    ):
        assert client.get(address).status_code in (302, 404)
    assert Membership.objects.count() == 0


@pytest.mark.parametrize(("cookie", "spoken"), [("", "en"), ("id", "id"), ("xx", "en")])
def test_an_invitation_is_followed_in_its_language_unless_another_was_chosen(admin, batam, cookie, spoken):
    make_invitation(admin, batam)  # in English
    send_invitations()
    guest = Client()
    if cookie:
        guest.cookies["django_language"] = cookie

    page = guest.get(link())

    assert page.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in page.content.decode()
    assert join(guest, link()).status_code == 302
    assert User.objects.get(email="baru@batam.go.id").language == spoken
