"""A note whose form is sent twice is one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0008_mentions_stay"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitnote",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitnote",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="visitnote",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="visitnote",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="visitnoteevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitnote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "visits_visitnoteevent" ("at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text", "visit_id") VALUES (NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id", NEW."submission", NEW."text", NEW."visit_id"); RETURN NULL;',
                    hash="f09790f7eb998c1c849bc0adb980211f9fd8e7c8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9375b",
                    table="visits_visitnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitnote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."visit_id" IS DISTINCT FROM (NEW."visit_id"))',
                    func='INSERT INTO "visits_visitnoteevent" ("at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text", "visit_id") VALUES (NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_id", NEW."submission", NEW."text", NEW."visit_id"); RETURN NULL;',
                    hash="1907cc7749b5207f91adb6e4edc3917e88226cc4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_957a7",
                    table="visits_visitnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="visitnote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "visits_visitnoteevent" ("at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text", "visit_id") VALUES (OLD."at", OLD."by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id", OLD."submission", OLD."text", OLD."visit_id"); RETURN NULL;',
                    hash="70ada0359447aae759cfc5c4614b24f0e7def464",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ae456",
                    table="visits_visitnote",
                    when="AFTER",
                ),
            ),
        ),
    ]
