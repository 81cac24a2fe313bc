"""Letters: what is told to whom on which occasion, its sending by each channel, and who wants to be told what, and how.

The database is the queue. A `Notice` is one letter to one person; a `Delivery` is its way through one channel, with the
state machine of `notices.sending`; an `Attempt` is one try. What a letter says is asked of the app that wrote it
(`settings.NOTICE_WRITERS`) when its sending starts, and kept as it was sent.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership
from accounts.rights import Right
from records.history import event_model, tracked
from records.models import Record
from regions.models import Region


class Channel(models.TextChoices):
    """Ways by which a person is told. What is in the inbox needs no delivery: it is there with the reminder."""

    INBOX = "INBOX", _("Inbox")
    EMAIL = "EMAIL", _("E-mail")
    WEBHOOK = "WEBHOOK", _("Messenger gateway")


DELIVERED = (Channel.EMAIL, Channel.WEBHOOK)


class Topic(models.TextChoices):
    """What a person may switch off, channel by channel."""

    TASKS = "TASKS", _("Follow-ups")
    ENDINGS = "ENDINGS", _("Ends and notice dates of agreements")
    STEPS = "STEPS", _("Deadlines of steps")
    REPORTS = "REPORTS", _("Periodic reports and evaluations")
    INVITATIONS = "INVITATIONS", _("Invitations for a return visit")
    SILENCE = "SILENCE", _("Agreements gone silent")
    ASSIGNED = "ASSIGNED", _("What is assigned to you")
    ESCALATED = "ESCALATED", _("What others have left undone")


class NoticeKind(models.TextChoices):
    DIGEST = "DIGEST", _("Daily digest")
    AT_ONCE = "AT_ONCE", _("At once")
    FILE = "FILE", _("A file is ready")
    SIDES = "SIDES", _("From another side")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> Self:
        """Own letters; those to members of regions that the user manages; all for the system administrator.

        A manager reads to whom, when and how; what a letter says is for its recipient (`Notice.may_be_read_by`). What
        a member got before they came was for somebody else's work.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.sees_all:
            return self
        managed = user.regions_for(Right.SEE_LETTERS)
        joined = event_model(Membership).objects.filter(pgh_obj=OuterRef("pk"), pgh_label="insert")
        theirs = Membership.objects.filter(
            Q(region__in=managed) | Q(unit__region__in=managed),
            ~Exists(joined.filter(pgh_created_at__gt=OuterRef(OuterRef("created_at")))),
            user=OuterRef("recipient"),
        )
        return self.filter(Q(recipient=user) | Exists(theirs)) if managed else self.filter(recipient=user)


