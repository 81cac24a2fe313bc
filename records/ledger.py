"""What is kept beside the records: the trash, the book of what people did, and the seals that show a forgery.

The models of the app; the deeds are in `records.trash`, `records.restoring`, `records.tracing` and `ledger`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DAYS_KEPT = 30
OWN_DEED = "RESTORE"  # the right of officers
INSTALLATION = "KEEP_INSTALLATION"  # the right of the system administrator
OWN_DEEDS = {OWN_DEED, "KEEP_SHARED_VIEWS"}  # whoever threw such a thing away may also take it back


def append_only() -> pgtrigger.Trigger:
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class TrashedQuerySet(models.QuerySet["Trashed"]):
    def visible_to(self, user: Any) -> Self:
        """What the user's own side put in the trash; what is personal, to its person. The other side sees nothing.

        Never the rows themselves: notes and restricted papers of the other side are among them.
        """
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self.defer("rows", "links")
        theirs = Q(by=user, region__in=[m.unit.region_id for m in user.standing if m.unit])  # an agency user's own
        ours = Q(person__isnull=True) & (Q(region__in=user.own_region_ids) | Q(region__isnull=True, by=user) | theirs)
        return self.filter(ours | Q(person=user)).defer("rows", "links")

    def of(self, model: type[models.Model], pk: Any) -> Self:
        """The trash in which this very record lies."""
        return self.filter(model=model._meta.label_lower, object_id=pk)

    def due(self, now: dt.datetime) -> Self:
        return self.filter(until__lte=now)


def in_thirty_days() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=DAYS_KEPT)


class Trashed(models.Model):
    """One deletion that can be taken back: every row that went, as it was, and every key that was emptied.

    `rows` is a list of [table, [row, …]] in the order in which they are put back; `links` a list of
    [table, column, [[key, value], …]]; `parts` says how many of which kind, as far as everybody of the side may know.
    `files` are stored files that nobody else names: they stay as long as this row.
    `region` is the side that sees it and, with `right` (of `accounts.rights`), puts it back; what is personal (a saved
    view) belongs to `person` instead. `place` says in words where it lay, `place_url` leads there. `title` and `place`
    are in the language of the installation; `names` has [title, place] in each of its languages, by code, and is null
    for what was thrown away by a version that kept one.
    """

    model = models.CharField(_("kind"), max_length=100, editable=False)
    object_id = models.BigIntegerField(_("number"), editable=False)
    title = models.CharField(_("what"), max_length=300, editable=False)
    place = models.CharField(_("part of"), max_length=300, blank=True, editable=False)
    place_url = models.CharField(max_length=300, blank=True, editable=False)
    names = models.JSONField(null=True, editable=False)
    region = models.ForeignKey(
        "regions.Region", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("kept by")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, editable=False, related_name="+", verbose_name=_("of")
    )
    right = models.CharField(max_length=30, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("deleted by"),
    )  # fmt: skip
    at = models.DateTimeField(_("deleted"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("kept until"), default=in_thirty_days, editable=False)
    rows = models.JSONField(editable=False)
    links = models.JSONField(default=list, editable=False)
    files = ArrayField(models.CharField(max_length=200), default=list, editable=False)
    count = models.PositiveIntegerField(_("rows"), editable=False)
    parts = models.JSONField(default=list, editable=False)

    objects = TrashedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted record")
        verbose_name_plural = _("trash")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="trashed_record"),
            models.Index(fields=["region", "-at", "-id"], name="trashed_of_region"),
            models.Index(fields=["until"], name="trashed_until"),
            GinIndex(fields=["files"], name="trashed_files"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it is called, in the reader's language: many a title is made of words (“Memorandum of …: A – B”)."""
        return self._named()[0]

    @property
    def part_of(self) -> str:
        """What it is a part of, in the reader's language; '' of a whole."""
        return self._named()[1]

    def _named(self) -> tuple[str, str]:
        title, place = (self.names or {}).get(get_language(), (self.title, self.place))
        return title, place

    @property
    def kind(self) -> str:
        """“Visit”, in the reader's language; the plain name of a model that is no more."""
        try:
            name = str(apps.get_model(self.model)._meta.verbose_name)
        except LookupError:
            name = self.model
        return name[:1].upper() + name[1:]

    @property
    def days_left(self) -> int:
        """Begun ones count."""
        return max(math.ceil((self.until - timezone.now()) / dt.timedelta(days=1)), 0)

    def may_be_restored_by(self, user: Any) -> bool:
        """Who may delete it may put it back; and whoever did, while they may add papers. Asked of rows they see."""
        if self.person_id is not None:
            return bool(user.sees_all or self.person_id == user.pk)
        if self.region_id is None:
            return bool(user.sees_all or user.may_somewhere(self.right))
        own = self.by_id == user.pk and self.right in OWN_DEEDS and user.may_somewhere("ADD_PAPERS")
        return bool(user.may(self.right, self.region_id) or own)

    def may_be_purged_by(self, user: Any) -> bool:
        """For good: an administrator of the region that keeps it, or whose personal thing it is."""
        if self.person_id is not None:
            return bool(user.sees_all or self.person_id == user.pk)
        return bool(user.sees_all or user.may("EMPTY_TRASH", self.region_id))


