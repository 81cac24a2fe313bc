"""A second factor is demanded of those who decide, when the installation says so."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.factories import make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demanded(settings):
    settings.MFA_DEMANDED = True


def person(role, **kw):
    return make_user(make_region("Kota Batam"), role=role, **kw)


@pytest.mark.parametrize("role", ["MANAGER", "ADMIN"])
@pytest.mark.parametrize("address", ["/", "/visits/", "/me/", "/members/", "/agreements/new/", "/admin/", "/calendar/"])
def test_who_decides_gets_nowhere_without_one(client, role, address):
    client.force_login(person(role))
    answer = client.get(address)

    assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index"))


def test_posting_gets_nowhere_either_and_htmx_is_led_as_well(client):
    client.force_login(person("MANAGER"))

    assert client.post(reverse("visits:quick"), {}).url == reverse("mfa_index")
    assert client.get("/visits/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/"


def test_the_system_administrator_needs_one_too(client):
    user = person("VIEWER")
    user.is_superuser = True
    user.save()
    client.force_login(user)

    assert client.get("/").url == reverse("mfa_index")


@pytest.mark.parametrize("name", ["mfa_index", "account_logout", "mfa_activate_totp"])
def test_the_way_to_one_is_open(client, name):
    client.force_login(person("ADMIN"))
    answer = client.get(reverse(name))

    assert answer.status_code == 200 or "reauthenticate" in answer.url


def test_the_page_says_why(client):
    client.cookies["django_language"] = "en"
    client.force_login(person("ADMIN"))

    assert "asks for a second factor" in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize("role", ["VIEWER", "OFFICER"])
def test_others_come_in_without(client, role):
    client.force_login(person(role))

    assert client.get("/").status_code == 200


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_with_one_everything_is_open(client, kind):
    user = person("MANAGER")
    Authenticator.objects.create(user=user, type=kind, data={})
    client.force_login(user)

    assert client.get("/").status_code == 200


def test_recovery_codes_alone_are_none(client):
    user = person("MANAGER")
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    client.force_login(user)

    assert client.get("/").status_code == 302


def test_nothing_is_demanded_unless_the_installation_says_so(client, settings):
    settings.MFA_DEMANDED = False
    client.force_login(person("ADMIN"))

    assert client.get("/").status_code == 200