class Notice(models.Model):
    """One letter to one person: the digest of a day, or what could not wait.

    `occasion` makes it unique for its recipient and kind (of a digest the local day, ISO; else what happened).
    `on` is the local day, `send_at` the instant that follows from it and the recipient's hour. `frozen_at` is set when
    its first sending starts: from then on nothing more is bound to it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    occasion = models.CharField(_("occasion"), max_length=100)
    on = models.DateField(_("day"))
    time_zone = models.CharField(_("time zone"), max_length=50)
    send_at = models.DateTimeField(_("to be sent"))
    frozen_at = models.DateTimeField(_("sending began"), null=True, editable=False)
    created_at = models.DateTimeField(_("planned"), auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "occasion"], name="notice_is_unique"),
        ]
        indexes = [
            models.Index(fields=["-on", "-id"], name="notice_newest_first"),
            models.Index(fields=["recipient", "on"], name="notice_open", condition=Q(frozen_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"

    def may_be_read_by(self, user: Any) -> bool:
        return bool(user.sees_all or user.pk == self.recipient_id)


class DeliveryState(models.TextChoices):
    """PENDING waits; CLAIMED is in the hands of a sender, certainly not sent; SENDING may be on the wire.

    SENT was accepted; DEAD was refused for good; UNKNOWN: the other side took it twice without an answer, a person
    decides; CANCELLED: nothing was left to say; EXPIRED: a person let it be.
    """

    PENDING = "PENDING", pgettext_lazy("delivery", "Waiting")
    CLAIMED = "CLAIMED", pgettext_lazy("delivery", "Taken up")
    SENDING = "SENDING", pgettext_lazy("delivery", "Being sent")
    SENT = "SENT", pgettext_lazy("delivery", "Sent")
    DEAD = "DEAD", pgettext_lazy("delivery", "Failed")
    UNKNOWN = "UNKNOWN", pgettext_lazy("delivery", "Not known whether it arrived")
    CANCELLED = "CANCELLED", pgettext_lazy("delivery", "Nothing left to say")
    EXPIRED = "EXPIRED", pgettext_lazy("delivery", "Let be")


BUSY = (DeliveryState.CLAIMED, DeliveryState.SENDING)


LISTED = (
    *("pk", "channel", "state", "next_try_at", "attempts", "sent_at", "subject", "error", "reply", "message_id"),
    *("address", "notice_id", "notice__kind", "notice__on", "notice__recipient_id"),
    *("notice__recipient__name", "notice__recipient__email"),
)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> Self:
        if user.is_authenticated and user.sees_all:
            return self
        return self.filter(Exists(Notice.objects.visible_to(user).filter(pk=OuterRef("notice"))))

    def for_list(self) -> models.QuerySet[Any, dict[str, Any]]:
        """One query for what `notices.lists.rows` turns into words."""
        listed: models.QuerySet[Any, dict[str, Any]] = self.values(*LISTED)
        return listed


class Delivery(models.Model):
    """A letter on its way through one channel. States and times follow the clock of the database alone.

    `message_id` is the same for every copy, also after a restore: it is computed from recipient, kind, occasion and
    channel (`notices_message_id`). `attempts` counts starts; `unknowns` those whose end nobody learned.
    `lease_token` stays when the lease is over, so that a sender whose last words were lost is recognised.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    next_try_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    unknowns = models.PositiveSmallIntegerField(_("tries without an answer"), default=0)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=150, unique=True)
    address = models.CharField(_("sent to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(_("as it was sent"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    reply = models.CharField(_("answer of the other side"), max_length=500, blank=True)
    error = models.CharField(_("why it failed"), max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_is_unique"),
            models.CheckConstraint(condition=Q(channel__in=DELIVERED), name="delivery_has_a_way"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=BUSY) | Q(lease_until__isnull=False, lease_token__isnull=False),
                name="delivery_in_hand_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False), name="delivery_sent_has_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="delivery_due", condition=Q(state="PENDING")),
            models.Index(fields=["lease_until"], name="delivery_in_hand", condition=Q(state__in=BUSY)),
            models.Index(fields=["state", "-id"], name="delivery_failed", condition=Q(state__in=["DEAD", "UNKNOWN"])),
            models.Index(F("sent_at").desc(nulls_last=True), name="delivery_sent_last"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_state_display()}"


class Result(models.TextChoices):
    """How a try ended. GONE: its sender was never heard of again; OUTAGE: the way was closed, the try did not count."""

    SENT = "SENT", pgettext_lazy("try", "Accepted")
    DEFERRED = "DEFERRED", pgettext_lazy("try", "Put off by the other side")
    REFUSED = "REFUSED", pgettext_lazy("try", "Refused")
    LOST = "LOST", pgettext_lazy("try", "Connection lost before the end")
    UNKNOWN = "UNKNOWN", pgettext_lazy("try", "Handed over, no answer")
    OUTAGE = "OUTAGE", pgettext_lazy("try", "The way out was closed")
    BROKEN = "BROKEN", pgettext_lazy("try", "Could not be written")
    GONE = "GONE", pgettext_lazy("try", "The sender broke down")
    CANCELLED = "CANCELLED", pgettext_lazy("try", "Nothing left to say")
    AGAIN = "AGAIN", pgettext_lazy("try", "To be sent again")
    LET_BE = "LET_BE", pgettext_lazy("try", "Let be")


class Attempt(models.Model):
    """One try to send, written when it starts and completed when it ends; append only."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries", verbose_name=_("delivery"))
    number = models.PositiveSmallIntegerField(_("try"))
    started_at = models.DateTimeField(_("began"))
    finished_at = models.DateTimeField(_("ended"), null=True)
    phase = models.CharField(_("got as far as"), max_length=20, blank=True)
    result = models.CharField(_("result"), max_length=20, choices=Result, blank=True)
    reply = models.CharField(_("answer of the other side"), max_length=500, blank=True)
    worker = models.CharField(_("by"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_result_display() or self.phase}"


@tracked
class Preference(Record):
    """At what hour a person's digest comes, and where a messenger gateway finds them. Without a row: the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preference", verbose_name=_("user")
    )
    digest_at = models.TimeField(
        _("digest at"),
        default=dt.time(7),
        help_text=_("In your own time zone, on working days. Between 04:00 and 22:00."),
    )
    gateway_address = models.CharField(
        _("address at the messenger gateway"), max_length=100, blank=True,
        help_text=_("For example your WhatsApp number with country code. Empty: nothing is sent there."),
    )  # fmt: skip

    class Meta(Record.Meta):
        verbose_name = _("preferences of notices")
        verbose_name_plural = _("preferences of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_at__range=(dt.time(4), dt.time(22))),
                name="preference_hour_is_of_the_day",
                violation_error_message=_("Choose a time between 04:00 and 22:00."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


@tracked
class OptOut(models.Model):
    """A person does not want this topic by this channel. What is due stays on the pages all the same."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="opt_outs", verbose_name=_("user"))
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)

    class Meta:
        verbose_name = _("switched-off notice")
        verbose_name_plural = _("switched-off notices")
        constraints = [models.UniqueConstraint(fields=["user", "topic", "channel"], name="opt_out_is_unique")]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.get_channel_display()}"


@tracked
class Gateway(Record):
    """Where letters of the messenger channel are handed over: a signed POST, for a WhatsApp or Telegram gateway."""

    name = models.CharField(_("name"), max_length=100)
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="gateways", verbose_name=_("region"),
        help_text=_("Empty: for all regions that have none of their own."),
    )  # fmt: skip
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    secret = models.CharField(
        _("secret"),
        max_length=200,
        help_text=_("Signs every message; the gateway knows it too. At least 16 characters."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("messenger gateway")
        verbose_name_plural = _("messenger gateways")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="gateway_in_use_is_one",
                violation_error_message=_("There is a gateway in use here already: switch that one off first."),
            ),
            models.CheckConstraint(
                condition=Q(secret__regex=r"^.{16,}$"),  # noqa: S106 -- a pattern
                name="gateway_secret_is_long",
                violation_error_message=_("The secret has at least 16 characters."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class CalendarDay(models.Model):
    """A day of the Indonesian calendar of working days; `send_on` is the day itself, or the working day before it.

    Filled from the `holidays` package (national holidays and joint leave) by `notices.calendar`; what an administrator
    changes (`by_hand`) stays. Every day of the covered years has a row, so that planning is a plain join.
    """

    day = models.DateField(_("day"), primary_key=True)
    free_because = models.CharField(_("free because"), max_length=200, blank=True, help_text=_("Empty: a working day."))
    by_hand = models.BooleanField(_("changed by hand"), default=False, editable=False)
    send_on = models.DateField(_("notices are sent on"), editable=False)

    computed = ("send_on",)

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("calendar of working days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.free_because}" if self.free_because else str(self.day)


class Outage(models.Model):
    """A way out that does not work at the moment: before `until` nobody tries it, and no letter is blamed for it.

    `route` is EMAIL or GATEWAY/<pk>. The row goes when the way works again.
    """

    route = models.CharField(_("way"), max_length=40, primary_key=True)
    began_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("next try"))
    tries = models.PositiveIntegerField(_("tries"), default=1)
    error = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")

    def __str__(self) -> str:
        return f"{self.route}: {self.error}"


class Heartbeat(models.Model):
    """When a part of the machinery last worked, and where: beat, planner, sender."""

    name = models.CharField(_("part"), max_length=30, primary_key=True)
    at = models.DateTimeField(_("last seen"))
    host = models.CharField(_("machine"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
