"""The columns that the list of follow-ups can show; the follow-up itself always stands there."""

from django.utils.translation import gettext_lazy as _

from pages.columns import ListColumn, Table

TABLE = Table(
    (
        ListColumn("due", _("Due")),
        ListColumn("state", _("State")),
        ListColumn("priority", _("Priority"), usual=False),
        ListColumn("who", _("Responsible")),
        ListColumn("kind", _("Kind")),
        ListColumn("agreement", _("Agreement"), usual=False),
        ListColumn("visit", _("Visit"), usual=False),
        ListColumn("requested", _("Requested by"), usual=False),
        ListColumn("origin", _("Origin"), usual=False),
        ListColumn("since", _("Open since"), usual=False),
        ListColumn("done", _("Done on"), usual=False),
        ListColumn("owner", _("Kept by"), usual=False, more=("owner__name_id", "owner__name_en")),
    )
)
