"""An address that is a key stands neither in the log nor in the history as far as it opens anything."""

import io
import logging
import re
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from pghistory.models import Context

from accounts import invitations
from accounts.models import Invitation
from config import signing_in
from dashboards.models import Feed
from notices.letters import unsubscribe_url
from records.middleware import HistoryMiddleware
from records.secrets import LineFormatter, without_secrets
from tests.factories import make_officer, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """What stands in the log."""
    formatter = next(h.formatter for h in logging.getLogger().handlers if isinstance(h.formatter, LineFormatter))
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def invitation():
    region = make_region("Kota Batam")
    invited = Invitation(email="baru@batam.go.id", region=region, role="OFFICER", language="en")
    invitations.invite(invited, by=make_user(region, role="ADMIN"))
    return reverse("accounts:join", args=[invited.pk, invitations.key_of(invited)]), f"/join/{invited.pk}/…"


def password_reset():
    Client().post(reverse("account_reset_password"), {"email": make_officer().email})
    path = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    return path, "/accounts/password/reset/key/…"


def confirmation_of_an_address():
    address = EmailAddress.objects.create(user=make_officer(), email="new@batam.go.id")
    key = EmailConfirmationHMAC.create(address).key
    return reverse("account_confirm_email", args=[key]), "/accounts/confirm-email/…"


def unsubscribing():
    return re.sub(r"^https?://[^/]+", "", unsubscribe_url(make_officer().pk, "EMAIL", ("DUE",))), "/unsubscribe/…"


def feed():
    return reverse("dashboards:feed", args=[Feed.objects.create(user=make_officer()).secret]), "/feeds/…"


def callback_of_a_provider():
    path = reverse("openid_connect_callback", args=[signing_in.PROVIDER])
    return f"{path}?code=c0de-of-the-provider&state=a-state-of-ours", f"{path}?…"


KINDS = [invitation, password_reset, confirmation_of_an_address, unsubscribing, feed, callback_of_a_provider]


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_says_which_kind_of_link_was_opened_and_not_which_link(kind, log):
    path, cut = kind()
    log.truncate(0)
    client = Client(enforce_csrf_checks=True)

    for asked in (path, path.rstrip("/"), f"{path}x", f"{path})", f"/accounts/login/?next={quote(path, safe='')}"):
        client.get(asked)
    client.post(path, {"name": "Ani"})  # without the token of the form: Django's own line names the path

    said = log.getvalue()
    assert f"GET {cut}" in said
    assert secret_of(path, cut) not in said


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_says_no_link(kind):
    path, cut = kind()
    request = RequestFactory().post(path)

    assert HistoryMiddleware(None).get_context(request)["url"] == cut.removesuffix("?…")


def test_of_who_joined_the_history_holds_the_page_without_the_key(client):
    path, cut = invitation()

    client.post(path, {"name": "Budi Baru", "password": "jalan panjang ke laut"})

    pages = set(Context.objects.values_list("metadata__url", flat=True))
    assert cut in pages
    assert path not in pages


def secret_of(path, cut):
    """Its first twelve characters: as much as nobody guesses."""
    return path[len(cut) - 1 :][:12]


def test_what_an_exception_says_is_cut_too(log):
    path, cut = feed()
    try:
        raise ValueError(f"https://simpul.example{path} cannot be read")
    except ValueError:
        logging.getLogger("some.library").exception("failed: %s", path)

    assert log.getvalue().count(cut) >= 2
    assert secret_of(path, cut) not in log.getvalue()


def test_other_addresses_stay_as_they_are():
    said = "GET /agreements/7/?state=SIGNED&code=x /calendar/feeds/3/renew/ /regions/2/ /feeds/ https://a.example/join/"

    assert without_secrets(said) == said


def test_no_parameter_is_called_like_a_secret_and_kept():
    """A new name for a secret belongs into `records.secrets.PARAMETER`."""
    cut = {"key", "secret", "token", "uidb36"}
    likely = re.compile(r"\(\?P<(\w*(?:key|secret|token|hash|sign|uid|password|otp)\w*)>")

    assert {name for way in ways(get_resolver()) for name in likely.findall(way)} <= cut


def ways(resolver):
    for one in resolver.url_patterns:
        yield one.pattern.regex.pattern
        if hasattr(one, "url_patterns"):
            yield from ways(one)
