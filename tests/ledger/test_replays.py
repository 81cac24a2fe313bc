"""A form that is sent a hundred times (double clicks, ways back, retries of a cut line) makes one record.

Half of the time by eight at once. REPLAYS says how often each form is sent; the aim is 100.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from agreements.models import Agreement
from followups.models import Duty, Milestone
from tests import factories as make
from tests.ledger.conftest import signed_in
from tests.sent import sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)

REPLAYS, AT_ONCE = int(os.environ.get("REPLAYS", "24")), 8
FORMS = [
    ("/visits/new/", Visit, {"day": "2025-06-16", "guests-0-region_text": "35.07"}),
    ("/visits/log/", Visit, {"day": "2025-06-16", "partner_text": "35.07"}),
    ("/agreements/new/", Agreement, {"category": "KSDD_S", "parties-1-region_text": "35.07"}),
    ("/follow-ups/new/", Milestone, {"title": "Kirim draf"}),
    ("/follow-ups/duties/new/", Duty, {"title": "Laporan"}),
]


def at_once(client, url, data, times):
    """The answers to that many postings of the same form from one browser, by eight threads that start together."""
    gate = threading.Barrier(AT_ONCE)

    def send(_number):
        twin = Client()
        twin.cookies = client.cookies
        try:
            gate.wait(60)
            return [twin.post(url, data).status_code for _ in range(times // AT_ONCE)]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [code for codes in pool.map(send, range(AT_ONCE)) for code in codes]


def test_sent_a_hundred_times_is_made_once():
    make.make_process()
    make.make_malangs()
    client = signed_in(make.make_officer(make.make_region("Kota Batam", code="21.71"), language="en"))
    for url, model, typed in FORMS:
        data, before = sent_by(client.get(url)) | typed, set(model.objects.values_list("pk", flat=True))

        codes = at_once(client, url, data, REPLAYS // 2)
        places = {client.post(url, data)["Location"] for _ in range(REPLAYS - REPLAYS // 2)}

        assert set(codes) == {302}, (url, codes)
        assert len(places) == 1, url
        assert model.objects.exclude(pk__in=before).count() == 1, url


def test_what_is_sent_again_after_the_line_was_cut_is_made_once():
    """The database ends the session in the middle of it, at a different moment each time."""
    make.make_malangs()
    client = signed_in(make.make_officer(make.make_region("Kota Batam", code="21.71"), language="en"))
    client.raise_request_exception = False
    cut, url = 0, "/visits/new/"
    for number in range(max(REPLAYS // 4, 4)):
        data = sent_by(client.get(url)) | {"day": "2025-06-16", "guests-0-region_text": "35.07"}
        left = threading.Event()
        killer = threading.Thread(target=cut_after, args=(connection.connection.info.backend_pid, 0.01 * number, left))
        killer.start()
        codes = [client.post(url, data).status_code]
        left.set()
        killer.join()
        connection.close()  # it may have been cut behind the answer
        while codes[-1] != 302 and len(codes) < 5:
            cut += 1
            codes.append(client.post(url, data).status_code)
            connection.close()
        assert codes[-1] == 302, codes
        assert Visit.objects.count() == number + 1, codes
    assert cut, "the line was cut at least once"


def cut_after(pid, seconds, left):
    if not left.wait(seconds):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()
