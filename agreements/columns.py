"""The columns that the list of agreements can show; the agreement itself always stands there."""

from django.utils.translation import gettext_lazy as _

from pages.columns import ListColumn, Table

TABLE = Table(
    (
        ListColumn("parties", _("Parties"), usual=False),
        ListColumn("numbers", _("Numbers"), usual=False),
        ListColumn("kind", _("Kind")),
        ListColumn("stage", _("Stage")),
        ListColumn("days", _("Days at the stage"), usual=False),
        ListColumn("state", _("State")),
        ListColumn("ends", _("Effective end")),
        ListColumn("signed", _("Signed on")),
        ListColumn("active", _("Last activity"), usual=False),
        ListColumn("owner", _("Kept by"), usual=False, more=("owner__name_id", "owner__name_en")),
        ListColumn("logged", _("Logged"), usual=False),
    )
)
