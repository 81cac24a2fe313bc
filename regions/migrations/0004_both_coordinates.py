"""One coordinate without the other passed: in SQL a comparison with NULL is not false. New rows are held to it now."""

import django.contrib.postgres.operations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("regions", "0003_found_by_name")]

    operations = [
        migrations.RemoveConstraint(model_name="region", name="region_coordinates_are_on_earth"),
        django.contrib.postgres.operations.AddConstraintNotValid(
            model_name="region",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude__isnull", True), ("longitude__isnull", True))
                | models.Q(
                    ("latitude__isnull", False),
                    ("latitude__range", (-90, 90)),
                    ("longitude__isnull", False),
                    ("longitude__range", (-180, 180)),
                ),
                name="region_coordinates_are_on_earth",
                violation_error_message="Give both coordinates in degrees (−90 to 90, −180 to 180), or neither.",
            ),
        ),
    ]
