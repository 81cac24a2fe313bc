from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("visits", "__first__")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE visits_visit ADD COLUMN drill_later integer",
            "ALTER TABLE visits_visit DROP COLUMN drill_later",
        )
    ]
