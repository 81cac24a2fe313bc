"""The messenger gateway: a signed POST, and what its answers mean."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from notices.gateways import gateway_for, signature
from notices.models import Outage, Preference
from notices.sending import deliver
from tests.factories import make_delivery, make_gateway, make_notice, make_region, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "rahasia sekali 16"


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status, wait, headers = self.server.answer
        time.sleep(wait)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"an answer")

    def log_message(self, *words):
        pass


@pytest.fixture
def listener(settings):
    settings.NOTICE_WRITERS = dict.fromkeys(("DIGEST", "AT_ONCE"), "tests.notices.writers.plain")
    settings.EMAIL_TIMEOUT = 1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.got, server.answer = [], (200, 0, {})
    server.url = f"http://127.0.0.1:{server.server_port}/in?for=simpul"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def make_message(region=None, address="+62811", **kw):
    user = make_user(region, **kw)
    if address:
        Preference.objects.create(user=user, gateway_address=address)
    return make_delivery(make_notice(user), channel="WEBHOOK")


def state(delivery):
    delivery.refresh_from_db()
    return delivery.state


def test_the_message_is_signed_and_says_who_and_what(listener):
    make_gateway(listener.url)
    delivery = make_message(name="Siti", language="en")

    assert dict(deliver(5)) == {"SENT": 1}

    ((path, headers, body),) = listener.got
    assert path == "/in?for=simpul"
    assert json.loads(body) == {
        "to": "+62811",
        "name": "Siti",
        "language": "en",
        "subject": "Ringkasan 2026-11-20",
        "text": "Halo Siti",
        "message_id": delivery.message_id,
    }
    assert headers["Idempotency-Key"] == delivery.message_id
    assert headers["X-Simpul-Signature"] == signature(SECRET, headers["X-Simpul-Timestamp"], body)
    assert abs(int(headers["X-Simpul-Timestamp"]) - time.time()) < 10
    assert (state(delivery), delivery.address, delivery.reply) == ("SENT", "+62811", "200 an answer")


def test_the_signature_is_that_of_the_description():
    """`printf '17.{}' | openssl dgst -sha256 -hmac 0123456789abcdef` says the same."""
    expected = "47fbe0b0fc46f5c1c83c07456c70992bb9ad376f5f8bd7e3c695a76445ac2cbc"
    assert signature("0123456789abcdef", "17", b"{}") == f"sha256={expected}"
    assert signature("0123456789abcdef", "18", b"{}") != signature("0123456789abcdef", "17", b"{}")


@pytest.mark.parametrize(
    ("status", "result", "expected"),
    [
        (201, "SENT", "SENT"),
        (429, "DEFERRED", "PENDING"),
        (500, "DEFERRED", "PENDING"),
        (503, "DEFERRED", "PENDING"),
        (400, "REFUSED", "DEAD"),
        (422, "REFUSED", "DEAD"),
        (408, "DEFERRED", "PENDING"),
    ],
)
def test_what_an_answer_means(listener, status, result, expected):
    make_gateway(listener.url)
    listener.answer = (status, 0, {})
    delivery = make_message()

    assert dict(deliver(5)) == {result: 1}
    assert state(delivery) == expected
    assert len(listener.got) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 302])
def test_a_wrong_secret_or_address_is_the_gateways_fault_not_the_letters(listener, status):
    make_gateway(listener.url)
    listener.answer = (status, 0, {"Location": listener.url} if status == 302 else {})
    first, second = make_message(), make_message()

    deliver(5)

    assert len(listener.got) == 1, "redirects are not followed"
    assert (state(first), state(second), first.attempts, second.attempts) == ("PENDING", "PENDING", 0, 0)
    assert Outage.objects.get().error == f"ANSWER: {status} an answer"


def test_no_answer_in_time_is_not_known_and_goes_out_once_more(listener):
    make_gateway(listener.url)
    listener.answer = (200, 1.5, {})
    delivery = make_message()

    for expected in ("PENDING", "UNKNOWN", "UNKNOWN"):
        deliver(5)
        assert state(delivery) == expected
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notices_delivery SET next_try_at = notices_now()")

    assert [headers["Idempotency-Key"] for _path, headers, _body in listener.got] == [delivery.message_id] * 2


def test_a_gateway_that_is_down_pauses_alone(listener, sink):
    batam, malang = make_region("Kota Batam"), make_region("Kota Malang")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = make_gateway(f"http://127.0.0.1:{closed.getsockname()[1]}/", batam)
        make_gateway(listener.url, malang)
        waiting, sent, mailed = make_message(batam), make_message(malang), make_delivery(to="siti@batam.test")

        deliver(5)

    assert (state(waiting), waiting.attempts) == ("PENDING", 0)
    assert [state(delivery) for delivery in (sent, mailed)] == ["SENT", "SENT"]
    assert Outage.objects.get().route == f"GATEWAY/{down.pk}"


def test_the_gateway_of_the_home_region_else_the_one_for_all():
    batam, malang = make_region("Kota Batam"), make_region("Kota Malang")
    own, general = make_gateway("https://batam.test/", batam), make_gateway("https://all.test/")
    make_gateway("https://old.test/", malang, is_active=False)

    assert gateway_for(make_user(batam)) == own
    assert gateway_for(make_user(malang)) == general
    assert gateway_for(make_user()) == general


def test_without_a_gateway_it_is_dead_with_the_reason():
    delivery = make_message()

    assert dict(deliver(5)) == {"REFUSED": 1}
    assert (state(delivery), delivery.error) == (
        "DEAD",
        "There is no messenger gateway for the region of the recipient.",
    )


def test_without_an_address_it_says_so(listener):
    make_gateway(listener.url)
    delivery = make_message(address="")

    assert dict(deliver(5)) == {"BROKEN": 1}
    assert "no address at the messenger gateway" in (state(delivery) and delivery.error)
    assert listener.got == []
