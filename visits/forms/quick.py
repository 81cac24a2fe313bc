"""The quick log: five questions, saved in under half a minute. The rest can be filled in later."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from pages.sheets.fields import DayField
from records.dates import Precision
from records.keys import whole
from regions.models import Region
from visits.forms.visit import offer_owners
from visits.logging import status_on
from visits.lookups import PARTNERS, Partner, PartnerField
from visits.models import Delegation, Side, Visit, VisitKind, VisitStatus

# How sources name the days of the week. “Minggu” alone is not among them: it also means week (“Kamis minggu lalu”).
WEEKDAY_WORDS = (
    r"senin|monday", r"selasa|tuesday", r"rabu|wednesday", r"kamis|thursday",
    r"jum['’]?at|friday", r"sabtu|saturday", r"hari minggu|ahad|sunday",
)  # fmt: skip

UNCLEAR = VisitStatus.PROPOSED  # of a visit whose words do not say whether it took place: it counts as none that did


class QuickForm(forms.Form):
    """Who, which way, when, what kind, why. `owner` is asked only of those who write for several regions."""

    IN, OUT = "in", "out"

    partner = PartnerField(
        PARTNERS,
        label=gettext_lazy("Partner"),
        help_text=gettext_lazy("The other side: a region, or an organisation such as a council, ministry or company."),
    )
    direction = forms.ChoiceField(
        choices=[(IN, gettext_lazy("They come to us")), (OUT, gettext_lazy("We go to them"))],
        initial=IN,
        widget=forms.RadioSelect,
        label=gettext_lazy("Who visits whom?"),
    )
    day = DayField(
        label=gettext_lazy("When?"),
        error_messages={"required": gettext_lazy("Give the date, or below it the words of the source.")},
    )
    as_stated = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Or the date in the words of the source"),
        help_text=gettext_lazy(
            "For example “Kamis lalu” or “Kamis depan”. No day is made up from it; where the words do not say whether "
            "it is over or lies ahead, the visit is saved as “Proposed”."
        ),
    )
    kinds = forms.ModelMultipleChoiceField(
        VisitKind.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Kinds of visit"),
    )
    purpose = forms.CharField(required=False, widget=forms.Textarea({"rows": 2}), label=gettext_lazy("Purpose"))

    def __init__(self, *args: Any, user: User, quiet: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.quiet = quiet  # a draft is shown without judging it
        offer_owners(self, user)
        if "owner" in self.fields:
            self.fields["owner"].label = _("Own region")
            self.initial.setdefault("owner", user.home_region.pk if user.home_region else None)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)

    def full_clean(self) -> None:
        if self.quiet:
            self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.has_error("day", "required") and (cleaned.get("as_stated") or "as_stated" in self.errors):
            del self.errors["day"]
            cleaned["day"] = None
        partner: Partner | None = cleaned.get("partner")
        own = cleaned.get("owner") or self.user.home_region
        if partner and isinstance(partner.record, Region) and own and partner.record.pk == own.pk:
            self.add_error("partner", _("This is your own region. Choose the other side."))
        return cleaned

    @property
    def status(self) -> VisitStatus | None:
        """The status that date and words lead to, as far as they are filled in; for the line that tells it."""
        try:
            day = self.fields["day"].to_python(self["day"].value())
        except ValidationError:
            return None
        words = str(self["as_stated"].value() or "")
        return self._status(day, words) if day or words else None

    @property
    def is_unclear(self) -> bool:
        """Do the words leave open whether it took place?"""
        return self.status == UNCLEAR

    def _status(self, day: dt.date | None, words: str) -> VisitStatus:
        precision = Precision.DAY if day else Precision.UNKNOWN
        return status_on(self.user.today(), day, day, precision, words) or UNCLEAR

    def visit(self) -> tuple[Visit, Delegation]:
        """The unsaved visit and its delegation of guests."""
        partner, day, words = self.cleaned_data["partner"], self.cleaned_data["day"], self.cleaned_data["as_stated"]
        own = self.cleaned_data.get("owner") or self.user.home_region
        visit = Visit(owner=own, purpose=self.cleaned_data["purpose"], date_as_stated=words, starts_on=day, ends_on=day)
        visit.precision, visit.weekday = (Precision.DAY, None) if day else stated_weekday(words)
        visit.status = self._status(day, words)
        if self.cleaned_data["direction"] == self.IN:
            visit.host_region = own
            return visit, Delegation(side=Side.GUEST, region=partner.region, organisation=partner.organisation)
        visit.host_region, visit.host_organisation = partner.region, partner.organisation
        return visit, Delegation(side=Side.GUEST, region=own)

    @staticmethod
    def read(params: QueryDict) -> dict[str, Any]:
        """What `repeated` put into the address, back as initial values."""
        names = ("direction", "as_stated", "day", "owner")
        kept: dict[str, Any] = {name: params[name][:200] for name in names if name in params}
        return kept | {"kinds": [kind for kind in params.getlist("kinds") if whole(kind) is not None]}

    def repeated(self) -> dict[str, Any]:
        """What the next visit of a series of entries begins with."""
        kept = {name: self.cleaned_data.get(name) for name in ("direction", "as_stated")}
        day: dt.date | None = self.cleaned_data["day"]
        kept |= {"day": day and day.isoformat(), "kinds": [kind.pk for kind in self.cleaned_data["kinds"]]}
        if self.cleaned_data.get("owner"):
            kept["owner"] = self.cleaned_data["owner"].pk
        return {name: value for name, value in kept.items() if value}


def stated_weekday(words: str) -> tuple[str, int | None]:
    """The precision and weekday that the words give: “Kamis minggu lalu” is a Thursday of which the date is unknown."""
    named = [day for day, names in enumerate(WEEKDAY_WORDS) if re.search(rf"\b({names})\b", words, re.IGNORECASE)]
    return (Precision.WEEKDAY_ONLY, named[0]) if len(named) == 1 else (Precision.UNKNOWN, None)
