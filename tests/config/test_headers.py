"""What every answer tells the browser: pages of ours, of allauth and of the admin, files, refusals and errors."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from tests.factories import make_region, make_user

pytestmark = pytest.mark.django_db
SECRET = "the detail that nobody may read"
PLACES = [
    "/", "/visits/", "/visits/visits.csv", "/agreements/board/", "/me/", "/members/", "/dashboard/", "/reports/",
    "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/",
    "/accounts/logout/", "/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/regions/region/",
    "/nowhere/", "/styleguide/", "/healthz", "/robots.txt", "/.well-known/security.txt",
]  # fmt: skip
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/join/1/x/", "/visits/", "/nowhere/"]


@pytest.fixture
def system(client):
    user = make_user(make_region("Kota Batam"), role="ADMIN", is_superuser=True, is_staff=True)
    client.force_login(user)
    return client


def check(answer):
    policy = answer.headers["Content-Security-Policy"]
    directives = dict([*part.strip().split(" ", 1), ""][:2] for part in policy.split(";"))
    assert "unsafe" not in policy
    assert "*" not in policy
    assert (directives["default-src"], directives["base-uri"], directives["frame-ancestors"]) == ("'none'",) * 3
    assert directives["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert answer.headers.get("Content-Type", "").partition(";")[0]


def scripts_without_leave(answer):
    """Scripts and styles that stand in the page without its nonce, and attributes that the policy forbids."""
    page = answer.content.decode(errors="replace")
    inline = re.findall(r"<(script|style)(?![^>]*\b(?:src=|nonce=|type=\"application/json\"))[^>]*>", page)
    return inline + re.findall(r"\s(style|on[a-z]+)=\"", re.sub(r"<code.*?</code>|&lt;.*?&gt;", "", page))


@pytest.mark.parametrize("place", PLACES)
def test_pages_of_ours_of_allauth_and_of_the_admin(system, place):
    answer = system.get(place)

    check(answer)
    if not answer.streaming:
        assert scripts_without_leave(answer) == []


@pytest.mark.parametrize("place", OUTSIDE)
def test_pages_before_signing_in(client, place):
    answer = client.get(place)

    check(answer)
    assert scripts_without_leave(answer) == []


def test_what_is_for_one_person_is_kept_by_no_cache(system):
    for place in ("/", "/visits/", "/visits/visits.csv", "/accounts/2fa/", "/admin/"):
        assert "no-store" in system.get(place).headers["Cache-Control"], place


def test_hsts_is_said_over_tls(client):
    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        told = Client().get("/accounts/login/", secure=True).headers["Strict-Transport-Security"]

    assert told == "max-age=31536000; includeSubDomains; preload"


def test_a_form_of_another_site_is_refused():
    user = make_user(make_region("Kota Batam"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert strict.post("/me/", {"name": "X"}).status_code == 403
    assert strict.post("/accounts/login/", {"login": "x", "password": "y"}).status_code == 403


def test_trace_is_refused(system):
    assert system.trace("/visits/").status_code == 405


def test_an_error_says_nothing_of_itself(system, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("visits.models.Visit.objects.visible_to", broken, raising=False)
    system.raise_request_exception = False
    with override_settings(DEBUG=False):
        answer = system.get("/visits/")

    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example"])
def test_another_host_is_refused(client, host):
    with override_settings(ALLOWED_HOSTS=["simpul.example.go.id"], DEBUG=False):
        assert client.get("/accounts/login/", headers={"host": host}).status_code == 400


def test_a_request_beyond_all_measure_is_refused(system):
    assert system.post("/me/", {"name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}).status_code == 400


def test_weaknesses_can_be_told_to_somebody(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.go.id"
    lines = dict(line.split(": ", 1) for line in client.get(reverse("security_txt")).content.decode().splitlines())

    assert lines["Contact"] == "mailto:security@example.go.id"
    assert lines["Expires"].endswith("Z")
    assert lines["Canonical"].endswith("/.well-known/security.txt")


def test_search_engines_are_kept_out(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_headers_of_a_view_go_before_ours():
    from config.headers import HeadersMiddleware

    mine = HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    assert HeadersMiddleware(lambda _request: mine)(None).headers["Cross-Origin-Resource-Policy"] == "cross-origin"
