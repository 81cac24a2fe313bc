"""A programme of several visits or meetings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pages.sheets.fields import WholeNumberField
from pages.versions import VersionedForm
from visits.forms.visit import offer_owners
from visits.models import VisitSeries


class SeriesForm(VersionedForm):
    class Meta:
        model = VisitSeries
        fields = ("name", "owner", "phases_planned", "about")
        field_classes = {"phases_planned": WholeNumberField}
        help_texts = {
            "name": _("For example “Bimtek penyusunan masterplan smart city”."),
            "phases_planned": _("Leave empty if it is not known."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self, user)
        if "owner" not in self.fields and not self.instance.owner_id:
            self.instance.owner_id = user.writing_region_ids[0]
