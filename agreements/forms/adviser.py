"""The two questions of the category adviser, and the two regions that may border each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agreements.advice import Object, Partner, Proposal, propose
from pages.lookups import LookupField
from regions.lookups import REGIONS


class AdviserForm(forms.Form):
    partner = forms.ChoiceField(
        choices=Partner.choices, widget=forms.RadioSelect, label=gettext_lazy("Who is the partner?")
    )
    about = forms.ChoiceField(choices=Object.choices, widget=forms.RadioSelect, label=gettext_lazy("What is it about?"))
    own = LookupField(REGIONS, required=False, create=False, label=gettext_lazy("Own region"))
    region = LookupField(
        REGIONS,
        required=False,
        create=False,
        label=gettext_lazy("Region of the partner"),
        help_text=gettext_lazy("To check whether the two border each other."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("own", user.home_region)

    @property
    def proposal(self) -> Proposal | None:
        if not self.is_bound or not self.is_valid():
            return None
        found = self.cleaned_data
        regions = [found[name] for name in ("own", "region") if found[name]]
        return propose(found["partner"], found["about"], regions)
