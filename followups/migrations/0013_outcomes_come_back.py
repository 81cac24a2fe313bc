"""An outcome that comes back from the trash makes no follow-up: its own comes back with it, or with its agreement."""

from django.db import migrations

TRIGGER = """
DROP TRIGGER followups_follow_outcome ON visits_outcome;
CREATE TRIGGER followups_follow_outcome AFTER INSERT OR UPDATE ON visits_outcome FOR EACH ROW
    {when} EXECUTE FUNCTION followups_follow_outcome();
"""
UNLESS = "WHEN (COALESCE(current_setting('simpul.restoring', true), '') = '')"


class Migration(migrations.Migration):
    dependencies = [("followups", "0012_who_works_for_a_unit")]

    operations = [migrations.RunSQL(TRIGGER.format(when=UNLESS), TRIGGER.format(when=""))]
