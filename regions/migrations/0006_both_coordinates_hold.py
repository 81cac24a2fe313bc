import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("regions", "0005_halves_of_places")]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="region", name="region_coordinates_are_on_earth"
        ),
    ]
