"""Who asks: behind one proxy what it added, without one who is connected; never what the client claims."""

import pytest
from django.test import RequestFactory

from config.addresses import ClientAddressMiddleware


def seen(settings, *, behind, **sent):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", **sent)
    ClientAddressMiddleware(lambda asked: asked)(request)
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"} & set(request.META)
    return request.META["REMOTE_ADDR"]


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_without_a_proxy_headers_say_nothing(settings, header):
    assert seen(settings, behind=False, REMOTE_ADDR="198.51.100.1", **{header: "203.0.113.7"}) == "198.51.100.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.0.0.1, 203.0.113.7", "203.0.113.7"),  # what stands before was claimed by the client
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.9.9.9"),
        ("203.0.113.7, ", "10.9.9.9"),
        ("<script>", "0.0.0.0"),
        ("203.0.113.7, unknown", "0.0.0.0"),
    ],
)
def test_behind_one_proxy_its_own_word_counts(settings, forwarded, address):
    assert seen(settings, behind=True, REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR=forwarded) == address


def test_a_unix_socket_has_no_address(settings):
    assert seen(settings, behind=False, REMOTE_ADDR="") == "0.0.0.0"


@pytest.mark.django_db
def test_a_claimed_address_does_not_open_a_new_round_of_guessing(client, settings):
    settings.BEHIND_PROXY = True
    said = {"login": "siti@batam.go.id", "password": "salah sekali 1"}
    wrong = [
        client.post("/accounts/login/", said, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 203.0.113.7").status_code
        for n in range(6)
    ]

    assert wrong == [200] * 5 + [429]
