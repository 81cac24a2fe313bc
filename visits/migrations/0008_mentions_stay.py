import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0007_found_by_new_names")]

    operations = [
        migrations.SeparateDatabaseAndState(  # a rule of Django's own: the table stays as it is
            state_operations=[
                migrations.AlterField(
                    model_name="visit",
                    name="mentioned_in",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mentions",
                        to="visits.visit",
                        verbose_name="only mentioned in",
                    ),
                ),
            ],
        ),
    ]
