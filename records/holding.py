"""A register that was restored from a backup sends nothing until somebody releases it: `manage.py release_letters`.

What the lost register sent after the backup was made stands in no row here; a copy that is only looked at must send
nothing at all. That it was restored, and released, are lines of the book of deeds.

The table `RESTORING` stands in a copy from before its first row until every row and file is proven: a restore that is
killed, or fails, leaves a copy that sends nothing and is not released.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from records.ledger import Deed, Trace
from records.rows import along

RESTORING = "records_restoring"


def held() -> bool:
    """Two queries, unless the setting says it."""
    if settings.NOTICE_HOLD or is_unfinished():
        return True
    with along():
        last = Trace.objects.filter(deed__in=[Deed.BACKUP_RESTORED, Deed.RELEASED]).order_by("-pk")
        return last.values_list("deed", flat=True).first() == Deed.BACKUP_RESTORED


def is_unfinished() -> bool:
    """A restore into this database has not come to its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{RESTORING}"])
        (stands,) = cursor.fetchone()
    return bool(stands)
