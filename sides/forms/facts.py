"""The owner's own forms without what is not for another side to propose: the same fields, look-ups and rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.agreement import AgreementForm
from agreements.forms.parties import PartyForm
from agreements.models import Measurement
from pages.sheets.fields import DayField, QuantityField
from pages.sheets.filled import FilledForm
from pages.sheets.period import WHEN
from pages.sheets.rows import Rows
from visits.forms.delegations import DelegationForm
from visits.forms.visit import VisitForm

Groups = tuple[tuple[Any, tuple[str, ...]], ...]


class Facts:
    """Before a form: it keeps the fields of its `groups`, which are also the parts of the page."""

    groups: ClassVar[Groups]
    fields: dict[str, forms.Field]

    def keep_facts(self) -> None:
        kept = {name for _title, names in self.groups for name in names}
        for name in set(self.fields) - kept:
            del self.fields[name]

    @property
    def sections(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        """For the template; of a period nothing but its first field, for it is drawn as one."""
        for title, names in self.groups:
            shown = [name for name in names if name in self.fields and (name not in WHEN or name == "precision")]
            yield title, [self[name] for name in shown]  # type: ignore[index]  # it stands before a form


class VisitFacts(Facts, VisitForm):
    groups = (
        (gettext_lazy("The visit"), ("title", "kinds", "status", "purpose")),
        (gettext_lazy("Date"), (*WHEN, "start_time", "end_time")),
        (
            gettext_lazy("Place and host"),
            ("setting", "host_region", "host_organisation", "venue", "venue_as_stated"),
        ),
        (gettext_lazy("Minutes and remarks"), ("minutes", "remarks", "ordinal_claimed", "ordinal_of")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_facts()


class AgreementFacts(Facts, AgreementForm):
    groups = (
        (gettext_lazy("The agreement"), ("title", "category", "kind", "initiator", "sectors")),
        (
            gettext_lazy("Validity"),
            (
                "valid_from", "valid_until", "validity_precision", "validity_as_stated", "validity_certainty", "term",
                "term_unit", "open_ended", "notice_days",
            ),
        ),
        (gettext_lazy("Content"), ("about", "objectives", "benefits", "funding", "remarks")),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_facts()


class DelegationFacts(Facts, DelegationForm):
    groups = (
        (
            gettext_lazy("Delegation"),
            (
                "region", "organisation", "headcount_comparator", "headcount", "topics", "on_behalf_of",
                "on_behalf_of_region",
            ),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_facts()

    def make_nested(self) -> list[Rows]:
        return []

    def clean(self) -> dict[str, Any]:
        """The side is as it was: there is no field for it here."""
        cleaned = super().clean()
        cleaned.pop("side", None)
        return cleaned


class PartyFacts(Facts, PartyForm):
    groups = (
        (
            gettext_lazy("Party"),
            ("number", "region", "organisation", "unit", "on_behalf_of", "on_behalf_of_region", "liaison"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep_facts()

    def make_nested(self) -> list[Rows]:
        return []


class MeasurementFacts(Facts, FilledForm):
    groups = ((gettext_lazy("Measurement"), ("measured_on", "value", "note")),)

    measured_on = DayField(label=gettext_lazy("Measured on"))
    value = QuantityField(max_digits=20, decimal_places=3, label=gettext_lazy("Value"))

    class Meta:
        model = Measurement
        fields = ("measured_on", "value", "note")
        widgets = {"note": forms.Textarea({"rows": 2})}

    def clean_measured_on(self) -> Any:
        day = self.cleaned_data["measured_on"]
        if day > self.filling.user.today():
            raise forms.ValidationError(_("This day lies in the future. Record it when it was measured."))
        return day
