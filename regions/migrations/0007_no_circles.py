"""No organisation is part of itself, and no venue lies in itself. New rows are held to it now."""

import django.contrib.postgres.operations
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0006_both_coordinates_hold"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_a_tree",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.parent_id IS NOT NULL)",
                    func="\n                    IF TG_OP = 'UPDATE' AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN\n                        RETURN NEW;\n                    END IF;\n                    PERFORM pg_advisory_xact_lock(hashtext('organisations_keep_a_tree'));\n                    IF EXISTS (\n                        WITH RECURSIVE above(id) AS (\n                            SELECT NEW.parent_id\n                            UNION SELECT x.parent_id FROM regions_organisation x JOIN above ON x.id = above.id)\n                        SELECT 1 FROM above WHERE id = NEW.id) THEN\n                        RAISE EXCEPTION 'in a circle' USING ERRCODE = 'check_violation',\n                            CONSTRAINT = 'organisation_is_not_part_of_itself';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="54f932fd777cbf4f67c3101456acabff9fab763c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_a_tree_12979",
                    table="regions_organisation",
                    when="BEFORE",
                ),
            ),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("pk")), _negated=True),
                name="organisation_is_not_part_of_itself",
                violation_error_message="An organisation cannot be part of itself.",
            ),
        ),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("pk")), _negated=True),
                name="venue_does_not_lie_in_itself",
                violation_error_message="A venue cannot lie in itself.",
            ),
        ),
    ]