class Deed(models.TextChoices):
    SIGNED_IN = "SIGNED_IN", _("Signed in")
    SIGN_IN_FAILED = "SIGN_IN_FAILED", _("Sign-in failed")
    LOCKED_OUT = "LOCKED_OUT", _("Too many attempts")
    SIGNED_OUT = "SIGNED_OUT", _("Signed out")
    SESSION_ENDED = "SESSION_ENDED", _("Session ended")
    FACTOR_ADDED = "FACTOR_ADDED", _("Second factor added")
    FACTOR_REMOVED = "FACTOR_REMOVED", _("Second factor removed")
    CODES_MADE = "CODES_MADE", _("Recovery codes made")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("Password changed")
    RESET_ASKED = "RESET_ASKED", _("New password asked for")
    PASSWORD_RESET = "PASSWORD_RESET", _("Password reset")
    INVITED = "INVITED", _("Invited")
    JOINED = "JOINED", _("Joined by invitation")
    RIGHTS_CHANGED = "RIGHTS_CHANGED", _("Rights changed")
    DEACTIVATED = "DEACTIVATED", _("Deactivated")
    EXPORT_BEGUN = "EXPORT_BEGUN", _("Began to export a list")
    EXPORTED = "EXPORTED", _("Exported a list")
    PAPER_READ = "PAPER_READ", _("Downloaded a restricted paper")
    REPORT_READ = "REPORT_READ", _("Downloaded a report")
    FEED_MADE = "FEED_MADE", _("Calendar address made")
    FEED_REMOVED = "FEED_REMOVED", _("Calendar address removed")
    TRASHED = "TRASHED", _("Moved to the trash")
    RESTORED = "RESTORED", _("Restored from the trash")
    PURGED = "PURGED", _("Removed for good")
    HANDED_OVER = "HANDED_OVER", _("Handed over")
    BACKED_UP = "BACKED_UP", _("Backup made")
    BACKUP_RESTORED = "BACKUP_RESTORED", _("Backup restored")
    RELEASED = "RELEASED", _("Letters released")
    SEALED = "SEALED", _("History sealed")
    VERIFIED = "VERIFIED", _("History verified")
    BROKEN = "BROKEN", _("History does not match its seals")


class TraceQuerySet(models.QuerySet["Trace"]):
    def visible_to(self, user: Any) -> Self:
        """Own deeds; those of the people of a region to who answers for them; all to the system administrator."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_all:
            return self
        return self.filter(Q(user=user) | Q(region_ids__overlap=user.regions_for("SEE_TRACES")))


class Trace(models.Model):
    """What somebody did that changes no record, or that is worth to be found by itself: written once, never changed.

    The key to the user has no constraint: the row outlives the user, and `who` keeps the name. `who` of a failed
    sign-in is the address that was typed, masked where nobody has it. `region_ids` are the regions that the user
    acted for; their administrators see the row.
    """

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    deed = models.CharField(_("what was done"), max_length=20, choices=Deed, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, editable=False,
        related_name="traces", verbose_name=_("user"),
    )  # fmt: skip
    who = models.CharField(_("who"), max_length=254, blank=True, editable=False)
    what = models.CharField(_("what it concerned"), max_length=300, blank=True, editable=False)
    region_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    address = models.CharField(_("network address"), max_length=45, blank=True, editable=False)
    request_id = models.CharField(_("request"), max_length=64, blank=True, editable=False)
    detail = models.JSONField(_("details"), default=dict, editable=False)

    objects = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="trace_of_user"),
            models.Index(fields=["deed", "-id"], name="trace_of_deed"),
            models.Index(fields=["at"], name="trace_at"),
            GinIndex(fields=["region_ids"], name="trace_of_regions"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} · {self.who}"


class Seal(models.Model):
    """One link of the chain over the history: what stood in every event table up to `bounds`, and the seal before.

    `blocks` tells table by table, in order of the rows' keys: [last key, number of rows, digest]; `columns` which
    columns of the table the digests are of. `head` is the SHA-256 over this row and the head before, `mac` its HMAC
    with a key that is not in the database. See `ledger.seals`.
    """

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    at = models.DateTimeField(_("sealed"), editable=False)
    blocks = models.JSONField(editable=False)
    columns = models.JSONField(editable=False)
    previous = models.CharField(max_length=64, blank=True, editable=False)
    head = models.CharField(_("head"), max_length=64, editable=False)
    mac = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.number} · {self.head[:16]}"
