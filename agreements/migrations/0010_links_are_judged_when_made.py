"""Of links only those are judged that are made or changed: taking out the signing of a renewed agreement locked what renews it,
and every visit and name that refreshes it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0009_found_by_new_sectors"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="agreement",
            name="keep_a_tree",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_a_tree",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.parent_id IS NOT NULL OR NEW.predecessor_id IS NOT NULL OR NEW.nature <> 'NEW')",
                    func="\n                    IF TG_OP = 'INSERT' OR (NEW.parent_id, NEW.predecessor_id, NEW.nature)\n                            IS DISTINCT FROM (OLD.parent_id, OLD.predecessor_id, OLD.nature) THEN\n                        PERFORM agreements_keep_a_tree(NEW.id, NEW.parent_id, NEW.predecessor_id, NEW.nature);\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="aca0c14a6bc6cbd2880ca652e4a35794274b2bc1",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_a_tree_9eedf",
                    table="agreements_agreement",
                    when="BEFORE",
                ),
            ),
        ),
    ]
