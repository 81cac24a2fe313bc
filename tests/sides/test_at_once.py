"""An answer and another deed at the same record in the same moment: one waits for the other, and neither is ended."""

import threading

import pytest
from django.db import transaction

from records.models import Record, Stale
from records.trash import throw
from sides import correcting, handing
from sides.models import Correction, Handover
from tests import factories as make
from tests.at_once import both, waits
from tests.sides.test_correcting import propose
from visits.models import Delegation, Visit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(monkeypatch):
    """Both deeds, the second when the first one has claimed a row of `model`, which goes on when the second one waits.

    What each of them ended with: None, or the kind of its error.
    """

    def run(model, first, second):
        claimed, claim = threading.Event(), Record.claim

        def slowly(self, version):
            done = claim(self, version)
            if isinstance(self, model) and not claimed.is_set():
                claimed.set()
                waits()
            return done

        def do_second():
            claimed.wait(10)
            second()

        monkeypatch.setattr(Record, "claim", slowly)
        return [error and type(error) for error in both(first, do_second)]

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
