"""Letters go out: each ends in the state that notices.sending documents, and none is touched by another's fault."""

import os
import subprocess
import sys
import threading
import time

import psycopg
import pytest
from django.db import connection

from notices.models import Attempt, Delivery, Heartbeat
from notices.queue import Mark, Queue
from notices.sending import deliver
from tests.factories import make_delivery, make_notice, make_user
from tests.notices import writers

pytestmark = pytest.mark.django_db(transaction=True)
started = []


@pytest.fixture(autouse=True)
def _no_sender_survives():
    yield
    while started:
        sender = started.pop()
        if sender.poll() is None:
            kill(sender)


def letters(n, **kw):
    user = make_user(**kw)
    return [make_delivery(make_notice(user)) for _ in range(n)]


def fresh(delivery):
    delivery.refresh_from_db()
    return delivery


def states(*deliveries):
    return [fresh(delivery).state for delivery in deliveries]


def due_again():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_delivery SET next_try_at = notices_now() WHERE state = 'PENDING'")


def start_sender(sink, seconds=20, **more):
    """A process of its own on the database of this test."""
    settings = connection.settings_dict
    database = f"postgres://{settings['USER']}@/{settings['HOST']}/{settings['NAME']}"
    environment = os.environ | {"DATABASE_URL": database, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"} | more
    sender = subprocess.Popen(
        [sys.executable, "-m", "tests.notices.sender", str(seconds)],
        env=environment | {"LOG_LEVEL": "ERROR", "TEST_SENDER": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    started.append(sender)
    return sender


def kill(sender):
    sender.kill()
    sender.communicate()


def wait_for(what, seconds=60):
    last = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.02)


def test_a_letter_goes_out_once_and_is_kept_as_it_was_sent(sink):
    delivery = make_delivery(to="siti@batam.test")

    counts = deliver(10)

    assert (dict(counts), dict(deliver(10))) == ({"SENT": 1}, {})
    assert sink.copies == {delivery.message_id: 1}
    assert fresh(delivery).state == "SENT"
    assert (delivery.address, delivery.subject) == ("siti@batam.test", "Ringkasan 2026-11-20")
    assert "Halo" in delivery.body
    assert delivery.reply.startswith("250")
    assert (delivery.attempts, delivery.unknowns, delivery.error) == (1, 0, "")
    assert delivery.notice.frozen_at
    (attempt,) = Attempt.objects.all()
    assert (attempt.number, attempt.result, attempt.phase) == (1, "SENT", "DOT")
    assert attempt.finished_at >= attempt.started_at


def test_what_is_not_due_stays(sink, move_clock):
    delivery = make_delivery(to="siti@batam.test")
    move_clock("-1 hour")

    assert dict(deliver(10)) == {}
    move_clock("0")
    assert dict(deliver(10)) == {"SENT": 1}
    assert states(delivery) == ["SENT"]


def test_many_go_out_in_batches_over_several_connections(sink, settings):
    settings.NOTICE_BATCH = 7
    sent = letters(110)

    assert dict(deliver(60)) == {"SENT": 110}
    assert sink.copies == {delivery.message_id: 1 for delivery in sent}


def test_a_held_copy_sends_nothing(sink, settings):
    settings.NOTICE_HOLD = True
    (delivery,) = letters(1)

    assert dict(deliver(10)) == {}
    assert states(delivery) == ["PENDING"]
    assert sink.kept == []
    assert Heartbeat.objects.get(pk="sender")


def test_whoever_is_no_longer_active_gets_nothing(sink):
    (delivery,) = letters(1, is_active=False)

    assert dict(deliver(10)) == {"CANCELLED": 1}
    assert states(delivery) == ["CANCELLED"]
    assert sink.kept == []


def test_a_letter_with_nothing_left_to_say_is_not_sent(sink):
    (delivery,) = letters(1, name="Nothing")

    assert dict(deliver(10)) == {"CANCELLED": 1}
    assert states(delivery) == ["CANCELLED"]
    assert sink.kept == []


@pytest.mark.parametrize(
    ("recipient", "why"),
    [
        ({"name": "Broken"}, "ZeroDivisionError: the template is broken"),
        ({"email": "s\u00edti@batam.test"}, "NotSendable"),
        ({"email": "siti@batam.test\r\nRCPT TO:<evil@x.test>"}, "NotSendable"),
        ({"email": "@batam.test"}, "NotSendable"),
    ],
)
def test_a_letter_that_cannot_be_written_dies_alone_after_five_tries(sink, recipient, why):
    good, bad, also_good = letters(1)[0], letters(1)[0], letters(1)[0]
    type(bad.notice.recipient).objects.filter(pk=bad.notice.recipient_id).update(**recipient)

    assert dict(deliver(10)) == {"SENT": 2, "BROKEN": 1}
    assert states(good, bad, also_good) == ["SENT", "PENDING", "SENT"]
    for _ in range(4):
        due_again()
        deliver(10)

    assert states(bad) == ["DEAD"]
    assert why in bad.error
    assert bad.attempts == 5
    assert len(sink.kept) == 2


def test_a_letter_that_kills_its_sender_is_dead_after_three_kills_and_takes_nobody_with_it(sink):
    before, (deadly,), after = letters(3), letters(1, name="Deadly"), letters(5)

    for kills in range(1, 4):
        sender = start_sender(sink)
        sender.communicate(timeout=60)
        assert sender.returncode == -9
        assert fresh(deadly).attempts == kills
    due_again()
    deliver(10)

    assert states(deadly) == ["DEAD"]
    assert deadly.error == "The sender broke down while it wrote the letter."
    assert states(*before, *after) == ["SENT"] * 8
    assert {delivery.attempts for delivery in (*before, *after)} == {1}
    assert sink.copies == {delivery.message_id: 1 for delivery in (*before, *after)}


def test_what_a_killed_sender_had_not_handed_over_is_free_at_once(sink):
    """Its lock ended with it: nobody waits for the lease."""
    (stuck,), others = letters(1, name="Stuck"), letters(5)
    sender = start_sender(sink)
    wait_for(lambda: fresh(stuck).attempts == 1)
    kill(sender)
    assert states(stuck, *others) == ["CLAIMED"] * 6

    wait_for(lambda: deliver(10) and states(stuck, *others) == ["SENT"] * 6)

    assert {delivery.attempts for delivery in others} == {1}
    assert (stuck.attempts, stuck.unknowns) == (2, 0)
    assert set(sink.copies.values()) == {1}


def test_a_sender_that_is_killed_on_the_wire_makes_one_copy_more_after_its_lease(sink, move_clock):
    """It had handed the letter over, nobody knows whether it arrived; the second time a person must decide."""
    (delivery,) = letters(1, email="fault-dot-late9@batam.test")
    for n in (1, 2):
        sender = start_sender(sink, TEST_EMAIL_TIMEOUT="15")
        wait_for(lambda n=n: len(sink.kept) == n)
        kill(sender)
        assert dict(deliver(10)) == {}, "it may still be at it"
        assert states(delivery) == ["SENDING"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE notices_delivery SET lease_until = notices_now() - interval '1 second'")
        Queue().reap()

    assert states(delivery) == ["UNKNOWN"]
    assert sink.copies == {delivery.message_id: 2}
    assert dict(deliver(10)) == {}
    assert [attempt.result for attempt in Attempt.objects.order_by("pk")] == ["GONE", "GONE"]


def test_two_senders_share_the_work_and_none_goes_out_twice(sink):
    sent = letters(150)
    senders = [start_sender(sink) for _ in range(2)]

    for sender in senders:
        sender.communicate(timeout=60)

    assert set(states(*sent)) == {"SENT"}
    assert sink.copies == {delivery.message_id: 1 for delivery in sent}
    assert Attempt.objects.values("worker").distinct().count() == 2


def test_the_database_goes_away_under_a_writer(sink):
    """No fault of the letter: its try does not count."""
    writers.cut.done.clear()
    (cut,), others = letters(1, name="Cut"), letters(3)

    deliver(20)

    assert states(cut, *others) == ["SENT"] * 4
    assert cut.attempts == 1
    assert set(sink.copies.values()) == {1}


def test_the_database_goes_away_while_a_letter_is_accepted(sink, settings):
    """What became of it is told when the database is back: no second copy."""
    settings.EMAIL_TIMEOUT = 10
    (delivery,), others = letters(1, email="fault-dot-late2@batam.test"), letters(3)
    stopper = threading.Thread(target=cut_all_connections, args=[sink])
    stopper.start()

    counts = deliver(20)
    stopper.join()

    assert counts["SENT"] == 4
    assert states(delivery, *others) == ["SENT"] * 4
    assert set(sink.copies.values()) == {1}


def cut_all_connections(sink):
    wait_for(lambda: sink.kept)
    with another_connection() as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def another_connection():
    settings = connection.settings_dict
    return psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"])


def test_a_lease_that_is_nearly_over_is_not_used(sink, settings):
    """What cannot be sent within it goes back untouched."""
    settings.NOTICE_LEASE_SECONDS = 10
    (delivery,) = letters(1)

    deliver(1)

    assert states(delivery) == ["PENDING"]
    assert (delivery.attempts, sink.kept) == (0, [])


def test_when_the_time_is_over_the_rest_goes_back_uncounted(sink):
    slow = letters(5, name="Slow")

    counts = deliver(1.5)

    assert counts["SENT"] == 2
    assert sorted(states(*slow)) == ["PENDING"] * 3 + ["SENT"] * 2
    assert sorted(delivery.attempts for delivery in slow) == [0, 0, 0, 1, 1]


# The queue by itself


def test_only_the_holder_of_the_token_touches_a_letter():
    (delivery,) = letters(1)
    one, other = Queue(), Queue()

    assert one.claim(20) == [delivery.pk]
    assert other.claim(20) == []
    assert other.start(delivery.pk, 10) is None
    begun = one.start(delivery.pk, 10)
    assert begun
    kept = {"address": "a@x.test", "subject": "s", "body": "b"}
    assert not other.hand_over(delivery.pk, begun, 10, **kept)
    assert one.hand_over(delivery.pk, begun, 10, **kept)
    assert states(delivery) == ["SENDING"]


def test_a_success_counts_even_when_the_lease_is_over_already():
    (delivery,) = letters(1)
    queue = Queue()
    queue.claim(20)
    begun = queue.start(delivery.pk, 10)
    queue.hand_over(delivery.pk, begun, 10, address="a@x.test", subject="s", body="b")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_delivery SET lease_until = notices_now() - interval '1 second'")
        cursor.execute("SELECT pg_advisory_unlock_all()")
    Queue().reap()
    assert states(delivery) == ["PENDING"]

    assert queue.mark(delivery.pk, begun, Mark("SENT", "SENT"), until=0)

    assert states(delivery) == ["SENT"]


@pytest.mark.parametrize(("alive", "clock", "state"), [
    (True, "2 hours", "SENDING"), (True, "-2 hours", "SENDING"), (True, "4 hours", "PENDING"),
    (False, "0", "SENDING"), (False, "3 minutes", "PENDING"), (False, "-2 hours", "PENDING"),
])  # fmt: skip
def test_what_is_on_the_wire_is_taken_back_when_its_sender_is_dead_and_its_lease_over(move_clock, alive, clock, state):
    """Not because somebody set the clock while it is alive; and not never because somebody set it back."""
    (delivery,) = letters(1)
    queue = Queue()
    queue.claim(20)
    queue.hand_over(delivery.pk, queue.start(delivery.pk, 10), 10, address="a@x.test", subject="s", body="b")
    if not alive:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")

    move_clock(clock)
    Queue().reap()

    assert states(delivery) == [state]


def test_those_never_tried_come_first():
    tried, new = letters(2)
    Delivery.objects.filter(pk=tried.pk).update(attempts=1)

    assert Queue().claim(20) == [new.pk, tried.pk]


def test_a_notice_is_frozen_when_its_sending_begins_and_never_anew():
    (delivery,) = letters(1)
    queue = Queue()
    queue.claim(20)
    queue.start(delivery.pk, 10)
    frozen_at = fresh(delivery).notice.frozen_at

    queue.start(delivery.pk, 10)

    assert frozen_at
    assert Delivery.objects.get(pk=delivery.pk).notice.frozen_at == frozen_at


def test_sending_does_not_wait_for_who_holds_a_row(sink):
    held, free = letters(2)
    with another_connection() as other:
        other.execute("SELECT FROM notices_delivery WHERE id = %s FOR UPDATE", [held.pk])
        assert dict(deliver(10)) == {"SENT": 1}
        assert states(held, free) == ["PENDING", "SENT"]
