"""What a person wants to be told, when, and by which ways."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from notices.models import Channel, OptOut, Preference, Topic
from pages.versions import VersionedForm


class PreferencesForm(VersionedForm):
    """The hour, the address at the gateway, and a box for every topic and channel: ticked is wanted."""

    class Meta:
        model = Preference
        fields = ["digest_at", "gateway_address"]
        widgets = {
            "digest_at": forms.TimeInput(attrs={"type": "time", "step": 300, "class": "width-10"}, format="%H:%M"),
            "gateway_address": forms.TextInput(attrs={"class": "width-20", "inputmode": "tel"}),
        }
        error_messages = {
            "digest_at": {"invalid": _("This is not a time. Write it as hour:minutes, for example 07:00.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "version" in self.fields:
            self.fields["version"].required = False  # a first form shows none, and may be sent twice
        unwanted = set(OptOut.objects.filter(user=self.instance.user).values_list("topic", "channel"))
        for topic, topic_label in Topic.choices:
            for channel, channel_label in Channel.choices:
                self.fields[f"{topic}-{channel}"] = forms.BooleanField(
                    required=False,
                    label=f"{topic_label}: {channel_label}",
                    initial=(topic, channel) not in unwanted,
                    show_hidden_initial=True,
                )

    def clean_version(self) -> int:
        return int(self.cleaned_data["version"] or self.instance.version)

    @property
    def channels(self) -> list[Any]:
        return [label for _value, label in Channel.choices]

    @property
    def plain_fields(self) -> list[BoundField]:
        return [self[name] for name in self.Meta.fields]

    @property
    def rows(self) -> list[tuple[Any, list[tuple[Any, BoundField]]]]:
        """Topic by topic, each channel with its box."""
        return [
            (label, [(of, self[f"{topic}-{channel}"]) for channel, of in Channel.choices])
            for topic, label in Topic.choices
        ]

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Only boxes that differ from what the page showed: a link in a letter may have switched off others since."""
        kept = super().save(commit)
        for topic in Topic.values:
            for channel in Channel.values:
                name = f"{topic}-{channel}"
                if name in self.changed_data or self.add_initial_prefix(name) not in self.data:
                    switch(self.instance.user_id, topic, channel, on=self.cleaned_data[name])
        return kept


def switch(user_id: int, topic: str, channel: str, *, on: bool) -> None:
    """Twice is once."""
    if on:
        OptOut.objects.filter(user_id=user_id, topic=topic, channel=channel).delete()
    else:
        OptOut.objects.get_or_create(user_id=user_id, topic=topic, channel=channel)
