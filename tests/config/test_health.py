"""What watches over the process is told the truth, and nothing more."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


def test_healthz_answers_without_database_or_broker(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_is_ok_when_every_part_works(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "failing": []})


@pytest.mark.django_db
def test_readyz_names_the_broker_and_says_no_more(client, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://:secret@127.0.0.1:1/0")  # Celery reads it each time

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["broker"]})


@pytest.mark.django_db
def test_readyz_names_unapplied_migrations(client):
    MigrationRecorder.Migration.objects.filter(app="visits").last().delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["migrations"]})


@pytest.mark.django_db(transaction=True)
def test_readyz_names_the_database(client, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = client.get("/readyz")
    connection.close()

    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["database", "migrations"]})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_answered(client, path):
    assert client.post(path).status_code == 405
