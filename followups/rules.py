"""Days of rules as people write and read them, and the days that an agreement has of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from followups.models import OPEN, Basis, MilestoneKind, ReminderRule, RuleOverride

FARTHEST = 1100  # days before or after: three years
MOST = 40  # days in one rule
NAMED = 3  # kinds that a list names
MINUSES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")  # what word processors make of a minus
DAY = re.compile(r"[Hh](?P<of>[+-]\d{1,5})?|(?P<plain>[+-]?\d{1,5})")  # officers write H-7 for a week before


def days_of(text: str) -> list[int]:
    """The days in “-30, -7, 0” or “H-30, H-7, H”, in order, each once. Raises ValidationError in words."""
    joined = re.sub(r"(?<=[Hh+-])\s+(?=[+\d-])", "", text.translate(MINUSES))
    days = sorted({_day(word) for word in re.split(r"[\s,;]+", joined) if word})
    if len(days) > MOST:
        raise ValidationError(_("At most %(most)s days."), params={"most": MOST}, code="too_many")
    return days


def written(days: Iterable[int]) -> str:
    """As `days_of` reads them."""
    return ", ".join(map(str, days))


def in_words(days: Iterable[int], every_days: int | None = None) -> str:
    """“30 and 7 days before, on the day, 7 days after, then every 14 days”."""
    ordered = sorted(days)
    before = [-day for day in ordered if day < 0]
    after = [day for day in ordered if day > 0]
    parts = []
    if before:
        told = ngettext("%(days)s day before", "%(days)s days before", before[-1] if len(before) == 1 else 2)
        parts.append(told % {"days": _listed(before)})
    if 0 in ordered:
        parts.append(_("on the day"))
    if after:
        told = ngettext("%(days)s day after", "%(days)s days after", after[0] if len(after) == 1 else 2)
        parts.append(told % {"days": _listed(after)})
    if every_days:
        told = ngettext("then every day", "then every %(days)s days", every_days)
        parts.append(told % {"days": every_days})
    return ", ".join(parts)


def kinds_in_words(kinds: Iterable[str]) -> str:
    """The labels of the first kinds and how many more; none means all."""
    labels = [str(MilestoneKind(kind).label) for kind in kinds]
    if len(labels) > NAMED + 1:
        more = _("%(n)s more") % {"n": len(labels) - NAMED}
        labels = [*labels[:NAMED], more]
    return ", ".join(labels) or _("every kind")


@dataclass
class OwnRule:
    """A rule as it is for one agreement; `open` counts the open milestones that it is about."""

    rule: ReminderRule
    override: RuleOverride | None
    open: int

    @property
    def is_silent(self) -> bool:
        return self.override is not None and not self.override.days

    @property
    def stand(self) -> str:
        """Which override in which version was read, so that nobody's is overwritten unseen; '' where there is none."""
        return f"{self.override.pk}.{self.override.version}" if self.override else ""

    @property
    def told_by_rule(self) -> str:
        return in_words(self.rule.days, self.rule.every_days)

    @property
    def told(self) -> str:
        """When this agreement is reminded of by the rule as it stands."""
        if self.is_silent:
            return _("silent")
        return in_words(self.override.days if self.override else self.rule.days, self.rule.every_days)


def rules_for(agreement: Agreement) -> list[OwnRule]:
    """The rules in use that can speak of what belongs to this agreement, those with something open first. 3 queries."""
    theirs = models.Q(region__isnull=True) | models.Q(region=agreement.owner_id)
    overrides = {one.rule_id: one for one in agreement.rule_overrides.all()}
    undated = models.ExpressionWrapper(models.Q(due_on__isnull=True), output_field=models.BooleanField())
    counts = agreement.milestones.filter(status__in=OPEN).values("kind", undated=undated)
    open_ones = list(counts.annotate(n=models.Count("pk")).order_by())
    found = [
        OwnRule(rule, overrides.get(rule.pk), sum(one["n"] for one in open_ones if _is_about(rule, one)))
        for rule in ReminderRule.objects.filter(theirs, is_active=True)
    ]
    return sorted(found, key=lambda own: own.open == 0)  # stable: each half keeps the order of the rules


def _is_about(rule: ReminderRule, counted: Mapping[str, Any]) -> bool:
    of_kind = not rule.kinds or counted["kind"] in rule.kinds
    return of_kind and (rule.basis == Basis.SINCE) == counted["undated"]


def _day(word: str) -> int:
    found = DAY.fullmatch(word)
    if found is None:
        told = _("“%(word)s” is no day. Write numbers with commas, days before with a minus: -30, -7, 0.")
        raise ValidationError(told, params={"word": word}, code="no_day")
    day = int(found["of"] or found["plain"] or 0)
    if abs(day) > FARTHEST:
        told = _("%(day)s is too far: at most %(farthest)s days before or after.")
        raise ValidationError(told, params={"day": day, "farthest": FARTHEST}, code="too_far")
    return day


def _listed(days: list[int]) -> str:
    return get_text_list([str(day) for day in days], _("and"))
