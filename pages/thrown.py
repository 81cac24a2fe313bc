"""What a page says after it has put something in the trash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from records.models import Trashed


def moved(thrown: Trashed | None) -> SafeString | str:
    """“… is in the trash for 30 days. Undo”, with the way back; without it for what is not kept."""
    if thrown is None:
        return _("Deleted. The history keeps it.")
    words = _("“%(name)s” is in the trash for %(days)s days.") % {"name": thrown.name, "days": thrown.days_left}
    return format_html('{} <a href="{}">{}</a>', words, reverse("ledger:trashed", args=[thrown.pk]), _("Restore it"))
