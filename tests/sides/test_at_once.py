"""An answer and another deed at the same record in the same moment: one waits for the other, and neither is ended."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from records.models import Record, Stale
from records.trash import throw
from sides import correcting, handing
from sides.models import Correction, Handover
from tests import factories as make
from tests.sides.test_correcting import propose
from visits.models import Delegation, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def waits():
    """Until somebody stands in line for a row that is held here; at most a few seconds."""
    for _try in range(60):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)


@pytest.fixture
def at_once(monkeypatch):
    """Both deeds, the second when the first one has claimed a row of `model`, which goes on when the second one waits.

    What each of them ended with: None, or the kind of its error.
    """

    def run(model, first, second):
        claimed, ended, claim = threading.Event(), [None, None], Record.claim

        def slowly(self, version):
            done = claim(self, version)
            if isinstance(self, model) and not claimed.is_set():
                claimed.set()
                waits()
            return done

        def do(number, deed):
            try:
                if number:
                    claimed.wait(10)
                deed()
            except Exception as error:  # noqa: BLE001 - it is what is asked
                ended[number] = type(error)
            finally:
                connections.close_all()

        monkeypatch.setattr(Record, "claim", slowly)
        threads = [threading.Thread(target=do, args=pair) for pair in enumerate((first, second))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return ended

    return run


def edit_without(delegation):
    """As the form of the visit does, from which a delegation was taken."""
    with transaction.atomic():
        visit = Visit.objects.get(pk=delegation.visit_id)
        visit.claim(visit.version)
        Delegation.objects.get(pk=delegation.pk).delete()


def test_a_record_is_taken_over_and_thrown_away(at_once, visit, people, malang):
    handover = make.make_handover(visit, malang, by=people["manager"])

    ended = at_once(
        Handover,
        lambda: handing.take_over(handover, "", by=people["other_manager"], version=handover.version),
        lambda: throw(Visit.objects.get(pk=visit.pk), by=people["owner"]),
    )

    assert ended == [None, None]
    assert not Visit.objects.filter(pk=visit.pk).exists()


@pytest.mark.parametrize("deed", ["decline", "withdraw"])
def test_an_offer_is_answered_while_the_record_is_thrown_away(at_once, visit, people, malang, deed):
    handover = make.make_handover(visit, malang, by=people["manager"])
    words = ("Tidak perlu",) if deed == "decline" else ()

    def throw_slowly():
        with transaction.atomic():
            visit.claim(visit.version)
            throw(Visit.objects.get(pk=visit.pk), by=people["owner"])

    ended = at_once(
        Visit,
        throw_slowly,
        lambda: getattr(handing, deed)(handover, *words, by=people["manager"], version=handover.version),
    )

    assert ended == [None, Stale]


def test_a_correction_is_accepted_while_its_row_is_taken_away(at_once, visit, people, as_):
    delegation = visit.delegations.get()
    assert propose(as_("other"), "delegation", delegation, headcount="12").status_code == 302
    correction = Correction.objects.get()
    shown = {one.key: one.now.print for one in correcting.compared(correction, people["owner"])}

    ended = at_once(
        Correction,
        lambda: correcting.accept(correction, {*shown}, shown, "", by=people["owner"], version=correction.version),
        lambda: edit_without(delegation),
    )

    assert ended == [None, Stale]
    assert Correction.objects.get().state == "ACCEPTED"
