"""Row-level security: see `records.rows`. A file on its way is for who sends it."""

from django.db import migrations

from records.guards import Guard, own


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_uploads_in_pieces")]

    operations = [Guard("documents_upload", own("user_id"))]
