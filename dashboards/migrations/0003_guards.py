"""Row-level security: see `records.rows`. What a person keeps here is their own; a view may be shared with a region."""

from django.db import migrations

from records.guards import Guard, GuardHistory, Guards, among, own

UNITS = f"region_id IN (SELECT o.region_id FROM regions_organisation o WHERE {among('o.id', 'units')})"  # noqa: S608 - names of ours
VIEW = f"{own('owner_id')} OR {among('region_id', 'notes')} OR {UNITS}"


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0002_changes"), ("regions", "0001_initial")]

    operations = [
        Guards(
            Guard("dashboards_savedview", VIEW, adds=own("owner_id")),
            GuardHistory("dashboards_savedviewevent", VIEW),
            *(Guard(f"dashboards_{table}", own("user_id")) for table in ("askedfile", "defaultview", "feed", "watch")),
        ),
    ]
