"""A note whose form is sent twice is one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0017_duties_go_on"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="milestonenote",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="milestonenote",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="milestonenote",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="milestonenote",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="milestonenoteevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestonenote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "followups_milestonenoteevent" ("at", "by_id", "id", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."milestone_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="eb43262ed59952e6f2a860ba504780d65b1cfdaf",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_efcb3",
                    table="followups_milestonenote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestonenote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."milestone_id" IS DISTINCT FROM (NEW."milestone_id") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func='INSERT INTO "followups_milestonenoteevent" ("at", "by_id", "id", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."milestone_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_id", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="b8f9fbc1bde2730e21aac04c965f05c6820d15d9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d92b8",
                    table="followups_milestonenote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="milestonenote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "followups_milestonenoteevent" ("at", "by_id", "id", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "submission", "text") VALUES (OLD."at", OLD."by_id", OLD."id", OLD."milestone_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id", OLD."submission", OLD."text"); RETURN NULL;',
                    hash="e61dc6559a6b16a789ebe9f7427fdda00c620eb6",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ee718",
                    table="followups_milestonenote",
                    when="AFTER",
                ),
            ),
        ),
    ]
