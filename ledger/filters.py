"""By what the trash and the book of deeds can be narrowed down."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pages.filtering import DayFilter, OneOf, PeriodForm
from records.ledger import TraceQuerySet, TrashedQuerySet
from records.models import Deed, Trace, Trashed


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _end_of(day: dt.date) -> dt.datetime:
    return _start_of(day) + dt.timedelta(days=1) if day < dt.date.max else _start_of(day)


class _InPeriod(django_filters.FilterSet):
    def from_day(self, found: Any, _name: str, value: dt.date) -> Any:
        return found.filter(at__gte=_start_of(value))

    def to_day(self, found: Any, _name: str, value: dt.date) -> Any:
        return found.filter(at__lt=_end_of(value))


class TrashFilter(_InPeriod):
    q = django_filters.CharFilter(
        method="called", label=_("Record"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = OneOf(field_name="model", label=_("Kind"), empty_label=_("All kinds"))
    mine = OneOf(
        method="by_whom", label=_("Deleted by"), choices=[("me", _("Me")), ("others", _("Others"))],
        empty_label=_("Anybody"),
    )  # fmt: skip
    since = DayFilter(method="from_day", label=_("Deleted from"))
    until = DayFilter(method="to_day", label=_("Until"))

    class Meta:
        model = Trashed
        form = PeriodForm
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = self._kinds()

    def _kinds(self) -> list[tuple[str, str]]:
        """Only what lies there."""
        found = self.queryset.order_by().values_list("model", flat=True).distinct()
        return sorted(((model, _kind(model)) for model in found), key=lambda pair: pair[1])

    def called(self, found: TrashedQuerySet, _name: str, value: str) -> TrashedQuerySet:
        said = Q(title__icontains=value) | Q(place__icontains=value)
        for language in dict(settings.LANGUAGES):
            said |= Q(**{f"names__{language}__0__icontains": value}) | Q(**{f"names__{language}__1__icontains": value})
        return found.filter(said)

    def by_whom(self, found: TrashedQuerySet, _name: str, value: str) -> TrashedQuerySet:
        me = Q(by=self.request.user)
        return found.filter(me if value == "me" else ~me | Q(by=None))


def _kind(model: str) -> str:
    try:
        return str(apps.get_model(model)._meta.verbose_name).capitalize()
    except LookupError:
        return model


class TraceFilter(_InPeriod):
    q = django_filters.CharFilter(
        method="saying", label=_("Who or what"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    deed = OneOf(field_name="deed", label=_("What was done"), choices=Deed.choices, empty_label=_("Anything"))
    address = django_filters.CharFilter(field_name="address", label=_("Network address"), max_length=45)
    since = DayFilter(method="from_day", label=_("From"))
    until = DayFilter(method="to_day", label=_("Until"))

    class Meta:
        model = Trace
        form = PeriodForm
        fields: ClassVar[list[str]] = []

    def saying(self, found: TraceQuerySet, _name: str, value: str) -> TraceQuerySet:
        said = Q(who__icontains=value) | Q(what__icontains=value) | Q(user__email__icontains=value)
        return found.filter(said)
