"""What a person keeps of the register for themselves: views of lists, what they watch, feeds, files asked for."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Agreement
from followups.models import Milestone
from records.history import tracked
from records.models import Record
from regions.models import Organisation, Region
from visits.models import Visit

LONGEST_QUERY = 4_000  # characters of an address
WATCHED = ("visit", "agreement", "milestone", "region", "view")


def secret() -> str:
    """The part of a feed's address that nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


class ListCode(models.TextChoices):
    """The lists of the register; `dashboards.lists` says how each is asked."""

    VISITS = "visits", _("Visits")
    AGREEMENTS = "agreements", _("Agreements")
    FOLLOW_UPS = "follow-ups", _("Follow-ups")
    REGIONS = "regions", _("Regions")
    ORGANISATIONS = "organisations", _("Organisations")
    OFFICIALS = "officials", _("Officials")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> Self:
        """Own views, and those shared with a region of which the user (or their unit) is."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        shared = Q(region__in=user.own_region_ids)
        if user.unit_ids:
            shared |= Q(region__in=Organisation.objects.filter(pk__in=user.unit_ids).values("region"))
        return self.filter(Q(owner=user) | shared)


@tracked
class SavedView(Record):
    """A list with its filters, columns and order, under a name: the parameters of its address, cleaned.

    Private while `region` is empty; else everybody of the region has it, and each sees in it only what they may see.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("made by")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="saved_views", verbose_name=_("shared with"),
        help_text=_("Empty: only you see it."),
    )  # fmt: skip
    of = models.CharField(_("list"), max_length=15, choices=ListCode)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(
        _("filters, columns and order"), blank=True, validators=[MaxLengthValidator(LONGEST_QUERY)]
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "of", "name"],
                name="saved_view_name_is_unique",
                violation_error_message=_("You have a view of this name already: choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dashboards:view", args=[self.pk])


class DefaultView(models.Model):
    """The view with which a list opens for a person."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="default_views", verbose_name=_("user")
    )
    of = models.CharField(_("list"), max_length=15, choices=ListCode)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="default_of", verbose_name=_("saved view"))

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = [models.UniqueConstraint(fields=["user", "of"], name="list_has_one_default")]

    def __str__(self) -> str:
        return f"{self.user}: {self.view}"


class Watch(models.Model):
    """A person wants to see what changes in a record, or in a saved view. Everything until `seen_at` is known."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches", verbose_name=_("user"))
    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("visit")
    )
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("agreement")
    )
    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("milestone")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("region")
    )
    view = models.ForeignKey(
        SavedView, models.CASCADE, null=True, blank=True, related_name="watches", verbose_name=_("saved view")
    )
    seen_at = models.DateTimeField(_("seen until"), default=timezone.now)
    created_at = models.DateTimeField(_("watched since"), auto_now_add=True)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    Exact(Func(*(F(name) for name in WATCHED), function="num_nonnulls", output_field=IntegerField()), 1)
                ),
                name="watch_is_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=["user", name], condition=Q(**{f"{name}__isnull": False}), name=f"{name}_is_watched_once"
                )
                for name in WATCHED
            ),
        ]

    def __str__(self) -> str:
        return str(self.of)

    @property
    def of(self) -> Any:
        """What is watched."""
        return self.visit or self.agreement or self.milestone or self.region or self.view


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()


class Feed(models.Model):
    """A calendar that other programs subscribe to: of a person, of a region, or of a saved view.

    Whoever knows the address reads what its owner may see at that moment, without signing in; renewing it makes the old
    address unknown. `used_at` is kept once an hour at most.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds", verbose_name=_("user"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="feeds", verbose_name=_("region")
    )
    view = models.ForeignKey(
        SavedView, models.CASCADE, null=True, blank=True, related_name="feeds", verbose_name=_("saved view")
    )
    secret = models.CharField(
        _("secret part of the address"), max_length=43, unique=True, default=secret, editable=False
    )
    renewed_at = models.DateTimeField(_("address renewed"), default=timezone.now, editable=False)
    used_at = models.DateTimeField(_("last read"), null=True, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "region", "view"], name="feed_is_unique", nulls_distinct=False,
                violation_error_message=_("There is such a feed already."),
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(view__isnull=True), name="feed_is_of_one_thing"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.view or self.region or self.user)


class FileState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("file", "Waiting")
    RUNNING = "RUNNING", pgettext_lazy("file", "Being made")
    READY = "READY", pgettext_lazy("file", "Ready")
    FAILED = "FAILED", pgettext_lazy("file", "Failed")
    CANCELLED = "CANCELLED", pgettext_lazy("file", "Cancelled")


UNFINISHED = (FileState.WAITING, FileState.RUNNING)


class FileQuerySet(models.QuerySet["AskedFile"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()


class AskedFile(models.Model):
    """A long list or report that is made in the background; the row is also the place in the queue.

    Made as its owner, in `language`: what they may not see is not in it; `region_ids` and `unit_ids` are those whose
    records they saw then (empty: made before this was kept). `done` of `total` rows are written; `beaten_at` is the
    last sign of life of the process that makes it (`token`): one that was killed is begun anew.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="asked_files", verbose_name=_("user")
    )
    what = models.CharField(pgettext_lazy("file", "what"), max_length=20)  # a ListCode or one of `dashboards.reports`
    kind = models.CharField(_("kind of file"), max_length=5)  # csv, xlsx, pdf
    query = models.TextField(_("filters and order"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.WAITING)
    done = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.UUIDField(null=True, editable=False)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    beaten_at = models.DateTimeField(_("last sign of life"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    file = models.FileField(_("file"), upload_to="files/", max_length=200, blank=True)
    filename = models.CharField(_("file name"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True)
    error = models.CharField(_("why it failed"), max_length=300, blank=True)
    region_ids = ArrayField(models.BigIntegerField(), null=True, editable=False)
    unit_ids = ArrayField(models.BigIntegerField(), null=True, editable=False)
    submission = models.UUIDField(_("submission"), unique=True, editable=False)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file that was asked for")
        verbose_name_plural = _("files that were asked for")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["asked_at"], name="file_unfinished", condition=Q(state__in=["WAITING", "RUNNING"])),
            models.Index(fields=["ended_at"], name="file_ended", condition=Q(ended_at__isnull=False)),
            models.Index(F("user"), F("asked_at").desc(), name="file_of_user"),
        ]

    def __str__(self) -> str:
        return self.filename or f"{self.what}.{self.kind}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def percent(self) -> int | None:
        """None while it is not known how much there is."""
        return None if self.total is None else 100 if not self.total else min(100, self.done * 100 // self.total)

    def is_outdated(self, owner: Any, taken_at: dt.datetime | None) -> bool:
        """May it hold what its owner may not see any more? Something was taken from them after it was asked for, or
        what they see has changed without that: a province was divided."""
        if taken_at is not None and taken_at >= self.asked_at:
            return True
        lost = {*(self.region_ids or ())} - {*owner.region_ids}, {*(self.unit_ids or ())} - {*owner.unit_ids}
        return any(lost) and not owner.sees_all
