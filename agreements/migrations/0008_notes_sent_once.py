"""A note whose form is sent twice is one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0007_found_by_new_names"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreementnote",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreementnote",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreementnote",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="agreementnote",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="agreementnoteevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementnote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "agreements_agreementnoteevent" ("agreement_id", "at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (NEW."agreement_id", NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="d04635e6cbe80d20f86ac9534336ad4dc427c50b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8899c",
                    table="agreements_agreementnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementnote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func='INSERT INTO "agreements_agreementnoteevent" ("agreement_id", "at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (NEW."agreement_id", NEW."at", NEW."by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_id", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="ad80146c6d5df26d6535c795179d328d6639a0fa",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0fdf3",
                    table="agreements_agreementnote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreementnote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "agreements_agreementnoteevent" ("agreement_id", "at", "by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (OLD."agreement_id", OLD."at", OLD."by_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id", OLD."submission", OLD."text"); RETURN NULL;',
                    hash="6976b3bafb6053fb269236209c23e1d2532ad3c0",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9ba93",
                    table="agreements_agreementnote",
                    when="AFTER",
                ),
            ),
        ),
    ]
