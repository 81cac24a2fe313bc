import django.contrib.postgres.operations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("regions", "0008_circles_are_opened")]

    operations = [
        django.contrib.postgres.operations.ValidateConstraint(
            model_name="organisation", name="organisation_is_not_part_of_itself"
        ),
        django.contrib.postgres.operations.ValidateConstraint(model_name="venue", name="venue_does_not_lie_in_itself"),
    ]
