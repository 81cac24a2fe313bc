from django.db import migrations

from records.renaming import follow_names

OF_REGION = """region_ids @> ARRAY[NEW.id]
    OR id IN (SELECT agreement_id FROM agreements_signing WHERE place_id = NEW.id)"""
OF_OFFICIAL = """id IN (SELECT p.agreement_id FROM agreements_signatory s JOIN agreements_party p ON p.id = s.party_id
    WHERE s.official_id = NEW.id)"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_links_to_visits"), ("regions", "0001_initial")]

    operations = [
        follow_names("agreements_agreement", "region", OF_REGION),
        follow_names("agreements_agreement", "organisation", "organisation_ids @> ARRAY[NEW.id]"),
        follow_names("agreements_agreement", "official", OF_OFFICIAL),
    ]
