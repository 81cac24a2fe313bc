"""What is part of itself, also through others, is part of nothing from now on; the history keeps the rest."""

from django.db import migrations
from django.db.models import F


def open_circles(apps, schema_editor):
    organisation, venue = apps.get_model("regions", "Organisation"), apps.get_model("regions", "Venue")
    venue.objects.filter(parent=F("pk")).update(parent=None)
    above = dict(organisation.objects.filter(parent__isnull=False).order_by("pk").values_list("pk", "parent"))
    for pk in list(above):
        seen, one = set(), pk
        while one in above and one not in seen:
            seen.add(one)
            one = above[one]
        if one == pk and pk in above:  # it leads back to itself
            organisation.objects.filter(pk=pk).update(parent=None)
            del above[pk]


class Migration(migrations.Migration):
    dependencies = [("regions", "0007_no_circles")]

    operations = [migrations.RunPython(open_circles, migrations.RunPython.noop)]
