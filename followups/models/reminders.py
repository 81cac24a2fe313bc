"""Who is reminded of what and when: rules as data, and the promises that follow from them."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Agreement
from followups.models.kinds import Audience, Basis, MilestoneKind, Why
from followups.models.milestones import Milestone
from followups.models.parts import MilestoneEntry
from notices.models import DELIVERED, Channel, Notice, Topic
from records.history import tracked
from records.models import Record
from regions.models import Bilingual, ReferenceQuerySet, Region


def by_all_ways() -> list[str]:
    return [channel.value for channel in DELIVERED]


@tracked
class ReminderRule(Record, Bilingual):
    """For which milestones, how many days before (negative) and after, to whom, by which ways.

    `days` count from the due day (or from `since`, while no due day is known). Of several that have come, only the last
    is told, so an outage is caught up by one reminder. `every_days` goes on after the last of them, until it is done.
    What falls on a free day is told on the working day before. An agreement may have days of its own (`RuleOverride`).
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=MilestoneKind), verbose_name=_("for these kinds"), default=list,
        blank=True, help_text=_("None: for every kind of milestone."),
    )  # fmt: skip
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="reminder_rules", verbose_name=_("region"),
        help_text=_("Empty: for what all regions keep."),
    )  # fmt: skip
    basis = models.CharField(_("days count from"), max_length=5, choices=Basis, default=Basis.DUE)
    days = ArrayField(
        models.SmallIntegerField(), verbose_name=_("days"), blank=True, default=list,
        help_text=_("Separated by commas; before with a minus: “-30, -7, 0”."),
    )  # fmt: skip
    every_days = models.PositiveSmallIntegerField(
        _("then every so many days"), null=True, blank=True, help_text=_("After the last of these days, until done.")
    )
    audience = models.CharField(_("to whom"), max_length=12, choices=Audience, default=Audience.RESPONSIBLE)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("certain people"), blank=True,
        help_text=_("They are told only of what they may see."),
    )  # fmt: skip
    channels = ArrayField(
        models.CharField(max_length=10, choices=[(c.value, c.label) for c in DELIVERED]), verbose_name=_("ways"),
        default=by_all_ways, blank=True, help_text=_("Beside the inbox."),
    )  # fmt: skip
    at_once = models.BooleanField(
        _("a letter of its own"), default=False, help_text=_("Not in the daily digest: what cannot wait.")
    )
    escalates = models.BooleanField(
        _("escalates"), default=False, help_text=_("Tells that others have left something undone.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__len__gte=1),
                name="reminder_rule_has_days",
                violation_error_message=_("Give at least one day: 0 is the day itself."),
            ),
            models.CheckConstraint(
                condition=Q(every_days__isnull=True) | Q(every_days__gte=1),
                name="reminder_rule_repeats_in_days",
                violation_error_message=_("It repeats after at least 1 day."),
            ),
        ]


@tracked
class RuleOverride(Record):
    """For one agreement a rule has other days, or is silent."""

    rule = models.ForeignKey(ReminderRule, models.CASCADE, related_name="overrides", verbose_name=_("rule"))
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="rule_overrides", verbose_name=_("agreement"))
    days = ArrayField(
        models.SmallIntegerField(), verbose_name=_("days"), blank=True, default=list,
        help_text=_("None: this rule is silent for the agreement."),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("rule of one agreement")
        verbose_name_plural = _("rules of one agreement")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "agreement"], name="rule_override_is_unique",
                violation_error_message=_("This agreement has days of its own for the rule already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rule} · {self.agreement}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: Any) -> Self:
        """Own reminders of milestones that one may still see."""
        if not user.is_authenticated:
            return self.none()
        seen = Exists(Milestone.objects.visible_to(user).filter(pk=OuterRef("milestone")))
        return self.filter(seen, recipient=user)

    def in_inbox(self, user: Any) -> Self:
        """Without the topics that the person wants nowhere in the inbox."""
        off = user.opt_outs.filter(channel=Channel.INBOX).values("topic")
        return self.visible_to(user).exclude(topic__in=off)


class Reminder(models.Model):
    """A promise to tell one person of one milestone, once; kept by being in their inbox and in a letter.

    Unique: the same rule, day and due day never promise twice, however often planning runs. `due_on` is the day from
    which `offset` days are counted, so a moved day is a new promise. `notice` is the letter that carries it, none when
    the person wants it by no letter. For an assignment or a comment `entry` or the day tell it from the next one.
    """

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="reminders", verbose_name=_("milestone"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", verbose_name=_("recipient")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why, default=Why.RULE)
    rule = models.ForeignKey(ReminderRule, models.PROTECT, null=True, related_name="reminders", verbose_name=_("rule"))
    entry = models.ForeignKey(
        MilestoneEntry, models.CASCADE, null=True, related_name="reminders", verbose_name=_("entry")
    )
    offset = models.SmallIntegerField(_("days after"), default=0)
    due_on = models.DateField(_("counted from"))
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    channels = ArrayField(models.CharField(max_length=10), default=list, verbose_name=_("ways"))
    at_once = models.BooleanField(_("a letter of its own"), default=False)
    told_on = models.DateField(_("told on"))
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="reminders", verbose_name=_("notice"))
    planned_at = models.DateTimeField(_("planned"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "recipient", "why", "rule", "offset", "due_on", "entry"],
                name="reminder_is_promised_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="reminder_of_recipient"),
            models.Index(fields=["recipient"], name="reminder_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["recipient", "told_on"],
                name="reminder_without_letter",
                condition=Q(notice__isnull=True) & ~Q(channels=[]),
            ),
            models.Index(fields=["notice"], name="reminder_of_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} → {self.recipient}"
