"""A figure, a trait, an official or a position whose form is sent twice is one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0009_no_circles_hold"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="official",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="official",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="official",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="position",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="position",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="position",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regionfigure",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regionfigure",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regionfigure",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regiontrait",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regiontrait",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="regiontrait",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="official",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="officialevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="position",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="positionevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="regionfigure",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="regionfigureevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="regiontrait",
            name="submission",
            field=models.UUIDField(editable=False, null=True, unique=True, verbose_name="submission"),
        ),
        migrations.AddField(
            model_name="regiontraitevent",
            name="submission",
            field=models.UUIDField(editable=False, null=True, verbose_name="submission"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="official",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_officialevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shown_publicly", "submission", "title_after", "title_before") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shown_publicly", NEW."submission", NEW."title_after", NEW."title_before"); RETURN NULL;',
                    hash="e021d7a6af74bb34d9bedac49b1668329588c362",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_30533",
                    table="regions_official",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="official",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."shown_publicly" IS DISTINCT FROM (NEW."shown_publicly") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."title_after" IS DISTINCT FROM (NEW."title_after") OR OLD."title_before" IS DISTINCT FROM (NEW."title_before"))',
                    func='INSERT INTO "regions_officialevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shown_publicly", "submission", "title_after", "title_before") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shown_publicly", NEW."submission", NEW."title_after", NEW."title_before"); RETURN NULL;',
                    hash="9838da77c10db96894f54475bdb40c797aa1fbef",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_787a9",
                    table="regions_official",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="official",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_officialevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shown_publicly", "submission", "title_after", "title_before") VALUES (OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."shown_publicly", OLD."submission", OLD."title_after", OLD."title_before"); RETURN NULL;',
                    hash="0ef2348720a91f6268c8128fbd69d11835fd5de8",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3a99b",
                    table="regions_official",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="position",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_positionevent" ("ends_on", "id", "manner", "official_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "submission", "title", "title_code") VALUES (NEW."ends_on", NEW."id", NEW."manner", NEW."official_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on", NEW."submission", NEW."title", NEW."title_code"); RETURN NULL;',
                    hash="93afac09c59b34e73adcbebc97b10b37c2155aec",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_96fc1",
                    table="regions_position",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="position",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."manner" IS DISTINCT FROM (NEW."manner") OR OLD."official_id" IS DISTINCT FROM (NEW."official_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."title_code" IS DISTINCT FROM (NEW."title_code"))',
                    func='INSERT INTO "regions_positionevent" ("ends_on", "id", "manner", "official_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "submission", "title", "title_code") VALUES (NEW."ends_on", NEW."id", NEW."manner", NEW."official_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on", NEW."submission", NEW."title", NEW."title_code"); RETURN NULL;',
                    hash="79b13f9a622ffbba983c0ac39244f92091b7378d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_db726",
                    table="regions_position",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="position",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_positionevent" ("ends_on", "id", "manner", "official_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on", "submission", "title", "title_code") VALUES (OLD."ends_on", OLD."id", OLD."manner", OLD."official_id", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_on", OLD."submission", OLD."title", OLD."title_code"); RETURN NULL;',
                    hash="df2cf57de31f88e75b0100c6c81433db5ff81412",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_28c63",
                    table="regions_position",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_regionfigureevent" ("as_of", "comparator", "id", "measure", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "region_id", "source", "source_url", "submission", "unit", "value") VALUES (NEW."as_of", NEW."comparator", NEW."id", NEW."measure", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quote", NEW."region_id", NEW."source", NEW."source_url", NEW."submission", NEW."unit", NEW."value"); RETURN NULL;',
                    hash="95c4bf9c3d816ea060bffe676fba0a81783916a5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_348b5",
                    table="regions_regionfigure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."comparator" IS DISTINCT FROM (NEW."comparator") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."measure" IS DISTINCT FROM (NEW."measure") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."unit" IS DISTINCT FROM (NEW."unit") OR OLD."value" IS DISTINCT FROM (NEW."value"))',
                    func='INSERT INTO "regions_regionfigureevent" ("as_of", "comparator", "id", "measure", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "region_id", "source", "source_url", "submission", "unit", "value") VALUES (NEW."as_of", NEW."comparator", NEW."id", NEW."measure", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quote", NEW."region_id", NEW."source", NEW."source_url", NEW."submission", NEW."unit", NEW."value"); RETURN NULL;',
                    hash="65b9e10f74b31d0cbcecc52e06717218f9adf35e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8e232",
                    table="regions_regionfigure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regionfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_regionfigureevent" ("as_of", "comparator", "id", "measure", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "region_id", "source", "source_url", "submission", "unit", "value") VALUES (OLD."as_of", OLD."comparator", OLD."id", OLD."measure", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quote", OLD."region_id", OLD."source", OLD."source_url", OLD."submission", OLD."unit", OLD."value"); RETURN NULL;',
                    hash="86c9d6b1a09cc42bd04550db7b4f959c3b9b9ceb",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ed861",
                    table="regions_regionfigure",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regiontrait",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_regiontraitevent" ("as_of", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "sector_id", "source", "source_url", "submission", "text") VALUES (NEW."as_of", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."region_id", NEW."sector_id", NEW."source", NEW."source_url", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="a653054d20e641115f2cab63db5c35ced03ab4f9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6dae0",
                    table="regions_regiontrait",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regiontrait",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."as_of" IS DISTINCT FROM (NEW."as_of") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."sector_id" IS DISTINCT FROM (NEW."sector_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."submission" IS DISTINCT FROM (NEW."submission") OR OLD."text" IS DISTINCT FROM (NEW."text"))',
                    func='INSERT INTO "regions_regiontraitevent" ("as_of", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "sector_id", "source", "source_url", "submission", "text") VALUES (NEW."as_of", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."region_id", NEW."sector_id", NEW."source", NEW."source_url", NEW."submission", NEW."text"); RETURN NULL;',
                    hash="bfdeb72b28d81f9ad27f14ee41cc90fb414514b0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b65e4",
                    table="regions_regiontrait",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="regiontrait",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "regions_regiontraitevent" ("as_of", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "sector_id", "source", "source_url", "submission", "text") VALUES (OLD."as_of", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."region_id", OLD."sector_id", OLD."source", OLD."source_url", OLD."submission", OLD."text"); RETURN NULL;',
                    hash="a52c8cf77da0ce5b946399f1291d0876f19ff80e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bb294",
                    table="regions_regiontrait",
                    when="AFTER",
                ),
            ),
        ),
    ]
