"""The inbox: what a person was told, one item for each milestone, the newest reason first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followups.lists import rows
from followups.models import OPEN, Basis, Milestone, Reminder, Why
from followups.models.reminders import ReminderQuerySet
from pages.paging import Order, Row

MOST = 99  # unread ones that are counted
NEWEST = Order("pk", descending=True, read=int, known=True)
EXCERPT = 200  # characters of a comment


@dataclass(frozen=True)
class Item:
    """One milestone in the inbox: why one was told of it, the newest reason first."""

    pk: int  # of the newest reminder
    row: Row
    at: dt.datetime  # when it came in
    is_unread: bool
    reasons: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Marks it as read and leads to the milestone."""
        return reverse("followups:inbox-open", args=[self.pk])

    @property
    def is_settled(self) -> bool:
        return self.row["status"] not in OPEN and self.row["status"] != "SUGGESTED"


def unread(user: Any) -> ReminderQuerySet:
    return Reminder.objects.in_inbox(user).filter(read_at__isnull=True)


def unread_count(user: Any) -> int:
    """How many milestones have unread reminders, up to one more than MOST. One query."""
    found = unread(user).order_by().values("milestone").distinct()[: MOST + 1]
    return found.count()


def in_short(count: int) -> str:
    """As in a small mark: “99+”; nothing for none."""
    return f"{MOST}+" if count > MOST else str(count or "")


def newest(user: Any, *, only_unread: bool) -> ReminderQuerySet:
    """The newest reminder of each milestone in the inbox."""
    shown = Reminder.objects.in_inbox(user)
    same = shown.filter(milestone=OuterRef("milestone"))
    found = shown.filter(~Exists(same.filter(pk__gt=OuterRef("pk"))))
    return found.filter(Exists(same.filter(read_at__isnull=True))) if only_unread else found


def items(found: Any, user: Any) -> list[Item]:
    """Of some of the newest reminders, in the order given. Two queries more: the milestones, and all their reasons."""
    first = list(found.values("pk", "milestone_id", "planned_at"))
    keys = [reminder["milestone_id"] for reminder in first]
    told = {row["pk"]: row for row in rows(Milestone.objects.filter(pk__in=keys).for_list(), user)}
    all_of = Reminder.objects.in_inbox(user).filter(milestone__in=keys).select_related("rule", "entry__by")
    reminders: dict[int, list[Reminder]] = defaultdict(list)
    for reminder in all_of.order_by("-pk"):
        reminders[reminder.milestone_id].append(reminder)
    return [
        Item(
            pk=reminder["pk"],
            row=told[reminder["milestone_id"]],
            at=reminder["planned_at"],
            is_unread=any(one.read_at is None for one in reminders[reminder["milestone_id"]]),
            reasons=list(dict.fromkeys(reason_of(one) for one in reminders[reminder["milestone_id"]])),
        )
        for reminder in first
        if reminder["milestone_id"] in told
    ]


def reason_of(reminder: Reminder) -> str:
    """Why one was told, in words."""
    if reminder.why == Why.COMMENT:
        entry = reminder.entry
        words = " ".join(entry.text.split())[:EXCERPT] if entry else ""
        who = str(entry.by) if entry and entry.by else _("Somebody")
        return _("%(who)s wrote: “%(what)s”") % {"who": who, "what": words}
    if reminder.why == Why.RULE and reminder.rule is not None:
        return _by_rule(reminder)
    return str(reminder.get_why_display())


def _by_rule(reminder: Reminder) -> str:
    """How far it was on the day of telling, which may be earlier or later than the days of the rule."""
    rule, distance = reminder.rule, (reminder.told_on - reminder.due_on).days
    days = abs(distance)
    number = {"n": number_format(days, force_grouping=True)}
    if rule is not None and rule.escalates and distance > 0:
        return (
            ngettext("Left undone %(n)s day after its due day", "Left undone %(n)s days after its due day", days)
            % number
        )
    if rule is not None and rule.basis == Basis.SINCE:
        return ngettext("Open for %(n)s day", "Open for %(n)s days", days) % number
    if distance == 0:
        return _("On the due day")
    if distance > 0:
        return ngettext("%(n)s day after the due day", "%(n)s days after the due day", days) % number
    return ngettext("%(n)s day before the due day", "%(n)s days before the due day", days) % number


def mark_read(user: Any, milestones: Iterable[int] | None = None) -> int:
    """All reminders of these milestones (of all: None) that are in the inbox; how many were unread."""
    found = unread(user)
    if milestones is not None:
        found = found.filter(milestone__in=list(milestones))
    return Reminder.objects.filter(pk__in=found.order_by().values("pk")).update(read_at=timezone.now())


def mark_unread(user: Any, milestone: int) -> None:
    """The newest one is unread again: that is what the mark and the count show."""
    last = Reminder.objects.in_inbox(user).filter(milestone=milestone).order_by("-pk").values("pk")[:1]
    Reminder.objects.filter(pk__in=last).update(read_at=None)
