from django.db import migrations

from records.renaming import follow_names

ABOUT_SECTOR = """id IN (SELECT agreement_id FROM agreements_agreementsector WHERE sector_id = NEW.id
    UNION SELECT agreement_id FROM agreements_scopepoint WHERE sector_id = NEW.id)"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0008_notes_sent_once"), ("regions", "0001_initial")]

    operations = [follow_names("agreements_agreement", "sector", ABOUT_SECTOR)]
