"""A new feed: of oneself, of a region, or of a saved view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dashboards.calendar.kinds import OF_LISTS
from dashboards.models import Feed, SavedView
from pages.lookups import LookupField
from regions.lookups import REGIONS

MINE, REGION, VIEW = "mine", "region", "view"


class FeedForm(forms.Form):
    of = forms.ChoiceField(
        label=_("What it holds"),
        widget=forms.RadioSelect,
        choices=[
            (MINE, _("My own: visits and ends that my regions keep, follow-ups that I must do")),
            (REGION, _("A region: all of it that I may see")),
            (VIEW, _("A saved view of visits, agreements or follow-ups")),
        ],
    )
    region = LookupField(REGIONS, label=_("Region"), required=False, create=False)
    view = forms.ModelChoiceField(
        SavedView.objects.none(), label=_("Saved view"), required=False, empty_label=_("Choose a view")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        views: Any = self.fields["view"]
        views.queryset = SavedView.objects.visible_to(user).filter(of__in=OF_LISTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        of = cleaned.get("of")
        for name in (REGION, VIEW):
            if of != name:
                cleaned[name] = None
            elif not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Choose the region.") if name == REGION else _("Choose the saved view."))
        known = Feed.objects.filter(user=self.user, region=cleaned.get(REGION), view=cleaned.get(VIEW))
        if not self.errors and known.exists():
            raise forms.ValidationError(_("There is such a feed already."), code="unique")
        return cleaned

    def save(self) -> Feed:
        """Two that are made at the same moment are one."""
        kept = {"user": self.user, "region": self.cleaned_data[REGION], "view": self.cleaned_data[VIEW]}
        try:
            with transaction.atomic():
                return Feed.objects.create(**kept)
        except IntegrityError:
            return Feed.objects.get(**kept)
