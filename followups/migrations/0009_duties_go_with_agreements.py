import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("followups", "0008_duties_follow_keeper")]

    operations = [
        migrations.SeparateDatabaseAndState(  # a rule of Django's own: the table stays as it is
            state_operations=[
                migrations.AlterField(
                    model_name="milestone",
                    name="duty",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="occurrences",
                        to="followups.duty",
                        verbose_name="recurring duty",
                    ),
                ),
            ],
        ),
    ]
