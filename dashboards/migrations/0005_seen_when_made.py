"""Whose records the owner of a file saw when it was made. Not known of files that are there already: they live a week."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0004_names_of_keys")]

    operations = [
        migrations.AddField(
            "askedfile",
            name,
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), null=True, editable=False),
        )
        for name in ("region_ids", "unit_ids")
    ]
