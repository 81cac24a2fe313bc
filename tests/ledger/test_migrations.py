"""A migration does not hold up who works: it gives way to readers, and new ones do nothing that locks a large table for long."""

import threading
import time

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader

# What stood when this rule came; in a new installation their tables are empty.
BEFORE = {
    "accounts": 3, "agreements": 5, "dashboards": 3, "documents": 2, "followups": 7, "notices": 5, "records": 1,
    "regions": 3, "sides": 1, "visits": 6,
}  # fmt: skip

LOCKING = {
    migrations.AlterField: "rewrites or reads the whole table; add a new field, fill it in batches, then change over",
    migrations.RemoveField: "the version that still runs reads it; leave it out of the model first, remove it later",
    migrations.RenameField: "the version that still runs knows the old name",
    migrations.RenameModel: "the version that still runs knows the old name",
    migrations.DeleteModel: "the version that still runs reads it; remove it one version later",
    migrations.AddIndex: "locks writers out; use AddIndexConcurrently in a migration with atomic = False",
    migrations.AddConstraint: "reads the whole table under a lock; AddConstraintNotValid, then ValidateConstraint",
}


def unsafe(migration):
    """Why its operations would hold up who works. `reviewed` of a migration says why it does not after all."""
    if getattr(migration, "reviewed", ""):
        return []
    made = {
        operation.name.lower() for operation in migration.operations if isinstance(operation, migrations.CreateModel)
    }
    found = []
    for operation in migration.operations:
        if getattr(operation, "model_name", "").lower() in made:
            continue  # nobody uses a new table yet
        for kind, why in LOCKING.items():
            if type(operation) is kind and not _only_told(operation):
                found.append(f"{migration}: {operation.describe()}: {why}")
        if isinstance(operation, migrations.AddField) and not _arrives_empty(operation.field):
            found.append(
                f"{migration}: {operation.describe()}: give it null=True or db_default, the old version writes rows"
            )
    kinds = {isinstance(operation, migrations.RunPython) for operation in migration.operations}
    if kinds == {True, False}:
        found.append(f"{migration}: moves data while it holds the lock of a changed table; use a migration of its own")
    return found


def _only_told(operation):
    """A change of words or choices is none of the database."""
    return isinstance(operation, migrations.AlterField) and getattr(operation, "reviewed", False)


def _arrives_empty(field):
    return field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)


def test_new_migrations_do_not_lock_large_tables():
    ours = {app.label for app in apps.get_app_configs() if app.label in BEFORE}
    found = [
        why
        for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items())
        if app in ours and int(name[:4]) > BEFORE[app]
        for why in unsafe(migration)
    ]
    assert found == []


def test_the_rule_knows_what_locks():
    class Migration(migrations.Migration):
        operations = [
            migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddIndex("new", models.Index(fields=["id"], name="fine")),
            migrations.AddField("visit", "late", models.DateField(null=True)),
            migrations.AddField("visit", "kind", models.TextField(db_default="")),
        ]

    assert unsafe(Migration("0009_fine", "visits")) == []
    for operation in (
        migrations.AddIndex("visit", models.Index(fields=["title"], name="slow")),
        migrations.AddField("visit", "kind", models.TextField(default="")),
        migrations.RemoveField("visit", "title"),
        migrations.AlterField("visit", "title", models.TextField()),
    ):
        Migration.operations = [operation]
        assert unsafe(Migration("0009_slow", "visits")), operation
    Migration.reviewed = "The table has a dozen rows."
    assert unsafe(Migration("0009_slow", "visits")) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_gives_way_to_a_reader_and_tries_again(monkeypatch, capsys):
    """A reader holds the table; another one who comes later does not wait behind the migration for long."""
    from records.management.commands import migrate

    def change(self, *args, **options):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE regions_sector ADD COLUMN later integer")

    monkeypatch.setattr(migrate.migrate.Command, "handle", change)
    held, over, waits = threading.Event(), threading.Event(), []

    def report():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM regions_sector")
            held.set()
            over.wait(20)
        connection.close()

    def pages():
        while not over.is_set():
            began = time.monotonic()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM regions_sector")
            waits.append(time.monotonic() - began)
            time.sleep(0.01)
        connection.close()

    threads = [threading.Thread(target=report), threading.Thread(target=pages)]
    threads[0].start()
    held.wait(20)
    threads[1].start()
    threading.Timer(2.0, over.set).start()
    try:
        call_command("migrate", lock_timeout=200, verbosity=0)
    finally:
        for thread in threads:
            thread.join()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE regions_sector DROP COLUMN IF EXISTS later")
    assert "gave way" in capsys.readouterr().err
    assert max(waits) < 1.5  # the reader held it for two seconds
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone()[0] == "0"
