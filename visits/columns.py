"""The columns that the list of visits can show; the visit itself always stands there."""

from django.utils.translation import gettext_lazy as _

from pages.columns import ListColumn, Table

TABLE = Table(
    (
        ListColumn("date", _("Date")),
        ListColumn("guests", _("Guests"), usual=False),
        ListColumn("host", _("Host")),
        ListColumn("kinds", _("Kinds"), usual=False),
        ListColumn("direction", _("Direction")),
        ListColumn("status", _("Status")),
        ListColumn("open", _("Open follow-ups")),
        ListColumn("programme", _("Programme"), usual=False, more=("series__name", "phase")),
        ListColumn("evidence", _("Evidence"), usual=False),
        ListColumn("owner", _("Kept by"), usual=False, more=("owner__name_id", "owner__name_en")),
        ListColumn("logged", _("Logged"), usual=False),
    )
)
