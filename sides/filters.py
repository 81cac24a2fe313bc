"""By what the list of corrections can be narrowed down."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _

from pages.filtering import OneOf
from sides.models import Correction, CorrectionState

WAITING, SENT, DECIDED = "waiting", "sent", "decided"


class CorrectionFilter(django_filters.FilterSet):
    whose = OneOf(
        method="of_whom",
        label=_("Whose turn"),
        choices=[
            (WAITING, _("Waiting for an answer of ours")),
            (SENT, _("Sent by us")),
            (DECIDED, _("Answered")),
        ],
        empty_label=_("All corrections"),
    )
    state = OneOf(field_name="state", label=_("State"), choices=CorrectionState.choices, empty_label=_("All states"))
    of = OneOf(
        method="of_what",
        label=_("Of"),
        choices=[("visit", _("Visits")), ("agreement", _("Agreements"))],
        empty_label=_("Visits and agreements"),
    )

    class Meta:
        model = Correction
        fields: ClassVar[list[str]] = []

    def of_whom(self, found: Any, _name: str, value: str) -> Any:
        user = self.request.user
        if value == WAITING:
            return found.waiting_for(user)
        return found.sent_by(user) if value == SENT else found.exclude(state=CorrectionState.OPEN)

    def of_what(self, found: Any, _name: str, value: str) -> Any:
        return found.filter(**{f"{value}__isnull": False})
