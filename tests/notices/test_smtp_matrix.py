"""Whatever a mail server may do, at every step: the letter ends in the documented state, at most two copies, one Message-ID.

`asked` is a fault by address, or (a dict) for everybody; see `workshop.drill.sink`. `then` is what is found after the
first run; `last` after the pauses and waits are over and it was tried once more, with the fault still there or healed.
"""

import pytest
from django.db import connection

from notices.models import Attempt, Outage
from notices.sending import deliver
from tests.factories import make_delivery, make_notice, make_user

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE, QUARTER = (48, 72), (880, 920)
PENDING, DEAD, SENT, UNKNOWN = "PENDING", "DEAD", "SENT", "UNKNOWN"

# name: (asked, state, attempts, unknowns, wait, last result, copies now; state and copies after one more try)
BY_ADDRESS = {
    "421 to RCPT": ("rcpt-421", PENDING, 1, 0, MINUTE, "LOST", 0, PENDING, 0),
    "450 to RCPT": ("rcpt-450", PENDING, 1, 0, MINUTE, "DEFERRED", 0, PENDING, 0),
    "451 to RCPT": ("rcpt-451", PENDING, 1, 0, MINUTE, "DEFERRED", 0, PENDING, 0),
    "452 to RCPT": ("rcpt-452", PENDING, 1, 0, MINUTE, "DEFERRED", 0, PENDING, 0),
    "greylisting": ("rcpt-450-once", PENDING, 1, 0, MINUTE, "DEFERRED", 0, SENT, 1),
    "550 to RCPT": ("rcpt-550", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "552 to RCPT": ("rcpt-552", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "554 to RCPT": ("rcpt-554", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "421 to DATA": ("data-421", PENDING, 1, 0, MINUTE, "LOST", 0, PENDING, 0),
    "451 to DATA": ("data-451", PENDING, 1, 0, MINUTE, "DEFERRED", 0, PENDING, 0),
    "554 to DATA": ("data-554", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "421 to the letter": ("dot-421", PENDING, 1, 0, MINUTE, "LOST", 0, PENDING, 0),
    "451 to the letter": ("dot-451", PENDING, 1, 0, MINUTE, "DEFERRED", 0, PENDING, 0),
    "452 to the letter": ("dot-452-once", PENDING, 1, 0, MINUTE, "DEFERRED", 0, SENT, 1),
    "550 to the letter": ("dot-550", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "552 to the letter": ("dot-552", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "554 to the letter": ("dot-554", DEAD, 1, 0, None, "REFUSED", 0, DEAD, 0),
    "closed before RCPT is answered": ("rcpt-drop", PENDING, 1, 0, MINUTE, "LOST", 0, PENDING, 0),
    "closed after RCPT": ("rcpt-leave-once", PENDING, 1, 0, MINUTE, "LOST", 0, SENT, 1),
    "closed before DATA is answered": ("data-drop-once", PENDING, 1, 0, MINUTE, "LOST", 0, SENT, 1),
    "closed in the middle of the letter": ("body-drop-once", PENDING, 1, 1, QUARTER, "UNKNOWN", 0, SENT, 1),  # all had left us
    "closed before the dot is answered, thrown away": ("dot-drop-once", PENDING, 1, 1, QUARTER, "UNKNOWN", 0, SENT, 1),
    "closed before the dot is answered, kept": ("dot-kept-once", PENDING, 1, 1, QUARTER, "UNKNOWN", 1, SENT, 2),
    "kept without an answer, always": ("dot-kept", PENDING, 1, 1, QUARTER, "UNKNOWN", 1, UNKNOWN, 2),
    "closed after the dot": ("dot-leave", SENT, 1, 0, None, "SENT", 1, SENT, 1),
    "no reply to RCPT": ("rcpt-hang-once", PENDING, 1, 0, MINUTE, "LOST", 0, SENT, 1),
    "no reply to DATA": ("data-hang-once", PENDING, 1, 0, MINUTE, "LOST", 0, SENT, 1),
    "no reply to the dot": ("dot-hang", PENDING, 1, 1, QUARTER, "UNKNOWN", 1, UNKNOWN, 2),
    "250 after we have given up": ("dot-late2", PENDING, 1, 1, QUARTER, "UNKNOWN", 1, UNKNOWN, 2),
    "250 just in time": ("dot-late0.4", SENT, 1, 0, None, "SENT", 1, SENT, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_ADDRESS)
def test_what_one_letter_meets_is_its_own(name, sink):
    asked, state, attempts, unknowns, wait, result, copies, last_state, last_copies = BY_ADDRESS[name]
    delivery, other = make_delivery(to=f"fault-{asked}.1@batam.test"), make_delivery(to="siti@batam.test")

    deliver(20)

    after = look(delivery)
    assert (after["state"], after["attempts"], after["unknowns"]) == (state, attempts, unknowns)
    assert wait is None or wait[0] <= after["wait"] <= wait[1]
    assert result is None or Attempt.objects.filter(delivery=delivery).latest("pk").result == result
    assert sink.copies[delivery.message_id] == copies
    assert (look(other)["state"], sink.copies[other.message_id]) == (SENT, 1), "the other letter goes out at once"
    assert not Outage.objects.exists()

    try_once_more(delivery)

    assert (look(delivery)["state"], sink.copies[delivery.message_id]) == (last_state, last_copies)
    assert set(sink.copies) <= {delivery.message_id, other.message_id}, "no copy has another Message-ID"


# name: (options of the sink, settings, faults, phase in which it ends, seconds of the first pause)
OUTAGES = {
    "421 in place of a greeting": ([], {}, {"connect": "421"}, "CONNECT", 5),
    "554 in place of a greeting": ([], {}, {"connect": "554"}, "CONNECT", 5),
    "closed in place of a greeting": ([], {}, {"connect": "drop"}, "CONNECT", 5),
    "no greeting": ([], {}, {"connect": "hang"}, "CONNECT", 5),
    "EHLO is not answered": ([], {}, {"helo": "hang"}, "HELO", 5),
    "STARTTLS refused": (["--broken-tls"], {"EMAIL_USE_TLS": True}, {"tls": "454"}, "TLS", 30),
    "STARTTLS breaks off": (["--broken-tls"], {"EMAIL_USE_TLS": True}, {"tls": "drop"}, "TLS", 30),
    "STARTTLS without any TLS behind": (["--broken-tls"], {"EMAIL_USE_TLS": True}, {"tls": "220"}, "TLS", 30),
    "no STARTTLS": ([], {"EMAIL_USE_TLS": True}, {}, "TLS", 30),
    "535 wrong password": ([], {"EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "wrong"}, {}, "LOGIN", 30),
    "535 by the server": ([], {"EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "right"}, {"login": "535"}, "LOGIN", 30),
    "421 to MAIL": ([], {}, {"mail": "421"}, "MAIL", 5),
    "451 to MAIL": ([], {}, {"mail": "451"}, "MAIL", 5),
    "550 to MAIL": ([], {}, {"mail": "550"}, "MAIL", 5),
    "530 to MAIL": ([], {}, {"mail": "530"}, "MAIL", 5),
    "closed before MAIL is answered": ([], {}, {"mail": "drop"}, "MAIL", 5),
    "closed after MAIL": ([], {}, {"mail": "leave"}, "RCPT", 5),
    "no reply to MAIL": ([], {}, {"mail": "hang"}, "MAIL", 5),
    "every RCPT closes": ([], {}, {"rcpt": "drop"}, "RCPT", 5),
    "every DATA closes": ([], {}, {"data": "drop"}, "DATA", 5),
}


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_pauses_the_way_and_blames_no_letter(name, start_sink, settings):
    options, changed, faults, phase, pause = OUTAGES[name]
    sink = start_sink(*options)
    for setting, value in changed.items():
        setattr(settings, setting, value)
    sink.fault(**faults)
    user = make_user(email="siti@batam.test")
    letters = [make_delivery(make_notice(user)) for _ in range(5)]

    counts = deliver(20)

    blamed = 1 if phase in ("RCPT", "DATA") else 0  # one may meet a fault of its own; two in a row are an outage
    assert counts["SENT"] == 0
    assert sorted(look(letter)["attempts"] for letter in letters) == [0] * (5 - blamed) + [1] * blamed
    assert {look(letter)["state"] for letter in letters} == {PENDING}
    outage = Outage.objects.get()
    assert outage.route == "EMAIL"
    assert outage.error.startswith(f"{phase}: ")
    assert (outage.until - outage.began_at).total_seconds() == pytest.approx(pause, abs=0.1)
    assert dict(deliver(20)) == {}, "nobody tries before the pause is over"

    sink.fault()
    for setting in changed:
        setattr(settings, setting, False if setting == "EMAIL_USE_TLS" else "")
    over()
    deliver(20)

    assert {look(letter)["state"] for letter in letters} == {SENT}
    assert sink.copies == {letter.message_id: 1 for letter in letters}
    assert not Outage.objects.exists()


def test_pauses_grow_while_it_lasts_and_no_letter_pays_for_it(sink):
    delivery = make_delivery(to="siti@batam.test")
    sink.stop()
    pauses = []

    for _ in range(6):
        over()
        deliver(10)
        outage = Outage.objects.get()
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM until - notices_now())::int FROM notices_outage")
            pauses.append(cursor.fetchone()[0])

    assert pauses == [5, 10, 20, 40, 60, 60]
    assert outage.tries == 6
    assert (look(delivery)["attempts"], Attempt.objects.count()) == (0, 0)


def test_a_letter_that_is_always_put_off_is_dead_after_two_days(sink):
    delivery = make_delivery(to="fault-rcpt-451@batam.test")
    waits = []

    for _ in range(9):
        over()
        deliver(10)
        waits.append(look(delivery)["wait"])

    assert look(delivery)["state"] == DEAD
    expected = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600]
    assert all(0.79 * should <= wait <= 1.21 * should for wait, should in zip(waits, expected, strict=False))
    delivery.refresh_from_db()
    assert delivery.error.startswith("451")


def test_a_connection_that_the_server_closed_meanwhile_is_no_outage(sink):
    user = make_user(email="siti@batam.test")
    first, second = (
        make_delivery(make_notice(make_user(email="fault-dot-leave@batam.test"))),
        make_delivery(make_notice(user)),
    )

    assert dict(deliver(10)) == {"SENT": 2}
    assert sink.copies == {first.message_id: 1, second.message_id: 1}
    assert not Outage.objects.exists()


def look(delivery):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, attempts, unknowns, extract(epoch FROM next_try_at - notices_now())::float"
            " FROM notices_delivery WHERE id = %s",
            [delivery.pk],
        )
        return dict(zip(("state", "attempts", "unknowns", "wait"), cursor.fetchone(), strict=True))


def over():
    """The waits and pauses are over."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_outage SET until = notices_now() - interval '1 second'")
        cursor.execute("UPDATE notices_delivery SET next_try_at = notices_now() WHERE state = 'PENDING'")


def try_once_more(delivery):
    over()
    deliver(20)
