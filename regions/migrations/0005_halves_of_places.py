"""Half a place is none: what stands alone is emptied, and stays in the history."""

from django.db import migrations
from django.db.models import Q


def empty(apps, schema_editor):
    region = apps.get_model("regions", "Region")
    alone = Q(latitude__isnull=True, longitude__isnull=False) | Q(latitude__isnull=False, longitude__isnull=True)
    region.objects.filter(alone).update(latitude=None, longitude=None)


class Migration(migrations.Migration):
    dependencies = [("regions", "0004_both_coordinates")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
