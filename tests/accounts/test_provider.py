"""An identity provider: off unless configured; who is known comes in by it, and nobody else."""

import time

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.adapter import ProviderAdapter
from accounts.models import User
from config import signing_in
from tests.factories import PASSWORD, make_region, make_user

pytestmark = pytest.mark.django_db
ISSUER = "https://sso.example.go.id"


class Env:
    """As environ.Env."""

    def __init__(self, **said):
        self.said = said

    def str(self, name, default=...):
        return self.said[name] if default is ... else self.said.get(name, default)


CONFIGURED = Env(OIDC_ISSUER=ISSUER, OIDC_NAME="SSO Pemerintah", OIDC_CLIENT_ID="simpul", OIDC_CLIENT_SECRET="secret")


class Answer:
    def __init__(self, data):
        self.data, self.status_code, self.ok = data, 200, True
        self.headers, self.text, self.content = {"content-type": "application/json"}, "", b""

    def json(self):
        return self.data

    def raise_for_status(self):
        pass


class Provider:
    """The three addresses of a provider that our side asks."""

    def __init__(self, claims, audience):
        self.claims, self.audience, self.asked = claims, audience, []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def get(self, url, **kwargs):
        if "well-known" in url:
            return Answer(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "userinfo_endpoint": f"{ISSUER}/userinfo",
                    "jwks_uri": f"{ISSUER}/keys",
                }
            )
        return Answer(self.claims)

    def request(self, method, url, **kwargs):
        self.asked.append(kwargs)
        times = {"iat": int(time.time()), "exp": int(time.time()) + 60}
        token = jwt.encode({**self.claims, **times, "iss": ISSUER, "aud": self.audience}, "k" * 32, algorithm="HS256")
        return Answer({"access_token": "opaque", "token_type": "Bearer", "id_token": token})

    post = request


@pytest.fixture
def provider(settings, monkeypatch):
    """`provider(email=…)` says who the provider will say it is."""
    for name, value in signing_in.configured(CONFIGURED, site_name="Simpul", debug=True).items():
        setattr(settings, name, value)

    def says(email="siti@batam.go.id", *, verified=True, sub="4711", audience="simpul"):
        claims = {"sub": sub, "email": email, "email_verified": verified, "name": "Siti"}
        monkeypatch.setattr(ProviderAdapter, "get_requests_session", lambda _self: Provider(claims, audience))

    says()
    return says


def go_through(client):
    """The button, the provider, and back."""
    begun = client.post(f"/accounts/oidc/{signing_in.PROVIDER}/login/?process=login")
    assert begun.status_code == 302
    assert begun.url.startswith(f"{ISSUER}/authorize?")
    assert "code_challenge=" in begun.url
    state = begun.url.partition("state=")[2].partition("&")[0]
    return client.get(f"/accounts/oidc/{signing_in.PROVIDER}/login/callback/", {"code": "c0de", "state": state})


def is_in(client):
    return client.get("/me/").status_code == 200


def test_it_is_off_unless_it_is_configured(client):
    client.cookies["django_language"] = "en"

    assert "Sign in with SSO" not in client.get("/accounts/login/").content.decode()
    assert client.post(f"/accounts/oidc/{signing_in.PROVIDER}/login/").status_code == 404
    assert signing_in.provider_origin(Env()) == []


def test_its_button_is_there_when_it_is(client, provider):
    client.cookies["django_language"] = "en"

    assert "Sign in with SSO Pemerintah" in client.get("/accounts/login/").content.decode()
    assert signing_in.provider_origin(CONFIGURED) == [ISSUER]


def test_who_is_known_comes_in(client, provider):
    user = make_user(make_region("Kota Batam"), email="siti@batam.go.id")
    go_through(client)

    assert is_in(client)
    assert SocialAccount.objects.get().user == user


def test_the_second_time_the_subject_counts_and_not_the_address(client, provider):
    user = make_user(make_region("Kota Batam"), email="siti@batam.go.id")
    go_through(client)
    provider(email="nikah@batam.go.id")
    again = Client()
    go_through(again)

    assert again.session["_auth_user_id"] == str(user.pk)


def test_nobody_signs_up_by_it(client, provider):
    go_through(client)

    assert not is_in(client)
    assert not User.objects.exists()


def test_an_address_that_the_provider_has_not_verified_opens_nothing(client, provider):
    make_user(make_region("Kota Batam"), email="siti@batam.go.id")
    provider(verified=False)
    go_through(client)

    assert not is_in(client)


def test_an_address_that_somebody_else_has_asked_for_leads_to_whose_it_is(client, provider):
    asking = make_user(make_region("Kota Malang"), email="dalam@malang.go.id")
    EmailAddress.objects.create(user=asking, email="siti@batam.go.id", verified=False)
    siti = make_user(make_region("Kota Batam"), email="Siti@batam.go.id")

    go_through(client)

    assert client.session["_auth_user_id"] == str(siti.pk)
    assert SocialAccount.objects.get().user == siti
    assert not asking.emailaddress_set.filter(email="siti@batam.go.id").exists()


def test_an_address_that_somebody_has_only_asked_for_opens_nothing(client, provider):
    asking = make_user(make_region("Kota Malang"), email="dalam@malang.go.id")
    EmailAddress.objects.create(user=asking, email="siti@batam.go.id", verified=False)

    go_through(client)

    assert not is_in(client)


def test_who_comes_in_by_it_for_the_first_time_keeps_their_password(client, provider):
    user = make_user(make_region("Kota Batam"), email="siti@batam.go.id")

    go_through(client)

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_deactivated_user_does_not_come_in(client, provider):
    make_user(make_region("Kota Batam"), email="siti@batam.go.id", is_active=False)
    go_through(client)

    assert not is_in(client)


def test_a_token_for_somebody_else_opens_nothing(client, provider):
    make_user(make_region("Kota Batam"), email="siti@batam.go.id")
    provider(audience="another application")
    go_through(client)

    assert not is_in(client)


def test_an_answer_that_nobody_asked_for_opens_nothing(client, provider):
    make_user(make_region("Kota Batam"), email="siti@batam.go.id")
    client.get(f"/accounts/oidc/{signing_in.PROVIDER}/login/callback/", {"code": "c0de", "state": "planted"})

    assert not is_in(client)


def test_a_link_alone_does_not_sign_in(client, provider):
    assert client.get(reverse("openid_connect_login", args=[signing_in.PROVIDER])).status_code == 200
