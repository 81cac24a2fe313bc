"""The form by which a view is named, shared and made the default."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from dashboards.lists import LISTS
from dashboards.models import DefaultView, SavedView
from dashboards.saved import kept_of, set_default
from pages.versions import VersionedForm
from regions.models import Region

TAKEN = _("There is a view of this name already: choose another name.")


class ViewForm(VersionedForm):
    """Makes or changes a view. Only who writes for a region shares with it."""

    default = forms.BooleanField(label=_("Open the list with this view"), required=False)

    class Meta:
        model = SavedView
        fields: tuple[str, ...] = ("name", "region")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["name"].widget.attrs |= {"class": "width-30", "autocomplete": "off"}
        shared_with = [self.instance.region_id] if self.instance.region_id else []
        regions = {*user.regions_for(Right.SHARE_VIEWS), *shared_with}
        if regions:
            fields["region"].queryset = Region.objects.filter(pk__in=regions).order_by("name_id")
            fields["region"].empty_label = _("Nobody: only I see it")
            fields["region"].help_text = _("Everybody of the region finds it in the menu of the list.")
        else:
            del fields["region"]
        self.initial["default"] = bool(
            self.instance.pk and DefaultView.objects.filter(user=user, view=self.instance).exists()
        )

    def clean_name(self) -> str:
        """Nobody has two views of one list under one name."""
        name: str = self.cleaned_data["name"]
        of_list = SavedView.objects.filter(owner=self.instance.owner, of=self.instance.of)
        if of_list.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(TAKEN, "unique")
        return name

    def keep(self) -> Any:
        try:
            with transaction.atomic():
                kept = super().keep()
                if kept is not None:
                    set_default(self.user, kept, on=self.cleaned_data["default"])
        except IntegrityError as refusal:
            self.refused(refusal)
            return None
        return kept

    def refused(self, refusal: DatabaseError) -> None:
        if isinstance(refusal, IntegrityError):  # two windows at once
            self.add_error("name", TAKEN)
        else:
            super().refused(refusal)


class NewViewForm(ViewForm):
    """Of a list as its address shows it: `of` and `query` come along hidden."""

    of = forms.ChoiceField(choices=[(code, code) for code in LISTS], widget=forms.HiddenInput)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4_000)

    class Meta(ViewForm.Meta):
        fields: tuple[str, ...] = ("of", "query", "name", "region")

    def clean_query(self) -> str:
        """Of what was sent only what the list understands."""
        return kept_of(self.instance.of, self.cleaned_data["query"], self.user).query
