"""Which visits, agreements and follow-ups are between the two, and which way a visit went.

What is between them is found as the lists find it: both take part, or one of them keeps the record. A visit goes one
way when one of them receives the other at home; what took place elsewhere, online, or at nobody knows where goes none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Exists, Q, Value, When
from django.urls import reverse
from django.utils.http import urlencode

from agreements.models import Agreement
from agreements.models.querysets import AgreementQuerySet
from followups.models import Milestone, MilestoneStatus
from followups.models.milestones import MilestoneQuerySet
from regions.models import Organisation, Region
from visits.models import Setting, Visit, VisitQuerySet
from visits.models.visits import children, guests_from

Partner = Region | Organisation
CAME, WENT, ELSEWHERE = "came", "went", "elsewhere"


@dataclass(frozen=True)
class Between:
    """`ours` is the side as which the page is read; it need not be one of the reader's own regions."""

    ours: Region
    theirs: Partner
    user: Any

    @property
    def url(self) -> str:
        name = "dashboards:relation" if isinstance(self.theirs, Region) else "dashboards:relation-organisation"
        return reverse(name, args=[self.ours.pk, self.theirs.pk])

    @property
    def is_of_regions(self) -> bool:
        return isinstance(self.theirs, Region)

    @property
    def today(self) -> dt.date:
        today: dt.date = self.user.today()
        return today

    @cached_property
    def visits(self) -> VisitQuerySet:
        """With `way`; also those that a later source only mentions."""
        found = Visit.objects.visible_to(self.user).filter(self._both)
        return found.annotate(
            way=Case(
                When(_at_home(self.ours) & _guest(self.theirs), then=Value(CAME)),
                When(_at_home(self.theirs) & _guest(self.ours), then=Value(WENT)),
                default=Value(ELSEWHERE),
                output_field=CharField(),
            )
        )

    @property
    def held(self) -> VisitQuerySet:
        """Those that count: evidenced, and known to have taken place."""
        return self.visits.evidenced().held(self.today)

    @cached_property
    def agreements(self) -> AgreementQuerySet:
        return Agreement.objects.visible_to(self.user).filter(self._both)

    @cached_property
    def milestones(self) -> MilestoneQuerySet:
        """Of their visits, of their agreements, and those in which both have a part; without suggestions."""
        every = Milestone.objects.order_by()
        of_both = [
            every.filter(visit__in=self.visits.order_by().values("pk")),
            every.filter(agreement__in=self.agreements.order_by().values("pk")),
        ]
        keys = every.filter(self._both).values("pk").union(*(found.values("pk") for found in of_both))
        return Milestone.objects.visible_to(self.user).filter(pk__in=keys).exclude(status=MilestoneStatus.SUGGESTED)

    def list_url(self, name: str) -> str:
        """The list of visits or agreements that has what is between them."""
        theirs = "region" if isinstance(self.theirs, Region) else "organisation"
        return f"{reverse(name)}?{urlencode({theirs: self.theirs.pk, 'place': self.ours.pk})}"

    @property
    def _both(self) -> Q:
        if isinstance(self.theirs, Region):
            return Q(region_ids__contains=[self.ours.pk, self.theirs.pk])
        return Q(region_ids__contains=[self.ours.pk], organisation_ids__contains=[self.theirs.pk])


def _at_home(side: Partner) -> Q:
    if isinstance(side, Region):
        return Q(setting=Setting.AT_HOST, host_region=side)
    received = Exists(children("delegations").filter(side="HOST", organisation=side))
    return Q(setting=Setting.AT_HOST) & (Q(host_organisation=side) | Q(received))


def _guest(side: Partner) -> Any:
    if isinstance(side, Region):
        return Q(Exists(guests_from([side.pk])))
    return Q(Exists(children("delegations").filter(side="GUEST", organisation=side)))
