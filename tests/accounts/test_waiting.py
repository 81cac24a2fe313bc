"""Who is sent away for trying too often is told how long, by the limit that was hit."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from accounts.waiting import COUNTED
from tests.factories import PASSWORD, make_region, make_user

pytestmark = pytest.mark.django_db
MORNING = "2026-11-22T03:00Z"


@pytest.fixture
def user(client):
    client.cookies["django_language"] = "en"
    return make_user(make_region("Kota Batam"), email="siti@batam.go.id", language="en")


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(("typed", "status", "wait"), [(PASSWORD, 302, 40), ("salah sekali", 200, 280)])
def test_before_something_sensitive_it_is_a_minute_and_longer_after_wrong_passwords(client, user, typed, status, wait):
    """From the first try on. Wrong passwords are counted as they are at sign-in."""
    client.force_login(user)
    with time_machine.travel(MORNING, tick=False) as clock:
        place = reverse("account_reauthenticate")
        client.post(place, {"password": typed})
        clock.shift(20)
        answers = [client.post(place, {"password": typed}) for _n in range(5)]

        assert [answer.status_code for answer in answers] == [status] * 4 + [429]
        assert answers[4].headers["Retry-After"] == str(wait)
        assert ("Wait a minute" if wait < 60 else "Wait 5 minutes") in words(answers[4])
        clock.shift(wait + 1)
        assert client.post(place, {"password": PASSWORD}).status_code == 302


def test_of_letters_to_one_address_it_is_an_hour(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(MORNING, tick=False):
        answers = [client.post(reverse("account_reset_password"), {"email": "Siapa@batam.go.id"}) for _n in range(4)]

    assert [answer.status_code for answer in answers] == [302] * 3 + [429]
    assert answers[3].headers["Retry-After"] == "3600"
    assert "Wait 60 minutes" in words(answers[3])


def test_of_wrong_passwords_for_many_logins_it_is_a_minute(client):
    client.cookies["django_language"] = "en"
    with time_machine.travel(MORNING, tick=False):
        for n in range(11):
            said = {"login": f"orang{n}@batam.go.id", "password": "salah sekali"}
            answer = client.post(reverse("account_login"), said)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_every_page_that_is_counted_is_there():
    assert [reverse(name) for name in COUNTED if name != "account_reset_password_from_key"]


def test_after_five_wrong_codes_it_says_how_long_and_a_recovery_code_is_kept(client, user):
    TOTP.activate(user, generate_totp_secret())
    (code, *_others) = RecoveryCodes.activate(user).get_unused_codes()
    place = reverse("mfa_authenticate")
    with time_machine.travel(MORNING, tick=False) as clock:
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        for _n in range(5):
            client.post(place, {"code": "000000"})
        clock.shift(61)

        answer = client.post(place, {"code": code})

        assert answer.status_code == 200
        assert "Too many wrong codes. Wait 4 minutes, then try again;" in words(answer)
        assert "no recovery code is used up until then" in words(answer)
        clock.shift(240)
        assert client.post(place, {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=user, type="recovery_codes").exists()
