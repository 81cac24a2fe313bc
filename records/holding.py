"""A register that was restored from a backup sends nothing until somebody releases it: `manage.py release_letters`.

What the lost register sent after the backup was made stands in no row here; a copy that is only looked at must send
nothing at all. That it was restored, and released, are lines of the book of deeds.
"""

from __future__ import annotations

from django.conf import settings

from records.ledger import Deed, Trace
from records.rows import along


def held() -> bool:
    """One query, unless the setting says it."""
    if settings.NOTICE_HOLD:
        return True
    with along():
        last = Trace.objects.filter(deed__in=[Deed.BACKUP_RESTORED, Deed.RELEASED]).order_by("-pk")
        return last.values_list("deed", flat=True).first() == Deed.BACKUP_RESTORED
