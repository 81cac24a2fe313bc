from django.db import migrations

from records.renaming import follow_names

OF_OFFICIAL = """id IN (SELECT d.visit_id FROM visits_delegate m JOIN visits_delegation d ON d.id = m.delegation_id
    WHERE m.official_id = NEW.id)"""
AT_VENUE = "venue_id = NEW.id OR id IN (SELECT visit_id FROM visits_agendaitem WHERE venue_id = NEW.id)"


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_guards"), ("regions", "0001_initial")]

    operations = [
        follow_names("visits_visit", "region", "region_ids @> ARRAY[NEW.id]"),
        follow_names("visits_visit", "organisation", "organisation_ids @> ARRAY[NEW.id]"),
        follow_names("visits_visit", "official", OF_OFFICIAL),
        follow_names("visits_visit", "venue", AT_VENUE),
    ]
