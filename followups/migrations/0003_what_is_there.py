"""What earlier versions stored gets its milestones: outcomes with a follow-up, and all agreements."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("followups", "0002_functions")]

    operations = [
        migrations.RunSQL(
            "SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),"
            " set_config('pghistory.context_metadata', '{\"url\": \"migrate\"}', true);"
            "UPDATE visits_outcome SET id = id WHERE follow_up <> 'NOT_NEEDED'; SELECT followups_derive(NULL);",
            migrations.RunSQL.noop,
        )
    ]
