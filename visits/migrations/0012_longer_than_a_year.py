"""The few visits that last longer than a year have an index of their own: the calendar looks for them further back."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import ExpressionWrapper, F, Q, Value


class Migration(migrations.Migration):
    atomic = False  # built beside people at work

    dependencies = [("visits", "0011_programmes_sent_once")]

    operations = [
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                fields=["ends_on"],
                name="visit_longer_than_a_year",
                condition=Q(
                    precision="RANGE",
                    ends_on__gt=ExpressionWrapper(F("starts_on") + Value(366), output_field=models.DateField()),
                ),
            ),
        ),
    ]
