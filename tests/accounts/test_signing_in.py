import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from accounts.models import User
from accounts.tasks import clear_expired_sessions
from tests.factories import PASSWORD, make_region, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def user():
    return make_user(make_region("Kota Batam"), email="siti@batam.go.id", language="en")


def sign_in(client, email="siti@batam.go.id", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_one_signs_in_by_e_mail_in_any_case(client, user):
    answer = sign_in(client, "Siti@Batam.go.id")

    assert answer.status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_wrong_password_does_not_tell_who_exists(client, user):
    known = sign_in(client, password="salah sekali 1")
    unknown = sign_in(client, "tidak.ada@batam.go.id", "salah sekali 1")

    def errors(answer):
        return re.sub(r"siti|tidak\.ada", "X", str(answer.context["form"].errors))

    assert known.status_code == unknown.status_code
    assert errors(known) == errors(unknown)
    assert known.context["form"].errors


def test_a_deactivated_user_cannot_come_in_and_is_out_at_once(client, user):
    sign_in(client)
    assert client.get("/me/").status_code == 200

    user.is_active = False
    user.save()

    assert client.get("/me/").status_code == 302
    sign_in(client)
    assert client.get("/me/").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(client, user):
    sign_in(client)

    user.set_password("kata sandi baru 9")
    user.save()

    assert client.get("/me/").status_code == 302


def test_guessing_is_slowed_down(client, user):
    answers = [sign_in(client, password=f"salah sekali {n}") for n in range(6)]

    refused = [set(answer.context["form"].errors.as_data()["__all__"][0].messages) for answer in answers]
    assert refused[0] == refused[4] != refused[5]
    assert refused[5] == {"Too many failed login attempts. Try again later."}
    assert sign_in(client).status_code == 200  # not even with the right password


def test_nobody_signs_up(client):
    assert "email" not in (client.get(reverse("account_signup")).context.get("form") or [])
    client.post(reverse("account_signup"), {"email": "baru@batam.go.id", "password1": PASSWORD, "password2": PASSWORD})

    assert not User.objects.exists()


def test_a_forgotten_password_is_reset_by_letter_and_strangers_learn_nothing(client, user):
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "tidak.ada@batam.go.id"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    letter = next(m for m in mail.outbox if m.to == [user.email])
    address = re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1]
    form = client.get(address, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "kata sandi baru 9", "password2": "kata sandi baru 9"})
    assert sign_in(client, password="kata sandi baru 9").status_code == 302


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_second_factor_is_switched_on_and_then_asked_for(client, user):
    sign_in(client)
    asked = client.get(reverse("mfa_activate_totp"))
    client.post(asked.url, {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})

    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    client.logout()
    asked = sign_in(client)
    assert asked.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/me/").status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()  # a code is taken once; the test has no time to wait for the next
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get("/me/").status_code == 200


def test_pages_of_signing_in_answer(client, user):
    for name in ("account_login", "account_reset_password"):
        assert client.get(reverse(name)).status_code == 200
    sign_in(client)
    for name in ("account_email", "account_change_password", "mfa_index", "account_logout"):
        assert client.get(reverse(name)).status_code == 200


def test_old_sessions_are_cleared_and_living_ones_stay(client, user):
    sign_in(client)
    living = client.session.session_key
    Session.objects.create(session_key="old", session_data="", expire_date="2020-01-01T00:00Z")

    clear_expired_sessions()

    assert list(Session.objects.values_list("session_key", flat=True)) == [living]
