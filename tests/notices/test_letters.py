"""What a letter looks like on the wire, whatever stands in it."""

import email.policy
import re

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.safestring import SafeString

from notices.letters import UNSUBSCRIBE, Letter, NotSendable, compose, envelope, frame, in_bytes
from notices.sending import deliver
from notices.smtp import EmailWay
from tests.factories import make_delivery, make_notice, make_user

pytestmark = pytest.mark.django_db

LETTER = Letter("Ringkasan", "Halo\n.titik di depan", SafeString("<p>Halo</p>"), ("TASKS", "ENDINGS"))


def parsed(delivery, letter=LETTER, to="siti@batam.test"):
    payload = EmailWay().prepare(delivery, letter, to).payload
    return email.message_from_bytes(payload, policy=email.policy.default)


def test_the_headers_that_every_mail_program_understands():
    delivery = make_delivery(make_notice(make_user(name="Siti Rahma", language="en")))

    message = parsed(delivery)

    assert message["Message-ID"] == f"<{delivery.message_id}>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["To"] == "Siti Rahma <siti@batam.test>"
    link = re.fullmatch(r"<http://localhost:8000/unsubscribe/(.+)/>", message["List-Unsubscribe"].strip())
    assert UNSUBSCRIBE.unsign_object(link[1]) == [delivery.notice.recipient_id, "EMAIL", ["ENDINGS", "TASKS"]]


def test_text_and_html_say_the_same_in_the_language_of_the_recipient():
    english, indonesian = (make_delivery(make_notice(make_user(name="Siti", language=of))) for of in ("en", "id"))

    message = parsed(english)
    text, html = message.get_body(["plain"]).get_content(), message.get_body(["html"]).get_content()

    assert "Halo" in text
    assert "Simpul wrote this by itself to Siti" in text
    assert "<p>Halo</p>" in html
    assert 'lang="en"' in html
    assert 'lang="id"' in parsed(indonesian).get_body(["html"]).get_content()
    for part in (text, html):
        assert "http://localhost:8000/me/notices/" in part
        assert "http://localhost:8000/unsubscribe/" in part
    assert not re.search(r"<script|<link|<style|class=", html)


def test_a_letter_without_html_or_topics_is_plain():
    message = parsed(make_delivery(), Letter("Penting", "Halo"))

    assert message.get_content_type() == "text/plain"
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize("evil", ["x\r\nBcc: a@evil.test", "x\nX-Evil: 1", "x\u2028y", "x\x85y", "x\r\n\r\nbody"])
def test_no_text_becomes_a_header_of_its_own(evil):
    user = make_user()
    type(user).objects.filter(pk=user.pk).update(name=evil)
    user.refresh_from_db()
    delivery = make_delivery(make_notice(user))
    delivery.message_id = "n1@x\r\nX-Evil: 1"

    message = parsed(delivery, Letter(evil, "Halo"))

    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert "\n" not in message["Subject"]
    assert len(message.get_all("To")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "siti",
        "@batam.test",
        "siti@",
        "a b@x.test",
        "a@x\r\nRCPT TO:<b@x>",
        "sít@x.test",
        "<a@x.test>",
        "a,b@x.test",
    ],
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(NotSendable):
        envelope(wrong)


def test_a_domain_in_other_letters_is_written_in_ascii():
    assert envelope("siti@kota-bätam.test") == "siti@xn--kota-btam-02a.test"


def test_a_dot_at_the_beginning_of_a_line_survives(sink):
    """Else everything after it would be lost."""
    payload = EmailWay().prepare(make_delivery(), LETTER, "a@x.test").payload

    assert b"\r\n..titik" in payload


def test_any_other_backend_of_django_works_for_trying_out(settings):
    settings.NOTICE_WRITERS = dict.fromkeys(("DIGEST", "AT_ONCE"), "tests.notices.writers.plain")
    delivery = make_delivery(to="siti@batam.test", next_try_at=timezone.now())

    assert dict(deliver(5)) == {"SENT": 1}
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{delivery.message_id}>"
    assert compose(frame(delivery, LETTER, "siti@batam.test")).to == mail.outbox[0].to


NAMES = ("Siti", "Dr. Ir. " + "Nama Panjang " * 8 + "M.Si.", "Józef Ünal 北", "A, B", "=?utf-8?q?x?=", "")
SUBJECTS = ("3 terlambat", "Kirim laporan " * 15, "Ünal: 北京 " * 12, "", "a" * 250)
BODIES = ("Halo", "Halo\r\n.titik\rBaris\n\n", "Ré 北 " * 30, "x" * 998, "x" * 999 + "\nä", "From nowhere\n.", "--=_\n")


@pytest.mark.parametrize("html", ["", "<p>Halo & ä</p>\n"])
@pytest.mark.parametrize("body", BODIES)
def test_the_bytes_say_what_djangos_own_classes_say(body, html):
    delivery = make_delivery(make_notice(make_user(name="Siti", language="en")))
    for name in NAMES:
        for subject in SUBJECTS:
            delivery.notice.recipient.name = name
            framed = frame(delivery, Letter(subject, body, SafeString(html), ("TASKS",)), "siti@batam.test")
            ours, theirs = in_bytes(framed), compose(framed).message().as_bytes(linesep="\r\n")

            assert told(ours) == told(theirs)
            assert ours.endswith(b"\r\n")
            assert all(len(line) <= 998 for line in ours.split(b"\r\n"))
            assert re.fullmatch(rb"(?s)(\r\n|[^\r\n])*", ours)


def told(payload):
    """Headers and parts, without what differs from one writing to the next."""
    message = email.message_from_bytes(payload, policy=email.policy.default)
    heads = {name: str(of).strip() for name, of in message.items() if name not in ("Date", "Content-Type")}
    parts = [part for part in message.walk() if not part.is_multipart()]
    heads.pop("Content-Transfer-Encoding", None)
    return heads, [(p.get_content_type(), p["Content-Transfer-Encoding"], p.get_content().rstrip()) for p in parts]
