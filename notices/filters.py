"""By what the send log can be narrowed down."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.models import DELIVERED, Delivery, DeliveryQuerySet, DeliveryState
from pages.filtering import DayFilter, OneOf


class DeliveryFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="to_somebody",
        label=_("Recipient"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = OneOf(field_name="state", label=_("State"), choices=DeliveryState.choices, empty_label=_("All states"))
    channel = OneOf(
        field_name="channel",
        label=_("Way"),
        choices=[(channel.value, channel.label) for channel in DELIVERED],
        empty_label=_("All ways"),
    )
    since = DayFilter(method="from_day", label=_("From"))
    until = DayFilter(method="to_day", label=_("Until"))

    class Meta:
        model = Delivery
        fields: ClassVar[list[str]] = []

    def to_somebody(self, found: DeliveryQuerySet, _name: str, value: str) -> DeliveryQuerySet:
        named = Q(notice__recipient__name__icontains=value) | Q(notice__recipient__email__icontains=value)
        return found.filter(named)

    def from_day(self, found: DeliveryQuerySet, _name: str, value: dt.date) -> DeliveryQuerySet:
        return found.filter(notice__on__gte=value)

    def to_day(self, found: DeliveryQuerySet, _name: str, value: dt.date) -> DeliveryQuerySet:
        return found.filter(notice__on__lte=value)
