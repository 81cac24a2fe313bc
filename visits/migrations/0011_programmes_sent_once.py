"""A programme that is sent twice is one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0010_found_by_all_words"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitseries",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitseries",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitseries",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="visitseries",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="visitseriesevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitseries",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "visits_visitseriesevent" ("about", "id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phases_planned", "submission") VALUES (NEW."about", NEW."id", NEW."name", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phases_planned", NEW."submission"); RETURN NULL;',
                    hash="4be4355f8e6c2bc0a3e98c9d0328b77c29dcccdb",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_51dab",
                    table="visits_visitseries",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitseries",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."phases_planned" IS DISTINCT FROM (NEW."phases_planned") OR OLD."submission" IS DISTINCT FROM (NEW."submission"))',
                    func='INSERT INTO "visits_visitseriesevent" ("about", "id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phases_planned", "submission") VALUES (NEW."about", NEW."id", NEW."name", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phases_planned", NEW."submission"); RETURN NULL;',
                    hash="079e6f0366e10c4e7c8d319c69e223be8dc1e12d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ca18c",
                    table="visits_visitseries",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitseries",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "visits_visitseriesevent" ("about", "id", "name", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phases_planned", "submission") VALUES (OLD."about", OLD."id", OLD."name", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phases_planned", OLD."submission"); RETURN NULL;',
                    hash="95b263277dba93aab44efeb39b0aae86990eb11b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_15b14",
                    table="visits_visitseries",
                    when="AFTER",
                ),
            ),
        ),
    ]
