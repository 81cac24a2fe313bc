"""What corrections, confirmations and handovers share: each hangs on one visit or agreement, perhaps on a row of it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Measurement, Party
from visits.models import Delegation, Visit

RECORDS: dict[str, type[Visit] | type[Agreement]] = {"visit": Visit, "agreement": Agreement}
ROWS: dict[str, Any] = {"delegation": Delegation, "party": Party, "measurement": Measurement}


class About(models.TextChoices):
    """What of the record is meant."""

    RECORD = "RECORD", _("the record itself")
    DELEGATION = "DELEGATION", _("a delegation")
    PARTY = "PARTY", _("a party")
    MEASUREMENT = "MEASUREMENT", _("a measurement")


def _given(names: tuple[str, ...]) -> Func:
    return Func(*(F(name) for name in names), function="num_nonnulls", output_field=IntegerField())


def one_of(names: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(Exact(_given(names), 1)), name=name)


def at_most_one_of(names: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(LessThanOrEqual(_given(names), 1)), name=name)


class SharedQuerySet(models.QuerySet[Any]):
    """Whoever sees the record sees what its sides say about it: there is nothing internal in it."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self
        visits = Visit.objects.visible_to(user).filter(pk=OuterRef("visit"))
        agreements = Agreement.objects.visible_to(user).filter(pk=OuterRef("agreement"))
        return self.filter(Exists(visits) | Exists(agreements))

    def of(self, record: Any) -> Self:
        """What hangs on the visit or agreement."""
        return self.filter(**{record._meta.model_name: record})

    def kept_by(self, region_ids: list[int]) -> Self:
        """On records that the regions keep now."""
        return self.filter(Q(visit__owner__in=region_ids) | Q(agreement__owner__in=region_ids))

    def for_names(self) -> Self:
        """With what the name of the record needs."""
        return self.select_related(
            "visit__host_region", "visit__host_organisation", "visit__owner", "agreement__owner"
        ).prefetch_related(
            "visit__delegations__region",
            "visit__delegations__organisation",
            "agreement__parties__region",
            "agreement__parties__organisation",
        )
