"""A request that the database ended because it and another waited for each other."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from sides import handing
from tests import factories as make
from tests.sent import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def handover():
    malang = make.make_malangs()[0]
    return make.make_handover(make.make_visit(make.make_region("Kota Batam", code="21.71"), malang), malang)


@pytest.fixture
def manager(handover):
    client = Client()
    client.force_login(make.make_manager(handover.to_region, language="en"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture(params=["deadlock_detected", "serialization_failure"])
def ended(request, monkeypatch):
    """Declining ends as the database ends one of two that wait for each other."""

    def end(*_args, **_kwargs):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{request.param}'; END $$")

    monkeypatch.setattr(handing, "decline", end)


def decline(client, handover, **more):
    sent = {"answer": "Tidak <perlu>", "version": handover.version, "decline": "1"}
    return client.post(f"/handovers/{handover.pk}/answer/", sent | more)


def test_what_was_typed_is_on_the_page_and_can_be_sent_again(manager, handover, ended, monkeypatch):
    answer = decline(manager, handover)

    assert answer.status_code == 503
    assert "Nothing that you typed is lost: send it again." in answer.content.decode()
    assert answer.headers["Retry-After"] == "1"
    monkeypatch.undo()
    again = manager.post(f"/handovers/{handover.pk}/answer/", sent_by(answer, "again"))
    handover.refresh_from_db()
    assert again.status_code == 302
    assert (handover.state, handover.answer) == ("DECLINED", "Tidak <perlu>")


@pytest.mark.parametrize("more", [{"password": "rahasia"}, {"paper": SimpleUploadedFile("a.txt", b"a")}])
def test_files_and_passwords_are_not_repeated(manager, handover, ended, more):
    answer = decline(manager, handover, **more)

    assert answer.status_code == 503
    assert "go back in your browser" in answer.content.decode()
    assert "rahasia" not in answer.content.decode()
    assert "Tidak" not in answer.content.decode()
